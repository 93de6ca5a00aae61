#pragma once
#include "data/field_info.h"

#include <algorithm>
#include <vector>
#include <vtkSmartPointer.h>

class vtkOverlappingAMR;

namespace discern::io {

/// A box of cells of one level: lo and hi are indices of that level, both inside the box.
struct AmrBox {
  std::array<int, 3> lo{}, hi{};
  /// Saturates far above what any file holds: corners may be anything.
  [[nodiscard]] std::int64_t cells() const {
    double product = 1;
    for (std::size_t axis = 0; axis < 3; ++axis)
      product *= static_cast<double>(hi[axis]) - lo[axis] + 1;
    return static_cast<std::int64_t>(std::min(product, 1e15));
  }
};
struct AmrLevel {
  data::Vec3 spacing{1, 1, 1};
  std::vector<AmrBox> boxes;
  int ratio = 2; ///< cells of the next level along an axis of a cell
};

/// Overlapping boxes with a grid each, without arrays. `origin` is the corner of cell 0 0 0 of every level.
[[nodiscard]] vtkSmartPointer<vtkOverlappingAMR> makeAmr(const data::Vec3& origin, const std::vector<AmrLevel>& levels);

/// Adds the cell array "refined" (uint8) to every box: 1 where a box of the next level covers the cell.
void markRefined(vtkOverlappingAMR& amr);

} // namespace discern::io
