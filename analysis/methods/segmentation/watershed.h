#pragma once
#include "methods/grid.h"
#include "methods/parallel/progress.h"
#include "methods/segmentation/connectivity.h"

#include <span>

namespace discern::methods {

/// Where a flood starts: at the lowest values, rising, or at the greatest, falling (which saves negating a distance
/// map).
enum class FloodFrom { Minima, Maxima };

/// A voxel where a basin starts, and the label (above 0) it spreads.
struct Seed {
  std::int64_t index = 0;
  std::int32_t label = 0;
};

/// Watershed by flooding from seeds inside mask ≠ 0: always the voxel with the lowest value goes next, among equals the
/// one that was reached first; it hands its label to its neighbours. Voxels that no seed reaches stay 0; seeds outside
/// the mask are ignored. Same labels as skimage.segmentation.watershed (no compactness, no lines), which leaves only
/// the order of several seeds of equal value open; here it is that of `seeds`. NaN counts as the highest value.
/// Components of the mask are flooded side by side. F. Meyer, Signal Processing 38 (1994) 113,
/// doi:10.1016/0165-1684(94)90060-4. Throws std::invalid_argument (also for seeds outside the volume, two seeds at one
/// place or labels below 1) and Cancelled.
void watershed(std::span<const float> values, std::span<const Seed> seeds, std::span<const std::uint8_t> mask,
               const Shape3& shape, Connectivity connectivity, FloodFrom from, std::span<std::int32_t> labels,
               const Progress& progress = {}, int threads = 0);

/// Takes the seeds from a volume of markers: every voxel with a marker above 0 is one.
void watershed(std::span<const float> values, std::span<const std::int32_t> markers, std::span<const std::uint8_t> mask,
               const Shape3& shape, Connectivity connectivity, FloodFrom from, std::span<std::int32_t> labels,
               const Progress& progress = {}, int threads = 0);

} // namespace discern::methods
