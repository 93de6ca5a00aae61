#include "io/tables/delimited/sniff.h"

#include "io/file_text.h"
#include "io/tables/text/cells.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace discern::io {

namespace {

using Row = std::vector<std::string>;

struct Rows {
  std::vector<Row> rows;
  std::size_t columns = 0;    ///< what most rows have
  std::size_t first = 0;      ///< the first row that has as many
  double share = 0;           ///< of the rows from there on that have as many
  std::int64_t firstLine = 1; ///< of that row
  std::vector<std::int64_t> lines;
};

/// The first records as this dialect has them.
Rows rowsOf(std::string_view head, bool whole, const Dialect& dialect) {
  constexpr std::size_t most = 300;
  RecordReader reader("", streamOf(head), dialect);
  Rows result;
  while (result.rows.size() < most && reader.next()) {
    Row row;
    for (const Cell& cell : reader.cells())
      row.push_back(cell.value());
    result.rows.push_back(std::move(row));
    result.lines.push_back(reader.line());
  }
  if (!whole && result.rows.size() < most && result.rows.size() > 1) { // the last one may be cut
    result.rows.pop_back();
    result.lines.pop_back();
  }
  std::map<std::size_t, std::size_t> counts;
  for (const Row& row : result.rows)
    ++counts[row.size()];
  std::size_t best = 0;
  for (const auto& [columns, count] : counts)
    if (count >= best) {
      best = count;
      result.columns = columns;
    }
  while (result.first < result.rows.size() && result.rows[result.first].size() != result.columns)
    ++result.first;
  if (result.first < result.rows.size()) {
    result.share = static_cast<double>(best) / static_cast<double>(result.rows.size() - result.first);
    result.firstLine = result.lines[result.first];
  }
  return result;
}

bool isNumber(const std::string& cell, bool comma) { return numberOf(cell, comma).has_value(); }
bool isMissing(const std::string& cell) { return isMissingWord(cell) || cell == "-"; }

/// Columns whose cells from row `from` on are numbers or missing, at least one of them a number.
std::vector<bool> numericColumns(const Rows& rows, std::size_t from, bool comma) {
  std::vector<bool> numeric(rows.columns);
  for (std::size_t c = 0; c < rows.columns; ++c) {
    bool any = false, all = true;
    for (std::size_t r = from; r < rows.rows.size() && all; ++r) {
      if (c >= rows.rows[r].size()) continue;
      const std::string& cell = rows.rows[r][c];
      if (isNumber(cell, comma))
        any = true;
      else
        all = isMissing(cell);
    }
    numeric[c] = any && all;
  }
  return numeric;
}

/// Names like 773869,767541: whole numbers that differ, over values that are finer and all smaller.
bool isNumericHeader(const Rows& rows) {
  const Row& row = rows.rows[rows.first];
  if (rows.columns < 4 || rows.rows.size() < rows.first + 3) return false;
  std::set<std::int64_t> distinct;
  for (const std::string& cell : row) {
    const auto name = wholeNumberOf(cell);
    if (!name || !distinct.insert(*name).second) return false;
  }
  std::size_t fine = 0, cells = 0;
  for (std::size_t r = rows.first + 1; r < rows.rows.size(); ++r)
    for (const std::string& cell : rows.rows[r]) {
      const auto value = numberOf(cell);
      if (!value || *value >= static_cast<double>(*distinct.begin())) return false;
      ++cells;
      fine += wholeNumberOf(cell) ? 0 : 1;
    }
  return 2 * fine > cells;
}

/// Commas that are followed by blanks, in a table without numbers: sentences.
bool isProse(std::string_view head, char delimiter) {
  std::size_t all = 0, spaced = 0;
  head = head.substr(0, 4096);
  for (std::size_t i = 0; i + 1 < head.size(); ++i)
    if (head[i] == delimiter) {
      ++all;
      spaced += head[i + 1] == ' ' || head[i + 1] == '\n' || head[i + 1] == '\r' ? 1 : 0;
    }
  return 3 * spaced > all;
}

/// Whether a dialect makes a table of the head.
bool fits(const Rows& rows, std::string_view head, const Dialect& dialect, Named name) {
  const bool named = name == Named::Table;
  if (rows.rows.empty() || rows.first > 60) return false;
  const std::size_t count = rows.rows.size() - rows.first;
  const auto numeric = numericColumns(rows, rows.first + (count > 1 ? 1 : 0), dialect.decimalComma);
  const auto numericCount = static_cast<std::size_t>(std::count(numeric.begin(), numeric.end(), true));
  if (dialect.delimiter == ' ') {
    if (rows.columns < 2 || rows.share < 0.95) return false;
    // A header may have one name less; anything else before the rows isn't a table's.
    if (rows.first > 1 || (rows.first == 1 && rows.rows[0].size() + 1 != rows.columns)) return false;
    if (std::all_of(rows.rows.begin(), rows.rows.end(), [](const Row& row) { return row[0].ends_with(':'); }))
      return false; // "key: value"
    if (numericCount > 0) return count > 1 || numericCount == rows.columns;
    const auto isLabel = [](const std::string& cell) {
      return cell.find_first_of(";,(){}=\"'!?") == std::string::npos;
    };
    return count >= 3 && rows.columns <= 3 && rows.share == 1 &&
           std::all_of(rows.rows.begin(), rows.rows.end(),
                       [&](const Row& row) { return std::all_of(row.begin(), row.end(), isLabel); });
  }
  if (dialect.delimiter == 0) {
    if (rows.first > 0) return false;
    if (numericCount == 1) return count > 1 || named;
    return count >= 3 && std::all_of(rows.rows.begin(), rows.rows.end(), [](const Row& row) {
             return row[0].size() <= 40 && std::all_of(row[0].begin(), row[0].end(), [](char c) {
                      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
                    });
           });
  }
  if (rows.columns < 2 || rows.share < (named ? 0.5 : 0.9)) return false;
  if (rows.first > 0 && (count < 3 || name == Named::Nothing)) return false;
  if (numericCount > 0) {
    // "int a;" on every line is no table of two columns.
    return rows.columns > 2 || named || dialect.delimiter == '\t' ||
           std::any_of(rows.rows.begin(), rows.rows.end(), [](const Row& row) { return !row.back().empty(); });
  }
  if (dialect.delimiter != '\t' && isProse(head, dialect.delimiter)) return false;
  if (count == 1) return rows.columns >= 3 || named;
  return named || rows.columns > 2 || dialect.delimiter == '\t' || count >= 3;
}

/// "Tair [degC]" and "Tair (degC)" apart; the unit is empty when there is none.
std::pair<std::string, std::string> nameAndUnit(const std::string& text) {
  for (const auto& [open, close] : {std::pair{'[', ']'}, std::pair{'(', ')'}}) {
    if (text.empty() || text.back() != close) continue;
    const auto at = text.rfind(open);
    if (at == std::string::npos || at == 0) continue;
    const std::string unit(trimmed(std::string_view(text).substr(at + 1, text.size() - at - 2)));
    const std::string name(trimmed(std::string_view(text).substr(0, at)));
    if (!name.empty() && unit.size() <= 24) return {name, unit == "-" ? "" : unit};
  }
  return {text, {}};
}

/// Whether the second row has units: words, where all that follows is numbers.
bool isUnitRow(const Rows& rows, std::size_t row, bool comma) {
  if (row + 2 > rows.rows.size() || rows.rows[row].size() != rows.columns) return false;
  const auto numeric = numericColumns(rows, row + 1, comma);
  bool words = false;
  for (std::size_t c = 0; c < rows.columns; ++c) {
    const std::string& cell = rows.rows[row][c];
    if (!numeric[c]) continue;
    if (isNumber(cell, comma)) return false;
    words = words || !isMissing(cell);
  }
  return words && std::count(numeric.begin(), numeric.end(), true) > 0;
}

void readHeader(Sniffed& found, const Rows& rows) {
  const bool comma = found.dialect.decimalComma;
  const std::size_t first = rows.first;
  const Row& top = rows.rows[first];
  const std::size_t count = rows.rows.size() - first;
  if (first == 1 && rows.rows[0].size() + 1 == rows.columns && rows.lines[0] == 1) {
    found.rowNames = found.header = true;
    found.dialect.skip = 0;
    found.names = rows.rows[0];
    found.names.insert(found.names.begin(), "row");
    found.skipped.clear();
    found.remarks.push_back("the first line has one name less than the rows have cells: the first column is taken for "
                            "row names");
    return;
  }
  std::size_t body = first + 1;
  if (isUnitRow(rows, first + 1, comma)) body = first + 2;
  const auto numeric = numericColumns(rows, body, comma);
  const auto isWord = [&](const std::string& cell) { return !isNumber(cell, comma) && !isMissing(cell); };
  bool header = false;
  if (count == 1) {
    header = false; // one line of names is a row of text
  } else if (std::count(numeric.begin(), numeric.end(), true) > 0) {
    for (std::size_t c = 0; c < rows.columns; ++c)
      header = header || (numeric[c] && isWord(top[c]));
    if (!header && isNumericHeader(rows)) {
      header = true;
      found.remarks.push_back("the first line is taken for column names: whole numbers, all different and above every "
                              "value that follows");
    }
  } else if (found.dialect.delimiter != ' ' && found.dialect.delimiter != 0) {
    header = true; // all text: names, unless one of them comes again below itself or is not one
    for (std::size_t c = 0; c < rows.columns; ++c) {
      header = header && isWord(top[c]) && top[c].size() <= 64;
      for (std::size_t r = first + 1; r < rows.rows.size(); ++r)
        header = header && (c >= rows.rows[r].size() || rows.rows[r][c] != top[c]);
    }
    if (header) found.remarks.push_back("no column holds numbers; the first line is taken for column names");
  }
  found.header = header;
  found.units = header && body == first + 2;
  found.names = header ? top : Row(rows.columns);
  if (found.units) found.unitNames = rows.rows[first + 1];
  const std::size_t begin = header ? body : first;
  const auto all = numericColumns(rows, begin, comma);
  found.numbers = !header && std::count(all.begin(), all.end(), true) > 0;
  for (std::size_t c = 0; c < rows.columns && found.numbers; ++c)
    for (std::size_t r = begin; r < rows.rows.size() && found.numbers; ++r)
      found.numbers = c >= rows.rows[r].size() || isNumber(rows.rows[r][c], comma) || isMissing(rows.rows[r][c]);
}

/// Whether numbers are written 1,5: always possible between semicolons; elsewhere only where no cell has a decimal
/// point and the commas can't all be those of thousands.
bool hasDecimalCommas(const Rows& rows, char delimiter) {
  bool any = false, thousands = true, points = false;
  for (const Row& row : rows.rows)
    for (const std::string& cell : row) {
      if (numberOf(cell)) {
        points = points || cell.find('.') != std::string::npos;
      } else if (numberOf(cell, true)) {
        any = true;
        thousands = thousands && cell.size() - cell.find(',') == 4;
      }
    }
  return any && delimiter != ',' && (delimiter == ';' ? !(points && thousands) : !points && !thousands);
}

/// Comments before the table: what they say, and which letter begins them.
void readComments(Sniffed& found, std::string_view head) {
  LineReader lines("", streamOf(head));
  std::string_view line;
  while (lines.next(line)) {
    if (trimmed(line).empty()) continue;
    if (line[0] != '#' && line[0] != '%') break;
    if (found.dialect.comment != 0 && found.dialect.comment != line[0]) break;
    found.dialect.comment = line[0];
    if (found.comments.size() < 500) found.comments.push_back(cleanText(trimmed(line.substr(1))));
  }
}

/// SExtractor's ASCII_HEAD: "#   2 X_IMAGE   Object position along x   [pixel]". A column may be several wide: the
/// next one's number tells.
bool readSextractor(Sniffed& found) {
  std::vector<std::pair<std::size_t, std::size_t>> starts; // number, index of the comment
  for (std::size_t i = 0; i < found.comments.size(); ++i) {
    const auto parts = words(found.comments[i]);
    const auto number = parts.size() >= 2 ? wholeNumberOf(parts[0]) : std::nullopt;
    if (!number || *number < 1 || (!starts.empty() && static_cast<std::size_t>(*number) <= starts.back().first) ||
        (starts.empty() && *number != 1) || static_cast<std::size_t>(*number) > found.columns)
      return false;
    starts.emplace_back(static_cast<std::size_t>(*number), i);
  }
  if (starts.empty()) return false;
  found.names.clear();
  found.unitNames.clear();
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::string& text = found.comments[starts[i].second];
    const std::size_t stop = i + 1 < starts.size() ? starts[i + 1].first : found.columns + 1;
    const auto open = text.rfind('[');
    const std::string unit =
        text.ends_with(']') && open != std::string::npos ? text.substr(open + 1, text.size() - open - 2) : "";
    for (std::size_t column = starts[i].first; column < stop; ++column) {
      found.names.emplace_back(words(text)[1]);
      found.unitNames.push_back(unit);
    }
  }
  found.numbers = false;
  return true;
}

} // namespace

