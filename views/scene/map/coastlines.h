#pragma once
#include <string>
#include <vtkSmartPointer.h>

class vtkPolyData;

namespace discern::scene {

/// The lines of one file of resources/coastlines in degrees, x east and y north. Throws data::ReadError.
[[nodiscard]] vtkSmartPointer<vtkPolyData> readCoastlines(const std::string& file);

} // namespace discern::scene
