#include "plot/plot_view.h"

#include "scene/plot/plot_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace discern::views {
namespace {

constexpr double degreesPerNotch = 120, zoomPerNotch = 1.25, panPerNotch = 0.1;
constexpr double closest = 1e-9; ///< of all: nearer than that, numbers can't be told apart

} // namespace

void PlotView::show(const scene::AxesPanel::View& view, bool across, bool up) {
  const auto all = plot()->fitted();
  if (!all) return;
  nlohmann::json args{{"plot", plot()->plot()}};
  const auto put = [&](const char* name, const std::array<double, 2>& range, const std::array<double, 2>& fit) {
    const bool whole = range[0] <= fit[0] && range[1] >= fit[1];
    args[name] = whole ? nlohmann::json() : nlohmann::json(range);
  };
  if (across) put("x", view.x, all->x);
  if (up) put("y", view.y, all->y);
  link().run("setPlot", args);
}

void PlotView::zoomAt(const QPointF& position, double factor, bool up) {
  auto view = plot() ? plot()->view() : std::nullopt;
  const auto all = plot() ? plot()->fitted() : std::nullopt;
  if (!view || !all) return;
  const QPointF at = toPanel(position);
  const auto under = plot()->dataAt(at.x(), at.y());
  auto& range = up ? view->y : view->x;
  const auto& whole = up ? all->y : all->x;
  const double centre = under ? (*under)[up ? 1 : 0] : (range[0] + range[1]) / 2;
  factor = std::min(factor, (range[1] - range[0]) / (closest * (whole[1] - whole[0])));
  range = {centre + (range[0] - centre) / factor, centre + (range[1] - centre) / factor};
  if (!up) // what lies beside the data need not be seen
    range = {std::max(range[0], whole[0]), std::min(range[1], whole[1])};
  if (range[0] < range[1]) show(*view, !up, up);
}

void PlotView::panBy(double share) {
  auto view = plot() ? plot()->view() : std::nullopt;
  const auto all = plot() ? plot()->fitted() : std::nullopt;
  if (!view || !all) return;
  const double by = std::clamp(share * (view->x[1] - view->x[0]), all->x[0] - view->x[0], all->x[1] - view->x[1]);
  if (by == 0) return;
  view->x = {view->x[0] + by, view->x[1] + by};
  show(*view, true, false);
}

void PlotView::panTo(const QPointF& position) {
  const auto all = plot()->fitted();
  if (!start_ || !all) return;
  const auto origin = plot()->pixelOf(start_->x[0], start_->y[0]), corner = plot()->pixelOf(start_->x[1], start_->y[1]);
  const double wide = std::abs(corner[0] - origin[0]), tall = std::abs(corner[1] - origin[1]);
  if (!(wide > 0) || !(tall > 0)) return;
  const QPointF moved = toPanel(position) - toPanel(pressed_);
  scene::AxesPanel::View view = *start_;
  const auto shift = [](std::array<double, 2>& range, double by, const std::array<double, 2>& whole) {
    by = std::clamp(by, std::min(0.0, whole[0] - range[0]), std::max(0.0, whole[1] - range[1]));
    range = {range[0] + by, range[1] + by};
  };
  shift(view.x, -moved.x() / wide * (view.x[1] - view.x[0]), all->x);
  const auto chosen = link().state().plots.find(plot()->plot());
  const bool up = chosen != link().state().plots.end() && chosen->second.y; // else the values fit by themselves
  if (up) shift(view.y, -moved.y() / tall * (view.y[1] - view.y[0]), all->y);
  show(view, true, up);
}

void PlotView::resetView() {
  if (plot()) link().run("setPlot", {{"plot", plot()->plot()}, {"x", nullptr}, {"y", nullptr}});
}

