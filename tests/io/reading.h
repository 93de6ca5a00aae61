#pragma once
// What the tests of the readers share: reading whole fields, and comparing them value by value.
#include "data/field_source.h"
#include "io/open.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace discern::test {

/// All of a field at a time, component and level, as doubles, x fastest.
inline std::vector<double> readAll(const data::FieldSource& field, const data::Slab& slab) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(slab.box.voxels()) * sizeOf(field.info().type));
  field.read(slab, bytes);
  std::vector<double> values(static_cast<std::size_t>(slab.box.voxels()));
  data::dispatch(field.info().type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::size_t i = 0; i < values.size(); ++i) {
      T value;
      std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
      values[i] = static_cast<double>(value);
    }
  });
  return values;
}

inline data::Slab wholeSlab(const data::FieldInfo& info, std::int64_t time = 0, int component = 0, int level = 0) {
  return {{{0, 0, 0}, info.shapeAt(level)}, time, component, level};
}

inline bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

} // namespace discern::test
