#include "channel/server/process.h"

#include "channel/protocol/line_buffer.h"
#include "channel/protocol/message.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
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

void standBy(int output) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error(std::string("no process can be made: ") + std::strerror(errno));
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) std::_Exit(1); // gone already
    return;
  }
  ::close(STDIN_FILENO); // whose end is for the child alone
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) std::_Exit(WEXITSTATUS(status));
  // The child may have died in the middle of a line.
  (void)writeAll(output, "\n" + line({{"ended", "signal " + std::to_string(WTERMSIG(status))}}));
  std::_Exit(1);
}

void offerToDieFirst() {
  std::ofstream file("/proc/self/oom_score_adj");
  file << 500 << std::flush;
}

} // namespace discern::channel