std::optional<Sniffed> sniff(std::string_view head, bool whole, Named named) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (std::any_of(head.begin(), head.end(), [](char c) {
        const auto code = static_cast<unsigned char>(c);
        return code == 127 || (code < 32 && c != '\t' && c != '\n' && c != '\r' && c != '\f');
      }))
    return std::nullopt;
  const std::string_view start = trimmed(head);
  if (start.empty() || start[0] == '{' || start[0] == '[' || start[0] == '<') return std::nullopt;

  for (const std::string_view other : {"# vtk DataFile", "NRRD", "ObjectType", "NDims", "ENVI", "SIMPLE  =",
                                       "XTENSION=", "ply\n", "OFF\n", "solid ", "data_", "#VRML", "%PDF", "%!PS"})
    if (start.starts_with(other)) return std::nullopt;

  Sniffed base;
  readComments(base, head);
  std::optional<Sniffed> found;
  Rows rows;
  for (const char delimiter : {'\t', ';', ',', '|', ' ', '\0'}) {
    Dialect dialect = base.dialect;
    dialect.delimiter = delimiter;
    dialect.decimalComma = delimiter != ',';
    Rows some = rowsOf(head, whole, dialect);
    if (!fits(some, head, dialect, named)) continue;
    if (found && (rows.share >= some.share || delimiter == ' ' || delimiter == 0)) continue;
    found = base;
    found->dialect = dialect;
    rows = std::move(some);
  }
  if (!found) return std::nullopt;
  found->columns = rows.columns;
  found->dialect.decimalComma = hasDecimalCommas(rows, found->dialect.delimiter);
  if (found->dialect.decimalComma) found->remarks.push_back("numbers are taken to have decimal commas");
  for (std::size_t r = 0; r < rows.first; ++r) {
    std::string text;
    for (const std::string& cell : rows.rows[r])
      text += (text.empty() || cell.empty() ? "" : " ") + cell;
    found->skipped.push_back(text);
  }
  if (rows.first > 0) found->dialect.skip = rows.firstLine - 1;
  readHeader(*found, rows);
  if (!found->skipped.empty())
    found->remarks.push_back("lines before the table are taken for a description: up to line " +
                             std::to_string(found->dialect.skip));
  if (!found->header && !found->comments.empty() && !readSextractor(*found)) {
    // The last comment may be the header, as numpy.savetxt and gnuplot have it.
    const std::string& last = found->comments.back();
    auto parts = found->dialect.delimiter == ' ' || found->dialect.delimiter == 0
                     ? words(last)
                     : splitAt(last, found->dialect.delimiter);
    const auto isWord = [](std::string_view part) { return !trimmed(part).empty() && !numberOf(part); };
    if (parts.size() == found->columns && parts.size() > 1 && std::all_of(parts.begin(), parts.end(), isWord)) {
      found->names.clear();
      for (const auto part : parts)
        found->names.emplace_back(trimmed(part));
      found->comments.pop_back();
      found->remarks.push_back("the last comment line is taken for column names");
      found->numbers = false;
    }
  }
  found->names.resize(found->columns);
  found->unitNames.resize(found->columns);
  const bool comma = found->dialect.decimalComma;
  const auto numeric = numericColumns(rows, rows.first + (found->header ? 1 : 0) + (found->units ? 1 : 0), comma);
  for (std::size_t c = 0; c < found->columns; ++c) {
    if (found->unitNames[c] == "-") found->unitNames[c].clear();
    if (!found->units && found->unitNames[c].empty() && numeric[c])
      std::tie(found->names[c], found->unitNames[c]) = nameAndUnit(found->names[c]);
  }
  makeUnique(found->names);
  return found;
}

} // namespace discern::io
