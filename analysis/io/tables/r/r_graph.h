#pragma once
#include "io/tables/graphs/network.h"
#include "io/tables/r/r_value.h"

#include <optional>

namespace discern::io {

/// The network in an object of R's package igraph (a list of number of nodes, directed, from, to, four indexes,
/// attributes); nothing for one that is none, or is damaged.
[[nodiscard]] std::optional<Network> networkOf(const RValue& graph);

} // namespace discern::io
