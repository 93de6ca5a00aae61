#pragma once
#include "data/field_source.h"

#include <optional>
#include <string>
#include <vector>

namespace discern::io {

/// Writes one part of a dataset in the format that the suffix of `output` names: .nii, .nii.gz, .tif, .tiff, .npy, .nc,
/// .gii, .vti, .vtp, .vtu, .vtkhdf, .h5, .csv.
/// `part`: a field, a grid or a table; empty: the first of the kind that the format is for. `time`: that step alone.
/// Gives back what the format could not keep, one sentence each. Throws data::UsageError for what it can't hold at all.
[[nodiscard]] std::vector<std::string> convert(const data::Dataset& dataset, const std::string& part,
                                               std::optional<std::int64_t> time, const std::string& output);

/// The suffixes that convert() knows, for messages.
[[nodiscard]] std::string convertSuffixes();

/// A field at one time step alone.
[[nodiscard]] std::shared_ptr<const data::FieldSource> atTime(std::shared_ptr<const data::FieldSource> field,
                                                              std::int64_t time);

} // namespace discern::io
