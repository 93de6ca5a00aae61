#include "io/tables/r/r_frame.h"

#include "io/tables/text/cells.h"

#include <bit>
#include <cmath>
#include <limits>

namespace discern::io {

namespace {

using Kind = RValue::Kind;

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double secondsOfDay = 86400;
constexpr std::int64_t mostMatrixColumns = 4096;

std::string firstText(const RValue* value) {
  return value && !value->texts.empty() ? value->texts.front() : std::string();
}

void toLevels(const RValue& value, RColumn& column) {
  const RValue* levels = value.attribute("levels");
  column.texts.reserve(value.numbers.size());
  for (const double code : value.numbers) {
    const bool there = levels && code >= 1 && code <= static_cast<double>(levels->texts.size());
    column.texts.push_back(there ? levels->texts[static_cast<std::size_t>(code) - 1] : absentText);
  }
}

/// The names along a matrix's columns, or "1", "2", ….
std::vector<std::string> columnNames(const RValue& matrix, std::int64_t count) {
  const RValue* names = matrix.attribute("dimnames");
  if (names && names->items.size() > 1 && names->items[1]->texts.size() == static_cast<std::size_t>(count))
    return names->items[1]->texts;
  std::vector<std::string> numbered;
  numbered.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 1; i <= count; ++i)
    numbered.push_back(std::to_string(i));
  return numbered;
}

/// The columns of a matrix in a data frame.
bool addMatrix(const std::string& name, const RValue& value, const std::vector<std::int64_t>& lengths,
               std::vector<RColumn>& columns) {
  if (lengths.size() != 2 || lengths[1] > mostMatrixColumns) return false;
  const auto rows = static_cast<std::size_t>(lengths[0]);
  const auto names = columnNames(value, lengths[1]);
  for (std::size_t c = 0; c < names.size(); ++c) {
    RColumn column{name + "." + names[c], "", {}, {}};
    const auto begin = static_cast<std::ptrdiff_t>(c * rows), end = static_cast<std::ptrdiff_t>((c + 1) * rows);
    if (value.kind == Kind::Text)
      column.texts.assign(value.texts.begin() + begin, value.texts.begin() + end);
    else
      column.numbers.assign(value.numbers.begin() + begin, value.numbers.begin() + end);
    columns.push_back(std::move(column));
  }
  return true;
}

std::size_t rowsOf(const RColumn& column) { return std::max(column.numbers.size(), column.texts.size()); }

} // namespace

bool toColumn(const RValue& value, RColumn& column) {
  if (value.kind == Kind::Text) {
    column.texts = value.texts;
    return true;
  }
  if (!value.isNumeric()) return false;
  if (value.is("factor")) {
    toLevels(value, column);
    return true;
  }
  column.numbers = value.numbers;
  if (value.is("Date") || value.is("POSIXct")) {
    column.unit = epochUnit;
    if (value.is("Date"))
      for (double& day : column.numbers)
        day *= secondsOfDay;
  } else if (value.is("difftime")) {
    column.unit = firstText(value.attribute("units"));
    if (column.unit == "secs") column.unit = "s";
    if (column.unit == "mins") column.unit = "min";
  } else if (value.is("integer64")) {
    for (double& number : column.numbers) {
      const auto whole = std::bit_cast<std::int64_t>(number);
      number = whole == std::numeric_limits<std::int64_t>::min() ? none : static_cast<double>(whole);
    }
  }
  return true;
}

std::vector<std::int64_t> dimensionsOf(const RValue& value) {
  const RValue* lengths = value.attribute("dim");
  if (!lengths) return {};
  std::vector<std::int64_t> dimensions;
  double product = 1;
  for (const double length : lengths->numbers) {
    if (!(length >= 0) || !(length < 9e15)) return {};
    dimensions.push_back(static_cast<std::int64_t>(length));
    product *= length;
  }
  return product == static_cast<double>(value.length()) ? dimensions : std::vector<std::int64_t>();
}

data::Table tableOf(const std::string& name, std::vector<RColumn> columns) {
  data::Table table;
  table.info.name = name;
  table.info.rows = columns.empty() ? 0 : static_cast<std::int64_t>(rowsOf(columns.front()));
  for (RColumn& column : columns) {
    table.info.columns.push_back(std::move(column.name));
    table.info.units.push_back(std::move(column.unit));
    table.numbers.push_back(std::move(column.numbers));
    table.texts.push_back(std::move(column.texts));
  }
  makeUnique(table.info.columns);
  return table;
}

data::Table frameTable(const std::string& name, const RValue& frame, std::vector<std::string>& left) {
  std::vector<RColumn> columns;
  const auto names = frame.elementNames();
  if (const RValue* rows = frame.attribute("row.names"); rows && rows->kind == Kind::Text)
    columns.push_back({"row", "", {}, rows->texts});
  for (std::size_t i = 0; i < frame.items.size(); ++i) {
    const RValue& value = *frame.items[i];
    const std::string own = i < names.size() && !names[i].empty() ? names[i] : "column " + std::to_string(i + 1);
    const auto lengths = dimensionsOf(value);
    RColumn column{own, "", {}, {}};
    const bool good = lengths.size() > 1 && (value.isNumeric() || value.kind == Kind::Text)
                          ? addMatrix(own, value, lengths, columns)
                          : toColumn(value, column);
    if (!good)
      left.push_back(name + "$" + own);
    else if (lengths.size() < 2)
      columns.push_back(std::move(column));
  }
  // All of one length, as the most have it: anything else would be a damaged frame.
  std::size_t rows = 0;
  for (const RColumn& column : columns)
    rows = std::max(rows, rowsOf(column));
  std::vector<RColumn> whole;
  for (RColumn& column : columns) {
    if (rowsOf(column) == rows)
      whole.push_back(std::move(column));
    else
      left.push_back(name + "$" + column.name);
  }
  return tableOf(name, std::move(whole));
}

} // namespace discern::io
