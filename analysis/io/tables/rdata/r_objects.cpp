#include "io/tables/rdata/r_objects.h"

#include "io/file_text.h"
#include "io/tables/text/cells.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace discern::io {

namespace {

using Kind = RValue::Kind;

constexpr std::size_t mostParts = 500;    ///< tables and arrays of one file
constexpr std::size_t mostColumns = 4096; ///< that a matrix in a data frame becomes
constexpr std::size_t mostDimensions = 5;
constexpr double day = 86400;

bool isNumbers(const RValue& value) {
  return value.kind == Kind::Integer || value.kind == Kind::Real || value.kind == Kind::Logical;
}

bool isFactor(const RValue& value) { return value.kind == Kind::Integer && value.attribute("levels") != nullptr; }

std::vector<std::int64_t> dimensionsOf(const RValue& value) {
  std::vector<std::int64_t> lengths;
  const RValue* dim = value.attribute("dim");
  if (!dim) return lengths;
  double product = 1;
  for (const double length : dim->numbers) {
    if (!(length >= 0 && length < 1e15)) return {};
    lengths.push_back(static_cast<std::int64_t>(length));
    product *= length;
  }
  return product == static_cast<double>(value.size()) ? lengths : std::vector<std::int64_t>{};
}

struct Column {
  std::string name, unit;
  std::vector<double> numbers;
  std::vector<std::string> texts;
};

/// A vector as a column; an empty one of texts for what has no values.
Column columnOf(std::string name, const RValue& value) {
  Column column{std::move(name), {}, {}, {}};
  if (isFactor(value)) {
    const std::vector<std::string>& levels = value.attribute("levels")->texts;
    column.texts.reserve(value.numbers.size());
    for (const double code : value.numbers)
      column.texts.push_back(code >= 1 && code <= static_cast<double>(levels.size())
                                 ? levels[static_cast<std::size_t>(code) - 1]
                                 : std::string());
  } else if (value.kind == Kind::Text) {
    column.texts = value.texts;
  } else {
    column.numbers = value.numbers;
    if (value.inherits("Date")) {
      column.unit = epochUnit;
      for (double& number : column.numbers)
        number *= day;
    } else if (value.inherits("POSIXct")) {
      column.unit = epochUnit;
    } else if (const RValue* units = value.attribute("units"); value.inherits("difftime") && units) {
      column.unit = units->texts.empty() ? std::string() : units->texts[0];
    }
  }
  return column;
}

class Gatherer {
public:
  RObjects objects;

  void add(const std::string& name, const RValue& value, int depth = 0) {
    if (objects.tables.size() + objects.arrays.size() >= mostParts) return skip(name, "there are too many objects");
    if (value.inherits("data.frame") && value.kind == Kind::List) return addFrame(name, value);
    if (value.inherits("igraph") && value.kind == Kind::List && addGraph(name, value)) return;
    if (const auto lengths = dimensionsOf(value); lengths.size() >= 2 && isNumbers(value))
      return addArray(name, value, lengths);
    switch (value.kind) {
    case Kind::Null:
      return;
    case Kind::Complex:
      return skip(name, "it has complex numbers");
    case Kind::Other:
      if (value.attributeNames.empty() || depth > 2) return skip(name, "it is no data");
      for (std::size_t i = 0; i < value.attributeNames.size(); ++i)
        if (value.attributeNames[i] != "class")
          add(name + "@" + value.attributeNames[i], value.attributeValues[i], depth + 1);
      return;
    case Kind::List: {
      const std::vector<std::string> names = value.names();
      if (names.empty() && addRagged(name, value)) return;
      if (depth > 6) return skip(name, "it is nested too deep");
      for (std::size_t i = 0; i < value.items.size(); ++i)
        add(name + "$" + (i < names.size() && !names[i].empty() ? names[i] : std::to_string(i + 1)), value.items[i],
            depth + 1);
      return;
    }
    default:
      return addVector(name, value);
    }
  }

  void finish() {
    if (skipped_ == 0) return;
    objects.warnings.push_back((skipped_ == 1 ? "One object is" : std::to_string(skipped_) + " objects are") +
                               " not shown: " + examples_);
  }

private:
  void skip(const std::string& name, const char* why) {
    constexpr int told = 3;
    if (++skipped_ <= told) examples_ += (skipped_ > 1 ? "; " : "") + name + " (" + why + ")";
  }

  void addTable(const std::string& name, std::vector<Column> columns, std::size_t rows) {
    data::Table table;
    table.info.name = name;
    table.info.rows = static_cast<std::int64_t>(rows);
    for (Column& column : columns) {
      table.info.columns.push_back(column.name);
      table.info.units.push_back(column.unit);
      table.numbers.push_back(std::move(column.numbers));
      table.texts.push_back(std::move(column.texts));
    }
    makeUnique(table.info.columns);
    objects.tables.push_back(std::move(table));
  }