QString PlotView::asText() const {
  QString table;
  const auto* lines = dynamic_cast<const scene::PlotPanel*>(&panel());
  if (!lines) return table;
  for (const auto& trace : lines->traces()) {
    if (!table.isEmpty()) table += QLatin1Char('\n');
    table += acrossName() + QLatin1Char('\t') + text(trace.name) +
             (trace.unit.empty() ? QString() : QStringLiteral(" (%1)").arg(text(trace.unit)));
    for (std::size_t i = 0; i < trace.curve.x.size(); ++i)
      table += QStringLiteral("\n%1\t%2")
                   .arg(QString::number(trace.curve.x[i], 'g', 15),
                        std::isfinite(trace.curve.y[i]) ? QString::number(trace.curve.y[i], 'g', 15) : QString());
  }
  return table;
}

void PlotView::copyValues() const { QApplication::clipboard()->setText(asText()); }

void PlotView::addToMenu(QMenu& menu) { menu.addAction(tr("Copy values in sight"), this, &PlotView::copyValues); }

void PlotView::mousePressEvent(QMouseEvent* event) {
  pressed_ = event->position();
  const bool pan = event->button() == Qt::MiddleButton ||
                   (event->button() == Qt::LeftButton && event->modifiers() & Qt::ShiftModifier);
  if (pan && plot()) {
    drag_ = Drag::Pan;
    start_ = plot()->view();
    setCursor(Qt::ClosedHandCursor);
  } else if (event->button() == Qt::LeftButton) {
    drag_ = Drag::Left;
    press(pressed_, event->modifiers());
  }
  event->accept();
}

void PlotView::mouseMoveEvent(QMouseEvent* event) {
  const QPointF at = event->position();
  if (drag_ == Drag::Pan) panTo(at);
  if (drag_ == Drag::Left) drag(pressed_, at);
  if (drag_ == Drag::None && plot()) {
    const QPointF p = toPanel(at);
    plot()->hover(std::array{p.x(), p.y()});
  }
  event->accept();
}

void PlotView::mouseReleaseEvent(QMouseEvent* event) {
  const Drag ended = std::exchange(drag_, Drag::None);
  if (ended == Drag::Pan) unsetCursor();
  if (ended == Drag::Left) release(pressed_, event->position(), event->modifiers());
  if (event->button() == Qt::RightButton) showMenu(event->globalPosition().toPoint());
  event->accept();
}

void PlotView::wheelEvent(QWheelEvent* event) {
  const QPoint angle = event->angleDelta();
  if (angle.y() != 0 && !(event->modifiers() & Qt::ShiftModifier))
    zoomAt(event->position(), std::pow(zoomPerNotch, angle.y() / degreesPerNotch),
           event->modifiers() & Qt::ControlModifier);
  else
    panBy(-panPerNotch * (angle.x() != 0 ? angle.x() : angle.y()) / degreesPerNotch);
  event->accept();
}

void PlotView::leaveEvent(QEvent* event) {
  PanelWidget::leaveEvent(event);
  if (plot()) plot()->hover(std::nullopt);
}

void PlotView::keyPressEvent(QKeyEvent* event) {
  const QPointF middle(width() / 2.0, height() / 2.0);
  const bool shifted = event->modifiers() & Qt::ShiftModifier;
  if (event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier)) return PanelWidget::keyPressEvent(event);
  switch (event->key()) {
  case Qt::Key_Plus:
  case Qt::Key_Equal:
    zoomAt(middle, zoomPerNotch);
    return;
  case Qt::Key_Minus:
    zoomAt(middle, 1 / zoomPerNotch);
    return;
  case Qt::Key_Left:
  case Qt::Key_Right: {
    const int by = event->key() == Qt::Key_Right ? 1 : -1;
    if (shifted)
      panBy(panPerNotch * by);
    else
      step(by);
    return;
  }
  case Qt::Key_PageUp:
    panBy(-0.8);
    return;
  case Qt::Key_PageDown:
    panBy(0.8);
    return;
  default:
    PanelWidget::keyPressEvent(event);
  }
}

} // namespace discern::views
