#pragma once
#include "jobs/run_files.h"

#include <atomic>
#include <functional>
#include <string>

namespace discern::jobs {

struct Supervision {
  std::string program;     ///< path of discern-run
  double graceSeconds = 5; ///< between asking a worker to end (SIGTERM) and ending it (SIGKILL)
  /// Becomes true to cancel; a signal handler may set it. The file `cancel` does the same.
  const std::atomic<bool>* cancel = nullptr;
  /// Becomes true to ask for a partial result soon (Context::windUp); a signal handler may set it. The file `wind-up`
  /// does the same.
  const std::atomic<bool>* windUp = nullptr;
  bool queue = true; ///< waits for its turn among the runs of this machine (queue.h)
  /// Called with every new event, from the thread that supervises.
  std::function<void(const Event&)> event{};
};

/// Starts the worker of the run at `path`, waits for it, passes a cancellation on, and writes exit.json. Throws
/// data::UsageError for a folder that is no run, or one that was run before.
ExitFile supervise(const std::string& path, const Supervision& options);

/// Starts `program supervise` for the run in a session of its own, so that it outlives this process. Returns when the
/// supervisor is on its way (some milliseconds). Throws std::runtime_error.
void superviseDetached(const std::string& program, const std::string& path);

/// Writes exit.json for a run that could not even be started.
void reportFailedStart(const std::string& path, const std::string& message);

/// The same run as a shell command, quoted for sh: "discern-run run ID --input … --set …".
[[nodiscard]] std::string asCommand(const nlohmann::json& job);
[[nodiscard]] std::string shellQuoted(const std::string& word);

} // namespace discern::jobs
