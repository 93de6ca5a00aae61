#pragma once
#include "data/field_source.h"
#include "io/file.h"

namespace discern::io {

/// Opens HDF5 of no known layout: every data set of numbers of one to five axes is a field, named by its path; members
/// of compounds are fields of their own, enumerations labels. MATLAB 7.3 is read so too, rows along y.
/// Format: https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html
[[nodiscard]] std::shared_ptr<data::Dataset> openHdf5Tree(const std::shared_ptr<const File>& file);

/// What an HDF5 file holds, by its root: NetCDF-4 (its own mark, or dimension scales), openPMD, or neither.
enum class Hdf5Kind { Netcdf, OpenPmd, Other };
[[nodiscard]] Hdf5Kind hdf5Kind(const File& file);

} // namespace discern::io
