#include "diagram/diagram_view.h"

#include "table/cell_text.h"

#include <QActionGroup>
#include <QKeyEvent>
#include <QMenu>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace discern::views {
namespace {

constexpr double clickSlack = 4; ///< logical pixels a hand may shake in a click
constexpr double degreesPerNotch = 120, zoomPerNotch = 1.25;

QString linesFrom(const scene::DiagramPanel::Sheet& sheet, QChar separator) {
  QString lines;
  for (const auto& row : sheet) {
    for (std::size_t i = 0; i < row.size(); ++i)
      lines += (i > 0 ? QString(separator) : QString()) + quotedCell(text(row[i]), separator);
    lines += QLatin1Char('\n');
  }
  return lines;
}

} // namespace

DiagramView::DiagramView(link::Link& link, data::FieldProvider& provider, const Style& style, const std::string& panel,
                         QWidget* parent)
    : PlotView(link, provider, style, panel, parent) {
  if (diagram()) setToolTip(text(diagram()->hint()));
}

QString DiagramView::asText() const { return diagram() ? linesFrom(diagram()->sheet(), QLatin1Char('\t')) : QString(); }

bool DiagramView::hasValues() const {
  return diagram() && diagram()->diagram() && diagram()->complete() && diagram()->trouble().empty();
}

void DiagramView::setLasso(bool on) {
  if (std::exchange(lasso_, on) != on) Q_EMIT lassoChanged(on);
}

void DiagramView::letGo() {
  if (!link().state().selection.empty()) link().run("select", {{"selection", nlohmann::json::object()}});
  if (!link().state().voxels.all.empty()) link().run("selectVoxels", {{"name", ""}, {"all", nlohmann::json::array()}});
}

void DiagramView::run(const std::vector<session::Command>& commands) {
  for (const session::Command& command : commands)
    link().run(command.name, command.args);
}

void DiagramView::stepBy(int right, int up) {
  if (diagram()) run(diagram()->step(right, up));
}

std::vector<scene::DiagramPanel::Pixel> DiagramView::outline(const QPointF& from, const QPointF& to) const {
  std::vector<scene::DiagramPanel::Pixel> corners;
  const auto add = [&](const QPointF& position) {
    const QPointF at = toPanel(position);
    corners.push_back({at.x(), at.y()});
  };
  if (freehand_) {
    for (const QPointF& position : trail_)
      add(position);
    return corners;
  }
  for (const QPointF& corner : {from, QPointF(to.x(), from.y()), to, QPointF(from.x(), to.y())})
    add(corner);
  return corners;
}

void DiagramView::press(const QPointF& at, Qt::KeyboardModifiers held) {
  freehand_ = lasso_ || (held & Qt::AltModifier);
  trail_ = {at};
}

void DiagramView::drag(const QPointF& from, const QPointF& to) {
  if (!diagram() || !diagram()->encloses()) return;
  if (std::hypot(to.x() - trail_.back().x(), to.y() - trail_.back().y()) >= 2) trail_.push_back(to);
  if (std::hypot(to.x() - from.x(), to.y() - from.y()) >= clickSlack || trail_.size() > 4)
    diagram()->sketch(outline(from, to));
}

void DiagramView::release(const QPointF& from, const QPointF& to, Qt::KeyboardModifiers held) {
  if (!diagram()) return;
  diagram()->sketch({});
  const bool add = held & Qt::ControlModifier;
  const bool dragged =
      std::hypot(to.x() - from.x(), to.y() - from.y()) >= clickSlack || (freehand_ && trail_.size() > 4);
  if (dragged && diagram()->encloses()) {
    const auto corners = outline(from, to);
    if (corners.size() >= 3) run(diagram()->enclose(corners, add));
  } else if (!dragged) {
    const QPointF at = toPanel(to);
    run(diagram()->click({at.x(), at.y()}, add));
  }
}

void DiagramView::wheelEvent(QWheelEvent* event) {
  const int angle = event->angleDelta().y();
  if (!diagram() || angle == 0 || event->modifiers() & Qt::ShiftModifier) return PlotView::wheelEvent(event);
  event->accept();
  auto view = diagram()->view();
  const auto all = diagram()->fitted();
  if (!view || !all) return;
  const QPointF at = toPanel(event->position());
  const auto under = diagram()->dataAt(at.x(), at.y());
  const double factor = std::pow(zoomPerNotch, angle / degreesPerNotch);
  const bool both = diagram()->zoomsBoth() && !(event->modifiers() & Qt::ControlModifier);
  const auto zoom = [&](std::array<double, 2>& range, const std::array<double, 2>& whole, std::size_t axis) {
    const double centre = under ? (*under)[axis] : (range[0] + range[1]) / 2;
    range = {std::max(whole[0], centre + (range[0] - centre) / factor),
             std::min(whole[1], centre + (range[1] - centre) / factor)};
  };
  const bool across = both || !(event->modifiers() & Qt::ControlModifier), up = both || !across;
  if (across) zoom(view->x, all->x, 0);
  if (up) zoom(view->y, all->y, 1);
  if (view->x[0] < view->x[1] && view->y[0] < view->y[1]) show(*view, across, up);
}

void DiagramView::keyPressEvent(QKeyEvent* event) {
  const bool plain = !(event->modifiers() & ~Qt::KeypadModifier);
  if (plain && (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down))
    return stepBy(0, event->key() == Qt::Key_Up ? 1 : -1);
  if (plain && event->key() == Qt::Key_L && diagram() && diagram()->encloses()) return setLasso(!lasso_);
  if (plain && event->key() == Qt::Key_Escape && !link().regions().drawing()) return letGo();
  PlotView::keyPressEvent(event);
}

void DiagramView::fillChoice(QMenu& menu, const scene::DiagramPanel::Choice& choice) {
  auto* group = new QActionGroup(&menu);
  for (const auto& [value, words] : choice.values) {
    QAction* action = menu.addAction(text(words).replace(QLatin1Char('&'), QStringLiteral("&&")));
    action->setCheckable(true);
    action->setChecked(value == choice.value);
    group->addAction(action);
    QObject::connect(action, &QAction::triggered, this, [this, property = choice.property, to = value] {
      const session::Diagram* of = diagram() ? diagram()->diagram() : nullptr;
      if (!of) return;
      nlohmann::json args{{"id", of->id}};
      if (property == "x" || property == "y")
        args[property] = to;
      else
        args["options"] = {{property, to}};
      link().run("setDiagram", args);
    });
  }
}

void DiagramView::addToMenu(QMenu& menu) {
  if (!diagram()) return;
  for (const auto& choice : diagram()->choices()) {
    QMenu* values = menu.addMenu(text(choice.title));
    fillChoice(*values, choice);
  }
  menu.addSeparator();
  if (diagram()->encloses()) {
    QAction* lasso = menu.addAction(tr("Enclose freehand"));
    lasso->setCheckable(true);
    lasso->setChecked(lasso_);
    lasso->setShortcut(Qt::Key_L);
    QObject::connect(lasso, &QAction::triggered, this, &DiagramView::setLasso);
  }
  QAction* none = menu.addAction(tr("Choose nothing"), this, &DiagramView::letGo);
  none->setShortcut(Qt::Key_Escape);
  none->setEnabled(!link().state().selection.empty() || !link().state().voxels.all.empty());
  menu.addSeparator();
  menu.addAction(tr("Copy values"), this, &PlotView::copyValues);
}

} // namespace discern::views
