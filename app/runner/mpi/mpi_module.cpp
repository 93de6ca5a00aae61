#include "mpi_module.h"

#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

namespace {

MPI_Comm all = MPI_COMM_NULL; // what the plugins' communicator() points to

} // namespace

extern "C" const char* discern_mpi_start(discern::runner::MpiPlace& place) {
  int provided = MPI_THREAD_SINGLE;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) return "MPI_Init fails";
  if (MPI_Comm_dup(MPI_COMM_WORLD, &all) != MPI_SUCCESS) return "MPI_Comm_dup fails";
  MPI_Comm_rank(all, &place.rank);
  MPI_Comm_size(all, &place.size);
  place.communicator = &all;
  return nullptr;
}

extern "C" void discern_mpi_finish() {
  MPI_Comm_free(&all);
  MPI_Finalize();
}

extern "C" void discern_mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }
