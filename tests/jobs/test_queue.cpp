// The queue of one machine: at most so many runs at once, whoever started them, in the order they were made.
#include "jobs/launcher.h"
#include "jobs/queue.h"
#include "jobs/run_files.h"
#include "jobs/supervisor.h"
#include "run_maker.h"

#include <QProcess>
#include <QSignalSpy>
#include <QtTest>
#include <csignal>
#include <filesystem>

using namespace discern;
using namespace discern::jobs;
using namespace discern::tests;
using nlohmann::json;
namespace fs = std::filesystem;

class TestQueue : public QObject {
  Q_OBJECT
  QTemporaryDir home_;
  RunMaker runs_{home_};
  std::string make(const json& job) { return runs_.make(job); }
  std::string start(const json& job) { return runs_.start(job); }
  static pid_t supervisorOf(const std::string& path) {
    return readJson(path + "/state.json")["supervisor"]["pid"].get<pid_t>();
  }
  static Snapshot awaitQueued(const std::string& path) {
    return await(path, 10'000, [](const Snapshot& s) { return s.state == RunState::Queued && !s.note.empty(); });
  }
  static Snapshot look(const std::string& path) { return RunDirectory(path).snapshot(0); }

private Q_SLOTS:
  void initTestCase() {
    useTestPlugins(home_);
    qputenv("XDG_CONFIG_HOME", home_.filePath("config").toUtf8());
  }
  void init() { qputenv("DISCERN_MAX_JOBS", "1"); }

  void theLimitIsASetting() {
    QCOMPARE(maxJobs(), 1);
    QVERIFY(maxJobsIsGiven());
    qunsetenv("DISCERN_MAX_JOBS");
    QVERIFY(!maxJobsIsGiven());
    QVERIFY(maxJobs() >= 2);
    setMaxJobs(7);
    QCOMPARE(maxJobs(), 7);
    fs::remove_all(home_.filePath("config").toStdString());
  }

  void oneAfterTheOtherInTheOrderTheyWereMade() {
    const std::string first = start(misbehave("wait", {{"seconds", 1}}));
    QVERIFY(awaitWork(first).workerPid > 0);
    const std::string second = make(misbehave("succeed")), third = make(misbehave("succeed"));
    superviseDetached(runner, third); // which was made later, and comes first
    QCOMPARE(awaitQueued(third).note, std::string("next in line"));
    superviseDetached(runner, second);
    QCOMPARE(awaitQueued(second).note, std::string("next in line"));
    QCOMPARE(await(third, 5'000, [](const Snapshot& s) { return s.note == "1 before it"; }).note,
             std::string("1 before it"));
    QCOMPARE(look(third).started, 0.0);
    const Snapshot last = awaitEnd(third, 20'000);
    QCOMPARE(last.state, RunState::Succeeded);
    QVERIFY(last.note.empty());
    const Snapshot earlier = look(second), begin = look(first);
    QCOMPARE(earlier.state, RunState::Succeeded);
    QVERIFY(begin.ended <= earlier.started && earlier.ended <= last.started);
    QVERIFY(last.wallSeconds < 1.0); // the time at work, not the time in the queue
    QVERIFY(fs::is_empty(runsFolder() + "/.queue/" + ProcessIdentity::self().host) ||
            std::distance(fs::directory_iterator(runsFolder() + "/.queue/" + ProcessIdentity::self().host), {}) == 1);
  }

  void cancelledWhileItWaits() {
    const std::string busy = start(misbehave("wait", {{"seconds", 60}}));
    QVERIFY(awaitWork(busy).workerPid > 0);
    const std::string waiting = start(misbehave("succeed"));
    QVERIFY(!awaitQueued(waiting).note.empty());
    QElapsedTimer timer;
    timer.start();
    RunDirectory(waiting).requestCancel();
    const Snapshot end = awaitEnd(waiting, 5'000);
    QVERIFY2(timer.elapsed() < 1'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(end.state, RunState::Cancelled);
    QCOMPARE(end.message, std::string("Cancelled before it began."));
    QVERIFY(!fs::exists(waiting + "/stdout.log")); // nothing was started
    RunDirectory(busy).requestCancel();
    QCOMPARE(awaitEnd(busy, 5'000).state, RunState::Cancelled);
  }

  void theKilledAreInNobodysWay() {
    const std::string busy = start(misbehave("wait", {{"seconds", 60}}));
    const Snapshot working = awaitWork(busy);
    const std::string second = start(misbehave("succeed"));
    QVERIFY(!awaitQueued(second).note.empty());
    const std::string third = start(misbehave("succeed"));
    QCOMPARE(awaitQueued(third).note, std::string("1 before it"));
    // One that waits is killed: the one behind it moves up.
    QCOMPARE(kill(supervisorOf(second), SIGKILL), 0);
    const Snapshot lost = awaitEnd(second, 5'000);
    QCOMPARE(lost.state, RunState::Failed);
    QVERIFY2(lost.message.find("waiting for its turn") != std::string::npos, lost.message.c_str());
    QTRY_COMPARE(look(third).note, std::string("next in line"));
    // Its supervisor killed, a worker still has its place; killed itself, it has not.
    QCOMPARE(kill(supervisorOf(busy), SIGKILL), 0);
    QTest::qSleep(500);
    QCOMPARE(look(third).state, RunState::Queued);
    QCOMPARE(kill(static_cast<pid_t>(working.workerPid), SIGKILL), 0);
    QCOMPARE(awaitEnd(third, 5'000).state, RunState::Succeeded);
  }

  void windowsAndRunnersShareIt() {
    qputenv("DISCERN_MAX_JOBS", "2");
    JobMonitor one(runner), other(runner);
    const QString a = one.start(misbehave("wait", {{"seconds", 60}})),
                  b = other.start(misbehave("wait", {{"seconds", 60}}));
    QVERIFY(awaitWork(a.toStdString()).workerPid > 0);
    QVERIFY(awaitWork(b.toStdString()).workerPid > 0);
    QProcess process;
    const QString path = home_.filePath("foreground");
    process.start(runner, {"run", "org.discern.test.misbehaving", "--output", path});
    QVERIFY(!awaitQueued(path.toStdString()).note.empty());
    QTest::qSleep(300);
    QCOMPARE(look(path.toStdString()).state, RunState::Queued);
    one.cancel(b); // whoever started it
    QVERIFY(process.waitForFinished(10'000));
    QCOMPARE(process.exitCode(), 0);
    QVERIFY(process.readAllStandardError().contains("waiting for other runs"));
    other.cancel(a);
    QCOMPARE(awaitEnd(a.toStdString(), 5'000).state, RunState::Cancelled);
    QCOMPARE(look(b.toStdString()).state, RunState::Cancelled);
  }

  void manyAtOnceNeverExceedIt() {
    qputenv("DISCERN_MAX_JOBS", "3");
    std::vector<std::string> paths;
    paths.reserve(12);
    for (int i = 0; i < 12; ++i)
      paths.push_back(start(misbehave("wait", {{"seconds", 0.1}})));
    std::size_t most = 0, ended = 0;
    QElapsedTimer timer;
    timer.start();
    while (ended < paths.size() && timer.elapsed() < 60'000) {
      std::size_t working = 0;
      ended = 0;
      for (const std::string& path : paths) {
        const Snapshot snapshot = look(path);
        working += snapshot.state == RunState::Running ? 1 : 0;
        ended += snapshot.state == RunState::Succeeded ? 1 : 0;
      }
      most = std::max(most, working);
    }
    QCOMPARE(ended, paths.size());
    QVERIFY2(most <= 3, qPrintable(QString::number(most)));
  }

  void inASchedulersJobNothingWaits() {
    const std::string busy = start(misbehave("wait", {{"seconds", 60}}));
    QVERIFY(awaitWork(busy).workerPid > 0);
    qputenv("SLURM_JOB_ID", "7");
    QCOMPARE(awaitEnd(start(misbehave("succeed")), 10'000).state, RunState::Succeeded);
    qunsetenv("SLURM_JOB_ID");
    qputenv("DISCERN_MAX_JOBS", "0"); // no limit
    QCOMPARE(awaitEnd(start(misbehave("succeed")), 10'000).state, RunState::Succeeded);
    RunDirectory(busy).requestCancel();
    QCOMPARE(awaitEnd(busy, 5'000).state, RunState::Cancelled);
  }
};

QTEST_GUILESS_MAIN(TestQueue)
#include "test_queue.moc"
