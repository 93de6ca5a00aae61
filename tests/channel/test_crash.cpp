#include "channel/client/crash_record.h"
#include "channel/client_fixture.h"

#include <QProcess>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::test;

class TestCrash : public QObject {
  Q_OBJECT
  std::shared_ptr<data::FieldSource> wave_ = waveField();

  static bool isRunning(qint64 pid) {
    QFile stat(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!stat.open(QIODevice::ReadOnly)) return false;
    const QByteArray text = stat.readAll();
    return text.mid(text.lastIndexOf(')') + 2, 1) != "Z";
  }

private Q_SLOTS:
  void init() { qputenv("TEST_SERVER_MODE", ""); }
  void cleanup() { QCOMPARE(segmentsOf(getpid()), QStringList()); }

  void startingAgainSlowsDown() {
    using namespace std::chrono_literals;
    channel::CrashRecord record;
    const auto start = channel::CrashRecord::Clock::now();
    std::vector<int> waits;
    for (int i = 0; i < 11; ++i)
      waits.push_back(static_cast<int>(record.crashed(start + i * 100ms).count()));
    QCOMPARE(waits, (std::vector<int>{0, 0, 50, 100, 200, 400, 800, 1600, 2000, 2000, 2000}));
    QCOMPARE(record.crashed(start + 60s).count(), 0);
    record.quarantine("/a", "why", start);
    QVERIFY(record.quarantined("/a", start + 9s) && *record.quarantined("/a", start + 9s) == "why");
    QVERIFY(!record.quarantined("/a", start + 11s) && !record.quarantined("/b", start));
    record.lift("/a");
    QVERIFY(!record.quarantined("/a", start));
  }

  void aKilledServiceComesBackAndEverythingIsAnswered() {
    TestClient test;
    QCOMPARE(test.open("/x.slow"), std::string());
    QCOMPARE(test.open("/y.wave"), std::string());
    int answers = 0, right = 0;
    for (int i = 0; i < 40; ++i) {
      const data::Slab slab = wavePlane(i % 32, i / 32);
      test.client.read({"/x.slow", ""}, slab, data::Priority::Visible, {this, i}, [&, slab](auto reply) {
        ++answers;
        right += sameAs(*wave_, slab, reply.value) ? 1 : 0;
      });
    }
    QTest::qWait(50);
    QVERIFY(answers < 40);
    const qint64 pid = test.client.servicePid();
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(kill(static_cast<pid_t>(pid), SIGKILL), 0);
    QVERIFY(TestClient::until([&] { return answers == 40; }, 2000));
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(right, 40);
    QVERIFY(test.client.servicePid() != pid && test.client.servicePid() != 0);
    QTest::qWait(100);
    QCOMPARE(test.restarts.count(), 1);
    QCOMPARE(test.restarts.first().first().toString(),
             QStringLiteral("The data service ended (signal 9); reopened 2 files."));
    QVERIFY(test.client.info("/x.slow"));
  }

  void anIdleServiceComesBackToo() {
    TestClient test;
    test.open("/x.wave");
    const qint64 pid = test.client.servicePid();
    kill(static_cast<pid_t>(pid), SIGKILL);
    QTRY_COMPARE(test.restarts.count(), 1);
    QCOMPARE(test.restarts.first().first().toString(),
             QStringLiteral("The data service ended (signal 9); reopened 1 file."));
    QVERIFY(sameAs(*wave_, wavePlane(0), test.read("/x.wave", wavePlane(0)).block));
  }

  void killedAgainAndAgain() {
    TestClient test;
    test.open("/x.wave");
    for (int i = 0; i < 6; ++i) {
      QVERIFY(TestClient::until([&] { return test.client.servicePid() != 0; }));
      kill(static_cast<pid_t>(test.client.servicePid()), SIGKILL);
      QVERIFY(TestClient::until([&] { return test.restarts.count() == i + 1; }));
      QVERIFY(sameAs(*wave_, wavePlane(i), test.read("/x.wave", wavePlane(i)).block));
    }
  }

