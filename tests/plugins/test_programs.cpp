// Plugins that are programs: what they are given, what they write, and how their failures are told.
#include "program_fixture.h"

#include "io/open.h"
#include "io/write.h"
#include "jobs/run_files.h"

#include <csignal>
#include <filesystem>
#include <set>

using namespace discern;
using namespace discern::tests;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const json imageIn{{{"name", "image"}, {"help", "Any field."}}};

/// 4 × 3 × 2 voxels of 2, 1 and 0.5 mm, value 0 … 23, of which 5 means missing.
void writeImage(const QString& path, int steps = 1) {
  data::FieldInfo info;
  info.name = "density";
  info.unit = "kg/m3";
  info.type = data::ScalarType::Int16;
  info.shape = {4, 3, 2};
  info.time.size = steps;
  info.time.unit = "s";
  for (int i = 0; i < steps; ++i)
    info.time.values.push_back(10.0 * i);
  info.indexToWorld = data::Affine::scaling({2, 1, 0.5}, {-7, 8, 9});
  info.frame = data::Frame::RasMillimetres;
  info.worldUnit = "mm";
  info.missing = 5;
  std::vector<std::int16_t> values(static_cast<std::size_t>(24 * steps));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<std::int16_t>(i);
  io::ResultFile file;
  const auto bytes = std::as_bytes(std::span(values));
  file.addField(info, {bytes.begin(), bytes.end()});
  file.commit(path.toStdString());
}

std::vector<double> valuesOf(const data::FieldSource& field, std::int64_t time = 0) {
  const data::FieldInfo& info = field.info();
  std::vector<std::byte> bytes(static_cast<std::size_t>(info.voxels()) * data::sizeOf(info.type));
  field.read({{{0, 0, 0}, info.shape}, time, 0, 0}, bytes);
  return data::dispatch(info.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const auto* values = reinterpret_cast<const T*>(bytes.data());
    return std::vector<double>(values, values + bytes.size() / sizeof(T));
  });
}

} // namespace

class TestPrograms : public QObject {
  Q_OBJECT
  ProgramFixture fixture_;

private Q_SLOTS:
  void initTestCase() {
    writeImage(fixture_.path("image.h5"));
    writeImage(fixture_.path("series.h5"), 3);
  }

