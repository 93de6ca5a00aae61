#pragma once
#include "io/fields/array/array_field.h"
#include "io/fields/hdf5/hdf5_file.h"

namespace discern::io {

/// What becomes of stored numbers: missing ones NaN, then value · scale.
struct Hdf5Values {
  std::string member; ///< of a compound type; empty: the numbers themselves
  std::vector<double> missing;
  double scale = 1; ///< other than 1: the field is floating
};

/// An HDF5 data set as a field, read in boxes. `order`: see axes.h. To be made with lockHdf5() held.
[[nodiscard]] std::shared_ptr<const data::FieldSource> hdf5Field(data::FieldInfo info, const std::string& order,
                                                                 std::shared_ptr<const Hdf5File> file,
                                                                 const std::string& dataset, Hdf5Values values);

} // namespace discern::io
