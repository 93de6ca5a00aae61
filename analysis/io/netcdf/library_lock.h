#pragma once
#include <mutex>

namespace discern::io {

/// HDF5 and NetCDF keep state of their own that is not guarded in Debian's builds: whoever calls into either holds this
/// lock, and lets it go between pieces of long work.
[[nodiscard]] std::unique_lock<std::mutex> lockHdf5();

} // namespace discern::io
