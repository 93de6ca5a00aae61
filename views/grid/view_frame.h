#pragma once
#include "gl/panel_widget.h"

#include <QFrame>

class QLabel;
class QToolButton;

namespace discern::views {

/// A panel with its header strip: name, a note where the layers lie on different grids, then what fits it (3D mode,
/// smoothing, reset, maximise, menu). The frame carries the property "focused" while the panel has the keyboard, for
/// the style sheet to draw the ring.
class ViewFrame final : public QFrame {
  Q_OBJECT
public:
  ViewFrame(PanelWidget* view, QWidget* parent);
  [[nodiscard]] PanelWidget& view() const { return *view_; }
  void setStyle(const Style& style);

protected:
  void paintEvent(QPaintEvent* event) override;

private:
  void refresh();
  void refreshNote();
  PanelWidget* view_;
  QLabel *title_, *note_;
  QToolButton* mode_ = nullptr;
  QToolButton* smooth_ = nullptr;
  QToolButton* reset_ = nullptr;
  QToolButton* maximise_ = nullptr;
  QToolButton* more_ = nullptr;
};

} // namespace discern::views
