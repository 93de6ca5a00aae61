#pragma once
#include "io/reader.h"

namespace discern::io {

/// COMTRADE (IEEE C37.111-1991, -1999, -2013): a .cfg with the .dat beside it, or a .cff of both; ASCII, BINARY,
/// BINARY32 and FLOAT32 data. The table "channels": time, the analog channels in their units (a·x + b), the digital
/// ones as 0 and 1. Missing samples are NaN.
[[nodiscard]] bool isComtrade(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openComtrade(const Candidate& candidate);

} // namespace discern::io
