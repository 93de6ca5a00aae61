#include "table/table_plot_view.h"

#include "scene/plot/table_panel.h"

#include <QMouseEvent>
#include <QPointer>
#include <algorithm>
#include <cmath>
#include <memory>

namespace discern::views {
namespace {

constexpr double clickSlack = 4;  ///< logical pixels a hand may shake in a click
constexpr int insidePurpose = 60; ///< of the tickets; one a column, counting on

} // namespace

TablePlotView::TablePlotView(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent)
    : PlotView(link, provider, style, "table", parent) {
  setAccessibleName(tr("Plot of the table"));
  setToolTip(tr("Click a point, or drag around some, to select their rows; the wheel zooms, Shift+drag moves, R shows "
                "all"));
}

void TablePlotView::take(const std::string& table, std::set<std::int64_t> rows, bool add) {
  if (add)
    if (const auto chosen = link().state().selection.find(table); chosen != link().state().selection.end())
      rows.insert(chosen->second.begin(), chosen->second.end());
  link().select(table, rows);
}

void TablePlotView::drag(const QPointF& from, const QPointF& to) {
  if (!plot() || std::hypot(to.x() - from.x(), to.y() - from.y()) < clickSlack) return;
  const QPointF a = toPanel(from), b = toPanel(to);
  plot()->brush(std::array{a.x(), a.y(), b.x(), b.y()});
}

void TablePlotView::release(const QPointF& from, const QPointF& to, Qt::KeyboardModifiers held) {
  if (!plot()) return;
  plot()->brush(std::nullopt);
  const bool add = held & Qt::ControlModifier;
  const std::string table = plot()->plot();
  if (std::hypot(to.x() - from.x(), to.y() - from.y()) >= clickSlack) return selectInside(from, to, add);
  const QPointF at = toPanel(to);
  const auto hit = plot()->hitAt(at.x(), at.y());
  if (hit)
    take(table, {hit->index}, add);
  else if (!add && link().state().selection.contains(table))
    link().select(table, {});
}

void TablePlotView::selectInside(const QPointF& from, const QPointF& to, bool add) {
  const auto* points = dynamic_cast<const scene::TablePanel*>(&panel());
  const session::Table* table = link().state().tableOf(link().state().table);
  const auto view = points ? points->view() : std::nullopt;
  if (!table || !view) return;
  // Corners of the rectangle in the units of the axes; outside them it ends at their edge.
  const auto origin = points->pixelOf(view->x[0], view->y[0]), corner = points->pixelOf(view->x[1], view->y[1]);
  const auto place = [&](const QPointF& position) {
    const QPointF p = toPanel(position);
    const double across = std::clamp((p.x() - origin[0]) / (corner[0] - origin[0]), 0.0, 1.0);
    const double up = std::clamp((p.y() - origin[1]) / (corner[1] - origin[1]), 0.0, 1.0);
    return std::array{view->x[0] + across * (view->x[1] - view->x[0]), view->y[0] + up * (view->y[1] - view->y[0])};
  };
  const auto a = place(from), b = place(to);
  data::RowsRequest request;
  request.path = table->path;
  request.table = table->table;
  request.query.filter = table->filter;
  request.count = mostSelected;
  request.cells = false;
  struct Gathered {
    std::set<std::int64_t> rows;
    std::size_t open = 0;
    std::int64_t most = 0;
  };
  const auto gathered = std::make_shared<Gathered>();
  gathered->open = points->traces().size();
  int purpose = insidePurpose;
  for (const auto& trace : points->traces()) {
    request.query.within = {{points->across(), std::min(a[0], b[0]), std::max(a[0], b[0])},
                            {trace.source, std::min(a[1], b[1]), std::max(a[1], b[1])}};
    provider().rows(request, data::Priority::Cursor, {this, purpose++},
                    [view = QPointer<TablePlotView>(this), gathered, add,
                     id = table->id](data::FieldProvider::Reply<data::TableRows> reply) {
                      if (!view) return;
                      if (!reply.error.empty()) Q_EMIT view->reported(text(reply.error));
                      gathered->rows.insert(reply.value.rows.begin(), reply.value.rows.end());
                      gathered->most = std::max(gathered->most, reply.value.matching);
                      if (--gathered->open > 0) return;
                      if (gathered->most > mostSelected) Q_EMIT view->tooMany(gathered->most);
                      view->take(id, std::move(gathered->rows), add);
                    });
  }
}

void TablePlotView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) resetView(); // a plot beside its table has nothing to be maximised over
  event->accept();
}

void TablePlotView::step(int by) {
  if (!plot()) return;
  const std::string table = plot()->plot();
  const auto chosen = link().state().selection.find(table);
  const bool any = chosen != link().state().selection.end() && !chosen->second.empty();
  const std::int64_t from = !any ? -1 : by > 0 ? *chosen->second.rbegin() : *chosen->second.begin();
  // The next drawn point in the file, so that the step is one that can be seen.
  std::optional<std::int64_t> next;
  for (const auto& trace : plot()->traces())
    for (std::size_t i = 0; i < trace.curve.index.size(); ++i) {
      const std::int64_t row = trace.curve.index[i];
      const bool ahead = std::isfinite(trace.curve.y[i]) && (by > 0 ? row > from : row < from);
      if (ahead && (!next || (by > 0 ? row < *next : row > *next))) next = row;
    }
  if (next) take(table, {*next}, false);
}

QString TablePlotView::acrossName() const {
  const auto* points = dynamic_cast<const scene::TablePanel*>(&panel());
  return points ? text(points->across() == data::rowColumn ? std::string("row") : points->across()) : QString();
}

} // namespace discern::views
