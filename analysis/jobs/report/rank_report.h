#pragma once
#include "jobs/run_files.h"

#include <string>
#include <vector>

namespace discern::jobs {

/// What went wrong on one of the ranks of a run that a launcher (mpirun, srun) started.
struct RankFault {
  int rank = -1;  ///< -1: none is known to have failed
  int signal = 0; ///< that ended it
  std::string error;
  bool outOfMemory = false;
  std::vector<std::string> lastLines; ///< of its log and stderr
};

/// The rank that failed first: from the launcher's words in launcher.log, and from what the ranks wrote themselves.
[[nodiscard]] RankFault rankFault(const std::string& run);

/// The last lines of a folder's stderr.log, without the stack that Open MPI prints of a process that crashes.
[[nodiscard]] std::vector<std::string> lastErrorLines(const std::string& folder, int count);

/// The folder of a rank's own files: the run's for rank 0, ranks/R below it for others.
[[nodiscard]] std::string rankFolder(const std::string& run, int rank);

} // namespace discern::jobs
