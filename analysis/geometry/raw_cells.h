#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <vtkCellArray.h>
#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkPoints.h>
#include <vtkUnstructuredGrid.h>

namespace discern::geometry {

/// The points and cells of a mesh as they lie in memory: `points` holds the numbers of the corners of all cells, those
/// of cell c from offsets[c] on; `places` x, y, z of each point.
template <class Real, class Id>
struct RawCells {
  const Real* places = nullptr;
  std::int64_t placeCount = 0;
  const Id *offsets = nullptr, *points = nullptr;
  std::int64_t count = 0; ///< of cells
};

/// Calls use(RawCells) and says so; false: the mesh has no cells, or its points are kept in another way.
template <class Use>
bool withRawCells(vtkUnstructuredGrid& grid, Use&& use) {
  const std::int64_t count = grid.GetNumberOfCells();
  if (!grid.GetPoints() || count == 0) return false;
  vtkCellArray& cells = *grid.GetCells();
  const auto withPlaces = [&](auto* places) {
    if (cells.IsStorage64Bit())
      use(RawCells<std::decay_t<decltype(*places)>, vtkTypeInt64>{
          places, grid.GetNumberOfPoints(), cells.GetOffsetsArray64()->GetPointer(0),
          cells.GetConnectivityArray64()->GetPointer(0), count});
    else
      use(RawCells<std::decay_t<decltype(*places)>, vtkTypeInt32>{
          places, grid.GetNumberOfPoints(), cells.GetOffsetsArray32()->GetPointer(0),
          cells.GetConnectivityArray32()->GetPointer(0), count});
  };
  vtkDataArray* places = grid.GetPoints()->GetData();
  if (auto* narrow = vtkFloatArray::SafeDownCast(places))
    withPlaces(narrow->GetPointer(0));
  else if (auto* wide = vtkDoubleArray::SafeDownCast(places))
    withPlaces(wide->GetPointer(0));
  else
    return false;
  return true;
}

} // namespace discern::geometry
