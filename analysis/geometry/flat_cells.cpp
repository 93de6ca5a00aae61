#include "geometry/flat_cells.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vtkCellArray.h>
#include <vtkPolyData.h>

namespace discern::geometry {

namespace {

using Bounds = std::array<double, 4>; ///< x and y, low and high

Bounds boundsOf(vtkPolyData& grid, vtkIdType size, const vtkIdType* ids) {
  Bounds b{1e300, -1e300, 1e300, -1e300};
  for (vtkIdType i = 0; i < size; ++i) {
    data::Vec3 at{};
    grid.GetPoint(ids[i], at.data());
    b = {std::min(b[0], at[0]), std::max(b[1], at[0]), std::min(b[2], at[1]), std::max(b[3], at[1])};
  }
  return b;
}

} // namespace

vtkPolyData* FlatCells::flat(vtkDataObject* grid) {
  auto* poly = vtkPolyData::SafeDownCast(grid);
  if (!poly || poly->GetNumberOfPolys() == 0 || poly->GetNumberOfPolys() != poly->GetNumberOfCells()) return nullptr;
  std::array<double, 6> bounds{};
  poly->GetBounds(bounds.data());
  return bounds[4] == bounds[5] ? poly : nullptr;
}

FlatCells::FlatCells(vtkPolyData& grid) : grid_(grid) {
  std::array<double, 6> bounds{};
  grid.GetBounds(bounds.data());
  const vtkIdType cells = std::min<vtkIdType>(grid.GetNumberOfPolys(), std::numeric_limits<std::int32_t>::max());
  const double wide = std::max(bounds[1] - bounds[0], 1e-12), tall = std::max(bounds[3] - bounds[2], 1e-12);
  const double side = std::sqrt(wide * tall / static_cast<double>(std::max<vtkIdType>(1, cells)));
  const std::array lengths{wide, tall};
  for (std::size_t a = 0; a < 2; ++a) {
    lo_[a] = bounds[2 * a];
    count_[a] = std::clamp<std::int64_t>(static_cast<std::int64_t>(lengths[a] / side), 1, 1 << 14);
    step_[a] = lengths[a] / static_cast<double>(count_[a]);
  }
  // Twice over the cells: how many come into each square, then which.
  std::vector<std::int64_t> counts(static_cast<std::size_t>(count_[0] * count_[1]) + 1, 0);
  const auto each = [&](auto&& use) {
    vtkIdType size = 0;
    const vtkIdType* ids = nullptr;
    for (vtkIdType cell = 0; cell < cells; ++cell) {
      grid.GetPolys()->GetCellAtId(cell, size, ids);
      const Bounds b = boundsOf(grid, size, ids);
      if (!(b[1] > b[0]) || !(b[3] > b[2])) continue; // of no size
      const auto low = squareOf(b[0], b[2]), high = squareOf(b[1], b[3]);
      for (std::int64_t j = low[1]; j <= high[1]; ++j)
        for (std::int64_t i = low[0]; i <= high[0]; ++i)
          use(static_cast<std::size_t>(j * count_[0] + i), static_cast<std::int32_t>(cell));
    }
  };
  each([&](std::size_t square, std::int32_t) { ++counts[square + 1]; });
  for (std::size_t i = 1; i < counts.size(); ++i)
    counts[i] += counts[i - 1];
  first_ = counts;
  cells_.resize(static_cast<std::size_t>(counts.back()));
  each([&](std::size_t square, std::int32_t cell) { cells_[static_cast<std::size_t>(counts[square]++)] = cell; });
}

std::array<std::int64_t, 2> FlatCells::squareOf(double x, double y) const {
  const auto along = [&](double at, std::size_t a) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor((at - lo_[a]) / step_[a])), 0, count_[a] - 1);
  };
  return {along(x, 0), along(y, 1)};
}

std::int64_t FlatCells::at(double x, double y, bool around) const {
  if (!std::isfinite(x) || !std::isfinite(y)) return -1;
  if (!around) return here(x, y);
  const double first = x - 360 * std::floor((x - lo_[0]) / 360);
  const double end = lo_[0] + step_[0] * static_cast<double>(count_[0]);
  for (double turn = first; turn <= end; turn += 360)
    if (const std::int64_t cell = here(turn, y); cell >= 0) return cell;
  return -1;
}

std::int64_t FlatCells::here(double x, double y) const {
  const double right = lo_[0] + step_[0] * static_cast<double>(count_[0]),
               top = lo_[1] + step_[1] * static_cast<double>(count_[1]);
  if (x < lo_[0] || y < lo_[1] || x > right || y > top) return -1;
  const auto [i, j] = squareOf(x, y);
  const auto square = static_cast<std::size_t>(j * count_[0] + i);
  for (std::int64_t k = first_[square]; k < first_[square + 1]; ++k) {
    vtkIdType size = 0;
    const vtkIdType* ids = nullptr;
    const std::int32_t cell = cells_[static_cast<std::size_t>(k)];
    grid_.GetPolys()->GetCellAtId(cell, size, ids);
    bool inside = false; // how often a ray to the left crosses the edges
    data::Vec3 from{}, to{};
    grid_.GetPoint(ids[size - 1], from.data());
    for (vtkIdType corner = 0; corner < size; ++corner, from = to) {
      grid_.GetPoint(ids[corner], to.data());
      if ((from[1] > y) != (to[1] > y) && x < (to[0] - from[0]) * (y - from[1]) / (to[1] - from[1]) + from[0])
        inside = !inside;
    }
    if (inside) return cell;
  }
  return -1;
}

} // namespace discern::geometry
