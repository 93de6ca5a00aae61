#pragma once
#include "scene/diagram/diagram_panel.h"

namespace discern::scene {

/// Labels of the truth (x, rows) against those of the prediction (y, columns): how many voxels have both. A click on a
/// cell chooses those voxels (State::voxels).
class ConfusionPanel : public DiagramPanel {
public:
  using DiagramPanel::DiagramPanel;
  [[nodiscard]] virtual const data::ConfusionAnswer& confusion() const = 0;
};

[[nodiscard]] std::unique_ptr<ConfusionPanel> makeConfusionPanel(Context context, std::string id);

} // namespace discern::scene
