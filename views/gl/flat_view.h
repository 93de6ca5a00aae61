#pragma once
#include "gl/panel_widget.h"

namespace discern::views {

/// What slices and maps share under the mouse: left click or drag moves the cursor, Shift+move drives it without a
/// button, a click on a label selects it (Ctrl adds), Ctrl+wheel zooms at the pointer, middle drag pans, right drag
/// changes the contrast of the image, a right click opens the menu, R resets.
class FlatView : public PanelWidget {
  Q_OBJECT
public:
  using PanelWidget::PanelWidget;
  /// nullptr when the panel has nothing to draw in this build.
  [[nodiscard]] scene::FlatPanel* flat() const { return dynamic_cast<scene::FlatPanel*>(&panel()); }
  /// Draws prediction and truth as `mode` says while a key is held; empty: as the state says.
  void overrideMode(const std::string& mode);
  /// Zooms by `factor` (> 1: closer) about a widget position.
  void zoomAt(const QPointF& position, double factor);

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
  /// `steps` notches of the wheel or arrow keys without Ctrl.
  virtual void step(int steps) = 0;

private:
  enum class Drag { None, Cursor, Pan, Contrast, Curtain };
  /// The line of "swipe" is under the pointer.
  [[nodiscard]] bool onCurtain(const QPointF& position) const;
  void dragCurtain(const QPointF& position);
  void moveCursor(const QPointF& position);
  void beginPan(const QPointF& position);
  void beginContrast();
  void dragContrast(const QPointF& position);
  void selectAt(const QPointF& position, bool add);
  Drag drag_ = Drag::None;
  QPointF pressed_;
  bool moved_ = false;
  bool swallowRelease_ = false; ///< the second release of a double click
  data::Vec3 panCentre_{}, panX_{}, panY_{};
  double panHeight_ = 0;
  std::string contrastLayer_;
  std::optional<std::array<double, 2>> contrast_; ///< range when the right button went down
  double wheel_ = 0;                              ///< what is left of a notch
};

} // namespace discern::views
