#include "io/brain/volume/surface.h"

#include "data/error.h"

#include <cstring>
#include <vtkCellArray.h>
#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkPoints.h>

namespace discern::io {

vtkSmartPointer<vtkPolyData> surfaceOf(const std::string& path, const SurfaceParts& parts) {
  const bool wide = parts.pointType == data::ScalarType::Float64;
  const auto count = static_cast<vtkIdType>(parts.points.size() / (3 * sizeOf(parts.pointType)));
  const auto points = vtkSmartPointer<vtkPoints>::New();
  points->SetDataType(wide ? VTK_DOUBLE : VTK_FLOAT);
  points->SetNumberOfPoints(count);
  if (count > 0)
    std::memcpy(points->GetVoidPointer(0), parts.points.data(),
                static_cast<std::size_t>(count) * 3 * sizeOf(parts.pointType));
  const auto cells = vtkSmartPointer<vtkCellArray>::New();
  const auto surface = vtkSmartPointer<vtkPolyData>::New();
  surface->SetPoints(points);
  if (parts.triangles.empty()) {
    for (vtkIdType i = 0; i < count; ++i)
      cells->InsertNextCell(1, &i);
    surface->SetVerts(cells);
    return surface;
  }
  data::dispatch(parts.triangleType, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const std::size_t triangles = parts.triangles.size() / (3 * sizeof(T));
    cells->AllocateExact(static_cast<vtkIdType>(triangles), static_cast<vtkIdType>(3 * triangles));
    for (std::size_t i = 0; i < triangles; ++i) {
      T corner[3];
      std::memcpy(corner, parts.triangles.data() + i * sizeof corner, sizeof corner);
      vtkIdType ids[3];
      for (int c = 0; c < 3; ++c) {
        ids[c] = static_cast<vtkIdType>(corner[c]);
        if (ids[c] < 0 || ids[c] >= count)
          throw data::ReadError(path, "triangle " + std::to_string(i) + " names point " + std::to_string(ids[c]) +
                                          ", but there are " + std::to_string(count) + " points");
      }
      cells->InsertNextCell(3, ids);
    }
  });
  surface->SetPolys(cells);
  return surface;
}

} // namespace discern::io
