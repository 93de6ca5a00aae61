#pragma once
#include <array>
#include <span>
#include <vector>
#include <vtkSmartPointer.h>

class vtkCellArray;
class vtkFloatArray;
class vtkPolyData;

namespace discern::io {

using LonLat = std::array<double, 2>; ///< degrees east and north

/// The cells of a grid on a sphere as polygons over longitude (x) and latitude (y): each has corners of its own, and
/// its longitudes go on across ±180° or 360° (they lie within half a turn of its middle), so that none is torn apart.
class LonLatCells {
public:
  explicit LonLatCells(std::int64_t cells, std::int64_t cornersEach);
  /// The next cell. A corner that is not finite makes it a point of no size: it is counted, but not seen.
  void add(std::span<const LonLat> corners, double middleLongitude);
  [[nodiscard]] vtkSmartPointer<vtkPolyData> take();

private:
  vtkSmartPointer<vtkFloatArray> points_;
  vtkSmartPointer<vtkCellArray> cells_;
  std::array<float, 2> seen_{0, 0}; ///< a place that is on the grid, for cells that are nowhere
};

/// The corners of a curvilinear grid of columns × rows whose middles are given, x fastest: (columns + 1) × (rows + 1)
/// places halfway between the middles around them, on the sphere; half a cell further out along the edges.
[[nodiscard]] std::vector<LonLat> cornersBetween(std::int64_t columns, std::int64_t rows, std::span<const double> lon,
                                                 std::span<const double> lat);

} // namespace discern::io
