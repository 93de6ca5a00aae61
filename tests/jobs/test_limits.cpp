// What a run is held to: its memory, and the time that it is given.
#include "jobs/run_files.h"
#include "jobs/supervisor.h"
#include "run_maker.h"

#include <QProcess>
#include <QtTest>
#include <csignal>
#include <filesystem>
#include <fstream>

using namespace discern;
using namespace discern::jobs;
using namespace discern::tests;
using nlohmann::json;
namespace fs = std::filesystem;

class TestLimits : public QObject {
  Q_OBJECT
  QTemporaryDir home_;
  RunMaker runs_{home_};
  std::string start(const json& job) { return runs_.start(job); }
  /// A plugin that is a Python program.
  void writeProgram(const std::string& name, const std::string& script) {
    const std::string folder = home_.filePath("plugins").toStdString() + "/" + name;
    fs::create_directories(folder);
    std::ofstream(folder + "/manifest.json") << json{{"id", "org.example." + name},
                                                     {"version", "1.0.0"},
                                                     {"name", name},
                                                     {"entry", {{"program", "run.py"}, {"interpreter", {"python3"}}}}};
    std::ofstream(folder + "/run.py") << script;
  }

private Q_SLOTS:
  void initTestCase() {
    useTestPlugins(home_);
    qputenv("DISCERN_PLUGIN_PATH", qgetenv("DISCERN_PLUGIN_PATH") + ":" + home_.filePath("plugins").toUtf8());
  }

