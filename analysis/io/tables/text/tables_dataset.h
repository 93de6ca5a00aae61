#pragma once
#include "io/fields_dataset.h"

#include <functional>

namespace discern::io {

/// A table whose values are read when they are asked for, and are not kept: the caller has the only copy.
struct LazyTable {
  data::TableInfo info;
  std::function<data::Table()> load; ///< may be called from any thread; throws ReadError
};

/// A dataset of lazy tables, with fields and grids beside them.
class TablesDataset final : public data::Dataset {
public:
  /// The lists in `info` are filled from the parts.
  TablesDataset(data::DatasetInfo info, std::vector<LazyTable> tables, FieldsDataset::Fields fields = {},
                FieldsDataset::Grids grids = {});
  [[nodiscard]] const data::DatasetInfo& info() const override { return parts_.info(); }
  [[nodiscard]] std::shared_ptr<const data::FieldSource> field(std::string_view name) const override {
    return parts_.field(name);
  }
  [[nodiscard]] std::shared_ptr<const data::GridSource> grid(std::string_view name) const override {
    return parts_.grid(name);
  }
  [[nodiscard]] data::Table table(std::string_view name) const override;

private:
  std::vector<LazyTable> tables_;
  FieldsDataset parts_;
};

} // namespace discern::io
