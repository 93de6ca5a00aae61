#pragma once
#include "io/file.h"

#include "data/field_source.h"

namespace discern::io {

/// Boxes of cells on several levels, as Chombo writes them to HDF5. Throws data::ReadError.
/// Format: Chombo Software Package for AMR Applications, Design Document, "HDF5 file format"
/// (https://commons.lbl.gov/display/chombo).
[[nodiscard]] std::shared_ptr<data::Dataset> openChombo(const std::shared_ptr<const File>& file);

} // namespace discern::io
