#include "io/tables/r/r_reader.h"

#include "io/fields/array/axes.h"
#include "io/file_text.h"
#include "io/tables/r/r_frame.h"
#include "io/tables/r/r_graph.h"
#include "io/tables/r/r_parser.h"
#include "io/tables/text/cells.h"
#include "io/tables/text/tables_dataset.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

namespace discern::io {

namespace {

using Kind = RValue::Kind;

constexpr std::size_t mostParts = 500;
constexpr int deepestList = 8;

/// What is shown of a file's objects.
struct RParts {
  std::vector<data::Table> tables;
  FieldsDataset::Fields fields;
  std::map<std::string, std::string> attributes;
  std::vector<std::string> warnings;
  std::optional<Network> network;
};

class Sorting {
public:
  explicit Sorting(const std::string& path) : path_(path) {}

  void add(const std::string& name, const RValue& value, int depth) {
    if (parts_.tables.size() + parts_.fields.size() >= mostParts) return skip("more than 500 parts", name);
    if (value.kind == Kind::Null) return;
    if (value.kind == Kind::Other || value.kind == Kind::Symbol)
      return skip(value.what.empty() || value.kind == Kind::Symbol ? "symbols" : value.what, name);
    if (value.kind == Kind::Complex) return skip("complex numbers", name);
    if (value.kind == Kind::List) return addList(name, value, depth);
    const auto lengths = dimensionsOf(value);
    if (lengths.size() > 1 && value.isNumeric() && !value.is("factor")) return addArray(name, value, lengths);
    addVector(name, value);
  }

  RParts finish() && {
    for (const auto& [why, names] : skipped_)
      parts_.warnings.push_back(
          "Not shown: " + why + " (" + names.first +
          (names.second > mostNamed ? ", " + std::to_string(names.second - mostNamed) + " more" : std::string()) +
          ").");
    std::vector<std::string> names;
    names.reserve(parts_.tables.size());
    for (const data::Table& table : parts_.tables)
      names.push_back(table.info.name);
    makeUnique(names);
    for (std::size_t i = 0; i < names.size(); ++i)
      parts_.tables[i].info.name = names[i];
    return std::move(parts_);
  }

private:
  static constexpr int mostNamed = 4;

  void skip(const std::string& why, const std::string& name) {
    auto& [names, count] = skipped_[why];
    if (++count <= mostNamed) names += (names.empty() ? "" : ", ") + name;
  }

  void addList(const std::string& name, const RValue& list, int depth) {
    if (list.is("igraph")) {
      if (auto network = parts_.network ? std::nullopt : networkOf(list)) {
        parts_.network = std::move(*network);
        parts_.attributes["graph"] = name;
        return;
      }
      return skip(parts_.network ? "a second graph" : "graphs of an igraph version that is not known", name);
    }
    if (list.is("data.frame") || areColumns(list)) {
      std::vector<std::string> left;
      data::Table table = frameTable(name, list, left);
      for (const std::string& column : left)
        skip("columns that are neither numbers nor text", column);
      addMatrices(name, list);
      if (!table.info.columns.empty() && table.info.rows > 0) parts_.tables.push_back(std::move(table));
      return;
    }
    if (addRagged(name, list)) return;
    if (depth >= deepestList) return skip("lists in lists", name);
    const auto names = list.elementNames();
    for (std::size_t i = 0; i < list.items.size(); ++i)
      add(i < names.size() && !names[i].empty() ? name + "$" + names[i] : name + "[[" + std::to_string(i + 1) + "]]",
          *list.items[i], depth + 1);
  }

  /// Vectors of one length, each with a name: a data frame in all but its class.
  static bool areColumns(const RValue& list) {
    const auto names = list.elementNames();
    if (list.items.size() < 2 || names.size() != list.items.size()) return false;
    const std::size_t rows = list.items.front()->length();
    return rows > 1 && std::all_of(list.items.begin(), list.items.end(), [&](const RValue::Ptr& item) {
             return (item->isNumeric() || item->kind == Kind::Text) && item->length() == rows &&
                    !item->attribute("dim");
           });
  }

