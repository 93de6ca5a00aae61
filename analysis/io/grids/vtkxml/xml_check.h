#pragma once
#include "io/file.h"

namespace discern::io {

/// The type a VTK XML file says it is: "ImageData", "PUnstructuredGrid", "vtkMultiBlockDataSet", "Collection", …
/// Throws data::ReadError when its first tag isn't VTKFile.
[[nodiscard]] std::string vtkXmlType(const File& file);

/// Checks what VTK's readers take on trust: that the file is closed, that appended arrays lie inside it and have as
/// many bytes as the points and cells ask for, that the pieces fill the extent. Files it names are checked too.
/// Throws data::ReadError. Format: https://docs.vtk.org/en/latest/design_documents/VTKFileFormats.html
void checkVtkXml(const File& file);

} // namespace discern::io
