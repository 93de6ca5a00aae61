#include "jobs/content_hash.h"
#include "jobs/run_files.h"
#include "remote/connection/link.h"
#include "remote/transfer/staging.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <thread>

using namespace discern;
using namespace discern::remote;
using Json = nlohmann::json;

namespace {

const std::string runner = DISCERN_BINARY_DIR "/bin/discern-run";

Ssh nobody() {
  HostProfile profile;
  profile.name = "here";
  profile.destination = "nowhere.invalid";
  return Ssh(profile);
}

/// Its conversation is with an agent of this machine, without ssh between.
Link local() { return Link(nobody(), {runner, "agent"}); }

void write(const QString& path, const QByteArray& bytes) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(bytes);
}

QByteArray read(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("none");
}

QByteArray noise(int bytes) {
  QByteArray text(bytes, '\0');
  std::uint32_t state = 1;
  for (char& letter : text)
    letter = static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
  return text;
}

} // namespace

class AgentTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  [[nodiscard]] std::string at(const char* name) const { return folder_.filePath(name).toStdString(); }

private Q_SLOTS:
  void initTestCase() {
    std::signal(SIGPIPE, SIG_IGN);
    qputenv("XDG_STATE_HOME", folder_.filePath("state").toUtf8());
  }

  void itGreetsAndAnswers() {
    Link link = local();
    QVERIFY(!link.greeting().value("version", std::string()).empty());
    QVERIFY(link.ask("plugins")["plugins"].size() >= 3);
    QVERIFY(link.ask("stat", {{"path", "/no/such"}})["exists"] == false);
  }

  void whatALoginPrintsIsSkipped() {
    Link link(nobody(), {"sh", "-c", "echo welcome; echo '{\"a\": 1}'; exec \"$0\" agent", runner});
    QVERIFY(link.ask("space", {{"path", "/"}})["free"] > 0);
  }

  void refusalsNameTheirReason_data() {
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("params");
    QTest::addColumn<QString>("code");
    QTest::newRow("unknown") << "fly"
                             << "{}"
                             << "bad-request";
    QTest::newRow("no path") << "stat"
                             << "{}"
                             << "bad-request";
    QTest::newRow("no text") << "stat"
                             << R"({"path": 3})"
                             << "bad-request";
    QTest::newRow("relative") << "stat"
                              << R"({"path": "a/b"})"
                              << "bad-request";
    QTest::newRow("no file") << "read"
                             << R"({"path": "/no/such", "length": 3})"
                             << "no-file";
    QTest::newRow("negative") << "read"
                              << R"({"path": "/etc/hostname", "offset": -1, "length": 3})"
                              << "bad-request";
    QTest::newRow("no run") << "run.look"
                            << R"({"path": "/tmp"})"
                            << "no-file";
    QTest::newRow("variable") << "expand"
                              << R"({"path": "$NO_SUCH_VARIABLE/a"})"
                              << "bad-request";
    QTest::newRow("climbing") << "run.create"
                              << R"({"folder": "/tmp", "name": "../a", "job": {"uuid": "u", "plugin": "p"}})"
                              << "bad-request";
    QTest::newRow("no plugin") << "run.create"
                               << R"({"folder": "/tmp", "name": "a", "job": {"uuid": "u", "plugin": "org.no.such"}})"
                               << "no-plugin";
  }
  void refusalsNameTheirReason() {
    QFETCH(QString, method);
    QFETCH(QString, params);
    QFETCH(QString, code);
    Link link = local();
    try {
      link.ask(method.toStdString(), Json::parse(params.toStdString()));
      QFAIL("it was not refused");
    } catch (const HostError& error) {
      QCOMPARE(error.trouble(), Trouble::Refused);
      QCOMPARE(QString::fromStdString(error.code()), code);
    }
    QVERIFY(link.ask("space", {{"path", "/"}})["free"] > 0); // the conversation goes on
  }

  void filesGoToAndFroAndAreContinued() {
    const QByteArray bytes = noise(5'000'001);
    write(folder_.filePath("from"), bytes);
    const std::string hash = jobs::sha256OfFile(at("from"));
    Link link = local();
    int told = 0;
    try {
      upload(link, at("from"), at("there/to"), hash, [&](std::int64_t done, std::int64_t) {
        ++told;
        return done < 2'000'000;
      });
      QFAIL("it went on");
    } catch (const Stopped&) {
    }
    QVERIFY(told > 1);
    QVERIFY(!QFile::exists(folder_.filePath("there/to")));
    QVERIFY(QFile::exists(folder_.filePath("there/to.part")));
    Link again = local();
    upload(again, at("from"), at("there/to"), hash, {});
    QCOMPARE(read(folder_.filePath("there/to")), bytes);
    QVERIFY(!QFile::exists(folder_.filePath("there/to.part")));

    download(again, at("there/to"), at("back"), {});
    QCOMPARE(read(folder_.filePath("back")), bytes);
    QCOMPARE(QDir(folder_.path()).entryList({"*.part"}), QStringList());
  }

  void aWrongPartIsNotTakenForTheFile() {
    write(folder_.filePath("good"), noise(3'000'000));
    QDir().mkpath(folder_.filePath("wrong"));
    write(folder_.filePath("wrong/good.part"), QByteArray(40'000'000, 'x')); // longer, and other bytes
    Link link = local();
    upload(link, at("good"), at("wrong/good"), jobs::sha256OfFile(at("good")), {});
    QCOMPARE(read(folder_.filePath("wrong/good")), read(folder_.filePath("good")));
  }

  void emptyFilesAndFolders() {
    write(folder_.filePath("empty"), {});
    QDir().mkpath(folder_.filePath("tree/inner"));
    write(folder_.filePath("tree/a"), "a");
    write(folder_.filePath("tree/inner/b"), "bb");
    Link link = local();
    const Parcel one = pack(at("empty"), {}, {}, nullptr), tree = pack(at("tree/"), {}, {}, nullptr);
    QCOMPARE(stage(link, one, at("inputs"), {}), at("inputs") + "/" + one.key + "/empty");
    QVERIFY(!isStaged(link, tree, at("inputs")));
    const std::string there = stage(link, tree, at("inputs"), {});
    QVERIFY(isStaged(link, tree, at("inputs")));
    QCOMPARE(read(QString::fromStdString(there) + "/inner/b"), QByteArray("bb"));
    write(folder_.filePath("tree/inner/b"), "cc"); // other content lies elsewhere
    QVERIFY(pack(at("tree"), {}, {}, nullptr).key != tree.key);
  }

  void aRunIsMadeAndStartedOnce() {
    Link link = local();
    const Json job{{"uuid", "11111111-2222-3333-4444-555555555555"},
                   {"plugin", "org.discern.host-check"},
                   {"parameters", {{"seconds", 0.2}}}};
    const Json create{{"folder", at("runs")}, {"name", "one"}, {"job", job}};
    const Json first = link.ask("run.create", create), second = link.ask("run.create", create);
    QVERIFY(first["existed"] == false);
    QVERIFY(second["existed"] == true);
    QVERIFY(first["path"] == second["path"]);
    Json other = create;
    other["job"]["uuid"] = "another";
    QVERIFY_EXCEPTION_THROWN(link.ask("run.create", other), HostError);
    const Json submit{{"path", first["path"]}, {"scheduler", "none"}};
    QVERIFY(link.ask("run.submit", submit)["existed"] == false);
    QVERIFY(link.ask("run.submit", submit)["existed"] == true);
    std::string events;
    Json look;
    const bool ended = QTest::qWaitFor(
        [&] {
          Frame frame = link.askFrame("run.look", {{"path", first["path"]}, {"from", events.size()}});
          events += frame.payload;
          look = frame.head["result"];
          return look.value("final", false) && frame.payload.empty();
        },
        20000);
    QVERIFY2(ended, look.dump().c_str());
    QVERIFY(look["exit"]["state"] == "succeeded");
    QCOMPARE(QByteArray::fromStdString(events),
             read(QString::fromStdString(first["path"].get<std::string>()) + "/events.jsonl"));
    const Json runs = link.ask("runs", {{"folders", {at("runs")}}})["runs"];
    QCOMPARE(runs.size(), std::size_t(1));
    link.ask("run.remove", {{"path", first["path"]}});
    QVERIFY(link.ask("runs", {{"folders", {at("runs")}}})["runs"].empty());
  }

  void aSilentFarEndIsLostAndADeadOneIsExplained() {
    Link link(nobody(), {"sh", "-c", "echo '{\"discernAgent\": 1}'; sleep 30"});
    link.patience = 0.5;
    try {
      link.ask("plugins");
      QFAIL("it answered");
    } catch (const HostError& error) {
      QCOMPARE(error.trouble(), Trouble::Unreachable);
    }
    struct Case {
      const char* script;
      Trouble trouble;
    };
    for (const Case& expected :
         {Case{"exit 127", Trouble::NoRunner},
          Case{"echo 'module: command not found' >&2; exit 125", Trouble::NoRunner},
          Case{"echo 'discern-run: there is no command \"agent\"' >&2; exit 2", Trouble::Version},
          Case{"echo '{\"discernAgent\": 99, \"version\": \"9\"}'; sleep 3", Trouble::Version},
          Case{"echo 'Permission denied (publickey).' >&2; exit 255", Trouble::SignIn},
          Case{"echo 'Host key verification failed.' >&2; exit 255", Trouble::HostKey},
          Case{"echo 'ssh: connect to host x port 22: Connection refused' >&2; exit 255", Trouble::Unreachable}}) {
      try {
        const Link lost(nobody(), {"sh", "-c", expected.script});
        QFAIL(expected.script);
      } catch (const HostError& error) {
        QVERIFY2(error.trouble() == expected.trouble, error.what());
      }
    }
  }

  void whatIsNoConversationEndsIt() {
    const auto converse = [] {
      Link link(nobody(), {"sh", "-c", "echo '{\"discernAgent\": 1}'; echo garbage; sleep 5"});
      link.ask("plugins");
    };
    QVERIFY_EXCEPTION_THROWN(converse(), HostError);
  }
};

QTEST_GUILESS_MAIN(AgentTest)
#include "test_agent.moc"
