#pragma once
#include "data/block.h"

#include <array>
#include <optional>
#include <vtkSmartPointer.h>

class vtkImageData;
class vtkMatrix4x4;

namespace discern::scene {

/// The whole of a field at the finest level that a 3D picture can hold.
inline constexpr std::int64_t mostVoxels3D = 256 * 256 * 256;
/// nullopt when even the coarsest level is too large.
[[nodiscard]] std::optional<data::Slab> slabFor3D(const data::FieldInfo& field, std::int64_t time, int component);

/// Index of a level (voxel centres at whole numbers) → world; row-major. Irregular axes are taken as evenly spaced
/// between their ends.
[[nodiscard]] data::Affine levelToWorld(const data::FieldInfo& field, int level);
[[nodiscard]] double determinant(const data::Affine& affine);
[[nodiscard]] vtkSmartPointer<vtkMatrix4x4> matrixOf(const data::Affine& affine);

/// The twelve edges' corners of the box that holds every voxel whole: corner i has bit 0 for x, bit 1 for y, bit 2 for
/// z.
[[nodiscard]] std::array<data::Vec3, 8> cornersOf(const data::FieldInfo& field);

} // namespace discern::scene
