#include "jobs/supervisor.h"

#include "data/error.h"
#include "jobs/process/process_tree.h"
#include "jobs/process/spawn.h"
#include "jobs/queue.h"
#include "jobs/report/exit_report.h"
#include "jobs/report/rank_report.h"
#include "jobs/worker_command.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace discern::jobs {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

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

/// While it lives, processes whose parent has ended become children of this one, so that none gets lost.
class Foster {
public:
  Foster() : before_(descendantsOf(getpid())) {
    prctl(PR_GET_CHILD_SUBREAPER, &was_);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
  }
  ~Foster() {
    for (int round = 0; round < 3; ++round) // one that was just forking has a child by the second
      for (const pid_t pid : mine())
        kill(pid, SIGKILL);
    for (const pid_t pid : mine())
      waitpid(pid, nullptr, WNOHANG);
    prctl(PR_SET_CHILD_SUBREAPER, was_);
  }
  Foster(const Foster&) = delete;
  Foster& operator=(const Foster&) = delete;

  /// The processes that have come since.
  [[nodiscard]] std::vector<pid_t> mine() const {
    std::vector<pid_t> all = descendantsOf(getpid());
    std::erase_if(all, [this](pid_t pid) { return std::ranges::find(before_, pid) != before_.end(); });
    return all;
  }

private:
  std::vector<pid_t> before_;
  int was_ = 0;
};

constexpr double memoryInterval = 0.2; // seconds between two looks at the memory

/// The worker's life, from its start to exit.json.
class Supervisor {
public:
  Supervisor(std::string path, const Supervision& options)
      : path_(std::move(path)), options_(options), reader_(path_ + "/events.jsonl") {}

  ExitFile run(const Json& job) {
    state_.supervisor = ProcessIdentity::self();
    if (!awaitTurn(job)) return end(cancelledInQueue());
    begin_ = Clock::now();
    state_.started = now();
    state_.state = RunState::Starting;
    RunWriter(path_).event("state", nameOf(RunState::Starting));
    writeState();
    ExitFile exit;
    try {
      const Foster foster;
      end_.memoryLimit = memoryLimitOf(job);
      end_.oomKillsBefore = outOfMemoryKills();
      follow(startWorker(job), foster);
      exit = exitOf(end_);
    } catch (const std::exception& error) {
      exit.message = error.what();
    }
    removeCopies();
    exit.wallSeconds = secondsSince(begin_);
    exit.started = state_.started;
    exit.summary = state_.summary;
    return end(exit);
  }

private:
  ExitFile end(const ExitFile& exit) {
    state_.state = exit.state;
    RunWriter writer(path_); // anew: the worker has written in the meantime
    writer.event("state", nameOf(exit.state));
    pass();
    writeState();
    writeExit(writer, exit);
    return exit;
  }

  /// A full disk may get room again; how the run ended must not be lost meanwhile.
  static void writeExit(RunWriter& writer, const ExitFile& exit) {
    constexpr double patience = 600;
    const auto start = Clock::now();
    for (;;) {
      try {
        writer.exit(exit);
        return;
      } catch (const std::exception&) {
        if (secondsSince(start) > patience) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
      }
    }
  }

  /// False: it was cancelled while it waited.
  bool awaitTurn(const Json& job) {
    if (!options_.queue || !queueIsUsed() || maxJobs() == 0) return true;
    try {
      const double created =
          job.contains("created") && job["created"].is_number() ? job["created"].get<double>() : now();
      ticket_.emplace(created, job.value("uuid", std::to_string(getpid())));
      for (QueueTicket::Place place = ticket_->look(); !place.ours; place = ticket_->look()) {
        if (!sleepInQueue(place)) return false;
      }
    } catch (const std::runtime_error& problem) { // no queue is better than no run
      std::fprintf(stderr, "discern-run: %s\n", problem.what());
    }
    state_.note.clear();
    return true;
  }

