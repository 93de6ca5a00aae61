#pragma once
#include "data/field_source.h"

namespace discern::io {

/// A field that a library reads in boxes of full resolution. Turns slabs of any level into such boxes, a bounded piece
/// at a time.
class RegionField : public data::FieldSource {
public:
  explicit RegionField(data::FieldInfo info) : info_(std::move(info)) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override;

protected:
  /// Reads the box lo…hi of level 0 at a time and component, x fastest, in the field's own type.
  virtual void region(const data::Index3& lo, const data::Index3& hi, std::int64_t time, int component,
                      std::byte* out) const = 0;
  /// Throws UsageError unless the series lies inside the field and `out` fits it.
  void checkSeries(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
                   std::span<double> out) const;
  data::FieldInfo info_;
};

} // namespace discern::io
