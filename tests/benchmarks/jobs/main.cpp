// What a local run costs beside its work, against starting /bin/true in the same run:
//   from the window's order to the analysis's own first word (target: 150 ms, 95 of 100 runs)
//   to the end of an analysis that does nothing
//   listing 500 runs, in this process and as `discern-run jobs` (target: 500 ms each)
// Exits with 1 when a target is missed.
#include "jobs/launcher.h"
#include "jobs/run_files.h"
#include "jobs/run_history.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>
#include <vector>

using namespace discern;
using Clock = std::chrono::steady_clock;

namespace {

const QString runner = QStringLiteral(DISCERN_BINARY_DIR "/bin/discern-run");
constexpr int rounds = 20;
constexpr double firstWordTarget = 150, listTarget = 500; // milliseconds

double millisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1) + 0.5)];
}

double processMilliseconds(const QString& program, const QStringList& words) {
  const auto start = Clock::now();
  QProcess process;
  process.setStandardOutputFile(QProcess::nullDevice());
  process.start(program, words);
  process.waitForFinished(60'000);
  return millisecondsSince(start);
}

struct Times {
  double firstWord = 0, end = 0;
};

/// One run of an analysis that does nothing.
Times oneRun(jobs::JobMonitor& monitor) {
  const auto start = Clock::now();
  const std::string path = monitor
                               .start({{"plugin", "org.discern.test.misbehaving"},
                                       {"title", "nothing"},
                                       {"parameters", nlohmann::json::object()},
                                       {"inputs", nlohmann::json::object()},
                                       {"threads", 1}})
                               .toStdString();
  jobs::EventReader reader(path + "/events.jsonl");
  Times times;
  while (millisecondsSince(start) < 30'000) {
    for (const jobs::Event& event : reader.next())
      if (event.kind == "phase" && times.firstWord == 0) times.firstWord = millisecondsSince(start);
    if (times.firstWord > 0 && jobs::readJson(path + "/exit.json").is_object()) {
      times.end = millisecondsSince(start);
      return times;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
  std::fprintf(stderr, "the run at %s does not end\n", path.c_str());
  std::exit(1);
}

void makeRuns(int count) {
  for (int i = 0; i < count; ++i) {
    const jobs::RunDirectory run = jobs::RunDirectory::create(
        jobs::runsFolder() + "/past" + std::to_string(i),
        {{"plugin", "org.example.thing"}, {"title", "A run"}, {"inputs", {{"image", {{"path", "/data/image.tif"}}}}}});
    jobs::writeStateFile(run.path(), {});
    jobs::RunWriter writer(run.path());
    for (int line = 0; line < 50; ++line)
      writer.event("log", "a line of the log");
    jobs::ExitFile exit;
    exit.started = jobs::now() - 60;
    exit.state = i % 4 ? jobs::RunState::Succeeded : jobs::RunState::Failed;
    writer.exit(exit);
    std::ofstream(run.path() + "/result.h5") << "x";
  }
}

bool report(const char* what, double value, double target, double trivial) {
  std::printf("%-46s %8.1f ms   target %.0f ms: %.2f   /bin/true: %.1f times\n", what, value, target, value / target,
              value / trivial);
  return value <= target;
}

} // namespace

int main(int argc, char** argv) {
  QCoreApplication application(argc, argv);
  const QTemporaryDir home;
  qputenv("XDG_STATE_HOME", home.path().toUtf8());
  qputenv("DISCERN_PLUGIN_PATH", DISCERN_BINARY_DIR "/tests/plugins");
  std::vector<double> trivial, first, end, list, command;
  jobs::JobMonitor monitor(runner);
  (void)oneRun(monitor); // the files are in memory from here on
  for (int round = 0; round < rounds; ++round) {
    trivial.push_back(processMilliseconds(QStringLiteral("/bin/true"), {}));
    const Times times = oneRun(monitor);
    first.push_back(times.firstWord);
    end.push_back(times.end);
  }
  const double spawn = quantile(trivial, 0.5);
  std::printf("/bin/true started and ended: %.2f ms\n", spawn);
  bool good = report("to the analysis's first word, median", quantile(first, 0.5), firstWordTarget, spawn);
  good = report("to the analysis's first word, 95 of 100", quantile(first, 0.95), firstWordTarget, spawn) && good;
  std::printf("%-46s %8.1f ms\n", "to the end of an analysis that does nothing", quantile(end, 0.5));
  makeRuns(500);
  for (int round = 0; round < 5; ++round) {
    const auto start = Clock::now();
    const std::size_t count = jobs::runHistory().size();
    list.push_back(millisecondsSince(start));
    if (count < 500) return 1;
    command.push_back(processMilliseconds(runner, {"jobs", "--json"}));
  }
  good = report("500 runs listed", quantile(list, 0.5), listTarget, spawn) && good;
  good = report("500 runs listed by discern-run jobs", quantile(command, 0.5), listTarget, spawn) && good;
  return good ? 0 : 1;
}
