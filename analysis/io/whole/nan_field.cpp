#include "io/whole/nan_field.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace discern::io {

namespace {

class NanField final : public data::FieldSource {
public:
  NanField(std::shared_ptr<const data::FieldSource> field, double missing)
      : field_(std::move(field)), info_(field_->info()), missing_(missing) {
    if (!isFloating(info_.type)) info_.missing = missing;
  }
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    field_->read(slab, out);
    if (info_.type == data::ScalarType::Float32)
      replace<float>(out);
    else if (info_.type == data::ScalarType::Float64)
      replace<double>(out);
  }
  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    field_->series(voxel, t0, t1, component, out);
    const double stored = info_.type == data::ScalarType::Float32 ? static_cast<float>(missing_) : missing_;
    std::replace(out.begin(), out.end(), stored, std::numeric_limits<double>::quiet_NaN());
  }

private:
  template <typename T>
  void replace(std::span<std::byte> out) const {
    const T missing = static_cast<T>(missing_), nan = std::numeric_limits<T>::quiet_NaN();
    for (std::size_t at = 0; at + sizeof(T) <= out.size(); at += sizeof(T)) {
      T value;
      std::memcpy(&value, out.data() + at, sizeof(T));
      if (value == missing) std::memcpy(out.data() + at, &nan, sizeof(T));
    }
  }
  std::shared_ptr<const data::FieldSource> field_;
  data::FieldInfo info_;
  double missing_;
};

} // namespace

std::shared_ptr<const data::FieldSource> withMissing(std::shared_ptr<const data::FieldSource> field, double missing) {
  return std::make_shared<NanField>(std::move(field), missing);
}

} // namespace discern::io
