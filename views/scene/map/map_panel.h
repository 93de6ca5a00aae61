#pragma once
#include "scene/panel.h"

namespace discern::scene {

/// Longitude/latitude fields on an equirectangular map, with coastlines, graticule, colour bar and date. Fields that
/// close round the globe go on across the dateline; worldAt gives longitudes as the data count them (0…360 or
/// −180…180).
[[nodiscard]] std::unique_ptr<FlatPanel> makeMapPanel(Context context);

} // namespace discern::scene
