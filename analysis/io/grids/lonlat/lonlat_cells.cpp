#include "io/grids/lonlat/lonlat_cells.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>

namespace discern::io {

namespace {

constexpr double radians = std::numbers::pi / 180;
using Direction = std::array<double, 3>; ///< on the unit sphere; NaN: nowhere

Direction directionOf(double lon, double lat) {
  const double across = std::cos(lat * radians);
  return {across * std::cos(lon * radians), across * std::sin(lon * radians), std::sin(lat * radians)};
}

LonLat placeOf(const Direction& d) {
  return {std::atan2(d[1], d[0]) / radians, std::atan2(d[2], std::hypot(d[0], d[1])) / radians};
}

/// One cell further out on every side: continued as the last two go.
std::vector<Direction> widened(std::int64_t columns, std::int64_t rows, std::span<const double> lon,
                               std::span<const double> lat) {
  const std::int64_t wide = columns + 2;
  std::vector<Direction> all(static_cast<std::size_t>(wide * (rows + 2)));
  const auto at = [&](std::int64_t i, std::int64_t j) -> Direction& {
    return all[static_cast<std::size_t>((j + 1) * wide + i + 1)];
  };
  for (std::int64_t j = 0; j < rows; ++j)
    for (std::int64_t i = 0; i < columns; ++i) {
      const auto k = static_cast<std::size_t>(j * columns + i);
      at(i, j) = directionOf(lon[k], lat[k]);
    }
  const auto beyond = [](const Direction& edge, const Direction& inner) {
    Direction out{};
    for (std::size_t a = 0; a < 3; ++a)
      out[a] = 2 * edge[a] - inner[a];
    return out;
  };
  // Where there is one row or column, its neighbours are taken a degree away.
  for (std::int64_t j = 0; j < rows; ++j)
    for (const auto& [out, edge, inner] :
         {std::array<std::int64_t, 3>{-1, 0, 1}, std::array<std::int64_t, 3>{columns, columns - 1, columns - 2}}) {
      if (columns > 1) {
        at(out, j) = beyond(at(edge, j), at(inner, j));
      } else {
        const auto k = static_cast<std::size_t>(j);
        at(out, j) = directionOf(lon[k] + static_cast<double>(out < 0 ? -1 : 1), lat[k]);
      }
    }
  for (std::int64_t i = -1; i <= columns; ++i)
    for (const auto& [out, edge, inner] :
         {std::array<std::int64_t, 3>{-1, 0, 1}, std::array<std::int64_t, 3>{rows, rows - 1, rows - 2}}) {
      if (rows > 1) {
        at(i, out) = beyond(at(i, edge), at(i, inner));
      } else {
        const LonLat place = placeOf(at(i, 0));
        at(i, out) = directionOf(place[0], place[1] + static_cast<double>(out < 0 ? -1 : 1));
      }
    }
  return all;
}

} // namespace

LonLatCells::LonLatCells(std::int64_t cells, std::int64_t cornersEach)
    : points_(vtkSmartPointer<vtkFloatArray>::New()), cells_(vtkSmartPointer<vtkCellArray>::New()) {
  points_->SetNumberOfComponents(3);
  points_->Allocate(cells * cornersEach * 3);
  cells_->AllocateExact(cells, cells * cornersEach);
}

void LonLatCells::add(std::span<const LonLat> corners, double middleLongitude) {
  const bool seen = std::isfinite(middleLongitude) && std::all_of(corners.begin(), corners.end(), [](const LonLat& at) {
                      return std::isfinite(at[0]) && std::isfinite(at[1]);
                    });
  const double middle = std::remainder(middleLongitude, 360.0);
  cells_->InsertNextCell(static_cast<int>(corners.size()));
  for (const LonLat& corner : corners) {
    std::array<float, 3> point{seen_[0], seen_[1], 0};
    if (seen) {
      point = {static_cast<float>(middle + std::remainder(corner[0] - middle, 360.0)),
               static_cast<float>(std::clamp(corner[1], -90.0, 90.0)), 0};
      seen_ = {point[0], point[1]};
    }
    cells_->InsertCellPoint(points_->InsertNextTypedTuple(point.data()));
  }
}

vtkSmartPointer<vtkPolyData> LonLatCells::take() {
  auto grid = vtkSmartPointer<vtkPolyData>::New();
  vtkNew<vtkPoints> points;
  points->SetData(points_);
  grid->SetPoints(points);
  grid->SetPolys(cells_);
  return grid;
}

std::vector<LonLat> cornersBetween(std::int64_t columns, std::int64_t rows, std::span<const double> lon,
                                   std::span<const double> lat) {
  const std::vector<Direction> middles = widened(columns, rows, lon, lat);
  const std::int64_t wide = columns + 2;
  std::vector<LonLat> corners;
  corners.reserve(static_cast<std::size_t>((columns + 1) * (rows + 1)));
  for (std::int64_t j = 0; j <= rows; ++j)
    for (std::int64_t i = 0; i <= columns; ++i) {
      Direction sum{0, 0, 0};
      int around = 0; // of a swath with gaps some middles are missing
      for (const std::int64_t dj : {0, 1})
        for (const std::int64_t di : {0, 1}) {
          const Direction& d = middles[static_cast<std::size_t>((j + dj) * wide + i + di)];
          if (!std::isfinite(d[0] + d[1] + d[2])) continue;
          ++around;
          for (std::size_t a = 0; a < 3; ++a)
            sum[a] += d[a];
        }
      corners.push_back(
          around == 4 ? placeOf(sum)
                      : LonLat{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()});
    }
  return corners;
}

} // namespace discern::io
