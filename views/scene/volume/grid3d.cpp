#include "scene/volume/grid3d.h"

#include <algorithm>
#include <vtkMatrix4x4.h>

namespace discern::scene {

std::optional<data::Slab> slabFor3D(const data::FieldInfo& field, std::int64_t time, int component,
                                    const Limits3D& limits) {
  data::Slab slab;
  slab.time = std::clamp<std::int64_t>(time, 0, std::max<std::int64_t>(0, field.time.size - 1));
  slab.component = std::clamp(component, 0, std::max(0, field.components - 1));
  const auto fits = [&](std::int64_t voxels) {
    const data::Index3& shape = slab.box.hi;
    return slab.box.voxels() <= voxels && std::max({shape[0], shape[1], shape[2]}) <= limits.edge;
  };
  for (slab.level = 0; slab.level < std::max(1, field.levels); ++slab.level) {
    slab.box.hi = field.shapeAt(slab.level);
    if (fits(limits.voxels)) return slab;
  }
  // A little more than planned is better than nothing.
  slab.level = std::max(1, field.levels) - 1;
  if (fits(2 * limits.voxels)) return slab;
  return std::nullopt;
}

IndexBox finestOf(const data::Box& box, int level) {
  const auto stride = static_cast<double>(std::int64_t{1} << level);
  IndexBox at;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    at.lo[axis] = static_cast<double>(box.lo[axis]) * stride - 0.5;
    at.hi[axis] = static_cast<double>(box.hi[axis]) * stride - 0.5;
  }
  return at;
}

data::Affine levelToWorld(const data::FieldInfo& field, int level) {
  data::Affine affine = field.indexToWorld;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto& table = field.coordinates[axis];
    if (table.size() < 2) continue;
    affine.m[axis * 5] = (table.back() - table.front()) / static_cast<double>(table.size() - 1);
    affine.m[axis * 4 + 3] = table.front();
  }
  const auto stride = static_cast<double>(std::int64_t{1} << level);
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t column = 0; column < 3; ++column) {
      // An axis of one voxel has one on every level, in the same place.
      if (field.shape[column] == 1) continue;
      affine.m[4 * row + 3] += affine.m[4 * row + column] * (stride - 1) / 2;
      affine.m[4 * row + column] *= stride;
    }
  return affine;
}

double determinant(const data::Affine& affine) {
  const auto& m = affine.m;
  return m[0] * (m[5] * m[10] - m[6] * m[9]) - m[1] * (m[4] * m[10] - m[6] * m[8]) + m[2] * (m[4] * m[9] - m[5] * m[8]);
}

vtkSmartPointer<vtkMatrix4x4> matrixOf(const data::Affine& affine) {
  auto matrix = vtkSmartPointer<vtkMatrix4x4>::New();
  matrix->DeepCopy(affine.m.data());
  return matrix;
}

std::array<data::Vec3, 8> cornersOf(const data::FieldInfo& field) {
  std::array<data::Vec3, 8> corners{};
  for (unsigned i = 0; i < 8; ++i) {
    data::Vec3 index{};
    for (unsigned axis = 0; axis < 3; ++axis)
      index[axis] = (i >> axis & 1U) != 0U ? static_cast<double>(field.shape[axis]) - 0.5 : -0.5;
    corners[i] = field.world(index);
  }
  return corners;
}

} // namespace discern::scene
