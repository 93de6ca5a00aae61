#pragma once
#include "gl/panel_widget.h"
#include "scene/plot/axes_panel.h"

namespace discern::views {

/// What plots share under the mouse: the wheel zooms across at the pointer (Ctrl: up and down), a sideways wheel, a
/// middle drag or Shift+drag moves what is in sight, + and − zoom, R shows all; the values under the pointer stand in
/// the heading.
class PlotView : public PanelWidget {
  Q_OBJECT
public:
  using PanelWidget::PanelWidget;
  /// nullptr: the panel is none of a plot.
  [[nodiscard]] scene::AxesPanel* plot() const { return dynamic_cast<scene::AxesPanel*>(&panel()); }
  /// Zooms by a factor (> 1: closer) about a widget position, across or up.
  void zoomAt(const QPointF& position, double factor, bool up = false);
  /// What is drawn, as tab-separated values with a header line.
  [[nodiscard]] virtual QString asText() const;
  [[nodiscard]] QString values() const override { return asText(); }

public Q_SLOTS:
  void resetView() override;
  void copyValues() const;

protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void addToMenu(QMenu& menu) override;
  /// The left button without Shift: down, moved (from where it went down), up again.
  virtual void press(const QPointF& at, Qt::KeyboardModifiers held) = 0;
  virtual void drag(const QPointF& from, const QPointF& to) = 0;
  virtual void release(const QPointF& from, const QPointF& to, Qt::KeyboardModifiers held) = 0;
  /// Arrow keys: samples, or rows.
  virtual void step(int by) = 0;
  void panBy(double share); ///< of what is in sight, to the right
  /// Puts what is in sight into the session, of the axes named.
  void show(const scene::AxesPanel::View& view, bool across, bool up);
  /// The name of the values in x, for asText().
  [[nodiscard]] virtual QString acrossName() const = 0;

private:
  enum class Drag { None, Left, Pan };
  void panTo(const QPointF& position);
  Drag drag_ = Drag::None;
  QPointF pressed_;
  std::optional<scene::AxesPanel::View> start_; ///< when the pan began
};

} // namespace discern::views
