#pragma once
#include "io/pyramid/refinery.h"

namespace discern::io {

/// A field that reads coarse levels from its pyramid, as far as there is one, and knows its exact statistics once they
/// are made. Whoever asks for either has the refinery make them.
class RefinedField final : public data::FieldSource {
public:
  RefinedField(Refinery& refinery, std::string path, std::shared_ptr<const data::FieldSource> source);
  [[nodiscard]] const data::FieldInfo& info() const override { return source_->info(); }
  void read(const data::Slab& slab, std::span<std::byte> out) const override;
  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    source_->series(voxel, t0, t1, component, out);
  }
  [[nodiscard]] int storedLevels() const override { return source_->storedLevels(); }
  [[nodiscard]] bool isFinal(const data::Slab& slab) const override;
  [[nodiscard]] data::SkyPosition skyAt(const data::Vec3& index) const override { return source_->skyAt(index); }
  [[nodiscard]] std::optional<data::Statistics> exactStatistics(std::int64_t time, int component) const override;

private:
  [[nodiscard]] std::shared_ptr<PyramidVolume> volume(std::int64_t time, int component) const;
  void want(std::int64_t time, int component, const std::shared_ptr<PyramidVolume>& volume) const;

  Refinery& refinery_;
  std::string path_;
  std::shared_ptr<const data::FieldSource> source_;
  mutable std::mutex mutex_; ///< guards what follows
  mutable std::map<std::pair<std::int64_t, int>, std::shared_ptr<PyramidVolume>> volumes_;
};

/// A dataset whose fields on voxels are RefinedFields.
class RefinedDataset final : public data::Dataset {
public:
  RefinedDataset(Refinery& refinery, std::shared_ptr<data::Dataset> dataset)
      : refinery_(refinery), dataset_(std::move(dataset)) {}
  [[nodiscard]] const data::DatasetInfo& info() const override { return dataset_->info(); }
  [[nodiscard]] std::shared_ptr<const data::FieldSource> field(std::string_view name) const override;
  [[nodiscard]] data::Table table(std::string_view name) const override { return dataset_->table(name); }
  [[nodiscard]] std::shared_ptr<const data::GridSource> grid(std::string_view name) const override {
    return dataset_->grid(name);
  }

private:
  Refinery& refinery_;
  std::shared_ptr<data::Dataset> dataset_;
};

} // namespace discern::io
