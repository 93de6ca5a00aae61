#include "io/archive/shelf.h"

#include "io/open.h"

#include <algorithm>

namespace discern::io {

namespace {

constexpr std::size_t mostKept = 48;

class ShelvedField final : public data::FieldSource {
public:
  ShelvedField(std::shared_ptr<Shelf> shelf, std::string path, const data::FieldSource& field)
      : shelf_(std::move(shelf)), path_(std::move(path)), info_(field.info()), stored_(field.storedLevels()) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override { own()->read(slab, out); }
  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    own()->series(voxel, t0, t1, component, out);
  }
  [[nodiscard]] int storedLevels() const override { return stored_; }
  [[nodiscard]] std::optional<data::Statistics> exactStatistics(std::int64_t time, int component) const override {
    return own()->exactStatistics(time, component);
  }
  [[nodiscard]] data::SkyPosition skyAt(const data::Vec3& index) const override { return own()->skyAt(index); }

private:
  [[nodiscard]] std::shared_ptr<const data::FieldSource> own() const { return shelf_->take(path_)->field(info_.name); }
  std::shared_ptr<Shelf> shelf_;
  std::string path_;
  data::FieldInfo info_;
  int stored_;
};

class ShelvedGrid final : public data::GridSource {
public:
  ShelvedGrid(std::shared_ptr<Shelf> shelf, std::string path, data::GridInfo info)
      : shelf_(std::move(shelf)), path_(std::move(path)), info_(std::move(info)) {}
  [[nodiscard]] const data::GridInfo& info() const override { return info_; }
  [[nodiscard]] vtkSmartPointer<vtkDataObject> read(std::int64_t time) const override {
    return shelf_->take(path_)->grid(info_.name)->read(time);
  }

private:
  std::shared_ptr<Shelf> shelf_;
  std::string path_;
  data::GridInfo info_;
};

class ShelvedDataset final : public data::Dataset {
public:
  ShelvedDataset(std::shared_ptr<Shelf> shelf, std::string path)
      : shelf_(std::move(shelf)), path_(std::move(path)), info_(shelf_->take(path_)->info()) {}
  [[nodiscard]] const data::DatasetInfo& info() const override { return info_; }
  [[nodiscard]] std::shared_ptr<const data::FieldSource> field(std::string_view name) const override {
    return std::make_shared<ShelvedField>(shelf_, path_, *shelf_->take(path_)->field(name));
  }
  [[nodiscard]] data::Table table(std::string_view name) const override { return shelf_->take(path_)->table(name); }
  [[nodiscard]] std::shared_ptr<const data::GridSource> grid(std::string_view name) const override {
    return std::make_shared<ShelvedGrid>(shelf_, path_, shelf_->take(path_)->grid(name)->info());
  }

private:
  std::shared_ptr<Shelf> shelf_;
  std::string path_;
  data::DatasetInfo info_;
};

} // namespace

std::shared_ptr<const data::Dataset> Shelf::take(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto at = std::find_if(kept_.begin(), kept_.end(), [&](const auto& entry) { return entry.first == path; });
  std::shared_ptr<const data::Dataset> dataset = at != kept_.end() ? at->second : open(path);
  if (at != kept_.end()) kept_.erase(at);
  kept_.emplace_front(path, dataset);
  if (kept_.size() > mostKept) kept_.pop_back();
  return dataset;
}

std::shared_ptr<const data::Dataset> shelvedDataset(std::shared_ptr<Shelf> shelf, const std::string& path) {
  return std::make_shared<ShelvedDataset>(std::move(shelf), path);
}

} // namespace discern::io
