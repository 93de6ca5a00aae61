// The monitor, as the window uses it: it starts, watches and cancels, and never keeps the caller waiting.
#include "jobs/launcher.h"
#include "jobs/run_files.h"
#include "run_maker.h"

#include <QSignalSpy>
#include <QtTest>
#include <csignal>
#include <filesystem>

using namespace discern;
using namespace discern::jobs;
using namespace discern::tests;
using nlohmann::json;

namespace {

/// What a monitor said about one run.
class Witness : public QObject {
public:
  explicit Witness(JobMonitor& monitor) {
    connect(&monitor, &JobMonitor::changed, this, [this](const Snapshot& snapshot) {
      said[snapshot.path].push_back(snapshot);
      times[snapshot.path].push_back(clock_.elapsed());
      if (QThread::currentThread() != thread()) ++wrongThread;
    });
    clock_.start();
  }
  [[nodiscard]] Snapshot last(const QString& path) {
    return said[path.toStdString()].empty() ? Snapshot{} : said[path.toStdString()].back();
  }
  std::map<std::string, std::vector<Snapshot>> said;
  std::map<std::string, std::vector<qint64>> times;
  int wrongThread = 0;

private:
  QElapsedTimer clock_;
};

} // namespace

class TestMonitor : public QObject {
  Q_OBJECT
  QTemporaryDir home_;

private Q_SLOTS:
  void initTestCase() { useTestPlugins(home_); }

