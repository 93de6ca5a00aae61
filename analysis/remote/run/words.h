#pragma once
/// Sizes, spans of time and a scheduler's answers as a person reads them.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace discern::remote {

[[nodiscard]] std::string sizeText(std::int64_t bytes); ///< "12 kB", "3 MB", "1.4 GB"
[[nodiscard]] std::string spanText(double seconds);     ///< "40 s", "12 min", "3.5 h"
/// What a scheduler says of a job, as a line for a person; empty when there is nothing to say.
[[nodiscard]] std::string schedulerText(const nlohmann::json& scheduler);

} // namespace discern::remote
