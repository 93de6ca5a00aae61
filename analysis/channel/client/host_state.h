#pragma once
#include <string>

namespace discern::channel {

/// The connection to the data service of another machine.
struct HostState {
  enum class Kind {
    Unused,      ///< nothing was asked of it yet
    Connecting,  ///< for the first time
    Reachable,   ///< it answers
    Unreachable, ///< lost, or never had: `reason`; what was asked waits, and it is tried again after `retryAfter`
    Refused      ///< it can't be had, and trying again by itself won't help: `reason`
  };
  Kind kind = Kind::Unused;
  std::string reason{};  ///< half a sentence: "connection refused"
  double retryAfter = 0; ///< seconds
};

} // namespace discern::channel
