#include "io/tables/records/record_tables.h"

#include "io/base64.h"
#include "io/file_text.h"
#include "io/tables/text/cells.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace discern::io {

namespace {

using nlohmann::json;

constexpr int deepest = 8;
constexpr std::size_t shortList = 16, mostColumns = 10000, mostEmbedded = 100, mostTables = 1000;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

bool isSingle(const json& value) { return !value.is_structured() && !value.is_binary(); }

std::string textOf(const json& value) {
  if (value.is_null()) return {};
  return cleanText(value.is_string() ? value.get_ref<const std::string&>()
                                     : value.dump(-1, ' ', false, json::error_handler_t::replace));
}

/// A list of a few single values as "1, 2, 3"; nothing for other lists.
std::optional<std::string> listText(const json& list) {
  if (list.size() > shortList || !std::all_of(list.begin(), list.end(), isSingle)) return std::nullopt;
  std::string text;
  for (const json& value : list)
    text += (text.empty() ? "" : ", ") + textOf(value);
  return text;
}

/// A column in the making: one value a row, nulls where a row had none.
struct Column {
  std::string name;
  std::vector<json> values;
};

class Builder {
public:
  void add(std::size_t row, const std::string& name, json value) {
    const auto [at, fresh] = index_.try_emplace(name, columns_.size());
    if (fresh) {
      if (columns_.size() >= mostColumns) {
        index_.erase(at);
        ++dropped_;
        return;
      }
      columns_.push_back({name, {}});
    }
    std::vector<json>& values = columns_[at->second].values;
    values.resize(row);
    values.push_back(std::move(value));
  }
  [[nodiscard]] bool empty() const { return columns_.empty(); }

  data::Table table(const std::string& name, std::size_t rows, RecordTables& out) {
    if (dropped_ > 0)
      out.warnings.push_back(name + " has more than " + std::to_string(mostColumns) + " keys; the others are left out");
    data::Table table;
    table.info.name = name;
    table.info.rows = static_cast<std::int64_t>(rows);
    for (Column& column : columns_) {
      column.values.resize(rows);
      const bool numbers = std::all_of(column.values.begin(), column.values.end(), [](const json& value) {
        return value.is_number() || value.is_boolean() || value.is_null();
      });
      if (numbers) {
        std::vector<double> all;
        all.reserve(rows);
        for (const json& value : column.values)
          all.push_back(value.is_number()    ? value.get<double>()
                        : value.is_boolean() ? double(value.get<bool>())
                                             : nothing);
        push(table, column.name, {}, std::move(all), {});
        continue;
      }
      std::vector<std::string> texts;
      std::vector<double> times;
      texts.reserve(rows);
      bool allTimes = true;
      for (const json& value : column.values) {
        texts.push_back(textOf(value));
        const auto time = isoSeconds(texts.back());
        allTimes = allTimes && (time || texts.back().empty());
        if (allTimes) times.push_back(time.value_or(nothing));
      }
      push(table, column.name, {}, {}, std::move(texts));
      if (allTimes) push(table, column.name + " (time)", epochUnit, std::move(times), {});
    }
    makeUnique(table.info.columns);
    return table;
  }

private:
  static void push(data::Table& table, const std::string& name, const std::string& unit, std::vector<double> numbers,
                   std::vector<std::string> texts) {
    table.info.columns.push_back(name);
    table.info.units.push_back(unit);
    table.numbers.push_back(std::move(numbers));
    table.texts.push_back(std::move(texts));
  }
  std::vector<Column> columns_;
  std::unordered_map<std::string, std::size_t> index_;
  std::size_t dropped_ = 0;
};

class Gatherer {
public:
  explicit Gatherer(std::string root) : root_(std::move(root)) {}
  RecordTables out;

  void value(const std::string& name, const json& value, int depth) {
    if (embedded(name, value)) return;
    if (isSingle(value)) {
      out.attributes[name.empty() ? root_ : name] = textOf(value);
    } else if (depth > deepest || out.tables.size() >= mostTables) {
      skipped(name);
    } else if (value.is_array()) {
      list(name, value);
    } else if (!keyedLists(name, value)) {
      for (const auto& [key, inner] : value.items())
        this->value(name.empty() ? key : name + "." + key, inner, depth + 1);
    }
  }
  void finish() {
    if (skipped_ > 0)
      out.warnings.push_back(std::to_string(skipped_) + (skipped_ == 1 ? " part is" : " parts are") +
                             " not shown, nested too deep or too many: " + example_);
  }

private:
  void skipped(const std::string& name) {
    if (skipped_++ == 0) example_ = name;
  }

