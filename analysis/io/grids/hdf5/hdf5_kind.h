#pragma once
#include "io/reader.h"

namespace discern::io {

/// Layouts inside HDF5 that hold grids or particles, told apart by their groups and attributes.
enum class Hdf5Kind { None, VtkHdf, Cgns, Exodus, Chombo, Gadget, Flash };

/// None when the file isn't HDF5, is cut short or has none of these layouts: other readers then say so.
[[nodiscard]] Hdf5Kind hdf5Kind(const Candidate& candidate);

/// Exodus II in classic NetCDF, by the names of its dimensions.
[[nodiscard]] bool isClassicExodus(const Candidate& candidate);

} // namespace discern::io
