#pragma once
#include "methods/grid.h"
#include "methods/parallel/progress.h"

#include <span>
#include <vector>

namespace discern::methods {

/// Indices of the local maxima of `values` inside the mask, ascending. A voxel is a candidate when nothing in the box
/// of ± minimumDistance (world units, at least one voxel) around it is greater; the mask does not shield it from what
/// lies outside. Candidates of equal value that touch (also by edges and corners) are one plateau and give one maximum:
/// the voxel nearest to the plateau's centroid, so that a flat ridge isn't cut into pieces. Then, from the greatest
/// value down (equal values: by index), a maximum is dropped when one kept before is closer than minimumDistance along
/// every axis. Without plateaus this is skimage.feature.peak_local_max(values, min_distance, exclude_border=False)
/// within the mask. `values` must not be NaN inside the mask. Throws std::invalid_argument and Cancelled.
[[nodiscard]] std::vector<std::int64_t> localMaxima(std::span<const float> values, std::span<const std::uint8_t> mask,
                                                    const Shape3& shape, const Spacing3& spacing,
                                                    double minimumDistance, const Progress& progress = {},
                                                    int threads = 0);

} // namespace discern::methods