  void memoryBeyondTheLimitIsAReport_data() {
    QTest::addColumn<QString>("behaviour");
    QTest::newRow("refused when asked for") << "allocate";
    QTest::newRow("held by many processes") << "swallow";
  }
  void memoryBeyondTheLimitIsAReport() {
    QFETCH(QString, behaviour);
    json job = misbehave(behaviour.toStdString(), {{"megabytes", 600}, {"seconds", 30}});
    job["memoryLimitBytes"] = 300'000'000;
    const Snapshot end = awaitEnd(start(job), 20'000);
    QCOMPARE(end.state, RunState::Failed);
    QCOMPARE(readJson(end.path + "/exit.json")["outOfMemory"], json(true));
    QVERIFY2(end.message.find("needed more memory than its limit of 300.0 MB") != std::string::npos &&
                 end.message.find("larger limit") != std::string::npos,
             end.message.c_str());
    // Within the limit it runs.
    job["parameters"]["megabytes"] = 50;
    job["parameters"]["seconds"] = 0.5;
    const Snapshot fits = awaitEnd(start(job), 20'000);
    QVERIFY2(fits.state == RunState::Succeeded, fits.message.c_str());
  }

  void pythonIsHeldToItToo_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("script");
    QTest::newRow("with our module") << "ours"
                                     << "import discern, numpy\n"
                                        "def run(inputs, parameters, outputs, context):\n"
                                        "    a = numpy.ones(100_000_000)\n"
                                        "    outputs.add_summary('steps', 1)\n"
                                        "discern.main(run)\n";
    QTest::newRow("without") << "plain"
                             << "import numpy\na = numpy.ones(100_000_000)\n";
  }
  void pythonIsHeldToItToo() {
    QFETCH(QString, name);
    QFETCH(QString, script);
    writeProgram(name.toStdString(), script.toStdString());
    const Snapshot end = awaitEnd(
        start({{"plugin", "org.example." + name.toStdString()}, {"memoryLimitBytes", 400'000'000}, {"threads", 1}}),
        30'000);
    QCOMPARE(end.state, RunState::Failed);
    QVERIFY2(end.message.find("its limit of 400.0 MB") != std::string::npos, end.message.c_str());
  }

  void theLimitIsGivenOnTheCommandLine() {
    QProcess process;
    process.start(runner, {"run", "org.discern.test.misbehaving", "--set", "behaviour=allocate", "--set",
                           "megabytes=600", "--memory", "0.3GB", "--json"});
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitCode(), 1);
    const json answer = json::parse(process.readAllStandardOutput().toStdString());
    QCOMPARE(answer["memoryLimitBytes"], json(300'000'000));
    QVERIFY(answer["message"].get<std::string>().find("limit of 300.0 MB") != std::string::npos);
    for (const char* wrong : {"4X", "much", "-1G", "0", "100"}) {
      process.start(runner, {"run", "org.discern.test.misbehaving", "--memory", wrong});
      QVERIFY(process.waitForFinished(20'000));
      QCOMPARE(process.exitCode(), 2);
    }
  }

  void aRunIsWoundUp_data() {
    QTest::addColumn<bool>("bySignal");
    QTest::newRow("by the file") << false;
    QTest::newRow("by SIGUSR1 to the supervisor") << true;
  }
  void aRunIsWoundUp() {
    QFETCH(bool, bySignal);
    const std::string path = start(misbehave("windUp"));
    QVERIFY(!awaitWork(path).log.empty());
    if (bySignal)
      QCOMPARE(kill(readJson(path + "/state.json")["supervisor"]["pid"].get<pid_t>(), SIGUSR1), 0);
    else
      RunDirectory(path).requestWindUp();
    const Snapshot end = awaitEnd(path, 5'000);
    QVERIFY2(end.state == RunState::Succeeded, end.message.c_str());
    QVERIFY(end.woundUp && end.windUpRequested);
    QVERIFY2(end.message.find("partial") != std::string::npos, end.message.c_str());
    QVERIFY(end.summary["steps"].get<int>() > 0);
    QVERIFY(!end.result.empty());
  }

  void theWatershedGivesItsPreview() {
    const json job{{"plugin", "org.discern.seeded-watershed"},
                   {"inputs", {{"image", {{"path", DISCERN_SOURCE_DIR "/resources/demo/nuclei.tif"}}}}},
                   {"threads", 1}};
    const Snapshot whole = awaitEnd(start(job), 30'000);
    QCOMPARE(whole.state, RunState::Succeeded);
    QVERIFY(!whole.woundUp);
    const std::string path = home_.filePath("early").toStdString();
    RunDirectory::create(path, job).requestWindUp(); // before it has begun
    superviseDetached(runner, path);
    const Snapshot end = awaitEnd(path, 30'000);
    QVERIFY2(end.state == RunState::Succeeded && end.woundUp, end.message.c_str());
    const int expected = whole.summary["instances"], found = end.summary["instances"];
    QVERIFY2(2 * found > expected && found < 2 * expected, qPrintable(QString("%1 of %2").arg(found).arg(expected)));
    QProcess info;
    info.start(runner, {"info", "--json", QString::fromStdString(end.result)});
    QVERIFY(info.waitForFinished(20'000));
    const json field = json::parse(info.readAllStandardOutput().toStdString())[0]["fields"][0];
    QCOMPARE(field["shape"], json({29, 31, 16})); // every second voxel of 57 × 61 × 31, in its place
    QCOMPARE(field["name"], json("labels"));
  }

  void whoDoesNotHeedItIsNotPartial() {
    const std::string path = start(misbehave("wait", {{"seconds", 1}}));
    QVERIFY(!awaitWork(path).log.empty());
    RunDirectory(path).requestWindUp();
    const Snapshot end = awaitEnd(path, 10'000);
    QCOMPARE(end.state, RunState::Succeeded);
    QVERIFY(!end.woundUp);
    QVERIFY(end.message.empty());
  }

  void programsAreWoundUpToo() {
    writeProgram("patient", "import discern, time\n"
                            "def run(inputs, parameters, outputs, context):\n"
                            "    steps = 0\n"
                            "    context.log('at work')\n"
                            "    while not context.wind_up:\n"
                            "        context.check_cancelled()\n"
                            "        time.sleep(0.01)\n"
                            "        steps += 1\n"
                            "    outputs.add_summary('steps', steps)\n"
                            "discern.main(run)\n");
    writeProgram("shell",
                 "import os, subprocess, sys\n"
                 "print('at work', flush=True)\n"
                 "sys.exit(subprocess.call(['sh', '-c', 'until [ -e \"$DISCERN_WIND_UP\" ]; do sleep 0.05; done;"
                 " echo @wound-up; echo @summary steps 1']))\n");
    for (const char* name : {"patient", "shell"}) {
      const std::string path = start({{"plugin", std::string("org.example.") + name}});
      (void)await(path, 20'000, [](const Snapshot& s) { return !s.log.empty() && s.log.back() == "at work"; });
      QTest::qSleep(200); // some steps are done
      RunDirectory(path).requestWindUp();
      const Snapshot end = awaitEnd(path, 10'000);
      QVERIFY2(end.state == RunState::Succeeded, end.message.c_str());
      QVERIFY2(end.woundUp, name);
      QVERIFY(end.summary["steps"].get<int>() > 0);
    }
  }
};

QTEST_GUILESS_MAIN(TestLimits)
#include "test_limits.moc"
