#pragma once
/// A run on another machine, followed from here: its run directory here mirrors the one over there.
#include "jobs/run_files.h"
#include "remote/connection/ssh.h"
#include "remote/run/place.h"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace discern::remote {

struct Following {
  const std::atomic<bool>* cancel = nullptr;     ///< becomes true to cancel the run; the file `cancel` does the same
  std::function<void(const jobs::Event&)> event; ///< with every new event
  std::function<void(const std::string& note)> note; ///< how things stand, when it changes
  Prompts prompts = Prompts::None;
  /// Other files that belong to an input: the .raw of a .mhd.
  std::function<std::vector<std::string>(const std::string& path)> companions;
};

enum class FollowEnd {
  Ended,    ///< exit.json is written
  Detached, ///< somebody asked (the file `detach`): it goes on over there
  Followed, ///< another process follows it
};

/// Brings the run to its host when it isn't there yet, follows it to its end, brings its result here and writes
/// exit.json. A lost connection is waited for, with back-off of up to 30 s (the file `retry` hurries it). May be killed
/// and called again at any time: nothing is submitted twice. Throws data::UsageError for a folder that is no run.
FollowEnd followRemote(const std::string& runPath, const Following& following);

} // namespace discern::remote
