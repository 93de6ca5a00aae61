#pragma once
#include "data/field_source.h"
#include "io/file.h"

namespace discern::io {

/// Opens NumPy's .npy: 2 axes are y, x; 3 are z, y, x; 4 are time, z, y, x. No placement in the world is known.
[[nodiscard]] std::shared_ptr<data::Dataset> openNpy(const std::shared_ptr<const File>& file);

} // namespace discern::io
