#pragma once
#include "io/reader.h"

namespace discern::io {

[[nodiscard]] bool isMgh(const Candidate& candidate);

/// FreeSurfer's volumes, .mgh or .mgz: placed by Mdc and the centre (c_r, c_a, c_s) where the header says that they are
/// good. Frames are time, with TR where the footer has it.
/// Format: https://surfer.nmr.mgh.harvard.edu/fswiki/FsTutorial/MghFormat
[[nodiscard]] std::shared_ptr<data::Dataset> openMgh(const Candidate& candidate);

} // namespace discern::io
