#include "command.h"
#include "host_run.h"
#include "jobs/run_files.h"
#include "run_text.h"

#include <cstdio>
#include <filesystem>

namespace discern::runner {

int jobsCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {"on"}, {"json"});
  if (!arguments.words().empty()) throw data::UsageError("jobs takes no \"" + arguments.words()[0] + "\"");
  if (arguments.has("on")) return jobsOnHost(arguments.value("on"), arguments.has("json"));
  nlohmann::json list = nlohmann::json::array();
  std::vector<std::vector<std::string>> rows{{"RUN", "STATE", "PROGRESS", "TOOK", "TITLE"}};
  for (const std::string& path : jobs::runsIn(jobs::runsFolder())) {
    const jobs::Snapshot snapshot = jobs::RunDirectory(path).snapshot(0);
    if (arguments.has("json")) {
      list.push_back(asJson(snapshot));
      continue;
    }
    char progress[16];
    std::snprintf(progress, sizeof progress, "%.0f %%", 100 * snapshot.progress);
    const double took = snapshot.wallSeconds > 0 ? snapshot.wallSeconds
                        : snapshot.started <= 0
                            ? 0
                            : (snapshot.ended > 0 ? snapshot.ended : jobs::now()) - snapshot.started;
    rows.push_back({std::filesystem::path(path).filename().string(), std::string(nameOf(snapshot.state)), progress,
                    took > 0 ? duration(took) : snapshot.note,
                    snapshot.title.empty() ? snapshot.plugin : snapshot.title});
  }
  if (arguments.has("json"))
    std::puts(list.dump(2).c_str());
  else if (rows.size() > 1)
    std::fputs(columns(rows).c_str(), stdout);
  else
    std::fprintf(stderr, "discern-run: there are no runs in %s\n", jobs::runsFolder().c_str());
  return Done;
}

} // namespace discern::runner
