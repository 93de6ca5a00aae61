#pragma once
#include "data/plot/network_request.h"
#include "plots/plot_desk.h"

namespace discern::plots {

/// Throws data::UsageError for a matrix that is not square or too large.
[[nodiscard]] data::NetworkAnswer network(const data::NetworkRequest& request, const Sources& sources);

} // namespace discern::plots
