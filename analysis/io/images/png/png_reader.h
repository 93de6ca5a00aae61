#pragma once
#include "data/field_source.h"
#include "io/file.h"

namespace discern::io {

/// Opens a PNG (https://www.w3.org/TR/png-3/): one field of uint8 or uint16 with 1 to 4 components (grey, alpha, red,
/// green, blue), y downwards. Grey of fewer than 8 bits keeps its own numbers; colours of a palette come as RGB or
/// RGBA. Decoded at the first read. Throws data::ReadError for a file that is cut short or lies about its size.
[[nodiscard]] std::shared_ptr<data::Dataset> openPng(const std::shared_ptr<const File>& file);

} // namespace discern::io
