#pragma once
#include "io/file.h"

namespace discern::io {

/// Reads the header of a classic NetCDF file (CDF-1, CDF-2, CDF-5) and throws data::ReadError when the file is shorter
/// than the header promises, or the header is damaged: the library itself reads zeros there, without a word. Format:
/// https://docs.unidata.ucar.edu/netcdf-c/current/file_format_specifications.html
void checkClassicNetcdf(const File& file);

} // namespace discern::io
