#pragma once
#include "scene/panel.h"

namespace discern::scene {

/// The panel "volume": the field in space, as a shaded volume, as three planes through the cursor or as the surfaces of
/// its labels, in the box of the data, with the cursor and the directions of the axes. Surfaces are made on a thread of
/// their own: `needsRender` is called from that thread when they are done, and the panel takes them up when it is next
/// drawn.
[[nodiscard]] std::unique_ptr<SpacePanel> makeVolumePanel(Context context);

} // namespace discern::scene
