// run, jobs, attach, cancel, list and describe, as a script uses them.
#include "run_maker.h"

#include <QProcess>
#include <QtTest>
#include <csignal>

using namespace discern;
using namespace discern::jobs;
using namespace discern::tests;
using nlohmann::json;

namespace {

const QString id = QStringLiteral("org.discern.test.misbehaving");

struct Outcome {
  int code = -1;
  QByteArray out, err;
  [[nodiscard]] json answer() const { return json::parse(out.toStdString(), nullptr, false); }
};

Outcome run(const QStringList& words, const QString& folder = {}) {
  QProcess process;
  if (!folder.isEmpty()) process.setWorkingDirectory(folder);
  process.start(QString::fromUtf8(runner), words);
  process.waitForFinished(60'000);
  return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
          process.readAllStandardError()};
}

} // namespace

class TestCommands : public QObject {
  Q_OBJECT
  QTemporaryDir home_;

private Q_SLOTS:
  void initTestCase() { useTestPlugins(home_); }

  void exitCodesAreAsPromised_data() {
    QTest::addColumn<QString>("set");
    QTest::addColumn<int>("code");
    QTest::newRow("done") << "behaviour=succeed" << 0;
    QTest::newRow("failed") << "behaviour=throw" << 1;
    QTest::newRow("crashed") << "behaviour=crash" << 1;
    QTest::newRow("wrong for this input") << "behaviour=usage" << 2;
    QTest::newRow("wrong value") << "behaviour=fly" << 2;
    QTest::newRow("out of range") << "seconds=601" << 2;
    QTest::newRow("no such parameter") << "second=1" << 2;
    QTest::newRow("no value") << "seconds" << 2;
  }
  void exitCodesAreAsPromised() {
    QFETCH(QString, set);
    QFETCH(int, code);
    const Outcome outcome = run({"run", id, "--set", set});
    QCOMPARE(outcome.code, code);
    QCOMPARE(outcome.out.isEmpty(), code != 0); // the result's path, or nothing
    if (code != 0) QVERIFY(!outcome.err.isEmpty());
    if (set == "behaviour=crash")
      QVERIFY2(outcome.err.contains("Repeat it with: discern-run run"), outcome.err.constData());
  }

