#include "command.h"
#include "data/memory_estimate.h"
#include "host_run.h"
#include "jobs/run_files.h"
#include "jobs/run_history.h"
#include "run_text.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace discern::runner {
namespace {

namespace fs = std::filesystem;

constexpr double day = 86400;

std::string nameOfRun(const std::string& path) { return fs::path(path).filename().string(); }

std::string sizeText(std::int64_t bytes) { return data::memoryText(static_cast<double>(bytes)); }

/// Seconds of "30d", "12h", "2w".
double age(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const std::string unit(end);
  const double factor = unit == "w" ? 7 * day : unit == "d" || unit.empty() ? day : unit == "h" ? 3600 : 0;
  if (end == text.c_str() || factor == 0 || !(number > 0))
    throw data::UsageError("--older-than expects a time like 30d, 12h or 2w, not \"" + text + "\"");
  return number * factor;
}

int list(const Arguments& arguments) {
  const bool sizes = arguments.has("sizes");
  nlohmann::json all = nlohmann::json::array();
  std::vector<std::vector<std::string>> rows{{"RUN", "STATE", "PROGRESS", "TOOK", "TITLE"}};
  if (sizes) rows.front().insert(rows.front().begin() + 4, "DISK");
  std::int64_t total = 0;
  for (const jobs::Snapshot& run : jobs::runHistory()) {
    if (!matches(run, arguments.value("search"))) continue;
    const std::int64_t bytes = sizes ? jobs::diskUse(run.path) : 0;
    total += bytes;
    if (arguments.has("json")) {
      all.push_back(asJson(run));
      if (sizes) all.back()["diskBytes"] = bytes;
      continue;
    }
    char progress[16];
    std::snprintf(progress, sizeof progress, "%.0f %%", 100 * run.progress);
    const double took = run.wallSeconds > 0 ? run.wallSeconds
                        : run.started <= 0  ? 0
                                            : (run.ended > 0 ? run.ended : jobs::now()) - run.started;
    rows.push_back({nameOfRun(run.path), std::string(nameOf(run.state)), progress, took > 0 ? duration(took) : run.note,
                    run.title.empty() ? run.plugin : run.title});
    if (sizes) rows.back().insert(rows.back().begin() + 4, sizeText(bytes));
  }
  if (arguments.has("json")) {
    std::puts(all.dump(2).c_str());
  } else if (rows.size() > 1) {
    std::fputs(columns(rows).c_str(), stdout);
    if (sizes) {
      const std::int64_t trash = jobs::RunTrash().bytes();
      std::printf("%zu runs, %s%s\n", rows.size() - 1, sizeText(total).c_str(),
                  trash > 0 ? (", and " + sizeText(trash) + " in the trash").c_str() : "");
    }
  } else {
    std::fprintf(stderr, "discern-run: there are no %sruns in %s\n", arguments.has("search") ? "such " : "",
                 jobs::runsFolder().c_str());
  }
  return Done;
}

std::vector<jobs::Snapshot> chosen(const Arguments& arguments) {
  jobs::CleanUp which;
  which.search = arguments.value("search");
  which.unsuccessful = arguments.has("failed");
  if (arguments.has("older-than")) which.olderThan = age(arguments.value("older-than"));
  std::vector<jobs::Snapshot> runs;
  if (!arguments.words().empty()) {
    for (const std::string& word : arguments.words()) {
      const std::string path = runPath(word);
      runs.push_back(jobs::RunDirectory(path).snapshot(0));
      if (!isFinal(runs.back().state))
        throw data::UsageError(path + " is not deleted: it is " + std::string(nameOf(runs.back().state)));
    }
    return runs;
  }
  if (which.search.empty() && !which.unsuccessful && which.olderThan == 0)
    throw data::UsageError(
        "--clean needs to know which runs: their names, --failed, --older-than 30d or --search TEXT");
  for (jobs::Snapshot& run : jobs::runHistory())
    if (wanted(run, which)) runs.push_back(std::move(run));
  return runs;
}

int clean(const Arguments& arguments) {
  const jobs::RunTrash trash;
  std::int64_t total = 0;
  const std::vector<jobs::Snapshot> runs = chosen(arguments);
  for (const jobs::Snapshot& run : runs) {
    total += jobs::diskUse(run.path);
    if (arguments.has("yes")) trash.moveIn(run.path);
    std::printf("%s  %s  %s\n", nameOfRun(run.path).c_str(), std::string(nameOf(run.state)).c_str(),
                (run.title.empty() ? run.plugin : run.title).c_str());
  }
  const std::string what = std::to_string(runs.size()) + (runs.size() == 1 ? " run, " : " runs, ") + sizeText(total);
  if (arguments.has("yes"))
    std::fprintf(stderr,
                 "discern-run: %s, moved to the trash; --restore RUN puts one back, --empty-trash frees the disk\n",
                 what.c_str());
  else
    std::fprintf(stderr, "discern-run: %s; nothing was deleted. Add --yes to move them to the trash.\n", what.c_str());
  return Done;
}

/// Back to where they were, by their names.
int restore(const Arguments& arguments) {
  const jobs::RunTrash trash;
  if (arguments.words().empty()) {
    for (const std::string& run : trash.content())
      std::puts(nameOfRun(run).c_str());
    return Done;
  }
  for (const std::string& word : arguments.words()) {
    const std::string run = jobs::runsFolder() + "/" + nameOfRun(word);
    trash.moveOut(run);
    std::puts(run.c_str());
  }
  return Done;
}

} // namespace

int jobsCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {"on", "search", "older-than"},
                            {"json", "sizes", "clean", "failed", "yes", "restore", "empty-trash"});
  if (arguments.has("clean")) return clean(arguments);
  if (arguments.has("restore")) return restore(arguments);
  if (!arguments.words().empty())
    throw data::UsageError("jobs takes no \"" + arguments.words()[0] + "\" without --clean or --restore");
  for (const char* option : {"failed", "older-than", "yes"})
    if (arguments.has(option)) throw data::UsageError(std::string("--") + option + " belongs to --clean");
  if (arguments.has("empty-trash")) {
    std::printf("%s freed\n", sizeText(jobs::RunTrash().empty()).c_str());
    return Done;
  }
  if (arguments.has("on")) return jobsOnHost(arguments.value("on"), arguments.has("json"));
  return list(arguments);
}

} // namespace discern::runner