  /// A list without names of vectors, or of lists of as many vectors of one length (the trees of a forest): one table,
  /// whose column "item" counts the list's items from 1. False for any other list.
  bool addRagged(const std::string& name, const RValue& list) {
    if (list.items.size() < 2 || !list.elementNames().empty()) return false;
    const auto vectorsOf = [](const RValue& item) {
      std::vector<const RValue*> vectors;
      if (item.kind != Kind::List) vectors.push_back(&item);
      if (item.kind == Kind::List && item.elementNames().empty())
        for (const RValue::Ptr& inner : item.items)
          vectors.push_back(inner.get());
      return vectors;
    };
    const std::size_t width = vectorsOf(*list.items.front()).size();
    if (width == 0 || width > 100) return false;
    std::vector<RColumn> columns{{"item", "", {}, {}}};
    for (std::size_t c = 1; c <= width; ++c)
      columns.push_back({width == 1 ? std::string("value") : "value " + std::to_string(c), "", {}, {}});
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const auto vectors = vectorsOf(*list.items[i]);
      if (vectors.size() != width) return false;
      for (std::size_t c = 0; c < width; ++c) {
        RColumn part;
        if (vectors[c]->length() != vectors[0]->length() || vectors[c]->attribute("dim") ||
            !toColumn(*vectors[c], part))
          return false;
        auto& [own, unit, numbers, texts] = columns[c + 1];
        if (i > 0 && (part.texts.empty() ? !texts.empty() : !numbers.empty())) return false;
        numbers.insert(numbers.end(), part.numbers.begin(), part.numbers.end());
        texts.insert(texts.end(), part.texts.begin(), part.texts.end());
      }
      columns[0].numbers.resize(columns[0].numbers.size() + vectors[0]->length(), static_cast<double>(i + 1));
    }
    data::Table table = tableOf(name, std::move(columns));
    if (table.info.rows > 0) parts_.tables.push_back(std::move(table));
    return true;
  }

  /// Matrices in a data frame are also fields.
  void addMatrices(const std::string& name, const RValue& frame) {
    const auto names = frame.elementNames();
    for (std::size_t i = 0; i < frame.items.size(); ++i) {
      const auto lengths = dimensionsOf(*frame.items[i]);
      if (lengths.size() > 1 && frame.items[i]->isNumeric() && i < names.size())
        addArray(name + "$" + names[i], *frame.items[i], lengths);
    }
  }

  void addVector(const std::string& name, const RValue& value) {
    RColumn column{"value", "", {}, {}};
    if (!toColumn(value, column)) return skip("vectors of an unknown kind", name);
    const std::size_t rows = value.length();
    if (rows == 0) return skip("empty vectors", name);
    if (rows == 1) {
      parts_.attributes[name] =
          column.texts.empty() ? numberText(column.numbers.front()) : column.texts.front().substr(0, 500);
      return;
    }
    std::vector<RColumn> columns;
    const auto names = value.elementNames();
    if (names.size() == rows) columns.push_back({"name", "", {}, names});
    if (const RValue* times = value.attribute("tsp"); times && times->numbers.size() == 3 && times->numbers[2] > 0) {
      RColumn time{"time", "", std::vector<double>(rows), {}};
      for (std::size_t i = 0; i < rows; ++i)
        time.numbers[i] = times->numbers[0] + static_cast<double>(i) / times->numbers[2];
      columns.push_back(std::move(time));
    }
    columns.push_back(std::move(column));
    parts_.tables.push_back(tableOf(name, std::move(columns)));
  }

  void addArray(const std::string& name, const RValue& value, std::vector<std::int64_t> lengths) {
    if (value.numbers.empty()) return skip("empty arrays", name);
    while (lengths.size() > 2 && lengths.back() == 1)
      lengths.pop_back();
    if (lengths.size() > 5) return skip("arrays of more than five axes", name);
    data::FieldInfo field;
    field.name = name;
    const bool whole = value.kind != Kind::Real && std::none_of(value.numbers.begin(), value.numbers.end(),
                                                                [](double number) { return number != number; });
    field.type = whole ? data::ScalarType::Int32 : data::ScalarType::Float64;
    field.transform = "none";
    field.worldUnit = "px";
    field.source = "R";
    field.labels = value.kind == Kind::Logical && whole;
    std::string order = std::string("yxztc").substr(0, lengths.size()); // rows, columns, …
    if (const auto saved = savedAxes(path_, name); saved && areAxes(*saved, lengths.size())) order = *saved;
    setShape(field, lengths, order, path_);
    field.levels = levelsFor(field.shape);
    parts_.fields.push_back(inMemory(std::move(field), value.numbers, lengths, order));
  }

