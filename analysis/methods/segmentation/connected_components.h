#pragma once
#include "methods/grid.h"
#include "methods/parallel/progress.h"
#include "methods/segmentation/connectivity.h"

#include <span>
#include <vector>

namespace discern::methods {

/// A stretch of foreground along x: voxels [x0, x1) of one row; row = y + shape[1]·z.
struct Run {
  std::int32_t row = 0, x0 = 0, x1 = 0;
  std::int32_t component = 0; ///< 0…components-1, in the order in which a scan meets them
};

/// The foreground of a mask as runs, in scan order, each with the component it belongs to.
struct Components {
  std::vector<Run> runs;
  std::vector<std::int64_t> sizes; ///< voxels of each component
  [[nodiscard]] std::int32_t count() const { return static_cast<std::int32_t>(sizes.size()); }
};

/// The connected components of mask ≠ 0. Throws std::invalid_argument and Cancelled.
[[nodiscard]] Components connectedComponents(std::span<const std::uint8_t> mask, const Shape3& shape,
                                             Connectivity connectivity, const Progress& progress = {}, int threads = 0);

/// The same as labels 1…count in scan order, 0 in the background, as scipy.ndimage.label. Returns the count.
std::int32_t labelComponents(std::span<const std::uint8_t> mask, const Shape3& shape, Connectivity connectivity,
                             std::span<std::int32_t> labels, const Progress& progress = {}, int threads = 0);

} // namespace discern::methods
