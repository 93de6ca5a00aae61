#include "io/tables/records/record_parts.h"

#include "io/file_text.h"
#include "io/tables/records/embedded.h"
#include "io/tables/records/record_table.h"
#include "io/tables/text/cells.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <utility>

namespace discern::io {

namespace {

using Kind = RecordValue::Kind;

constexpr std::size_t mostTables = 200, mostFields = 300, mostAttributes = 300, mostListColumns = 16;

/// What a special object of MongoDB's extended JSON stands for; nothing for any other object.
std::optional<RecordValue> extended(const RecordValue& object) {
  if (object.kind != Kind::Object || object.keys.empty() || object.keys.size() > 2 || !object.keys[0].starts_with('$'))
    return std::nullopt;
  const RecordValue* inner = &object.items.front();
  if (object.keys[0] == "$binary") {
    if (inner->kind == Kind::Object) inner = inner->find("base64");
    if (!inner || inner->kind != Kind::Text) return std::nullopt;
    RecordValue bytes = RecordValue::ofText(base64Bytes(inner->text));
    bytes.kind = Kind::Bytes;
    return bytes;
  }
  if (object.keys.size() != 1 || !inner->isScalar()) return std::nullopt;
  if (object.keys[0].starts_with("$number") && inner->kind == Kind::Text)
    if (const auto number = numberOf(inner->text)) {
      const auto whole = wholeNumberOf(inner->text);
      return whole ? RecordValue::ofWhole(*whole) : RecordValue::ofNumber(*number);
    }
  return *inner; // $oid, $date
}

/// The lengths of a list of lists of numbers, the outermost first; empty where they are not all of one length.
std::vector<std::int64_t> lengthsOf(const RecordValue& list) {
  if (list.kind == Kind::Numbers) return {static_cast<std::int64_t>(list.numbers.size())};
  if (list.kind != Kind::List || list.items.empty()) return {};
  const auto inner = lengthsOf(list.items.front());
  if (inner.empty()) return {};
  for (const RecordValue& item : list.items)
    if (lengthsOf(item) != inner) return {};
  std::vector<std::int64_t> lengths{static_cast<std::int64_t>(list.items.size())};
  lengths.insert(lengths.end(), inner.begin(), inner.end());
  return lengths;
}

void gather(const RecordValue& list, std::vector<double>& numbers) {
  numbers.insert(numbers.end(), list.numbers.begin(), list.numbers.end());
  for (const RecordValue& item : list.items)
    gather(item, numbers);
}

class Sorting {
public:
  Sorting(const std::string& source, const std::string& root) : source_(source), root_(root) {}

  void top(const RecordValue& value) {
    if (value.kind == Kind::List && value.items.size() == 1 && value.items[0].kind == Kind::Object)
      top(value.items[0]);
    else if (value.kind == Kind::Object)
      object("", value);
    else if (value.isList())
      list(root_, value);
    else
      parts_.warnings.emplace_back("It holds a single value.");
  }

  RecordParts finish() && {
    for (auto& [name, table] : tables_)
      if (!table.empty()) parts_.tables.push_back(std::move(table).finish());
    for (const auto& [name, rows] : arrays_)
      addArrays(name, rows);
    for (const auto& [why, names] : skipped_)
      parts_.warnings.push_back("Not shown: " + why + " (" + names.first +
                                (names.second > 4 ? ", " + std::to_string(names.second - 4) + " more" : "") + ").");
    return std::move(parts_);
  }

private:
  void skip(const std::string& why, const std::string& name) {
    auto& [names, count] = skipped_[why];
    if (++count <= 4) names += (names.empty() ? "" : ", ") + cleanText(name.substr(0, 100));
  }

  RecordTable* table(const std::string& name) {
    for (auto& [own, table] : tables_)
      if (own == name) return &table;
    if (tables_.size() >= mostTables) return nullptr;
    tables_.emplace_back(name, RecordTable(name));
    return &tables_.back().second;
  }

  void set(RecordTable& table, const std::string& column, const RecordValue& scalar) {
    if (!table.set(column, scalar)) skip("more than 4096 columns, or 20 million cells", column);
  }

  static std::string below(const std::string& prefix, const std::string& key) {
    return prefix.empty() ? key : prefix + "." + key;
  }

  void object(const std::string& name, const RecordValue& value) {
    const auto& items = value.items;
    const std::string own = name.empty() ? root_ : name;
    const auto all = [&](const auto& test) { return !items.empty() && std::all_of(items.begin(), items.end(), test); };
    if (all([&](const RecordValue& i) {
          return i.isScalarList() && i.length() > 0 && i.length() == items.front().length();
        }))
      return std::all_of(value.keys.begin(), value.keys.end(),
                         [](const auto& key) { return wholeNumberOf(key).has_value(); })
                 ? keyedLists(own, value)
                 : columns(own, value);
    if (items.size() > 1 && all([](const RecordValue& i) {
          return i.isList() &&
                 std::all_of(i.items.begin(), i.items.end(),
                             [](const RecordValue& row) { return row.isScalarList(); }) &&
                 i.kind == Kind::List;
        }))
      return keyedRows(own, value);
    if (items.size() > 1 && all([&](const RecordValue& i) {
          return i.kind == Kind::Object && !extended(i) && !i.keys.empty() && i.find(items.front().keys.front());
        })) {
      RecordTable* into = table(own);
      for (std::size_t i = 0; into && i < items.size(); ++i) {
        into->addRow();
        set(*into, "key", RecordValue::ofText(value.keys[i]));
        record(*into, own, "", items[i]);
      }
      return;
    }
    single(name, value);
  }

