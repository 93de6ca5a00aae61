#include "channel/client_fixture.h"
#include "data/block.h"

#include <QFile>
#include <QTemporaryDir>
#include <QThread>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

using namespace discern;
using namespace discern::test;
using nlohmann::json;

class TestChannelClient : public QObject {
  Q_OBJECT
  std::shared_ptr<data::FieldSource> wave_ = waveField();

private Q_SLOTS:
  void cleanup() {
    QCOMPARE(segmentsOf(getpid()), QStringList()); // whatever a test did
  }

  void openReadSeriesStatisticsTable() {
    TestClient test;
    QVERIFY(!test.client.info("/x.wave"));
    QCOMPARE(test.open("/x.wave"), std::string());
    QVERIFY(test.client.info("/x.wave"));
    QCOMPARE(test.client.info("/x.wave")->fields.at(0).shape, (data::Index3{64, 48, 32}));

    for (const data::Slab& slab : {wavePlane(3), wavePlane(31, 4, 1), data::Slab{{{1, 2, 3}, {9, 5, 7}}, 2, 1, 0},
                                   data::Slab{{{0, 0, 0}, {16, 12, 8}}, 1, 0, 2}})
      QVERIFY(sameAs(*wave_, slab, test.read("/x.wave", slab).block));

    std::optional<std::vector<double>> series;
    test.client.series({"/x.wave", "wave"}, {5, 6, 7}, 1, {}, [&](auto reply) { series = reply.value; });
    std::optional<data::Statistics> statistics;
    test.client.statistics({"/x.wave", ""}, 3, 1, {}, [&](auto reply) { statistics = reply.value; });
    std::optional<data::Table> table;
    test.client.table("/x.wave", "peaks", [&](auto reply) { table = reply.value; });
    std::optional<json> echo;
    test.client.call("echo", {{"ü", 1}}, [&](auto reply) { echo = reply.value; });
    QTRY_VERIFY(series && statistics && table && echo);
    std::vector<double> expected(5);
    wave_->series({5, 6, 7}, 0, 5, 1, expected);
    QCOMPARE(*series, expected);
    QCOMPARE(statistics->histogram, data::statistics(*wave_, 3, 1).histogram);
    QCOMPARE(table->texts.at(0), (std::vector<std::string>{"Säntis", "Tödi"}));
    QCOMPARE(echo->at("ü").get<int>(), 1);
  }

  void aReadOpensTheFileItself() {
    TestClient test;
    QVERIFY(sameAs(*wave_, wavePlane(1), test.read("/x.wave", wavePlane(1)).block));
    QVERIFY(test.client.info("/x.wave"));
    QVERIFY(test.read("/nothing", wavePlane(1)).error.starts_with("/nothing: "));
  }

  void errorsAreSentencesThatNameTheFile() {
    TestClient test;
    QCOMPARE(test.open("/nothing"), std::string("/nothing: there is no such file"));
    QVERIFY(!test.client.info("/nothing"));
    test.open("/x.wave");
    const auto outside = test.read("/x.wave", {{{0, 0, 0}, {65, 1, 1}}, 0, 0, 0});
    QVERIFY(!outside.block && outside.error.starts_with("/x.wave: "));
    QVERIFY(test.read("/x.wave", wavePlane(0), "no").error.find("\"no\"") != std::string::npos);
    QVERIFY(test.read("/x.throwing", wavePlane(0)).error.starts_with("/x.throwing: "));
    QVERIFY(test.read("/x.exhausting", wavePlane(0)).error.find("not enough memory") != std::string::npos);
    QVERIFY(sameAs(*wave_, wavePlane(1), test.read("/x.wave", wavePlane(1)).block));
    QCOMPARE(test.restarts.count(), 0);
  }

