#include "geometry/boxes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vtkUniformGrid.h>
#include <vtkUniformGridAMR.h>

namespace discern::geometry {

namespace {

using data::Vec3;

/// One box: where it lies and which of its cells count.
struct Piece {
  vtkUniformGrid& grid;
  std::int64_t firstPoint, firstCell;
  std::array<int, 3> cells{};
  Vec3 lo{}, step{};

  Piece(vtkUniformGrid& g, std::int64_t point, std::int64_t cell) : grid(g), firstPoint(point), firstCell(cell) {
    std::array<int, 3> points{};
    g.GetDimensions(points.data());
    g.GetOrigin(lo.data());
    g.GetSpacing(step.data());
    std::array<int, 6> extent{};
    g.GetExtent(extent.data());
    for (std::size_t a = 0; a < 3; ++a) {
      cells[a] = std::max(1, points[a] - 1);
      lo[a] += extent[2 * a] * step[a];
    }
  }
  [[nodiscard]] double hi(std::size_t axis) const { return lo[axis] + cells[axis] * step[axis]; }
  [[nodiscard]] vtkIdType cell(const std::array<int, 3>& at) const {
    return at[0] + static_cast<vtkIdType>(cells[0]) * (at[1] + static_cast<vtkIdType>(cells[1]) * at[2]);
  }
};

class Collector {
public:
  Collector(const GridValues& values, data::Shape& shape) : values_(values), shape_(shape) {}

  /// The square of a cell across `axis`, at the coordinate `height`.
  void square(const Piece& piece, const std::array<int, 3>& at, std::size_t axis, double height) {
    const vtkIdType cell = piece.cell(at);
    if (piece.grid.IsCellVisible(cell) == 0) return;
    const std::size_t u = (axis + 1) % 3, v = (axis + 2) % 3;
    const std::uint32_t first = next();
    for (const auto& [du, dv] : {std::pair{0, 0}, std::pair{1, 0}, std::pair{1, 1}, std::pair{0, 1}}) {
      Vec3 corner{};
      corner[axis] = height;
      corner[u] = piece.lo[u] + (at[u] + du) * piece.step[u];
      corner[v] = piece.lo[v] + (at[v] + dv) * piece.step[v];
      point(corner);
    }
    shape_.triangles.insert(shape_.triangles.end(), {first, first + 1, first + 2, first, first + 2, first + 3});
    if (!values_.numbers) return;
    const float value = valueOf(piece, at, cell);
    shape_.values.insert(shape_.values.end(), {value, value});
  }

  /// The rectangle of a box across `axis`, at the coordinate `height`.
  void outline(const Piece& piece, std::size_t axis, double height) {
    const std::size_t u = (axis + 1) % 3, v = (axis + 2) % 3;
    const std::uint32_t first = next();
    for (const auto& [pu, pv] : {std::pair{piece.lo[u], piece.lo[v]}, std::pair{piece.hi(u), piece.lo[v]},
                                 std::pair{piece.hi(u), piece.hi(v)}, std::pair{piece.lo[u], piece.hi(v)}}) {
      Vec3 corner{};
      corner[axis] = height;
      corner[u] = pu;
      corner[v] = pv;
      point(corner);
    }
    shape_.outlines.insert(shape_.outlines.end(),
                           {first, first + 1, first + 1, first + 2, first + 2, first + 3, first + 3, first});
  }

private:
  [[nodiscard]] std::uint32_t next() const { return static_cast<std::uint32_t>(shape_.points.size() / 3); }
  void point(const Vec3& world) {
    for (std::size_t a = 0; a < 3; ++a)
      shape_.points.push_back(static_cast<float>(world[a] - shape_.origin[a]));
  }
  [[nodiscard]] float valueOf(const Piece& piece, const std::array<int, 3>& at, vtkIdType cell) const {
    const auto& numbers = *values_.numbers;
    if (values_.support == data::Support::Cells) return numbers[static_cast<std::size_t>(piece.firstCell + cell)];
    // The mean of the cell's corners.
    std::array<int, 3> points{};
    piece.grid.GetDimensions(points.data());
    float sum = 0;
    int count = 0;
    for (int k = at[2]; k <= std::min(at[2] + 1, points[2] - 1); ++k)
      for (int j = at[1]; j <= std::min(at[1] + 1, points[1] - 1); ++j)
        for (int i = at[0]; i <= std::min(at[0] + 1, points[0] - 1); ++i, ++count)
          sum += numbers[static_cast<std::size_t>(piece.firstPoint + i +
                                                  static_cast<std::int64_t>(points[0]) *
                                                      (j + static_cast<std::int64_t>(points[1]) * k))];
    return sum / static_cast<float>(count);
  }

  const GridValues& values_;
  data::Shape& shape_;
};

/// All squares of one layer of a box.
void layer(Collector& collector, const Piece& piece, std::size_t axis, int index, double height) {
  const std::size_t u = (axis + 1) % 3, v = (axis + 2) % 3;
  std::array<int, 3> at{};
  at[axis] = index;
  for (at[v] = 0; at[v] < piece.cells[v]; ++at[v])
    for (at[u] = 0; at[u] < piece.cells[u]; ++at[u])
      collector.square(piece, at, axis, height);
  collector.outline(piece, axis, height);
}

} // namespace

int axisOf(const data::Section& section) {
  for (int axis = 0; axis < 3; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    if (section.normal[a] != 0 && section.normal[(a + 1) % 3] == 0 && section.normal[(a + 2) % 3] == 0) return axis;
  }
  return -1;
}

void extractBoxes(vtkUniformGridAMR& grid, const GridValues& values, const std::optional<data::Section>& section,
                  data::Shape& shape) {
  shape.perCell = true;
  std::array<double, 6> bounds{};
  grid.GetBounds(bounds.data());
  for (std::size_t a = 0; a < 3; ++a)
    shape.origin[a] = (bounds[2 * a] + bounds[2 * a + 1]) / 2;
  Collector collector(values, shape);
  forEachPiece(grid, [&](vtkDataSet& leaf, std::int64_t firstPoint, std::int64_t firstCell) {
    auto* box = vtkUniformGrid::SafeDownCast(&leaf);
    if (!box) return;
    const Piece piece(*box, firstPoint, firstCell);
    if (section) {
      const auto axis = static_cast<std::size_t>(axisOf(*section));
      const double height = section->point[axis];
      const auto index = static_cast<int>(std::floor((height - piece.lo[axis]) / piece.step[axis]));
      // The top of the domain belongs to its last layer.
      const bool top = height == bounds[2 * axis + 1] && height == piece.hi(axis);
      if (index >= 0 && (index < piece.cells[axis] || top))
        layer(collector, piece, axis, std::min(index, piece.cells[axis] - 1), height);
      return;
    }
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double touching = piece.step[axis] * 1e-3;
      if (std::abs(piece.lo[axis] - bounds[2 * axis]) < touching) layer(collector, piece, axis, 0, piece.lo[axis]);
      if (std::abs(piece.hi(axis) - bounds[2 * axis + 1]) < touching)
        layer(collector, piece, axis, piece.cells[axis] - 1, piece.hi(axis));
    }
  });
}

} // namespace discern::geometry
