#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace discern::jobs {

enum class RunState { Queued, Starting, Running, Succeeded, Failed, Cancelled, Unreachable };
[[nodiscard]] std::string_view nameOf(RunState state); ///< "queued", "starting", …
[[nodiscard]] bool isFinal(RunState state);

/// One line of events.jsonl.
struct Event {
  std::int64_t sequence = 0;
  double time = 0;      ///< seconds since 1970
  std::string kind;     ///< "state", "phase", "progress", "log", "partial", "summary", "error"
  nlohmann::json value; ///< state and phase: a name; progress: 0…1; log and error: a line; partial: a path in the run
                        ///< directory; summary: {"name", "value"}
};

/// What a run directory says at one moment.
struct Snapshot {
  std::string path, uuid, plugin, title;
  nlohmann::json job; ///< job.json
  RunState state = RunState::Queued;
  std::string phase;
  double progress = 0;
  double started = 0, ended = 0; ///< seconds since 1970; 0: not yet
  std::int64_t workerPid = 0;
  int exitCode = -1;                 ///< of exit.json; -1: none yet
  int signal = 0;                    ///< that ended the worker; 0: none
  std::string message;               ///< why it failed, for a person
  std::vector<std::string> log;      ///< last lines
  std::string result;                ///< path of result.h5 when whole; ssh://HOST/path when it stayed there
  std::vector<std::string> partials; ///< paths of the whole files in partial/, in the order they were published
  double partialTime = 0;            ///< when one was published last, seconds since 1970; 0: none lately
  nlohmann::json summary = nlohmann::json::object(); ///< numbers about the result: {"instances": 49, …}
  double wallSeconds = 0;                            ///< of exit.json
  std::int64_t maxMemoryBytes = 0;                   ///< largest resident size of the worker, of exit.json
  bool cancelRequested = false;
  std::string host;             ///< of a run on another machine, the name of its profile; empty: here
  std::string note;             ///< how things stand, for a person: "second in the queue of debug", …
  nlohmann::json scheduler;     ///< what the scheduler there says; null: none, or nothing yet
  bool unwatched = false;       ///< it goes on over there, but nobody here follows it: superviseDetached does
  bool windUpRequested = false; ///< a partial result was asked for
  bool woundUp = false;         ///< the result is partial: it was ended early, as asked
  bool detached = false;        ///< unwatched because somebody asked to leave it to itself
  [[nodiscard]] bool operator==(const Snapshot&) const = default;
};

/// The run directory is the protocol: analysis/jobs/README.md says what each file holds. One writer (the supervisor
/// and its worker), any number of readers; every file is either append-only or replaced by a rename.
class RunDirectory {
public:
  explicit RunDirectory(std::string path) : path_(std::move(path)) {}
  /// Makes the folder and writes job.json (given a fresh uuid and the time when it has none; paths made absolute).
  /// Throws data::UsageError when the folder holds a run already, or anything else, or can't be made.
  [[nodiscard]] static RunDirectory create(const std::string& path, nlohmann::json job);
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Reads the whole picture; finds out whether the worker is still alive. Never throws for a half-written folder.
  [[nodiscard]] Snapshot snapshot(int logLines = 200) const;
  /// As snapshot(0), but of a run that has ended only what job.json and exit.json say: for lists of many.
  [[nodiscard]] Snapshot glance() const;
  [[nodiscard]] std::vector<Event> events(std::int64_t afterSequence = 0) const;
  /// Asks for cancellation (the supervisor sees the file `cancel`). Returns at once.
  void requestCancel() const;
  /// Asks for a partial result soon (Context::windUp sees the file `wind-up`). Returns at once.
  void requestWindUp() const;
  /// When the supervisor is gone (killed) but the worker lives, sends the worker's group `signal`, and says true.
  bool signalOrphan(int signal) const;

private:
  std::string path_;
};

[[nodiscard]] std::string freshUuid();

/// The person's settings: $XDG_CONFIG_HOME/discern.
[[nodiscard]] std::string configFolder();

/// The host profile that a job is meant for ("on" of job.json); empty: this machine, alone or with ranks ("mpi:4").
[[nodiscard]] std::string hostOf(const nlohmann::json& job);

/// Where the desktop and the runner keep runs: $XDG_STATE_HOME/discern/runs. newRunPath gives a fresh one below it.
[[nodiscard]] std::string runsFolder();
/// The run directories of a folder, newest first; a glance at each, no more (no processes looked at, no file read).
[[nodiscard]] std::vector<std::string> runsIn(const std::string& folder);
[[nodiscard]] std::string newRunPath(const std::string& pluginId);
/// Makes a run that lies outside of runsFolder findable there, by a link. What can't be linked isn't listed.
void listElsewhere(const std::string& runPath);

} // namespace discern::jobs
