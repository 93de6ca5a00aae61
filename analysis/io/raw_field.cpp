#include "io/raw_field.h"

#include "data/error.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace discern::io {

namespace {

static_assert(std::endian::native == std::endian::little, "byte orders are named from a little-endian machine's side");

using data::ScalarType;

constexpr std::int64_t readAhead = 4 << 20;

template <typename T>
T load(const std::byte* from, bool swapped) {
  std::array<std::byte, sizeof(T)> raw;
  std::memcpy(raw.data(), from, sizeof(T));
  if (swapped) std::reverse(raw.begin(), raw.end());
  return std::bit_cast<T>(raw);
}

/// Serves pieces of a stretch of bytes that is walked upwards, reading ahead in it when told so.
class Window {
public:
  Window(const ByteSource& source, bool ahead) : source_(source), ahead_(ahead) {}
  void setEnd(std::int64_t end) { end_ = end; }
  const std::byte* at(std::int64_t offset, std::int64_t length) {
    if (offset < begin_ || offset + length > begin_ + static_cast<std::int64_t>(buffer_.size())) {
      const std::int64_t want = ahead_ ? std::max(length, std::min(readAhead, end_ - offset)) : length;
      buffer_.resize(static_cast<std::size_t>(want));
      begin_ = offset;
      source_.readAt(offset, buffer_);
    }
    return buffer_.data() + (offset - begin_);
  }

private:
  const ByteSource& source_;
  bool ahead_;
  std::int64_t begin_ = 0, end_ = 0;
  std::vector<std::byte> buffer_;
};

class RawField final : public data::FieldSource {
public:
  RawField(data::FieldInfo info, std::shared_ptr<const ByteSource> bytes, const RawLayout& layout)
      : info_(std::move(info)), bytes_(std::move(bytes)), layout_(layout) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }

  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    check(slab, out.size());
    if (slab.box.voxels() == 0) return;
    const data::Index3 shape = slab.box.shape();
    const std::array<std::int64_t, 3> outStride{1, shape[0], shape[0] * shape[1]};
    std::array<int, 3> order{0, 1, 2}; // innermost in the file first
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
      return layout_.stride[static_cast<std::size_t>(a)] < layout_.stride[static_cast<std::size_t>(b)];
    });
    const auto in = static_cast<std::size_t>(order[0]), mid = static_cast<std::size_t>(order[1]),
               outer = static_cast<std::size_t>(order[2]);
    std::array<std::int64_t, 3> step{};
    for (std::size_t a = 0; a < 3; ++a)
      step[a] = layout_.stride[a] << slab.level;
    const auto element = static_cast<std::int64_t>(sizeOf(layout_.stored));
    const std::int64_t start = layout_.base + layout_.stride[3] * slab.time + layout_.stride[4] * slab.component +
                               slab.box.lo[0] * step[0] + slab.box.lo[1] * step[1] + slab.box.lo[2] * step[2];
    const std::int64_t planeSpan = (shape[mid] - 1) * step[mid] + (shape[in] - 1) * step[in] + element;
    const bool dense = shape[mid] * shape[in] * element * 8 >= planeSpan;
    Window window(*bytes_, dense);
    const std::int64_t perPiece = std::max<std::int64_t>(1, readAhead / std::max(step[in], element));
    for (std::int64_t k = 0; k < shape[outer]; ++k) {
      window.setEnd(start + k * step[outer] + planeSpan);
      for (std::int64_t j = 0; j < shape[mid]; ++j) {
        for (std::int64_t i = 0; i < shape[in]; i += perPiece) {
          const std::int64_t count = std::min(perPiece, shape[in] - i);
          const std::int64_t offset = start + k * step[outer] + j * step[mid] + i * step[in];
          const std::byte* from = window.at(offset, (count - 1) * step[in] + element);
          convert(from, step[in], count, out.data(), k * outStride[outer] + j * outStride[mid] + i * outStride[in],
                  outStride[in]);
        }
      }
    }
  }

  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    for (std::size_t a = 0; a < 3; ++a)
      if (voxel[a] < 0 || voxel[a] >= info_.shape[a]) throw data::UsageError("the voxel lies outside the field");
    if (t0 < 0 || t1 < t0 || t1 > info_.time.size || component < 0 || component >= info_.components ||
        static_cast<std::int64_t>(out.size()) != t1 - t0)
      throw data::UsageError("the time range lies outside the field");
    const std::int64_t start = layout_.base + layout_.stride[4] * component + layout_.stride[0] * voxel[0] +
                               layout_.stride[1] * voxel[1] + layout_.stride[2] * voxel[2];
    const auto element = static_cast<std::int64_t>(sizeOf(layout_.stored));
    Window window(*bytes_, layout_.stride[3] <= 8 * element); // a trace alone lies close together
    window.setEnd(start + (t1 - 1) * layout_.stride[3] + element);
    for (std::int64_t t = t0; t < t1; ++t) {
      const std::byte* raw = window.at(start + t * layout_.stride[3], element);
      double value = data::dispatch(layout_.stored, [&](auto tag) {
        return static_cast<double>(load<typename decltype(tag)::type>(raw, layout_.swapped));
      });
      if (info_.missing && value == *info_.missing) value = std::numeric_limits<double>::quiet_NaN();
      if (layout_.scaled) {
        value = layout_.slope * value + layout_.intercept;
        if (info_.type == ScalarType::Float32) value = static_cast<float>(value);
      }
      out[static_cast<std::size_t>(t - t0)] = value;
    }
  }

