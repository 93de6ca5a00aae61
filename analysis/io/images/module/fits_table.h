#pragma once
#include "data/field_source.h"
#include "fits_file.h"

namespace discern::io {

/// The ASCII or binary table in the current HDU. Numbers, logical values (0, 1) and texts; TSCAL, TZERO applied, TNULL
/// as NaN; up to 16 numbers a cell become columns NAME[1]…; other columns are named in a warning.
[[nodiscard]] data::Table fitsTable(const FitsFile& fits, const std::string& name, std::vector<std::string>& warnings);

/// Throws data::ReadError unless all rows of the current HDU lie in the file.
void checkTableSize(const FitsFile& fits, const std::string& name);

} // namespace discern::io
