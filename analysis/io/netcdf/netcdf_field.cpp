#include "io/netcdf/netcdf_field.h"

#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace discern::io {

namespace {

using data::ScalarType;

class NetcdfField final : public RegionField {
public:
  NetcdfField(data::FieldInfo info, std::shared_ptr<const NetcdfFile> file, NetcdfVariable variable, NetcdfAxes axes,
              NetcdfPacking packing)
      : RegionField(std::move(info)), file_(std::move(file)), variable_(std::move(variable)), axes_(std::move(axes)),
        packing_(std::move(packing)) {}

  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    checkSeries(voxel, t0, t1, component, out);
    if (t0 == t1) return;
    const std::int64_t steps = t1 - t0;
    std::vector<std::byte> values(static_cast<std::size_t>(steps) * sizeOf(info_.type));
    fetch({voxel[0], voxel[1], voxel[2], t0, component}, {1, 1, 1, steps, 1}, values.data());
    data::dispatch(info_.type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T* from = reinterpret_cast<const T*>(values.data());
      for (std::size_t i = 0; i < out.size(); ++i) {
        const auto value = static_cast<double>(from[i]);
        out[i] = info_.missing && value == *info_.missing ? std::numeric_limits<double>::quiet_NaN() : value;
      }
    });
  }

protected:
  void region(const data::Index3& lo, const data::Index3& hi, std::int64_t time, int component,
              std::byte* out) const override {
    fetch({lo[0], lo[1], lo[2], time, component}, {hi[0] - lo[0], hi[1] - lo[1], hi[2] - lo[2], 1, 1}, out);
  }

private:
  using Extent = std::array<std::int64_t, 5>;

  /// Reads a box along x, y, z, time, component into `out`, x fastest.
  void fetch(const Extent& from, const Extent& size, std::byte* out) const {
    const std::size_t rank = variable_.dimensions.size();
    std::vector<std::size_t> start(rank), count(rank);
    // Dimensions that share the component axis split its index, the last one fastest.
    std::int64_t rest = from[4];
    for (std::size_t i = rank; i-- > 0;) {
      const auto axis = static_cast<std::size_t>(axes_[i]);
      if (axis == 4) {
        start[i] = static_cast<std::size_t>(rest % variable_.dimensions[i].length);
        rest /= variable_.dimensions[i].length;
        count[i] = 1;
      } else {
        start[i] = static_cast<std::size_t>(from[axis]);
        count[i] = static_cast<std::size_t>(size[axis]);
      }
    }
    const std::int64_t elements = size[0] * size[1] * size[2] * size[3];
    bool inOrder = true; // does the last dimension run along x, the one before along y, …?
    int before = 5;
    for (std::size_t i = 0; i < rank; ++i) {
      if (count[i] == 1) continue;
      inOrder = inOrder && axes_[i] < before;
      before = axes_[i];
    }
    const std::size_t storedSize = sizeOf(packing_.stored);
    const bool same = packing_.stored == info_.type && inOrder;
    std::vector<std::byte> stored(same ? 0 : static_cast<std::size_t>(elements) * storedSize);
    std::byte* to = same ? out : stored.data();
    {
      const auto lock = lockHdf5();
      file_->read(variable_, start, count, to);
    }
    if (!inOrder) {
      std::vector<std::byte> ordered(stored.size());
      transpose(stored.data(), count, size, storedSize, ordered.data());
      stored.swap(ordered);
    }
    unpack(same ? out : stored.data(), elements, out);
  }

  void transpose(const std::byte* from, const std::vector<std::size_t>& count, const Extent& size, std::size_t element,
                 std::byte* to) const {
    const Extent stride{1, size[0], size[0] * size[1], size[0] * size[1] * size[2], 0};
    std::vector<std::size_t> index(count.size(), 0);
    while (true) {
      std::int64_t at = 0;
      for (std::size_t i = 0; i < index.size(); ++i)
        at += static_cast<std::int64_t>(index[i]) * stride[static_cast<std::size_t>(axes_[i])];
      std::memcpy(to + static_cast<std::size_t>(at) * element, from, element);
      from += element;
      std::size_t i = index.size();
      while (i-- > 0) {
        if (++index[i] < count[i]) break;
        index[i] = 0;
        if (i == 0) return;
      }
      if (index.empty()) return;
    }
  }

  template <typename From, typename To>
  void unpackAs(const std::byte* from, std::int64_t elements, std::byte* out) const {
    for (std::int64_t i = 0; i < elements; ++i) {
      From stored;
      std::memcpy(&stored, from + static_cast<std::size_t>(i) * sizeof(From), sizeof(From));
      const auto number = static_cast<double>(stored);
      const bool missing =
          number < packing_.least || number > packing_.most ||
          std::find(packing_.missing.begin(), packing_.missing.end(), number) != packing_.missing.end();
      const To value = missing           ? std::numeric_limits<To>::quiet_NaN()
                       : packing_.scaled ? static_cast<To>(packing_.scale * number + packing_.offset)
                                         : static_cast<To>(stored);
      std::memcpy(out + static_cast<std::size_t>(i) * sizeof(To), &value, sizeof(To));
    }
  }

  void unpack(const std::byte* from, std::int64_t elements, std::byte* out) const {
    if (!isFloating(info_.type) || (packing_.stored == info_.type && !packing_.scaled && packing_.missing.empty() &&
                                    !std::isfinite(packing_.least) && !std::isfinite(packing_.most))) {
      if (from != out) std::memcpy(out, from, static_cast<std::size_t>(elements) * sizeOf(info_.type));
      return;
    }
    data::dispatch(packing_.stored, [&](auto tag) {
      using From = typename decltype(tag)::type;
      if (info_.type == ScalarType::Float64)
        unpackAs<From, double>(from, elements, out);
      else
        unpackAs<From, float>(from, elements, out);
    });
  }

  std::shared_ptr<const NetcdfFile> file_;
  NetcdfVariable variable_;
  NetcdfAxes axes_;
  NetcdfPacking packing_;
};

} // namespace

std::shared_ptr<const data::FieldSource> netcdfField(data::FieldInfo info, std::shared_ptr<const NetcdfFile> file,
                                                     NetcdfVariable variable, NetcdfAxes axes, NetcdfPacking packing) {
  return std::make_shared<NetcdfField>(std::move(info), std::move(file), std::move(variable), std::move(axes),
                                       std::move(packing));
}

} // namespace discern::io
