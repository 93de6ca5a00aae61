#pragma once
#include "methods/grid.h"
#include "methods/parallel/progress.h"

#include <span>

namespace discern::methods {

/// The exact Euclidean distance, in world units, from the centre of each foreground voxel (mask ≠ 0) to the centre of
/// the nearest background voxel; 0 in the background. What lies beyond the volume's faces is unknown, not background.
/// With no background voxel at all every distance is +infinity. Agrees with scipy.ndimage.distance_transform_edt. O(N):
/// one axis after the other, lower envelopes of parabolas. P. Felzenszwalb, D. Huttenlocher, Theory of Computing 8
/// (2012) 415, doi:10.4086/toc.2012.v008a019. Throws std::invalid_argument and Cancelled.
void distanceTransform(std::span<const std::uint8_t> mask, const Shape3& shape, const Spacing3& spacing,
                       std::span<float> distance, const Progress& progress = {}, int threads = 0);

/// The square of it, which for equal spacing is a whole number of squared voxels: what ordering by distance needs.
void squaredDistanceTransform(std::span<const std::uint8_t> mask, const Shape3& shape, const Spacing3& spacing,
                              std::span<float> squared, const Progress& progress = {}, int threads = 0);

} // namespace discern::methods
