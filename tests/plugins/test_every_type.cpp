// The whole path of each type of parameter: command line, job.json, the folder of a program, the Python module, the
// result.
#include "jobs/run_directory.h"
#include "jobs/supervisor.h"
#include "plugins/command.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

using namespace discern;
using namespace discern::tests;
using nlohmann::json;

class TestEveryType : public QObject {
  Q_OBJECT
  QTemporaryDir home_;
  const QString demo_ = QStringLiteral(DISCERN_SOURCE_DIR "/resources/demo/");
  int number_ = 0;

  [[nodiscard]] Outcome run(QStringList more) {
    return tests::run(QStringList{"run", "org.discern.test.every-type", "--json", "--input",
                                  "image=" + demo_ + "nuclei.tif", "--output",
                                  home_.filePath(QString::number(++number_))} +
                          more,
                      home_.path());
  }

private Q_SLOTS:
  void initTestCase() {
    qputenv("DISCERN_PLUGIN_PATH", DISCERN_SOURCE_DIR "/tests/plugins/every_type");
    qputenv("XDG_STATE_HOME", home_.filePath("state").toUtf8());
    qputenv("XDG_CONFIG_HOME", home_.filePath("config").toUtf8());
  }

  void fromTheCommandLineToTheProgram() {
    QFile table(home_.filePath("k.csv"));
    QVERIFY(table.open(QIODevice::WriteOnly));
    table.close();
    const QString truth = demo_ + "nuclei_truth.tif";
    const Outcome done = run({"--input", "regions=" + truth, "--preset", "Edges",
                              "--set",   "order=4",          "--set",    "roi=4:20,0:9,1:3",
                              "--set",   "steps=0:0",        "--set",    "along=z",
                              "--set",   "only=1,3-6",       "--set",    "atlas=" + truth,
                              "--set",   "table=k.csv",      "--set",    "tint=#0102FF",
                              "--set",   "tags=a,b c",       "--set",    "counts=3,4",
                              "--set",   "note=it's",        "--set",    "passes=coarse,fine",
                              "--set",   "loud=on"});
    QVERIFY2(done.code == 0, done.err.constData());
    const json answer = done.answer();
    const json given = answer["summary"]["given"];
    QCOMPARE(given["method"], json("sharp")); // from the preset
    QCOMPARE(given["order"], json(4));        // which is not the last word
    QCOMPARE(given["lo"], (json{4, 0, 1}));
    QCOMPARE(given["hi"], (json{20, 9, 3}));
    QCOMPARE(given["along"], json(-3));
    QCOMPARE(given["only"], (json{1, 3, 4, 5, 6}));
    QCOMPARE(given["tint"], (json{1, 2, 255}));
    QCOMPARE(given["table"], json(home_.filePath("k.csv").toStdString())); // from where the command was given
    QCOMPARE(given["fields"], (json{"atlas", "image", "regions"}));        // the chosen field is an input
    QVERIFY(given["atlasShape"].is_array());
    QCOMPARE(given["text of roi"], json("4:20,0:9,1:3"));
    QCOMPARE(given["text of only"], json("1,3-6"));
    QCOMPARE(given["text of tags"], json("a,b c"));
    QCOMPARE(given["text of sigma"], json("1.5"));
    const json job = jobs::RunDirectory(answer["run"].get<std::string>()).snapshot(0).job;
    QCOMPARE(job["parameters"]["roi"], (json{{4, 20}, {0, 9}, {1, 3}}));
    QCOMPARE(job["files"], (json{"atlas", "table", "cache"})); // what another machine is sent

    // The command that the window copies does the same again.
    QProcess shell;
    const QString again = QString::fromStdString(jobs::asCommand(job)).replace("discern-run", runner);
    shell.start("sh", {"-c", again + " --json --output " + home_.filePath("again")});
    QVERIFY(shell.waitForFinished(60'000) && shell.exitCode() == 0);
    QCOMPARE(json::parse(shell.readAllStandardOutput().toStdString())["summary"]["given"], given);
  }

  void whatIsEmptyIsAll() {
    const Outcome done = run({});
    QVERIFY2(done.code == 0, done.err.constData());
    const json given = done.answer()["summary"]["given"];
    QCOMPARE(given["lo"], (json{0, 0, 0}));
    QVERIFY(given["hi"][0] > 1);
    QCOMPARE(given["steps"], (json{0, 0}));
    QCOMPARE(given["only"], json::array());
    QCOMPARE(given["fields"], json{"image"});
  }

  void wrongOnesEndWithTwo_data() {
    QTest::addColumn<QString>("set");
    QTest::addColumn<QString>("words");
    QTest::newRow("outside") << "roi=0:4000,0:9,1:3"
                             << "\"roi\": input \"image\" has voxels 0 to ";
    QTest::newRow("late") << "steps=3:4"
                          << "has steps 0 to 0, and 3:4 was given";
    QTest::newRow("no file") << "table=none.csv"
                             << "there is no file ";
    QTest::newRow("no labels") << "atlas=" + demo_ + "nuclei.tif"
                               << "a field of labels";
    QTest::newRow("colour") << "tint=blue"
                            << "a colour such as #4c9aff";
  }
  void wrongOnesEndWithTwo() {
    QFETCH(QString, set);
    QFETCH(QString, words);
    const Outcome done = run({"--set", set});
    QCOMPARE(done.code, 2);
    QVERIFY2(QString::fromUtf8(done.err + done.out).remove('\\').contains(words), done.err.constData());
  }

  void presetsByName() {
    const Outcome done = run({"--preset", "Edgs"});
    QCOMPARE(done.code, 2);
    QVERIFY2(done.err.contains("it has Fine structures, Edges"), done.err.constData());
    QDir(home_.path()).mkpath("config/discern/presets");
    QFile file(home_.filePath("config/discern/presets/org.discern.test.every-type.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"format": 1, "presets": [{"name": "Mine", "values": {"order": 7}}]})");
    file.close();
    QCOMPARE(run({"--preset", "Mine"}).answer()["summary"]["given"]["order"], json(7));
  }

  void conforms() {
    const Outcome done = tests::run({"check-plugin", DISCERN_SOURCE_DIR "/tests/plugins/every_type"});
    QVERIFY2(done.code == 0, (done.out + done.err).constData());
  }
};

QTEST_GUILESS_MAIN(TestEveryType)
#include "test_every_type.moc"
