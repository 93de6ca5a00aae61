#include "channel/conversation.h"
#include "channel/protocol/shared_segment.h"
#include "channel/server/server.h"
#include "channel/test_dataset.h"
#include "data/block.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <set>
#include <sys/wait.h>
#include <thread>

using namespace discern;
using nlohmann::json;

namespace {

/// A server in this process, and pipes to it.
class Service {
public:
  explicit Service(int threads = 2) : server_(test::openTestFile, threads) {
    if (pipe2(in_, O_CLOEXEC) != 0 || pipe2(out_, O_CLOEXEC) != 0) std::abort();
    server_.addMethod("echo", [](const json& params) { return params; });
    thread_ = std::thread([this] {
      server_.serve(in_[0], out_[1]);
      served = true;
    });
  }
  ~Service() {
    end();
    for (const int descriptor : {in_[0], out_[0], out_[1]})
      ::close(descriptor);
  }
  void end() {
    if (!thread_.joinable()) return;
    ::close(in_[1]);
    thread_.join();
  }
  test::Conversation talk() { return {in_[1], out_[0]}; }
  std::atomic<bool> served{false};

private:
  channel::Server server_;
  int in_[2], out_[2];
  std::thread thread_;
};

json request(int id, const std::string& method, const json& params, int priority = 1) {
  return {{"id", id}, {"method", method}, {"params", params}, {"priority", priority}};
}

const data::Slab plane{{{0, 0, 7}, {64, 48, 8}}, 3, 1, 0};

std::vector<std::byte> direct(const data::Slab& slab) {
  const auto field = test::waveField();
  std::vector<std::byte> bytes(static_cast<std::size_t>(slab.box.voxels()) * 2);
  field->read(slab, bytes);
  return bytes;
}

json readOf(const std::string& path, const data::Slab& slab, const std::string& shm = {}) {
  json params{{"path", path}, {"field", "wave"}, {"slab", slab}};
  if (!shm.empty()) params["shm"] = shm;
  return params;
}

} // namespace

