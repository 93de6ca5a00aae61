#include "io/tables/delimited/survey.h"

#include "io/file_text.h"
#include "io/tables/text/cells.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace discern::io {

namespace {

constexpr std::int64_t surveyBytes = 16 << 20;

/// What the cells of a column were.
struct Tally {
  std::int64_t numbers = 0, blanks = 0, dashes = 0, sentinels = 0, others = 0;
  std::int64_t times = 0, stamps = 0, padded = 0;
  std::size_t width = 0; ///< of all cells, when they are digits alone; 0 when they are not, or differ
  bool digits = true;
  std::int64_t otherLine = 0;
  std::string other;

  void add(const Cell& cell, std::int64_t line, bool comma) {
    const std::string_view text = trimmed(cell.text);
    if (const auto value = numberOf(text, comma); value && !std::isnan(*value)) {
      ++numbers;
      sentinels += *value == -9999 ? 1 : 0;
      const bool plain = digits && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (plain && (width == 0 || width == text.size())) {
        width = text.size();
        padded += text.size() > 1 && text[0] == '0' ? 1 : 0;
        stamps += width >= 8 && digitSeconds(text) ? 1 : 0;
      } else if (*value != -9999) {
        digits = false;
      }
    } else if (value || isMissingWord(text)) {
      ++blanks;
    } else if (text == "-") {
      ++dashes;
    } else {
      if (others++ == 0) {
        otherLine = line;
        other = cleanText(text.substr(0, 40));
      }
      times += isoSeconds(text) ? 1 : 0;
    }
  }
};

/// Lines with another number of cells than the rest.
struct Ragged {
  std::int64_t count = 0;
  std::string examples;
  void add(std::int64_t line, std::size_t cells) {
    if (count++ < 5)
      examples += (examples.empty() ? "line " : ", line ") + std::to_string(line) + " (" + std::to_string(cells) + ")";
  }
  void report(std::vector<std::string>& warnings, std::size_t columns) const {
    if (count == 0) return;
    warnings.push_back(std::to_string(count) + (count == 1 ? " line has" : " lines have") + " not " +
                       std::to_string(columns) + " cells: " + examples + (count > 5 ? ", …" : "") +
                       "; missing cells are read as missing values, surplus ones are left out");
  }
};

RecordReader readerOf(const TablePlan& plan) {
  RecordReader reader(plan.path, streamOf(plan.file), plan.head.dialect);
  if (plan.head.header) reader.next();
  if (plan.head.units) reader.next();
  return reader;
}

/// The column whose name is one of these, without regard to case.
std::optional<std::size_t> columnNamed(const TablePlan& plan, std::initializer_list<const char*> names) {
  for (const char* name : names)
    for (std::size_t c = 0; c < plan.columns.size(); ++c)
      if (plan.columns[c].number && lowerCase(plan.columns[c].name) == name) return c;
  return std::nullopt;
}

void addCalendar(TablePlan& plan) {
  const auto year = columnNamed(plan, {"year", "yr", "yyyy"});
  if (!year) return;
  DerivedColumn time{DerivedColumn::Kind::YearDayHour, "time", epochUnit, {*year}};
  const auto hour = columnNamed(plan, {"hour", "hr", "hh"});
  if (const auto day = columnNamed(plan, {"doy", "day of year", "dayofyear", "jday", "julian day"})) {
    time.from.push_back(*day);
    if (hour) time.from.push_back(*hour);
  } else if (const auto month = columnNamed(plan, {"month", "mon", "mo", "mm"})) {
    time.kind = DerivedColumn::Kind::YearMonthDay;
    time.from.push_back(*month);
    if (const auto date = columnNamed(plan, {"day", "dd", "dy"})) {
      time.from.push_back(*date);
      if (hour) time.from.push_back(*hour);
    }
  } else {
    return;
  }
  plan.derived.push_back(std::move(time));
}

void decide(TablePlan& plan, const std::vector<Tally>& tallies) {
  std::int64_t sentinels = 0, sentinelColumns = 0;
  for (std::size_t c = 0; c < tallies.size(); ++c) {
    const Tally& tally = tallies[c];
    ColumnPlan column{plan.head.names[c], plan.head.unitNames[c],
                      tally.others == 0 && (tally.numbers > 0 || tally.dashes == 0)};
    const std::string named = "column " + column.name;
    if (column.number && tally.numbers > 0) {
      if (tally.digits && tally.stamps == tally.numbers - tally.sentinels && tally.stamps > 0 &&
          (tally.width >= 12 || lowerCase(column.name).find("date") != std::string::npos ||
           lowerCase(column.name).find("time") != std::string::npos || column.name == "YYYYMMDD")) {
        column.number = false;
        plan.derived.push_back({DerivedColumn::Kind::Time, column.name + " (time)", epochUnit, {c}});
      } else if (tally.digits && tally.padded > 0 && tally.width > 1) {
        column.number = false;
        plan.derived.push_back({DerivedColumn::Kind::Code, column.name + " (number)", column.unit, {c}});
        plan.warnings.push_back(named + " has numbers with leading zeros: kept as text, and as numbers in \"" +
                                column.name + " (number)\"");
      }
    }
    if (column.number) {
      if (tally.dashes > 0)
        plan.warnings.push_back(named + ": \"-\" is taken for a missing value, " + std::to_string(tally.dashes) +
                                (tally.dashes == 1 ? " time" : " times"));
      sentinels += tally.sentinels;
      sentinelColumns += tally.sentinels > 0 ? 1 : 0;
    } else if (tally.times > 0 && tally.times == tally.others && tally.numbers == 0) {
      plan.derived.push_back({DerivedColumn::Kind::Time, column.name + " (time)", epochUnit, {c}});
    } else if (tally.numbers > 9 * tally.others && tally.others > 0) {
      plan.warnings.push_back(named + " is read as text: " + std::to_string(tally.others) + " of its cells " +
                              (tally.others == 1 ? "is" : "are") + " no number, the first on line " +
                              std::to_string(tally.otherLine) + ": \"" + tally.other + "\"");
    }
    plan.columns.push_back(std::move(column));
  }
  if (sentinels > 0)
    plan.warnings.push_back("-9999 is taken for a missing value: " + std::to_string(sentinels) + " times in " +
                            std::to_string(sentinelColumns) + (sentinelColumns == 1 ? " column" : " columns"));
  if (plan.derived.empty()) addCalendar(plan);
  for (DerivedColumn& derived : plan.derived) {
    const auto taken = [&] {
      return std::any_of(plan.columns.begin(), plan.columns.end(),
                         [&](const ColumnPlan& column) { return column.name == derived.name; });
    };
    while (taken())
      derived.name += " (2)";
  }
}

double derive(const DerivedColumn& derived, const data::Table& table, std::size_t row) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (derived.kind == DerivedColumn::Kind::Time || derived.kind == DerivedColumn::Kind::Code) {
    const auto& texts = table.texts[derived.from[0]];
    if (row >= texts.size()) return none;
    if (derived.kind == DerivedColumn::Kind::Code) return numberOf(texts[row]).value_or(none);
    if (const auto iso = isoSeconds(texts[row])) return *iso;
    return digitSeconds(texts[row]).value_or(none);
  }
  std::array<double, 5> part{1970, 1, 1, 0, 0}; // year, month, day, hour; or year, day of year, hour
  const bool ofYear = derived.kind == DerivedColumn::Kind::YearDayHour;
  for (std::size_t i = 0; i < derived.from.size(); ++i) {
    const auto& numbers = table.numbers[derived.from[i]];
    if (row >= numbers.size() || !std::isfinite(numbers[row]) || std::abs(numbers[row]) > 9999) return none;
    part[ofYear && i == 2 ? 3 : i] = numbers[row];
  }
  const auto year = static_cast<std::int64_t>(part[0]);
  if (ofYear) return secondsOfDate(year, 1, 1) + 86400 * (part[1] - 1) + 3600 * part[3];
  if (part[1] < 1 || part[1] > 12) return none;
  return secondsOfDate(year, static_cast<std::int64_t>(part[1]), 1) + 86400 * (part[2] - 1) + 3600 * part[3];
}

} // namespace

