#include "command.h"
#include "follow.h"
#include "interruption.h"
#include "jobs/supervisor.h"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace discern::runner {
namespace {

/// The parent returns at once; the child goes on in a session of its own, so that no terminal and no starter takes it
/// along.
bool detach() {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("the supervisor can't be started: no more processes are allowed");
  if (child > 0) return true;
  setsid();
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int descriptor : {0, 1, 2})
    dup2(nothing, descriptor);
  return false;
}

} // namespace

int superviseCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {}, {"detach"});
  if (arguments.words().size() != 1) throw data::UsageError("one run directory is expected");
  const std::string path = std::filesystem::absolute(arguments.words()[0]).lexically_normal().string();
  if (!std::filesystem::exists(path + "/job.json"))
    throw data::UsageError(path + " is not a run directory: it has no job.json");
  if (arguments.has("detach") && detach()) return Done;
  const nlohmann::json job = jobs::readJson(path + "/job.json");
  if (!jobs::hostOf(job).empty()) {
    // Ended by a signal, it leaves the run alone: another follower may take it up.
    return followRun(path, arguments.has("detach") ? FollowMode::Background : FollowMode::Foreground);
  }
  if (job.is_object() && job.contains("environment") && job["environment"].is_object())
    for (const auto& [name, value] : job["environment"].items())
      if (value.is_string()) setenv(name.c_str(), value.get<std::string>().c_str(), 1);
  (void)interruptions(); // as early as can be: a SIGUSR1 before it would end the supervisor
  jobs::Supervision options;
  options.program = programPath();
  options.cancel = &interruptions().cancel;
  options.windUp = &interruptions().windUp;
  const jobs::ExitFile exit = jobs::supervise(path, options);
  return exit.code;
}

} // namespace discern::runner
