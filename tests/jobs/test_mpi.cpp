// Runs over MPI: every rank works, one writes, and the end of one is the end of all.
#include "jobs/run_files.h"
#include "jobs/supervisor.h"
#include "jobs/worker_command.h"
#include "run_maker.h"

#include "data/error.h"

#include <QProcess>
#include <QtTest>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

using namespace discern;
using namespace discern::jobs;
using namespace discern::tests;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

json ranks(const std::string& behaviour, int count, json more = json::object()) {
  more["behaviour"] = behaviour;
  json job{{"plugin", "org.discern.test.ranks"}, {"title", behaviour}, {"parameters", more}, {"threads", 1}};
  if (count > 0) job["on"] = "mpi:" + std::to_string(count);
  return job;
}

} // namespace

class TestMpi : public QObject {
  Q_OBJECT
  QTemporaryDir home_;
  RunMaker runs_{home_};
  std::string start(const json& job) { return runs_.start(job); }
  static std::vector<std::int64_t> pidsOf(const Snapshot& snapshot) {
    return snapshot.summary.value("pids", std::vector<std::int64_t>{});
  }
  static bool allGone(const std::vector<std::int64_t>& pids) {
    return std::ranges::none_of(pids, [](std::int64_t pid) { return ProcessIdentity::of(pid).alive(); });
  }

private Q_SLOTS:
  void initTestCase() {
    useTestPlugins(home_);
    if (programOnPath("mpirun").empty()) QSKIP("there is no mpirun here");
  }

  void placesAreRead() {
    QCOMPARE(mpiRanks({{"on", "mpi:4"}}), 4);
    QCOMPARE(mpiRanks({{"on", "process"}}), 0);
    QCOMPARE(mpiRanks({{"on", "some-host"}}), 0); // not ours to judge
    QCOMPARE(mpiRanks(json::object()), 0);
    for (const char* wrong : {"mpi", "mpi:", "mpi:0", "mpi:-1", "mpi:two", "mpi:2x", "mpi:99999"})
      QVERIFY_EXCEPTION_THROWN((void)mpiRanks({{"on", wrong}}), data::UsageError);
    const auto words = [](const json& job) { return workerLaunch("/bin/runner", "/a run", job).words; };
    QCOMPARE(words({{"threads", 2}}), (std::vector<std::string>{"/bin/runner", "work", "/a run"}));
    QCOMPARE(words({{"launcher", "srun --mpi=pmix"}}),
             (std::vector<std::string>{"srun", "--mpi=pmix", "--kill-on-bad-exit=1", "/bin/runner", "work", "/a run"}));
    QCOMPARE(words({{"on", "mpi:2"}, {"launcher", {"aprun", "-n", "2"}}})[2], std::string("2"));
    QCOMPARE(words({{"on", "mpi:3"}})[2], std::string("3"));
  }

