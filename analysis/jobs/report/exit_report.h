#pragma once
#include "jobs/run_files.h"

#include <string>
#include <sys/resource.h>
#include <vector>

namespace discern::jobs {

/// What a supervisor knows of a worker that has ended.
struct WorkerEnd {
  std::string run; ///< the run directory
  int status = 0;  ///< of waitpid
  rusage usage{};
  bool ranks = false; ///< a launcher was started, which started the worker's ranks
  bool cancelled = false, killed = false;
  double graceSeconds = 0;
  std::int64_t memoryLimit = 0; ///< bytes; 0: none
  std::int64_t peakMemory = 0;  ///< bytes, of all processes together; 0: not watched
  std::int64_t oomKillsBefore = 0;
  bool overLimit = false; ///< it was ended because it held more than the limit

  /// Takes note of what the worker says of itself.
  void hear(const Event& event);
  std::string error;
  bool outOfMemory = false, woundUp = false;
  std::vector<std::string> log; ///< its last lines
};

/// What is written into exit.json, with a message for a person.
[[nodiscard]] ExitFile exitOf(const WorkerEnd& end);

/// "memoryLimitBytes" of a job; 0: none.
[[nodiscard]] std::int64_t memoryLimitOf(const nlohmann::json& job);

} // namespace discern::jobs