  void addFrame(const std::string& name, const RValue& frame) {
    const std::vector<std::string> names = frame.names();
    std::vector<Column> columns;
    std::size_t rows = 0;
    for (const RValue& item : frame.items) {
      const auto lengths = dimensionsOf(item);
      rows = std::max(rows, lengths.empty() ? item.size() : static_cast<std::size_t>(lengths[0]));
    }
    if (const RValue* own = frame.attribute("row.names"); own && own->kind == Kind::Text && own->texts.size() == rows) {
      Column column = columnOf("row", *own);
      const bool numbered = std::all_of(column.texts.begin(), column.texts.end(),
                                        [](const std::string& text) { return wholeNumberOf(text).has_value(); });
      if (!numbered) columns.push_back(std::move(column));
    }
    for (std::size_t i = 0; i < frame.items.size(); ++i) {
      const RValue& item = frame.items[i];
      const std::string own = i < names.size() ? names[i] : std::string();
      const auto lengths = dimensionsOf(item);
      if (lengths.size() == 2 && isNumbers(item) && static_cast<std::size_t>(lengths[0]) == rows &&
          static_cast<std::size_t>(lengths[1]) <= mostColumns) {
        // Spectra, one a row: columns of the table, and a picture of their own.
        const std::vector<std::string> parts = columnNames(item, static_cast<std::size_t>(lengths[1]));
        for (std::size_t c = 0; c < parts.size(); ++c)
          columns.push_back({own + "." + parts[c],
                             {},
                             {item.numbers.begin() + static_cast<std::ptrdiff_t>(c * rows),
                              item.numbers.begin() + static_cast<std::ptrdiff_t>((c + 1) * rows)},
                             {}});
        addArray(name + "$" + own, item, lengths);
        continue;
      }
      Column column = columnOf(own, item);
      if ((column.numbers.size() != rows && column.texts.size() != rows) || item.kind == Kind::Complex) {
        skip(name + "$" + own, "a column of lists or of another length");
        continue;
      }
      columns.push_back(std::move(column));
    }
    addTable(name, std::move(columns), rows);
  }

  /// A list without names of vectors, or of lists of as many vectors of one length (the trees of a forest): one table,
  /// whose column "item" counts the list's items from 1. False for any other list.
  bool addRagged(const std::string& name, const RValue& list) {
    constexpr std::size_t mostVectors = 100;
    if (list.items.size() < 2) return false;
    const auto vectorsOf = [](const RValue& item) {
      std::vector<const RValue*> vectors;
      if (item.kind != Kind::List) vectors.push_back(&item);
      if (item.kind == Kind::List && item.names().empty())
        for (const RValue& inner : item.items)
          vectors.push_back(&inner);
      return vectors;
    };
    const std::size_t width = vectorsOf(list.items.front()).size();
    if (width == 0 || width > mostVectors) return false;
    std::vector<Column> columns{{"item", {}, {}, {}}};
    for (std::size_t c = 1; c <= width; ++c)
      columns.push_back({width == 1 ? std::string("value") : "value " + std::to_string(c), {}, {}, {}});
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const auto vectors = vectorsOf(list.items[i]);
      if (vectors.size() != width) return false;
      const std::size_t rows = vectors[0]->size();
      for (std::size_t c = 0; c < width; ++c) {
        const RValue& vector = *vectors[c];
        if (vector.size() != rows || vector.attribute("dim") || !(isNumbers(vector) || vector.kind == Kind::Text))
          return false;
        Column part = columnOf({}, vector);
        Column& own = columns[c + 1];
        if (part.texts.empty() ? !own.texts.empty() : !own.numbers.empty()) return false; // numbers here, texts there
        own.numbers.insert(own.numbers.end(), part.numbers.begin(), part.numbers.end());
        own.texts.insert(own.texts.end(), part.texts.begin(), part.texts.end());
      }
      columns[0].numbers.resize(columns[0].numbers.size() + rows, static_cast<double>(i + 1));
    }
    const std::size_t rows = columns[0].numbers.size();
    if (rows > 0) addTable(name, std::move(columns), rows);
    return true;
  }

  static std::vector<std::string> columnNames(const RValue& matrix, std::size_t count) {
    std::vector<std::string> names;
    if (const RValue* own = matrix.attribute("dimnames"); own && own->items.size() == 2) names = own->items[1].texts;
    if (names.size() != count) {
      names.clear();
      for (std::size_t i = 0; i < count; ++i)
        names.push_back(std::to_string(i + 1));
    }
    return names;
  }