  /// Bytes that are a file of their own.
  bool embedded(const std::string& name, const json& value) {
    RecordTables::Embedded found{name, {}};
    if (value.is_binary()) {
      found.bytes = value.get_binary();
    } else if (value.is_object() && value.contains("$binary") && value["$binary"].is_string()) {
      const auto bytes = decodeBase64(value["$binary"].get_ref<const std::string&>());
      if (!bytes) return false;
      found.bytes.assign(reinterpret_cast<const std::uint8_t*>(bytes->data()),
                         reinterpret_cast<const std::uint8_t*>(bytes->data()) + bytes->size());
    } else {
      return false;
    }
    if (found.bytes.empty()) return true;
    if (out.embedded.size() < mostEmbedded)
      out.embedded.push_back(std::move(found));
    else
      skipped(name);
    return true;
  }

  void row(Builder& builder, std::size_t number, const std::string& prefix, const json& object, int depth) {
    for (const auto& [key, inner] : object.items()) {
      const std::string name = prefix.empty() ? key : prefix + "." + key;
      if (isSingle(inner)) {
        builder.add(number, name, inner);
      } else if (inner.is_object() && depth < deepest && !inner.contains("$binary")) {
        row(builder, number, name, inner, depth + 1);
      } else if (const auto text = inner.is_array() ? listText(inner) : std::nullopt) {
        builder.add(number, name, *text);
      } else {
        skipped(name);
      }
    }
  }

  void list(const std::string& name, const json& values) {
    if (values.empty()) return;
    Builder builder;
    std::size_t number = 0;
    for (const json& value : values) {
      if (value.is_object())
        row(builder, number, {}, value, 1);
      else if (value.is_array())
        cells(builder, number, value);
      else
        builder.add(number, "value", isSingle(value) ? value : json());
      ++number;
    }
    if (number == 1 && values[0].is_structured() && builder.empty()) return value(name, values[0], deepest);
    if (!builder.empty()) out.tables.push_back(builder.table(name.empty() ? root_ : name, number, out));
  }

  void cells(Builder& builder, std::size_t number, const json& values) {
    for (std::size_t c = 0; c < values.size(); ++c) {
      if (isSingle(values[c]))
        builder.add(number, "value " + std::to_string(c + 1), values[c]);
      else if (const auto text = values[c].is_array() ? listText(values[c]) : std::nullopt)
        builder.add(number, "value " + std::to_string(c + 1), *text);
      else
        skipped("value " + std::to_string(c + 1));
    }
  }

  /// An object of which every value is a list.
  bool keyedLists(const std::string& name, const json& object) {
    constexpr std::size_t fewest = 2;
    if (object.size() < fewest) return false;
    bool flat = true, even = true, numbered = true;
    const std::size_t length = object.begin()->size();
    for (const auto& [key, inner] : object.items()) {
      if (!inner.is_array()) return false;
      for (const json& value : inner) {
        if (value.is_object() || value.is_binary()) return false;
        flat = flat && isSingle(value);
      }
      even = even && inner.size() == length;
      numbered = numbered && wholeNumberOf(key).has_value();
    }
    Builder builder;
    std::size_t rows = 0;
    if (flat && even && !numbered) {
      if (length < fewest) return false;
      for (const auto& [key, inner] : object.items())
        for (std::size_t i = 0; i < length; ++i)
          builder.add(i, key, inner[i]);
      rows = length;
    } else {
      for (const auto& [key, inner] : object.items()) {
        if (flat && (even || numbered)) { // a row a key
          builder.add(rows, "key", key);
          cells(builder, rows++, inner);
          continue;
        }
        for (const json& value : inner) { // a row an entry
          builder.add(rows, "key", key);
          if (value.is_array())
            cells(builder, rows, value);
          else
            builder.add(rows, "value", value);
          ++rows;
        }
      }
    }
    if (rows > 0) out.tables.push_back(builder.table(name.empty() ? root_ : name, rows, out));
    return true;
  }

  std::string root_, example_;
  std::size_t skipped_ = 0;
};

} // namespace

RecordTables tablesOf(const json& document, const std::string& root) {
  Gatherer gatherer(root);
  gatherer.value({}, document, 0);
  gatherer.finish();
  return std::move(gatherer.out);
}

} // namespace discern::io
