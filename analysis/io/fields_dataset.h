#pragma once
#include "data/error.h"
#include "data/field_source.h"

#include <utility>

namespace discern::io {

/// A dataset whose fields were made at opening; what most readers return.
class FieldsDataset final : public data::Dataset {
public:
  /// `info.fields` is filled from `fields`.
  FieldsDataset(data::DatasetInfo info, std::vector<std::shared_ptr<const data::FieldSource>> fields)
      : info_(std::move(info)), fields_(std::move(fields)) {
    info_.fields.clear();
    for (const auto& field : fields_)
      info_.fields.push_back(field->info());
  }
  [[nodiscard]] const data::DatasetInfo& info() const override { return info_; }
  [[nodiscard]] std::shared_ptr<const data::FieldSource> field(std::string_view name) const override {
    for (const auto& field : fields_)
      if (name.empty() || field->info().name == name) return field;
    std::string names;
    for (const auto& field : fields_)
      names += (names.empty() ? "" : ", ") + field->info().name;
    throw data::UsageError(info_.path + " has no field " + (name.empty() ? "at all" : "\"" + std::string(name) + "\"") +
                           (names.empty() ? "" : "; it has " + names));
  }

private:
  data::DatasetInfo info_;
  std::vector<std::shared_ptr<const data::FieldSource>> fields_;
};

} // namespace discern::io
