#pragma once
#include "gl/flat_view.h"

namespace discern::views {

/// A longitude/latitude map. Beyond FlatView: the wheel zooms with or without Ctrl; arrows move the cursor by one cell,
/// PageUp/PageDown by ten.
class MapView final : public FlatView {
  Q_OBJECT
public:
  using FlatView::FlatView;

protected:
  void step(int steps) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

private:
  /// Moves the cursor by whole cells east and north.
  void walk(int east, int north);
};

} // namespace discern::views