  void aFileThatCrashesTheService_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("error");
    QTest::newRow("open") << "/bad.crashopen"
                          << "/bad.crashopen: the data service ended (signal 6) while opening it";
    QTest::newRow("read") << "/bad.crashread"
                          << "/bad.crashread: the data service ended (signal 11) while reading it";
  }
  void aFileThatCrashesTheService() {
    QFETCH(QString, path);
    QFETCH(QString, error);
    const std::string bad = path.toStdString();
    TestClient test;
    QCOMPARE(test.open("/good.slow"), std::string());
    int answers = 0, right = 0;
    for (int i = 0; i < 30; ++i) {
      const data::Slab slab = wavePlane(i);
      test.client.read({"/good.slow", ""}, slab, data::Priority::Visible, {this, i}, [&, slab](auto reply) {
        ++answers;
        right += sameAs(*wave_, slab, reply.value) ? 1 : 0;
      });
    }
    QString got;
    test.client.read({bad, ""}, wavePlane(0), data::Priority::Visible, {this, 100},
                     [&](auto reply) { got = QString::fromStdString(reply.error); });
    QVERIFY(TestClient::until([&] { return !got.isEmpty() && answers == 30; }));
    QCOMPARE(got, error);
    QCOMPARE(right, 30); // nobody else pays for it
    QTRY_COMPARE(test.restarts.count(), 2);
    // Asked again it is not read again.
    QCOMPARE(QString::fromStdString(test.read(bad, wavePlane(1)).error), error);
    QVERIFY(sameAs(*wave_, wavePlane(31), test.read("/good.slow", wavePlane(31)).block));
    QCOMPARE(test.restarts.count(), 2);
  }

  void aMethodThatCrashesTheService() {
    TestClient test;
    std::string error;
    test.client.call("fall", nlohmann::json::object(), [&](auto reply) { error = reply.error; });
    QVERIFY(TestClient::until([&] { return !error.empty(); }));
    QCOMPARE(error, std::string("the data service ended (signal 6) while working on \"fall\""));
    QVERIFY(sameAs(*wave_, wavePlane(3), test.read("/x.wave", wavePlane(3)).block));
  }

  void aServiceThatTalksNonsense() {
    qputenv("TEST_SERVER_MODE", "garbage");
    TestClient test;
    const std::string error = test.open("/x.wave");
    QVERIFY2(error.find("its answer was garbled") != std::string::npos, error.c_str());
    qputenv("TEST_SERVER_MODE", ""); // the next one is sane
    QCOMPARE(test.open("/x.wave"), std::string());
  }

  void aServiceWhoseAnswersMakeNoSense() {
    qputenv("TEST_SERVER_MODE", "liar");
    TestClient test;
    std::vector<std::string> errors;
    const auto note = [&errors](const auto& reply) { errors.push_back(reply.error); };
    test.client.open("/x.wave", note);
    test.client.read({"/x.wave", ""}, wavePlane(0), data::Priority::Cursor, {}, note);
    test.client.series({"/x.wave", ""}, {0, 0, 0}, 0, {}, note);
    test.client.statistics({"/x.wave", ""}, 0, 0, {}, note);
    test.client.table("/x.wave", "peaks", note);
    QTRY_COMPARE(errors.size(), std::size_t{5});
    for (const std::string& error : errors)
      QVERIFY2(error.starts_with("/x.wave: the data service gave an answer that makes no sense"), error.c_str());
    QCOMPARE(test.restarts.count(), 0);
  }

  void aServiceThatEndsAtOnce() {
    qputenv("TEST_SERVER_MODE", "leave");
    TestClient test;
    const std::string error = test.open("/x.wave");
    QVERIFY2(error.find("ends when it is started (exit code 3)") != std::string::npos, error.c_str());
    QCOMPARE(test.restarts.count(), 0);
    qputenv("TEST_SERVER_MODE", "");
    QCOMPARE(test.open("/x.wave"), std::string());
  }

  void aProgramThatIsNotThere() {
    TestClient test(1 << 20, "/no/such/program");
    const std::string error = test.open("/x.wave");
    QVERIFY2(error.find("/no/such/program") != std::string::npos, error.c_str());
    QCOMPARE(test.client.servicePid(), 0);
  }

  void aProgramThatIsNoService() {
    TestClient test(1 << 20, "/bin/cat"); // "serve" is no file: it ends
    QVERIFY(!test.open("/x.wave").empty());
  }

  void aKilledWindowLeavesNothing() {
    QProcess asker;
    asker.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    asker.start(DISCERN_BINARY_DIR "/tests/fixture_channel_asker", QStringList());
    QVERIFY(asker.waitForReadyRead(10'000));
    const qint64 service = asker.readLine().trimmed().toLongLong();
    const qint64 window = asker.processId();
    QVERIFY(service > 0 && isRunning(service));
    QVERIFY(!segmentsOf(window).isEmpty()); // in mid-work
    asker.kill();
    QVERIFY(asker.waitForFinished());
    QTRY_VERIFY(!isRunning(service)); // it goes by itself
    TestClient next;
    QVERIFY(next.read("/x.wave", wavePlane(0)).block);
    QCOMPARE(segmentsOf(window), QStringList());
  }

  void whatAServiceLeftOfAKilledWindowIsRemoved() {
    // Both are killed: nobody can tidy up before the next window comes.
    QProcess asker;
    asker.start(DISCERN_BINARY_DIR "/tests/fixture_channel_asker", QStringList());
    QVERIFY(asker.waitForReadyRead(10'000));
    const qint64 service = asker.readLine().trimmed().toLongLong();
    const qint64 window = asker.processId();
    kill(static_cast<pid_t>(service), SIGSTOP);
    asker.kill();
    QVERIFY(asker.waitForFinished());
    kill(static_cast<pid_t>(service), SIGKILL);
    QVERIFY(!segmentsOf(window).isEmpty());
    TestClient next;
    QVERIFY(next.read("/x.wave", wavePlane(0)).block);
    QCOMPARE(segmentsOf(window), QStringList());
  }
};

QTEST_GUILESS_MAIN(TestCrash)
#include "test_crash.moc"
