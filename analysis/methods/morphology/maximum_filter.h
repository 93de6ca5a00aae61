#pragma once
#include "methods/grid.h"
#include "methods/parallel/progress.h"

#include <span>

namespace discern::methods {

/// The greatest value within ± radius voxels along each axis (a box), cut at the volume's faces. NaN counts as the
/// least value. O(N log radius). `out` must not be `in`. Throws std::invalid_argument for a negative radius, and
/// Cancelled.
void maximumFilter(std::span<const float> in, const Shape3& shape, const std::array<std::int64_t, 3>& radius,
                   std::span<float> out, const Progress& progress = {}, int threads = 0);

} // namespace discern::methods
