#pragma once
#include <spawn.h>
#include <string>
#include <sys/types.h>
#include <vector>

namespace discern::jobs {

/// What posix_spawn needs, freed at the end. Standard input is /dev/null; every descriptor beyond the standard ones is
/// closed in the child, but for one that `keep` names.
class SpawnPlan {
public:
  SpawnPlan();
  ~SpawnPlan();
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  void output(int descriptor, const std::string& file); ///< appended to
  void folder(const std::string& path);                 ///< the working directory
  void keep(int descriptor);                            ///< becomes descriptor 3 of the child
  void ownGroup();                                      ///< a process group of its own
  void ownSession();

  /// `words`: the program's path or name first. `without`: variables whose names begin so are not handed on. Returns
  /// the pid; throws std::runtime_error.
  pid_t start(std::vector<std::string> words, std::vector<std::string> environment = {},
              const std::vector<std::string>& without = {});

private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
  short flags_ = 0;
  bool keeps_ = false;
};

} // namespace discern::jobs
