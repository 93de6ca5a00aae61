#pragma once
/// Runs on other machines, named HOST:RUN on the command line.
#include "jobs/run_directory.h"

#include <string>

namespace discern::runner {

struct HostRunName {
  std::string host, run; ///< `host` empty: the text names a run of this machine
};
/// HOST:RUN with a host that has a profile. Throws data::UsageError for a HOST: that has none.
[[nodiscard]] HostRunName hostRunName(const std::string& text);

/// The run directory here that `text` means. One on a host is attached to, and followed in the background.
[[nodiscard]] std::string attached(const std::string& text);

int jobsOnHost(const std::string& host, bool json);
int cancelOnHost(const HostRunName& name);
/// After a cancellation that a follower has to carry over.
int waitForCancelled(const jobs::RunDirectory& run);

} // namespace discern::runner
