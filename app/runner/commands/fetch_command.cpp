#include "command.h"
#include "host_run.h"
#include "remote/host_runs.h"

#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace discern::runner {

int fetchCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {}, {});
  if (arguments.words().size() != 1)
    throw data::UsageError("one run is expected: by its folder, its name, or HOST:RUN");
  std::signal(SIGPIPE, SIG_IGN);
  const std::string path = attached(arguments.words()[0]);
  const bool terminal = isatty(STDERR_FILENO) == 1;
  const std::string file = remote::fetchResult(
      path, isatty(STDIN_FILENO) == 1 ? remote::Prompts::Terminal : remote::Prompts::None,
      [terminal](std::int64_t done, std::int64_t total) {
        if (terminal)
          std::fprintf(stderr, "\r\033[K%3.0f %% of %.1f MB",
                       total > 0 ? 100.0 * static_cast<double>(done) / static_cast<double>(total) : 100.0,
                       static_cast<double>(total) * 1e-6);
        return true;
      });
  if (terminal) std::fputs("\r\033[K", stderr);
  std::puts(file.c_str());
  return Done;
}

} // namespace discern::runner
