// All runs of a folder: found, measured, deleted and put back.
#include "jobs/run_files.h"
#include "jobs/run_history.h"
#include "run_maker.h"

#include "data/error.h"

#include <QProcess>
#include <QtTest>
#include <filesystem>
#include <fstream>

using namespace discern;
using namespace discern::jobs;
using namespace discern::tests;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

QString output(const QStringList& words, int code = 0) {
  QProcess process;
  process.start(runner, words);
  process.waitForFinished(30'000);
  if (process.exitCode() != code)
    qWarning("%s: %d %s", qPrintable(words.join(' ')), process.exitCode(), process.readAllStandardError().constData());
  return process.exitCode() == code
             ? QString::fromUtf8(process.readAllStandardOutput() + process.readAllStandardError())
             : QStringLiteral("wrong exit code");
}

} // namespace

class TestHistory : public QObject {
  Q_OBJECT
  QTemporaryDir home_;

  /// A run that ended `days` ago.
  static std::string ended(const std::string& name, RunState state, double days, const std::string& title,
                           const std::string& input = "/data/nuclei.tif") {
    const RunDirectory run = RunDirectory::create(runsFolder() + "/" + name,
                                                  {{"plugin", "org.example.thing"},
                                                   {"title", title},
                                                   {"inputs", {{"image", {{"path", input}, {"field", "density"}}}}}});
    ExitFile exit;
    exit.state = state;
    exit.started = now() - days * 86400 - 5;
    exit.code = state == RunState::Succeeded ? 0 : 1;
    exit.message = state == RunState::Succeeded ? "" : "it gave up";
    RunWriter(run.path()).exit(exit);
    json file = readJson(run.path() + "/exit.json");
    file["ended"] = now() - days * 86400;
    writeJson(run.path() + "/exit.json", file);
    std::ofstream(run.path() + "/result.h5") << std::string(100'000, 'x');
    return run.path();
  }
  static std::vector<std::string> names(const CleanUp& which) {
    std::vector<std::string> found;
    for (const Snapshot& run : runHistory())
      if (wanted(run, which)) found.push_back(fs::path(run.path).filename().string());
    std::ranges::sort(found);
    return found;
  }

private Q_SLOTS:
  void initTestCase() { useTestPlugins(home_); }
  void init() {
    fs::remove_all(runsFolder());
    ended("good", RunState::Succeeded, 1, "Watershed · nuclei");
    ended("old", RunState::Succeeded, 60, "Statistics · Ocean", "/data/sea.nc");
    ended("bad", RunState::Failed, 40, "Watershed · brain", "/data/brain.nii.gz");
    ended("gone", RunState::Cancelled, 2, "Ärger");
  }

  void runsAreFound_data() {
    QTest::addColumn<QString>("words");
    QTest::addColumn<QStringList>("found");
    QTest::newRow("all") << "" << QStringList{"bad", "gone", "good", "old"};
    QTest::newRow("title") << "watershed" << QStringList{"bad", "good"};
    QTest::newRow("two words") << "WATER brain" << QStringList{"bad"};
    QTest::newRow("input") << "sea.nc" << QStringList{"old"};
    QTest::newRow("field") << "density" << QStringList{"bad", "gone", "good", "old"};
    QTest::newRow("not the folder") << "/data/" << QStringList{};
    QTest::newRow("state") << "failed" << QStringList{"bad"};
    QTest::newRow("state as people say it") << "done" << QStringList{"good", "old"};
    QTest::newRow("message") << "gave up" << QStringList{"bad", "gone"};
    QTest::newRow("plugin") << "example.thing" << QStringList{"bad", "gone", "good", "old"};
    QTest::newRow("beyond ASCII") << "Ärger" << QStringList{"gone"};
  }
  void runsAreFound() {
    QFETCH(QString, words);
    QFETCH(QStringList, found);
    QStringList got;
    for (const Snapshot& run : runHistory())
      if (matches(run, words.toStdString())) got << QString::fromStdString(fs::path(run.path).filename().string());
    got.sort();
    QCOMPARE(got, found);
    const json list = json::parse(output({"jobs", "--json", "--search", words}).toStdString());
    QCOMPARE(list.size(), static_cast<std::size_t>(found.size()));
  }

  void aGlanceSaysWhatASnapshotSays() {
    QProcess process;
    process.start(runner, {"run", "org.discern.test.misbehaving"});
    QVERIFY(process.waitForFinished(30'000));
    const auto runs = runHistory();
    const Snapshot& glance = runs.front();
    const Snapshot whole = RunDirectory(glance.path).snapshot(0);
    QCOMPARE(glance.state, RunState::Succeeded);
    QCOMPARE(glance.started, whole.started);
    QCOMPARE(glance.ended, whole.ended);
    QCOMPARE(glance.wallSeconds, whole.wallSeconds);
    QCOMPARE(glance.result, whole.result);
    QCOMPARE(glance.summary, whole.summary);
    QCOMPARE(glance.uuid, whole.uuid);
    QCOMPARE(glance.progress, 1.0);
  }

  void theWantedAreThoseThatEnded() {
    using Names = std::vector<std::string>;
    const RunDirectory working = RunDirectory::create(runsFolder() + "/working", {{"plugin", "org.example.thing"}});
    StateFile state;
    state.state = RunState::Running;
    state.supervisor = state.worker = ProcessIdentity::self();
    writeStateFile(working.path(), state);
    QCOMPARE(runHistory().size(), std::size_t{5});
    QCOMPARE(names({}), (Names{"bad", "gone", "good", "old"})); // not the one at work
    QCOMPARE(names({.unsuccessful = true}), (Names{"bad", "gone"}));
    QCOMPARE(names({.olderThan = 30 * 86400.0}), (Names{"bad", "old"}));
    QCOMPARE(names({.search = "watershed", .unsuccessful = true, .olderThan = 30 * 86400.0}), Names{"bad"});
    QVERIFY_EXCEPTION_THROWN(RunTrash().moveIn(working.path()), data::UsageError);
    QVERIFY(fs::exists(working.path() + "/job.json"));
    output({"jobs", "--clean", "working", "--yes"}, 2);
    QVERIFY(fs::exists(working.path() + "/job.json"));
  }

  void runsAreDeletedAndPutBack() {
    const RunTrash trash;
    const std::string good = runsFolder() + "/good";
    const std::int64_t bytes = diskUse(good);
    QVERIFY2(bytes >= 100'000 && bytes < 200'000, qPrintable(QString::number(bytes)));
    fs::create_symlink(good, runsFolder() + "/link"); // as of a run with a folder of its own
    QCOMPARE(diskUse(runsFolder() + "/link"), bytes);
    fs::remove(runsFolder() + "/link");
    QCOMPARE(trash.bytes(), std::int64_t{0});
    trash.moveIn(good);
    QVERIFY(!fs::exists(good));
    QCOMPARE(runHistory().size(), std::size_t{3});
    QCOMPARE(trash.content(), std::vector<std::string>{good});
    QVERIFY(trash.bytes() >= bytes);
    trash.moveOut(good);
    QCOMPARE(RunDirectory(good).snapshot().title, std::string("Watershed · nuclei"));
    QVERIFY_EXCEPTION_THROWN(trash.moveOut(good), data::UsageError); // no longer in the trash
    trash.moveIn(good);
    ended("good", RunState::Failed, 0, "another of that name");
    QVERIFY_EXCEPTION_THROWN(trash.moveOut(good), data::UsageError); // its place is taken
    QCOMPARE(trash.empty(3600), std::int64_t{0});                    // too young
    QVERIFY(trash.empty() >= bytes);
    QVERIFY(trash.content().empty());
    QVERIFY(fs::exists(good + "/job.json"));
  }

  void onlyRunsAreDeleted() {
    const RunTrash trash;
    const std::string elsewhere = home_.filePath("elsewhere").toStdString();
    fs::create_directories(elsewhere);
    fs::create_directories(runsFolder() + "/folder");
    for (const std::string& path : {elsewhere, runsFolder() + "/folder", runsFolder(), runsFolder() + "/../x",
                                    runsFolder() + "/.queue", runsFolder() + "/nothing", std::string("/")})
      QVERIFY_EXCEPTION_THROWN(trash.moveIn(path), data::UsageError);
    QVERIFY(fs::exists(elsewhere) && fs::exists(runsFolder() + "/folder"));
  }

  void theCommandCleans() {
    QVERIFY(output({"jobs", "--clean", "--failed"}).contains("nothing was deleted"));
    QCOMPARE(runHistory().size(), std::size_t{4});
    const QString said = output({"jobs", "--clean", "--failed", "--older-than", "30d", "--yes"});
    QVERIFY2(said.contains("1 run, ") && said.contains("bad"), qPrintable(said));
    QCOMPARE(runHistory().size(), std::size_t{3});
    QVERIFY(output({"jobs", "--restore"}).contains("bad"));
    QVERIFY(output({"jobs", "--restore", "bad"}).contains("/bad"));
    QCOMPARE(runHistory().size(), std::size_t{4});
    output({"jobs", "--clean", "good", "old", "--yes"});
    QCOMPARE(runHistory().size(), std::size_t{2});
    QVERIFY(output({"jobs", "--sizes"}).contains("in the trash"));
    QVERIFY(output({"jobs", "--empty-trash"}).contains("freed"));
    QVERIFY(RunTrash().content().empty());
    output({"jobs", "--clean"}, 2); // which?
    output({"jobs", "--clean", "--older-than", "soon"}, 2);
    output({"jobs", "--failed"}, 2);
  }

  void aRunIsListedOnce() {
    // A folder elsewhere that is used again is one entry, of the run it holds now.
    const std::string elsewhere = home_.filePath("elsewhere").toStdString();
    for (const char* title : {"first", "second"}) {
      fs::remove_all(elsewhere);
      (void)RunDirectory::create(elsewhere, {{"plugin", "org.example.thing"}, {"title", title}});
      listElsewhere(elsewhere);
    }
    QCOMPARE(runHistory().size(), std::size_t{5});
    QCOMPARE(runHistory().front().title, std::string("second"));
    // Two folders here that follow the same run over there are one, that with the result.
    const std::string uuid = RunDirectory(runsFolder() + "/good").glance().uuid;
    QVERIFY(!uuid.empty());
    (void)RunDirectory::create(runsFolder() + "/twin",
                               {{"plugin", "org.example.thing"}, {"uuid", uuid}, {"on", "cluster"}});
    const auto runs = runHistory();
    QCOMPARE(runs.size(), std::size_t{5});
    QVERIFY(std::ranges::any_of(runs, [](const Snapshot& run) { return run.path.ends_with("/good"); }));
    fs::remove_all(elsewhere);
  }

  void fiveHundredRunsAreListedInHalfASecond() {
    fs::remove_all(runsFolder());
    for (int i = 0; i < 500; ++i)
      ended("run" + std::to_string(i), i % 3 ? RunState::Succeeded : RunState::Failed, i / 10.0, "A run");
    QElapsedTimer timer;
    timer.start();
    const auto runs = runHistory();
    std::int64_t failed = 0;
    for (const Snapshot& run : runs)
      failed += matches(run, "failed") ? 1 : 0;
    const qint64 took = timer.elapsed();
    QCOMPARE(runs.size(), std::size_t{500});
    QCOMPARE(failed, std::int64_t{167});
    QVERIFY2(took < 500, qPrintable(QString("%1 ms").arg(took)));
    timer.restart();
    QCOMPARE(json::parse(output({"jobs", "--json"}).toStdString()).size(), std::size_t{500});
    QVERIFY2(timer.elapsed() < 1000, qPrintable(QString("%1 ms").arg(timer.elapsed())));
  }

  void aResultSaysWhatItWasMadeBy() {
    json job = misbehave("succeed", {{"lines", 12}});
    job["inputs"]["image"] = {{"path", DISCERN_SOURCE_DIR "/resources/demo/nuclei_truth.tif"}};
    QProcess process;
    process.start(runner, {"run", "org.discern.test.misbehaving", "--input",
                           "image=" DISCERN_SOURCE_DIR "/resources/demo/nuclei_truth.tif", "--set", "lines=12",
                           "--seed", "5", "--threads", "1"});
    QVERIFY(process.waitForFinished(30'000));
    const QString result = QString::fromUtf8(process.readAllStandardOutput()).trimmed();
    const QString said = output({"info", result});
    for (const char* word : {"made by", "Misbehaving 0.0.1", "org.discern.test.misbehaving", "Host", "Took", "Memory",
                             "Seed", "Parameter lines", "12", "nuclei_truth.tif, field", "SHA-256 ", "discern-run "})
      QVERIFY2(said.contains(word), qPrintable(QString(word) + "\n" + said));
    const json attributes = json::parse(output({"info", "--json", result}).toStdString())[0]["attributes"];
    QCOMPARE(attributes["seed"], json("5"));
    QVERIFY(std::stoll(attributes["maxMemoryBytes"].get<std::string>()) > 1'000'000);
  }
};

QTEST_GUILESS_MAIN(TestHistory)
#include "test_history.moc"
