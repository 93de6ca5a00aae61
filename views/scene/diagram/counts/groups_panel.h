#pragma once
#include "scene/diagram/diagram_panel.h"

namespace discern::scene {

/// How the values of a layer (x) are spread in each label of another (y): boxes, or violins. A click chooses a label.
class GroupsPanel : public DiagramPanel {
public:
  using DiagramPanel::DiagramPanel;
  [[nodiscard]] virtual const data::GroupsAnswer& groups() const = 0;
};

[[nodiscard]] std::unique_ptr<GroupsPanel> makeGroupsPanel(Context context, std::string id);

} // namespace discern::scene
