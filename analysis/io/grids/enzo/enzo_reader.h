#pragma once
#include "io/reader.h"

namespace discern::io {

/// The list of grids of an Enzo output: X.hierarchy.
[[nodiscard]] bool isEnzo(const Candidate& candidate);

/// Boxes of cells on several levels, whose values lie in HDF5 files beside the list. VTK's own reader does not come
/// back from some damaged lists. Particles are not read. Throws data::ReadError. Format:
/// https://enzo.readthedocs.io/en/latest/user_guide/EnzoOutputFormats.html
[[nodiscard]] std::shared_ptr<data::Dataset> openEnzo(const Candidate& candidate);

} // namespace discern::io
