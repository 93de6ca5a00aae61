#pragma once
#include "mpi/mpi_module.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace discern::runner {

/// This worker among the processes of its run. Started by mpirun or srun, it is one of several; MPI itself is started
/// for libraries that ask for it in their manifest, while a program may start it itself. The files of ranks other than
/// 0, log and all, go into ranks/R of the run directory.
class Ranks {
public:
  /// Must come before any signal handler and any thread: MPI_Init may take handlers away. Doesn't throw; see problem().
  explicit Ranks(const std::string& run);
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  [[nodiscard]] int rank() const { return place_.rank; }
  [[nodiscard]] int size() const { return place_.size; }
  [[nodiscard]] const void* communicator() const { return place_.communicator; }
  /// Where this rank writes: the run directory for rank 0.
  [[nodiscard]] const std::string& folder() const { return folder_; }
  /// Why the run can't begin; empty: it can.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  /// At the end of the process: ends all ranks when this one failed, else waits for the others to end. Returns `code`.
  int finish(int code);

private:
  void startMpi();

  std::string run_, folder_, problem_;
  MpiPlace place_;
  void* module_ = nullptr;
};

} // namespace discern::runner
