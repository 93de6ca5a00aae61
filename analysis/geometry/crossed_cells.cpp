#include "geometry/crossed_cells.h"

#include "geometry/raw_cells.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkUnsignedCharArray.h>
#include <vtkUnstructuredGrid.h>

namespace discern::geometry {

namespace {

/// 1: behind the plane, 2: before it, 3: on it.
template <class Real>
std::vector<unsigned char> sidesOf(const Real* points, std::int64_t count, const data::Section& section) {
  std::vector<unsigned char> sides(static_cast<std::size_t>(count));
  const data::Vec3 normal = section.normal, origin = section.point;
#pragma omp parallel for schedule(static)
  for (std::int64_t i = 0; i < count; ++i) {
    const Real* at = points + 3 * i;
    const double height = (static_cast<double>(at[0]) - origin[0]) * normal[0] +
                          (static_cast<double>(at[1]) - origin[1]) * normal[1] +
                          (static_cast<double>(at[2]) - origin[2]) * normal[2];
    sides[static_cast<std::size_t>(i)] = static_cast<unsigned char>((height <= 0 ? 1 : 0) | (height >= 0 ? 2 : 0));
  }
  return sides;
}

template <class Real, class Id>
std::vector<std::int64_t> crossed(const RawCells<Real, Id>& raw, const data::Section& section) {
  const std::vector<unsigned char> sides = sidesOf(raw.places, raw.placeCount, section);
  const Id *offsets = raw.offsets, *points = raw.points;
  const std::int64_t count = raw.count;
  std::vector<std::int64_t> found;
#pragma omp parallel
  {
    std::vector<std::int64_t> own;
#pragma omp for schedule(static) nowait
    for (std::int64_t cell = 0; cell < count; ++cell) {
      unsigned side = 0;
      for (Id i = offsets[cell]; i < offsets[cell + 1]; ++i)
        side |= sides[static_cast<std::size_t>(points[i])];
      if (side == 3) own.push_back(cell);
    }
#pragma omp critical
    found.insert(found.end(), own.begin(), own.end());
  }
  std::sort(found.begin(), found.end());
  return found;
}

} // namespace

vtkSmartPointer<vtkUnstructuredGrid> crossedCells(vtkUnstructuredGrid& grid, const data::Section& section) {
  if (grid.GetFaces()) return nullptr;
  std::vector<std::int64_t> found;
  const bool looked = withRawCells(grid, [&](const auto& raw) { found = crossed(raw, section); });
  if (!looked) return nullptr;
  auto part = vtkSmartPointer<vtkUnstructuredGrid>::New();
  vtkNew<vtkPoints> points;
  points->SetDataType(grid.GetPoints()->GetDataType());
  vtkNew<vtkCellArray> kept;
  vtkNew<vtkUnsignedCharArray> types;
  part->GetPointData()->CopyAllocate(grid.GetPointData());
  part->GetCellData()->CopyAllocate(grid.GetCellData(), static_cast<vtkIdType>(found.size()));
  std::unordered_map<vtkIdType, vtkIdType> renamed;
  renamed.reserve(2 * found.size());
  std::vector<vtkIdType> corners;
  vtkNew<vtkIdList> ids;
  for (const std::int64_t cell : found) {
    grid.GetCellPoints(cell, ids);
    corners.clear();
    corners.reserve(static_cast<std::size_t>(ids->GetNumberOfIds()));
    for (const vtkIdType from : *ids) {
      const auto named = renamed.try_emplace(from, points->GetNumberOfPoints());
      if (named.second) {
        points->InsertNextPoint(grid.GetPoint(from));
        part->GetPointData()->CopyData(grid.GetPointData(), from, named.first->second);
      }
      corners.push_back(named.first->second);
    }
    const vtkIdType made = kept->InsertNextCell(static_cast<vtkIdType>(corners.size()), corners.data());
    types->InsertNextValue(grid.GetCellTypesArray()->GetValue(cell));
    part->GetCellData()->CopyData(grid.GetCellData(), cell, made);
  }
  part->SetPoints(points);
  part->SetCells(types, kept);
  return part;
}

} // namespace discern::geometry
