#pragma once
#include "data/field_source.h"

#include <cstddef>
#include <vector>

namespace discern::io {

/// What is one voxel of the next level.
enum class Halving {
  Mean, ///< the mean of the voxels of its block that are not missing; whole numbers are rounded to the nearest. All
        ///< missing: missing.
  Mode  ///< the most frequent value of its block; of several, the one that comes first (x fastest)
};
/// Labels by mode, all else by mean.
[[nodiscard]] Halving halvingOf(const data::FieldInfo& field);

/// Levels 1 to `count` of a box of a field's values (x fastest, of `shape`), each half of the one before along every
/// axis (rounded up: a block at the end may have one voxel along an axis). Means are carried from level to level
/// unrounded. Missing are NaN, and the field's own missing value.
[[nodiscard]] std::vector<std::vector<std::byte>>
halved(const data::FieldInfo& field, std::span<const std::byte> values, const data::Index3& shape, int count);

/// The shape of the next level: half, rounded up.
[[nodiscard]] data::Index3 halfOf(const data::Index3& shape);

} // namespace discern::io
