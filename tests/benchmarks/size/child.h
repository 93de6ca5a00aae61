#pragma once
#include <map>
#include <string>
#include <vector>

namespace discern::benchmarks {

/// What a child printed: lines "name number".
using Values = std::map<std::string, double>;

/// Runs a program and waits; what it printed, and its memory at most as "peak MB" when it printed that. Empty when it
/// failed; `error`, when given, then gets what it said.
[[nodiscard]] Values runChild(const std::vector<std::string>& command, std::string* error = nullptr);

/// The most memory that this process had resident so far, in megabytes (10^6 bytes).
[[nodiscard]] double peakMegabytes();

} // namespace discern::benchmarks
