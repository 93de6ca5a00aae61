#pragma once
#include <string_view>

namespace discern::io {

/// Names in the order a person expects: "pair.2" before "pair.10".
[[nodiscard]] bool naturallyBefore(std::string_view a, std::string_view b);

} // namespace discern::io
