#pragma once
#include "data/field_source.h"
#include "io/file.h"

namespace discern::io {

/// Opens NetCDF (classic, 64-bit, NetCDF-4) with the CF conventions: every numeric variable on a grid of two axes or
/// more is a field.
[[nodiscard]] std::shared_ptr<data::Dataset> openNetcdf(const std::shared_ptr<const File>& file);

} // namespace discern::io
