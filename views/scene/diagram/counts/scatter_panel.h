#pragma once
#include "scene/diagram/diagram_panel.h"

namespace discern::scene {

/// Two layers of values against each other, voxel by voxel: how many fall into each cell of the picture as shades, and
/// over them, in the accent colour, those that are chosen (here or in any other view). A drag encloses values and so
/// chooses voxels (State::voxels).
class ScatterPanel : public DiagramPanel {
public:
  using DiagramPanel::DiagramPanel;
  [[nodiscard]] virtual const data::DensityAnswer& density() const = 0;
};

[[nodiscard]] std::unique_ptr<ScatterPanel> makeScatterPanel(Context context, std::string id);

} // namespace discern::scene
