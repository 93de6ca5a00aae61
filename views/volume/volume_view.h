#pragma once
#include "gl/panel_widget.h"

namespace discern::views {

/// The 3D view. Left drag rotates, middle or Shift+left pans, wheel or right drag zooms; 1, 3, 7 look from the front,
/// the right and above (Shift or Ctrl: from the other side), 5 switches parallel projection, R resets. The camera
/// becomes a command when a drag ends.
class VolumeView final : public PanelWidget {
  Q_OBJECT
public:
  using PanelWidget::PanelWidget;
  /// nullptr when the panel has nothing to draw in this build.
  [[nodiscard]] scene::SpacePanel* space() const { return dynamic_cast<scene::SpacePanel*>(&panel()); }

public Q_SLOTS:
  void resetView() override;

protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void addToMenu(QMenu& menu) override;

private:
  enum class Drag { None, Rotate, Pan, Zoom };
  void look(char axis);
  void toggleParallel();
  void commit();
  Drag drag_ = Drag::None;
  QPointF pressed_, last_;
  bool moved_ = false;
};

} // namespace discern::views
