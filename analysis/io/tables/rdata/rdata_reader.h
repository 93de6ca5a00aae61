#pragma once
#include "io/reader.h"

namespace discern::io {

/// What R saved: .rda, .RData, .rds; plain, gzip, bzip2, xz. Data frames become tables (factors as texts, dates and
/// times as seconds since 1970), matrices and arrays of numbers fields (rows along y, then columns along x, as of
/// MATLAB), vectors tables of one column, single numbers and texts attributes, igraph's graphs networks, lists what
/// their elements are, named LIST$ELEMENT. Read whole, up to 512 MB. Throws data::ReadError.
[[nodiscard]] bool isRData(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openRData(const Candidate& candidate);

} // namespace discern::io
