#pragma once
#include "io/reader.h"

namespace discern::io {

/// miniSEED 2 (https://www.fdsn.org/seed_manual/SEEDManual_V2.4.pdf), through libmseed: a field a trace, named
/// "NET.STA.LOC.CHA", with the time axis of its samples. A gap or an overlap of more than half a sample begins a new
/// trace. Opening reads the records' headers; samples are decoded as they are asked for.
[[nodiscard]] bool isMiniSeed(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openMiniSeed(const Candidate& candidate);

} // namespace discern::io
