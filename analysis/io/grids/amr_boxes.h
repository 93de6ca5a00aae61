#pragma once
#include "data/field_info.h"

#include <vector>
#include <vtkSmartPointer.h>

class vtkOverlappingAMR;

namespace discern::io {

/// A box of cells of one level: lo and hi are indices of that level, both inside the box.
struct AmrBox {
  std::array<int, 3> lo{}, hi{};
  [[nodiscard]] std::int64_t cells() const {
    return (std::int64_t{hi[0]} - lo[0] + 1) * (std::int64_t{hi[1]} - lo[1] + 1) * (std::int64_t{hi[2]} - lo[2] + 1);
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
