#include "host_run.h"

#include "command.h"
#include "interruption.h"
#include "jobs/run_files.h"
#include "jobs/supervisor.h"
#include "remote/host_runs.h"
#include "remote/remote_run.h"
#include "run_text.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>
#include <unistd.h>

namespace discern::runner {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

remote::Prompts prompts() { return isatty(STDIN_FILENO) == 1 ? remote::Prompts::Terminal : remote::Prompts::None; }

std::unique_ptr<remote::Link> link(const remote::HostProfile& profile) {
  std::signal(SIGPIPE, SIG_IGN);
  return remote::linkTo(profile, prompts());
}

/// Somebody follows it from now on.
void follow(const std::string& path) {
  if (jobs::RunDirectory(path).snapshot(0).unwatched || !fs::exists(path + "/state.json"))
    jobs::superviseDetached(programPath(), path);
}

} // namespace

HostRunName hostRunName(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || text.find('/') < colon) return {{}, text};
  const std::string host = text.substr(0, colon);
  [[maybe_unused]] const remote::HostProfile profile = remote::findProfile(host);
  return {host, text.substr(colon + 1)};
}

std::string attached(const std::string& text) {
  const HostRunName name = hostRunName(text);
  if (name.host.empty()) {
    std::string path = runPath(text);
    if (!jobs::hostOf(jobs::readJson(path + "/job.json")).empty() && !fs::exists(path + "/exit.json")) follow(path);
    return path;
  }
  const remote::HostProfile profile = remote::findProfile(name.host);
  const auto connection = link(profile);
  std::string path = remote::attachRun(*connection, profile, remote::findRun(*connection, profile, name.run).path);
  if (!fs::exists(path + "/exit.json")) follow(path);
  return path;
}

int jobsOnHost(const std::string& host, bool json) {
  const remote::HostProfile profile = remote::findProfile(host);
  const auto connection = link(profile);
  const auto runs = remote::runsOf(*connection, profile);
  if (json) {
    Json list = Json::array();
    for (const remote::HostRun& run : runs)
      list.push_back({{"run", run.path},
                      {"uuid", run.uuid},
                      {"plugin", run.plugin},
                      {"title", run.title},
                      {"state", run.state},
                      {"message", run.message},
                      {"phase", run.phase},
                      {"progress", run.progress},
                      {"created", run.created},
                      {"started", run.started},
                      {"ended", run.ended},
                      {"from", run.from},
                      {"slurmJob", run.slurm},
                      {"resultBytes", run.resultSize}});
    std::puts(list.dump(2).c_str());
    return Done;
  }
  if (runs.empty()) {
    std::fprintf(stderr, "discern-run: there are no runs on %s\n", host.c_str());
    return Done;
  }
  std::vector<std::vector<std::string>> rows{{"RUN", "STATE", "PROGRESS", "TOOK", "JOB", "FROM", "TITLE"}};
  for (const remote::HostRun& run : runs) {
    char progress[16];
    std::snprintf(progress, sizeof progress, "%.0f %%", 100 * run.progress);
    const double end = run.ended > 0 ? run.ended : jobs::now();
    rows.push_back({fs::path(run.path).filename().string(), run.state, progress,
                    run.started > 0 ? duration(end - run.started) : "", run.slurm,
                    run.from.empty() ? "there" : run.from, run.title.empty() ? run.plugin : run.title});
  }
  std::fputs(columns(rows).c_str(), stdout);
  return Done;
}

int cancelOnHost(const HostRunName& name) {
  const remote::HostProfile profile = remote::findProfile(name.host);
  const auto connection = link(profile);
  const remote::HostRun run = remote::findRun(*connection, profile, name.run);
  connection->ask("run.cancel", {{"path", run.path}});
  const auto start = std::chrono::steady_clock::now();
  for (;;) {
    const Json look = connection->ask("run.look", {{"path", run.path}, {"from", 0}});
    if (look.value("final", false)) {
      const Json exit = look.contains("exit") ? look["exit"] : Json::object();
      const std::string message = exit.value("message", std::string());
      std::printf("%s:%s: %s\n", name.host.c_str(), run.path.c_str(),
                  message.empty() ? exit.value("state", std::string("ended")).c_str() : message.c_str());
      return Done;
    }
    if (std::chrono::steady_clock::now() - start > std::chrono::seconds(60))
      throw std::runtime_error(run.path + " on " + name.host + " was asked to end, and hasn't within a minute");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

int waitForCancelled(const jobs::RunDirectory& run) {
  follow(run.path());
  const auto start = std::chrono::steady_clock::now();
  for (;;) {
    const jobs::Snapshot snapshot = run.snapshot(0);
    if (jobs::isFinal(snapshot.state)) {
      std::printf("%s: %s\n", run.path().c_str(),
                  snapshot.message.empty() ? std::string(nameOf(snapshot.state)).c_str() : snapshot.message.c_str());
      return Done;
    }
    const auto waited = std::chrono::steady_clock::now() - start;
    if (waited > std::chrono::seconds(30) ||
        (snapshot.state == jobs::RunState::Unreachable && waited > std::chrono::seconds(3))) {
      std::printf("%s will be cancelled as soon as %s is reached.\n", run.path().c_str(), snapshot.host.c_str());
      return Done;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

} // namespace discern::runner