  void aRunIsWatchedToItsEnd() {
    JobMonitor monitor(runner);
    Witness witness(monitor);
    QElapsedTimer timer;
    timer.start();
    const QString path = monitor.start(misbehave("wait", {{"seconds", 1}}));
    QVERIFY2(timer.elapsed() < 50, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(path.startsWith(home_.path()));
    QTRY_VERIFY_WITH_TIMEOUT(isFinal(witness.last(path).state), 20'000);
    const auto& said = witness.said[path.toStdString()];
    QCOMPARE(said.front().state, RunState::Queued);
    QCOMPARE(said.front().plugin, std::string("org.discern.test.misbehaving"));
    QCOMPARE(said.back().state, RunState::Succeeded);
    QVERIFY(!said.back().result.empty());
    QVERIFY(std::ranges::any_of(
        said, [](const Snapshot& s) { return s.state == RunState::Running && s.progress > 0 && s.progress < 1; }));
    QVERIFY(std::ranges::is_sorted(said, {}, &Snapshot::progress));
    QVERIFY2(said.size() < 25, qPrintable(QString::number(said.size()))); // at most ten a second
    QCOMPARE(witness.wrongThread, 0);
    // After the end: silence.
    QTest::qWait(700);
    QCOMPARE(witness.said[path.toStdString()].size(), said.size());
  }

  void aFloodIsSlowedDown() {
    JobMonitor monitor(runner);
    Witness witness(monitor);
    const QString path = monitor.start(misbehave("chatter", {{"lines", 100'000}}));
    QTRY_VERIFY_WITH_TIMEOUT(isFinal(witness.last(path).state), 60'000);
    const auto& times = witness.times[path.toStdString()];
    for (std::size_t i = 10; i < times.size(); ++i)
      QVERIFY2(times[i] - times[i - 10] > 700, "more than ten a second");
    QCOMPARE(witness.last(path).state, RunState::Succeeded);
  }

  void cancelReturnsAtOnce() {
    JobMonitor monitor(runner);
    Witness witness(monitor);
    const QString path = monitor.start(misbehave("wait", {{"seconds", 60}}));
    QTRY_VERIFY_WITH_TIMEOUT(!witness.last(path).log.empty(), 10'000);
    QElapsedTimer timer;
    timer.start();
    monitor.cancel(path);
    QVERIFY(timer.elapsed() < 50);
    QTRY_VERIFY_WITH_TIMEOUT(witness.last(path).state == RunState::Cancelled, 5'000);
    QVERIFY(std::ranges::any_of(witness.said[path.toStdString()], &Snapshot::cancelRequested));
  }

  void aKilledWorkerIsToldWithinTwoSeconds() {
    JobMonitor monitor(runner);
    Witness witness(monitor);
    const QString path = monitor.start(misbehave("wait", {{"seconds", 60}}));
    QTRY_VERIFY_WITH_TIMEOUT(!witness.last(path).log.empty() && witness.last(path).workerPid > 0, 10'000);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(kill(static_cast<pid_t>(witness.last(path).workerPid), SIGKILL), 0);
    QTRY_VERIFY_WITH_TIMEOUT(isFinal(witness.last(path).state), 5'000);
    QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(witness.last(path).signal, SIGKILL);
    QVERIFY(witness.last(path).message.find("about to wait") != std::string::npos);
  }

  void killedTogetherIsToldWithinTwoSeconds() {
    JobMonitor monitor(runner);
    Witness witness(monitor);
    const QString path = monitor.start(misbehave("wait", {{"seconds", 60}}));
    QTRY_VERIFY_WITH_TIMEOUT(!witness.last(path).log.empty() && witness.last(path).workerPid > 0, 10'000);
    const std::int64_t supervisor = readJson(path.toStdString() + "/state.json")["supervisor"]["pid"];
    QElapsedTimer timer;
    timer.start();
    kill(static_cast<pid_t>(supervisor), SIGKILL);
    kill(static_cast<pid_t>(witness.last(path).workerPid), SIGKILL);
    QTRY_VERIFY_WITH_TIMEOUT(witness.last(path).state == RunState::Failed, 5'000);
    QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
  }

  void aStubbornOrphanIsEnded() {
    JobMonitor monitor(runner);
    Witness witness(monitor);
    const QString path = monitor.start(misbehave("stubborn", {{"seconds", 60}}));
    QTRY_VERIFY_WITH_TIMEOUT(!witness.last(path).log.empty() && witness.last(path).workerPid > 0, 10'000);
    const std::int64_t supervisor = readJson(path.toStdString() + "/state.json")["supervisor"]["pid"];
    kill(static_cast<pid_t>(supervisor), SIGKILL);
    monitor.cancel(path);
    QTRY_VERIFY_WITH_TIMEOUT(isFinal(witness.last(path).state), 12'000);
    QTRY_VERIFY(!ProcessIdentity::of(witness.last(path).workerPid).alive());
  }

  void theRunOutlivesTheMonitorAndIsFoundAgain() {
    QString path;
    {
      JobMonitor monitor(runner);
      path = monitor.start(misbehave("wait", {{"seconds", 1.5}}));
    } // gone before the run has even begun
    JobMonitor monitor(runner);
    Witness witness(monitor);
    monitor.watch(path);
    QTRY_VERIFY_WITH_TIMEOUT(witness.last(path).state == RunState::Running, 10'000);
    QTRY_VERIFY_WITH_TIMEOUT(witness.last(path).state == RunState::Succeeded, 20'000);
    // A run that ended long ago is told once.
    JobMonitor later(runner);
    Witness late(later);
    later.watch(path);
    QTRY_COMPARE_WITH_TIMEOUT(late.last(path).state, RunState::Succeeded, 5'000);
    QTest::qWait(300);
    QCOMPARE(late.said[path.toStdString()].size(), std::size_t{1});
  }

  void aMissingRunnerIsAFailedRun() {
    JobMonitor monitor(QStringLiteral("/nowhere/discern-run"));
    Witness witness(monitor);
    const QString path = monitor.start(misbehave("succeed"));
    QTRY_VERIFY_WITH_TIMEOUT(witness.last(path).state == RunState::Failed, 5'000);
    QVERIFY2(witness.last(path).message.find("/nowhere/discern-run") != std::string::npos,
             witness.last(path).message.c_str());
    QCOMPARE(witness.last(path).title, std::string("succeed"));
  }

  void aFolderThatCannotBeMadeIsAFailedRun() {
    const QByteArray before = qgetenv("XDG_STATE_HOME");
    qputenv("XDG_STATE_HOME", "/proc/nowhere");
    JobMonitor monitor(runner);
    Witness witness(monitor);
    const QString path = monitor.start(misbehave("succeed"));
    qputenv("XDG_STATE_HOME", before);
    QTRY_VERIFY_WITH_TIMEOUT(witness.last(path).state == RunState::Failed, 5'000);
    QVERIFY(!witness.last(path).message.empty());
  }

  void twoWindowsOnOneRunDoNotFight() {
    JobMonitor one(runner), other(runner);
    Witness mine(one), theirs(other);
    const QString path = one.start(misbehave("wait", {{"seconds", 60}}));
    other.watch(path);
    QTRY_VERIFY_WITH_TIMEOUT(theirs.last(path).state == RunState::Running && theirs.last(path).workerPid > 0, 10'000);
    QTRY_VERIFY_WITH_TIMEOUT(mine.last(path).workerPid == theirs.last(path).workerPid, 10'000); // one run, one worker
    other.cancel(path); // whoever did not start it
    QTRY_VERIFY_WITH_TIMEOUT(mine.last(path).state == RunState::Cancelled, 5'000);
    QTRY_VERIFY_WITH_TIMEOUT(theirs.last(path).state == RunState::Cancelled, 5'000);
    one.cancel(path); // too late: nothing changes
    const std::string exit = readJson(path.toStdString() + "/exit.json").dump();
    QTest::qWait(700);
    QCOMPARE(readJson(path.toStdString() + "/exit.json").dump(), exit);
    QCOMPARE(runsIn(runsFolder()).front(), path.toStdString()); // neither has started it anew
    QVERIFY(mine.last(path) == theirs.last(path));
  }

  void unwatchedIsUnheard() {
    JobMonitor monitor(runner);
    Witness witness(monitor);
    const QString path = monitor.start(misbehave("wait", {{"seconds", 1}}));
    QTRY_VERIFY_WITH_TIMEOUT(witness.last(path).state == RunState::Running, 10'000);
    monitor.unwatch(path);
    QTest::qWait(200);
    const std::size_t heard = witness.said[path.toStdString()].size();
    QTest::qWait(500);
    QCOMPARE(witness.said[path.toStdString()].size(), heard);
    QCOMPARE(awaitEnd(path.toStdString(), 20'000).state, RunState::Succeeded); // but it goes on
  }
};

QTEST_GUILESS_MAIN(TestMonitor)
#include "test_monitor.moc"
