#pragma once
#include <cstdint>
#include <sys/types.h>
#include <vector>

namespace discern::jobs {

/// The processes that descend from `root`, without itself, as /proc tells it now.
[[nodiscard]] std::vector<pid_t> descendantsOf(pid_t root);

/// Memory of their own that processes hold, in bytes: what is resident and not shared with files or other processes.
[[nodiscard]] std::int64_t memoryOf(const std::vector<pid_t>& processes);

/// How many processes the kernel has ended on this machine because memory ran out. 0 where it doesn't tell.
[[nodiscard]] std::int64_t outOfMemoryKills();

} // namespace discern::jobs
