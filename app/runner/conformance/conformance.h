#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace discern::runner {

/// What one check found.
struct Finding {
  std::string
      check; ///< "manifest", "defaults", "outputs", "repeatable", "parameters", "missing values", "cancel", "files"
  bool good = false;
  std::string message; ///< what was done and seen; of a fault what was expected as well
};

struct ConformanceOptions {
  std::map<std::string, std::string> inputs; ///< files to use; the others are made
  double seconds = 60;                       ///< for each run
  std::int64_t memory = std::int64_t{4} << 30;
};

/// Tries a plugin on what every plugin must do (docs/runner.md, "check-plugin"). `progress` is called with each
/// finding. A check that needs another one to be good is left out when that one is not.
[[nodiscard]] std::vector<Finding> checkPlugin(const std::string& folder, const ConformanceOptions& options,
                                               void (*progress)(const Finding&));

} // namespace discern::runner
