#pragma once
#include "data/shape.h"

#include <vtkSmartPointer.h>

class vtkUnstructuredGrid;

namespace discern::geometry {

/// The cells that have corners on both sides of a plane, or on it, with their points and values: all that a section
/// needs of a grid. Null for polyhedra, whose faces are kept apart. One pass over points and cells on all cores, one
/// byte a point; the rest costs what is cut.
[[nodiscard]] vtkSmartPointer<vtkUnstructuredGrid> crossedCells(vtkUnstructuredGrid& grid,
                                                                const data::Section& section);

} // namespace discern::geometry
