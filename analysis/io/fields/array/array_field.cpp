#include "io/fields/array/array_field.h"

#include "io/fields/array/axes.h"

#include <cstring>
#include <limits>

namespace discern::io {

ArrayField::ArrayField(data::FieldInfo info, const std::string& order) : RegionField(std::move(info)) {
  for (const char letter : order)
    axes_.push_back(static_cast<std::size_t>(axisOf(letter)));
}

void ArrayField::region(const data::Index3& lo, const data::Index3& hi, std::int64_t time, int component,
                        std::byte* out) const {
  fetch({lo[0], lo[1], lo[2], time, component}, {hi[0] - lo[0], hi[1] - lo[1], hi[2] - lo[2], 1, 1}, out);
}

void ArrayField::series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
                        std::span<double> out) const {
  checkSeries(voxel, t0, t1, component, out);
  if (t0 == t1) return;
  std::vector<std::byte> bytes(out.size() * sizeOf(info_.type));
  fetch({voxel[0], voxel[1], voxel[2], t0, component}, {1, 1, 1, t1 - t0, 1}, bytes.data());
  data::dispatch(info_.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* from = reinterpret_cast<const T*>(bytes.data());
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<double>(from[i]);
      if (info_.missing && out[i] == *info_.missing) out[i] = std::numeric_limits<double>::quiet_NaN();
    }
  });
}

void ArrayField::fetch(const Extent& from, const Extent& size, std::byte* out) const {
  const std::size_t rank = axes_.size(), element = sizeOf(info_.type);
  Index start(rank), count(rank);
  bool inOrder = true; // does the last axis run along x, the one before along y, …?
  std::size_t before = 5;
  for (std::size_t i = 0; i < rank; ++i) {
    start[i] = from[axes_[i]];
    count[i] = size[axes_[i]];
    if (count[i] == 1) continue;
    inOrder = inOrder && axes_[i] < before;
    before = axes_[i];
  }
  if (inOrder) {
    box(start, count, out);
    return;
  }
  const Extent stride{1, size[0], size[0] * size[1], size[0] * size[1] * size[2], 0};
  std::vector<std::byte> stored(static_cast<std::size_t>(size[0] * size[1] * size[2] * size[3]) * element);
  box(start, count, stored.data());
  Index index(rank, 0);
  for (const std::byte* value = stored.data(); value < stored.data() + stored.size(); value += element) {
    std::int64_t at = 0;
    for (std::size_t i = 0; i < rank; ++i)
      at += index[i] * stride[axes_[i]];
    std::memcpy(out + static_cast<std::size_t>(at) * element, value, element);
    for (std::size_t i = rank; i-- > 0 && ++index[i] == count[i];)
      index[i] = 0;
  }
}

} // namespace discern::io
