#pragma once
#include "io/reader.h"

namespace discern::io {

/// The list of steps (.nek5000: "filetemplate:", "firsttimestep:", "numtimesteps:") or one step's file ("#std …").
[[nodiscard]] bool isNek(const Candidate& candidate);

/// Spectral elements as a mesh of hexahedra or quadrilaterals between their points. Steps in several files, each with a
/// part of the elements, are not read. Throws data::ReadError.
/// Format: https://nek5000.github.io/NekDoc/problem_setup/case_files.html, "Restart/Output files (.f%05d)".
[[nodiscard]] std::shared_ptr<data::Dataset> openNek(const Candidate& candidate);

} // namespace discern::io
