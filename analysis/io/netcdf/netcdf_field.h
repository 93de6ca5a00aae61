#pragma once
#include "io/netcdf/netcdf_file.h"
#include "io/region_field.h"

#include <limits>
#include <memory>

namespace discern::io {

/// How stored numbers become values: missing ones first, then value = scale · stored + offset.
struct NetcdfPacking {
  data::ScalarType stored = data::ScalarType::Float32;
  std::vector<double> missing;                             ///< stored numbers that become NaN
  double least = -std::numeric_limits<double>::infinity(); ///< stored numbers outside of these become NaN as well
  double most = std::numeric_limits<double>::infinity();
  bool scaled = false;
  double scale = 1, offset = 0;
};

/// Which axis of the field a dimension of the variable runs along: 0 x, 1 y, 2 z, 3 time, 4 component.
using NetcdfAxes = std::vector<int>;

/// A variable as a field. `info.type` is Float32 or Float64 where values are unpacked, else the stored type.
[[nodiscard]] std::shared_ptr<const data::FieldSource> netcdfField(data::FieldInfo info,
                                                                   std::shared_ptr<const NetcdfFile> file,
                                                                   NetcdfVariable variable, NetcdfAxes axes,
                                                                   NetcdfPacking packing);

} // namespace discern::io