TablePlan survey(std::shared_ptr<const File> file, Sniffed head) {
  TablePlan plan;
  plan.path = file->path();
  plan.file = std::move(file);
  plan.head = std::move(head);
  plan.warnings = plan.head.remarks;
  std::vector<Tally> tallies(plan.head.columns);
  RecordReader reader = readerOf(plan);
  Ragged ragged;
  bool all = true;
  double cellCount = 0;
  while (reader.next()) {
    ++plan.rows;
    const auto& cells = reader.cells();
    cellCount += static_cast<double>(cells.size());
    if (cells.size() != tallies.size()) ragged.add(reader.line(), cells.size());
    if (reader.bytes() > surveyBytes) {
      all = false;
      continue;
    }
    const std::size_t count = std::min(cells.size(), tallies.size());
    for (std::size_t c = 0; c < count; ++c)
      tallies[c].add(cells[c], reader.line(), plan.head.dialect.decimalComma);
  }
  // Long lines and many short ones would fill the memory with missing values.
  if (static_cast<double>(plan.rows) * static_cast<double>(tallies.size()) > 4 * cellCount + 1e6)
    throw data::ReadError(plan.path, "the table is too ragged to be one: " + std::to_string(plan.rows) + " rows of " +
                                         std::to_string(tallies.size()) +
                                         " columns would have more than three in four cells missing");
  ragged.report(plan.warnings, tallies.size());
  for (const std::int64_t line : reader.openQuotes())
    plan.warnings.push_back("line " + std::to_string(line) + " opens a quote that is never closed: read as a letter");
  decide(plan, tallies);
  if (!all)
    plan.warnings.push_back("what the columns hold was judged by the first " + byteText(surveyBytes) +
                            "; columns of numbers with words further down are read as text");
  return plan;
}

