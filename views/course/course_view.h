#pragma once
#include "gl/panel_widget.h"

namespace discern::views {

/// The time course under the cursor, as a plot. A click, a drag or Ctrl+click goes to that time; the wheel steps it.
class CourseView final : public PanelWidget {
  Q_OBJECT
public:
  [[nodiscard]] QString values() const override;
  CourseView(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent = nullptr);

protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void addToMenu(QMenu& menu) override;

private:
  void goTo(const QPointF& position);
  void copyValues();
  bool dragging_ = false;
};

} // namespace discern::views
