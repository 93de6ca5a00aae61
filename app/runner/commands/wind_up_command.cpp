#include "command.h"
#include "jobs/run_directory.h"
#include "run_text.h"

#include <cstdio>

namespace discern::runner {

int windUpCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {}, {});
  if (arguments.words().size() != 1) throw data::UsageError("one run is expected, by its folder or its name");
  const jobs::RunDirectory run(runPath(arguments.words()[0]));
  const jobs::Snapshot snapshot = run.snapshot(0);
  if (jobs::isFinal(snapshot.state)) {
    std::printf("%s has ended before: %s\n", run.path().c_str(), std::string(nameOf(snapshot.state)).c_str());
    return Done;
  }
  run.requestWindUp();
  std::printf("%s was asked for a partial result; an analysis that can't give one goes on\n", run.path().c_str());
  return Done;
}

} // namespace discern::runner
