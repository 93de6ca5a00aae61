#pragma once
#include "data/field_source.h"
#include "io/file.h"

namespace discern::io {

/// A PLY file: vertices with all their properties, polygons with those of single values. Other elements are passed
/// over. VTK's own reader frees memory twice when such a file is damaged. Throws data::ReadError.
/// Format: http://paulbourke.net/dataformats/ply/
[[nodiscard]] std::shared_ptr<data::Dataset> openPly(const std::shared_ptr<const File>& file);

} // namespace discern::io
