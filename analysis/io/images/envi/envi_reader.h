#pragma once
#include "io/reader.h"

namespace discern::io {

/// Opens an ENVI header (https://www.nv5geospatialsoftware.com/docs/ENVIHeaderFiles.html) and the binary file beside
/// it, of the same name without .hdr or with another ending. Bands with wavelengths lie along z, others are components.
/// Geographic map information is longitude and latitude, projected in metres. Table "bands": names, wavelengths.
/// Throws data::ReadError when the binary is missing or shorter than the header says.
[[nodiscard]] std::shared_ptr<data::Dataset> openEnvi(const Candidate& candidate);

} // namespace discern::io
