#pragma once
#include "io/reader.h"

namespace discern::io {

[[nodiscard]] bool isGipl(const Candidate& candidate);

/// GIPL (Guy's Image Processing Laboratory), .gipl or .gipl.gz, big-endian. The format names no orientation: as in ITK,
/// the axes are taken as LPS, the origin as that of the first voxel.
[[nodiscard]] std::shared_ptr<data::Dataset> openGipl(const Candidate& candidate);

} // namespace discern::io
