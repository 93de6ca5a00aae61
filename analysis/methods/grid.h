#pragma once
#include <array>
#include <cstdint>

namespace discern::methods {

/// Voxels along x, y, z. Arrays are x fastest; a dimension of 1 makes the volume a plane, and the methods
/// two-dimensional.
using Shape3 = std::array<std::int64_t, 3>;

/// World units along x, y, z from one voxel to the next; finite and above zero.
using Spacing3 = std::array<double, 3>;

[[nodiscard]] constexpr std::int64_t voxelCount(const Shape3& shape) { return shape[0] * shape[1] * shape[2]; }

/// Throws std::invalid_argument unless every dimension is at least 1 and `size` is their product. `what` names the
/// array.
void requireShape(const Shape3& shape, std::size_t size, const char* what);

/// Throws std::invalid_argument unless every spacing is finite and above zero.
void requireSpacing(const Spacing3& spacing);

} // namespace discern::methods
