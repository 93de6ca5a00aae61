#include "scene/coarse.h"

#include <algorithm>

namespace discern::scene {

std::optional<data::Slab> coarserOf(const data::FieldInfo& field, const data::Slab& slab, std::size_t bytes) {
  const auto size = [&field](const data::Slab& each) {
    return static_cast<std::size_t>(each.box.voxels()) * data::sizeOf(field.type);
  };
  if (size(slab) <= 2 * bytes) return std::nullopt;
  data::Slab coarse = slab;
  while (coarse.level + 1 < field.levels && size(coarse) > bytes) {
    ++coarse.level;
    const data::Index3 shape = field.shapeAt(coarse.level);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const bool flat = coarse.box.hi[axis] - coarse.box.lo[axis] == 1;
      coarse.box.lo[axis] = std::min(coarse.box.lo[axis] / 2, shape[axis] - 1);
      coarse.box.hi[axis] = flat ? coarse.box.lo[axis] + 1 : std::min((coarse.box.hi[axis] + 1) / 2, shape[axis]);
    }
  }
  if (coarse.level == slab.level) return std::nullopt;
  return coarse;
}

} // namespace discern::scene
