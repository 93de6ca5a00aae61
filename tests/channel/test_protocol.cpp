#include "channel/protocol/line_buffer.h"
#include "channel/protocol/message.h"
#include "channel/protocol/shared_segment.h"
#include "data/error.h"

#include <QTest>
#include <cstring>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace discern;
using namespace discern::channel;
using nlohmann::json;

class TestProtocol : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void linesComeInAnyPieces() {
    const std::string stream = "one\n\n{\"two\": 2}\nlast\n";
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
      LineBuffer buffer(100);
      std::vector<std::string> lines;
      for (std::size_t at = 0; at < stream.size(); at += piece) {
        buffer.append(std::string_view(stream).substr(at, piece));
        while (const auto line = buffer.next())
          lines.push_back(line->text);
      }
      QCOMPARE(lines, (std::vector<std::string>{"one", "", "{\"two\": 2}", "last"}));
    }
  }

  void aLineThatIsTooLongIsSkippedAndReportedOnce() {
    LineBuffer buffer(10);
    buffer.append("short\n");
    const std::string part(1000, 'x');
    QCOMPARE(buffer.next()->text, std::string("short"));
    for (int i = 0; i < 1000; ++i) {
      buffer.append(part);
      QVERIFY(!buffer.next());
    }
    buffer.append("xx\nafter\n12345678901\n1234567890\n");
    QVERIFY(buffer.next()->tooLong);
    QCOMPARE(buffer.next()->text, std::string("after"));
    QVERIFY(buffer.next()->tooLong);
    QCOMPARE(buffer.next()->text, std::string("1234567890"));
    QVERIFY(!buffer.next());
  }

  void rawBytesFollowALine() {
    LineBuffer buffer(100);
    buffer.append("{}\nab\nc");
    QCOMPARE(buffer.next()->text, std::string("{}"));
    std::array<std::byte, 6> raw{};
    QCOMPARE(buffer.takeRaw(raw), std::size_t{4});
    buffer.append("de{}\n");
    QCOMPARE(buffer.takeRaw(std::span(raw).subspan(4)), std::size_t{2});
    QCOMPARE(std::memcmp(raw.data(), "ab\ncde", 6), 0);
    QCOMPARE(buffer.next()->text, std::string("{}"));
  }

  void aSegmentIsSeenByBothSides() {
    auto mine = SharedSegment::create(100'000);
    QVERIFY(SharedSegment::isName(mine.name()));
    QVERIFY(mine.name().starts_with("/discern-" + std::to_string(getpid()) + "-"));
    {
      const auto theirs = SharedSegment::attach(mine.name(), 100'000);
      std::memset(theirs.data(), 0x5a, 100'000);
    }
    mine.unlink();
    QVERIFY_EXCEPTION_THROWN((void)SharedSegment::attach(mine.name(), 1), SegmentError);
    QCOMPARE(mine.data()[99'999], std::byte{0x5a});
  }

  void aSegmentThatLiesIsRefused() {
    const auto segment = SharedSegment::create(4096);
    QVERIFY_EXCEPTION_THROWN((void)SharedSegment::attach(segment.name(), 4097), SegmentError);
    for (const char* name :
         {"/sem.other", "discern-1-1", "/discern-1", "/discern-1-", "/discern-1-1/../x", "/discern--1", ""}) {
      QVERIFY2(!SharedSegment::isName(name), name);
      QVERIFY_EXCEPTION_THROWN((void)SharedSegment::attach(name, 1), SegmentError);
    }
  }

  void whatTheDeadLeaveBehindIsRemoved() {
    const auto mine = SharedSegment::create(10);
    const pid_t child = fork();
    if (child == 0) {
      auto left = SharedSegment::create(10);
      (void)SharedSegment::create(10);
      _exit(left.size() == 10 ? 0 : 1); // without the destructor
    }
    const std::string pattern = "/dev/shm/discern-" + std::to_string(child) + "-";
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT); // dead, but not buried
    QVERIFY(SharedSegment::removeOrphans() >= 1);
    waitpid(child, nullptr, 0);
    QCOMPARE(SharedSegment::removeOrphans(), 0);
    QCOMPARE(access(("/dev/shm" + mine.name()).c_str(), F_OK), 0); // the living keep theirs
  }

  void aRequestComesBackAsItWas() {
    const auto back = requestFrom(json::parse(requestLine({7, "read", {{"path", "/a ü"}}, 2})));
    QCOMPARE(back.id, 7);
    QCOMPARE(back.method, std::string("read"));
    QCOMPARE(back.params.at("path").get<std::string>(), std::string("/a ü"));
    QCOMPARE(back.priority, 2);
  }

  void textThatIsNoUtf8DoesNotThrow() {
    const std::string text = errorLine(3, ErrorKind::Read, "/tmp/\xff\xfe: bad");
    QVERIFY(json::parse(text).at("error").at("message").is_string());
    QCOMPARE(text.back(), '\n');
  }

  void malformedRequestsAreRefused_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("array") << QByteArray("[1]");
    QTest::newRow("no id") << QByteArray(R"({"method":"open"})");
    QTest::newRow("text id") << QByteArray(R"({"id":"1","method":"open"})");
    QTest::newRow("fraction id") << QByteArray(R"({"id":1.5,"method":"open"})");
    QTest::newRow("no method") << QByteArray(R"({"id":1})");
    QTest::newRow("params array") << QByteArray(R"({"id":1,"method":"open","params":[]})");
    QTest::newRow("priority text") << QByteArray(R"({"id":1,"method":"open","priority":"high"})");
    QTest::newRow("priority huge") << QByteArray(R"({"id":1,"method":"open","priority":18446744073709551615})");
    QTest::newRow("priority negative") << QByteArray(R"({"id":1,"method":"open","priority":-1})");
  }
  void malformedRequestsAreRefused() {
    QFETCH(QByteArray, text);
    QVERIFY_EXCEPTION_THROWN((void)requestFrom(json::parse(text.toStdString())), data::UsageError);
  }

  void aBoxIsCheckedBeforeItIsRead() {
    data::FieldInfo field;
    field.shape = {10, 20, 30};
    field.time.size = 2;
    field.type = data::ScalarType::Float64;
    QCOMPARE(checkedBytes(field, {{{0, 0, 0}, {10, 20, 30}}, 1, 0, 0}), std::size_t{48000});
    const std::vector<data::Slab> wrong{{{{0, 0, 0}, {11, 20, 30}}, 0, 0, 0}, {{{-1, 0, 0}, {1, 1, 1}}, 0, 0, 0},
                                        {{{5, 0, 0}, {5, 1, 1}}, 0, 0, 0},    {{{5, 0, 0}, {4, 1, 1}}, 0, 0, 0},
                                        {{{0, 0, 0}, {1, 1, 1}}, 2, 0, 0},    {{{0, 0, 0}, {1, 1, 1}}, -1, 0, 0},
                                        {{{0, 0, 0}, {1, 1, 1}}, 0, 1, 0},    {{{0, 0, 0}, {1, 1, 1}}, 0, 0, 1}};
    for (const data::Slab& slab : wrong)
      QVERIFY_EXCEPTION_THROWN((void)checkedBytes(field, slab), data::UsageError);
    // 10¹⁸ voxels: the product of shape and size passes 2⁶³.
    field.shape = {1'000'000'000, 1'000'000'000, 1'000'000'000};
    QVERIFY_EXCEPTION_THROWN((void)checkedBytes(field, {{{0, 0, 0}, field.shape}, 0, 0, 0}), data::UsageError);
  }
};

QTEST_GUILESS_MAIN(TestProtocol)
#include "test_protocol.moc"
