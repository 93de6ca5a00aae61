#pragma once
#include "data/field_source.h"
#include "io/file.h"

namespace discern::io {

/// Whether an HDF5 file is a result that Discern wrote.
[[nodiscard]] bool isResult(const File& file);

/// Opens what ResultFile wrote.
[[nodiscard]] std::shared_ptr<data::Dataset> openResult(const std::shared_ptr<const File>& file);

} // namespace discern::io
