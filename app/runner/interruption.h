#pragma once
#include <atomic>
#include <string>

namespace discern::runner {

/// What signals have asked for.
struct Interruption {
  std::atomic<bool> cancel{false}; ///< SIGINT or SIGTERM
  std::atomic<bool> windUp{false}; ///< SIGUSR1: a partial result soon, as schedulers send before the end of the time
};

/// From the first call on these signals no longer end the program; they change what this returns.
[[nodiscard]] const Interruption& interruptions();

/// interruptions().cancel, for commands that are only ended; SIGUSR1 is left alone.
[[nodiscard]] const std::atomic<bool>& interruption();

/// This program's own file.
[[nodiscard]] std::string programPath();

} // namespace discern::runner
