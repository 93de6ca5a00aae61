#include "scene/diagram/rows/table_rows.h"

#include "scene/format.h"
#include "scene/plot/table_axes.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

constexpr int rowsPurpose = 50;
constexpr std::size_t mostChosen = 10'000; ///< rows that are selected together

} // namespace

std::vector<DiagramPanel::Choice> RowsPanel::choices() const {
  SourceList tables;
  for (const session::Table& one : state_.tables)
    tables.emplace_back(one.id, one.name);
  return {{"x", "Table", diagram() ? diagram()->x : "", tables},
          {"columns",
           "Columns",
           option("columns", "first"),
           {{"first", "first columns"}, {"last", "last columns"}, {"plotted", "columns of its plot"}}}};
}

void RowsPanel::ask() {
  const session::Table* of = table();
  if (!of) {
    columns_.clear();
    rows_.clear();
    askedRows_.clear();
    return;
  }
  data::RowsRequest request;
  request.path = of->path;
  request.table = of->table;
  request.query.filter = of->filter;
  request.count = most;
  std::string asked = nlohmann::json(request).dump() + option("columns", "first");
  if (option("columns", "first") == "plotted")
    for (const std::string& column : of->y)
      asked += column + of->x;
  if (asked != askedRows_) {
    askedRows_ = asked;
    *reading_ = true;
    context_.provider.rows(
        request, data::Priority::Visible, {this, rowsPurpose},
        [weak = std::weak_ptr(reading_), this, asked, mine = *of](data::FieldProvider::Reply<data::TableRows> reply) {
          const auto reading = weak.lock();
          if (!reading || asked != askedRows_) return;
          *reading = false;
          error_ = reply.error;
          take(mine, std::move(reply.value));
          changed();
        });
    return;
  }
  const auto found = state_.selection.find(of->id);
  const std::string seen = found == state_.selection.end() ? "" : nlohmann::json(found->second).dump();
  const std::array<int, 2> size{width_, height_};
  if (seen == seen_ && size == arranged_) return; // a cursor that moves changes nothing here
  seen_ = seen;
  arranged_ = size;
  for (std::size_t i = 0; i < rows_.size(); ++i)
    chosen_[i] = found != state_.selection.end() && found->second.contains(rows_[i]) ? 1 : 0;
  arrange();
}

void RowsPanel::take(const session::Table& of, data::TableRows rows) {
  columns_.clear();
  rows_ = std::move(rows.rows);
  matching_ = rows.matching;
  seen_.clear();
  chosen_.assign(rows_.size(), 0);
  const auto found = state_.selection.find(of.id);
  for (std::size_t i = 0; i < rows_.size() && found != state_.selection.end(); ++i)
    chosen_[i] = found->second.contains(rows_[i]) ? 1 : 0;
  if (found != state_.selection.end()) seen_ = nlohmann::json(found->second).dump();
  std::vector<std::size_t> usable;
  const std::string which = option("columns", "first");
  const TableAxes axes = axesOf(of, rows.columns);
  for (std::size_t i = 0; i < rows.columns.size() && i < rows.numbers.size(); ++i) {
    if (rows.columns[i].type == data::ColumnType::Text || rows.numbers[i].size() != rows_.size()) continue;
    const std::string& name = rows.columns[i].name;
    const bool plotted = name == axes.x || std::find(axes.y.begin(), axes.y.end(), name) != axes.y.end();
    if (which != "plotted" || plotted) usable.push_back(i);
  }
  if (which == "last" && usable.size() > mostColumns())
    usable.erase(usable.begin(), usable.end() - static_cast<std::ptrdiff_t>(mostColumns()));
  for (const std::size_t i : usable) {
    if (columns_.size() == mostColumns()) break;
    Column column{rows.columns[i].name, rows.columns[i].unit, std::move(rows.numbers[i]), 1e300, -1e300};
    for (const double value : column.values)
      if (std::isfinite(value)) {
        column.low = std::min(column.low, value);
        column.high = std::max(column.high, value);
      }
    if (column.low > column.high) continue; // nothing but missing values
    if (!(column.low < column.high)) {
      column.low -= 0.5;
      column.high += 0.5;
    }
    columns_.push_back(std::move(column));
  }
  arranged_ = {width_, height_};
  arrange();
}

bool RowsPanel::isChosen(std::size_t row) const { return row < chosen_.size() && chosen_[row] != 0; }

std::vector<session::Command> RowsPanel::choose(const std::vector<std::size_t>& places, bool add) const {
  if (!table()) return {};
  auto selection = state_.selection;
  auto& rows = selection[table()->id];
  if (!add) rows.clear();
  for (const std::size_t place : places) {
    if (rows.size() >= mostChosen) break;
    rows.insert(rows_[place]);
  }
  return {{"select", {{"selection", selection}}}};
}

std::vector<session::Command> RowsPanel::click(Pixel, bool add) const {
  if (add || !table() || !state_.selection.contains(table()->id)) return {};
  return choose({}, false);
}

std::string RowsPanel::emptyText() const {
  if (!table()) return "The table of this plot is not open any more";
  if (!error_.empty()) return error_;
  if (rows_.empty()) return "The filter of the table leaves no row";
  return "It needs two columns of numbers or more";
}

std::string RowsPanel::restText() const {
  const auto chosen = static_cast<double>(std::count(chosen_.begin(), chosen_.end(), std::uint8_t{1}));
  std::string words = static_cast<std::int64_t>(rows_.size()) < matching_
                          ? "the first " + formatNumber(static_cast<double>(rows_.size()), 9) + " of " +
                                formatNumber(static_cast<double>(matching_), 9) + " rows"
                          : formatNumber(static_cast<double>(rows_.size()), 9) + " rows";
  if (chosen > 0) words += "   " + formatNumber(chosen, 9) + " chosen";
  return words;
}

DiagramPanel::Sheet RowsPanel::sheet() const {
  Sheet sheet;
  if (empty()) return sheet;
  std::vector<std::string> head{"row"};
  for (const Column& column : columns_)
    head.push_back(column.unit.empty() ? column.name : column.name + " [" + column.unit + "]");
  sheet.push_back(std::move(head));
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::vector<std::string> line{std::to_string(rows_[i] + 1)};
    for (const Column& column : columns_)
      line.push_back(std::isfinite(column.values[i]) ? nlohmann::json(column.values[i]).dump() : "");
    sheet.push_back(std::move(line));
  }
  return sheet;
}

} // namespace discern::scene
