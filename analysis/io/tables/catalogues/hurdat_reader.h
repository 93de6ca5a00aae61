#pragma once
#include "io/reader.h"

namespace discern::io {

/// HURDAT2, the best tracks of the National Hurricane Center (https://www.nhc.noaa.gov/data/hurdat/hurdat2-format.pdf),
/// as the table "tracks", one row a point: storm, name, time, longitude and latitude (degrees, west and south
/// negative), wind, pressure, wind radii. −99 and −999 are missing.
[[nodiscard]] bool isHurdat(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openHurdat(const Candidate& candidate);

} // namespace discern::io
