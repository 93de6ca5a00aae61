#pragma once
#include "data/error.h"
#include "data/field_source.h"

#include <utility>

namespace discern::io {

/// A dataset whose parts were made at opening; what most readers return.
class FieldsDataset final : public data::Dataset {
public:
  using Fields = std::vector<std::shared_ptr<const data::FieldSource>>;
  using Grids = std::vector<std::shared_ptr<const data::GridSource>>;

  /// The lists in `info` are filled from `fields`, `tables` and `grids`.
  FieldsDataset(data::DatasetInfo info, Fields fields, std::vector<data::Table> tables = {}, Grids grids = {})
      : info_(std::move(info)), fields_(std::move(fields)), tables_(std::move(tables)), grids_(std::move(grids)) {
    info_.fields.clear();
    info_.tables.clear();
    info_.grids.clear();
    for (const auto& field : fields_)
      info_.fields.push_back(field->info());
    for (const auto& table : tables_)
      info_.tables.push_back(table.info);
    for (const auto& grid : grids_)
      info_.grids.push_back(grid->info());
  }
  [[nodiscard]] const data::DatasetInfo& info() const override { return info_; }
  [[nodiscard]] std::shared_ptr<const data::FieldSource> field(std::string_view name) const override {
    return find(
        fields_, "field", name, [](const auto& field) -> auto& { return field->info(); });
  }
  [[nodiscard]] data::Table table(std::string_view name) const override {
    return find(
        tables_, "table", name, [](const auto& table) -> auto& { return table.info; });
  }
  [[nodiscard]] std::shared_ptr<const data::GridSource> grid(std::string_view name) const override {
    return find(
        grids_, "grid", name, [](const auto& grid) -> auto& { return grid->info(); });
  }

private:
  /// The part of that name, or the first when `name` is empty.
  template <typename Part, typename InfoOf>
  const Part& find(const std::vector<Part>& parts, const char* what, std::string_view name,
                   const InfoOf& infoOf) const {
    std::string names;
    for (const Part& part : parts) {
      const std::string& own = infoOf(part).name;
      if (name.empty() || own == name) return part;
      names += (names.empty() ? "" : ", ") + own;
    }
    throw data::UsageError(info_.path + " has no " + what + " " +
                           (name.empty() ? "at all" : "\"" + std::string(name) + "\"") +
                           (names.empty() ? "" : "; it has " + names));
  }
  data::DatasetInfo info_;
  Fields fields_;
  std::vector<data::Table> tables_;
  Grids grids_;
};

} // namespace discern::io
