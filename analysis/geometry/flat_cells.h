#pragma once
#include "data/field_source.h"

#include <vector>

class vtkDataObject;
class vtkPolyData;

namespace discern::geometry {

/// Finds the polygon of a flat grid (over longitude and latitude, or x and y) that holds a place. Polygons are put into
/// the squares of a raster of about as many squares as there are cells, so that a search looks at a few.
class FlatCells {
public:
  /// `grid` must outlive this.
  explicit FlatCells(vtkPolyData& grid);
  /// The cell; −1: none. With `around`, longitudes 360° apart are one.
  [[nodiscard]] std::int64_t at(double x, double y, bool around) const;
  /// The grid as polygons in one plane, z = constant; nullptr: it is of another kind.
  [[nodiscard]] static vtkPolyData* flat(vtkDataObject* grid);

private:
  [[nodiscard]] std::int64_t here(double x, double y) const;
  [[nodiscard]] std::array<std::int64_t, 2> squareOf(double x, double y) const;

  vtkPolyData& grid_;
  std::array<double, 2> lo_{0, 0}, step_{1, 1};
  std::array<std::int64_t, 2> count_{1, 1};
  std::vector<std::int64_t> first_; ///< of each square, in cells_; one more than there are squares
  std::vector<std::int32_t> cells_;
};

} // namespace discern::geometry
