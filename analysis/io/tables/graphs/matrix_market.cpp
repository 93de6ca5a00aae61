#include "io/tables/graphs/matrix_market.h"

#include "io/file_text.h"
#include "io/tables/graphs/network.h"
#include "io/tables/text/byte_stream.h"
#include "io/tables/text/cells.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace discern::io {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t mostNodes = 20'000'000; // a vertex takes VTK some 50 bytes

struct Header {
  bool array = false, pattern = false, symmetric = false, skew = false;
};

Header headerOf(const std::string& path, std::string_view line) {
  const auto parts = words(line);
  if (parts.size() < 5) throw data::ReadError(path, "the Matrix Market banner has not five words");
  const std::string object = lowerCase(parts[1]), format = lowerCase(parts[2]), field = lowerCase(parts[3]),
                    symmetry = lowerCase(parts[4]);
  if (object != "matrix" || (format != "coordinate" && format != "array"))
    throw data::ReadError(path,
                          "a Matrix Market matrix, coordinate or array, was expected; found " + object + " " + format);
  if (field != "real" && field != "double" && field != "integer" && field != "pattern")
    throw data::ReadError(path, "its numbers are " + cleanText(field) + "; real, integer or pattern were expected");
  if (symmetry != "general" && symmetry != "symmetric" && symmetry != "skew-symmetric")
    throw data::ReadError(path, "its symmetry is " + cleanText(symmetry) +
                                    "; general, symmetric or skew-symmetric were expected");
  return {format == "array", field == "pattern", symmetry != "general", symmetry == "skew-symmetric"};
}

[[noreturn]] void badLine(const std::string& path, const LineReader& lines, std::string_view line,
                          const char* expected) {
  throw data::ReadError(path, "line " + std::to_string(lines.number()) + ": " + expected + " expected, found \"" +
                                  cleanText(line.substr(0, 40)) + "\"");
}

} // namespace

bool isMatrixMarket(const Candidate& candidate) { return candidate.begins("%%MatrixMarket"); }

