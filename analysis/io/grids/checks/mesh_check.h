#pragma once
#include "io/file.h"

namespace discern::io {

/// Throws data::ReadError when an element of an Exodus II file names a node that isn't there: VTK's reader crashes.
/// Format: Sandia report SAND92-2137, "EXODUS II: A Finite Element Data Model".
void checkExodus(const File& file);

/// Throws data::ReadError when a node of a CGNS file (HDF5) lacks what each must have: VTK's reader ends the process.
/// Format: https://cgns.github.io/CGNS_docs_current/hdf5.html
void checkCgns(const File& file);

} // namespace discern::io
