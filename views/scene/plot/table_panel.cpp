#include "scene/plot/table_panel.h"

#include "scene/format.h"
#include "scene/plot/linear.h"
#include "scene/plot/table_axes.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace discern::scene {
namespace {

constexpr int columnsPurpose = 100, pointsPurpose = 101; ///< of the tickets; points: one a column, counting on
constexpr std::size_t mostKept = 2000;                   ///< selected rows that are marked
constexpr int cloudCell = 3;                             ///< logical pixels that a cloud's points stand apart at least

class TablePlot final : public TablePanel {
public:
  using TablePanel::TablePanel;
  [[nodiscard]] std::string name() const override { return "table"; }
  [[nodiscard]] std::string plot() const override { return table() ? table()->id : std::string(); }
  [[nodiscard]] bool complete() const override { return known_ && !*reading_ && waiting_->empty(); }
  [[nodiscard]] const std::vector<data::ColumnInfo>& columns() const override { return columns_; }
  [[nodiscard]] std::string across() const override { return axes_.x; }

protected:
  void ask() override {
    const session::Table* now = table();
    if (!now || !now->plotted) {
      forget();
      of_.clear();
      columns_.clear();
      return;
    }
    const std::string of = now->path + '\0' + now->table;
    if (of != of_) { // another table: its columns first
      forget();
      columns_.clear();
      of_ = of;
      readColumns(*now);
      return;
    }
    if (!columns_.empty()) askPoints(*now);
  }

  [[nodiscard]] std::string acrossTitle() const override {
    const auto shown = view();
    const bool dates = shown && !acrossTicks(shown->x[0], shown->x[1]).empty();
    return dates ? axes_.x : columnTitle(columns_, axes_.x); // dates say what they count from
  }

  [[nodiscard]] std::vector<std::pair<double, std::string>> acrossTicks(double low, double high) const override {
    return dateTicks(acrossUnit(), {}, low, high, static_cast<int>(width_ / (108 * context_.scale)));
  }

  [[nodiscard]] std::string acrossText(double x) const override {
    if (axes_.x == data::rowColumn) return "row " + formatNumber(x, 12);
    const std::string unit = acrossUnit();
    if (unit.find(" since ") != std::string::npos) return dateText(unit, {}, x);
    return axes_.x + " " + formatNumber(x, 9) + (unit.empty() || unit == "1" ? "" : " " + unit);
  }

  [[nodiscard]] std::string emptyText() const override {
    if (!table()) return "No table is open";
    if (columns_.empty()) return "The table can't be read";
    if (axes_.y.empty()) return "The table has no column of numbers to plot";
    return "No row has numbers in these columns";
  }

private:
  [[nodiscard]] std::string acrossUnit() const {
    for (const data::ColumnInfo& column : columns_)
      if (column.name == axes_.x) return column.unit;
    return {};
  }
  [[nodiscard]] const session::Table* table() const { return state_.tableOf(state_.table); }

  void forget() {
    traces_.clear();
    asked_.clear();
    waiting_->clear();
    axes_ = {};
    *reading_ = false;
  }

  void readColumns(const session::Table& of) {
    *reading_ = true;
    data::RowsRequest request;
    request.path = of.path;
    request.table = of.table;
    request.cells = false;
    context_.provider.rows(
        request, data::Priority::Visible, {this, columnsPurpose},
        [weak = std::weak_ptr(reading_), this, asked = of_](data::FieldProvider::Reply<data::TableRows> reply) {
          const auto reading = weak.lock();
          if (!reading || asked != of_) return;
          *reading = false;
          if (!reply.error.empty()) {
            if (context_.report) context_.report(reply.error);
          } else {
            columns_ = std::move(reply.value.columns);
            ask();
          }
          changed();
        });
  }

  void askPoints(const session::Table& of) {
    axes_ = axesOf(of, columns_);
    data::PointsRequest request;
    request.path = of.path;
    request.table = of.table;
    request.query.filter = of.filter;
    request.x = axes_.x;
    request.across = plotWidth();
    if (const auto range = state_.plots.find(of.id); range != state_.plots.end()) request.xRange = range->second.x;
    if (const auto chosen = state_.selection.find(of.id); chosen != state_.selection.end())
      for (const std::int64_t row : chosen->second)
        if (request.keep.size() < mostKept) request.keep.push_back(row);
    const auto cells = [&](int pixels) {
      return std::max(16, static_cast<int>(pixels / (cloudCell * context_.scale)));
    };
    request.up = cells(height_);
    std::vector<std::string> wanted;
    for (const std::string& column : axes_.y) {
      request.y = column;
      wanted.push_back(nlohmann::json(request).dump() + of.marks);
    }
    if (wanted == asked_) return;
    const bool otherColumns = traces_.size() != axes_.y.size() ||
                              !std::equal(traces_.begin(), traces_.end(), axes_.y.begin(),
                                          [](const Trace& trace, const std::string& y) { return trace.source == y; });
    asked_ = wanted;
    if (otherColumns || across_ != axes_.x) traces_.clear();
    across_ = axes_.x;
    waiting_->clear();
    for (std::size_t i = 0; i < axes_.y.size(); ++i)
      waiting_->insert(i);
    for (std::size_t i = 0; i < axes_.y.size(); ++i) {
      request.y = axes_.y[i];
      context_.provider.points(request, {this, pointsPurpose + static_cast<int>(i)},
                               [weak = std::weak_ptr(waiting_), this, i, mine = wanted[i],
                                marks = of.marks](data::FieldProvider::Reply<data::Curve> reply) {
                                 const auto waiting = weak.lock();
                                 if (!waiting || i >= asked_.size() || asked_[i] != mine) return;
                                 waiting->erase(i);
                                 arrived(axes_.y[i], marks, std::move(reply));
                               });
    }
  }

  void arrived(const std::string& column, const std::string& marks, data::FieldProvider::Reply<data::Curve> reply) {
    if (!reply.error.empty()) { // the table itself tells of a filter that makes no sense
      std::erase_if(traces_, [&](const Trace& trace) { return trace.source == column; });
      return changed();
    }
    Trace trace{column, column, {}, std::move(reply.value), true, false};
    for (const data::ColumnInfo& info : columns_)
      if (info.name == column) trace.unit = info.unit;
    trace.joined = marks == "lines" || (marks == "automatic" && trace.curve.ordered);
    trace.dots = !trace.joined || trace.curve.count <= plotWidth() / (8 * context_.scale);
    const auto same =
        std::find_if(traces_.begin(), traces_.end(), [&](const Trace& other) { return other.source == column; });
    if (same != traces_.end())
      *same = std::move(trace);
    else
      traces_.push_back(std::move(trace));
    const auto place = [&](const Trace& one) { return std::find(axes_.y.begin(), axes_.y.end(), one.source); };
    std::sort(traces_.begin(), traces_.end(), [&](const Trace& a, const Trace& b) { return place(a) < place(b); });
    changed();
  }

  std::string of_, across_; ///< path and table whose columns are known; the column below of what is drawn
  std::vector<data::ColumnInfo> columns_;
  TableAxes axes_;
  std::vector<std::string> asked_; ///< the requests in force, one a column
  std::shared_ptr<bool> reading_ = std::make_shared<bool>(false);
  std::shared_ptr<std::set<std::size_t>> waiting_ =
      std::make_shared<std::set<std::size_t>>(); ///< columns; replies hold it weakly
};

} // namespace

std::unique_ptr<TablePanel> makeTablePanel(Context context) { return std::make_unique<TablePlot>(std::move(context)); }

} // namespace discern::scene
