#include "follow.h"

#include "command.h"
#include "interruption.h"
#include "io/whole_of.h"
#include "jobs/run_directory.h"
#include "remote/remote_run.h"
#include "run_text.h"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <unistd.h>

namespace discern::runner {
namespace {

namespace fs = std::filesystem;

/// The files beside `path` that are parts of it: the .raw of a .mhd.
std::vector<std::string> companionsOf(const std::string& path) {
  constexpr int most = 10'000; // a folder of more is no folder of a header and its data
  std::vector<std::string> found;
  std::error_code problem;
  if (!fs::is_regular_file(path, problem)) return found;
  int seen = 0;
  for (fs::directory_iterator at(fs::path(path).parent_path(), problem), end; !problem && at != end && ++seen < most;
       at.increment(problem)) {
    const std::string other = at->path().string();
    if (other == path || !at->is_regular_file(problem)) continue;
    const std::string whole = io::wholeOf(other);
    if (!whole.empty() && fs::equivalent(whole, path, problem)) found.push_back(other);
  }
  return found;
}

void print(const jobs::Event& event) {
  if (!event.value.is_string()) return;
  const std::string text = event.value.get<std::string>();
  if (event.kind == "log") std::fprintf(stderr, "%s\n", text.c_str());
  if (event.kind == "phase") std::fprintf(stderr, "-- %s\n", text.c_str());
}

} // namespace

int followRun(const std::string& path, FollowMode mode) {
  std::signal(SIGPIPE, SIG_IGN); // a lost connection is told by its error
  remote::Following following;
  following.companions = companionsOf;
  const bool terminal = isatty(STDERR_FILENO) == 1;
  if (mode == FollowMode::Foreground) {
    following.cancel = &interruption();
    if (isatty(STDIN_FILENO) == 1) following.prompts = remote::Prompts::Terminal;
    following.event = print;
    following.note = [terminal](const std::string& note) {
      if (terminal) std::fprintf(stderr, "\033[2m%s\033[0m\n", note.c_str());
    };
  }
  remote::followRemote(path, following);
  return exitCode(jobs::RunDirectory(path).snapshot(0));
}

} // namespace discern::runner
