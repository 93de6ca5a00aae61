#pragma once
#include <string>
#include <vtkDataObject.h>
#include <vtkSmartPointer.h>

namespace discern::io {

/// What a VTK file (XML, or legacy) holds, checked and read. Throws data::ReadError.
[[nodiscard]] vtkSmartPointer<vtkDataObject> readVtkXml(const std::string& path);
[[nodiscard]] vtkSmartPointer<vtkDataObject> readLegacyVtk(const std::string& path);
/// Either, by how the file begins.
[[nodiscard]] vtkSmartPointer<vtkDataObject> readVtkFile(const std::string& path);

} // namespace discern::io