  void manyOverlappingReads() {
    TestClient test;
    test.open("/x.wave");
    int right = 0, answers = 0;
    for (int i = 0; i < 200; ++i) {
      const data::Slab slab = wavePlane(i % 32, (i / 32) % 5, i / 160);
      test.client.read({"/x.wave", "wave"}, slab, static_cast<data::Priority>(i % 3), {this, i}, [&, slab](auto reply) {
        ++answers;
        right += sameAs(*wave_, slab, reply.value) ? 1 : 0;
      });
    }
    QVERIFY(TestClient::until([&] { return answers == 200; }));
    QCOMPARE(right, 200);
  }

  void callbacksComeOnThisThreadAndNeverAtOnce() {
    TestClient test;
    test.open("/x.wave");
    for (int i = 0; i < 2; ++i) { // the second comes from the cache
      QThread* thread = nullptr;
      test.client.read({"/x.wave", ""}, wavePlane(0), data::Priority::Cursor, {},
                       [&thread](auto) { thread = QThread::currentThread(); });
      QVERIFY(!thread);
      QTRY_COMPARE(thread, QThread::currentThread());
    }
  }

  void staleRequestsAreNeverAnswered() {
    TestClient test;
    test.open("/x.slow");
    std::vector<int> answered;
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 160; ++i)
      test.client.read({"/x.slow", ""}, wavePlane(i % 32, i / 32), data::Priority::Cursor, {this, 7},
                       [&answered, i](auto) { answered.push_back(i); });
    int other = 0;
    test.client.read({"/x.slow", ""}, wavePlane(1), data::Priority::Cursor, {this, 8}, [&other](auto) { ++other; });
    QTRY_VERIFY(!answered.empty() && other == 1);
    // 160 reads of 30 ms by four threads at most would take over a second: the service dropped them too.
    QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
    QTest::qWait(100);
    QCOMPARE(answered, std::vector<int>{159});
  }

  void askingTheSameAgainIsNotStale() {
    TestClient test;
    test.open("/x.wave");
    int first = 0, second = 0;
    test.client.read({"/x.wave", ""}, wavePlane(0), data::Priority::Cursor, {this, 1}, [&](auto) { ++first; });
    test.client.read({"/x.wave", ""}, wavePlane(0), data::Priority::Cursor, {this, 1}, [&](auto) { ++second; });
    QTRY_COMPARE(second, 1);
    // And of two that are in the cache the first is stale as well.
    test.client.read({"/x.wave", ""}, wavePlane(0), data::Priority::Cursor, {this, 1}, [&](auto) { ++first; });
    test.client.read({"/x.wave", ""}, wavePlane(0), data::Priority::Cursor, {this, 1}, [&](auto) { ++second; });
    QTRY_COMPARE(second, 2);
    QTest::qWait(20);
    QCOMPARE(first, 0);
  }

  void identicalRequestsShareOneAnswer() {
    TestClient test;
    test.open("/x.slow");
    QTest::qWait(20);
    std::vector<data::BlockPtr> blocks;
    for (int i = 0; i < 10; ++i)
      test.client.read({"/x.slow", i % 2 ? "" : "wave"}, wavePlane(0), data::Priority::Visible, {this, i},
                       [&](auto reply) { blocks.push_back(reply.value); });
    QSignalSpy busy(&test.client, &channel::Client::busyChanged);
    QTRY_COMPARE(blocks.size(), std::size_t{10});
    for (const auto& block : blocks)
      QCOMPARE(block.get(), blocks.front().get());
    QTRY_VERIFY(busy.count() >= 2);
    QCOMPARE(busy.first().first().toInt(), 1);
    QCOMPARE(busy.last().first().toInt(), 0);
  }

  void theCursorIsServedBeforeTheBackground() {
    TestClient test;
    test.open("/x.slow");
    int background = 0, before = -1;
    for (int i = 0; i < 60; ++i)
      test.client.read({"/x.slow", ""}, wavePlane(i % 32, i / 32), data::Priority::Background, {},
                       [&](auto) { ++background; });
    test.client.read({"/x.slow", ""}, wavePlane(0, 4), data::Priority::Cursor, {}, [&](auto) { before = background; });
    QTRY_COMPARE(background, 60);
    QVERIFY2(before >= 0 && before <= 8, qPrintable(QString::number(before))); // those that were being read, and a few
  }

  void aForgottenOwnerHearsNothing() {
    TestClient test;
    test.open("/x.slow");
    int heard = 0;
    const int owner = 0;
    for (int i = 0; i < 8; ++i)
      test.client.read({"/x.slow", ""}, wavePlane(i), data::Priority::Cursor, {&owner, i}, [&heard](auto) { ++heard; });
    test.client.series({"/x.slow", ""}, {0, 0, 0}, 0, {&owner, 100}, [&heard](auto) { ++heard; });
    test.client.forgetOwner(&owner);
    // One callback makes another's owner go.
    int second = 0;
    const int other = 0;
    test.client.read({"/x.slow", ""}, wavePlane(20), data::Priority::Cursor, {this, 0},
                     [&](auto) { test.client.forgetOwner(&other); });
    test.client.read({"/x.slow", ""}, wavePlane(20), data::Priority::Cursor, {&other, 0},
                     [&second](auto) { ++second; });
    QTest::qWait(300);
    QCOMPARE(heard, 0);
    QCOMPARE(second, 0);
  }

  void nothingIsHeardOnceTheClientIsGone() {
    int heard = 0;
    auto test = std::make_unique<TestClient>();
    test->open("/x.slow");
    for (int i = 0; i < 20; ++i)
      test->client.read({"/x.slow", ""}, wavePlane(i), data::Priority::Cursor, {this, i}, [&heard](auto) { ++heard; });
    QTest::qWait(20);
    const qint64 pid = test->client.servicePid();
    const int before = heard;
    test.reset();
    QTest::qWait(100);
    QCOMPARE(heard, before);
    QCOMPARE(kill(static_cast<pid_t>(pid), 0), -1);
  }

  void aCallbackMayEndTheClient() {
    auto test = std::make_unique<TestClient>();
    int heard = 0;
    for (int i = 0; i < 5; ++i)
      test->client.read({"/x.wave", ""}, wavePlane(i), data::Priority::Cursor, {}, [&](auto) {
        ++heard;
        test.reset();
      });
    QTRY_VERIFY(!test);
    QTest::qWait(20);
    QCOMPARE(heard, 1);
  }

  void theCacheKeepsItsBudget() {
    const std::size_t budget = 20 * 8192;
    TestClient test(budget);
    for (int i = 0; i < 160; ++i)
      QVERIFY(test.read("/x.wave", wavePlane(i % 32, i / 32)).block);
    // What is mapped is what is cached: nobody else holds a block.
    QFile maps("/proc/self/maps");
    QVERIFY(maps.open(QIODevice::ReadOnly));
    const auto mapped = maps.readAll().count("/dev/shm/discern-");
    QVERIFY2(mapped > 0 && mapped <= 20, qPrintable(QString::number(mapped)));
  }

  void aPlaneOfACachedVolumeIsCutFromIt() {
    TestClient test;
    QVERIFY(test.read("/x.wave", {{{0, 0, 0}, {64, 48, 32}}, 2, 0, 0}).block);
    kill(static_cast<pid_t>(test.client.servicePid()), SIGSTOP); // nobody could answer
    const data::Slab across{{{11, 0, 0}, {12, 48, 32}}, 2, 0, 0};
    QVERIFY(sameAs(*wave_, across, test.read("/x.wave", across).block));
    kill(static_cast<pid_t>(test.client.servicePid()), SIGCONT);
  }

  void aChangedFileIsNoticedByTheNextRead() {
    QTemporaryDir folder;
    const QString name = folder.filePath("a.bytes");
    const std::string path = name.toStdString();
    const auto write = [&name](const QByteArray& bytes) {
      QFile file(name);
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write(bytes);
    };
    TestClient test;
    QSignalSpy changes(&test.client, &channel::Client::fileChanged);
    write("first one");
    test.open(path);
    const data::DatasetInfo* before = test.client.info(path);
    QCOMPARE(test.read(path, {{{0, 0, 0}, {5, 1, 1}}, 0, 0, 0}).block->value({0, 0, 0}), double('f'));
    write("second");
    QCOMPARE(test.read(path, {{{0, 0, 0}, {4, 1, 1}}, 0, 0, 0}).block->value({0, 0, 0}), double('s'));
    QTRY_COMPARE(changes.count(), 1);
    QCOMPARE(test.client.info(path)->fields.at(0).shape[0], 6);
    QCOMPARE(before->fields.at(0).shape[0], 9); // whoever still looks at it may
    // What was cached of the old file is gone.
    QCOMPARE(test.read(path, {{{0, 0, 0}, {5, 1, 1}}, 0, 0, 0}).block->value({0, 0, 0}), double('s'));
    // A box that the new file no longer has.
    write("x");
    QVERIFY(!test.read(path, {{{0, 0, 0}, {3, 1, 1}}, 0, 0, 0}).error.empty());
  }

  void aForgottenFileIsOpenedAnew() {
    TestClient test;
    test.open("/x.slowopen");
    const std::string first = test.client.info("/x.slowopen")->format;
    test.client.forget("/x.slowopen");
    QVERIFY(!test.client.info("/x.slowopen"));
    test.open("/x.slowopen");
    QVERIFY(test.client.info("/x.slowopen")->format != first);
  }

  void aFileThatVanishes() {
    QTemporaryDir folder;
    const QString name = folder.filePath("a.bytes");
    QFile file(name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("some bytes");
    file.close();
    TestClient test;
    test.open(name.toStdString());
    QVERIFY(file.remove());
    const auto gone = test.read(name.toStdString(), {{{0, 0, 0}, {2, 1, 1}}, 0, 0, 0});
    QCOMPARE(gone.error, name.toStdString() + ": there is no such file");
    QCOMPARE(test.restarts.count(), 0);
  }

  void whatALibraryPrintsIsNoAnswer() {
    TestClient test;
    QVERIFY(sameAs(*wave_, wavePlane(2), test.read("/x.printing", wavePlane(2)).block));
    QCOMPARE(test.restarts.count(), 0);
  }

  void withoutSharedMemoryThePipeDoes() {
    // Names are refused when the limit for files is reached, as they would be where /dev/shm is missing.
    TestClient test;
    test.open("/x.wave");
    QTest::qWait(20);
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    const rlimit none{6, limit.rlim_max}; // all of them taken; poll() needs some
    setrlimit(RLIMIT_NOFILE, &none);
    std::optional<TestClient::Read> result;
    test.client.read({"/x.wave", ""}, wavePlane(9), data::Priority::Cursor, {}, [&](auto reply) {
      result = TestClient::Read{reply.value, reply.error};
    });
    TestClient::until([&] { return result.has_value(); }, 2000);
    setrlimit(RLIMIT_NOFILE, &limit);
    QVERIFY(result);
    QCOMPARE(result->error, std::string());
    QVERIFY(sameAs(*wave_, wavePlane(9), result->block));
  }

  void nothingLeaks() {
    { TestClient warm; }
    const int threads = countEntries("/proc/self/task"), files = countEntries("/proc/self/fd");
    for (int i = 0; i < 5; ++i) {
      TestClient test;
      QVERIFY(test.read("/x.wave", wavePlane(i)).block);
      QVERIFY(countEntries("/proc/self/task") > threads);
    }
    QCOMPARE(countEntries("/proc/self/task"), threads);
    QCOMPARE(countEntries("/proc/self/fd"), files);
    QFile children(QStringLiteral("/proc/self/task/%1/children").arg(getpid()));
    if (children.open(QIODevice::ReadOnly)) QCOMPARE(children.readAll().trimmed(), QByteArray());
  }
};

QTEST_GUILESS_MAIN(TestChannelClient)
#include "test_client.moc"
