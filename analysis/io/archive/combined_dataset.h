#pragma once
#include "data/field_source.h"

#include <string>
#include <vector>

namespace discern::io {

/// A dataset of several: each part's fields, grids and tables under "NAME: name", or NAME alone where that is all a
/// part has; unchanged where a part has no name.
struct DatasetPart {
  std::string name;
  std::shared_ptr<const data::Dataset> dataset;
};

/// `info` keeps its path, format, warnings and attributes; those of the parts come behind.
[[nodiscard]] std::shared_ptr<data::Dataset> combinedDataset(data::DatasetInfo info, std::vector<DatasetPart> parts);

} // namespace discern::io
