#include "io/grids/object/vtk_type.h"

#include <vtkType.h>

namespace discern::io {

int vtkTypeOf(data::ScalarType type) {
  using data::ScalarType;
  switch (type) {
  case ScalarType::Int8:
    return VTK_SIGNED_CHAR;
  case ScalarType::UInt8:
    return VTK_UNSIGNED_CHAR;
  case ScalarType::Int16:
    return VTK_SHORT;
  case ScalarType::UInt16:
    return VTK_UNSIGNED_SHORT;
  case ScalarType::Int32:
    return VTK_INT;
  case ScalarType::UInt32:
    return VTK_UNSIGNED_INT;
  case ScalarType::Int64:
    return VTK_LONG_LONG;
  case ScalarType::UInt64:
    return VTK_UNSIGNED_LONG_LONG;
  case ScalarType::Float32:
    return VTK_FLOAT;
  default:
    return VTK_DOUBLE;
  }
}

} // namespace discern::io
