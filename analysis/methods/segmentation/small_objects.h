#pragma once
#include "methods/parallel/progress.h"

#include <cstdint>
#include <span>

namespace discern::methods {

struct SmallObjectsRemoved {
  std::int32_t kept = 0, removed = 0;
  std::int64_t voxels = 0; ///< that became background
};

/// Sets every label with fewer than `minimumVoxels` voxels to 0 and numbers the others 1…kept in their old order.
/// Throws std::invalid_argument for a negative label, and Cancelled.
SmallObjectsRemoved removeSmallObjects(std::span<std::int32_t> labels, std::int64_t minimumVoxels,
                                       const Progress& progress = {}, int threads = 0);

} // namespace discern::methods
