#pragma once
#include "wkb.h"

#include <cstdint>
#include <string>
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>

namespace discern::io {

/// The shapes of one kind of a layer as a grid, and which row of the table each cell belongs to, from 0.
struct LayerGrid {
  vtkSmartPointer<vtkPolyData> object;
  std::vector<std::int64_t> rows;
  std::int64_t untiled = 0; ///< polygons that could not be made of triangles: they are outlines, or one cell
};

/// `shapes`: one a row of the table. Polygons become triangles, holes left open.
[[nodiscard]] LayerGrid polygonGrid(const std::vector<Shapes>& shapes);
[[nodiscard]] LayerGrid lineGrid(const std::vector<Shapes>& shapes);
[[nodiscard]] LayerGrid pointGrid(const std::vector<Shapes>& shapes);

} // namespace discern::io
