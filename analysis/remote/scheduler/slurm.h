#pragma once
/// Slurm's commands, at the far end.
#include "remote/host_profile.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace discern::remote {

/// What Slurm says of a job.
struct SlurmJob {
  std::string id, state, reason, nodes, partition; ///< state as in squeue: "PENDING", "RUNNING", "TIMEOUT", …
  int position = 0;                                ///< among those that wait in its partition; 1 is next, 0 unknown
  double elapsed = 0, remaining = -1;              ///< seconds; -1: no limit, or unknown
  bool gone = false;                               ///< Slurm answers, and knows no such job (any more)
  std::string error;                               ///< Slurm doesn't answer; the rest is what it said last
  double asked = 0;                                ///< when it was last answered, seconds since 1970

  /// Whether it will not run (any more).
  [[nodiscard]] bool ended() const;
};
void to_json(nlohmann::json& json, const SlurmJob& job); ///< with "kind": "slurm"

/// The name under which a run's job is found again: job numbers are given anew after a controller's crash.
[[nodiscard]] std::string slurmName(const std::string& uuid);

/// Seconds of "[days-]hh:mm:ss", "mm:ss"; -1 for "UNLIMITED", "INVALID" and the like.
[[nodiscard]] double slurmSeconds(const std::string& text);

/// The words of sbatch that `resources` stand for.
[[nodiscard]] std::vector<std::string> sbatchWords(const Resources& resources);

/// The script of a job: runs the prologue, then `runner supervise RUN`; SIGUSR1 (before the wall time) makes the file
/// wind-up in the run's folder.
[[nodiscard]] std::string batchScript(const std::string& runPath, const std::string& runner,
                                      const std::vector<std::string>& prologue);

/// Hands RUN/batch.sh to sbatch. Returns the job's number. Throws HostError ("no-scheduler", "refused").
[[nodiscard]] std::string slurmSubmit(const std::string& runPath, const std::string& uuid, const Resources& resources);
/// The job of that run, asked now; at most `seconds` long.
[[nodiscard]] SlurmJob slurmAsk(const std::string& uuid, double seconds);
void slurmCancel(const std::string& uuid);
/// Slurm's version and how many nodes it has. Throws HostError when it doesn't answer.
[[nodiscard]] std::string slurmGreeting();

/// Asks about jobs every few seconds, on a thread of its own: squeue may hang as long as the controller is down.
class SlurmWatch {
public:
  SlurmWatch();
  ~SlurmWatch();
  SlurmWatch(const SlurmWatch&) = delete;
  SlurmWatch& operator=(const SlurmWatch&) = delete;
  /// What was last heard; nothing yet when it was never asked before. From now on it is asked about.
  [[nodiscard]] std::optional<SlurmJob> look(const std::string& uuid);
  void forget(const std::string& uuid);
  void hurry(); ///< ask anew now

private:
  void work();
  struct Entry {
    SlurmJob job;
    double next = 0;
    bool known = false;
  };
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, Entry> jobs_;
  bool stop_ = false;
  std::thread thread_;
};

} // namespace discern::remote