data::Table readTable(const TablePlan& plan, const data::TableInfo& info) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const std::size_t count = plan.columns.size();
  const bool comma = plan.head.dialect.decimalComma;
  std::vector<bool> number(count);
  for (std::size_t c = 0; c < count; ++c)
    number[c] = plan.columns[c].number;
  for (;;) {
    data::Table table{info, {}, {}};
    table.numbers.resize(info.columns.size());
    table.texts.resize(info.columns.size());
    for (std::size_t c = 0; c < count; ++c)
      if (number[c])
        table.numbers[c].reserve(static_cast<std::size_t>(plan.rows));
      else
        table.texts[c].reserve(static_cast<std::size_t>(plan.rows));
    RecordReader reader = readerOf(plan);
    bool again = false;
    std::int64_t rows = 0;
    while (rows < plan.rows && reader.next()) {
      ++rows;
      const auto& cells = reader.cells();
      for (std::size_t c = 0; c < count; ++c) {
        if (!number[c]) {
          table.texts[c].push_back(c < cells.size() ? cells[c].value() : std::string());
          continue;
        }
        double value = none;
        if (c < cells.size()) {
          if (const auto parsed = numberOf(cells[c].text, comma)) {
            value = *parsed == -9999 ? none : *parsed;
          } else if (!isMissingWord(cells[c].text) && trimmed(cells[c].text) != "-") {
            number[c] = false;
            again = true;
          }
        }
        table.numbers[c].push_back(value);
      }
    }
    if (again) continue; // now with those columns as text
    if (rows < plan.rows) throw data::ReadError(plan.path, "it has become shorter since it was opened");
    for (std::size_t d = 0; d < plan.derived.size(); ++d) {
      auto& values = table.numbers[count + d];
      values.resize(static_cast<std::size_t>(rows));
      for (std::size_t r = 0; r < values.size(); ++r)
        values[r] = derive(plan.derived[d], table, r);
    }
    return table;
  }
}

std::vector<double> readMatrix(const TablePlan& plan) {
  const std::size_t count = plan.columns.size();
  std::vector<double> values;
  values.reserve(count * static_cast<std::size_t>(plan.rows));
  RecordReader reader = readerOf(plan);
  while (values.size() < count * static_cast<std::size_t>(plan.rows) && reader.next()) {
    for (std::size_t c = 0; c < count; ++c) {
      const auto value =
          c < reader.cells().size() ? numberOf(reader.cells()[c].text, plan.head.dialect.decimalComma) : std::nullopt;
      values.push_back(value && *value != -9999 ? *value : std::numeric_limits<double>::quiet_NaN());
    }
  }
  values.resize(count * static_cast<std::size_t>(plan.rows), std::numeric_limits<double>::quiet_NaN());
  return values;
}

} // namespace discern::io
