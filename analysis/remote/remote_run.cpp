#include "remote/remote_run.h"

#include "data/error.h"
#include "jobs/supervisor.h"
#include "remote/connection/link.h"
#include "remote/run/delivery.h"
#include "remote/run/ending.h"
#include "remote/run/words.h"
#include "remote/transfer/transfer.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace discern::remote {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;
using jobs::textAt;
using Clock = std::chrono::steady_clock;
using jobs::RunState;

constexpr double firstRetry = 1, lastRetry = 30;
/// A partial result of more than this is not brought here while the run goes on.
constexpr std::int64_t largestPartial = 512 << 20;
constexpr std::int64_t logBytes = 1 << 20;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Events without those of partial results: they are told here when the file is here.
std::string withoutPartials(std::string_view events) {
  std::string kept;
  while (!events.empty()) {
    const std::string_view line = events.substr(0, events.find('\n') + 1); // npos + 1: nothing, it ends in a line's end
    if (line.empty()) break;
    events.remove_prefix(line.size());
    if (line.find("\"partial\"") != std::string_view::npos &&
        textAt(Json::parse(line, nullptr, false), "kind") == "partial")
      continue;
    kept += line;
  }
  return kept.append(events);
}

/// How many bytes of `events`, whole lines of them, the file ends with.
std::size_t alreadyAt(const std::string& path, const std::string& events) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto size = file ? static_cast<std::int64_t>(file.tellg()) : 0;
  std::string tail(static_cast<std::size_t>(std::min(size, static_cast<std::int64_t>(events.size()))), '\0');
  file.seekg(size - static_cast<std::int64_t>(tail.size()));
  file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  for (std::size_t end = events.rfind('\n'); end != std::string::npos && end > 0; end = events.rfind('\n', end - 1)) {
    const std::string_view head = std::string_view(events).substr(0, end + 1);
    if (std::string_view(tail).ends_with(head)) return head.size();
  }
  return 0;
}

/// Thrown when somebody asks to leave the run to itself.
struct DetachAsked {};
/// Thrown when the run is cancelled before it is over there.
struct CancelledHere {};

class Follower {
public:
  Follower(std::string path, const Following& options)
      : path_(std::move(path)), options_(options), job_(jobs::readJson(path_ + "/job.json")), place_(placeOf(path_)),
        reader_(path_ + "/events.jsonl") {
    state_.supervisor = jobs::ProcessIdentity::self();
    const Json before = jobs::readJson(path_ + "/state.json");
    state_.state = place_.submitted ? RunState::Running : RunState::Starting;
    if (before.is_object()) {
      state_.state = jobs::runStateFromName(textAt(before, "state")).value_or(state_.state);
      state_.phase = textAt(before, "phase");
      state_.progress = before.value("progress", 0.0);
      state_.started = before.value("started", 0.0);
      if (before.contains("scheduler")) state_.scheduler = before["scheduler"];
    }
    if (state_.started <= 0) state_.started = jobs::now();
  }

  FollowEnd run() {
    double wait = firstRetry;
    writeState(true);
    pass();
    try {
      for (;;) {
        try {
          const HostProfile profile = findProfile(jobs::hostOf(job_), true);
          converse(profile);
          return FollowEnd::Ended;
        } catch (const HostError& error) {
          link_.reset();
          if (!place_.submitted && !place_.path.empty() && error.code() == "no-scheduler") {
            // Slurm doesn't answer: the run is over there and waits to be submitted
          } else if (mustFail(error)) {
            return fail(error.what());
          }
          if (reached_) wait = firstRetry;
          reached_ = false;
          if (cancelling_) wait = std::min(wait, 5.0); // somebody waits for it to end
          lost(error, wait);
          rest(error.trouble() == Trouble::Unreachable || error.trouble() == Trouble::Refused ? wait : 3600);
          wait = std::min(lastRetry, 2 * wait);
        } catch (const data::UsageError& error) { // the profile
          if (!place_.submitted) return fail(error.what());
          lost(HostError(Trouble::Refused, error.what()), lastRetry);
          rest(lastRetry);
        }
      }
    } catch (const DetachAsked&) {
      std::error_code ignored;
      fs::remove(path_ + "/detach", ignored);
      std::ofstream(path_ + "/detached").put('\n'); // so that nobody takes it up again unasked
      say("log", "Left to itself on " + jobs::hostOf(job_) + "; attach to it to go on watching.");
      return FollowEnd::Detached;
    } catch (const CancelledHere&) {
      jobs::ExitFile exit;
      exit.state = RunState::Cancelled;
      exit.code = 4;
      exit.message = "Cancelled before it was started on " + jobs::hostOf(job_) + ".";
      return end(exit);
    } catch (const Stopped&) { // in a transfer
      jobs::ExitFile exit;
      exit.state = RunState::Cancelled;
      exit.code = 4;
      exit.message = "Cancelled before it was started on " + jobs::hostOf(job_) + ".";
      return end(exit);
    } catch (const std::exception& error) {
      if (place_.submitted) throw; // whatever it is, the run over there has not failed
      return fail(error.what());
    }
  }

private:
  // --- what is asked of us from outside

