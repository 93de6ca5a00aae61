#pragma once
#include <atomic>
#include <string>

namespace discern::runner {

/// Becomes true at SIGINT or SIGTERM, which from the first call on no longer end the program.
[[nodiscard]] const std::atomic<bool>& interruption();

/// This program's own file.
[[nodiscard]] std::string programPath();

} // namespace discern::runner
