#include "geometry/cell_finder.h"

#include "geometry/raw_cells.h"

#include <algorithm>
#include <cmath>
#include <vtkGenericCell.h>
#include <vtkNew.h>

namespace discern::geometry {

namespace {

constexpr std::int64_t cellsInBox = 32;

/// Low and high x, y, z of a cell; NaN where a corner has none.
template <class Real, class Id>
std::array<data::Vec3, 2> boundsOf(const RawCells<Real, Id>& raw, std::int64_t cell) {
  constexpr double far = std::numeric_limits<double>::infinity();
  std::array<data::Vec3, 2> bounds{{{far, far, far}, {-far, -far, -far}}};
  for (Id i = raw.offsets[cell]; i < raw.offsets[cell + 1]; ++i) {
    const Real* place = raw.places + 3 * static_cast<std::int64_t>(raw.points[i]);
    for (std::size_t a = 0; a < 3; ++a) {
      const auto at = static_cast<double>(place[a]);
      bounds[0][a] = at < bounds[0][a] || std::isnan(at) ? at : bounds[0][a];
      bounds[1][a] = at > bounds[1][a] || std::isnan(at) ? at : bounds[1][a];
    }
  }
  return bounds;
}

bool isBounded(const std::array<data::Vec3, 2>& bounds) {
  return std::isfinite(bounds[0][0]) && std::isfinite(bounds[0][1]) && std::isfinite(bounds[0][2]) &&
         std::isfinite(bounds[1][0]) && std::isfinite(bounds[1][1]) && std::isfinite(bounds[1][2]);
}

} // namespace

std::shared_ptr<const CellFinder> CellFinder::make(vtkUnstructuredGrid& grid) {
  if (grid.GetNumberOfCells() >= std::numeric_limits<std::uint32_t>::max()) return nullptr;
  std::array<double, 6> b{};
  grid.GetBounds(b.data());
  std::shared_ptr<CellFinder> finder(new CellFinder(grid));
  const bool made = withRawCells(grid, [&](const auto& raw) {
    // Long cells lie in many boxes: larger boxes, until the lists are short.
    for (std::int64_t boxes = std::max<std::int64_t>(1, raw.count / cellsInBox);; boxes /= 8) {
      finder->divide({{b[0], b[2], b[4]}, {b[1], b[3], b[5]}}, std::max<std::int64_t>(1, boxes));
      if (finder->count(raw, static_cast<std::uint64_t>(8 * raw.count)) || boxes <= 1) break;
    }
    finder->fill(raw);
  });
  return made ? finder : nullptr;
}

void CellFinder::divide(const Bounds& bounds, std::int64_t boxes) {
  low_ = bounds.low;
  high_ = bounds.high;
  data::Vec3 lengths{};
  double longest = 0;
  for (std::size_t a = 0; a < 3; ++a) {
    lengths[a] = high_[a] - low_[a];
    longest = std::max(longest, lengths[a]);
  }
  // Cubes, as many as asked, over the axes along which the mesh has a size.
  double volume = 1;
  int sized = 0;
  for (const double length : lengths)
    if (length > 1e-6 * longest) {
      volume *= length / longest;
      ++sized;
    }
  const double side = sized == 0 ? 1 : longest * std::pow(volume / static_cast<double>(boxes), 1.0 / sized);
  for (std::size_t a = 0; a < 3; ++a) {
    boxes_[a] = lengths[a] > 1e-6 * longest
                    ? std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(lengths[a] / side)), 1, boxes)
                    : 1;
    step_[a] = lengths[a] > 0 ? lengths[a] / static_cast<double>(boxes_[a]) : 1;
  }
}

std::int64_t CellFinder::along(double at, std::size_t axis) const {
  const double box = std::floor((at - low_[axis]) / step_[axis]);
  return static_cast<std::int64_t>(std::clamp(box, 0.0, static_cast<double>(boxes_[axis] - 1)));
}

