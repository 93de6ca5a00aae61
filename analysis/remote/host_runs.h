#pragma once
/// The runs that are on a host, whoever started them: found by uuid, seen from any desktop, any day.
#include "remote/connection/link.h"

#include <string>
#include <vector>

namespace discern::remote {

struct HostRun {
  std::string path, uuid, plugin, title, message, phase;
  std::string state; ///< as in state.json; "queued", "running", …
  std::string from;  ///< the machine it was submitted from; empty: started over there
  std::string slurm; ///< its job number; empty: none
  double progress = 0, created = 0, started = 0, ended = 0;
  std::int64_t resultSize = 0; ///< bytes; 0: no result
};

/// Connects to a host. Throws HostError, data::UsageError (no such profile).
[[nodiscard]] std::unique_ptr<Link> linkTo(const HostProfile& profile, Prompts prompts,
                                           const std::atomic<bool>* stop = nullptr);

/// The runs in the profile's scratch folder and those of the user's own folder over there, newest first; at most 500.
[[nodiscard]] std::vector<HostRun> runsOf(Link& link, const HostProfile& profile);

/// The run that `text` means: its folder over there, its name, uuid, or an unambiguous beginning. Throws
/// data::UsageError.
[[nodiscard]] HostRun findRun(Link& link, const HostProfile& profile, const std::string& text);

/// A run directory here for a run over there, with its log from the beginning; the same as before when this machine has
/// one. Supervise it (jobs::superviseDetached) to follow it. Returns the path here.
[[nodiscard]] std::string attachRun(Link& link, const HostProfile& profile, const std::string& pathThere);

/// Brings a result that stayed on its host into the run's folder here. Returns its path. Throws HostError,
/// data::UsageError when there is nothing to bring, std::runtime_error when it can't be written.
std::string fetchResult(const std::string& runPath, Prompts prompts,
                        const std::function<bool(std::int64_t done, std::int64_t total)>& progress,
                        const std::atomic<bool>* stop = nullptr);

} // namespace discern::remote
