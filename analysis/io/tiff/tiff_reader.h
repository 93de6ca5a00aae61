#pragma once
#include "data/field_source.h"
#include "io/file.h"

namespace discern::io {

/// Opens a TIFF or BigTIFF: one field whose planes are the pages, in the order that ImageJ, tifffile or OME say, else
/// as z.
[[nodiscard]] std::shared_ptr<data::Dataset> openTiff(const std::shared_ptr<const File>& file);

} // namespace discern::io
