#pragma once
#include "io/reader.h"

namespace discern::io {

/// FreeSurfer's triangle surfaces (mark FF FF FE), values on vertices (curv: FF FF FF), annotations (.annot, by name:
/// the format has no mark) and labels ("#!ascii label").
[[nodiscard]] bool isFreeSurfer(const Candidate& candidate);

/// Surfaces are given in scanner RAS where the file says how its volume lies ("cras" and axes), else in surface RAS.
/// Formats: https://surfer.nmr.mgh.harvard.edu/fswiki/FileFormats, …/LabelsClutsAnnotationFiles
[[nodiscard]] std::shared_ptr<data::Dataset> openFreeSurfer(const Candidate& candidate);

} // namespace discern::io
