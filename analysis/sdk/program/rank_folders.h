#pragma once
#include "sdk/analysis.h"

#include <string>

namespace discern::sdk {

/// The folders of a program that runs as several ranks. Rank 0 works in the run directory, rank R in ranks/R below it,
/// where it finds the same inputs and parameters; only what rank 0 writes becomes the result.
struct RankFolders {
  /// `folder`: this rank's own.
  RankFolders(const std::string& folder, const Context& ctx);

  std::string own, run;

  /// On ranks other than 0: waits until rank 0 has written the inputs, and makes them visible in this rank's folder.
  void share(const Context& ctx) const;
  /// Leaves word of how this rank's program has ended: code 0, or why it failed.
  void ended(const std::string& message, int code) const;
  /// On rank 0: waits for the other ranks. Throws ProgramFailed when one failed, and Cancelled.
  void awaitOthers(const Context& ctx) const;

private:
  int ranks_ = 1;
};

} // namespace discern::sdk
