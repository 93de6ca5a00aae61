#pragma once
#include "io/region_field.h"

#include <vector>

namespace discern::io {

/// A field of an array whose axes come in any order. A subclass reads boxes of the array in the array's own order.
class ArrayField : public RegionField {
public:
  /// `order`: one letter an axis of the array, see axes.h.
  ArrayField(data::FieldInfo info, const std::string& order);
  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override;

protected:
  using Index = std::vector<std::int64_t>;
  /// Reads the box that begins at `start`, the last axis fastest, in the field's own type.
  virtual void box(const Index& start, const Index& count, std::byte* out) const = 0;
  void region(const data::Index3& lo, const data::Index3& hi, std::int64_t time, int component,
              std::byte* out) const override;

private:
  using Extent = std::array<std::int64_t, 5>;
  void fetch(const Extent& from, const Extent& size, std::byte* out) const;
  std::vector<std::size_t> axes_;
};

} // namespace discern::io
