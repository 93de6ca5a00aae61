#pragma once
#include "data/field_source.h"
#include "io/file.h"

namespace discern::io {

/// Opens a JPEG (ITU-T T.81): one uint8 field of 1 (grey), 3 (RGB) or 4 (CMYK as stored) components, y downwards.
/// Decoded at the first read. Throws data::ReadError for a file that is cut short or too large.
[[nodiscard]] std::shared_ptr<data::Dataset> openJpeg(const std::shared_ptr<const File>& file);

} // namespace discern::io
