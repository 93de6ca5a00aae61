#pragma once
#include "jobs/run_directory.h"

#include <functional>
#include <string>
#include <vector>

namespace discern::jobs {

/// Every run of a folder at a glance, newest first: what job.json and exit.json say, without logs. Only for
/// runs that have not ended are processes looked at. Some 0.1 ms a run.
[[nodiscard]] std::vector<Snapshot> runHistory(const std::string& folder = runsFolder());

/// Whether every word of `words` occurs, without regard to capitals, in the run's title, plugin, state, host, name,
/// message, or in the name or field of an input.
[[nodiscard]] bool matches(const Snapshot& run, const std::string& words);

/// Which of the runs a clean-up is about. A run that goes on is never among them.
struct CleanUp {
  std::string search{};      ///< as in matches; empty: any
  bool unsuccessful = false; ///< failed and cancelled ones alone
  double olderThan = 0;      ///< seconds since it ended
};
[[nodiscard]] bool wanted(const Snapshot& run, const CleanUp& cleanUp);

/// Bytes on the disk that a run takes, or any folder. 0 for one that isn't there.
[[nodiscard]] std::int64_t diskUse(const std::string& path);

/// The trash of a folder of runs: runs/.trash, beside them, so that moving there and back is a rename.
class RunTrash {
public:
  explicit RunTrash(std::string folder = runsFolder());
  /// Throws data::UsageError for a run that goes on (or may go on elsewhere), and for what is no run of this folder.
  void moveIn(const std::string& run) const;
  /// Puts a run back. Throws data::UsageError when it isn't in the trash, or its place is taken.
  void moveOut(const std::string& run) const;
  /// The runs in the trash, by the paths they had; the one that was put there last comes first.
  [[nodiscard]] std::vector<std::string> content() const;
  [[nodiscard]] std::int64_t bytes() const;
  /// Deletes for good what has been there for so many seconds or longer. Returns the bytes that became free.
  std::int64_t empty(double forSeconds = 0) const;

private:
  [[nodiscard]] std::string placeOf(const std::string& run) const;
  std::string folder_;
};

} // namespace discern::jobs
