#pragma once
#include "jobs/run_files.h"

#include <string>

namespace discern::remote {

/// How a run has ended, from the agent's last answer to `run.look`. A job that was told to end, but not by us, was
/// cancelled by somebody on `host` or ended by Slurm at its wall time; the latter is a failure that more minutes mend.
/// `started`: seconds since 1970, where the answer doesn't say.
[[nodiscard]] jobs::ExitFile exitOf(const nlohmann::json& look, const std::string& host, double started,
                                    bool cancelledHere);

} // namespace discern::remote
