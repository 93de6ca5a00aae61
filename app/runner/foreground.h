#pragma once
#include "jobs/run_directory.h"

#include <string>

namespace discern::runner {

/// Supervises the run in this process and shows phase and progress on stderr when that is a terminal. Ctrl+C cancels
/// the run. What went wrong is said on stderr. Returns what the run directory says at the end.
[[nodiscard]] jobs::Snapshot superviseInForeground(const std::string& path);

} // namespace discern::runner
