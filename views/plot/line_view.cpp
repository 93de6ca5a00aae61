#include "plot/line_view.h"

#include "scene/plot/line_panel.h"

#include <algorithm>

namespace discern::views {

LineView::LineView(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent)
    : PlotView(link, provider, style, "line", parent) {
  setToolTip(tr("Click to put the cursor here; the wheel zooms, Shift+drag moves, R shows all"));
}

void LineView::goTo(std::int64_t index) {
  const auto* lines = dynamic_cast<const scene::LinePanel*>(&panel());
  if (!lines) return;
  if (lines->overTime())
    link().setTime(index);
  else if (const auto world = lines->worldOf(index))
    link().setCursor(*world);
}

void LineView::press(const QPointF& at, Qt::KeyboardModifiers) {
  const auto* lines = dynamic_cast<const scene::LinePanel*>(&panel());
  const QPointF pixel = toPanel(at);
  const auto under = lines ? lines->dataAt(pixel.x(), pixel.y()) : std::nullopt;
  if (!under) return;
  if (const auto index = lines->indexAt((*under)[0])) goTo(*index);
}

void LineView::drag(const QPointF&, const QPointF& to) { press(to, {}); }

void LineView::step(int by) {
  const auto* lines = dynamic_cast<const scene::LinePanel*>(&panel());
  if (!lines || lines->traces().empty()) return;
  if (lines->overTime()) return goTo(std::max<std::int64_t>(0, link().state().time + by));
  // The cursor as the panel marks it: the sample nearest to it, then one on.
  const auto at = lines->marked();
  const auto index = at ? lines->indexAt(*at) : std::nullopt;
  if (index) goTo(std::max<std::int64_t>(0, *index + by));
}

QString LineView::acrossName() const {
  const auto* lines = dynamic_cast<const scene::LinePanel*>(&panel());
  return lines ? text(lines->axisName()) : QString();
}

} // namespace discern::views
