#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace discern::data {

/// The first file that a request for a plot names; empty: none.
[[nodiscard]] std::string firstPath(const nlohmann::json& request);

} // namespace discern::data
