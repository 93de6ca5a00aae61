#pragma once
#include "scene/theme.h"

#include <array>
#include <string>

namespace discern::scene {

/// What dichromats see: Machado, Oliveira and Fernandes 2009 (doi:10.1109/TVCG.2009.113), severity 1, applied to linear
/// RGB. `vision` is "protan", "deutan" or "tritan"; of any other word, the identity. Row by row.
[[nodiscard]] std::array<double, 9> visionMatrix(const std::string& vision);

/// An sRGB colour through such eyes.
[[nodiscard]] Rgb seenWith(const std::array<double, 9>& matrix, const Rgb& colour);

} // namespace discern::scene