private:
  template <typename T>
  void copy(const std::byte* from, std::int64_t step, std::int64_t count, std::byte* out, std::int64_t at,
            std::int64_t outStep) const {
    if (!layout_.swapped && outStep == 1 && step == static_cast<std::int64_t>(sizeof(T))) {
      std::memcpy(out + at * step, from, static_cast<std::size_t>(count) * sizeof(T));
      return;
    }
    T* to = reinterpret_cast<T*>(out) + at;
    for (std::int64_t i = 0; i < count; ++i)
      to[i * outStep] = load<T>(from + i * step, layout_.swapped);
  }

  template <typename To>
  void scale(const std::byte* from, std::int64_t step, std::int64_t count, std::byte* out, std::int64_t at,
             std::int64_t outStep) const {
    To* to = reinterpret_cast<To*>(out) + at;
    data::dispatch(layout_.stored, [&](auto tag) {
      using From = typename decltype(tag)::type;
      for (std::int64_t i = 0; i < count; ++i)
        to[i * outStep] = static_cast<To>(
            layout_.slope * static_cast<double>(load<From>(from + i * step, layout_.swapped)) + layout_.intercept);
    });
  }

  void convert(const std::byte* from, std::int64_t step, std::int64_t count, std::byte* out, std::int64_t at,
               std::int64_t outStep) const {
    if (layout_.scaled) {
      if (info_.type == ScalarType::Float64)
        scale<double>(from, step, count, out, at, outStep);
      else
        scale<float>(from, step, count, out, at, outStep);
      return;
    }
    switch (sizeOf(layout_.stored)) {
    case 1:
      copy<std::uint8_t>(from, step, count, out, at, outStep);
      break;
    case 2:
      copy<std::uint16_t>(from, step, count, out, at, outStep);
      break;
    case 4:
      copy<std::uint32_t>(from, step, count, out, at, outStep);
      break;
    default:
      copy<std::uint64_t>(from, step, count, out, at, outStep);
    }
  }

  data::FieldInfo info_;
  std::shared_ptr<const ByteSource> bytes_;
  RawLayout layout_;
};

} // namespace

std::shared_ptr<const data::FieldSource> rawField(data::FieldInfo info, std::shared_ptr<const ByteSource> bytes,
                                                  const RawLayout& layout) {
  info.type = layout.scaled ? scaledType(layout.stored) : layout.stored;
  return std::make_shared<RawField>(std::move(info), std::move(bytes), layout);
}

ScalarType scaledType(ScalarType stored) {
  return sizeOf(stored) <= 2 || stored == ScalarType::Float32 ? ScalarType::Float32 : ScalarType::Float64;
}

} // namespace discern::io