  [[nodiscard]] bool asked(const char* file) const {
    std::error_code ignored;
    return fs::exists(path_ + "/" + file, ignored);
  }
  [[nodiscard]] bool cancelled() {
    if (cancelling_) return true;
    if ((options_.cancel && *options_.cancel) || asked("cancel")) {
      cancelling_ = true;
      jobs::RunDirectory(path_).requestCancel();
    }
    return cancelling_;
  }
  void listen() {
    if (asked("detach") && place_.submitted) throw DetachAsked();
    if (std::error_code ignored; !fs::exists(path_, ignored) && !ignored) throw DetachAsked(); // its folder was removed
    if (cancelled() && place_.path.empty()) throw CancelledHere();
  }
  void rest(double seconds) {
    const auto start = Clock::now();
    bool wasCancelled = cancelled();
    while (secondsSince(start) < seconds) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      listen();
      if (cancelled() != wasCancelled) { // somebody wants something: try now
        wasCancelled = true;
        return;
      }
      if (asked("retry")) {
        std::error_code ignored;
        fs::remove(path_ + "/retry", ignored);
        return;
      }
      if (secondsSince(lastState_) > 5) writeState(true);
    }
  }

  // --- what is told

  void say(const std::string& kind, const Json& value) {
    try {
      jobs::RunWriter(path_).event(kind, value);
    } catch (const std::exception&) {
      // a full disk here loses lines, never the run
    }
    pass();
  }
  void pass() {
    for (const jobs::Event& event : reader_.next()) {
      if (event.kind == "phase" && event.value.is_string()) state_.phase = event.value.get<std::string>();
      if (event.kind == "progress" && event.value.is_number()) state_.progress = event.value.get<double>();
      if (event.kind == "summary" && event.value.is_object() && event.value.contains("name"))
        state_.summary[textAt(event.value, "name")] = event.value.value("value", Json());
      if (options_.event) options_.event(event);
    }
  }
  void note(const std::string& text) {
    if (text == state_.note) return;
    state_.note = text;
    if (options_.note) options_.note(text);
    writeState(true);
  }
  void writeState(bool now = false) {
    if (!now && secondsSince(lastState_) < 1) return;
    lastState_ = Clock::now();
    try {
      jobs::writeStateFile(path_, state_);
    } catch (const std::exception&) {
      // the next second tries again
    }
  }
  void lost(const HostError& error, double wait) {
    const std::string host = jobs::hostOf(job_);
    std::string text = error.what();
    const bool tellLog = text != lastTrouble_;
    lastTrouble_ = text;
    if (error.trouble() == Trouble::SignIn || error.trouble() == Trouble::HostKey) {
      text = "Sign in to " + host + " to go on. " + text;
    } else if (error.trouble() == Trouble::Unreachable || error.trouble() == Trouble::Refused) {
      text = text.substr(0, text.find('\n')) + " Next try in " + spanText(wait) + ".";
    }
    if (place_.submitted) text += " The run itself goes on.";
    if (cancelling_) text += " It will be cancelled as soon as " + host + " is reached.";
    state_.state = RunState::Unreachable;
    note(text);
    writeState(true);
    if (tellLog) say("log", error.what());
  }
  [[nodiscard]] bool mustFail(const HostError& error) const {
    if (error.code() == "no-file" && place_.submitted && looking_) return true; // its folder was removed over there
    if (place_.submitted) return false;
    switch (error.trouble()) {
    case Trouble::NoRunner:
    case Trouble::Version:
      return true;
    case Trouble::Refused:
      return error.code() != "no-scheduler";
    default:
      return false;
    }
  }

  // --- the run's life

  void converse(const HostProfile& profile) {
    listen();
    if (state_.state != RunState::Unreachable) note("Connecting to " + profile.name);
    const Ssh ssh(profile);
    ssh.connect(options_.prompts);
    link_ = std::make_unique<Link>(ssh);
    reached_ = true;
    lastTrouble_.clear();
    if (!place_.submitted) bring(profile);
    watch(profile);
  }

  TransferProgress progress(const std::string& what, bool mayStop) {
    return [this, what, mayStop, start = Clock::now(), first = std::int64_t(-1)](std::int64_t done,
                                                                                 std::int64_t total) mutable {
      if (first < 0) first = done;
      if (mayStop && cancelled()) return false;
      const double seconds = secondsSince(start);
      std::string text = what + ": " + sizeText(done) + " of " + sizeText(total);
      if (seconds > 0.5)
        text += ", " + sizeText(static_cast<std::int64_t>(static_cast<double>(done - first) / seconds)) + "/s";
      if (secondsSince(lastNote_) > 0.2 || done == total) {
        lastNote_ = Clock::now();
        note(text);
      }
      return true;
    };
  }

  void bring(const HostProfile& profile) {
    state_.state = RunState::Starting;
    writeState(true);
    const Delivered delivered = deliver(*link_, job_, profile, options_.companions, options_.cancel,
                                        {[this](const std::string& text) { note(text); },
                                         [this](const std::string& kind, const std::string& text) { say(kind, text); },
                                         [this](const std::string& what) { return progress(what, true); }});
    listen();
    note("Starting on " + profile.name);
    place_.host = profile.name;
    const std::string name = textAt(job_, "uuid");
    place_.path = delivered.runs + "/" + name; // before it is made: from now on there may be something to cancel
    writePlace(path_, place_);
    Json answer;
    try {
      answer = link_->ask("run.create", {{"folder", delivered.runs},
                                         {"name", name},
                                         {"job", delivered.job},
                                         {"pluginFolders", delivered.pluginFolders}});
    } catch (const HostError& error) {
      if (error.trouble() != Trouble::Refused) throw;
      if (error.code() != "no-plugin") throw;
      throw HostError(
          Trouble::Refused,
          profile.name + " does not have the analysis " + textAt(job_, "plugin") +
              ". Install it there, or send it along (--send-plugin; \"Send the analysis along\" in the window).",
          "no-plugin");
    }
    if (answer.contains("pluginVersion"))
      say("log", profile.name + " has version " + textAt(answer, "pluginVersion") + " of " + textAt(job_, "plugin") +
                     "; this machine has " + textAt(job_, "pluginVersion") + ".");
    place_.path = answer.at("path").get<std::string>();
    writePlace(path_, place_);
    if (cancelled()) link_->ask("run.cancel", {{"path", place_.path}});
    const Json submitted = link_->ask("run.submit", {{"path", place_.path},
                                                     {"scheduler", nameOf(profile.scheduler)},
                                                     {"resources", delivered.resources},
                                                     {"prologue", profile.prologue}});
    place_.submitted = true;
    writePlace(path_, place_);
    if (const std::string id = textAt(submitted, "id"); !id.empty())
      say("log", "Job " + id + " of Slurm on " + profile.name + ".");
    state_.state = RunState::Queued;
    note(profile.scheduler == Scheduler::Slurm ? "Submitted to Slurm" : "Started on " + profile.name);
  }

  /// Appends events that came; leaves out what an earlier follower appended just before it was killed.
  void mirror(const std::string& there) {
    const std::string events = withoutPartials(there);
    std::string_view fresh = events;
    if (!mirrored_) {
      mirrored_ = true;
      fresh.remove_prefix(alreadyAt(path_ + "/events.jsonl", events));
    }
    if (!fresh.empty()) {
      const int file = open((path_ + "/events.jsonl").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
      const bool written = file >= 0 && write(file, fresh.data(), fresh.size()) == static_cast<ssize_t>(fresh.size());
      if (file >= 0) close(file);
      if (!written) throw HostError(Trouble::Refused, path_ + "/events.jsonl can't be written: is the disk full here?");
    }
    place_.until += static_cast<std::int64_t>(there.size());
    writePlace(path_, place_);
    pass();
  }

  void watch(const HostProfile& profile) {
    const auto start = Clock::now();
    for (;;) {
      listen();
      if (cancelled() && !cancelSent_) {
        note("Cancelling on " + profile.name);
        link_->ask("run.cancel", {{"path", place_.path}});
        cancelSent_ = true;
      }
      if (!windUpSent_ && asked("wind-up")) {
        link_->ask("run.windUp", {{"path", place_.path}});
        windUpSent_ = true;
      }
      looking_ = true;
      Frame frame = link_->askFrame("run.look", {{"path", place_.path}, {"from", place_.until}});
      looking_ = false;
      const Json look = std::move(frame.head["result"]);
      if (!frame.payload.empty()) mirror(frame.payload);
      state_.state = jobs::runStateFromName(textAt(look, "state")).value_or(RunState::Running);
      if (jobs::isFinal(state_.state) || state_.state == RunState::Unreachable) state_.state = RunState::Running;
      if (look.contains("started") && look["started"].is_number() && look["started"].get<double>() > 0)
        state_.started = look["started"].get<double>();
      if (look.contains("scheduler")) state_.scheduler = look["scheduler"];
      if (look.value("final", false) && frame.payload.empty() && !waitsForReason(look)) {
        finish(profile, look);
        return;
      }
      bringPartial(look);
      std::string text = look.contains("scheduler") ? schedulerText(look["scheduler"]) : "On " + profile.name;
      if (cancelSent_) text = "Cancelling on " + profile.name;
      if (text.empty()) text = "Submitted on " + profile.name;
      note(text);
      writeState();
      if (frame.payload.empty()) pause(secondsSince(start) < 10 ? 0.1 : 0.4);
    }
  }
  /// A job that was ended by somebody else: Slurm knows a moment later whether by hand or at its wall time.
  [[nodiscard]] bool waitsForReason(const Json& look) {
    constexpr double patience = 15;
    if (cancelling_ || !look.contains("exit") || textAt(look["exit"], "state") != "cancelled") return false;
    const bool told = look.contains("scheduler") &&
                      (look["scheduler"].value("ended", true) || look["scheduler"].value("gone", false));
    if (told || !look.value("slurm", false)) return false;
    if (!finalSince_) finalSince_ = Clock::now();
    return secondsSince(*finalSince_) < patience;
  }

  /// Between two looks; somebody who asks for something is heard at once.
  void pause(double seconds) {
    const auto start = Clock::now();
    while (secondsSince(start) < seconds && !(cancelled() && !cancelSent_))
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

  /// The newest partial result, when it has changed.
  void bringPartial(const Json& look) {
    if (!look.contains("partials") || look["partials"].empty()) return;
    const Json newest =
        *std::max_element(look["partials"].begin(), look["partials"].end(), [](const Json& a, const Json& b) {
          return a.value("modified", 0.0) < b.value("modified", 0.0);
        });
    const std::string name = textAt(newest, "path");
    if (newest == partial_ || name.starts_with("/") || name.find("..") != std::string::npos) return;
    partial_ = newest;
    if (newest.value("size", std::int64_t(0)) > largestPartial) {
      say("log", "The partial result " + name + " stays on " + jobs::hostOf(job_) + ": it has " +
                     sizeText(newest["size"]) + ".");
      return;
    }
    try {
      fs::create_directories(fs::path(path_ + "/" + name).parent_path());
      download(*link_, place_.path + "/" + name, path_ + "/" + name, {});
      if (std::ranges::find(state_.partials, name) == state_.partials.end()) state_.partials.push_back(name);
      say("partial", name);
    } catch (const HostError& error) {
      if (error.trouble() != Trouble::Refused) throw; // replaced meanwhile: the next look brings the next
    } catch (const std::runtime_error& error) {
      say("log", std::string("The partial result can't be brought here: ") + error.what());
    }
  }

  void bringLog(const char* name) {
    try {
      const Json info = link_->ask("stat", {{"path", place_.path + "/" + name}});
      const auto size = info.value("size", std::int64_t(0));
      if (size <= 0) return;
      const Frame frame = link_->askFrame("read", {{"path", place_.path + "/" + name},
                                                   {"offset", std::max<std::int64_t>(0, size - logBytes)},
                                                   {"length", logBytes}});
      std::ofstream(path_ + "/" + name, std::ios::binary | std::ios::trunc) << frame.payload;
    } catch (const HostError& error) {
      if (error.trouble() != Trouble::Refused) throw;
    }
  }

  void finish(const HostProfile& profile, const Json& look) {
    bringLog("stdout.log");
    bringLog("stderr.log");
    jobs::ExitFile exit = exitOf(look, profile.name, state_.started, cancelling_);
    if (look.contains("result") && exit.state == RunState::Succeeded) {
      const std::string from = textAt(look["result"], "path");
      const auto size = look["result"].value("size", std::int64_t(0));
      if (size > profile.fetchUpTo) {
        exit.result = hostAddress(profile.name, from);
        say("log", "The result stays on " + profile.name + " (" + sizeText(size) +
                       ") and is read over the connection; discern-run fetch brings it here.");
      } else {
        say("phase", "Fetching the result");
        try {
          download(*link_, from, path_ + "/result.h5", progress("Fetching the result", false));
        } catch (const HostError&) {
          throw;
        } catch (const std::exception& error) { // no room here: the run has succeeded nevertheless
          exit.result = hostAddress(profile.name, from);
          exit.message = std::string("The result is whole, but can't be brought here: ") + error.what();
        }
      }
    }
    if (look.contains("result") && exit.state != RunState::Succeeded)
      exit.result = hostAddress(profile.name, textAt(look["result"], "path"));
    end(exit);
  }

  FollowEnd fail(const std::string& message) {
    jobs::ExitFile exit;
    exit.message = message;
    return end(exit);
  }
  FollowEnd end(const jobs::ExitFile& exit) {
    state_.state = exit.state;
    state_.note.clear();
    if (exit.state != RunState::Succeeded && place_.path.empty()) say("state", nameOf(exit.state));
    pass();
    writeState(true);
    jobs::RunWriter(path_).exit(exit);
    return FollowEnd::Ended;
  }

  std::string path_;
  const Following& options_;
  Json job_;
  RemotePlace place_;
  jobs::EventReader reader_;
  jobs::StateFile state_;
  std::unique_ptr<Link> link_;
  Json partial_;
  std::string lastTrouble_;
  Clock::time_point lastState_{}, lastNote_{};
  std::optional<Clock::time_point> finalSince_;
  bool cancelling_ = false, cancelSent_ = false, windUpSent_ = false, mirrored_ = false, looking_ = false,
       reached_ = false;
};

/// Held as long as somebody follows the run.
class FollowerLock {
public:
  explicit FollowerLock(const std::string& run)
      : descriptor_(open((run + "/.follower").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    held_ = descriptor_ >= 0 && flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
  }
  ~FollowerLock() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  FollowerLock(const FollowerLock&) = delete;
  FollowerLock& operator=(const FollowerLock&) = delete;
  [[nodiscard]] bool held() const { return held_; }

private:
  int descriptor_;
  bool held_ = false;
};

} // namespace

FollowEnd followRemote(const std::string& runPath, const Following& following) {
  const Json job = jobs::readJson(runPath + "/job.json");
  if (jobs::hostOf(job).empty()) throw data::UsageError(runPath + " is no run on another machine");
  const FollowerLock lock(runPath);
  if (!lock.held()) return FollowEnd::Followed;
  std::error_code ignored;
  if (fs::exists(runPath + "/exit.json", ignored)) return FollowEnd::Ended;
  fs::remove(runPath + "/detached", ignored);
  return Follower(runPath, following).run();
}

} // namespace discern::remote