  /// R's first axis runs fastest; in memory x does, then y, z, time, component.
  static std::shared_ptr<const data::FieldSource> inMemory(data::FieldInfo field, const std::vector<double>& numbers,
                                                           const std::vector<std::int64_t>& lengths,
                                                           const std::string& order) {
    const std::array<std::int64_t, 5> size{field.shape[0], field.shape[1], field.shape[2], field.time.size,
                                           field.components};
    std::array<std::int64_t, 5> step{};
    std::int64_t product = 1;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      step[static_cast<std::size_t>(axisOf(order[i]))] = product;
      product *= lengths[i];
    }
    std::vector<std::byte> bytes(numbers.size() * sizeOf(field.type));
    std::array<std::int64_t, 5> at{};
    const bool whole = field.type == data::ScalarType::Int32;
    for (std::size_t out = 0; out < numbers.size(); ++out) {
      std::int64_t from = 0;
      for (std::size_t axis = 0; axis < 5; ++axis)
        from += at[axis] * step[axis];
      const double number = numbers[static_cast<std::size_t>(from)];
      const auto integer = whole ? static_cast<std::int32_t>(number) : 0;
      std::memcpy(bytes.data() + out * sizeOf(field.type), whole ? static_cast<const void*>(&integer) : &number,
                  sizeOf(field.type));
      for (std::size_t axis = 0; axis < 5 && ++at[axis] == size[axis]; ++axis)
        at[axis] = 0;
    }
    return data::memoryField(std::move(field), std::move(bytes));
  }

  const std::string& path_;
  RParts parts_;
  std::map<std::string, std::pair<std::string, int>> skipped_;
};

RParts readParts(const std::shared_ptr<const File>& file, int& version) {
  const std::string& path = file->path();
  const auto stream = streamOf(file);
  const RContent content = readR(path, *stream);
  version = content.version;
  Sorting sorting(path);
  if (!content.workspace) {
    sorting.add(stemOf(path), *content.value, 0);
  } else {
    if (content.value->kind != Kind::List && content.value->kind != Kind::Null)
      throw data::ReadError(path, "the R workspace does not begin with its list of objects; the file is damaged");
    for (std::size_t i = 0; i < content.value->items.size(); ++i)
      sorting.add(content.value->names[i], *content.value->items[i], 0);
  }
  return std::move(sorting).finish();
}

} // namespace

bool isR(const Candidate& candidate) {
  const std::string head = candidateText(candidate);
  const std::string_view text(head);
  using namespace std::string_view_literals;
  for (const std::string_view mark :
       {"RDX2\n"sv, "RDX3\n"sv, "RDA2\n"sv, "RDA3\n"sv, "RDB2\n"sv, "RDB3\n"sv, "X\n\0\0\0\2"sv, "X\n\0\0\0\3"sv})
    if (text.starts_with(mark)) return true;
  return false;
}

std::shared_ptr<data::Dataset> openR(const Candidate& candidate) {
  int version = 0;
  RParts parts = readParts(candidate.file, version);
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = "R data " + std::to_string(version);
  info.attributes = std::move(parts.attributes);
  info.warnings = std::move(parts.warnings);
  if (parts.tables.empty() && parts.fields.empty() && !parts.network && info.attributes.empty())
    throw data::ReadError(candidate.path(), "there is nothing in the R data that can be shown" +
                                                (info.warnings.empty() ? std::string() : ": " + info.warnings.front()));
  std::vector<LazyTable> tables;
  tables.reserve(parts.tables.size());
  for (const data::Table& table : parts.tables) {
    const auto load = [file = candidate.file, name = table.info.name]() -> data::Table {
      int unused = 0;
      RParts again = readParts(file, unused);
      for (data::Table& own : again.tables)
        if (own.info.name == name) return std::move(own);
      throw data::ReadError(file->path(), "the table " + name + " is gone; the file was changed");
    };
    tables.push_back({table.info, load});
  }
  if (parts.network)
    return networkDataset(std::move(info), std::move(*parts.network), std::move(tables), std::move(parts.fields));
  return std::make_shared<TablesDataset>(std::move(info), std::move(tables), std::move(parts.fields));
}

} // namespace discern::io
