#pragma once
/// For plugins that run over MPI ("resources": {"mpi": true} in the manifest); they link MPI::MPI_C. MPI is started and
/// ended by the worker, at MPI_THREAD_FUNNELED: only the thread that calls Analysis::run may call it. An exception on
/// one rank ends them all.
#include "sdk/analysis.h"

#define OMPI_SKIP_MPICXX 1 // the C interface is all that is used
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

namespace discern::sdk {

/// All ranks of the run; also of a run in one process. Throws std::logic_error when the manifest doesn't say "mpi".
[[nodiscard]] inline MPI_Comm communicator(const Context& ctx) {
  const void* all = ctx.communicator();
  if (!all) throw std::logic_error("MPI was not started: the manifest must say \"resources\": {\"mpi\": true}");
  return *static_cast<const MPI_Comm*>(all);
}

/// Context::windUp, the same answer on every rank. Collective.
[[nodiscard]] inline bool windUpTogether(Context& ctx) {
  int mine = ctx.windUp() ? 1 : 0, any = 0;
  MPI_Allreduce(&mine, &any, 1, MPI_INT, MPI_LOR, communicator(ctx));
  return any != 0;
}

} // namespace discern::sdk