  void everyRankWorksAndOneWrites() {
    const Snapshot end = awaitEnd(start(ranks("tell", 3)), 30'000);
    QVERIFY2(end.state == RunState::Succeeded, end.message.c_str());
    QCOMPARE(end.summary["sum"], json(6));
    QCOMPARE(pidsOf(end).size(), std::size_t{3});
    QCOMPARE(std::set<json>(end.summary["pids"].begin(), end.summary["pids"].end()).size(), std::size_t{3});
    QCOMPARE(end.phase, std::string("Writing the result"));
    QCOMPARE(end.log, std::vector<std::string>{"rank 0 of 3 is about to tell"});
    const auto events = RunDirectory(end.path).events();
    for (std::size_t i = 0; i < events.size(); ++i)
      QCOMPARE(events[i].sequence, static_cast<std::int64_t>(i + 1)); // one writer
    QVERIFY(std::ranges::any_of(lastEvents(end.path + "/ranks/2/events.jsonl", 1 << 16), [](const Event& event) {
      return event.value == json("rank 2 of 3 is about to tell");
    }));
  }

  void oneProcessNeedsNoLauncher() {
    const Snapshot end = awaitEnd(start(ranks("tell", 0)), 30'000);
    QVERIFY2(end.state == RunState::Succeeded, end.message.c_str());
    QCOMPARE(end.summary["sum"], json(1));
    const Snapshot one = awaitEnd(start(ranks("tell", 1)), 30'000);
    QVERIFY2(one.state == RunState::Succeeded, one.message.c_str());
    QCOMPARE(one.summary["sum"], json(1));
  }

  void aCrashOfOneRankEndsAll_data() {
    QTest::addColumn<int>("rank");
    QTest::newRow("the first") << 0;
    QTest::newRow("the last") << 2;
  }
  void aCrashOfOneRankEndsAll() {
    QFETCH(int, rank);
    const Snapshot end = awaitEnd(start(ranks("crash", 3, {{"rank", rank}})), 30'000);
    QCOMPARE(end.state, RunState::Failed);
    QCOMPARE(end.signal, SIGSEGV);
    const std::string who = "Rank " + std::to_string(rank) + " of the analysis crashed with signal 11 (SIGSEGV)";
    QVERIFY2(end.message.find(who) == 0, end.message.c_str());
    QVERIFY2(end.message.find("the last words on stderr") != std::string::npos, end.message.c_str());
    QVERIFY2(end.message.find("rank " + std::to_string(rank) + " of 3 is about to crash") != std::string::npos,
             end.message.c_str());
    QTRY_VERIFY(allGone(pidsOf(end)));
  }

  void anErrorOfOneRankIsTold() {
    const Snapshot end = awaitEnd(start(ranks("throw", 3, {{"rank", 1}})), 30'000);
    QCOMPARE(end.state, RunState::Failed);
    QCOMPARE(end.exitCode, 2);
    QVERIFY2(end.message.find("On rank 1: this rank doesn't like its planes") == 0, end.message.c_str());
    QTRY_VERIFY(allGone(pidsOf(end)));
  }

  void cancelEndsAllRanks_data() {
    QTest::addColumn<QString>("behaviour");
    QTest::newRow("heeded by one, the others are in a barrier") << "wait";
    QTest::newRow("heeded by none") << "stubborn";
  }
  void cancelEndsAllRanks() {
    QFETCH(QString, behaviour);
    const std::string path = start(ranks(behaviour.toStdString(), 3));
    const Snapshot busy = await(path, 30'000, [](const Snapshot& s) { return !pidsOf(s).empty(); });
    QCOMPARE(pidsOf(busy).size(), std::size_t{3});
    QElapsedTimer timer;
    timer.start();
    RunDirectory(path).requestCancel();
    const Snapshot end = awaitEnd(path, 12'000);
    QCOMPARE(end.state, RunState::Cancelled);
    QVERIFY2(timer.elapsed() < (behaviour == "wait" ? 2'500 : 8'000), qPrintable(QString::number(timer.elapsed())));
    QTRY_VERIFY(allGone(pidsOf(busy)));
  }

  void aKilledLauncherLeavesNoRank() {
    const std::string path = start(ranks("stubborn", 2));
    const Snapshot busy = await(path, 30'000, [](const Snapshot& s) { return !pidsOf(s).empty(); });
    QCOMPARE(kill(static_cast<pid_t>(busy.workerPid), SIGKILL), 0);
    QCOMPARE(awaitEnd(path, 10'000).state, RunState::Failed);
    QTRY_VERIFY(allGone(pidsOf(busy)));
  }

  void windUpIsAgreedOn() {
    const std::string path = start(ranks("windUp", 3));
    (void)await(path, 30'000, [](const Snapshot& s) { return !pidsOf(s).empty(); });
    RunDirectory(path).requestWindUp();
    const Snapshot end = awaitEnd(path, 10'000);
    QVERIFY2(end.state == RunState::Succeeded, end.message.c_str());
    QVERIFY(end.woundUp);
    QCOMPARE(end.summary["agreed"], json(true));
  }

  void theRanksTogetherKeepTheMemoryLimit() {
    // 150 MB on each of three ranks: each alone keeps the limit, together they don't.
    json job = ranks("allocate", 3, {{"megabytes", 150}});
    job["memoryLimitBytes"] = 300'000'000;
    const Snapshot end = awaitEnd(start(job), 30'000);
    QCOMPARE(end.state, RunState::Failed);
    QVERIFY2(end.message.find("its limit of 300.0 MB") != std::string::npos, end.message.c_str());
    QVERIFY(end.maxMemoryBytes > 300'000'000);
    QTRY_VERIFY(allGone(pidsOf(end)));
    // One rank alone that asks for more than the limit is refused, and says so.
    job = ranks("allocate", 2, {{"megabytes", 600}});
    job["memoryLimitBytes"] = 300'000'000;
    const Snapshot refused = awaitEnd(start(job), 30'000);
    QCOMPARE(refused.state, RunState::Failed);
    QVERIFY2(refused.message.find("its limit of 300.0 MB") != std::string::npos, refused.message.c_str());
  }

  void whatCannotRunOverMpiIsRefused() {
    QProcess process;
    const QString path = home_.filePath("refused");
    process.start(runner, {"run", "org.discern.test.misbehaving", "--on", "mpi:2", "--output", path});
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitCode(), 2);
    const QByteArray words = process.readAllStandardError();
    QVERIFY2(words.contains("can't run over MPI"), words.constData());
    QVERIFY(!fs::exists(path.toStdString())); // before anything was started
    // A job that somebody else wrote is refused by the worker.
    json job = misbehave("succeed");
    job["on"] = "mpi:2";
    const Snapshot end = awaitEnd(start(job), 20'000);
    QCOMPARE(end.exitCode, 2);
    QVERIFY2(end.message.find("can't run as 2 processes") != std::string::npos, end.message.c_str());
  }

  void withoutMpirunItIsSaid() {
    const QByteArray before = qgetenv("PATH");
    qputenv("PATH", "/nowhere");
    const Snapshot end = awaitEnd(start(ranks("tell", 2)), 20'000);
    const Snapshot alone = awaitEnd(start(misbehave("succeed")), 20'000);
    qputenv("PATH", before);
    QCOMPARE(end.state, RunState::Failed);
    QVERIFY2(end.message.find("openmpi-bin") != std::string::npos, end.message.c_str());
    QCOMPARE(alone.state, RunState::Succeeded);
  }

  void theStatisticsAreTheSameForAnyNumberOfRanks() {
    const QString image = DISCERN_SOURCE_DIR "/resources/demo/nuclei_truth.tif";
    json one;
    for (const char* place : {"process", "mpi:1", "mpi:3", "mpi:64"}) { // more ranks than planes, too
      QProcess process;
      process.start(runner, {"run", "org.discern.field-statistics", "--input", "field=" + image, "--on", place,
                             "--json", "--set", "bins=7", "--threads", "1"});
      QVERIFY(process.waitForFinished(60'000));
      const json answer = json::parse(process.readAllStandardOutput().toStdString(), nullptr, false);
      QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
      QProcess reader;
      reader.start(runner, {"convert", QString::fromStdString(answer["result"].get<std::string>()) + ":histogram",
                            home_.filePath(QString(place).replace(':', '-') + ".csv")});
      QVERIFY(reader.waitForFinished(20'000));
      QFile file(home_.filePath(QString(place).replace(':', '-') + ".csv"));
      QVERIFY2(file.open(QIODevice::ReadOnly), reader.readAllStandardError().constData());
      const json numbers{{"summary", answer["summary"]}, {"histogram", file.readAll().toStdString()}};
      if (one.is_null()) one = numbers;
      QVERIFY2(numbers == one, (numbers.dump() + "\n" + one.dump()).c_str()); // to the last bit
    }
    QCOMPARE(one["summary"]["count"], json(57 * 61 * 31));
    QCOMPARE(one["summary"]["minimum"], json(0.0));
    QCOMPARE(one["summary"]["share"], json(100.0));
    QVERIFY(one["summary"]["standardDeviation"].get<double>() > 0);
  }

  void theMeanOfAMapWeighsItsArea() {
    const QString map = DISCERN_SOURCE_DIR "/resources/demo/climate.nc", file = home_.filePath("map.npy");
    QProcess process;
    process.start(runner, {"read", map, "--field", "anom", "--time", "0", "--output", file});
    QVERIFY(process.waitForFinished(20'000));
    QFile values(file);
    QVERIFY(values.open(QIODevice::ReadOnly));
    const QByteArray bytes = values.readAll();
    constexpr int columns = 360, rows = 181; // one degree each, from 90° N to 90° S
    QVERIFY(bytes.size() > columns * rows * 4);
    const auto* value = reinterpret_cast<const float*>(bytes.constData() + bytes.size() - columns * rows * 4);
    double sum = 0, weights = 0;
    for (int row = 0; row < rows; ++row)
      for (int column = 0; column < columns; ++column) {
        const double weight = std::cos((90 - row) * M_PI / 180);
        sum += weight * static_cast<double>(value[row * columns + column]);
        weights += weight;
      }
    process.start(runner, {"run", "org.discern.field-statistics", "--input", "field=" + map + ":anom", "--on", "mpi:2",
                           "--json"});
    QVERIFY(process.waitForFinished(30'000));
    const json summary = json::parse(process.readAllStandardOutput().toStdString())["summary"];
    QCOMPARE(summary["weights"], json("area"));
    QCOMPARE(summary["count"], json(columns * rows)); // the poles, too
    QCOMPARE(summary["share"], json(100.0));
    QVERIFY(std::abs(summary["mean"].get<double>() - sum / weights) < 1e-9);
  }

  void programsRunOnEveryRank() {
    const std::string folder = home_.filePath("plugins/ranked").toStdString();
    fs::create_directories(folder);
    std::ofstream(folder + "/manifest.json")
        << json{{"id", "org.example.ranked"},
                {"version", "1.0.0"},
                {"name", "Ranked"},
                {"resources", {{"mpi", true}}},
                {"inputs", {{{"name", "image"}}}},
                {"outputs", {{{"name", "copy"}, {"kind", "field"}}}},
                {"parameters", {{{"name", "fail"}, {"type", "integer"}, {"default", -1}}}},
                {"entry", {{"program", "run.sh"}, {"interpreter", {"sh"}}}}};
    std::ofstream(folder + "/run.sh")
        << "echo rank $DISCERN_RANK of $DISCERN_RANKS\n"
           "[ $(cat parameters/fail) = $DISCERN_RANK ] && { echo @error no luck; exit 3; }\n"
           "cp inputs/image.npy outputs/copy.npy\n"
           "echo @summary rank $DISCERN_RANK\n";
    const QByteArray before = qgetenv("DISCERN_PLUGIN_PATH");
    qputenv("DISCERN_PLUGIN_PATH", home_.filePath("plugins").toUtf8());
    json job{{"plugin", "org.example.ranked"},
             {"on", "mpi:3"},
             {"inputs", {{"image", {{"path", DISCERN_SOURCE_DIR "/resources/demo/nuclei_truth.tif"}}}}}};
    const Snapshot end = awaitEnd(start(job), 30'000);
    job["parameters"]["fail"] = 2;
    const Snapshot failed = awaitEnd(start(job), 30'000);
    qputenv("DISCERN_PLUGIN_PATH", before);
    QVERIFY2(end.state == RunState::Succeeded, end.message.c_str());
    QCOMPARE(end.summary, json({{"rank", 0}}));
    QCOMPARE(end.log, std::vector<std::string>{"rank 0 of 3"});
    for (const int rank : {1, 2})
      QVERIFY(fs::exists(end.path + "/ranks/" + std::to_string(rank) + "/ended.json"));
    QVERIFY(!fs::exists(end.path + "/inputs"));
    QCOMPARE(failed.state, RunState::Failed);
    QVERIFY2(failed.message.find("On rank 2: no luck") == 0, failed.message.c_str());
  }
};

QTEST_GUILESS_MAIN(TestMpi)
#include "test_mpi.moc"
