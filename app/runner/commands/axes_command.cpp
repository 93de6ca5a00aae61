#include "command.h"

#include "io/fields/array/axes.h"

#include <filesystem>

namespace discern::runner {

int axesCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {}, {});
  if (arguments.words().size() != 3) throw data::UsageError("name a file, a dataset in it, and the order of its axes");
  if (!std::filesystem::exists(arguments.words()[0]))
    throw data::ReadError(arguments.words()[0], "there is no such file");
  io::setAxes(arguments.words()[0], arguments.words()[1], arguments.words()[2]);
  return Done;
}

} // namespace discern::runner
