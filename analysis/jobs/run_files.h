#pragma once
/// The files of a run directory, one by one: reading that forgives, writing that is never half done.
#include "jobs/process/process_identity.h"
#include "jobs/run_directory.h"

#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace discern::jobs {

[[nodiscard]] double now(); ///< seconds since 1970
[[nodiscard]] std::optional<RunState> runStateFromName(std::string_view name);

/// A JSON file, or null when it is missing or half-written.
[[nodiscard]] nlohmann::json readJson(const std::string& path);
/// The text of a key; empty when `json` is no object, or has no text there.
[[nodiscard]] std::string textAt(const nlohmann::json& json, const char* key);
/// Writes under another name, then renames. Throws std::runtime_error.
void writeJson(const std::string& path, const nlohmann::json& json);

/// Reads a growing events.jsonl piece by piece; a line that is not whole yet waits for the next call, one that is
/// broken is left out.
class EventReader {
public:
  explicit EventReader(std::string file) : file_(std::move(file)) {}
  [[nodiscard]] std::vector<Event> next();

private:
  std::string file_, rest_;
  Event last_; ///< its number and time
  std::int64_t offset_ = 0;
};

/// The events in the last `bytes` of the file.
[[nodiscard]] std::vector<Event> lastEvents(const std::string& file, std::int64_t bytes);
/// The last `count` lines of a text file, at most 64 KB of it.
[[nodiscard]] std::vector<std::string> lastLines(const std::string& file, int count);

/// state.json
struct StateFile {
  RunState state = RunState::Queued;
  std::string phase;
  double progress = 0;
  ProcessIdentity supervisor, worker;
  double started = 0;
  std::vector<std::string> partials; ///< paths in the run directory
  nlohmann::json summary = nlohmann::json::object();
  std::string note;         ///< how things stand, for a person
  nlohmann::json scheduler; ///< of a run on a cluster: what the scheduler said last
};

void writeStateFile(const std::string& path,
                    const StateFile& state); ///< `path`: of the run directory. Throws std::runtime_error.

/// exit.json
struct ExitFile {
  RunState state = RunState::Failed;
  int code = 1;
  int signal = 0;
  std::string message;
  double started = 0; ///< seconds since 1970; 0: it never was
  double wallSeconds = 0;
  std::int64_t maxMemoryBytes = 0;
  bool woundUp = false;     ///< the result is partial: the run was asked to end early
  bool outOfMemory = false; ///< why it failed
  nlohmann::json summary = nlohmann::json::object();
  std::string result; ///< ssh://HOST/path of a result that stayed there; empty: result.h5 of the run directory
};

/// The writing side of a run directory. Supervisor and worker take turns with events.jsonl: the supervisor writes
/// before the worker starts and after it has ended. Any thread may call. A full disk loses events, never the run.
class RunWriter {
public:
  /// Continues the numbering of an events.jsonl that is there, and closes a half-written last line.
  explicit RunWriter(std::string path);
  ~RunWriter();
  RunWriter(const RunWriter&) = delete;
  RunWriter& operator=(const RunWriter&) = delete;
  void event(const std::string& kind, const nlohmann::json& value);
  void exit(const ExitFile& exit);
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string path_;
  std::mutex mutex_;
  std::int64_t sequence_ = 0;
  int file_ = -1;
};

} // namespace discern::jobs
