#include "command.h"
#include "interruption.h"
#include "worker.h"

#include <filesystem>

namespace discern::runner {

int workCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {}, {});
  if (arguments.words().size() != 1) throw data::UsageError("one run directory is expected");
  return work(std::filesystem::absolute(arguments.words()[0]).lexically_normal().string(), interruption());
}

} // namespace discern::runner
