#include "command.h"
#include "worker.h"

#include <filesystem>

namespace discern::runner {

int workCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {}, {});
  if (arguments.words().size() != 1) throw data::UsageError("one run directory is expected");
  const std::string run = std::filesystem::absolute(arguments.words()[0]).lexically_normal().string();
  Ranks ranks(run); // before the handlers of signals, which MPI may take away
  return ranks.finish(work(run, ranks, interruptions()));
}

} // namespace discern::runner
