#pragma once
#include "scene/panel.h"

namespace discern::scene {

/// A panel that shows the canvas and nothing else: for a name that this build doesn't draw.
[[nodiscard]] std::unique_ptr<Panel> makeBlankPanel(std::string name, Context context);

} // namespace discern::scene
