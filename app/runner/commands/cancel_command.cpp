#include "command.h"
#include "host_run.h"
#include "jobs/run_directory.h"
#include "run_text.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

namespace discern::runner {

int cancelCommand(const std::vector<std::string>& words) {
  using namespace std::chrono_literals;
  using Clock = std::chrono::steady_clock;
  constexpr auto grace = 5s; // the supervisor's own; it ends the worker then
  const Arguments arguments(words, {}, {});
  if (arguments.words().size() != 1) throw data::UsageError("one run is expected, by its folder or its name");
  const HostRunName there = hostRunName(arguments.words()[0]);
  if (!there.host.empty()) return cancelOnHost(there);
  const jobs::RunDirectory run(runPath(arguments.words()[0]));
  jobs::Snapshot snapshot = run.snapshot(0);
  if (jobs::isFinal(snapshot.state)) {
    std::printf("%s has ended before: %s\n", run.path().c_str(), std::string(nameOf(snapshot.state)).c_str());
    return Done;
  }
  run.requestCancel();
  if (!snapshot.host.empty()) return waitForCancelled(run);
  run.signalOrphan(SIGTERM); // a run whose supervisor was killed is ended from here
  const auto start = Clock::now();
  bool killed = false;
  while (!jobs::isFinal(snapshot.state) && Clock::now() - start < grace + 3s) {
    std::this_thread::sleep_for(50ms);
    if (!killed && Clock::now() - start > grace) killed = run.signalOrphan(SIGKILL);
    snapshot = run.snapshot(0);
  }
  if (!jobs::isFinal(snapshot.state))
    throw std::runtime_error(run.path() + " doesn't end; its supervisor may be stopped");
  std::printf("%s: %s\n", run.path().c_str(),
              snapshot.message.empty() ? std::string(nameOf(snapshot.state)).c_str() : snapshot.message.c_str());
  return Done;
}

} // namespace discern::runner
