#pragma once
#include "io/reader.h"

namespace discern::io {

/// "Fast food" files of galaxy surveys: Fortran records of five whole numbers (the second counts the galaxies), nine
/// floats, one float (the redshift), then one record a coordinate, floats of 32 or 64 bits: right ascension and
/// declination in degrees and cz in km/s of .rdcz.ff, x y z otherwise.
/// Format: Corrfunc, io/ftread.h (https://corrfunc.readthedocs.io, "fast-food").
[[nodiscard]] bool isFastFood(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openFastFood(const Candidate& candidate);

} // namespace discern::io
