#pragma once
#include "data/shape.h"

#include <cstdint>
#include <memory>
#include <vector>

class vtkUnstructuredGrid;

namespace discern::geometry {

/// Finds the cell of a mesh that holds a place. Cells are put into the boxes of a raster, some thirty a box, by their
/// bounds, so that a search tries a few; unlike vtkPointSet::FindCell, which starts at the nearest point, it finds the
/// cell in meshes whose cells are long or of very different sizes too. Two passes over the cells on all cores; some 8
/// bytes a cell.
class CellFinder {
public:
  /// Null for a mesh without cells, or with more than 2^32 - 1. `grid` must outlive what is made.
  [[nodiscard]] static std::shared_ptr<const CellFinder> make(vtkUnstructuredGrid& grid);

  /// The first cell that holds `place`, or has it on its boundary within `tolerance`; −1: none. `weights` gets the
  /// interpolation weights of its points. Not for two threads at once.
  [[nodiscard]] std::int64_t at(const data::Vec3& place, double tolerance, std::vector<double>& weights) const;

private:
  explicit CellFinder(vtkUnstructuredGrid& grid) : grid_(grid) {}
  using Index = std::array<std::int64_t, 3>;
  struct Bounds {
    data::Vec3 low{0, 0, 0}, high{0, 0, 0};
  };
  void divide(const Bounds& bounds, std::int64_t boxes);
  template <class Raw>
  [[nodiscard]] bool count(const Raw& raw, std::uint64_t most);
  template <class Raw>
  void fill(const Raw& raw);
  [[nodiscard]] std::int64_t along(double at, std::size_t axis) const;
  [[nodiscard]] std::size_t boxOf(std::int64_t i, std::int64_t j, std::int64_t k) const {
    return static_cast<std::size_t>((k * boxes_[1] + j) * boxes_[0] + i);
  }

  vtkUnstructuredGrid& grid_;
  data::Vec3 low_{0, 0, 0}, high_{0, 0, 0}, step_{1, 1, 1};
  Index boxes_{1, 1, 1};
  std::vector<std::uint64_t> first_; ///< of each box, in cells_; one more than there are boxes
  std::vector<std::uint32_t> cells_;
};

} // namespace discern::geometry
