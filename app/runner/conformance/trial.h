#pragma once
#include "jobs/run_directory.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace discern::runner {

/// Runs of a plugin in surroundings of their own: a home and a folder for temporary files that are empty, and a limit
/// on memory.
class Trials {
public:
  struct Limits {
    double seconds = 60;
    std::int64_t memory = std::int64_t{4} << 30; ///< bytes
  };
  /// `folder`: an empty one, for all that is made here. `plugin`: the plugin's folder.
  Trials(std::string folder, std::string plugin, Limits limits);

  struct Run {
    jobs::Snapshot end;
    bool ended = false;      ///< within the time limit; else it was killed
    double cancelTook = -1;  ///< seconds from the wish to the end; −1: nobody wished
    std::string firstOutput; ///< why it could not be started, as the program said
  };
  struct Wish {
    double cancelAfter = -1; ///< once there is a phase or progress, or so many seconds after the start; −1: never
  };
  [[nodiscard]] Run run(const nlohmann::json& job, const Wish& wish) const;
  [[nodiscard]] Run run(const nlohmann::json& job) const { return run(job, Wish{}); }

  /// Files that were made or changed outside of run directories since these trials were made: any in the home, the
  /// temporary folder, and the plugin's own; elsewhere those that a process of a run was seen to hold open for writing,
  /// and those at the top of /tmp, /var/tmp, /dev/shm, the working directory and the person's real home that changed
  /// during two runs or more and that nobody else holds open. What is open for less than 20 ms under a name
  /// of its own each time goes unseen.
  [[nodiscard]] std::vector<std::string> strayFiles() const;
  [[nodiscard]] const Limits& limits() const { return limits_; }

private:
  using Listing = std::map<std::string, std::string>; ///< path → size and time
  [[nodiscard]] Listing own() const;
  [[nodiscard]] static Listing shared();
  void lookAtOpenFiles(int session) const;
  std::string folder_, plugin_;
  Limits limits_;
  Listing before_;
  mutable int number_ = 0;
  mutable std::map<std::string, int> changes_; ///< in shared folders: during how many runs
  std::set<std::string> ours_;                 ///< files that this process holds open: its children begin with them
  mutable std::set<std::string> open_;
};

} // namespace discern::runner
