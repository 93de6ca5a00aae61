#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace discern::jobs {

/// How the worker of a job is started: what job.json's "on" and "launcher" come to.
struct Launch {
  std::vector<std::string> words;       ///< the program first; one without '/' is looked for on PATH
  std::vector<std::string> environment; ///< "NAME=value", beside what there is
  /// Variables whose names begin so are not handed on: they name the place of this process among the ranks of a
  /// launcher that has started it, which is not the worker's.
  std::vector<std::string> without;
  bool ranks = false; ///< a launcher starts the worker, once a rank
};

/// The ranks that a job asks of MPI on this machine: 4 for "mpi:4". 0: it asks for none ("process", a host, nothing).
/// Throws data::UsageError for "mpi:" without a number of at least 1.
[[nodiscard]] int mpiRanks(const nlohmann::json& job);

/// `program` is discern-run. "launcher" (["srun", "--mpi=pmix"], or one line of words) starts the worker when the job
/// has one, else mpirun for "mpi:N", else it is started by itself. Throws data::UsageError when mpirun is not
/// installed.
[[nodiscard]] Launch workerLaunch(const std::string& program, const std::string& run, const nlohmann::json& job);

/// The program of that name on PATH, or empty.
[[nodiscard]] std::string programOnPath(const std::string& name);

} // namespace discern::jobs
