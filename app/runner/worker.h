#pragma once
#include "interruption.h"
#include "ranks.h"

#include <string>

namespace discern::runner {

/// Runs the analysis of a run directory in this process: loads the plugin, opens the inputs, and writes events, partial
/// results and result.h5 (rank 0 alone does). Returns an ExitCode; what goes wrong is an event of kind "error" and a
/// line on stderr. `asked` may change at any time; the files `cancel` and `wind-up` in the directory do the same.
int work(const std::string& path, const Ranks& ranks, const Interruption& asked);

} // namespace discern::runner
