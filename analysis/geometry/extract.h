#pragma once
#include "data/shape.h"

#include <functional>

class vtkDataObject;
class vtkDataSet;

namespace discern::geometry {

/// Values on the points or the cells of a grid, blocks one after the other.
struct GridValues {
  const std::vector<float>* numbers = nullptr; ///< null: none
  data::Support support = data::Support::Points;
};

/// The outer surface of a grid with its lines and particles; or its section with a plane. Of adaptive grids, cells that
/// a finer box refines are left out, and the outlines of the boxes are added. Quads and polygons become triangles.
/// O(cells) for surfaces and general sections; O(boxes + cells cut) for axis-aligned sections of adaptive grids.
/// Throws UsageError for a network and for too many points.
[[nodiscard]] data::Shape extract(vtkDataObject& grid, const GridValues& values,
                                  const std::optional<data::Section>& section);

/// Calls `use(leaf, first point, first cell)` for each piece of a grid.
void forEachPiece(vtkDataObject& grid, const std::function<void(vtkDataSet&, std::int64_t, std::int64_t)>& use);

} // namespace discern::geometry
