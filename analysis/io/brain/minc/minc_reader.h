#pragma once
#include "io/reader.h"

namespace discern::io {

[[nodiscard]] bool isMinc(const Candidate& candidate);

/// MINC 2 (HDF5 with /minc-2.0): the image of full resolution, its values scaled by valid_range and the minimum and
/// maximum of each slice; placed by start, step and direction cosines, which are RAS millimetres.
/// Format: https://en.wikibooks.org/wiki/MINC/SoftwareDevelopment/MINC2.0_File_Format_Reference
[[nodiscard]] std::shared_ptr<data::Dataset> openMinc(const Candidate& candidate);

} // namespace discern::io