  /// The further back in the queue, the less often it looks. False: it was cancelled.
  bool sleepInQueue(const QueueTicket::Place& place) {
    const std::string note = queueText(place);
    if (note != state_.note) {
      if (state_.note.empty()) RunWriter(path_).event("state", nameOf(RunState::Queued));
      state_.note = note;
      RunWriter(path_).event("queue", note);
      pass();
      writeState();
    }
    const double seconds = std::min(2.0, 0.1 + 0.05 * place.before);
    for (const auto start = Clock::now(); secondsSince(start) < seconds;) {
      if (cancelWanted()) return false;
      if (secondsSince(lastState_) >= 1) writeState();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return true;
  }

  static ExitFile cancelledInQueue() {
    ExitFile exit;
    exit.state = RunState::Cancelled;
    exit.code = 4;
    exit.message = "Cancelled before it began.";
    return exit;
  }

  [[nodiscard]] bool cancelWanted() const {
    std::error_code ignored;
    return (options_.cancel && *options_.cancel) || fs::exists(path_ + "/cancel", ignored);
  }

  pid_t startWorker(const Json& job) {
    const Launch launch = workerLaunch(options_.program, path_, job);
    end_.run = path_;
    end_.ranks = launch.ranks;
    end_.graceSeconds = options_.graceSeconds;
    SpawnPlan plan;
    // A launcher's own words are not the analysis's: each rank writes its own.
    plan.output(1, path_ + (launch.ranks ? "/launcher.log" : "/stdout.log"));
    plan.output(2, path_ + (launch.ranks ? "/launcher.log" : "/stderr.log"));
    plan.folder(path_);
    if (ticket_ && ticket_->descriptor() >= 0) plan.keep(ticket_->descriptor()); // its place is taken while it lives
    plan.ownGroup(); // the terminal's Ctrl+C comes to us alone
    const pid_t pid = plan.start(launch.words, launch.environment, launch.without);
    state_.worker = ProcessIdentity::of(pid);
    state_.state = RunState::Running;
    writeState();
    return pid;
  }

  void follow(pid_t pid, const Foster& foster) {
    const ChildWatch watch(pid);
    for (;;) {
      const pid_t ended = wait4(pid, &end_.status, WNOHANG, &end_.usage);
      pass();
      if (ended == pid) break;
      if (ended < 0 && errno != EINTR)
        throw std::runtime_error(std::string("the worker can't be waited for: ") + std::strerror(errno));
      passWindUp();
      passCancellation(pid, foster);
      watchMemory(pid, foster);
      if (secondsSince(lastState_) >= 1) writeState();
      watch.wait();
    }
    kill(-pid, SIGKILL); // what a plugin started and left behind
  }

  /// The worker and the programs of plugins look for the file themselves, which also reaches ranks on other hosts.
  void passWindUp() {
    if (windingUp_ || !options_.windUp || !*options_.windUp) return;
    windingUp_ = true;
    RunDirectory(path_).requestWindUp();
  }

  void passCancellation(pid_t pid, const Foster& foster) {
    if (!end_.cancelled && cancelWanted()) {
      end_.cancelled = true;
      cancelledAt_ = Clock::now();
      RunDirectory(path_).requestCancel(); // so that readers see it, whichever way it came
    }
    if (!end_.cancelled || end_.killed) return;
    // Ranks see the file and end by themselves; their launcher would kill them at once.
    const double patience = end_.ranks ? 0.6 * options_.graceSeconds : 0;
    if (!asked_ && secondsSince(cancelledAt_) >= patience) {
      asked_ = true;
      kill(-pid, SIGTERM);
    } else if (secondsSince(cancelledAt_) > options_.graceSeconds) {
      end_.killed = true;
      killAll(pid, foster);
    }
  }

  static void killAll(pid_t pid, const Foster& foster) {
    const std::vector<pid_t> all = foster.mine(); // ranks have groups of their own
    kill(-pid, SIGKILL);
    for (const pid_t each : all)
      kill(each, SIGKILL);
  }

  /// The sum over all processes, which no limit of the kernel's knows.
  void watchMemory(pid_t pid, const Foster& foster) {
    if ((end_.memoryLimit <= 0 && !end_.ranks) || secondsSince(memoryAt_) < memoryInterval) return;
    memoryAt_ = Clock::now();
    end_.peakMemory = std::max(end_.peakMemory, memoryOf(foster.mine()));
    if (end_.memoryLimit <= 0 || end_.peakMemory <= end_.memoryLimit || end_.overLimit) return;
    end_.overLimit = true;
    killAll(pid, foster);
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
      end_.hear(event);
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

  std::string path_;
  const Supervision& options_;
  EventReader reader_;
  StateFile state_;
  WorkerEnd end_;
  std::optional<QueueTicket> ticket_;
  Clock::time_point begin_ = Clock::now(), lastState_{}, cancelledAt_{}, memoryAt_{};
  bool asked_ = false, windingUp_ = false;
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
  plan.output(1, "/dev/null");
  plan.output(2, path + "/stderr.log");
  plan.ownSession();
  const pid_t pid = plan.start({program, "supervise", path, "--detach"});
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