std::shared_ptr<data::Dataset> openMatrixMarket(const Candidate& candidate) {
  const std::string& path = candidate.path();
  LineReader lines(path, streamOf(candidate.file));
  std::string_view line;
  lines.next(line);
  const Header header = headerOf(path, line);
  data::DatasetInfo info;
  info.path = path;
  info.format = "Matrix Market";
  bool more = false;
  while ((more = lines.next(line)) && (trimmed(line).empty() || line[0] == '%'))
    if (info.attributes["comment"].size() < 500 && line.size() > 1)
      info.attributes["comment"] += cleanText(trimmed(line.substr(1))) + "\n";
  if (info.attributes["comment"].empty()) info.attributes.erase("comment");
  const auto sizes = words(more ? line : std::string_view());
  const std::size_t wanted = header.array ? 2 : 3;
  std::vector<std::int64_t> size;
  for (const auto word : sizes)
    if (const auto number = wholeNumberOf(word); number && *number >= 0) size.push_back(*number);
  if (size.size() != wanted || sizes.size() != wanted) badLine(path, lines, more ? line : "", "the matrix's size was");
  const std::int64_t rows = size[0], columns = size[1];
  const bool square = rows == columns;
  if (header.symmetric && !square)
    throw data::ReadError(path, "a symmetric matrix of " + shapeText(size) + " can't be");
  if (rows < 1 || columns < 1) throw data::ReadError(path, "the matrix is empty");
  if (rows > mostNodes || columns > mostNodes)
    throw data::ReadError(path, "the matrix has " + std::to_string(std::max(rows, columns)) +
                                    " rows or columns; up to " + std::to_string(mostNodes) + " are read");
  const double entries = !header.array ? static_cast<double>(size[2])
                         : !header.symmetric
                             ? static_cast<double>(rows) * static_cast<double>(columns)
                             : static_cast<double>(rows) * static_cast<double>(rows + (header.skew ? -1 : 1)) / 2;
  // An entry takes two bytes at least, a coordinate four; deflate packs a thousand into one.
  const double least = entries * (header.array ? 2 : 4) - 1;
  if (least > static_cast<double>(candidate.file->size()) * (candidate.gzip ? 1032 : 1))
    throw data::ReadError(path, "the header promises " + numberText(entries) + " entries, more than a file of " +
                                    byteText(static_cast<double>(candidate.file->size())) + " holds");

  Network network;
  network.directed = !header.symmetric || header.skew;
  std::vector<double> values, dense;
  if (header.array) dense.assign(static_cast<std::size_t>(rows * columns), 0);
  const auto add = [&](std::int64_t row, std::int64_t column, double value) {
    network.from.push_back(row);
    network.to.push_back(square ? column : rows + column);
    values.push_back(value);
  };
  auto left = static_cast<std::int64_t>(entries);
  std::int64_t row = header.skew ? 1 : 0, column = 0; // of an array: down the columns
  while (left > 0 && lines.next(line)) {
    if (trimmed(line).empty() || line[0] == '%') continue;
    if (header.array) {
      const auto value = numberOf(line);
      if (!value) badLine(path, lines, line, "a number was");
      dense[static_cast<std::size_t>(row * columns + column)] = *value;
      if (header.symmetric && row != column)
        dense[static_cast<std::size_t>(column * columns + row)] = header.skew ? -*value : *value;
      if (++row == rows) row = header.symmetric ? ++column + (header.skew ? 1 : 0) : (++column, 0);
    } else {
      const auto parts = words(line);
      const bool complete = parts.size() > (header.pattern ? 1U : 2U);
      const std::int64_t i = complete ? wholeNumberOf(parts[0]).value_or(0) : 0;
      const std::int64_t j = complete ? wholeNumberOf(parts[1]).value_or(0) : 0;
      const double value = !complete || header.pattern ? 1 : numberOf(parts[2]).value_or(nan);
      if (!complete || std::isnan(value)) badLine(path, lines, line, "row, column and value were");
      if (i < 1 || i > rows || j < 1 || j > columns)
        badLine(path, lines, line, ("an entry within " + shapeText(std::array{rows, columns}) + " was").c_str());
      add(i - 1, j - 1, value);
      if (header.skew) add(j - 1, i - 1, -value);
    }
    --left;
  }
  if (left > 0)
    throw data::ReadError(path, "the header promises " + numberText(entries) + " entries; " + std::to_string(left) +
                                    " of them are missing: the file is cut short or its header is wrong");
  FieldsDataset::Fields fields;
  if (header.array) {
    std::int64_t links = 0;
    for (const double value : dense)
      links += value != 0 ? 1 : 0;
    if (links <= 5'000'000)
      for (std::int64_t i = 0; i < rows; ++i)
        for (std::int64_t j = header.symmetric && !header.skew ? i : 0; j < columns; ++j)
          if (const double value = dense[static_cast<std::size_t>(i * columns + j)]; value != 0) add(i, j, value);
    if (links > 5'000'000)
      info.warnings.push_back(std::to_string(links) +
                              " entries are not zero: the matrix is offered as a field, not as edges");
    data::FieldInfo field;
    field.name = "matrix";
    field.shape = {columns, rows, 1};
    field.levels = levelsFor(field.shape);
    field.axisNames = {"column", "row", "z"};
    field.transform = "none";
    field.worldUnit = "px";
    field.source = info.format;
    fields.push_back(doubleField(std::move(field), dense));
  }
  if (!square) info.warnings.push_back("the matrix is not square: its rows and its columns are nodes of two kinds");
  network.names.reserve(static_cast<std::size_t>(square ? rows : rows + columns));
  for (std::int64_t i = 0; i < rows; ++i)
    network.names.push_back((square ? "" : "row ") + std::to_string(i + 1));
  for (std::int64_t j = 0; j < columns && !square; ++j)
    network.names.push_back("column " + std::to_string(j + 1));
  network.edgeColumns.push_back({"weight", "", std::move(values), {}});
  info.attributes["matrix"] = shapeText(std::array{rows, columns});
  return networkDataset(std::move(info), std::move(network), {}, std::move(fields));
}

} // namespace discern::io
