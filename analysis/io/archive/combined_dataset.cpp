#include "io/archive/combined_dataset.h"

#include "data/error.h"

#include <map>

namespace discern::io {

namespace {

class RenamedField final : public data::FieldSource {
public:
  RenamedField(std::shared_ptr<const data::FieldSource> source, std::string name, std::string grid)
      : source_(std::move(source)), info_(source_->info()) {
    info_.name = std::move(name);
    info_.grid = std::move(grid);
  }
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override { source_->read(slab, out); }
  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    source_->series(voxel, t0, t1, component, out);
  }
  [[nodiscard]] int storedLevels() const override { return source_->storedLevels(); }
  [[nodiscard]] std::optional<data::Statistics> exactStatistics(std::int64_t time, int component) const override {
    return source_->exactStatistics(time, component);
  }
  [[nodiscard]] data::SkyPosition skyAt(const data::Vec3& index) const override { return source_->skyAt(index); }

private:
  std::shared_ptr<const data::FieldSource> source_;
  data::FieldInfo info_;
};

class RenamedGrid final : public data::GridSource {
public:
  RenamedGrid(std::shared_ptr<const data::GridSource> source, std::string name)
      : source_(std::move(source)), info_(source_->info()) {
    info_.name = std::move(name);
  }
  [[nodiscard]] const data::GridInfo& info() const override { return info_; }
  [[nodiscard]] vtkSmartPointer<vtkDataObject> read(std::int64_t time) const override { return source_->read(time); }

private:
  std::shared_ptr<const data::GridSource> source_;
  data::GridInfo info_;
};

class CombinedDataset final : public data::Dataset {
public:
  CombinedDataset(data::DatasetInfo info, std::vector<DatasetPart> parts)
      : info_(std::move(info)), parts_(std::move(parts)) {
    info_.fields.clear();
    info_.tables.clear();
    info_.grids.clear();
    for (std::size_t p = 0; p < parts_.size(); ++p)
      take(p);
  }

  [[nodiscard]] const data::DatasetInfo& info() const override { return info_; }

  [[nodiscard]] std::shared_ptr<const data::FieldSource> field(std::string_view name) const override {
    const std::string own = nameOr(name, info_.fields, "field");
    const auto& [part, inner] = find(fields_, own, "field");
    const auto source = parts_[part].dataset->field(inner);
    return std::make_shared<RenamedField>(
        source, own, source->info().grid.empty() ? std::string() : outer(part, source->info().grid));
  }
  [[nodiscard]] data::Table table(std::string_view name) const override {
    const std::string own = nameOr(name, info_.tables, "table");
    const auto& [part, inner] = find(tables_, own, "table");
    data::Table table = parts_[part].dataset->table(inner);
    table.info.name = own;
    return table;
  }
  [[nodiscard]] std::shared_ptr<const data::GridSource> grid(std::string_view name) const override {
    const std::string own = nameOr(name, info_.grids, "grid");
    const auto& [part, inner] = find(grids_, own, "grid");
    return std::make_shared<RenamedGrid>(parts_[part].dataset->grid(inner), own);
  }

private:
  using Places = std::map<std::string, std::pair<std::size_t, std::string>, std::less<>>;

  void take(std::size_t p) {
    const data::DatasetInfo& own = parts_[p].dataset->info();
    const std::size_t things = own.fields.size() + own.tables.size() + own.grids.size();
    const auto named = [&](const std::string& name) {
      return things == 1 && !parts_[p].name.empty() ? parts_[p].name : outer(p, name);
    };
    for (data::FieldInfo field : own.fields) {
      const std::string inner = field.name;
      field.name = named(inner);
      if (!field.grid.empty()) field.grid = outer(p, field.grid);
      fields_[field.name] = {p, inner};
      info_.fields.push_back(std::move(field));
    }
    for (data::TableInfo table : own.tables) {
      const std::string inner = table.name;
      table.name = named(inner);
      tables_[table.name] = {p, inner};
      info_.tables.push_back(std::move(table));
    }
    for (data::GridInfo grid : own.grids) {
      const std::string inner = grid.name;
      grid.name = outer(p, inner);
      grids_[grid.name] = {p, inner};
      info_.grids.push_back(std::move(grid));
    }
    const std::string before = parts_[p].name.empty() ? std::string() : parts_[p].name + ": ";
    for (const std::string& warning : own.warnings)
      info_.warnings.push_back(before + warning);
    for (const auto& [key, value] : own.attributes)
      info_.attributes[before + key] = value;
  }
  [[nodiscard]] std::string outer(std::size_t part, const std::string& name) const {
    return parts_[part].name.empty() ? name : parts_[part].name + ": " + name;
  }
  template <typename Info>
  [[nodiscard]] std::string nameOr(std::string_view name, const std::vector<Info>& all, const char* what) const {
    if (!name.empty()) return std::string(name);
    if (all.empty()) throw data::UsageError(info_.path + " has no " + what + " at all");
    return all.front().name;
  }
  [[nodiscard]] const std::pair<std::size_t, std::string>& find(const Places& places, const std::string& name,
                                                                const char* what) const {
    const auto at = places.find(name);
    if (at == places.end()) {
      constexpr std::size_t told = 20;
      std::string names;
      std::size_t count = 0;
      for (const auto& [own, place] : places)
        if (count++ < told) names += (names.empty() ? "" : ", ") + own;
      throw data::UsageError(info_.path + " has no " + what + " \"" + name + "\"; it has " + names +
                             (count > told ? ", …" : ""));
    }
    return at->second;
  }

  data::DatasetInfo info_;
  std::vector<DatasetPart> parts_;
  Places fields_, tables_, grids_;
};

} // namespace

std::shared_ptr<data::Dataset> combinedDataset(data::DatasetInfo info, std::vector<DatasetPart> parts) {
  return std::make_shared<CombinedDataset>(std::move(info), std::move(parts));
}

} // namespace discern::io
