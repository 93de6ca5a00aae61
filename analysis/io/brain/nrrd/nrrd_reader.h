#pragma once
#include "io/reader.h"

namespace discern::io {

[[nodiscard]] bool isNrrd(const Candidate& candidate);

/// NRRD, .nrrd or .nhdr with its data beside it. LPS, LAS and RAS spaces become RAS millimetres; others stay Cartesian.
/// Up to three spatial axes, one of time, one of components.
[[nodiscard]] std::shared_ptr<data::Dataset> openNrrd(const Candidate& candidate);

} // namespace discern::io
