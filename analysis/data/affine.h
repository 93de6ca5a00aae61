#pragma once
#include <array>

namespace discern::data {

using Vec3 = std::array<double, 3>;

/// A 4×4 affine map, row-major, from voxel index (i, j, k: voxel centres at whole numbers) to world coordinates.
struct Affine {
  std::array<double, 16> m{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

  [[nodiscard]] static Affine scaling(const Vec3& spacing, const Vec3& origin = {0, 0, 0});
  [[nodiscard]] Vec3 apply(const Vec3& p) const;
  /// Throws std::domain_error when the map is singular.
  [[nodiscard]] Affine inverse() const;
  /// Length of one index step along each axis, in world units.
  [[nodiscard]] Vec3 spacing() const;
  [[nodiscard]] bool operator==(const Affine&) const = default;
};

} // namespace discern::data
