#include "jobs/content_hash.h"
#include "jobs/run_files.h"
#include "jobs/supervisor.h"

#include "data/error.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace discern;
using namespace discern::jobs;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const json job{{"plugin", "a.b"}, {"title", "A title"}, {"parameters", json::object()}, {"inputs", json::object()}};

void write(const std::string& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

/// A process that is certainly dead, and one that is certainly another than the one meant.
ProcessIdentity deadProcess() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  ProcessIdentity identity = ProcessIdentity::of(child);
  waitpid(child, nullptr, 0);
  return identity;
}

StateFile running(const ProcessIdentity& supervisor, const ProcessIdentity& worker) {
  StateFile state;
  state.state = RunState::Running;
  state.supervisor = supervisor;
  state.worker = worker;
  state.started = now();
  return state;
}

} // namespace

class TestRunDirectory : public QObject {
  Q_OBJECT
  QTemporaryDir home_;
  std::string fresh() {
    static int number = 0;
    return home_.filePath("run" + QString::number(number++)).toStdString();
  }

private Q_SLOTS:
  void aRunIsMadeOnce() {
    const std::string path = fresh();
    const RunDirectory run = RunDirectory::create(path, job);
    const Snapshot snapshot = run.snapshot();
    QCOMPARE(snapshot.state, RunState::Queued);
    QCOMPARE(snapshot.plugin, std::string("a.b"));
    QCOMPARE(snapshot.title, std::string("A title"));
    QCOMPARE(snapshot.uuid.size(), std::size_t{36});
    QCOMPARE(snapshot.exitCode, -1);
    QVERIFY_EXCEPTION_THROWN((void)RunDirectory::create(path, job), data::UsageError);
    const std::string other = fresh();
    fs::create_directories(other);
    write(other + "/somebody's file", "x");
    QVERIFY_EXCEPTION_THROWN((void)RunDirectory::create(other, job), data::UsageError);
    QVERIFY_EXCEPTION_THROWN((void)RunDirectory::create(other + "/somebody's file", job), data::UsageError);
    QVERIFY_EXCEPTION_THROWN((void)RunDirectory::create("/proc/nowhere/run", job), data::UsageError);
    QVERIFY(RunDirectory::create(fresh(), job).snapshot().uuid != snapshot.uuid);
  }

