#include "io/region_field.h"

#include "data/error.h"

#include <algorithm>
#include <cstring>

namespace discern::io {

namespace {

constexpr std::int64_t pieceBytes = 16 << 20; ///< what one call of region() is asked for at most, where planes allow

} // namespace

void RegionField::read(const data::Slab& slab, std::span<std::byte> out) const {
  check(slab, out.size());
  if (slab.box.voxels() == 0) return;
  const auto size = static_cast<std::int64_t>(sizeOf(info_.type));
  const data::Index3 shape = slab.box.shape();
  if (slab.level == 0) {
    const std::int64_t plane = shape[0] * shape[1] * size;
    const std::int64_t planes = std::max<std::int64_t>(1, pieceBytes / plane);
    for (std::int64_t z = 0; z < shape[2]; z += planes) {
      data::Box box = slab.box;
      box.lo[2] = slab.box.lo[2] + z;
      box.hi[2] = std::min(slab.box.hi[2], box.lo[2] + planes);
      region(box.lo, box.hi, slab.time, slab.component, out.data() + z * plane);
    }
    return;
  }
  const std::int64_t step = std::int64_t{1} << slab.level;
  const std::int64_t x0 = slab.box.lo[0] * step, x1 = (slab.box.hi[0] - 1) * step + 1;
  const std::int64_t width = x1 - x0;
  // So many rows of the level at a time that their full-resolution rows stay within a piece.
  const std::int64_t rows = std::max<std::int64_t>(1, pieceBytes / (width * size * step));
  std::vector<std::byte> full;
  std::byte* to = out.data();
  for (std::int64_t z = slab.box.lo[2]; z < slab.box.hi[2]; ++z) {
    for (std::int64_t y = slab.box.lo[1]; y < slab.box.hi[1]; y += rows) {
      const std::int64_t last = std::min(slab.box.hi[1], y + rows) - 1;
      const data::Index3 lo{x0, y * step, z * step}, hi{x1, last * step + 1, z * step + 1};
      full.resize(static_cast<std::size_t>(width * (hi[1] - lo[1]) * size));
      region(lo, hi, slab.time, slab.component, full.data());
      for (std::int64_t row = 0; row <= last - y; ++row)
        for (std::int64_t i = 0; i < shape[0]; ++i, to += size)
          std::memcpy(to, full.data() + (row * step * width + i * step) * size, static_cast<std::size_t>(size));
    }
  }
}

void RegionField::checkSeries(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
                              std::span<double> out) const {
  for (std::size_t a = 0; a < 3; ++a)
    if (voxel[a] < 0 || voxel[a] >= info_.shape[a]) throw data::UsageError("the voxel lies outside the field");
  if (component < 0 || component >= info_.components) throw data::UsageError("the field has no such component");
  if (t0 < 0 || t1 < t0 || t1 > info_.time.size || static_cast<std::int64_t>(out.size()) != t1 - t0)
    throw data::UsageError("the time range lies outside the field");
}

} // namespace discern::io