  void pythonReadsAndWrites() {
    fixture_.plugin("scale", R"(
import discern, numpy as np
def run(inputs, parameters, outputs, context):
    image = inputs["image"]
    context.phase("Scale")
    assert isinstance(context.threads, int) and context.seed == 11
    assert list(image.spacing) == [2, 1, 0.5] and image.unit == "kg/m3" and image.world_unit == "mm"
    assert "mask" not in inputs and list(inputs) == ["image"]
    values = image.floats() * parameters["factor"]
    context.partial(image.like(values[:, :, ::1], name="preview"))
    context.progress(0.5)
    context.log("half of it")
    print("printed")
    outputs.add_field(image.like(values, name="scaled", unit="g/m3", quantity="Density"))
    outputs.add_field(image.like((values > 20).astype(np.uint8), name="high", labels=True))
    outputs.add_table("rows", {"name": ["ä", "bc"], "count": [1, 2.5]}, units={"count": "mm"})
    outputs.add_summary("mean", np.nanmean(values))
    outputs.add_summary("word", parameters["word"])
if __name__ == "__main__":
    discern.main(run)
)",
                    {{"inputs", {{{"name", "image"}}, {{"name", "mask"}, {"required", false}}}},
                     {"outputs", {{{"name", "high"}, {"kind", "field"}}}}, // the program knows better
                     {"parameters",
                      {{{"name", "factor"}, {"type", "number"}, {"default", 2}},
                       {{"name", "word"}, {"type", "text"}, {"default", "it's"}}}}});
    const Outcome done =
        fixture_.run("scale", {"--input", "image=" + fixture_.path("image.h5"), "--set", "factor=3", "--seed", "11"});
    QVERIFY2(done.code == 0, done.err.constData());
    const json answer = done.answer();
    QCOMPARE(answer["summary"]["mean"], json((276 - 5) * 3.0 / 23));
    QCOMPARE(answer["summary"]["word"], json("it's"));
    const auto result = io::open(fixture_.lastRun() + "/result.h5");
    const data::FieldInfo& scaled = result->field("scaled")->info();
    QCOMPARE(scaled.unit, std::string("g/m3"));
    QCOMPARE(scaled.quantity, std::string("Density"));
    QCOMPARE(scaled.shape, (data::Index3{4, 3, 2}));
    QCOMPARE(scaled.frame, data::Frame::RasMillimetres);
    QCOMPARE(scaled.indexToWorld, data::Affine::scaling({2, 1, 0.5}, {-7, 8, 9}));
    QCOMPARE(scaled.source, std::string("org.example.scale 1.0.0"));
    QVERIFY(!scaled.missing);
    QCOMPARE(scaled.time.values, std::vector<double>{0});
    const auto values = valuesOf(*result->field("scaled"));
    QVERIFY(std::isnan(values[5]));
    QCOMPARE(values[23], 69.0);
    QVERIFY(result->field("high")->info().labels);
    QCOMPARE(result->field("high")->info().type, data::ScalarType::UInt8);
    const data::Table rows = result->table("rows");
    QCOMPARE(rows.info.units[1], std::string("mm"));
    QCOMPARE(rows.texts[0][0], std::string("ä"));
    QCOMPARE(rows.numbers[1][1], 2.5);
    // Provenance, as for a library.
    const auto& provenance = result->info().attributes;
    QCOMPARE(provenance.at("seed"), std::string("11"));
    QCOMPARE(provenance.at("plugin"), std::string("org.example.scale"));
    QVERIFY(provenance.at("inputs").find("sha256") != std::string::npos);
    // Partial results are files of the same kind, and the events are in order.
    QCOMPARE(io::open(fixture_.lastRun() + "/partial/preview.h5")->info().fields.size(), std::size_t{1});
    const auto events = jobs::RunDirectory(fixture_.lastRun()).events();
    std::set<std::string> words;
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (i > 0) QVERIFY(events[i].sequence > events[i - 1].sequence && events[i].time > 1e9);
      if (events[i].value.is_string()) words.insert(events[i].value.get<std::string>());
    }
    for (const char* word : {"Scale", "half of it", "printed", "partial/preview.h5", "succeeded"})
      QVERIFY2(words.contains(word), word);
    QVERIFY(!fs::exists(fixture_.lastRun() + "/inputs") && !fs::exists(fixture_.lastRun() + "/outputs"));
  }

  void aShellNeedsNothingButTheRunDirectory() {
    fixture_.plugin("shell", R"sh(#!/bin/sh
set -e
cd "$1"
echo "@phase Copy"
echo "@progress 0.25"
echo "factor is $(cat parameters/factor), mode $(cat parameters/mode)"
cp inputs/image.npy outputs/copy.npy
cp inputs/image.npy outputs/labelled.npy
echo '{"quantity": "Density", "unit": "kg/m3", "like": "image"}' > outputs/copy.json
printf 'name,size\na,1\nb,2\n' > outputs/sizes.csv
echo "@summary count 2"
echo "@summary mode $(cat parameters/mode)"
echo '{"kind": "progress", "value": 0.75}' >> events.jsonl
)sh",
                    {{"inputs", imageIn},
                     {"outputs",
                      {{{"name", "copy"}, {"kind", "field"}},
                       {{"name", "labelled"}, {"kind", "labels"}},
                       {{"name", "sizes"}, {"kind", "table"}}}},
                     {"parameters",
                      {{{"name", "factor"}, {"type", "number"}, {"default", 0.1}},
                       {{"name", "mode"}, {"type", "text"}, {"default", "a b"}}}}},
                    json::array());
    const Outcome done = fixture_.run("shell", {"--input", "image=" + fixture_.path("series.h5"), "--time", "image=2"});
    QVERIFY2(done.code == 0, done.err.constData());
    const json answer = done.answer();
    QCOMPARE(answer["summary"]["count"], json(2));
    QCOMPARE(answer["summary"]["mode"], json("a b"));
    const auto result = io::open(fixture_.lastRun() + "/result.h5");
    QCOMPARE(result->field("copy")->info().quantity, std::string("Density"));
    QCOMPARE(result->field("copy")->info().indexToWorld, data::Affine::scaling({2, 1, 0.5}, {-7, 8, 9}));
    QCOMPARE(result->field("labelled")->info().worldUnit, std::string("mm")); // placed like the input of its shape
    QVERIFY(result->field("labelled")->info().labels);
    QCOMPARE(valuesOf(*result->field("copy"))[0], 48.0); // the chosen step
    QCOMPARE(result->table("sizes").info.rows, std::int64_t{2});
    const auto log = jobs::RunDirectory(fixture_.lastRun()).snapshot().log;
    QVERIFY(std::ranges::find(log, std::string("factor is 0.1, mode a b")) != log.end());
    std::set<double> progress;
    for (const jobs::Event& event : jobs::RunDirectory(fixture_.lastRun()).events())
      if (event.kind == "progress") progress.insert(event.value.get<double>());
    QVERIFY(progress.contains(0.25) && progress.contains(0.75));
  }

  void aSeriesComesWhole() {
    fixture_.plugin("series", R"(
import discern
def run(inputs, parameters, outputs, context):
    image = inputs["image"]
    assert image.values.shape == (3, 2, 3, 4) and list(image.times) == [0, 10, 20]
    outputs.add_field(image.like(image.values.mean(axis=0), name="mean"))
    outputs.add_field(image.like(image.values * 2, name="double"))
discern.main(run)
)",
                    {{"inputs", {{{"name", "image"}, {"axes", {"x", "time"}}}}}});
    const Outcome done = fixture_.run("series", {"--input", "image=" + fixture_.path("series.h5")});
    QVERIFY2(done.code == 0, done.err.constData());
    const auto result = io::open(fixture_.lastRun() + "/result.h5");
    QCOMPARE(valuesOf(*result->field("mean"))[3], 27.0);
    QCOMPARE(result->field("double")->info().time.values[2], 20.0);
    QCOMPARE(valuesOf(*result->field("double"), 2)[1], 98.0);
  }

  void failuresAreToldLikeALibrarys_data() {
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<QString>("interpreter");
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("signal");
    QTest::addColumn<QString>("word");
    const QByteArray head = "import discern, os, signal, sys\ndef run(inputs, parameters, outputs, context):\n"
                            "    context.log('about to fail')\n    ",
                     foot = "\ndiscern.main(run)\n";
    const auto python = [&](const char* name, const QByteArray& body, int code, int signal, const char* word) {
      QTest::newRow(name) << QByteArray(head + body + foot) << "python3" << code << signal << word;
    };
    python("exception", "raise ValueError('42 is not enough')", 1, 0, "ValueError: 42 is not enough (run, line 4)");
    python("usage", "raise discern.UsageError('that image does not suit')", 2, 0, "that image does not suit");
    python("unreadable", "raise discern.ReadError('half a file')", 3, 0, "half a file");
    python("missing parameter", "parameters['nothing']", 1, 0, "its manifest doesn't have");
    python("no input", "inputs['mask']", 2, 0, "\"mask\" was not given");
    python("nothing written", "pass", 1, 0, "without writing a result");
    python("crash", "os.kill(os.getpid(), signal.SIGSEGV)", 1, SIGSEGV, "signal 11 (SIGSEGV)");
    python("killed", "os.kill(os.getpid(), signal.SIGKILL)", 1, SIGKILL, "signal 9");
    QTest::newRow("syntax") << QByteArray("def f(:\n") << "python3" << 1 << 0 << "SyntaxError";
    QTest::newRow("shell code") << QByteArray("echo last words >&2; exit 7\n") << "sh" << 1 << 0 << "code 7";
    QTest::newRow("shell says why") << QByteArray("echo '@error no disk'; exit 1\n") << "sh" << 1 << 0 << "no disk";
    QTest::newRow("shell killed") << QByteArray("kill -ABRT $$\n") << "sh" << 1 << SIGABRT << "signal 6 (SIGABRT)";
    QTest::newRow("interpreter") << QByteArray("x") << "no-such-interpreter" << 1 << 0 << "is not on PATH";
    QTest::newRow("not executable") << QByteArray("x") << "" << 1 << 0 << "chmod +x";
    QTest::newRow("wrong kind") << QByteArray("printf 'a,b\\n1,2\\n3,4\\n' > \"$1/outputs/field.csv\"\n") << "sh" << 1
                                << 0 << "declares the output \"field\" as a field, and the file holds a table";
    QTest::newRow("no such format") << QByteArray("echo hello, world. > \"$1/outputs/field.npy\"\n") << "sh" << 3 << 0
                                    << "field.npy";
  }
  void failuresAreToldLikeALibrarys() {
    QFETCH(QByteArray, script);
    QFETCH(QString, interpreter);
    QFETCH(int, code);
    QFETCH(int, signal);
    QFETCH(QString, word);
    fixture_.plugin("failing", script, {{"outputs", {{{"name", "field"}, {"kind", "field"}}}}},
                    interpreter.isEmpty() ? json::array() : json::array({interpreter.toStdString()}));
    if (interpreter.isEmpty()) QFile::setPermissions(fixture_.path("failing/run"), QFile::ReadOwner);
    const Outcome done = fixture_.run("failing");
    if (interpreter.isEmpty()) QVERIFY(QFile::remove(fixture_.path("failing/run")));
    QCOMPARE(done.code, code);
    const json answer = done.answer();
    QCOMPARE(answer["state"], json("failed"));
    QCOMPARE(answer["signal"], json(signal));
    const QString message = QString::fromStdString(answer["message"].get<std::string>());
    QVERIFY2(message.contains(word), qPrintable(message));
    if (script.contains("about to fail")) QVERIFY2(message.contains("about to fail"), qPrintable(message));
    QVERIFY(!fs::exists(fixture_.lastRun() + "/inputs"));
  }

  void cancelIsHeeded_data() {
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<QString>("interpreter");
    QTest::addColumn<bool>("killed");
    QTest::newRow("python") << QByteArray("import discern, time\ndef run(i, p, o, c):\n    c.log('at work')\n"
                                          "    while True:\n        c.check_cancelled()\n        time.sleep(0.01)\n"
                                          "discern.main(run)\n")
                            << "python3" << false;
    QTest::newRow("shell") << QByteArray("echo at work\nsleep 60\n") << "sh" << false;
    QTest::newRow("stubborn") << QByteArray("trap '' TERM\necho at work\nwhile :; do sleep 1; done\n") << "sh" << true;
  }
  void cancelIsHeeded() {
    QFETCH(QByteArray, script);
    QFETCH(QString, interpreter);
    QFETCH(bool, killed);
    fixture_.plugin("endless", script, json::object(), {interpreter.toStdString()});
    const std::string path = fixture_.path("cancelled" + interpreter + QString::number(killed)).toStdString();
    static_cast<void>(jobs::RunDirectory::create(path, {{"plugin", "org.example.endless"}}));
    jobs::superviseDetached(runner, path);
    const jobs::RunDirectory run(path);
    QTRY_VERIFY_WITH_TIMEOUT(!run.snapshot().log.empty(), 20'000);
    QElapsedTimer timer;
    timer.start();
    run.requestCancel();
    QTRY_VERIFY_WITH_TIMEOUT(jobs::isFinal(run.snapshot().state), 15'000);
    const jobs::Snapshot end = run.snapshot();
    QCOMPARE(end.state, jobs::RunState::Cancelled);
    if (!killed) QVERIFY2(timer.elapsed() < 3'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(end.message.find("was killed") != std::string::npos, killed);
  }

  void aPythonWithoutH5pyIsPassedOver() {
    fixture_.plugin("plain", "import discern\ndiscern.main(lambda i, p, o, c: o.add_summary('x', 1))\n",
                    json::object());
    fixture_.write("bin/python3", "#!/bin/sh\nexit 3\n", true);
    const QByteArray before = qgetenv("PATH");
    qputenv("PATH", fixture_.path("bin").toUtf8() + ":" + before);
    Outcome done = fixture_.run("plain");
    const auto log = jobs::RunDirectory(fixture_.lastRun()).snapshot().log;
    qputenv("DISCERN_PYTHON", fixture_.path("bin/python3").toUtf8());
    const Outcome refused = fixture_.run("plain");
    qunsetenv("DISCERN_PYTHON");
    qputenv("PATH", before);
    QVERIFY2(done.code == 0, done.err.constData());
    QVERIFY(!log.empty() && log.front().find("/usr/bin/python3 is used instead") != std::string::npos);
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.err.contains("lacks numpy or h5py") && refused.err.contains("DISCERN_PYTHON"),
             refused.err.constData());
  }
};

QTEST_GUILESS_MAIN(TestPrograms)
#include "test_programs.moc"
