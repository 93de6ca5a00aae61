#include "data/table/table_view.h"

#include "data/error.h"
#include "data/table/row_filter.h"
#include "data/table/thin.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

namespace discern::data {

namespace {

constexpr std::size_t keptOrders = 4;
constexpr std::int64_t mostRows = 1 << 17;      ///< of a page
constexpr std::int64_t mostNumbers = 1'000'000; ///< rows of a page without cells

ColumnType typeOf(const Table& table, std::size_t column) {
  if (!table.texts[column].empty() || table.numbers[column].empty()) return ColumnType::Text;
  constexpr double exact = 9007199254740992.0;
  const auto& cells = table.numbers[column];
  bool any = false;
  for (const double value : cells) {
    if (std::isnan(value)) continue;
    if (value != std::floor(value) || std::abs(value) > exact) return ColumnType::Number;
    any = true;
  }
  return any ? ColumnType::Integer : ColumnType::Number;
}

void widen(std::array<double, 2>& extent, double value) {
  extent[0] = std::min(extent[0], value);
  extent[1] = std::max(extent[1], value);
}

constexpr std::array<double, 2> nothing{std::numeric_limits<double>::infinity(),
                                        -std::numeric_limits<double>::infinity()};

/// Extents travel as numbers: where there are none, the first is larger.
void settle(std::array<double, 2>& extent) {
  if (!(extent[0] <= extent[1])) extent = {1, 0};
}

} // namespace

TableView::TableView(Table table) : table_(std::move(table)) {
  const std::size_t count = table_.info.columns.size();
  table_.info.units.resize(count);
  table_.numbers.resize(count);
  table_.texts.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    columns_.push_back({table_.info.columns[i], table_.info.units[i], typeOf(table_, i)});
    rows_ = std::max({rows_, table_.numbers[i].size(), table_.texts[i].size()});
  }
  if (rows_ > std::numeric_limits<std::uint32_t>::max())
    throw UsageError("the table \"" + table_.info.name + "\" has " + std::to_string(rows_) +
                     " rows, more than can be shown; \"discern-run convert\" writes it as CSV");
  for (std::size_t i = 0; i < count; ++i) { // columns that are shorter end in missing cells
    if (columns_[i].type == ColumnType::Text)
      table_.texts[i].resize(rows_);
    else
      table_.numbers[i].resize(rows_, std::numeric_limits<double>::quiet_NaN());
    bytes_ += static_cast<double>(table_.numbers[i].size() * sizeof(double));
    for (const std::string& text : table_.texts[i])
      bytes_ += static_cast<double>(sizeof text + (text.size() > 15 ? text.capacity() : 0));
  }
}

std::size_t TableView::column(const std::string& name) const {
  const std::size_t found = columnNamed(columns_, name);
  if (found == columns_.size())
    throw UsageError("the table \"" + table_.info.name + "\" has no column \"" + name + "\"");
  return found;
}

std::function<double(std::size_t)> TableView::numbersOf(const std::string& name) const {
  if (name == rowColumn) return [](std::size_t row) { return static_cast<double>(row + 1); };
  const std::size_t at = column(name);
  if (columns_[at].type == ColumnType::Text)
    throw UsageError("the column \"" + name + "\" holds words; a plot needs numbers");
  return [&cells = table_.numbers[at]](std::size_t row) { return cells[row]; };
}

TableView::Order TableView::matching(const TableQuery& query) const {
  const auto keeps = rowFilter(query.filter, table_, columns_);
  std::vector<std::pair<TableQuery::Between, std::function<double(std::size_t)>>> bounds;
  bounds.reserve(query.within.size());
  for (const TableQuery::Between& bound : query.within)
    bounds.emplace_back(bound, numbersOf(bound.column));
  Order rows;
  if (query.filter.empty() && bounds.empty()) {
    rows.resize(rows_);
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
  }
  for (std::size_t row = 0; row < rows_; ++row) {
    const bool inside = std::all_of(bounds.begin(), bounds.end(), [row](const auto& bound) {
      const double value = bound.second(row);
      return value >= bound.first.low && value <= bound.first.high;
    });
    if (inside && keeps(row)) rows.push_back(static_cast<std::uint32_t>(row));
  }
  return rows;
}

void TableView::sort(Order& rows, const TableQuery& query) const {
  if (query.sort.empty()) return;
  if (query.sort == rowColumn) {
    if (query.descending) std::reverse(rows.begin(), rows.end());
    return;
  }
  const std::size_t by = column(query.sort);
  const bool text = columns_[by].type == ColumnType::Text;
  const auto missing = [&](std::uint32_t row) {
    return text ? table_.texts[by][row].empty() : std::isnan(table_.numbers[by][row]);
  };
  const auto end = std::stable_partition(rows.begin(), rows.end(), [&](std::uint32_t row) { return !missing(row); });
  if (text) {
    const auto& cells = table_.texts[by];
    std::stable_sort(rows.begin(), end, [&](std::uint32_t a, std::uint32_t b) {
      return query.descending ? textLess(cells[b], cells[a]) : textLess(cells[a], cells[b]);
    });
    return;
  }
  // Keys beside the rows: the memory is walked once instead of at each comparison.
  std::vector<std::pair<double, std::uint32_t>> keys;
  keys.reserve(static_cast<std::size_t>(end - rows.begin()));
  for (auto row = rows.begin(); row != end; ++row)
    keys.emplace_back(query.descending ? -table_.numbers[by][*row] : table_.numbers[by][*row], *row);
  std::stable_sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::transform(keys.begin(), keys.end(), rows.begin(), [](const auto& key) { return key.second; });
}

