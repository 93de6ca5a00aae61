#include "conformance/trial.h"

#include "jobs/run_files.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace discern::runner {
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// Starts `discern-run supervise RUN` in a session of its own, so that all of it can be killed.
pid_t start(const std::string& run, const std::map<std::string, std::string>& surroundings, std::int64_t memory) {
  const std::string program = fs::read_symlink("/proc/self/exe").string();
  const pid_t child = fork();
  if (child != 0) return child;
  setsid();
  for (const auto& [name, value] : surroundings)
    setenv(name.c_str(), value.c_str(), 1);
  const rlimit limit{static_cast<rlim_t>(memory), static_cast<rlim_t>(memory)};
  setrlimit(RLIMIT_DATA, &limit);
  if (const int nowhere = open("/dev/null", O_RDWR); nowhere >= 0)
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      dup2(nowhere, stream);
  execl(program.c_str(), program.c_str(), "supervise", run.c_str(), static_cast<char*>(nullptr));
  _exit(127);
}

} // namespace

Trials::Trials(std::string folder, std::string plugin, Limits limits)
    : folder_(std::move(folder)), plugin_(std::move(plugin)), limits_(limits) {
  for (const char* own : {"home", "temporary", "runs"})
    fs::create_directories(fs::path(folder_) / own);
  before_ = listing();
}

Trials::Run Trials::run(const nlohmann::json& job, const Wish& wish) const {
  const std::string path = folder_ + "/runs/" + std::to_string(number_++);
  (void)jobs::RunDirectory::create(path, job);
  const fs::path home = fs::path(folder_) / "home";
  std::map<std::string, std::string> surroundings{
      {"HOME", home.string()},
      {"TMPDIR", folder_ + "/temporary"},
      {"XDG_CACHE_HOME", (fs::path(folder_) / "runs" / "cache").string()}, // the readers' own index
      {"XDG_CONFIG_HOME", (home / ".config").string()},
      {"XDG_STATE_HOME", (home / ".local/state").string()},
      {"PYTHONDONTWRITEBYTECODE", "1"}};
  const std::string others = environment("DISCERN_PLUGIN_PATH");
  surroundings["DISCERN_PLUGIN_PATH"] = plugin_ + (others.empty() ? "" : ":" + others);
  const auto began = Clock::now();
  const pid_t child = start(path, surroundings, limits_.memory);
  if (child < 0) throw std::runtime_error("a process can't be started");
  const jobs::RunDirectory directory(path);
  Run run;
  std::optional<Clock::time_point> wished;
  int status = 0;
  for (;;) {
    if (waitpid(child, &status, WNOHANG) == child) {
      run.ended = true;
      break;
    }
    if (wish.cancelAfter >= 0 && !wished) {
      const jobs::Snapshot now = directory.snapshot(1);
      if (now.state == jobs::RunState::Running && since(began) >= wish.cancelAfter) {
        directory.requestCancel();
        wished = Clock::now();
      }
    }
    if (since(began) > limits_.seconds) {
      if (const jobs::Snapshot now = directory.snapshot(1); now.workerPid > 0)
        kill(-static_cast<pid_t>(now.workerPid), SIGKILL); // the worker has a group of its own
      kill(-child, SIGKILL);
      waitpid(child, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (wished && run.ended) run.cancelTook = since(*wished);
  run.end = directory.snapshot();
  return run;
}

Trials::Listing Trials::listing() const {
  Listing files;
  const auto add = [&](const fs::path& path) {
    std::error_code problem;
    const auto time = fs::last_write_time(path, problem).time_since_epoch().count();
    const auto size = fs::is_regular_file(path, problem) ? fs::file_size(path, problem) : 0;
    files[path.string()] = std::to_string(size) + " " + (fs::is_directory(path, problem) ? "" : std::to_string(time));
  };
  const auto all = [&](const fs::path& root) {
    std::error_code problem;
    for (fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, problem), end;
         at != end; at.increment(problem))
      add(at->path());
  };
  all(fs::path(folder_) / "home");
  all(fs::path(folder_) / "temporary");
  all(plugin_);
  // Others write there too: only what is new, and at the top.
  std::error_code problem;
  for (const std::string& shared : {std::string("/tmp"), std::string("/var/tmp"), std::string("/dev/shm"),
                                    fs::current_path(problem).string(), environment("HOME")})
    if (!shared.empty())
      for (fs::directory_iterator at(shared, fs::directory_options::skip_permission_denied, problem), end; at != end;
           at.increment(problem))
        files.try_emplace(at->path().string(), "there");
  return files;
}

std::vector<std::string> Trials::strayFiles() const {
  std::vector<std::string> stray;
  for (const auto& [path, state] : listing()) {
    if (path == folder_ || path.find("/discern-") != std::string::npos) continue; // segments of a data service
    const auto at = before_.find(path);
    if (at == before_.end() || at->second != state) stray.push_back(path);
  }
  return stray;
}

} // namespace discern::runner
