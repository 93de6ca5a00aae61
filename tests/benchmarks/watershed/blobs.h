#pragma once
#include "methods/grid.h"

#include <cstdint>
#include <vector>

namespace discern::benchmarks {

/// A cube of `edge` voxels with bright balls (radius 8 to 16 voxels, at random places, many touching or overlapping)
/// over a dim background with noise. `crowding` is the number of balls in 256³ voxels. The same for the same arguments,
/// anywhere.
[[nodiscard]] std::vector<float> blobs(std::int64_t edge, int crowding, std::uint64_t seed);

} // namespace discern::benchmarks
