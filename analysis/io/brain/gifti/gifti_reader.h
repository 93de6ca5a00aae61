#pragma once
#include "io/reader.h"

namespace discern::io {

[[nodiscard]] bool isGifti(const Candidate& candidate);

/// GIFTI 1.0, .gii or .gii.gz: point sets with triangles → surfaces; other arrays → fields on the points of the surface
/// of as many points, or rows of vertices where no surface is in the file. Coordinates stay in their data space.
/// Format: https://www.nitrc.org/projects/gifti, "GIFTI Surface Data Format", version 1.0.
[[nodiscard]] std::shared_ptr<data::Dataset> openGifti(const Candidate& candidate);

} // namespace discern::io
