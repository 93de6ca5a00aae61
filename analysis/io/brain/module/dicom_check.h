#pragma once
#include "io/file.h"

namespace discern::io {

/// Walks through the data elements of a DICOM file as far as the pixels' end. Throws data::ReadError when one reaches
/// beyond the file, is none, or there are no pixels: GDCM ends the whole program on such files.
/// Format: DICOM PS3.5, chapters 7 and 10, annex A; PS3.10, chapter 7.
void checkDicom(const File& file);

} // namespace discern::io