  void strangeNamesAreNames_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"with space", "it's \"quoted\"", "größe-日本語", "-leading-dash", "--output",
                             "a;b&c|d$(e)", "new\nline", "tab\t%s"})
      QTest::newRow(name) << QString::fromUtf8(name);
  }
  void strangeNamesAreNames() {
    QFETCH(QString, name);
    const std::string path = home_.filePath("names/" + name).toStdString();
    const RunDirectory run = RunDirectory::create(path, job);
    QCOMPARE(run.path(), path);
    QCOMPARE(run.snapshot().title, std::string("A title"));
    // The shell takes the quoted name for one word that is the name.
    QProcess shell;
    shell.start("/bin/sh", {"-c", QString::fromStdString("printf %s " + shellQuoted(name.toStdString()))});
    QVERIFY(shell.waitForFinished(10'000));
    QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()), name);
  }

  void theStateFollowsTheFiles() {
    const std::string path = fresh();
    const RunDirectory run = RunDirectory::create(path, job);
    const ProcessIdentity self = ProcessIdentity::self();
    StateFile state = running(self, {});
    state.state = RunState::Starting;
    writeStateFile(path, state);
    QCOMPARE(run.snapshot().state, RunState::Starting);
    writeStateFile(path, running(self, self));
    {
      RunWriter writer(path);
      writer.event("phase", "Thinking");
      writer.event("progress", 0.25);
      writer.event("log", "first");
      writer.event("log", "second");
      writer.event("partial", "partial/x.h5");
      writer.event("summary", {{"name", "n"}, {"value", 3}});
    }
    Snapshot snapshot = run.snapshot();
    QCOMPARE(snapshot.state, RunState::Running);
    QCOMPARE(snapshot.phase, std::string("Thinking"));
    QCOMPARE(snapshot.progress, 0.25);
    QCOMPARE(snapshot.log, (std::vector<std::string>{"first", "second"}));
    QCOMPARE(snapshot.partials, std::vector<std::string>{path + "/partial/x.h5"});
    QCOMPARE(snapshot.summary, json({{"n", 3}}));
    QCOMPARE(snapshot.workerPid, std::int64_t{getpid()});
    QCOMPARE(run.snapshot(1).log, std::vector<std::string>{"second"});
    QVERIFY(!snapshot.cancelRequested);
    run.requestCancel();
    QVERIFY(run.snapshot().cancelRequested);
    ExitFile exit;
    exit.state = RunState::Succeeded;
    exit.code = 0;
    exit.wallSeconds = 2.5;
    write(path + "/result.h5", "");
    RunWriter(path).exit(exit);
    snapshot = run.snapshot();
    QCOMPARE(snapshot.state, RunState::Succeeded);
    QCOMPARE(snapshot.exitCode, 0);
    QCOMPARE(snapshot.progress, 1.0);
    QCOMPARE(snapshot.wallSeconds, 2.5);
    QCOMPARE(snapshot.result, path + "/result.h5");
    QVERIFY(snapshot.ended > 0);
  }

  void sequenceNumbersGoOn() {
    const std::string path = fresh();
    const RunDirectory run = RunDirectory::create(path, job);
    RunWriter(path).event("log", "a");
    RunWriter(path).event("log", "b");
    {
      std::ofstream(path + "/events.jsonl", std::ios::app) << "{\"seq\": 3, \"kind\": \"log\", \"val";
    } // killed in mid-write
    RunWriter(path).event("log", "c");
    const auto events = run.events();
    QCOMPARE(events.size(), std::size_t{3});
    QCOMPARE(events[2].value, json("c"));
    QCOMPARE(events[2].sequence, std::int64_t{3});
    QCOMPARE(run.events(2).size(), std::size_t{1});
  }

  void aHalfWrittenFolderIsNoError_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("content");
    for (const char* file : {"job.json", "state.json", "exit.json", "events.jsonl"}) {
      QTest::addRow("%s empty", file) << QString(file) << QByteArray();
      QTest::addRow("%s cut", file) << QString(file) << QByteArray("{\"state\": \"runn");
      QTest::addRow("%s binary", file) << QString(file) << QByteArray("\0\xff\xfe{}[]\n\n\n\x80", 12);
      QTest::addRow("%s array", file) << QString(file) << QByteArray("[1, 2, 3]");
      QTest::addRow("%s of wrong types", file)
          << QString(file)
          << QByteArray(
                 R"({"state": 5, "phase": [], "progress": "x", "supervisor": 3, "worker": {"pid": "x"}, "started": {}, "seq": "1", "kind": 1,)"
                 R"( "code": "x", "signal": [], "message": 7, "partials": [1], "summary": [], "inputs": 3, "uuid": 5, "created": "y"})"
                 "\n");
    }
  }
  void aHalfWrittenFolderIsNoError() {
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    const std::string path = fresh();
    const RunDirectory run = RunDirectory::create(path, job);
    writeStateFile(path, running(ProcessIdentity::self(), {}));
    RunWriter(path).event("log", "x");
    write(path + "/" + file.toStdString(), content.toStdString());
    (void)run.snapshot();
    (void)run.events();
    (void)RunWriter(path);
    (void)asCommand(run.snapshot().job.is_object() ? run.snapshot().job : json::object());
  }

  void nothingAtAllIsAFailedRun() {
    const Snapshot snapshot = RunDirectory("/nowhere/at/all").snapshot();
    QCOMPARE(snapshot.state, RunState::Failed);
    QVERIFY(!snapshot.message.empty());
  }

  void theDeadAreToldFromTheLiving() {
    QVERIFY(ProcessIdentity::self().alive());
    QVERIFY(!ProcessIdentity{}.alive());
    QVERIFY(!deadProcess().alive());
    // A zombie has a pid and a start time, and does nothing any more.
    const pid_t child = fork();
    if (child == 0) _exit(0);
    const ProcessIdentity zombie = ProcessIdentity::of(child);
    QTRY_VERIFY(!zombie.alive());
    waitpid(child, nullptr, 0);
    // The pid lives, but it is somebody else's by now, or of an earlier boot.
    ProcessIdentity reused = ProcessIdentity::self();
    reused.start -= 1;
    QVERIFY(!reused.alive());
    ProcessIdentity before = ProcessIdentity::self();
    before.boot = "another boot";
    QVERIFY(!before.alive());
  }

  void aReusedPidIsNotOurs() {
    const std::string path = fresh();
    const RunDirectory run = RunDirectory::create(path, job);
    ProcessIdentity reused = ProcessIdentity::self();
    reused.start += 1;
    writeStateFile(path, running(reused, reused));
    const Snapshot snapshot = run.snapshot();
    QCOMPARE(snapshot.state, RunState::Failed);
    QVERIFY2(snapshot.message.find("killed") != std::string::npos, snapshot.message.c_str());
    QVERIFY(snapshot.ended > 0);
    QVERIFY(!run.signalOrphan(0)); // and is never sent a signal
    // A worker without its supervisor is still at work.
    writeStateFile(path, running(reused, ProcessIdentity::self()));
    QCOMPARE(run.snapshot().state, RunState::Running);
  }

  void anotherHostIsUnreachableWhenItIsSilent() {
    const std::string path = fresh();
    const RunDirectory run = RunDirectory::create(path, job);
    ProcessIdentity far = ProcessIdentity::self();
    far.host = "far-away";
    far.start = 1;
    writeStateFile(path, running(far, far));
    QCOMPARE(run.snapshot().state, RunState::Running); // it was heard of just now
    json state = readJson(path + "/state.json");
    state["time"] = now() - 3600;
    writeJson(path + "/state.json", state);
    const Snapshot snapshot = run.snapshot();
    QCOMPARE(snapshot.state, RunState::Unreachable);
    QVERIFY(!isFinal(snapshot.state));
    QVERIFY(snapshot.message.find("far-away") != std::string::npos);
  }

  void aRunThatWasNeverStartedFails() {
    const std::string path = fresh();
    json old = job;
    old["created"] = now() - 3600;
    const RunDirectory run = RunDirectory::create(path, old);
    QCOMPARE(run.snapshot().state, RunState::Queued); // the folder is new: its supervisor may be on the way
    for (const char* file : {"", "/job.json"})
      fs::last_write_time(path + file, fs::file_time_type::clock::now() - std::chrono::hours(1));
    QCOMPARE(run.snapshot().state, RunState::Failed);
  }

  void readersNeverSeeHalfAFile() {
    const std::string path = fresh();
    const RunDirectory run = RunDirectory::create(path, job);
    const ProcessIdentity self = ProcessIdentity::self();
    writeStateFile(path, running(self, self));
    std::atomic<bool> stop{false};
    std::atomic<int> wrong{0}, looks{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i)
      readers.emplace_back([&] {
        EventReader reader(path + "/events.jsonl");
        std::int64_t last = 0;
        while (!stop) {
          const Snapshot snapshot = run.snapshot();
          if (snapshot.state != RunState::Running || snapshot.title != "A title") ++wrong;
          for (const Event& event : reader.next()) {
            if (event.sequence != last + 1) ++wrong;
            last = event.sequence;
          }
          ++looks;
        }
      });
    RunWriter writer(path);
    StateFile state = running(self, self);
    for (int i = 0; i < 2000; ++i) {
      writer.event("log", "line " + std::to_string(i) + std::string(200, 'x'));
      state.progress = i / 2000.0;
      if (i % 10 == 0) writeStateFile(path, state);
    }
    while (looks < 20)
      QTest::qSleep(1);
    stop = true;
    for (std::thread& reader : readers)
      reader.join();
    QCOMPARE(wrong.load(), 0);
    QCOMPARE(run.events().size(), std::size_t{2000});
    QCOMPARE(run.snapshot().log.size(), std::size_t{200});
  }

  void fiveHundredRunsListQuickly() {
    const std::string folder = home_.filePath("many").toStdString();
    for (int i = 0; i < 500; ++i) {
      const RunDirectory run = RunDirectory::create(folder + "/" + std::to_string(i), job);
      writeStateFile(run.path(), running(ProcessIdentity::self(), {}));
      RunWriter writer(run.path());
      for (int line = 0; line < 20; ++line)
        writer.event("log", "line");
      if (i % 2 == 0) writer.exit({});
    }
    fs::create_directories(folder + "/no run");
    QElapsedTimer timer;
    timer.start();
    const auto paths = runsIn(folder);
    int failed = 0;
    for (const std::string& path : paths)
      failed += RunDirectory(path).snapshot(0).state == RunState::Failed ? 1 : 0;
    const qint64 took = timer.elapsed();
    QCOMPARE(paths.size(), std::size_t{500});
    QCOMPARE(failed, 250);
    QVERIFY2(took < 500, qPrintable(QString("%1 ms").arg(took))); // some 20 ms on an idle machine
  }

  void newPathsDiffer() {
    qputenv("XDG_STATE_HOME", "/somewhere");
    QCOMPARE(runsFolder(), std::string("/somewhere/discern/runs"));
    QVERIFY(newRunPath("org.discern.thing") != newRunPath("org.discern.thing"));
    QVERIFY(newRunPath("org.discern.thing").find("thing") != std::string::npos);
    QVERIFY(newRunPath("../../evil/..").find("..") == std::string::npos);
    qputenv("XDG_STATE_HOME", "relative is not allowed");
    QVERIFY(runsFolder().starts_with('/'));
  }

  void theCommandIsTheRun() {
    const json whole{{"plugin", "a.b"},
                     {"inputs", {{"image", {{"path", "/data/it's here.tif"}, {"field", "raw"}, {"time", 3}}}}},
                     {"parameters", {{"sigma", 1.5}, {"method", "otsu"}, {"on", true}}},
                     {"threads", 2},
                     {"seed", 9}};
    QCOMPARE(
        asCommand(whole),
        std::string("discern-run run a.b --input 'image=/data/it'\\''s here.tif:raw' --time image=3 --set method=otsu "
                    "--set on=true --set sigma=1.5 --threads 2 --seed 9"));
    const json away{
        {"plugin", "a.b"},
        {"on", "cluster"},
        {"resources", {{"partition", "short"}, {"minutes", 90}, {"extra", {"--constraint=a100", "--qos=x y"}}}},
        {"sendPlugin", "/home/me/plugins/b"},
        {"threads", 0}};
    QCOMPARE(asCommand(away),
             std::string("discern-run run a.b --on cluster --resource extra=--constraint=a100 --resource "
                         "'extra=--qos=x y' --resource minutes=90 --resource partition=short --send-plugin"));
  }

  void theHashIsSha256() {
    // FIPS 180-2, appendix B.1: SHA-256("abc").
    const std::string file = home_.filePath("abc").toStdString();
    write(file, "abc");
    QCOMPARE(sha256OfFile(file), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QVERIFY_EXCEPTION_THROWN((void)sha256OfFile("/nowhere"), data::ReadError);
  }
};

QTEST_GUILESS_MAIN(TestRunDirectory)
#include "test_run_directory.moc"
