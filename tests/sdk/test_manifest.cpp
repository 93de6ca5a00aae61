#include "sdk/manifest.h"
#include "sdk/parameters.h"

#include <QtTest>
#include <limits>

using namespace discern;
using nlohmann::json;

namespace {

json good() {
  return json::parse(R"({
    "id": "org.example.thing", "version": "1.2.3", "name": "Thing",
    "inputs": [ {"name": "image"}, {"name": "mask", "kind": "labels", "required": false, "sameGridAs": "image"} ],
    "outputs": [ {"name": "out", "kind": "labels"} ],
    "parameters": [
      {"name": "sigma", "type": "number", "default": 1, "minimum": 0, "maximum": 20, "unit": "voxels"},
      {"name": "count", "type": "integer", "default": 3, "minimum": 1},
      {"name": "method", "type": "choice", "default": "otsu", "choices": [{"value": "otsu", "label": "Otsu"}, {"value": "manual"}]},
      {"name": "level", "type": "number", "default": 0, "visibleWhen": {"method": "manual"}},
      {"name": "loud", "type": "boolean", "default": false},
      {"name": "note", "type": "text", "default": ""}
    ],
    "entry": {"library": "thing.so"} })");
}

template <typename F>
std::string complaint(F&& call) {
  try {
    call();
  } catch (const data::UsageError& error) {
    return error.what();
  }
  return {};
}

} // namespace