  void addVector(const std::string& name, const RValue& value) {
    Column column = columnOf("value", value);
    const std::size_t rows = std::max(column.numbers.size(), column.texts.size());
    if (rows == 0) return;
    if (rows == 1) {
      objects.attributes[name] = column.texts.empty() ? numberText(column.numbers[0]) : column.texts[0];
      return;
    }
    std::vector<Column> columns;
    if (std::vector<std::string> names = value.names(); names.size() == rows)
      columns.push_back({"name", {}, {}, std::move(names)});
    if (const RValue* times = value.attribute("tsp"); times && times->numbers.size() == 3 && times->numbers[2] > 0) {
      Column time{"time", {}, std::vector<double>(rows), {}}; // from, to, steps in a unit
      for (std::size_t i = 0; i < rows; ++i)
        time.numbers[i] = times->numbers[0] + static_cast<double>(i) / times->numbers[2];
      columns.push_back(std::move(time));
    }
    columns.push_back(std::move(column));
    addTable(name, std::move(columns), rows);
  }

  /// R's first dimension runs fastest and is the rows: y; the second is x, the further ones z, time, component.
  void addArray(const std::string& name, const RValue& value, const std::vector<std::int64_t>& lengths) {
    if (lengths.size() > mostDimensions || value.size() == 0) return skip(name, "it has no values, or too many axes");
    RObjects::Array array;
    array.info.name = name;
    array.info.type = data::ScalarType::Float64;
    const auto at = [&](std::size_t axis) { return axis < lengths.size() ? lengths[axis] : 1; };
    array.info.shape = {at(1), at(0), at(2)};
    array.info.time.size = at(3);
    if (at(4) > std::numeric_limits<int>::max()) return skip(name, "it has too many components");
    array.info.components = static_cast<int>(at(4));
    array.info.levels = levelsFor(array.info.shape);
    array.info.axisNames = {"column", "row", "z"};
    array.info.transform = "none";
    array.info.worldUnit = "px";
    array.info.source = "R data";
    const std::int64_t rows = at(0), columns = at(1);
    array.values.resize(value.size());
    const std::int64_t planes = static_cast<std::int64_t>(value.size()) / (rows * columns);
    for (std::int64_t p = 0; p < planes; ++p)
      for (std::int64_t y = 0; y < rows; ++y)
        for (std::int64_t x = 0; x < columns; ++x)
          array.values[static_cast<std::size_t>((p * rows + y) * columns + x)] =
              value.numbers[static_cast<std::size_t>((p * columns + x) * rows + y)];
    objects.arrays.push_back(std::move(array));
  }

  /// igraph's lists: number of nodes, directed, from, to, four indices, and the attributes (of what it is, of the
  /// graph, of the nodes, of the edges).
  bool addGraph(const std::string& name, const RValue& value) {
    constexpr std::size_t parts = 9, ofNodes = 2, ofEdges = 3;
    if (objects.network || value.items.size() < parts || value.items[0].numbers.size() != 1 ||
        value.items[1].numbers.size() != 1 || value.items[2].size() != value.items[3].size())
      return false;
    const double count = value.items[0].numbers[0];
    if (!(count >= 0 && count < 1e8)) return false;
    Network network;
    network.directed = value.items[1].numbers[0] != 0;
    const RValue& attributes = value.items[8];
    const auto properties = [&](std::size_t part, std::size_t size) {
      std::vector<NetworkColumn> columns;
      if (attributes.items.size() <= part) return columns;
      const RValue& list = attributes.items[part];
      const std::vector<std::string> names = list.names();
      for (std::size_t i = 0; i < list.items.size() && i < names.size(); ++i) {
        Column column = columnOf(names[i], list.items[i]);
        if (column.numbers.size() == size || column.texts.size() == size)
          columns.push_back({column.name, column.unit, std::move(column.numbers), std::move(column.texts)});
      }
      return columns;
    };
    const auto nodes = static_cast<std::size_t>(count), edges = value.items[2].size();
    for (NetworkColumn& column : properties(ofNodes, nodes)) {
      if (column.name == "name" && !column.texts.empty()) {
        std::vector<std::string> unique = column.texts;
        makeUnique(unique);
        network.names = std::move(unique);
      } else {
        network.nodeColumns.push_back(std::move(column));
      }
    }
    network.edgeColumns = properties(ofEdges, edges);
    if (network.names.empty())
      for (std::size_t i = 0; i < nodes; ++i)
        network.names.push_back(std::to_string(i + 1));
    for (std::size_t i = 0; i < edges; ++i) {
      const double from = value.items[2].numbers[i], to = value.items[3].numbers[i];
      if (!(from >= 0 && from < count && to >= 0 && to < count)) return false;
      network.from.push_back(static_cast<std::int64_t>(from));
      network.to.push_back(static_cast<std::int64_t>(to));
    }
    objects.attributes["network"] = name;
    objects.network = std::move(network);
    return true;
  }

  int skipped_ = 0;
  std::string examples_;
};

} // namespace

RObjects objectsOf(const RValue& document, bool workspace, const std::string& alone) {
  Gatherer gatherer;
  if (!workspace) {
    gatherer.add(alone, document);
  } else {
    for (std::size_t i = 0; i < document.items.size(); ++i)
      gatherer.add(i < document.labels.size() ? document.labels[i] : std::string(), document.items[i]);
  }
  gatherer.finish();
  return std::move(gatherer.objects);
}

} // namespace discern::io
