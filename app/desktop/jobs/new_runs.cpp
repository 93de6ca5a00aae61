#include "desktop/jobs/new_runs.h"

#include "desktop/analyses/job_controller.h"
#include "desktop/session/off_thread.h"
#include "jobs/run_files.h"

#include <QTimer>
#include <algorithm>
#include <filesystem>

namespace discern::desktop {
namespace fs = std::filesystem;
namespace {

constexpr int lookMs = 3000;
constexpr double oldSeconds = 86400; ///< what still goes on after that is listed on demand

struct Found {
  std::vector<jobs::Snapshot> goOn;
  std::set<std::string> seen;
};

Found lookFor(std::set<std::string> seen) {
  Found found{{}, std::move(seen)};
  std::error_code problem;
  for (fs::directory_iterator at(jobs::runsFolder(), problem), end; !problem && at != end; at.increment(problem)) {
    const std::string path = at->path().string();
    std::error_code ignored;
    if (at->path().filename().string().starts_with('.') || found.seen.contains(path)) continue;
    if (!fs::exists(path + "/job.json", ignored)) continue; // it is being made
    found.seen.insert(path);
    if (fs::exists(path + "/exit.json", ignored)) continue;
    jobs::Snapshot run = jobs::RunDirectory(path).snapshot(0);
    const double created = run.job.is_object() ? run.job.value("created", 0.0) : 0.0;
    if (!jobs::isFinal(run.state) && jobs::now() - created < oldSeconds) found.goOn.push_back(std::move(run));
  }
  std::ranges::sort(found.goOn, {}, &jobs::Snapshot::path); // by the time in the name: the newest comes on top
  return found;
}

} // namespace

NewRuns::NewRuns(JobController& jobs, QObject* parent) : QObject(parent), jobs_(jobs) {
  auto* clock = new QTimer(this);
  connect(clock, &QTimer::timeout, this, &NewRuns::look);
  clock->start(lookMs);
  QTimer::singleShot(0, this, &NewRuns::look);
}

void NewRuns::look() {
  if (std::exchange(looking_, true)) return;
  offThread(
      this, [seen = std::move(seen_)]() mutable { return lookFor(std::move(seen)); },
      [this](Found found) {
        looking_ = false;
        seen_ = std::move(found.seen);
        for (const jobs::Snapshot& run : found.goOn) {
          const auto listed = jobs_.jobs();
          if (std::ranges::none_of(listed, [&run](const jobs::Snapshot& other) { return other.uuid == run.uuid; }))
            jobs_.watch(run);
        }
      });
}

} // namespace discern::desktop
