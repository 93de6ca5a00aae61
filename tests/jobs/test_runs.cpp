// Whole runs of a plugin that misbehaves: supervisor, worker, and what a reader is told.
#include "jobs/run_files.h"
#include "jobs/supervisor.h"
#include "run_maker.h"

#include "data/error.h"

#include <QProcess>
#include <QtTest>
#include <csignal>
#include <filesystem>
#include <thread>

using namespace discern;
using namespace discern::jobs;
using namespace discern::tests;
using nlohmann::json;
namespace fs = std::filesystem;

class TestRuns : public QObject {
  Q_OBJECT
  QTemporaryDir home_;
  RunMaker runs_{home_};
  std::string make(const json& job) { return runs_.make(job); }
  std::string start(const json& job) { return runs_.start(job); }
  static std::int64_t supervisorPid(const std::string& path) {
    return readJson(path + "/state.json")["supervisor"]["pid"];
  }

private Q_SLOTS:
  void initTestCase() { useTestPlugins(home_); }

  void aRunSucceeds() {
    const std::string path = start(misbehave("wait", {{"seconds", 0.3}}));
    std::vector<RunState> seen;
    const Snapshot end = await(path, 20'000, [&](const Snapshot& snapshot) {
      if (seen.empty() || seen.back() != snapshot.state) seen.push_back(snapshot.state);
      return isFinal(snapshot.state);
    });
    QCOMPARE(end.state, RunState::Succeeded);
    QVERIFY(std::ranges::is_sorted(seen)); // queued, starting, running, succeeded: never backwards
    QVERIFY(std::ranges::find(seen, RunState::Running) != seen.end());
    QCOMPARE(end.exitCode, 0);
    QCOMPARE(end.signal, 0);
    QCOMPARE(end.result, path + "/result.h5");
    QCOMPARE(end.summary["behaviour"], json("wait"));
    QVERIFY(end.wallSeconds >= 0.3 && end.wallSeconds < 20);
    QVERIFY(end.maxMemoryBytes > 1'000'000);
    QVERIFY(end.started > 0 && end.ended >= end.started);
    // Every event once, in order, whoever wrote it.
    const auto events = RunDirectory(path).events();
    for (std::size_t i = 0; i < events.size(); ++i)
      QCOMPARE(events[i].sequence, static_cast<std::int64_t>(i + 1));
    QCOMPARE(events.front().value, json("starting"));
    QCOMPARE(events.back().value, json("succeeded"));
    QCOMPARE(readJson(path + "/state.json")["state"], json("succeeded"));
  }

  void aRunIsRunOnce() {
    const std::string path = start(misbehave("succeed"));
    QCOMPARE(awaitEnd(path, 20'000).state, RunState::Succeeded);
    QVERIFY_EXCEPTION_THROWN((void)supervise(path, {.program = runner}), data::UsageError);
    QVERIFY_EXCEPTION_THROWN((void)supervise(home_.path().toStdString(), {.program = runner}), data::UsageError);
  }

  void failuresAreTold_data() {
    QTest::addColumn<QString>("behaviour");
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("signal");
    QTest::addColumn<QString>("word");
    QTest::newRow("throw") << "throw" << 1 << 0 << "42 is not enough";
    QTest::newRow("usage") << "usage" << 2 << 0 << "doesn't suit";
    QTest::newRow("stranger") << "stranger" << 1 << 0 << "no std::exception";
    QTest::newRow("exit") << "exit" << 1 << 0 << "without writing a result";
    QTest::newRow("crash") << "crash" << 1 << SIGSEGV << "signal 11 (SIGSEGV)";
  }
  void failuresAreTold() {
    QFETCH(QString, behaviour);
    QFETCH(int, code);
    QFETCH(int, signal);
    QFETCH(QString, word);
    const std::string path = start(misbehave(behaviour.toStdString()));
    const Snapshot end = awaitEnd(path, 20'000);
    QCOMPARE(end.state, RunState::Failed);
    QCOMPARE(end.exitCode, code);
    QCOMPARE(end.signal, signal);
    QVERIFY2(QString::fromStdString(end.message).contains(word), end.message.c_str());
    QVERIFY2(end.message.find("about to " + behaviour.toStdString()) != std::string::npos,
             end.message.c_str()); // the last log lines
    QVERIFY(end.result.empty());
    if (signal != 0) {
      QVERIFY(end.message.find("the last words on stderr") != std::string::npos);
      QVERIFY(std::ranges::find(end.log, std::string("the last words on stderr")) != end.log.end());
    }
  }

  void wrongJobsAreTold() {
    Snapshot end = awaitEnd(start(misbehave("succeed", {{"seconds", -1}})), 20'000);
    QCOMPARE(end.exitCode, 2);
    QVERIFY2(end.message.find("\"seconds\"") != std::string::npos, end.message.c_str());
    json job = misbehave("succeed");
    job["plugin"] = "org.discern.test.nothing";
    end = awaitEnd(start(job), 20'000);
    QCOMPARE(end.exitCode, 2);
    job = misbehave("succeed");
    job["inputs"]["image"] = {{"path", "/nowhere/at/all.tif"}, {"field", ""}, {"time", 0}};
    end = awaitEnd(start(job), 20'000);
    QCOMPARE(end.exitCode, 3);
    QVERIFY2(end.message.find("/nowhere/at/all.tif") != std::string::npos, end.message.c_str());
    job = misbehave("succeed");
    job["inputs"]["picture"] = {{"path", "/x.tif"}};
    end = awaitEnd(start(job), 20'000);
    QCOMPARE(end.exitCode, 2);
    QVERIFY2(end.message.find("\"picture\"") != std::string::npos, end.message.c_str());
  }

  void aChangedInputIsNoticed() {
    const std::string nuclei = DISCERN_SOURCE_DIR "/resources/demo/nuclei_truth.tif";
    json job = misbehave("succeed");
    job["inputs"]["image"] = {{"path", nuclei}, {"field", ""}, {"time", 0}, {"sha256", std::string(64, '0')}};
    const Snapshot end = awaitEnd(start(job), 20'000);
    QCOMPARE(end.exitCode, 3);
    QVERIFY2(end.message.find("has changed") != std::string::npos, end.message.c_str());
    job["inputs"]["image"].erase("sha256");
    QCOMPARE(awaitEnd(start(job), 20'000).summary["voxels"], json(57 * 61 * 31));
  }

  void cancelIsHeeded() {
    const std::string path = start(misbehave("wait", {{"seconds", 60}}));
    QVERIFY(!awaitWork(path).log.empty());
    QElapsedTimer timer;
    timer.start();
    RunDirectory(path).requestCancel();
    QVERIFY(timer.elapsed() < 100); // it only asks
    const Snapshot end = awaitEnd(path, 5'000);
    QCOMPARE(end.state, RunState::Cancelled);
    QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(end.exitCode, 4);
    QCOMPARE(end.message, std::string("Cancelled."));
    QVERIFY(!ProcessIdentity::of(end.workerPid).alive());
  }

  void cancelEndsTheStubborn() {
    const std::string path = start(misbehave("stubborn", {{"seconds", 60}}));
    QVERIFY(!awaitWork(path).log.empty());
    QElapsedTimer timer;
    timer.start();
    RunDirectory(path).requestCancel();
    QTest::qSleep(1000);
    QCOMPARE(RunDirectory(path).snapshot().state, RunState::Running); // still within its grace time
    const Snapshot end = awaitEnd(path, 12'000);
    QCOMPARE(end.state, RunState::Cancelled);
    QVERIFY2(timer.elapsed() > 4'500 && timer.elapsed() < 8'000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY2(end.message.find("didn't stop within 5 s") != std::string::npos, end.message.c_str());
    QCOMPARE(end.signal, SIGKILL);
    QVERIFY(!ProcessIdentity::of(end.workerPid).alive());
  }

  void aTerminatedSupervisorCancels() {
    const std::string path = start(misbehave("wait", {{"seconds", 60}}));
    QVERIFY(!awaitWork(path).log.empty());
    QCOMPARE(kill(static_cast<pid_t>(supervisorPid(path)), SIGTERM), 0);
    QCOMPARE(awaitEnd(path, 5'000).state, RunState::Cancelled);
  }

  void aKilledWorkerIsToldWithinTwoSeconds() {
    const std::string path = start(misbehave("wait", {{"seconds", 60}}));
    const Snapshot busy = awaitWork(path);
    QVERIFY(busy.workerPid > 0);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(kill(static_cast<pid_t>(busy.workerPid), SIGKILL), 0);
    const Snapshot end = awaitEnd(path, 5'000);
    QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(end.state, RunState::Failed);
    QCOMPARE(end.signal, SIGKILL);
    QVERIFY2(end.message.find("signal 9") != std::string::npos &&
                 end.message.find("about to wait") != std::string::npos,
             end.message.c_str());
  }

  void killedWithItsSupervisorIsFailed() {
    const std::string path = start(misbehave("wait", {{"seconds", 60}}));
    const Snapshot busy = awaitWork(path);
    QCOMPARE(kill(static_cast<pid_t>(supervisorPid(path)), SIGKILL), 0);
    QCOMPARE(kill(static_cast<pid_t>(busy.workerPid), SIGKILL), 0);
    const Snapshot end = awaitEnd(path, 2'000);
    QCOMPARE(end.state, RunState::Failed);
    QVERIFY(!fs::exists(path + "/exit.json"));
    QVERIFY2(end.message.find("killed") != std::string::npos, end.message.c_str());
    QVERIFY(!end.log.empty());
  }

  void aWorkerOutlivesItsSupervisor() {
    const std::string path = start(misbehave("wait", {{"seconds", 1}}));
    QVERIFY(awaitWork(path).workerPid > 0);
    QCOMPARE(kill(static_cast<pid_t>(supervisorPid(path)), SIGKILL), 0);
    QCOMPARE(RunDirectory(path).snapshot().state, RunState::Running);
    const Snapshot end = await(path, 20'000, [&](const Snapshot&) { return fs::exists(path + "/exit.json"); });
    QCOMPARE(end.state, RunState::Succeeded);
    QCOMPARE(end.summary["behaviour"], json("wait"));
    QVERIFY(!end.result.empty());
  }

  void anOrphanCanBeCancelled() {
    const std::string path = start(misbehave("wait", {{"seconds", 60}}));
    QVERIFY(awaitWork(path).workerPid > 0);
    QCOMPARE(kill(static_cast<pid_t>(supervisorPid(path)), SIGKILL), 0);
    RunDirectory(path).requestCancel(); // the worker looks for the file itself
    QCOMPARE(awaitEnd(path, 5'000).state, RunState::Cancelled);
    const std::string stubborn = start(misbehave("stubborn", {{"seconds", 60}}));
    const Snapshot busy = awaitWork(stubborn);
    QCOMPARE(kill(static_cast<pid_t>(supervisorPid(stubborn)), SIGKILL), 0);
    bool sent = false;
    QTRY_VERIFY((sent = sent || RunDirectory(stubborn).signalOrphan(SIGKILL)));
    QCOMPARE(awaitEnd(stubborn, 2'000).state, RunState::Failed);
    QVERIFY(!ProcessIdentity::of(busy.workerPid).alive());
  }

  void aRunOutlivesItsStarter() {
    // The starter is killed with everything it holds as soon as it has started the run.
    QProcess starter;
    const QString path = home_.filePath("outlives");
    starter.start(QString::fromUtf8(runner), {"run", "org.discern.test.misbehaving", "--set", "behaviour=wait", "--set",
                                              "seconds=1.5", "--output", path});
    QVERIFY(awaitWork(path.toStdString()).workerPid > 0);
    QCOMPARE(kill(static_cast<pid_t>(starter.processId()), SIGKILL), 0);
    starter.waitForFinished();
    QCOMPARE(RunDirectory(path.toStdString()).snapshot().state, RunState::Running);
    QCOMPARE(awaitEnd(path.toStdString(), 20'000).state, RunState::Succeeded);
  }

  void aTalkativePluginIsHeard() {
    const std::string path = start(misbehave("chatter", {{"lines", 50'000}}));
    const Snapshot end = awaitEnd(path, 60'000);
    QCOMPARE(end.state, RunState::Succeeded);
    QCOMPARE(end.log.size(), std::size_t{200});
    QVERIFY(end.log.back().find("line 49999 ") == 0);
    QCOMPARE(end.phase, std::string("Writing the result"));
    const auto events = RunDirectory(path).events();
    QVERIFY(events.size() > 50'000);
    QCOMPARE(events.back().sequence, static_cast<std::int64_t>(events.size()));
  }

  void partialResultsAreThereBeforeTheEnd() {
    const Snapshot end = awaitEnd(start(misbehave("partial")), 20'000);
    QCOMPARE(end.partials.size(), std::size_t{1});
    QVERIFY(fs::exists(end.partials[0]));
  }

  void theSameSeedGivesTheSameResult() {
    const auto bytes = [&](int seed) {
      json job = misbehave("random");
      job["seed"] = seed;
      const Snapshot end = awaitEnd(start(job), 20'000);
      QProcess reader;
      const QString out = QString::fromStdString(end.path + "/x.npy");
      reader.start(QString::fromUtf8(runner), {"read", QString::fromStdString(end.result), "--output", out});
      reader.waitForFinished(20'000);
      QFile file(out);
      return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const QByteArray first = bytes(7);
    QVERIFY(first.size() > 64);
    QCOMPARE(bytes(7), first);
    QVERIFY(bytes(8) != first);
  }
};

QTEST_GUILESS_MAIN(TestRuns)
#include "test_runs.moc"
