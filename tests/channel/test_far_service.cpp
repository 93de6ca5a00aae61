// A file of another machine through the client: one way there and back a request, many at once, stale ones dropped.
#include "channel/far_fixture.h"
#include "data/block.h"

#include <QElapsedTimer>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::test;
using nlohmann::json;

class TestFarService : public QObject {
  Q_OBJECT
  std::shared_ptr<data::FieldSource> wave_ = waveField();

private Q_SLOTS:
  void opensReadsAndNamesWithItsAddress() {
    FarClient test;
    const std::string path = "ssh://far/data/x.wave";
    QCOMPARE(test.open(path), std::string());
    QCOMPARE(test.client.info(path)->path, path);
    for (const data::Slab& slab : {wavePlane(3), wavePlane(31, 4, 1), data::Slab{{{1, 2, 3}, {9, 5, 7}}, 2, 1, 0}})
      QVERIFY(sameAs(*wave_, slab, test.read(path, slab).block));
    std::optional<std::vector<double>> series;
    std::optional<data::Statistics> statistics;
    test.client.series({path, "wave"}, {5, 6, 7}, 1, {}, [&](auto reply) { series = reply.value; });
    test.client.statistics({path, ""}, 3, 1, {}, [&](auto reply) { statistics = reply.value; });
    QTRY_VERIFY(series && statistics);
    QCOMPARE(statistics->histogram, data::statistics(*wave_, 3, 1).histogram);
    QCOMPARE(test.state(), channel::HostState::Kind::Reachable);
    QCOMPARE(test.open("ssh://far/none"), std::string("ssh://far/none: there is no such file"));
    QVERIFY(test.open("ssh://-far/none").find("\"-\"") != std::string::npos);
    QCOMPARE(segmentsOf(getpid()), QStringList());
  }

  void hereAndThereAtOnce() {
    FarClient test;
    const auto here = test.read("/x.wave", wavePlane(1)), there = test.read("ssh://far/x.wave", wavePlane(2));
    QVERIFY(sameAs(*wave_, wavePlane(1), here.block));
    QVERIFY(sameAs(*wave_, wavePlane(2), there.block));
  }

  void largePayloadsAndLongAnswersComeInPieces() {
    FarClient test({.delay = 5});
    const std::string path = "ssh://far/x.256x256x64.volume";
    QCOMPARE(test.open(path), std::string());
    const data::Slab whole{{{0, 0, 0}, {256, 256, 64}}, 0, 0, 0};
    QVERIFY(sameAs(*volumeField({256, 256, 64}), whole, test.read(path, whole).block));
    std::optional<json> echo;
    json much = json::array();
    for (int i = 0; i < 100'000; ++i)
      much.push_back("ü" + std::to_string(i));
    test.client.callOn("far", "echo", {{"much", much}}, [&](auto reply) {
      QCOMPARE(reply.error, std::string());
      echo = reply.value;
    });
    QTRY_VERIFY(echo);
    QVERIFY(echo->at("much") == much);
  }

  void aRequestTakesOneWayThereAndBack() {
    FarClient test;
    const std::string path = "ssh://far/x.wave";
    test.open(path);
    test.read(path, wavePlane(0));
    QElapsedTimer timer;
    timer.start();
    QVERIFY(test.read(path, wavePlane(1)).block);
    QVERIFY2(timer.elapsed() >= 95 && timer.elapsed() < 180, qPrintable(QString::number(timer.elapsed())));
  }

  void requestsOverlap() {
    FarClient test;
    const std::string path = "ssh://far/x.wave";
    test.open(path);
    test.read(path, wavePlane(0));
    int answers = 0;
    QElapsedTimer timer;
    timer.start();
    for (int i = 1; i <= 30; ++i)
      test.client.read({path, ""}, wavePlane(i), data::Priority::Visible, {this, i}, [&](auto reply) {
        answers += sameAs(*wave_, reply.value ? reply.value->slab : data::Slab{}, reply.value) ? 1 : 0;
      });
    QTRY_COMPARE(answers, 30);
    QVERIFY2(timer.elapsed() < 300, qPrintable(QString::number(timer.elapsed()))); // one by one: 3 s
  }

  /// The greeting costs nothing: what is asked is on its way before it.
  void theFirstFileIsThereAfterOneWayThereAndBack() {
    FarClient test({.delay = 150});
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(test.open("ssh://far/x.wave"), std::string());
    QVERIFY2(timer.elapsed() < 550, qPrintable(QString::number(timer.elapsed())));
  }

  void staleRequestsAreDroppedThere() {
    FarClient test({.delay = 10});
    const std::string path = "ssh://far/x.slow"; // 30 ms a read
    test.open(path);
    std::vector<int> answered;
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 160; ++i)
      test.client.read({path, ""}, wavePlane(i % 32, i / 32), data::Priority::Cursor, {this, 7},
                       [&answered, i](auto) { answered.push_back(i); });
    QTRY_VERIFY(!answered.empty());
    QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
    QTest::qWait(100);
    QCOMPARE(answered, std::vector<int>{159});
  }

