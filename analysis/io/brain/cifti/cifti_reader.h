#pragma once
#include "io/reader.h"

namespace discern::io {

/// NIfTI-2 with an intent of CIFTI's (3000 to 3099).
[[nodiscard]] bool isCifti(const Candidate& candidate);

/// CIFTI-2 as fields over greyordinates or parcels, shape {count, 1, 1}: a series is the time axis, each scalar or
/// label map a field of its own (over 256: components). Two dimensions of greyordinates or parcels make one field of a
/// matrix. The values are read when asked for.
[[nodiscard]] std::shared_ptr<data::Dataset> openCifti(const Candidate& candidate);

} // namespace discern::io
