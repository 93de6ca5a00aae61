#pragma once
#include "geometry/extract.h"

class vtkUniformGridAMR;

namespace discern::geometry {

/// extract() of an adaptive grid of boxes: the cells that no finer box refines, each a flat square in its own colour.
/// `section` must be absent or along an axis.
void extractBoxes(vtkUniformGridAMR& grid, const GridValues& values, const std::optional<data::Section>& section,
                  data::Shape& shape);

/// The axis that a section is perpendicular to; −1: none.
[[nodiscard]] int axisOf(const data::Section& section);

} // namespace discern::geometry
