#pragma once
#include "data/plot/network_request.h"
#include "scene/diagram/diagram_panel.h"

namespace discern::scene {

/// A matrix as nodes, on a circle or where springs put them, and its strongest entries as edges. A click chooses a node
/// or an edge's two: State::selection[ID] holds rows of the matrix, and with them the labels of the layer `y`.
class NetworkPanel : public DiagramPanel {
public:
  using DiagramPanel::DiagramPanel;
  [[nodiscard]] virtual const data::NetworkAnswer& network() const = 0;
  [[nodiscard]] virtual Pixel placeOf(std::size_t node) const = 0; ///< pixels
};

[[nodiscard]] std::unique_ptr<NetworkPanel> makeNetworkPanel(Context context, std::string id);

} // namespace discern::scene
