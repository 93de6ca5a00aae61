#pragma once
#include "scene/diagram/diagram_panel.h"

namespace discern::scene {

/// How often the values of a layer occur, and over that, in the accent colour, those of the chosen voxels. A drag
/// chooses the voxels of a range (State::voxels).
class HistogramPanel : public DiagramPanel {
public:
  using DiagramPanel::DiagramPanel;
  [[nodiscard]] virtual const data::HistogramAnswer& counts() const = 0;
};

[[nodiscard]] std::unique_ptr<HistogramPanel> makeHistogramPanel(Context context, std::string id);

} // namespace discern::scene
