#pragma once
#include <functional>
#include <string>

namespace discern::runner {

/// Calls `work` in a process of its own and gives back what it returns. HDF5 is known to crash on damaged files; here
/// that becomes a data::ReadError about `path`. A ReadError, a UsageError or another exception of `work` is thrown
/// again on this side.
[[nodiscard]] std::string guarded(const std::string& path, const std::function<std::string()>& work);

} // namespace discern::runner
