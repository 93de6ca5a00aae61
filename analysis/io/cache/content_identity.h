#pragma once
#include <string>

namespace discern::io {

/// What tells the content of a file from that of any other time, for whoever keeps what was read of it for longer than
/// it is open: size, inode, times of change in nanoseconds, and the order of axes that a person chose for it. Two
/// texts that are the same mean the same values, whatever the file is called and from which node of a cluster it is
/// seen. Empty when there is no such regular file, or when it changed within the last two seconds: it may change again
/// without its times saying so.
[[nodiscard]] std::string contentIdentity(const std::string& path);

} // namespace discern::io
