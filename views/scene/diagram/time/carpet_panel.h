#pragma once
#include "scene/diagram/diagram_panel.h"

namespace discern::scene {

/// The time courses of many voxels of a layer (x) under one another, each in standard scores, in the order of the
/// labels of another (y) where there is one; above them their mean, and how much changes from step to step. A click
/// goes to the time and the voxel.
class CarpetPanel : public DiagramPanel {
public:
  using DiagramPanel::DiagramPanel;
  [[nodiscard]] virtual const data::CarpetAnswer& carpet() const = 0;
};

[[nodiscard]] std::unique_ptr<CarpetPanel> makeCarpetPanel(Context context, std::string id);

} // namespace discern::scene
