// check-plugin: what it says of plugins that are good, and of six that are not.
#include "program_fixture.h"

#include <QElapsedTimer>

using namespace discern;
using namespace discern::tests;
using nlohmann::json;

class TestConformance : public QObject {
  Q_OBJECT
  ProgramFixture fixture_;

  static json manifest() {
    return {{"summary", "One."},
            {"category", "Filtering"},
            {"help", "Helps."},
            {"inputs", {{{"name", "image"}, {"axes", {"x", "y"}}}}},
            {"outputs", {{{"name", "count"}, {"kind", "summary"}}}}};
  }

  /// The findings by check; the exit code says whether all are good.
  static std::map<std::string, std::pair<bool, QString>> check(const QString& folder, const QStringList& more = {}) {
    const Outcome done = run(QStringList{"check-plugin", folder, "--json"} + more);
    const json answer = done.answer();
    std::map<std::string, std::pair<bool, QString>> findings;
    if (!answer.contains("checks")) {
      qWarning("%s%s", done.out.constData(), done.err.constData());
      return findings;
    }
    bool good = true;
    for (const json& one : answer["checks"]) {
      findings[one["check"]] = {one["ok"].get<bool>(), QString::fromStdString(one["message"])};
      good = good && one["ok"].get<bool>();
    }
    if (answer["ok"] != json(good) || done.code != (good ? 0 : 1)) qWarning("the exit code is %d", done.code);
    return findings;
  }

private Q_SLOTS:
  /// All that come with the program.
  void ourOwn_data() {
    QTest::addColumn<QString>("folder");
    const QDir plugins(QStringLiteral(DISCERN_BINARY_DIR "/plugins"));
    for (const QString& name : plugins.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
      if (QFile::exists(plugins.filePath(name) + QStringLiteral("/manifest.json")))
        QTest::newRow(qPrintable(name)) << plugins.filePath(name);
  }
  void ourOwn() {
    QFETCH(QString, folder);
    const auto findings = check(folder);
    QFile manifest(folder + QStringLiteral("/manifest.json"));
    QVERIFY(manifest.open(QIODevice::ReadOnly));
    const bool reads = !json::parse(manifest.readAll().toStdString())["inputs"].empty(); // else no value can be missing
    QVERIFY(findings.size() >= (reads ? 8 : 7));
    for (const auto& [name, finding] : findings)
      QVERIFY2(finding.first, qPrintable(QString::fromStdString(name) + ": " + finding.second));
  }

  void bad_data() {
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<QString>("check");
    QTest::addColumn<QString>("words");
    const QByteArray head = "import discern, os, time\ndef run(i, p, o, c):\n", tail = "\ndiscern.main(run)\n";
    QTest::newRow("crashes") << head + "    os.abort()" + tail << "defaults"
                             << "it crashed";
    QTest::newRow("is killed") << head + "    os.kill(os.getpid(), 9)" + tail << "defaults" // and not for its memory
                               << "signal 9";
    QTest::newRow("hangs") << head + "    time.sleep(3600)" + tail << "defaults"
                           << "did not end within 8.0 s";
    QTest::newRow("ignores cancel")
        << head +
               "    for _ in range(700 if i['image'].values.size > 1e6 else 10): time.sleep(0.01)\n"
               "    o.add_summary('count', 1)" +
               tail
        << "cancel"
        << "within 5.0 s of being asked";
    QTest::newRow("wrong output") << head + "    o.add_field(i['image'].like(i['image'].floats(), name='count'))" + tail
                                  << "defaults"
                                  << "declares the output \"count\" as a summary";
    QTest::newRow("no output") << head + "    o.add_summary('other', 1)" + tail << "outputs"
                               << "the number \"count\" is missing";
    QTest::newRow("fills memory") << head +
                                         "    import numpy\n    kept = []\n"
                                         "    while True: kept.append(numpy.ones(10_000_000))" +
                                         tail
                                  << "memory"
                                  << "needs more than 1.0 GB";
    QTest::newRow("writes elsewhere")
        << head + "    open(os.path.expanduser('~/.mine'), 'w').write('x')\n    o.add_summary('count', 1)" + tail
        << "files"
        << "home/.mine";
    QTest::newRow("writes into /tmp") << head +
                                             "    open('/tmp/discern_stray', 'a').write('x')\n"
                                             "    o.add_summary('count', 1)" +
                                             tail
                                      << "files"
                                      << "/tmp/discern_stray";
    QTest::newRow("another each time") << head + "    o.add_summary('count', time.time())" + tail << "repeatable"
                                       << "the summary";
  }
  void bad() {
    QFETCH(QByteArray, script);
    QFETCH(QString, check);
    QFETCH(QString, words);
    fixture_.plugin("bad", script, manifest());
    QFile::remove(QStringLiteral("/tmp/discern_stray"));
    QElapsedTimer timer;
    timer.start();
    const auto findings = TestConformance::check(fixture_.path("bad"), {"--seconds", "8", "--memory", "1"});
    QFile::remove(QStringLiteral("/tmp/discern_stray"));
    const auto at = findings.find(check.toStdString());
    QVERIFY2(at != findings.end(), qPrintable(QStringLiteral("nothing was said of ") + check));
    QVERIFY(!at->second.first);
    QVERIFY2(at->second.second.contains(words), qPrintable(at->second.second));
    QVERIFY(timer.elapsed() < 60'000);
    // Whatever else was tried is fine: one fault is told as one.
    for (const auto& [name, finding] : findings)
      if (name != check.toStdString() && name != "outputs")
        QVERIFY2(finding.first, qPrintable(QString::fromStdString(name) + ": " + finding.second));
  }

  /// What has no default and must be given is made up: a file, labels, a region.
  void whatMustBeGivenIsGiven() {
    json m = manifest();
    m["inputs"].push_back({{"name", "cells"}, {"kind", "labels"}, {"sameGridAs", "image"}});
    m["parameters"] = json::parse(R"([
      {"name": "table", "type": "file", "suffixes": [".csv"], "required": true},
      {"name": "box", "type": "region", "input": "image", "required": true},
      {"name": "only", "type": "labels", "input": "cells", "required": true},
      {"name": "other", "type": "field", "input": "image", "required": true},
      {"name": "many", "type": "list", "of": "integer", "minimum": 2, "required": true}])");
    fixture_.plugin("needs",
                    "import discern, os\ndef run(i, p, o, c):\n"
                    "    if not os.path.isfile(p.file('table')) or p.region('box').hi[0] < 1 or not p.labels('only'):\n"
                    "        raise discern.UsageError('nothing was given')\n"
                    "    o.add_summary('count', int(i['other'].values.size) + p.integers('many')[0])\n"
                    "discern.main(run)\n",
                    m);
    for (const auto& [name, finding] : check(fixture_.path("needs")))
      QVERIFY2(finding.first, qPrintable(QString::fromStdString(name) + ": " + finding.second));
  }

  void badManifest() {
    fixture_.write("wrong/manifest.json", "{\n  \"id\": \"org.example.wrong\",\n  \"version\": 3\n}\n");
    const auto findings = check(fixture_.path("wrong"));
    QCOMPARE(findings.size(), std::size_t{1});
    QVERIFY2(findings.at("manifest").second.contains("line 3"), qPrintable(findings.at("manifest").second));
    QVERIFY(check(fixture_.path("nowhere")).at("manifest").second.contains("no manifest.json"));
    QCOMPARE(run({"check-plugin"}).code, 2);
  }
};

QTEST_GUILESS_MAIN(TestConformance)
#include "test_conformance.moc"
