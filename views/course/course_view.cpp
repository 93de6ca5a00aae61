#include "course/course_view.h"
#include "scene/plot/course_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>

namespace discern::views {

CourseView::CourseView(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent)
    : PanelWidget(link, provider, style, "course", parent) {
  setToolTip(tr("Click to go to a time"));
}

void CourseView::goTo(const QPointF& position) {
  const auto* course = dynamic_cast<const scene::CoursePanel*>(&panel());
  if (!course) return;
  const QPointF at = toPanel(position);
  if (const auto step = course->stepAt(at.x(), at.y())) link().setTime(*step);
}

void CourseView::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) {
    dragging_ = true;
    goTo(event->position());
  }
  event->accept();
}

void CourseView::mouseMoveEvent(QMouseEvent* event) {
  if (dragging_) goTo(event->position());
}

void CourseView::mouseReleaseEvent(QMouseEvent* event) {
  dragging_ = false;
  if (event->button() == Qt::RightButton) showMenu(event->globalPosition().toPoint());
  event->accept();
}

void CourseView::wheelEvent(QWheelEvent* event) {
  const auto* course = dynamic_cast<const scene::CoursePanel*>(&panel());
  event->accept();
  if (!course || course->courses().empty() || event->angleDelta().y() == 0) return;
  const std::int64_t last = course->courses().front().time.size - 1;
  link().setTime(std::clamp<std::int64_t>(link().state().time + (event->angleDelta().y() > 0 ? 1 : -1), 0, last));
}

QString CourseView::values() const {
  const auto* course = dynamic_cast<const scene::CoursePanel*>(&panel());
  if (!course || course->courses().empty()) return {};
  std::size_t steps = 0;
  QString table = tr("step") + QLatin1Char('\t') + tr("time");
  for (const auto& line : course->courses()) {
    table += QLatin1Char('\t') + text(line.name) +
             (line.unit.empty() ? QString() : QStringLiteral(" (%1)").arg(text(line.unit)));
    steps = std::max(steps, line.values.size());
  }
  for (std::size_t step = 0; step < steps; ++step) {
    table += QStringLiteral("\n%1\t%2")
                 .arg(step)
                 .arg(text(course->courses().front().time.label(static_cast<std::int64_t>(step))));
    for (const auto& line : course->courses())
      table += QLatin1Char('\t') + (step < line.values.size() ? QString::number(line.values[step], 'g', 9) : QString());
  }
  return table;
}

void CourseView::copyValues() { QApplication::clipboard()->setText(values()); }

void CourseView::addToMenu(QMenu& menu) { menu.addAction(tr("Copy values"), this, &CourseView::copyValues); }

} // namespace discern::views
