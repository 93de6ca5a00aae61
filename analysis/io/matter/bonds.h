#pragma once
#include "io/matter/structure.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace discern::io {

/// Pairs of atoms nearer to each other than 1.15 times the sum of their covalent radii, and farther than 0.4 Å (nearer
/// ones are two choices for one place). Not across the cell's faces. None when they would be more than 16 an atom,
/// which no real structure has.
[[nodiscard]] std::vector<std::pair<std::int64_t, std::int64_t>> bondsOf(const std::vector<Atom>& atoms);

} // namespace discern::io