  /// 32 MiB on a link of 4 MB/s keep it busy for seconds; a plane that the cursor asks for slips in.
  void aBigTransferDoesNotDelayWhatIsUrgent() {
    FarClient test({.delay = 20, .rate = 4e6}, std::size_t{256} << 20);
    const std::string big = "ssh://far/x.512x512x64.volume", small = "ssh://far/x.wave";
    test.open(big);
    test.open(small);
    bool bigDone = false;
    test.client.read({big, ""}, {{{0, 0, 0}, {512, 512, 64}}, 0, 0, 0}, data::Priority::Background, {},
                     [&bigDone](auto) { bigDone = true; });
    QTest::qWait(1200); // it is under way
    QVERIFY(!bigDone);
    for (int i = 0; i < 3; ++i) {
      QElapsedTimer timer;
      timer.start();
      std::optional<data::BlockPtr> block;
      test.client.read({small, ""}, wavePlane(i), data::Priority::Cursor, {}, [&](auto reply) { block = reply.value; });
      QTRY_VERIFY(block);
      QVERIFY(sameAs(*wave_, wavePlane(i), *block));
      QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed())));
      QVERIFY(!bigDone);
    }
  }

  /// What nobody wants any more is not sent, even if half of it was.
  void aStaleTransferFreesTheLink() {
    FarClient test({.delay = 20, .rate = 4e6}, std::size_t{256} << 20);
    const std::string big = "ssh://far/x.512x512x64.volume";
    test.open(big);
    const data::FieldProvider::Ticket ticket{this, 3};
    bool stale = false;
    test.client.read({big, ""}, {{{0, 0, 0}, {512, 512, 64}}, 0, 0, 0}, data::Priority::Visible, ticket,
                     [&stale](auto) { stale = true; });
    QTest::qWait(600);
    QElapsedTimer timer;
    timer.start();
    data::BlockPtr block;
    const data::Slab slab{{{0, 0, 0}, {512, 512, 1}}, 0, 0, 0}; // half a megabyte: an eighth of a second
    test.client.read({big, ""}, slab, data::Priority::Visible, ticket, [&block](auto reply) { block = reply.value; });
    QTRY_VERIFY(block);
    QVERIFY2(timer.elapsed() < 1200, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(!stale);
  }

  void whatPacksIsPacked() {
    FarClient test({.delay = 0, .rate = 1e6});
    const std::string path = "ssh://far" DISCERN_BINARY_DIR "/tests/zeros.bytes";
    QFile file(QStringLiteral(DISCERN_BINARY_DIR "/tests/zeros.bytes"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(4'000'000, '\0'));
    file.close();
    QCOMPARE(test.open(path), std::string());
    QElapsedTimer timer;
    timer.start();
    const auto read = test.read(path, {{{0, 0, 0}, {4'000'000, 1, 1}}, 0, 0, 0});
    QCOMPARE(read.error, std::string());
    QCOMPARE(read.block->size(), std::size_t{4'000'000});
    QVERIFY2(timer.elapsed() < 1500, qPrintable(QString::number(timer.elapsed()))); // 4 s as they are
    QFile::remove(QStringLiteral(DISCERN_BINARY_DIR "/tests/zeros.bytes"));
  }

  void whatALoginPrintsIsPassedOver() {
    FarClient test({.delay = 5, .says = "Welcome to far!\n{\"id\":1,\"result\":{}}\n\x1b[31mQuota: 93 %\x1b[0m\r\n> "});
    QCOMPARE(test.open("ssh://far/x.wave"), std::string());
    QVERIFY(sameAs(*wave_, wavePlane(1), test.read("ssh://far/x.wave", wavePlane(1)).block));
  }

  void anotherVersionIsSaid() {
    FarClient test({.delay = 5, .mode = "future"});
    const std::string why = test.open("ssh://far/x.wave");
    QVERIFY2(why.starts_with("far has Discern 9.1") && why.find("version 99") != std::string::npos, why.c_str());
    QCOMPARE(test.state(), channel::HostState::Kind::Refused);
  }
};

QTEST_GUILESS_MAIN(TestFarService)
#include "test_far_service.moc"
