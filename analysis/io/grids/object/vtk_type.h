#pragma once
#include "data/scalar_type.h"

namespace discern::io {

/// VTK's name for an element type: VTK_FLOAT, VTK_SHORT, …
[[nodiscard]] int vtkTypeOf(data::ScalarType type);

} // namespace discern::io
