#pragma once
#include <string>
#include <vector>

namespace discern::test {

/// How a program ended, and what it took.
struct Ending {
  int code = -1;  ///< exit code; -1 when a signal ended it
  int signal = 0; ///< the signal that ended it, else 0
  double seconds = 0;
  double megabytes = 0; ///< the most memory it held
  std::string out, err;
};

/// Runs a program to its end; kills it after `limit` seconds (the signal is then SIGKILL). With `bound`, root's right
/// to read what permissions forbid is taken from it.
[[nodiscard]] Ending runChild(const std::vector<std::string>& command, double limit = 20, bool bound = false);

} // namespace discern::test
