#pragma once
#include "gl/flat_view.h"

namespace discern::views {

class RegionOverlay;

/// One of the three planes. Beyond FlatView: wheel, arrows and PageUp/PageDown (ten at once) step slices; brain slices
/// offer the radiological side; regions that are being chosen are drawn and edited over it, and Esc clears them.
class SliceView final : public FlatView {
  Q_OBJECT
public:
  SliceView(link::Link& link, data::FieldProvider& provider, const Style& style, const std::string& panel,
            QWidget* parent = nullptr);

protected:
  void step(int steps) override;
  void addToMenu(QMenu& menu) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

private:
  RegionOverlay* regions_;
};

} // namespace discern::views
