#pragma once
#include "io/reader.h"

namespace discern::io {

/// Corrfunc's "fast-food" catalogues of galaxies (its io/ftread): Fortran records of five whole
/// numbers (the second is the count), nine floats, the redshift, and one array for each coordinate, in either byte
/// order. The table "galaxies": ra, dec, cz where the name has "rdcz", else x, y, z; a fourth
/// array is the weight.
[[nodiscard]] bool isFastFood(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openFastFood(const Candidate& candidate);

} // namespace discern::io
