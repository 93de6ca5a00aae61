#pragma once
#include <string>

namespace discern::runner {

enum class FollowMode {
  Foreground, ///< Ctrl+C cancels the run; questions of ssh are asked at the terminal; how things stand goes to stderr
  Background, ///< nobody is asked, nothing is said
};

/// Follows a run on another machine to its end. Returns the exit code of discern-run.
int followRun(const std::string& path, FollowMode mode);

} // namespace discern::runner
