#pragma once
#include "scene/panel.h"

namespace discern::scene {

/// The panel "axial", "coronal" or "sagittal": one slice of every visible layer at the cursor, bottom layer first, each
/// at its own place in the world (nothing is resampled), with contours, crosshair, letters, scale bar and colour bar.
[[nodiscard]] std::unique_ptr<FlatPanel> makeSlicePanel(std::string name, Context context);

} // namespace discern::scene
