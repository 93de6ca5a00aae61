#pragma once

namespace discern::runner {

/// What libdiscern_mpi.so tells the worker that has loaded it.
struct MpiPlace {
  int rank = 0, size = 1;
  const void* communicator = nullptr; ///< points to the MPI_Comm of all ranks
};

/// The module's three functions, by their names "discern_mpi_start", "discern_mpi_finish", "discern_mpi_abort".
using MpiStart = const char* (*)(MpiPlace&); ///< MPI_Init; null, or what went wrong
using MpiFinish = void (*)();                ///< MPI_Finalize: waits for the other ranks
using MpiAbort = void (*)(int code);         ///< MPI_Abort: ends all ranks; mpirun ends with this exit code

} // namespace discern::runner
