#pragma once
#include "io/reader.h"

namespace discern::io {

/// Whether `X.raw` (.bin, .dat, .img, …) has an `X.json` beside it that describes it, or is such a description itself.
[[nodiscard]] bool isDescribedRaw(const Candidate& candidate);

/// Opens a file of bare numbers by the JSON beside it:
///   {"type": "uint16", "shape": [z, y, x], "order": "zyx", "endian": "little", "offset": 0, "spacing": [z, y, x],
///    "origin": [z, y, x], "spacingUnit": "mm", "units": "K", "name": "density", "file": "X.raw"}
/// Only type and shape are needed. `order` has a letter an axis, the slowest first: x, y, z, t, c.
/// Throws data::ReadError for a description that contradicts itself or the file's length.
[[nodiscard]] std::shared_ptr<data::Dataset> openDescribedRaw(const Candidate& candidate);

} // namespace discern::io