class TestManifest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void aGoodOneIsRead() {
    const sdk::Manifest manifest = sdk::parseManifest(good().dump(), "m.json");
    QCOMPARE(manifest.parameters.size(), std::size_t{6});
    QCOMPARE(manifest.parameter("method")->choices[1].label, std::string("manual"));
    QCOMPARE(manifest.parameter("level")->visibleWhen.at("method"), json("manual"));
    QVERIFY(!manifest.input("mask")->required);
    QVERIFY(manifest.input("image")->required);
    // What is written again is the same manifest.
    json again = manifest;
    for (json& parameter : again["parameters"])
      for (const char* key : {"minimum", "maximum", "step"})
        if (parameter[key].is_null()) parameter.erase(key);
    for (json& parameter : again["parameters"])
      if (parameter["choices"].empty()) parameter.erase("choices");
    QCOMPARE(json(sdk::parseManifest(again.dump(), "again")), json(manifest));
  }

  void faultsSayWhere_data() {
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("word");
    const auto row = [](const char* name, const char* patch, const char* place, const char* word) {
      QTest::newRow(name) << QString(patch) << QString(place) << QString(word);
    };
    row("id", R"([{"op":"replace","path":"/id","value":"Thing"}])", "/id", "reverse-DNS");
    row("version", R"([{"op":"replace","path":"/version","value":"one"}])", "/version", "1.0.0");
    row("no name", R"([{"op":"remove","path":"/name"}])", "the top", "\"name\" is missing");
    row("unknown key", R"([{"op":"add","path":"/parameters/0/minium","value":1}])", "/parameters/0", "minium");
    row("default too great", R"([{"op":"replace","path":"/parameters/0/default","value":21}])", "/parameters/0/default",
        "from 0 to 20 voxels");
    row("default of another type", R"([{"op":"replace","path":"/parameters/1/default","value":1.5}])",
        "/parameters/1/default", "whole");
    row("default no choice", R"([{"op":"replace","path":"/parameters/2/default","value":"x"}])",
        "/parameters/2/default", "otsu, manual");
    row("no choices", R"([{"op":"remove","path":"/parameters/2/choices"}])", "/parameters/2", "choices");
    row("same choice twice", R"([{"op":"replace","path":"/parameters/2/choices/1/value","value":"otsu"}])",
        "/parameters/2/choices/1", "twice");
    row("range upside down", R"([{"op":"replace","path":"/parameters/0/minimum","value":30}])", "/parameters/0/minimum",
        "greater");
    row("step of a text", R"([{"op":"add","path":"/parameters/5/step","value":1}])", "/parameters/5/step", "number");
    row("visible when what", R"([{"op":"replace","path":"/parameters/3/visibleWhen","value":{"methd":"manual"}}])",
        "/parameters/3/visibleWhen", "methd");
    row("visible when never", R"([{"op":"replace","path":"/parameters/3/visibleWhen","value":{"method":"hand"}}])",
        "/parameters/3/visibleWhen", "hand");
    row("type", R"([{"op":"replace","path":"/parameters/0/type","value":"float"}])", "/parameters/0/type",
        "number, integer");
    row("two of a name", R"([{"op":"replace","path":"/parameters/1/name","value":"sigma"}])", "/parameters", "twice");
    row("a name with a space", R"([{"op":"replace","path":"/inputs/0/name","value":"the image"}])", "/inputs/0/name",
        "letters");
    row("grid of whom", R"([{"op":"replace","path":"/inputs/1/sameGridAs","value":"picture"}])", "/inputs/1/sameGridAs",
        "picture");
    row("kind", R"([{"op":"replace","path":"/outputs/0/kind","value":"mesh"}])", "/outputs/0/kind", "mesh");
    row("no library", R"([{"op":"remove","path":"/entry"}])", "the top", "entry");
    row("library elsewhere", R"([{"op":"replace","path":"/entry/library","value":"../evil.so"}])", "/entry/library",
        "folder");
    row("not an object", R"([{"op":"replace","path":"","value":[1,2]}])", "the top", "object");
  }
  void faultsSayWhere() {
    QFETCH(QString, patch);
    QFETCH(QString, place);
    QFETCH(QString, word);
    const json broken = good().patch(json::parse(patch.toStdString()));
    const std::string message = complaint([&] { (void)sdk::parseManifest(broken.dump(), "/some/manifest.json"); });
    QVERIFY2(message.find("/some/manifest.json: at " + place.toStdString()) == 0, message.c_str());
    QVERIFY2(message.find(word.toStdString()) != std::string::npos, message.c_str());
  }

  void faultsSayLineAndColumn() {
    const std::string text = "{\n  \"id\": \"org.example.ä\",\n  \"version\": \"1.0.0\", \"name\": \"T \\\" ] }\",\n"
                             "  \"parameters\": [ {\"name\": \"a\", \"type\": \"text\", \"default\": \"\"},\n"
                             "    { \"name\": \"b\", \"type\": \"number\", \"default\": \"x\" } ],\n"
                             "  \"entry\": { \"program\": \"p\", \"libary\": 1 }\n}";
    const auto about = [](const std::string& manifest) {
      return complaint([&] { (void)sdk::parseManifest(manifest, "m.json"); });
    };
    QVERIFY2(about(text).find("m.json: at /id (line 2, column 9): ") == 0, about(text).c_str());
    std::string mended = text;
    mended.replace(mended.find("ä"), 2, "a");
    QVERIFY2(about(mended).find("at /parameters/1/default (line 5, column 49): ") != std::string::npos,
             about(mended).c_str());
    mended.replace(mended.find("\"x\""), 3, "1.5");
    QVERIFY2(about(mended).find("at /entry (line 6, column 40): \"libary\"") != std::string::npos,
             about(mended).c_str());
  }

  void anEntryIsALibraryOrAProgram() {
    json manifest = good();
    manifest["entry"] = {{"program", "run.py"}, {"interpreter", {"python3", "-I"}}};
    const sdk::Manifest read = sdk::parseManifest(manifest.dump(), "m.json");
    QCOMPARE(read.program, std::string("run.py"));
    QCOMPARE(read.entryFile(), std::string("run.py"));
    QCOMPARE(read.interpreter.size(), std::size_t{2});
    QCOMPARE(json(read)["entry"], manifest["entry"]);
    for (const char* wrong : {R"({})", R"({"program": "a", "library": "b.so"})", R"({"program": "../a"})",
                              R"({"library": "b.so", "interpreter": ["sh"]})",
                              R"({"program": "a", "interpreter": [""]})", R"({"program": ""})"}) {
      manifest["entry"] = json::parse(wrong);
      QVERIFY2(!complaint([&] { (void)sdk::parseManifest(manifest.dump(), "m.json"); }).empty(), wrong);
    }
  }

  void notJsonSaysLineAndColumn() {
    const std::string message =
        complaint([] { (void)sdk::parseManifest("{\n  \"id\": \"a.b\",\n  oops }", "m.json"); });
    QVERIFY2(message.find("m.json") == 0 && message.find("line 3, column 3") != std::string::npos, message.c_str());
  }

  void parametersAreCompleted() {
    const sdk::Manifest manifest = sdk::parseManifest(good().dump(), "m.json");
    const json values = complete(manifest, {{"sigma", 2}, {"count", 5.0}});
    QCOMPARE(values,
             json({{"sigma", 2.0}, {"count", 5}, {"method", "otsu"}, {"level", 0.0}, {"loud", false}, {"note", ""}}));
    QVERIFY(values["count"].is_number_integer());
    QVERIFY(values["sigma"].is_number_float());
    QCOMPARE(complete(manifest, nullptr)["count"], json(3));
  }

  void wrongParametersAreNamed_data() {
    QTest::addColumn<QString>("given");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("range") << R"({"sigma": 21})" << QStringList{"\"sigma\"", "from 0 to 20 voxels", "21"};
    QTest::newRow("least") << R"({"count": 0})" << QStringList{"\"count\"", "at least 1", "0"};
    QTest::newRow("fraction") << R"({"count": 1.5})" << QStringList{"\"count\"", "whole", "1.5"};
    QTest::newRow("type") << R"({"sigma": "much"})" << QStringList{"\"sigma\"", "number", "much"};
    QTest::newRow("choice") << R"({"method": "otzu"})" << QStringList{"\"method\"", "otsu, manual", "otzu"};
    QTest::newRow("boolean") << R"({"loud": 1})" << QStringList{"\"loud\"", "true or false"};
    QTest::newRow("unknown") << R"({"sgma": 1})" << QStringList{"\"sgma\"", "sigma, count"};
    QTest::newRow("null") << R"({"sigma": null})" << QStringList{"\"sigma\"", "null"};
    QTest::newRow("no object") << R"([1])" << QStringList{"object"};
  }
  void wrongParametersAreNamed() {
    QFETCH(QString, given);
    QFETCH(QStringList, words);
    const sdk::Manifest manifest = sdk::parseManifest(good().dump(), "m.json");
    const std::string message = complaint([&] { (void)complete(manifest, json::parse(given.toStdString())); });
    for (const QString& word : words)
      QVERIFY2(QString::fromStdString(message).contains(word), message.c_str());
  }

  void infinityIsRefused() {
    const sdk::Manifest manifest = sdk::parseManifest(good().dump(), "m.json");
    for (const double bad : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
      QVERIFY(!complaint([&] { (void)complete(manifest, {{"level", bad}}); }).empty());
    for (const char* bad : {"nan", "inf", "1e999", "", "1.5x", " 1"})
      QVERIFY2(!complaint([&] { (void)fromText(manifest, "level", bad); }).empty(), bad);
  }

  void textBecomesTheParametersType() {
    const sdk::Manifest manifest = sdk::parseManifest(good().dump(), "m.json");
    QCOMPARE(fromText(manifest, "sigma", "1.5"), json(1.5));
    QCOMPARE(fromText(manifest, "count", "7"), json(7));
    QCOMPARE(fromText(manifest, "count", "1e3"), json(1000));
    QCOMPARE(fromText(manifest, "loud", "yes"), json(true));
    QCOMPARE(fromText(manifest, "method", "manual"), json("manual"));
    QCOMPARE(fromText(manifest, "note", "3"), json("3"));
    QVERIFY(complaint([&] { (void)fromText(manifest, "loud", "maybe"); }).find("\"loud\"") != std::string::npos);
  }

  void theDocumentationHoldsEverything() {
    const std::string page = asMarkdown(sdk::parseManifest(good().dump(), "m.json"));
    for (const char* word : {"# Thing", "`org.example.thing`", "`sigma`", "0 to 20", "voxels", "`otsu`, `manual`",
                             "`mask`", "same grid as `image`", "Used when `method` is `manual`",
                             "discern-run run org.example.thing --input image=FILE"})
      QVERIFY2(page.find(word) != std::string::npos, word);
  }
};

QTEST_GUILESS_MAIN(TestManifest)
#include "test_manifest.moc"