TableView::OrderPtr TableView::order(const TableQuery& query) const {
  {
    const std::lock_guard lock(mutex_);
    for (auto kept = orders_.begin(); kept != orders_.end(); ++kept)
      if (kept->first == query) {
        orders_.splice(orders_.begin(), orders_, kept);
        return orders_.front().second;
      }
  }
  Order rows = matching(query);
  sort(rows, query);
  auto made = std::make_shared<const Order>(std::move(rows));
  const std::lock_guard lock(mutex_);
  orders_.emplace_front(query, made);
  if (orders_.size() > keptOrders) orders_.pop_back();
  return made;
}

TableRows TableView::page(const RowsRequest& request) const {
  const std::int64_t most = request.cells ? mostRows : mostNumbers;
  if (request.from < 0 || request.count < 0 || request.count > most)
    throw UsageError(std::to_string(request.count) + " rows from " + std::to_string(request.from) + " asked; at most " +
                     std::to_string(most) + " are sent at once");
  const OrderPtr all = order(request.query);
  TableRows page;
  page.total = rows();
  page.matching = static_cast<std::int64_t>(all->size());
  page.from = std::min(request.from, page.matching);
  page.columns = columns_;
  const auto begin = all->begin() + page.from;
  const auto end = begin + std::min(request.count, page.matching - page.from);
  page.rows.assign(begin, end);
  if (!request.locate.empty()) {
    std::unordered_map<std::int64_t, std::int64_t> places;
    for (const std::int64_t row : request.locate)
      places[row] = -1;
    for (std::size_t place = 0; place < all->size(); ++place)
      if (const auto wanted = places.find((*all)[place]); wanted != places.end())
        wanted->second = static_cast<std::int64_t>(place);
    for (const std::int64_t row : request.locate)
      page.places.push_back(places[row]);
  }
  if (!request.cells) return page;
  page.numbers.resize(columns_.size());
  page.texts.resize(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].type == ColumnType::Text) {
      page.texts[i].reserve(page.rows.size());
      for (auto row = begin; row != end; ++row)
        page.texts[i].push_back(table_.texts[i][*row]);
    } else {
      page.numbers[i].reserve(page.rows.size());
      for (auto row = begin; row != end; ++row)
        page.numbers[i].push_back(table_.numbers[i][*row]);
    }
  }
  return page;
}

ColumnSummary TableView::summary(const ColumnRequest& request) const {
  TableQuery query = request.query;
  query.sort.clear();
  const OrderPtr all = order(query);
  ColumnSummary summary;
  summary.rows = static_cast<std::int64_t>(all->size());
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  summary.min = summary.max = summary.mean = summary.deviation = none;
  if (request.column != rowColumn && columns_[column(request.column)].type == ColumnType::Text) {
    const auto& cells = table_.texts[column(request.column)];
    std::unordered_set<std::string_view> seen;
    for (const std::uint32_t row : *all) {
      if (cells[row].empty())
        ++summary.missing;
      else if (static_cast<std::int64_t>(seen.size()) < ColumnSummary::mostDistinct)
        seen.insert(cells[row]);
    }
    summary.distinct = static_cast<std::int64_t>(seen.size());
    return summary;
  }
  const auto value = numbersOf(request.column);
  std::array<double, 2> extent = nothing;
  double mean = 0, squares = 0; // Welford
  std::int64_t count = 0;
  for (const std::uint32_t row : *all) {
    const double x = value(row);
    if (!std::isfinite(x)) {
      summary.missing += std::isnan(x) ? 1 : 0;
      continue;
    }
    widen(extent, x);
    const double from = x - mean;
    mean += from / static_cast<double>(++count);
    squares += from * (x - mean);
  }
  if (count == 0) return summary;
  summary.min = extent[0];
  summary.max = extent[1];
  summary.mean = mean;
  if (count > 1) summary.deviation = std::sqrt(squares / static_cast<double>(count - 1));
  return summary;
}

Curve TableView::points(const PointsRequest& request) const {
  TableQuery query = request.query;
  query.sort.clear(); // a line follows the file, however the table is sorted
  const OrderPtr all = order(query);
  const auto x = numbersOf(request.x), y = numbersOf(request.y);
  Curve curve;
  curve.xExtent = curve.yExtent = nothing;
  double last = -std::numeric_limits<double>::infinity();
  for (const std::uint32_t row : *all) {
    const double px = x(row), py = y(row);
    if (!std::isfinite(px)) continue;
    curve.ordered = curve.ordered && px >= last;
    last = px;
    if (!std::isfinite(py)) continue;
    widen(curve.xExtent, px);
    widen(curve.yExtent, py);
  }
  settle(curve.xExtent);
  settle(curve.yExtent);
  if (curve.ordered) {
    const std::array<double, 2> range = request.xRange.value_or(curve.xExtent);
    LineThinner thinner(range[0], range[1], request.across);
    for (const std::uint32_t row : *all)
      thinner.add(x(row), y(row), row);
    thinner.finish(curve);
  } else {
    thinCloud(
        all->size(), [&](std::size_t i) { return x((*all)[i]); }, [&](std::size_t i) { return y((*all)[i]); },
        [&](std::size_t i) { return static_cast<std::int64_t>((*all)[i]); }, request, curve);
  }
  for (const std::int64_t row : request.keep) {
    const bool there =
        row >= 0 && row < rows() && std::binary_search(all->begin(), all->end(), static_cast<std::uint32_t>(row));
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    curve.keptX.push_back(there ? x(static_cast<std::size_t>(row)) : none);
    curve.keptY.push_back(there ? y(static_cast<std::size_t>(row)) : none);
  }
  return curve;
}

} // namespace discern::data
