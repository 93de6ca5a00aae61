#include "jobs/supervisor.h"

#include "data/error.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace discern::jobs {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// What posix_spawn needs, freed at the end.
class SpawnPlan {
public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  void output(int descriptor, const std::string& file) {
    posix_spawn_file_actions_addopen(&actions, descriptor, file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  }
  /// Returns the pid; throws std::runtime_error.
  pid_t start(const std::string& program, std::vector<std::string> words, short flags,
              std::vector<std::string> environment = {}) {
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawnattr_setflags(&attributes, static_cast<short>(flags | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
    words.insert(words.begin(), program);
    std::vector<char*> argv, env;
    for (std::string& word : words)
      argv.push_back(word.data());
    argv.push_back(nullptr);
    for (std::string& variable : environment)
      env.push_back(variable.data());
    for (char** variable = environ; *variable; ++variable) {
      const char* equals = std::strchr(*variable, '=');
      const std::string name(*variable,
                             equals ? static_cast<std::size_t>(equals - *variable + 1) : std::strlen(*variable));
      if (std::ranges::none_of(environment, [&](const std::string& own) { return own.starts_with(name); }))
        env.push_back(*variable);
    }
    env.push_back(nullptr);
    pid_t pid = 0;
    const int problem = posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), env.data());
    if (problem != 0) throw std::runtime_error(program + " can't be started: " + std::strerror(problem));
    return pid;
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

std::string signalText(int signal) {
  const char* name = sigabbrev_np(signal);
  return "signal " + std::to_string(signal) + (name ? " (SIG" + std::string(name) + ")" : "");
}

/// Sleeps until the child ends, or a little while, or a signal comes.
class ChildWatch {
public:
  explicit ChildWatch(pid_t pid) : descriptor_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {}
  ~ChildWatch() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  ChildWatch(const ChildWatch&) = delete;
  ChildWatch& operator=(const ChildWatch&) = delete;
  void wait() const {
    pollfd watched{descriptor_, POLLIN, 0};
    poll(&watched, descriptor_ >= 0 ? 1 : 0, descriptor_ >= 0 ? 50 : 10);
  }

private:
  int descriptor_;
};

struct Ending {
  int status = 0;
  rusage usage{};
};

/// The worker's life, from its start to exit.json.
class Supervisor {
public:
  Supervisor(std::string path, const Supervision& options)
      : path_(std::move(path)), options_(options), reader_(path_ + "/events.jsonl") {}

  ExitFile run(const Json& job) {
    state_.supervisor = ProcessIdentity::self();
    state_.started = now();
    state_.state = RunState::Starting;
    RunWriter(path_).event("state", nameOf(RunState::Starting));
    writeState();
    ExitFile exit;
    try {
      exit = report(follow(startWorker(job)));
    } catch (const std::exception& error) {
      exit.message = error.what();
    }
    removeCopies();
    exit.wallSeconds = secondsSince(begin_);
    exit.summary = state_.summary;
    state_.state = exit.state;
    RunWriter writer(path_); // anew: the worker has written in the meantime
    writer.event("state", nameOf(exit.state));
    pass();
    writeState();
    writer.exit(exit);
    return exit;
  }

private:
  pid_t startWorker(const Json& job) {
    SpawnPlan plan;
    plan.output(1, path_ + "/stdout.log");
    plan.output(2, path_ + "/stderr.log");
    posix_spawn_file_actions_addchdir_np(&plan.actions, path_.c_str());
    posix_spawnattr_setpgroup(&plan.attributes, 0); // a group of its own: the terminal's Ctrl+C comes to us alone
    std::vector<std::string> environment;
    if (job.contains("threads") && job["threads"].is_number_integer() && job["threads"].get<int>() > 0)
      environment.push_back("OMP_NUM_THREADS=" + std::to_string(job["threads"].get<int>()));
    const pid_t pid = plan.start(options_.program, {"work", path_}, POSIX_SPAWN_SETPGROUP, environment);
    state_.worker = ProcessIdentity::of(pid);
    state_.state = RunState::Running;
    writeState();
    return pid;
  }

  Ending follow(pid_t pid) {
    const ChildWatch watch(pid);
    Ending ending;
    for (;;) {
      const pid_t ended = wait4(pid, &ending.status, WNOHANG, &ending.usage);
      pass();
      if (ended == pid) break;
      if (ended < 0 && errno != EINTR)
        throw std::runtime_error(std::string("the worker can't be waited for: ") + std::strerror(errno));
      passCancellation(pid);
      if (secondsSince(lastState_) >= 1) writeState();
      watch.wait();
    }
    kill(-pid, SIGKILL); // what a plugin started and left behind
    return ending;
  }

  void passCancellation(pid_t pid) {
    std::error_code ignored;
    const bool wanted = (options_.cancel && *options_.cancel) || fs::exists(path_ + "/cancel", ignored);
    if (wanted && !cancelling_) {
      cancelling_ = true;
      cancelledAt_ = Clock::now();
      RunDirectory(path_).requestCancel(); // so that readers see it, whichever way it came
      kill(-pid, SIGTERM);
    } else if (cancelling_ && !killed_ && secondsSince(cancelledAt_) > options_.graceSeconds) {
      killed_ = true;
      kill(-pid, SIGKILL);
    }
  }

  /// Copies of the inputs that a killed worker left behind: they may be large.
  void removeCopies() const {
    std::error_code ignored;
    if (fs::exists(path_ + "/program.json", ignored)) fs::remove_all(path_ + "/inputs", ignored);
  }

  /// Takes note of new events and hands them on.
  void pass() {
    for (const Event& event : reader_.next()) {
      if (event.kind == "phase" && event.value.is_string()) state_.phase = event.value.get<std::string>();
      if (event.kind == "progress" && event.value.is_number()) state_.progress = event.value.get<double>();
      if (event.kind == "partial" && event.value.is_string()) {
        const auto partial = event.value.get<std::string>();
        if (std::ranges::find(state_.partials, partial) == state_.partials.end()) state_.partials.push_back(partial);
      }
      if (event.kind == "summary" && event.value.is_object() && event.value.contains("name"))
        state_.summary[event.value["name"].get<std::string>()] = event.value.value("value", Json());
      if (event.kind == "error" && event.value.is_string()) error_ = event.value.get<std::string>();
      if (event.kind == "log" && event.value.is_string()) {
        log_.push_back(event.value.get<std::string>());
        if (log_.size() > 5) log_.erase(log_.begin());
      }
      if (options_.event) options_.event(event);
    }
  }

  void writeState() {
    lastState_ = Clock::now();
    try {
      writeStateFile(path_, state_);
    } catch (const std::exception& problem) { // a full disk must not end the run; the next second tries again
      std::fprintf(stderr, "discern-run: %s\n", problem.what());
    }
  }

  [[nodiscard]] std::string lastWords() const {
    std::vector<std::string> lines = log_;
    for (std::string& line : lastLines(path_ + "/stderr.log", 5))
      if (!line.empty() && line.find(error_.empty() ? "\n" : error_) == std::string::npos)
        lines.push_back(std::move(line));
    std::string text;
    for (const std::string& line : lines)
      text += "\n  " + line;
    return text.empty() ? text : "\nLast lines:" + text;
  }

  ExitFile report(const Ending& ending) const {
    ExitFile exit;
    exit.maxMemoryBytes = static_cast<std::int64_t>(ending.usage.ru_maxrss) * 1024;
    exit.signal = WIFSIGNALED(ending.status) ? WTERMSIG(ending.status) : 0;
    exit.code = WIFEXITED(ending.status) ? WEXITSTATUS(ending.status) : 1;
    std::error_code ignored;
    if (exit.code == 0 && fs::exists(path_ + "/result.h5", ignored)) {
      exit.state = RunState::Succeeded;
    } else if (exit.code == 4 || cancelling_) {
      exit.state = RunState::Cancelled;
      exit.code = 4;
      char grace[32];
      std::snprintf(grace, sizeof grace, "%g s", options_.graceSeconds);
      exit.message = killed_ ? "Cancelled. The analysis didn't stop within " + std::string(grace) + " and was killed."
                             : "Cancelled.";
    } else if (exit.signal == SIGKILL) {
      exit.message =
          "The analysis was killed by " + signalText(SIGKILL) + ": by hand, or because memory ran out." + lastWords();
    } else if (exit.signal != 0) {
      exit.message = "The analysis crashed with " + signalText(exit.signal) + "." + lastWords();
    } else if (exit.code == 0) {
      exit.code = 1;
      exit.message = "The analysis ended without writing a result." + lastWords();
    } else {
      exit.message =
          (error_.empty() ? "The analysis ended with code " + std::to_string(exit.code) + "." : error_) + lastWords();
    }
    return exit;
  }

  std::string path_;
  const Supervision& options_;
  EventReader reader_;
  StateFile state_;
  std::string error_;
  std::vector<std::string> log_;
  Clock::time_point begin_ = Clock::now(), lastState_{}, cancelledAt_{};
  bool cancelling_ = false, killed_ = false;
};

} // namespace

ExitFile supervise(const std::string& path, const Supervision& options) {
  const Json job = readJson(path + "/job.json");
  if (!job.is_object()) throw data::UsageError(path + " is not a run directory: it has no readable job.json");
  std::error_code ignored;
  if (fs::exists(path + "/state.json", ignored) || fs::exists(path + "/exit.json", ignored))
    throw data::UsageError(path + " was run before; a run directory is used once");
  return Supervisor(path, options).run(job);
}

void superviseDetached(const std::string& program, const std::string& path) {
  SpawnPlan plan;
  posix_spawn_file_actions_addopen(&plan.actions, 1, "/dev/null", O_WRONLY, 0);
  plan.output(2, path + "/stderr.log");
  const pid_t pid = plan.start(program, {"supervise", path, "--detach"}, POSIX_SPAWN_SETSID);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::string words;
    for (const std::string& line : lastLines(path + "/stderr.log", 5))
      words += (words.empty() ? ": " : " ") + line;
    throw std::runtime_error(program + " supervise ended at once" + words);
  }
}

void reportFailedStart(const std::string& path, const std::string& message) {
  ExitFile exit;
  exit.message = message;
  RunWriter(path).exit(exit);
}

} // namespace discern::jobs
