#include "foreground.h"

#include "follow.h"
#include "interruption.h"
#include "jobs/supervisor.h"
#include "run_text.h"

#include <chrono>
#include <cstdio>
#include <unistd.h>
#include <utility>

namespace discern::runner {
namespace {

/// One line on a terminal that is written over and over.
class ProgressLine {
public:
  void see(const jobs::Event& event) {
    if (event.kind == "phase" && event.value.is_string())
      phase_ = event.value.get<std::string>();
    else if (event.kind == "queue" && event.value.is_string())
      phase_ = "Waiting: " + event.value.get<std::string>();
    else if (event.kind == "state" && event.value == "starting")
      phase_ = "Starting";
    else if (event.kind == "progress" && event.value.is_number())
      progress_ = event.value.get<double>();
    else if (event.kind == "log" && event.value.is_string()) {
      std::fprintf(stderr, "\r\033[K%s\n", event.value.get<std::string>().c_str());
    } else
      return;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    std::fprintf(stderr, "\r\033[K%3.0f %%  %s  %s", 100 * progress_, phase_.c_str(), duration(seconds).c_str());
    std::fflush(stderr);
    shown_ = true;
  }
  void clear() const {
    if (shown_) std::fputs("\r\033[K", stderr);
  }

private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string phase_ = "Starting";
  double progress_ = 0;
  bool shown_ = false;
};

} // namespace

jobs::Snapshot superviseInForeground(const std::string& path) {
  ProgressLine line;
  const bool elsewhere = !jobs::hostOf(jobs::readJson(path + "/job.json")).empty();
  if (elsewhere) {
    followRun(path, FollowMode::Foreground);
    jobs::Snapshot snapshot = jobs::RunDirectory(path).snapshot();
    if (snapshot.state != jobs::RunState::Succeeded)
      std::fprintf(stderr, "discern-run: %s\nThe run's folder: %s\n", snapshot.message.c_str(), path.c_str());
    return snapshot;
  }
  jobs::Supervision options;
  options.program = programPath();
  options.cancel = &interruptions().cancel;
  options.windUp = &interruptions().windUp;
  const bool terminal = isatty(STDERR_FILENO) == 1;
  bool waits = false;
  options.event = [&](const jobs::Event& event) {
    if (terminal)
      line.see(event);
    else if (event.kind == "queue" && !std::exchange(waits, true))
      std::fprintf(stderr, "discern-run: waiting for other runs (%s)\n", event.value.get<std::string>().c_str());
  };
  jobs::supervise(path, options);
  line.clear();
  jobs::Snapshot snapshot = jobs::RunDirectory(path).snapshot();
  if (snapshot.state == jobs::RunState::Succeeded) {
    if (terminal)
      std::fprintf(stderr, "Done in %s, at most %s.\n", duration(snapshot.wallSeconds).c_str(),
                   memory(snapshot.maxMemoryBytes).c_str());
    return snapshot;
  }
  std::fprintf(stderr, "discern-run: %s\n", snapshot.message.c_str());
  if (snapshot.signal != 0 && snapshot.state == jobs::RunState::Failed)
    std::fprintf(stderr, "Repeat it with: %s\n", jobs::asCommand(snapshot.job).c_str());
  std::fprintf(stderr, "The run's folder: %s\n", path.c_str());
  return snapshot;
}

} // namespace discern::runner
