// A connection that is lost, stalls, or never was: what is there stays, what was asked waits, and it heals by itself.
#include "channel/client/back_off.h"
#include "channel/far_fixture.h"
#include "data/block.h"

#include <atomic>
#include <csignal>

using namespace discern;
using namespace discern::test;
using Kind = channel::HostState::Kind;

namespace {
const std::string path = "ssh://far/x.wave";
}

class TestLostLink : public QObject {
  Q_OBJECT
  std::shared_ptr<data::FieldSource> wave_ = waveField();

  static pid_t pipeOf(FarClient& test) { return static_cast<pid_t>(test.client.servicePid("far")); }

private Q_SLOTS:
  void waitsDoubleUpToHalfAMinute() {
    channel::BackOff backOff;
    for (const int expected : {1, 2, 4, 8, 16, 30, 30})
      QCOMPARE(backOff.failed(), std::chrono::milliseconds(std::chrono::seconds(expected)));
    backOff.succeeded();
    QCOMPARE(backOff.failed(), std::chrono::milliseconds(1000));
  }

  void aKilledConnectionHealsAndWhatWasAskedIsAnswered() {
    FarClient test;
    QCOMPARE(test.open(path), std::string());
    QVERIFY(test.read(path, wavePlane(0)).block);
    const pid_t before = pipeOf(test);
    QCOMPARE(kill(before, SIGKILL), 0);
    std::optional<TestClient::Read> read;
    test.client.read({path, ""}, wavePlane(5), data::Priority::Visible, {}, [&](auto reply) {
      read = TestClient::Read{reply.value, reply.error};
    });
    QTRY_COMPARE(test.state(), Kind::Unreachable);
    QVERIFY(test.client.info(path)); // the dataset stays open, and what was read stays
    bool kept = false;
    test.client.read({path, ""}, wavePlane(0), data::Priority::Visible, {},
                     [&](auto reply) { kept = reply.value != nullptr; });
    QTRY_VERIFY(kept);
    QTRY_VERIFY(read);
    QCOMPARE(read->error, std::string());
    QVERIFY(sameAs(*wave_, wavePlane(5), read->block));
    QCOMPARE(test.state(), Kind::Reachable);
    QVERIFY(pipeOf(test) != before);
  }

  void itHealsWithoutBeingAsked() {
    FarClient test;
    QCOMPARE(test.open(path), std::string());
    kill(pipeOf(test), SIGKILL);
    QTRY_COMPARE(test.state(), Kind::Unreachable);
    QTRY_COMPARE(test.state(), Kind::Reachable);
  }

  void aStalledConnectionIsNoticedByItsSilence() {
    FarClient test;
    QCOMPARE(test.open(path), std::string());
    const pid_t stalled = pipeOf(test);
    QCOMPARE(kill(stalled, SIGSTOP), 0);
    std::optional<data::BlockPtr> block;
    test.client.read({path, ""}, wavePlane(5), data::Priority::Visible, {}, [&](auto reply) { block = reply.value; });
    QTRY_COMPARE(test.state(), Kind::Unreachable);
    QVERIFY2(test.client.hostState("far").reason.find("no answer") != std::string::npos,
             test.client.hostState("far").reason.c_str());
    QTRY_VERIFY(block);
    QVERIFY(sameAs(*wave_, wavePlane(5), *block));
    QTRY_VERIFY(kill(stalled, 0) != 0);
  }

  void aQuietConnectionIsNotTakenForLost() {
    FarClient test;
    QCOMPARE(test.open(path), std::string());
    const pid_t before = pipeOf(test);
    QTest::qWait(2500); // several rounds of asking whether it is there
    QCOMPARE(pipeOf(test), before);
    QCOMPARE(test.state(), Kind::Reachable);
  }

  void aHostThatNeverAnsweredIsToldAndReachedLater() {
    std::atomic<bool> up{false};
    FarClient test([&up](const std::string&, bool) {
      if (up) return Far{.delay = 1}.command();
      return channel::ServiceCommand{
          {"/bin/sh", "-c", "echo 'ssh: connect to host far port 22: No route to host' >&2; exit 255"}};
    });
    QCOMPARE(test.open(path), std::string("far can't be reached: ssh: connect to host far port 22: No route to host"));
    QCOMPARE(test.state(), Kind::Unreachable);
    up = true;
    QTRY_COMPARE(test.state(), Kind::Reachable);
    QCOMPARE(test.open(path), std::string());
  }

  void whoIsNotLetInIsNotTriedAgainByItself() {
    std::atomic<int> tries{0};
    FarClient test([&tries](const std::string&, bool) {
      ++tries;
      return channel::ServiceCommand{{"/bin/sh", "-c", "echo 'me@far: Permission denied (publickey).' >&2; exit 255"}};
    });
    QVERIFY(test.open(path).find("Permission denied") != std::string::npos);
    QCOMPARE(test.state(), Kind::Refused);
    QTest::qWait(500);
    QCOMPARE(tries.load(), 1);
    QVERIFY(test.open(path).find("Permission denied") != std::string::npos);
    QCOMPARE(tries.load(), 2);
  }

  void aMissingProgramIsSaid() {
    FarClient test([](const std::string&, bool) {
      return channel::ServiceCommand{{"/bin/sh", "-c", "discern-run-none"}};
    });
    const std::string why = test.open(path);
    QVERIFY2(why.find("discern-run is not found there") != std::string::npos, why.c_str());
  }

  /// There a reader fell over: that is no lost link, and the file that did it is left alone.
  void aCrashThereIsToldFromALostLink() {
    FarClient test({.delay = 5});
    QCOMPARE(test.open(path), std::string());
    const std::string why = test.read("ssh://far/x.crashread", wavePlane(0)).error;
    QVERIFY2(why.find("signal 11") != std::string::npos && why.starts_with("ssh://far/x.crashread: "), why.c_str());
    QVERIFY(sameAs(*wave_, wavePlane(7), test.read(path, wavePlane(7)).block));
    QVERIFY(test.restarts.count() >= 1);
    QVERIFY2(test.restarts.first().first().toString().contains(QStringLiteral("of far ended (signal 11)")),
             qPrintable(test.restarts.first().first().toString()));
    for (const QList<QVariant>& each : test.hosts)
      QCOMPARE(each.first().toString(), QStringLiteral("far"));
    QCOMPARE(test.state(), Kind::Reachable);
  }
};

QTEST_GUILESS_MAIN(TestLostLink)
#include "test_lost_link.moc"
