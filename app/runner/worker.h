#pragma once
#include <atomic>
#include <string>

namespace discern::runner {

/// Runs the analysis of a run directory in this process: loads the plugin, opens the inputs, and writes events, partial
/// results and result.h5. Returns an ExitCode; what goes wrong is an event of kind "error" and a line on stderr.
/// `cancel` may become true at any time; the file `cancel` in the directory does the same.
int work(const std::string& path, const std::atomic<bool>& cancel);

} // namespace discern::runner
