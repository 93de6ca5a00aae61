#include "conformance/trial.h"

#include "jobs/run_files.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace discern::runner {
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

/// Programs beside us that write now and then are heard in it.
constexpr std::chrono::seconds quiet(3);

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

/// The files that a process (/proc/PID) holds open for writing.
std::set<std::string> writtenBy(const fs::path& process) {
  std::set<std::string> paths;
  std::error_code gone;
  for (fs::directory_iterator one(process / "fd", gone), last; one != last; one.increment(gone)) {
    const std::string path = fs::read_symlink(one->path(), gone).string();
    if (!path.starts_with('/') || path.starts_with("/dev/") || path.starts_with("/proc/") ||
        path.ends_with(" (deleted)"))
      continue;
    std::ifstream info(process / "fdinfo" / one->path().filename());
    for (std::string line; std::getline(info, line);)
      if (line.starts_with("flags:") && (std::strtol(line.c_str() + 6, nullptr, 8) & O_ACCMODE) != O_RDONLY)
        paths.insert(path);
  }
  return paths;
}

std::string stateOf(const fs::path& path) {
  std::error_code problem;
  const auto time = fs::last_write_time(path, problem).time_since_epoch().count();
  return std::to_string(fs::is_regular_file(path, problem) ? fs::file_size(path, problem) : 0) + " " +
         std::to_string(time);
}

/// What a compiler (/tmp/ccAbCd12.s) or MPI (/dev/shm/vader_segment.…) at work beside us leaves for moments. No plugin
/// is known by such a name.
bool isOfOthers(const std::string& name) {
  return (name.size() > 9 && name.starts_with("cc") && name[8] == '.') || name.starts_with("vader_segment.");
}

} // namespace

Trials::Trials(std::string folder, std::string plugin, Limits limits)
    : folder_(std::move(folder)), plugin_(std::move(plugin)), limits_(limits) {
  for (const char* own : {"home", "temporary", "runs"})
    fs::create_directories(fs::path(folder_) / own);
  before_ = own();
  ours_ = writtenBy("/proc/self");
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
  const Listing before = shared();
  const auto began = Clock::now();
  const pid_t child = start(path, surroundings, limits_.memory);
  if (child < 0) throw std::runtime_error("a process can't be started");
  const jobs::RunDirectory directory(path);
  Run run;
  std::optional<Clock::time_point> wished, atWork;
  int status = 0, looks = 0;
  for (;;) {
    if (waitpid(child, &status, WNOHANG) == child) {
      run.ended = true;
      break;
    }
    if (wish.cancelAfter >= 0 && !wished) {
      // A program's phase "Running" comes before its interpreter has started.
      bool progress = false;
      for (const jobs::Event& event : directory.events()) {
        progress = progress || event.kind == "progress";
        if (!atWork && event.kind == "phase" && event.value != "Reading the inputs") atWork = Clock::now();
      }
      constexpr double started = 0.3;
      if (progress || (atWork && since(*atWork) > started) || since(began) >= wish.cancelAfter) {
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
    if (constexpr int every = 4; looks++ % every == 0) lookAtOpenFiles(child);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  for (const auto& [name, state] : shared())
    if (const auto at = before.find(name); at == before.end() || at->second != state) ++changes_[name];
  if (wished && run.ended) run.cancelTook = since(*wished);
  run.end = directory.snapshot();
  return run;
}

Trials::Listing Trials::own() const {
  Listing files;
  for (const std::string& root : {folder_ + "/home", folder_ + "/temporary", plugin_}) {
    std::error_code problem;
    for (fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, problem), end;
         at != end; at.increment(problem))
      if (!fs::is_directory(at->path(), problem)) files[at->path().string()] = stateOf(at->path());
  }
  return files;
}

Trials::Listing Trials::shared() {
  Listing files;
  std::error_code problem;
  for (const std::string& folder : {std::string("/tmp"), std::string("/var/tmp"), std::string("/dev/shm"),
                                    fs::current_path(problem).string(), environment("HOME")})
    if (!folder.empty())
      for (fs::directory_iterator at(folder, fs::directory_options::skip_permission_denied, problem), end; at != end;
           at.increment(problem))
        if (!fs::is_directory(at->path(), problem) && !isOfOthers(at->path().filename().string()))
          files[at->path().string()] = stateOf(at->path());
  return files;
}

void Trials::lookAtOpenFiles(int session) const {
  std::error_code problem;
  for (fs::directory_iterator at("/proc", problem), end; at != end; at.increment(problem)) {
    const std::string name = at->path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos || getsid(std::stoi(name)) != session) continue;
    for (const std::string& path : writtenBy(at->path()))
      if (!path.starts_with(folder_ + "/runs") && !ours_.contains(path)) open_.insert(path);
  }
}

std::vector<std::string> Trials::strayFiles() const {
  std::set<std::string> stray = open_;
  for (const auto& [path, state] : own()) {
    const auto at = before_.find(path);
    if (at == before_.end() || at->second != state) stray.insert(path);
  }
  std::set<std::string> others; // logs that somebody else is writing
  std::error_code problem;
  for (fs::directory_iterator at("/proc", problem), end; at != end; at.increment(problem))
    if (at->path().filename().string().find_first_not_of("0123456789") == std::string::npos)
      others.merge(writtenBy(at->path()));
  std::set<std::string> suspects;
  for (const auto& [path, runs] : changes_)
    if (runs > 1 && !others.contains(path)) suspects.insert(path);
  if (!suspects.empty()) { // what changes while no run of ours is at work is somebody else's
    const Listing before = shared();
    std::this_thread::sleep_for(quiet);
    for (const auto& [path, state] : shared())
      if (const auto at = before.find(path); at == before.end() || at->second != state) suspects.erase(path);
  }
  stray.merge(suspects);
  const std::string queue = folder_ + "/home/.local/state/discern/runs/.queue/"; // the supervisor's, not the plugin's
  std::erase_if(stray, [&queue](const std::string& path) { return path.starts_with(queue); });
  return {stray.begin(), stray.end()};
}

} // namespace discern::runner
