#pragma once
#include "data/field_source.h"
#include "io/netcdf/netcdf_file.h"

#include <set>

namespace discern::io {

/// The grids of a file whose cells have their longitudes and latitudes in variables of two axes (CF conventions,
/// section 5.2; WRF's XLONG and XLAT with time before them, of which the first step counts). lockHdf5() must be held by
/// who calls; the grids take it when they are read.
class CurvilinearGrids {
public:
  explicit CurvilinearGrids(std::shared_ptr<const NetcdfFile> file);

  /// The grid that places the columns (dimension x) and rows (dimension y) of a variable; nullptr: none does. Those
  /// that the variable's attribute "coordinates" names come first.
  [[nodiscard]] std::shared_ptr<const data::GridSource> gridOf(const NetcdfVariable& variable, int x, int y);
  /// The grids that were given out.
  [[nodiscard]] const std::vector<std::shared_ptr<const data::GridSource>>& used() const { return used_; }
  /// The names, "nav_lon and nav_lat", of grids without a single place; fields on them have to do without.
  [[nodiscard]] const std::set<std::string>& nowhere() const { return nowhere_; }
  /// Names of the variables that hold coordinates, or corners, of two axes.
  [[nodiscard]] const std::set<std::string>& helpers() const { return helpers_; }

private:
  struct Pair {
    NetcdfVariable lon, lat;
    int x = 0, y = 0; ///< ids of their dimensions
    std::shared_ptr<const data::GridSource> grid;
    bool nowhere = false;
  };
  std::shared_ptr<const NetcdfFile> file_;
  std::vector<Pair> pairs_;
  std::vector<std::shared_ptr<const data::GridSource>> used_;
  std::set<std::string> helpers_, nowhere_;
};

} // namespace discern::io
