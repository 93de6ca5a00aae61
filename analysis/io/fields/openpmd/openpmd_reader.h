#pragma once
#include "data/field_source.h"
#include "io/file.h"

namespace discern::io {

/// Opens openPMD in HDF5: a field each mesh, its components together, in SI units, the iterations of the file as time;
/// a grid each species of particles, with its records on it. Format: https://github.com/openPMD/openPMD-standard
[[nodiscard]] std::shared_ptr<data::Dataset> openOpenPmd(const std::shared_ptr<const File>& file);

} // namespace discern::io
