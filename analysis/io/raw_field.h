#pragma once
#include "data/field_source.h"
#include "io/file.h"

namespace discern::io {

/// Where the elements of a field lie in a row of bytes: element (x, y, z, t, c) is at base + Σ index · stride.
struct RawLayout {
  std::int64_t base = 0;
  std::array<std::int64_t, 5> stride{}; ///< bytes, along x, y, z, time, component; not negative
  data::ScalarType stored = data::ScalarType::Float32;
  bool swapped = false; ///< the other byte order than this machine's
  bool scaled = false;  ///< value = slope · stored + intercept; the field is then Float32 or Float64
  double slope = 1, intercept = 0;
};

/// A field whose elements lie evenly spaced in a byte source. Reads only the bytes that a slab touches, a few megabytes
/// at a time.
[[nodiscard]] std::shared_ptr<const data::FieldSource>
rawField(data::FieldInfo info, std::shared_ptr<const ByteSource> bytes, const RawLayout& layout);

/// The type that scaled values are given in: Float32 where it holds every stored value exactly, else Float64.
[[nodiscard]] data::ScalarType scaledType(data::ScalarType stored);

} // namespace discern::io
