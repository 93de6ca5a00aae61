#pragma once
#include "io/reader.h"

namespace discern::io {

/// R's own files: saved workspaces (.rda, .RData) and single objects (.rds), plain, gzip, bzip2 or xz.
[[nodiscard]] bool isR(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openR(const Candidate& candidate);

} // namespace discern::io
