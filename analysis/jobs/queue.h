#pragma once
#include <functional>
#include <string>

namespace discern::jobs {

/// How many runs may be at work on this machine at once: $DISCERN_MAX_JOBS, else "maxJobs" of
/// $XDG_CONFIG_HOME/discern/jobs.json, else 2, or a quarter of the cores where that is more. 0: any number.
[[nodiscard]] int maxJobs();
/// Writes the setting. $DISCERN_MAX_JOBS goes before it. Throws std::runtime_error.
void setMaxJobs(int count);
/// Whether $DISCERN_MAX_JOBS is set.
[[nodiscard]] bool maxJobsIsGiven();

/// A place in the queue of this machine and user, over all windows and runners. There is no daemon: tickets are files
/// in the runs folder (.queue/HOST), each locked by whoever holds it. A lock dies with the processes that hold it, so
/// that one that was killed is in nobody's way.
class QueueTicket {
public:
  QueueTicket() = default; ///< of a run that needs none
  /// Draws a ticket for a run made at `created` (seconds since 1970): earlier ones go first. Throws
  /// std::runtime_error when the queue's folder can't be written.
  QueueTicket(double created, const std::string& uuid);
  ~QueueTicket();
  QueueTicket(const QueueTicket&) = delete;
  QueueTicket& operator=(const QueueTicket&) = delete;

  /// How the queue stands.
  struct Place {
    bool ours = false; ///< the run may go on
    int before = 0;    ///< that wait and go first
    int running = 0;
    int limit = 0;
  };
  /// Looks whether it is this run's turn; takes the place when it is.
  Place look();
  /// The lock, to be inherited by the worker: the place is taken for as long as any of the two lives. -1: none.
  [[nodiscard]] int descriptor() const { return descriptor_; }

private:
  std::string folder_, file_; ///< the name of the ticket; ends with ".running" once it has its place
  int descriptor_ = -1;
};

/// Whether a run started in these surroundings waits for its turn: not in a scheduler's job, which has had it.
[[nodiscard]] bool queueIsUsed();

/// "2 before it", "next in line".
[[nodiscard]] std::string queueText(const QueueTicket::Place& place);

} // namespace discern::jobs
