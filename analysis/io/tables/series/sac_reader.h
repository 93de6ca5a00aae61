#pragma once
#include "io/reader.h"

namespace discern::io {

/// SAC binary files (https://ds.iris.edu/files/sac-manual/manual/file_format.html) of evenly spaced time series, header
/// versions 6 and 7, either byte order: one field, named "NET.STA.LOC.CHA" after what the header has of it.
[[nodiscard]] bool isSac(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openSac(const Candidate& candidate);

} // namespace discern::io
