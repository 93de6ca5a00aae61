#include "jobs/process/spawn.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

extern char** environ;

namespace discern::jobs {

SpawnPlan::SpawnPlan() {
  posix_spawn_file_actions_init(&actions_);
  posix_spawnattr_init(&attributes_);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes_, &none);
  posix_spawnattr_setsigdefault(&attributes_, &all);
  posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
}

SpawnPlan::~SpawnPlan() {
  posix_spawn_file_actions_destroy(&actions_);
  posix_spawnattr_destroy(&attributes_);
}

void SpawnPlan::output(int descriptor, const std::string& file) {
  posix_spawn_file_actions_addopen(&actions_, descriptor, file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
}

void SpawnPlan::folder(const std::string& path) { posix_spawn_file_actions_addchdir_np(&actions_, path.c_str()); }

void SpawnPlan::keep(int descriptor) {
  posix_spawn_file_actions_adddup2(&actions_, descriptor, 3);
  keeps_ = true;
}

void SpawnPlan::ownGroup() {
  posix_spawnattr_setpgroup(&attributes_, 0);
  flags_ = static_cast<short>(flags_ | POSIX_SPAWN_SETPGROUP);
}

void SpawnPlan::ownSession() { flags_ = static_cast<short>(flags_ | POSIX_SPAWN_SETSID); }

pid_t SpawnPlan::start(std::vector<std::string> words, std::vector<std::string> environment,
                       const std::vector<std::string>& without) {
  posix_spawn_file_actions_addclosefrom_np(&actions_, keeps_ ? 4 : 3);
  posix_spawnattr_setflags(&attributes_, static_cast<short>(flags_ | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  std::vector<char*> argv, env;
  argv.reserve(words.size() + 1);
  for (std::string& word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  for (std::string& variable : environment)
    env.push_back(variable.data());
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text(*variable);
    const std::string_view name = text.substr(0, std::min(text.find('='), text.size() - 1) + 1);
    const bool replaced =
        std::ranges::any_of(environment, [&](const std::string& own) { return own.starts_with(name); });
    const bool unwanted =
        std::ranges::any_of(without, [&](const std::string& begin) { return text.starts_with(begin); });
    if (!replaced && !unwanted) env.push_back(*variable);
  }
  env.push_back(nullptr);
  pid_t pid = 0;
  const int problem = posix_spawnp(&pid, argv.front(), &actions_, &attributes_, argv.data(), env.data());
  if (problem != 0) throw std::runtime_error(words.front() + " can't be started: " + std::strerror(problem));
  return pid;
}

} // namespace discern::jobs
