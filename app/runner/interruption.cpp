#include "interruption.h"

#include <csignal>
#include <filesystem>

namespace discern::runner {
namespace {

// A signal handler can reach nothing else. Lock-free, so that setting it there is allowed.
Interruption asked;
static_assert(std::atomic<bool>::is_always_lock_free);

void cancel(int) { asked.cancel = true; }
void windUp(int) { asked.windUp = true; }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler; // without SA_RESTART: a wait ends early and looks at the flag
  sigaction(signal, &action, nullptr);
}

} // namespace

const std::atomic<bool>& interruption() {
  handle(SIGINT, cancel);
  handle(SIGTERM, cancel);
  return asked.cancel;
}

const Interruption& interruptions() {
  (void)interruption();
  handle(SIGUSR1, windUp);
  return asked;
}

std::string programPath() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).string();
}

} // namespace discern::runner
