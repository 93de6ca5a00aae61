#pragma once
#include "io/file.h"

namespace discern::io {

/// Looks through a legacy VTK file for the lines that state lengths, and throws data::ReadError for one that the file
/// can't hold: VTK's reader allocates before it reads. Format: "VTK File Formats", Simple Legacy Formats,
/// https://docs.vtk.org/en/latest/design_documents/VTKFileFormats.html
void checkLegacyVtk(const File& file);

} // namespace discern::io
