#include "channel/server/process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace discern::channel {

int takeStandardOutput() {
  std::signal(SIGPIPE, SIG_IGN);
  const int output = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (output < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    throw std::runtime_error(std::string("the standard output can't be taken: ") + std::strerror(errno));
  return output;
}

void limitMemory([[maybe_unused]] std::size_t bytes) {
#ifdef DISCERN_SANITIZED // their shadow counts as memory of this process
  return;
#else
  rlimit limit{};
  if (::getrlimit(RLIMIT_DATA, &limit) == 0) {
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_cur, bytes);
    if (::setrlimit(RLIMIT_DATA, &limit) == 0) return;
  }
  throw std::runtime_error(std::string("the memory can't be limited: ") + std::strerror(errno));
#endif
}

std::size_t defaultMemoryLimit() {
  const long pages = ::sysconf(_SC_PHYS_PAGES), pageSize = ::sysconf(_SC_PAGESIZE);
  const std::size_t half =
      pages > 0 && pageSize > 0 ? static_cast<std::size_t>(pages) * static_cast<std::size_t>(pageSize) / 2 : 0;
  return std::max(half, std::size_t{1} << 30);
}

void offerToDieFirst() {
  std::ofstream file("/proc/self/oom_score_adj");
  file << 500 << std::flush;
}

} // namespace discern::channel
