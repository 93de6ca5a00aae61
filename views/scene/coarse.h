#pragma once
#include "data/field_source.h"

#include <optional>

namespace discern::scene {

/// What to have first of a slab that is far away: the same place at a coarser level of at most `bytes`, or at the
/// coarsest there is. Nothing where the slab is no larger than twice that, or has no coarser level.
[[nodiscard]] std::optional<data::Slab> coarserOf(const data::FieldInfo& field, const data::Slab& slab,
                                                  std::size_t bytes = std::size_t{128} << 10);

} // namespace discern::scene
