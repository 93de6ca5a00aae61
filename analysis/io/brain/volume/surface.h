#pragma once
#include "data/scalar_type.h"

#include <cstddef>
#include <span>
#include <string>
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>

namespace discern::io {

/// Points (x, y, z one after the other, floats) and triangles (three indices each, whole numbers), in memory.
struct SurfaceParts {
  data::ScalarType pointType = data::ScalarType::Float32;
  std::span<const std::byte> points;
  data::ScalarType triangleType = data::ScalarType::Int32;
  std::span<const std::byte> triangles; ///< none: every point becomes a vertex
};

/// Throws data::ReadError when a triangle names a point that is not there.
[[nodiscard]] vtkSmartPointer<vtkPolyData> surfaceOf(const std::string& path, const SurfaceParts& parts);

} // namespace discern::io