  /// A record by itself.
  void single(const std::string& name, const RecordValue& value) {
    single_ = true;
    RecordTable* into = table(name.empty() ? root_ : name);
    if (!into) return skip("more than 200 tables", name);
    into->addRow();
    record(*into, name, "", value);
    single_ = false;
  }

  void columns(const std::string& name, const RecordValue& value) {
    RecordTable* into = table(name);
    for (std::size_t row = 0; into && row < value.items.front().length(); ++row) {
      into->addRow();
      for (std::size_t c = 0; c < value.items.size(); ++c)
        set(*into, value.keys[c], value.items[c].at(row));
    }
  }

  /// Keys that are numbers count things: a row a key.
  void keyedLists(const std::string& name, const RecordValue& value) {
    RecordTable* into = table(name);
    for (std::size_t i = 0; into && i < value.items.size(); ++i) {
      into->addRow();
      set(*into, "key", RecordValue::ofText(value.keys[i]));
      for (std::size_t c = 0; c < value.items[i].length(); ++c)
        set(*into, "value " + std::to_string(c + 1), value.items[i].at(c));
    }
  }

  void keyedRows(const std::string& name, const RecordValue& value) {
    RecordTable* into = table(name);
    for (std::size_t i = 0; into && i < value.items.size(); ++i) {
      if (value.items[i].items.empty()) skip("keys without rows", value.keys[i]);
      for (const RecordValue& row : value.items[i].items) {
        into->addRow();
        set(*into, "key", RecordValue::ofText(value.keys[i]));
        for (std::size_t c = 0; c < std::min<std::size_t>(row.length(), 1000); ++c)
          set(*into, "value " + std::to_string(c + 1), row.at(c));
      }
    }
  }

  void list(const std::string& name, const RecordValue& value) {
    if (value.length() == 0) return skip("empty lists", name);
    const auto lengths = lengthsOf(value);
    if (lengths.size() > 1) addField(name, value, lengths);
    if (lengths.size() > 2) return;
    if (value.kind == Kind::List && value.items.front().kind == Kind::Object) return records(name, value);
    RecordTable* into = table(name);
    if (!into) return skip("more than 200 tables", name);
    for (std::size_t i = 0; i < value.length(); ++i) {
      const RecordValue row = value.at(i);
      into->addRow();
      if (row.isScalar())
        set(*into, "value", row);
      else if (row.isScalarList())
        for (std::size_t c = 0; c < std::min<std::size_t>(row.length(), 5000); ++c)
          set(*into, "column " + std::to_string(c + 1), row.at(c));
      else
        skip("lists in lists of several kinds", name);
    }
  }

  void records(const std::string& name, const RecordValue& value) {
    const bool before = std::exchange(single_, false);
    RecordTable* into = table(name);
    for (const RecordValue& item : value.items) {
      if (!into || item.kind != Kind::Object) {
        skip(into ? "items that are no objects" : "more than 200 tables", name);
        continue;
      }
      into->addRow();
      record(*into, name, "", item);
    }
    single_ = before;
  }

  /// The parts of an object into the last row of a table.
  void record(RecordTable& into, const std::string& name, const std::string& prefix, const RecordValue& value) {
    for (std::size_t i = 0; i < value.items.size(); ++i)
      part(into, name, below(prefix, value.keys[i]), value.items[i]);
  }

  void part(RecordTable& into, const std::string& name, const std::string& column, const RecordValue& value) {
    if (const auto special = extended(value)) return part(into, name, column, *special);
    switch (value.kind) {
    case Kind::Object:
      return record(into, name, column, value);
    case Kind::Bytes:
      return image(into, name, column, value.text);
    case Kind::Text:
      if (const std::string bytes = embeddedBytes(value.text); !bytes.empty()) {
        image(into, name, column, bytes);
        return;
      }
      [[fallthrough]];
    case Kind::Null:
    case Kind::Number:
      if (single_ && parts_.attributes.size() < mostAttributes && value.kind != Kind::Null)
        parts_.attributes[below(name, column)] = value.kind == Kind::Text || !value.text.empty()
                                                     ? cleanText(value.text.substr(0, 500))
                                                     : numberText(value.number);
      return set(into, column, value);
    case Kind::Numbers:
    case Kind::List:
      return listPart(into, name, column, value);
    }
  }

