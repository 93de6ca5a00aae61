#include "io/netcdf/library_lock.h"

#include <hdf5.h>

namespace discern::io {

std::unique_lock<std::mutex> lockHdf5() {
  static std::mutex mutex; // as many as there are libraries in the process: one
  std::unique_lock lock(mutex);
  // Not at exit: readers of VTK leave identifiers open, over which HDF5 1.10 stumbles there. Files are closed by hand.
  H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); // failures come as return values, not on stderr
  return lock;
}

} // namespace discern::io