class TestServer : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void helloAndItsVersion() {
    Service service;
    auto talk = service.talk();
    const json answer = talk.ask(request(1, "hello", {{"version", 1}}));
    QCOMPARE(answer.at("id").get<int>(), 1);
    QCOMPARE(answer.at("result").at("version").get<int>(), 1);
    QCOMPARE(answer.at("result").at("pid").get<int>(), getpid());
    QVERIFY(talk.ask(request(2, "hello", {{"version", 99}})).at("error").at("kind") == "usage");
  }

  void openDescribesTheFile() {
    Service service;
    auto talk = service.talk();
    const auto info = talk.ask(request(1, "open", {{"path", "/x.wave"}})).at("result").get<data::DatasetInfo>();
    QCOMPARE(info.path, std::string("/x.wave"));
    QCOMPARE(info.fields.at(0).shape, (data::Index3{64, 48, 32}));
    QCOMPARE(info.fields.at(0).time.size, 5);
    QCOMPARE(info.tables.at(0).rows, 2);
  }

  void aBoxComesInSharedMemory() {
    Service service;
    auto talk = service.talk();
    const auto segment = channel::SharedSegment::create(64 * 48 * 2);
    const json answer = talk.ask(request(1, "read", readOf("/x.wave", plane, segment.name())));
    QCOMPARE(answer.at("result").at("bytes").get<int>(), 64 * 48 * 2);
    QCOMPARE(std::memcmp(segment.data(), direct(plane).data(), 64 * 48 * 2), 0);
  }

  void orItFollowsTheAnswer() {
    Service service;
    auto talk = service.talk();
    talk.say(request(1, "read", readOf("/x.wave", plane)));
    talk.say(request(2, "echo", {{"after", true}}));
    json answer = talk.hear();
    if (answer.at("id") == 2) answer = talk.hear();
    QCOMPARE(answer.at("raw").get<int>(), 64 * 48 * 2);
    const std::string raw = talk.hearRaw(64 * 48 * 2);
    QCOMPARE(std::memcmp(raw.data(), direct(plane).data(), raw.size()), 0);
  }

  void seriesStatisticsAndTable() {
    Service service;
    auto talk = service.talk();
    const auto field = test::waveField();
    const json series = talk.ask(request(
        1, "series",
        {{"path", "/x.wave"}, {"field", "wave"}, {"voxel", {5, 6, 7}}, {"component", 1}, {"from", 1}, {"to", 4}}));
    std::vector<double> expected(3);
    field->series({5, 6, 7}, 1, 4, 1, expected);
    QCOMPARE(series.at("result").at("values").get<std::vector<double>>(), expected);

    const auto got =
        talk.ask(request(2, "statistics", {{"path", "/x.wave"}, {"field", ""}, {"time", 2}, {"component", 1}}))
            .at("result")
            .get<data::Statistics>();
    const auto wanted = data::statistics(*field, 2, 1);
    QCOMPARE(got.mean, wanted.mean);
    QCOMPARE(got.histogram, wanted.histogram);

    const auto table =
        talk.ask(request(3, "table", {{"path", "/x.wave"}, {"name", "peaks"}})).at("result").get<data::Table>();
    QCOMPARE(table.texts.at(0), (std::vector<std::string>{"Säntis", "Tödi"}));
    QCOMPARE(table.numbers.at(1), (std::vector<double>{2502, 3614}));
  }

  void whatIsWrongIsAnswered_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("kind");
    const QByteArray usage("usage"), read("read"), memory("memory");
    const auto row = [&](const char* name, const json& message, const QByteArray& kind) {
      QTest::newRow(name) << QByteArray::fromStdString(message.dump()) << kind;
    };
    QTest::newRow("no JSON") << QByteArray("{\"id\": 1, ") << usage;
    QTest::newRow("no UTF-8") << QByteArray("{\"id\": 1, \"method\": \"\xff\"}") << usage;
    QTest::newRow("deep") << QByteArray(500'000, '[') << usage;
    QTest::newRow("deep and whole") << QByteArray(200'000, '[') + QByteArray(200'000, ']') << usage;
    QTest::newRow("two megabytes") << QByteArray(2'000'000, 'x') << usage;
    QTest::newRow("zero bytes") << QByteArray(100, '\0') << usage;
    row("unknown method", request(1, "format", {{"path", "/x.wave"}}), usage);
    row("no path", request(1, "open", json::object()), usage);
    row("path with zero", request(1, "open", {{"path", std::string("/x\0.wave", 8)}}), usage);
    row("number for path", request(1, "open", {{"path", 3}}), usage);
    row("no such file", request(1, "open", {{"path", "/nothing"}}), read);
    row("no such field", request(1, "read", {{"path", "/x.wave"}, {"field", "no"}, {"slab", plane}}), usage);
    row("no such table", request(1, "table", {{"path", "/x.wave"}, {"name", "no"}}), usage);
    row("no slab", request(1, "read", {{"path", "/x.wave"}, {"field", ""}}), usage);
    row("slab of text", request(1, "read", {{"path", "/x.wave"}, {"field", ""}, {"slab", "all"}}), usage);
    row("box outside", request(1, "read", readOf("/x.wave", {{{0, 0, 0}, {65, 48, 32}}, 0, 0, 0})), usage);
    row("box upside down", request(1, "read", readOf("/x.wave", {{{9, 0, 0}, {3, 48, 32}}, 0, 0, 0})), usage);
    row("box overflowing", request(1, "read", readOf("/x.wave", {{{INT64_MIN, 0, 0}, {INT64_MAX, 1, 1}}, 0, 0, 0})),
        usage);
    row("time outside", request(1, "read", readOf("/x.wave", {{{0, 0, 0}, {1, 1, 1}}, 5, 0, 0})), usage);
    row("level outside", request(1, "read", readOf("/x.wave", {{{0, 0, 0}, {1, 1, 1}}, 0, 0, 3})), usage);
    row("no such segment", request(1, "read", readOf("/x.wave", plane, "/discern-1-999999")), memory);
    row("another's segment", request(1, "read", readOf("/x.wave", plane, "/../etc/passwd")), memory);
    row("voxel outside", request(1, "series", {{"path", "/x.wave"}, {"field", ""}, {"voxel", {64, 0, 0}}}), usage);
    row("two numbers for voxel", request(1, "series", {{"path", "/x.wave"}, {"field", ""}, {"voxel", {1, 2}}}), usage);
    row("series backwards",
        request(1, "series", {{"path", "/x.wave"}, {"field", ""}, {"voxel", {1, 2, 3}}, {"from", 4}, {"to", 2}}),
        usage);
    row("sample huge", request(1, "statistics", {{"path", "/x.wave"}, {"field", ""}, {"sample", INT64_MAX}}), usage);
    row("component outside", request(1, "statistics", {{"path", "/x.wave"}, {"field", ""}, {"component", 2}}), usage);
    row("cancel of text", {{"cancel", "all"}}, usage);
    row("raise of text", {{"raise", "all"}}, usage);
    row("int thrown", request(1, "read", readOf("/x.throwing", plane)), "internal");
  }
  void whatIsWrongIsAnswered() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, kind);
    Service service;
    auto talk = service.talk();
    std::thread speaking([&] { talk.sayText(text.toStdString() + "\n"); });
    const json answer = talk.hear();
    speaking.join();
    QVERIFY(answer.is_object());
    QCOMPARE(QByteArray::fromStdString(answer.at("error").at("kind").get<std::string>()), kind);
    QVERIFY(!answer.at("error").at("message").get<std::string>().empty());
    // And it serves on.
    QVERIFY(talk.ask(request(2, "open", {{"path", "/x.wave"}})).contains("result"));
  }

  void aSegmentThatIsTooSmallIsLeftAlone() {
    Service service;
    auto talk = service.talk();
    const auto segment = channel::SharedSegment::create(100);
    QVERIFY(talk.ask(request(1, "read", readOf("/x.wave", plane, segment.name()))).at("error").at("kind") == "memory");
  }

  void aFileIsOpenedOnceForAll() {
    Service service(4);
    auto talk = service.talk();
    for (int id = 1; id <= 20; ++id)
      talk.say(request(id, "open", {{"path", "/once.slowopen"}}));
    talk.say(request(21, "open", {{"path", "/other.wave"}}));
    std::set<std::string> formats;
    std::set<int> ids;
    QCOMPARE(talk.hear().at("id").get<int>(), 21); // one slow file does not hold up the others
    for (int i = 0; i < 20; ++i) {
      const json answer = talk.hear();
      formats.insert(answer.at("result").at("format").get<std::string>());
      ids.insert(answer.at("id").get<int>());
    }
    QCOMPARE(formats.size(), std::size_t{1});
    QCOMPARE(ids.size(), std::size_t{20});
    talk.ask(request(30, "close", {{"path", "/once.slowopen"}}));
    const auto again =
        talk.ask(request(31, "open", {{"path", "/once.slowopen"}})).at("result").at("format").get<std::string>();
    QVERIFY(!formats.contains(again));
  }

  void lowerPrioritiesComeFirst() {
    Service service(1);
    auto talk = service.talk();
    talk.say(request(1, "read", readOf("/x.slow", plane)));
    QVERIFY(talk.hear(10, true).contains("begun"));
    for (int id = 10; id < 15; ++id)
      talk.say(request(id, "echo", json::object(), 2));
    for (int id = 20; id < 25; ++id)
      talk.say(request(id, "echo", json::object(), 0));
    talk.say({{"raise", {14}}, {"priority", 0}});
    std::vector<int> order;
    for (int i = 0; i < 11; ++i) {
      const json answer = talk.hear();
      order.push_back(answer.at("id").get<int>());
      if (answer.contains("raw")) talk.hearRaw(answer.at("raw").get<std::size_t>());
    }
    QCOMPARE(order, (std::vector<int>{1, 14, 20, 21, 22, 23, 24, 10, 11, 12, 13}));
  }

  void theBackgroundLeavesAThreadFree() {
    Service service(2);
    auto talk = service.talk();
    for (int id = 1; id <= 3; ++id)
      talk.say(request(id, "open", {{"path", std::to_string(id) + ".slowopen"}}, 2));
    QVERIFY(talk.hear(10, true).contains("begun"));
    talk.say(request(4, "open", {{"path", "/x.wave"}}, 1));
    QCOMPARE(talk.hear().at("id").get<int>(), 4);
    std::set<int> others;
    for (int i = 0; i < 3; ++i)
      others.insert(talk.hear().at("id").get<int>());
    QCOMPARE(others, (std::set<int>{1, 2, 3}));
  }

  void cancelledRequestsAreNotAnswered() {
    Service service(1);
    auto talk = service.talk();
    talk.say(request(1, "open", {{"path", "/x.slowopen"}}));
    for (int id = 2; id < 50; ++id)
      talk.say(request(id, "echo", json::object()));
    json ids = json::array();
    for (int id = 2; id < 49; ++id)
      ids.push_back(id);
    talk.say({{"cancel", ids}});
    QCOMPARE(talk.hear().at("id").get<int>(), 1);
    QCOMPARE(talk.hear().at("id").get<int>(), 49);
    QVERIFY(talk.hear(0.1).is_null());
  }

  void aChangedFileIsOpenedAnew() {
    QTemporaryDir folder;
    const std::string path = folder.filePath("a.bytes").toStdString();
    const auto write = [&path](const QByteArray& bytes) {
      QFile file(QString::fromStdString(path));
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write(bytes);
    };
    Service service;
    auto talk = service.talk();
    write("first");
    const json before = talk.ask(request(1, "open", {{"path", path}}));
    QCOMPARE(before.at("result").at("fields").at(0).at("shape").at(0).get<int>(), 5);
    write("and second");
    const json after = talk.ask(request(2, "open", {{"path", path}}));
    QCOMPARE(after.at("result").at("fields").at(0).at("shape").at(0).get<int>(), 10);
    QVERIFY(before.at("result").at("stamp") != after.at("result").at("stamp"));
    QFile::remove(QString::fromStdString(path));
    const json gone = talk.ask(request(3, "series", {{"path", path}, {"field", ""}, {"voxel", {0, 0, 0}}}));
    QVERIFY(gone.at("error").at("kind") == "read");
    QVERIFY(gone.at("error").at("message").get<std::string>().starts_with(path));
  }

  void itReturnsWhenTheInputEnds() {
    Service service(1);
    auto talk = service.talk();
    auto segment = channel::SharedSegment::create(64 * 48 * 2);
    for (int id = 1; id < 100; ++id)
      talk.say(request(id, "read", readOf("/x.slow", plane, segment.name())));
    QTest::qWait(10);
    QElapsedTimer timer;
    timer.start();
    service.end();
    QVERIFY(timer.elapsed() < 1000); // all of them would take three seconds
    QVERIFY(service.served);
  }

  void itReturnsWhenNobodyListens() {
    int in[2], out[2];
    QCOMPARE(pipe2(in, O_CLOEXEC), 0);
    QCOMPARE(pipe2(out, O_CLOEXEC), 0);
    std::signal(SIGPIPE, SIG_IGN);
    channel::Server server(test::openTestFile, 1);
    std::atomic<bool> done = false;
    std::thread thread([&] {
      server.serve(in[0], out[1]);
      done = true;
    });
    ::close(out[0]);
    test::Conversation(in[1], -1).say(request(1, "hello", {{"version", 1}}));
    QTRY_VERIFY(done); // although the input is open
    thread.join();
    for (const int descriptor : {in[0], in[1], out[1]})
      ::close(descriptor);
  }

  void itsMemoryIsCapped() {
#ifdef DISCERN_SANITIZED
    QSKIP("a sanitizer's shadow counts as memory: no cap in this build");
#endif
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("TEST_SERVER_MEMORY", QString::number(300 << 20));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(DISCERN_BINARY_DIR "/tests/fixture_channel_service", {"serve"});
    QVERIFY(process.waitForStarted());
    const auto ask = [&process](const json& message) {
      process.write(QByteArray::fromStdString(message.dump() + "\n"));
      for (;;) {
        while (!process.canReadLine())
          if (!process.waitForReadyRead(20'000)) return json();
        json answer = json::parse(process.readLine().toStdString());
        if (!answer.contains("begun")) return answer;
      }
    };
    const json answer = ask(request(1, "series", {{"path", "/x.exhausting"}, {"field", ""}, {"voxel", {0, 0, 0}}}));
    QVERIFY(answer.at("error").at("kind") == "internal");
    QVERIFY(answer.at("error").at("message").get<std::string>().find("not enough memory") != std::string::npos);
    QVERIFY(ask(request(2, "open", {{"path", "/x.wave"}})).contains("result"));
    QFile status(QStringLiteral("/proc/%1/status").arg(process.processId()));
    QVERIFY(status.open(QIODevice::ReadOnly));
    const QByteArray text = status.readAll();
    const auto at = text.indexOf("VmHWM:");
    const long peak = text.mid(at + 6, 20).trimmed().split(' ').first().toLong(); // kB
    QVERIFY(peak > 200'000);                                                      // it came to the limit
    QVERIFY2(peak < 500'000, text.mid(at, 30).constData());
    process.closeWriteChannel();
    QVERIFY(process.waitForFinished(2000));
    QCOMPARE(process.exitCode(), 0);
  }
};

QTEST_GUILESS_MAIN(TestServer)
#include "test_server.moc"
