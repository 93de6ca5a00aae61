#pragma once
#include "data/block.h"

#include <array>
#include <optional>
#include <vtkSmartPointer.h>

class vtkImageData;
class vtkMatrix4x4;

namespace discern::scene {

/// What a 3D picture can hold at once.
struct Limits3D {
  std::int64_t voxels = 256 * 256 * 256;
  std::int64_t edge = 2046; ///< voxels along an axis: of the texture, less one at each end
  bool operator==(const Limits3D&) const = default;
};
/// The largest number of voxels that is ever asked for, however much memory the graphics have.
inline constexpr std::int64_t mostVoxels3D = 512 * 512 * 512;

/// The whole of a field at the finest level within the limits. nullopt when even the coarsest level is too large.
[[nodiscard]] std::optional<data::Slab> slabFor3D(const data::FieldInfo& field, std::int64_t time, int component,
                                                  const Limits3D& limits = {});

/// A box in the indices of level 0, from edge to edge of its voxels: voxel i is from i − ½ to i + ½.
struct IndexBox {
  data::Vec3 lo{0, 0, 0}, hi{0, 0, 0};
  bool operator==(const IndexBox&) const = default;
};
/// The box of a box of a level.
[[nodiscard]] IndexBox finestOf(const data::Box& box, int level);

/// Index of a level (voxel centres at whole numbers) → world; row-major: a voxel lies in the middle of those of level 0
/// that it stands for. Irregular axes are taken as evenly spaced between their ends.
[[nodiscard]] data::Affine levelToWorld(const data::FieldInfo& field, int level);
[[nodiscard]] double determinant(const data::Affine& affine);
[[nodiscard]] vtkSmartPointer<vtkMatrix4x4> matrixOf(const data::Affine& affine);

/// The twelve edges' corners of the box that holds every voxel whole: corner i has bit 0 for x, bit 1 for y, bit 2 for
/// z.
[[nodiscard]] std::array<data::Vec3, 8> cornersOf(const data::FieldInfo& field);

} // namespace discern::scene