  void strangeFoldersWork_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"with space", "it's \"quoted\"", "größe-日本語", "-leading-dash", "--set"})
      QTest::newRow(name) << QString::fromUtf8(name);
  }
  void strangeFoldersWork() {
    QFETCH(QString, name);
    const Outcome outcome = run({"run", id, "--output", name, "--json"}, home_.path());
    QVERIFY2(outcome.code == 0, outcome.err.constData());
    const QString expected = home_.filePath(name);
    QCOMPARE(outcome.answer()["run"], json(expected.toStdString()));
    QVERIFY(QFile::exists(expected + "/result.h5"));
    QCOMPARE(run({"run", id, "--output", name}, home_.path()).code, 2); // it holds a run already
  }

  void ctrlCCancels() {
    for (const int signal : {SIGINT, SIGTERM}) {
      const QString path = home_.filePath("interrupted" + QString::number(signal));
      QProcess process;
      process.start(QString::fromUtf8(runner),
                    {"run", id, "--set", "behaviour=wait", "--set", "seconds=60", "--output", path});
      QVERIFY(awaitWork(path.toStdString()).workerPid > 0);
      kill(static_cast<pid_t>(process.processId()), signal);
      QVERIFY(process.waitForFinished(5'000));
      QCOMPARE(process.exitStatus(), QProcess::NormalExit);
      QCOMPARE(process.exitCode(), 4);
      QCOMPARE(RunDirectory(path.toStdString()).snapshot().state, RunState::Cancelled);
    }
  }

  void aDetachedRunIsListedFollowedAndCancelled() {
    const Outcome started =
        run({"run", id, "--set", "behaviour=wait", "--set", "seconds=60", "--detach", "--title", "A long one"});
    QVERIFY2(started.code == 0, started.err.constData());
    const std::string path = started.out.trimmed().toStdString();
    QVERIFY(awaitWork(path).workerPid > 0);
    const json list = run({"jobs", "--json"}).answer();
    const auto found = std::ranges::find_if(list, [&](const json& item) { return item["run"] == path; });
    QVERIFY(found != list.end());
    QCOMPARE((*found)["state"], json("running"));
    QVERIFY(run({"jobs"}).out.contains("A long one"));

    QProcess follower;
    const QString name = QString::fromStdString(path.substr(path.rfind('/') + 1));
    follower.start(QString::fromUtf8(runner), {"attach", name});
    QTest::qSleep(300);
    QElapsedTimer timer;
    timer.start();
    const Outcome cancelled = run({"cancel", name});
    QVERIFY2(cancelled.code == 0 && cancelled.out.contains("Cancelled"), cancelled.err.constData());
    QVERIFY(timer.elapsed() < 5'000);
    QVERIFY(follower.waitForFinished(5'000));
    QCOMPARE(follower.exitCode(), 4);
    const QByteArray log = follower.readAllStandardOutput();
    QVERIFY2(log.contains("about to wait") && log.contains("cancelled"),
             log.constData()); // from the beginning to the end
    QVERIFY(run({"cancel", name}).out.contains("has ended before"));
    QCOMPARE(run({"attach", name}).code, 4);
    QCOMPARE(run({"attach", "nothing of the kind"}).code, 2);
    QCOMPARE(run({"cancel", "nothing of the kind"}).code, 2);
  }

  void aStubbornRunIsCancelledToo() {
    const std::string path =
        run({"run", id, "--set", "behaviour=stubborn", "--set", "seconds=60", "--detach"}).out.trimmed().toStdString();
    QVERIFY(awaitWork(path).workerPid > 0);
    const Outcome outcome = run({"cancel", QString::fromStdString(path)});
    QCOMPARE(outcome.code, 0);
    QVERIFY2(outcome.out.contains("was killed"), outcome.out.constData());
    QCOMPARE(RunDirectory(path).snapshot().state, RunState::Cancelled);
  }

  void theSummaryIsForScripts() {
    const json answer =
        run({"run", id, "--set", "behaviour=succeed", "--seed", "3", "--threads", "2", "--json"}).answer();
    QCOMPARE(answer["state"], json("succeeded"));
    QCOMPARE(answer["exitCode"], json(0));
    QCOMPARE(answer["seed"], json(3));
    QCOMPARE(answer["threads"], json(2));
    QCOMPARE(answer["parameters"]["behaviour"], json("succeed"));
    QCOMPARE(answer["summary"]["behaviour"], json("succeed"));
    QVERIFY(answer["wallSeconds"].get<double>() > 0);
    const json failed = run({"run", id, "--set", "behaviour=crash", "--json"}).answer();
    QCOMPARE(failed["signal"], json(SIGSEGV));
    QCOMPARE(failed["exitCode"], json(1));
  }

  void analysesAreListedAndDescribed() {
    const json list = run({"list", "--json"}).answer();
    const auto found = std::ranges::find_if(list, [](const json& item) { return item["id"] == id.toStdString(); });
    QVERIFY(found != list.end());
    QVERIFY(run({"list"}).out.contains("org.discern.seeded-watershed"));
    const Outcome text = run({"describe", "org.discern.seeded-watershed"});
    QVERIFY(text.out.contains("thresholdMethod") && text.out.contains("0 to 20") &&
            text.out.contains("Used when thresholdMethod is manual"));
    const Outcome page = run({"describe", "org.discern.seeded-watershed", "--markdown"});
    QVERIFY(page.out.startsWith("# Seeded watershed\n") && page.out.contains("| `smoothing` | `0.5` |"));
    QCOMPARE(run({"describe", "org.discern.seeded-watershed", "--json"}).answer()["id"],
             json("org.discern.seeded-watershed"));
    const Outcome wrong = run({"describe", "seeded-watershed"});
    QCOMPARE(wrong.code, 2);
    QVERIFY2(wrong.err.contains("is it org.discern.seeded-watershed?"), wrong.err.constData());
  }

  void aBrokenPluginTakesNothingDown() {
    const QTemporaryDir broken;
    QVERIFY(QDir(broken.path()).mkdir("bad"));
    QFile file(broken.filePath("bad/manifest.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"id\": ");
    file.close();
    const QByteArray before = qgetenv("DISCERN_PLUGIN_PATH");
    qputenv("DISCERN_PLUGIN_PATH", before + ":" + broken.path().toUtf8());
    const Outcome list = run({"list"}), ran = run({"run", id});
    qputenv("DISCERN_PLUGIN_PATH", before);
    QCOMPARE(list.code, 0);
    QVERIFY2(list.err.contains("line 1, column"), list.err.constData());
    QVERIFY(list.out.contains(id.toUtf8()));
    QCOMPARE(ran.code, 0);
  }
};

QTEST_GUILESS_MAIN(TestCommands)
#include "test_commands.moc"
