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

/// Runs a program and waits: "seconds" from its start to its end, and its memory at most as "peak" MB, that of programs
/// which it started included. Empty when it failed. What it says is thrown away.
[[nodiscard]] Values runWhole(const std::vector<std::string>& command);

/// The most memory that this process had resident so far, in megabytes (10^6 bytes).
[[nodiscard]] double peakMegabytes();

} // namespace discern::benchmarks
