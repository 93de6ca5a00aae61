#pragma once
#include "gl/flat_view.h"

namespace discern::views {

/// One of the three planes. Beyond FlatView: wheel, arrows and PageUp/PageDown (ten at once) step slices; brain slices
/// offer the radiological side.
class SliceView final : public FlatView {
  Q_OBJECT
public:
  using FlatView::FlatView;

protected:
  void step(int steps) override;
  void addToMenu(QMenu& menu) override;
};

} // namespace discern::views
