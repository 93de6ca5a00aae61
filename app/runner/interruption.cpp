#include "interruption.h"

#include <csignal>
#include <filesystem>

namespace discern::runner {
namespace {

// A signal handler can reach nothing else. Lock-free, so that setting it there is allowed.
std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void interrupt(int) { interrupted = true; }

} // namespace

const std::atomic<bool>& interruption() {
  struct sigaction action {};
  action.sa_handler = interrupt; // without SA_RESTART: a wait ends early and looks at the flag
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return interrupted;
}

std::string programPath() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).string();
}

} // namespace discern::runner
