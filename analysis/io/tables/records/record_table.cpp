#include "io/tables/records/record_table.h"

#include "io/file_text.h"
#include "io/tables/text/cells.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace discern::io {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t mostColumns = 4096;
constexpr std::size_t mostCells = 20'000'000; ///< rows that have few of many columns would fill the memory with nothing

/// Seconds since 1970 of every text, or nothing when one of them is no date.
std::vector<double> times(const std::vector<std::string>& texts) {
  std::vector<double> seconds;
  seconds.reserve(texts.size());
  bool any = false;
  for (const std::string& text : texts) {
    const auto time = isoSeconds(text);
    if (!time && !text.empty()) return {};
    any = any || time;
    seconds.push_back(time.value_or(none));
  }
  return any ? seconds : std::vector<double>();
}

} // namespace

bool RecordTable::set(const std::string& column, const RecordValue& scalar) {
  const auto [at, fresh] = places_.try_emplace(column, columns_.size());
  if (fresh) {
    if (columns_.size() >= mostColumns || rows_ * (columns_.size() + 1) > mostCells) {
      places_.erase(at);
      return false;
    }
    columns_.push_back({column, {}, {}, false});
  } else if (rows_ * columns_.size() > mostCells) {
    return false;
  }
  Column& own = columns_[at->second];
  own.numbers.resize(rows_, none);
  if (!own.texts.empty()) own.texts.resize(rows_);
  if (scalar.kind == RecordValue::Kind::Null) return true;
  const bool number = scalar.kind == RecordValue::Kind::Number;
  if (number) own.numbers.back() = scalar.number;
  if (scalar.text.empty() && number && own.texts.empty()) return true;
  if (own.texts.empty()) { // numbers up to now
    own.texts.resize(rows_);
    for (std::size_t i = 0; i + 1 < rows_; ++i)
      if (!std::isnan(own.numbers[i])) own.texts[i] = numberText(own.numbers[i]);
  }
  own.words = own.words || !number;
  own.texts.back() = !number || !scalar.text.empty() ? cleanText(scalar.text) : numberText(scalar.number);
  return true;
}

data::Table RecordTable::finish() && {
  data::Table table;
  table.info.name = name_;
  table.info.rows = static_cast<std::int64_t>(rows_);
  const auto add = [&](const std::string& name, const char* unit, std::vector<double> numbers,
                       std::vector<std::string> texts) {
    table.info.columns.push_back(name);
    table.info.units.emplace_back(unit);
    table.numbers.push_back(std::move(numbers));
    table.texts.push_back(std::move(texts));
  };
  for (Column& column : columns_) {
    column.numbers.resize(rows_, none);
    if (column.texts.empty()) {
      add(column.name, "", std::move(column.numbers), {});
      continue;
    }
    column.texts.resize(rows_);
    auto seconds = column.words ? times(column.texts) : std::vector<double>();
    add(column.name, "", {}, std::move(column.texts));
    if (!column.words)
      add(column.name + " (number)", "", std::move(column.numbers), {});
    else if (!seconds.empty())
      add(column.name + " (time)", epochUnit, std::move(seconds), {});
  }
  makeUnique(table.info.columns);
  return table;
}

} // namespace discern::io