template <class Raw>
bool CellFinder::count(const Raw& raw, std::uint64_t most) {
  first_.assign(static_cast<std::size_t>(boxes_[0] * boxes_[1] * boxes_[2]) + 1, 0);
  std::uint64_t* counts = first_.data();
#pragma omp parallel for schedule(static)
  for (std::int64_t cell = 0; cell < raw.count; ++cell) {
    const auto bounds = boundsOf(raw, cell);
    if (!isBounded(bounds)) continue;
    const Index from{along(bounds[0][0], 0), along(bounds[0][1], 1), along(bounds[0][2], 2)},
        to{along(bounds[1][0], 0), along(bounds[1][1], 1), along(bounds[1][2], 2)};
    for (std::int64_t k = from[2]; k <= to[2]; ++k)
      for (std::int64_t j = from[1]; j <= to[1]; ++j)
        for (std::int64_t i = from[0]; i <= to[0]; ++i) {
#pragma omp atomic
          ++counts[boxOf(i, j, k) + 1];
        }
  }
  for (std::size_t box = 1; box < first_.size(); ++box)
    first_[box] += first_[box - 1];
  return first_.back() <= most;
}

template <class Raw>
void CellFinder::fill(const Raw& raw) {
  cells_.resize(static_cast<std::size_t>(first_.back()));
  std::vector<std::uint64_t> next(first_.begin(), first_.end() - 1);
  std::uint64_t* cursors = next.data();
  std::uint32_t* cells = cells_.data();
#pragma omp parallel for schedule(static)
  for (std::int64_t cell = 0; cell < raw.count; ++cell) {
    const auto bounds = boundsOf(raw, cell);
    if (!isBounded(bounds)) continue;
    const Index from{along(bounds[0][0], 0), along(bounds[0][1], 1), along(bounds[0][2], 2)},
        to{along(bounds[1][0], 0), along(bounds[1][1], 1), along(bounds[1][2], 2)};
    for (std::int64_t k = from[2]; k <= to[2]; ++k)
      for (std::int64_t j = from[1]; j <= to[1]; ++j)
        for (std::int64_t i = from[0]; i <= to[0]; ++i) {
          std::uint64_t at = 0;
#pragma omp atomic capture
          at = cursors[boxOf(i, j, k)]++;
          cells[at] = static_cast<std::uint32_t>(cell);
        }
  }
}

std::int64_t CellFinder::at(const data::Vec3& place, double tolerance, std::vector<double>& weights) const {
  for (std::size_t a = 0; a < 3; ++a)
    if (!(place[a] >= low_[a] - tolerance && place[a] <= high_[a] + tolerance)) return -1;
  const std::size_t box = boxOf(along(place[0], 0), along(place[1], 1), along(place[2], 2));
  std::vector<std::uint32_t> near(cells_.begin() + static_cast<std::ptrdiff_t>(first_[box]),
                                  cells_.begin() + static_cast<std::ptrdiff_t>(first_[box + 1]));
  std::sort(near.begin(), near.end()); // the threads left them in any order
  vtkNew<vtkGenericCell> cell;
  for (const std::uint32_t each : near) {
    std::array<double, 6> b{};
    grid_.GetCellBounds(each, b.data());
    bool inBounds = true;
    for (std::size_t a = 0; a < 3; ++a)
      inBounds = inBounds && place[a] >= b[2 * a] - tolerance && place[a] <= b[2 * a + 1] + tolerance;
    if (!inBounds) continue;
    grid_.GetCell(each, cell);
    weights.resize(static_cast<std::size_t>(std::max<vtkIdType>(cell->GetNumberOfPoints(), 8)));
    data::Vec3 closest{}, parametric{};
    int sub = 0;
    double squared = 0;
    const int inside =
        cell->EvaluatePosition(place.data(), closest.data(), sub, parametric.data(), squared, weights.data());
    if (inside == 1 ? squared <= tolerance * tolerance || cell->GetCellDimension() == 3
                    : inside == 0 && squared <= tolerance * tolerance)
      return each;
  }
  return -1;
}

} // namespace discern::geometry
