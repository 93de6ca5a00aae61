#pragma once
#include "io/file.h"

namespace discern::io {

/// Walks through a PLY file, element by element, and throws data::ReadError when it is shorter than its header says or
/// a list is longer than the file: VTK's reader frees memory twice there. Format:
/// http://paulbourke.net/dataformats/ply/
void checkPly(const File& file);

} // namespace discern::io