  void listPart(RecordTable& into, const std::string& name, const std::string& column, const RecordValue& value) {
    const std::string own = below(name, column);
    if (value.length() == 0) return;
    if (value.kind == Kind::List && value.items.front().kind == Kind::Object) {
      const std::size_t row = into.rows();
      RecordTable* inner = table(own);
      for (const RecordValue& item : value.items) {
        if (!inner || item.kind != Kind::Object) {
          skip(inner ? "items that are no objects" : "more than 200 tables", own);
          continue;
        }
        const bool before = std::exchange(single_, false);
        inner->addRow();
        if (!before) set(*inner, "record", RecordValue::ofNumber(static_cast<double>(row)));
        record(*inner, own, "", item);
        single_ = before;
      }
      return;
    }
    if (value.isScalarList() && value.length() <= mostListColumns) {
      for (std::size_t i = 0; i < value.length(); ++i)
        set(into, column + "[" + std::to_string(i) + "]", value.at(i));
      return;
    }
    if (value.kind == Kind::Numbers) {
      arrays_[own].push_back(value.numbers);
      return;
    }
    if (single_) return list(own, value);
    skip("lists in the records of a list", own);
  }

  void image(RecordTable& into, const std::string& name, const std::string& column, const std::string& bytes) {
    const std::string own = below(name, column);
    set(into, column, RecordValue::ofText(byteText(static_cast<double>(bytes.size()))));
    if (parts_.fields.size() >= mostFields) return skip("more than 300 images", own);
    const auto fields = embeddedFields(into.rows() > 1 ? own + " " + std::to_string(into.rows()) : own, bytes);
    if (fields.empty()) return skip("bytes that are no image", own);
    parts_.fields.insert(parts_.fields.end(), fields.begin(), fields.end());
  }

  data::FieldInfo fieldInfo(const std::string& name, const data::Index3& shape) {
    data::FieldInfo info;
    info.name = name;
    info.type = data::ScalarType::Float64;
    info.shape = shape;
    info.levels = levelsFor(shape);
    info.transform = "none";
    info.worldUnit = "px";
    info.source = source_;
    return info;
  }

  void addField(const std::string& name, const RecordValue& value, std::vector<std::int64_t> lengths) {
    if (lengths.size() > 5 || parts_.fields.size() >= mostFields) return skip("lists of more than five axes", name);
    std::vector<double> numbers;
    gather(value, numbers);
    std::reverse(lengths.begin(), lengths.end()); // x, y, z, time, component
    lengths.resize(5, 1);
    data::FieldInfo info = fieldInfo(name, {lengths[0], lengths[1], lengths[2]});
    info.time.size = lengths[3];
    info.components = static_cast<int>(lengths[4]);
    std::vector<std::byte> bytes(numbers.size() * sizeof(double));
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    parts_.fields.push_back(data::memoryField(std::move(info), std::move(bytes)));
  }

  /// Long lists of numbers, one a record, as the rows of a field.
  void addArrays(const std::string& name, const std::vector<std::vector<double>>& rows) {
    const std::size_t width = rows.front().size();
    if (std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.size() != width; }))
      return skip("lists of numbers that differ in length", name);
    std::vector<std::byte> bytes(rows.size() * width * sizeof(double));
    for (std::size_t i = 0; i < rows.size(); ++i)
      std::memcpy(bytes.data() + i * width * sizeof(double), rows[i].data(), width * sizeof(double));
    parts_.fields.push_back(data::memoryField(
        fieldInfo(name, {static_cast<std::int64_t>(width), static_cast<std::int64_t>(rows.size()), 1}),
        std::move(bytes)));
  }

  const std::string &source_, &root_;
  RecordParts parts_;
  std::deque<std::pair<std::string, RecordTable>> tables_; ///< in the order they came; places stay
  std::map<std::string, std::vector<std::vector<double>>> arrays_;
  std::map<std::string, std::pair<std::string, int>> skipped_;
  bool single_ = false;
};

} // namespace

RecordParts partsOf(const RecordValue& value, const std::string& source, const std::string& root) {
  Sorting sorting(source, root);
  sorting.top(value);
  return std::move(sorting).finish();
}

std::shared_ptr<data::Dataset> recordDataset(data::DatasetInfo info, const std::function<RecordParts()>& read) {
  RecordParts parts = read();
  if (parts.tables.empty() && parts.fields.empty())
    throw data::ReadError(info.path, "it is " + info.format + ", and holds no records, no lists and no arrays" +
                                         (parts.warnings.empty() ? std::string() : ": " + parts.warnings.front()));
  info.attributes.insert(parts.attributes.begin(), parts.attributes.end());
  info.warnings.insert(info.warnings.end(), parts.warnings.begin(), parts.warnings.end());
  std::vector<LazyTable> tables;
  tables.reserve(parts.tables.size());
  for (const data::Table& table : parts.tables)
    tables.push_back({table.info, [read, path = info.path, name = table.info.name]() -> data::Table {
                        RecordParts again = read();
                        for (data::Table& own : again.tables)
                          if (own.info.name == name) return std::move(own);
                        throw data::ReadError(path, "the table " + name + " is gone; the file was changed");
                      }});
  return std::make_shared<TablesDataset>(std::move(info), std::move(tables), std::move(parts.fields));
}

} // namespace discern::io
