// Every type of parameter: what a manifest may say of it, what a value may be, how it is written as text.
#include "form/preset_file.h"
#include "form/value.h"
#include "sdk/analysis.h"
#include "sdk/parameters.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace discern;
using nlohmann::json;

namespace {

template <typename F>
std::string complaint(F&& call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

std::string everyType() {
  QFile file(QStringLiteral(DISCERN_SOURCE_DIR "/tests/plugins/every_type/manifest.json"));
  return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : "";
}

sdk::Manifest manifest() { return sdk::parseManifest(everyType(), "m.json"); }

std::shared_ptr<data::FieldSource> field(const char* name, data::Index3 shape, std::vector<double> times = {}) {
  data::FieldInfo info;
  info.name = name;
  info.type = data::ScalarType::UInt8;
  info.shape = shape;
  info.time.size = std::max<std::int64_t>(1, static_cast<std::int64_t>(times.size()));
  info.time.values = std::move(times);
  info.time.unit = "s";
  return data::memoryField(info, std::vector<std::byte>(static_cast<std::size_t>(info.voxels() * info.time.size)));
}

} // namespace

class TestParameterTypes : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void theManifestIsRead() {
    const sdk::Manifest m = manifest();
    std::set<form::Type> types;
    for (const sdk::ParameterSpec& spec : m.parameters)
      types.insert(spec.type);
    QCOMPARE(types.size(), std::size(form::allTypes)); // the demonstration leaves none out
    QCOMPARE(m.parameter("table")->suffixes, (std::vector<std::string>{".csv", ".tsv"}));
    QCOMPARE(m.parameter("report")->mode, std::string("save"));
    QVERIFY(m.parameter("span")->physical && !m.parameter("steps")->physical);
    QCOMPARE(m.parameter("along")->axes, (std::vector<std::string>{"x", "y", "z"}));
    QCOMPARE(*m.parameter("scales")->maxItems, std::size_t{6});
    QCOMPARE(m.parameter("roi")->defaultValue, json::array());
    QCOMPARE(m.groups[1].label, std::string("Where and when"));
    QCOMPARE(m.preset("Edges")->values["order"], json(1));
    // What is written again is the same manifest.
    json again = m;
    for (json& parameter : again["parameters"])
      for (const char* key : {"minimum", "maximum", "step"})
        if (parameter[key].is_null()) parameter.erase(key);
    QCOMPARE(json(sdk::parseManifest(again.dump(), "again")), json(m));
    // And the window's reader, which is lenient, reads the same.
    for (const sdk::ParameterSpec& spec : m.parameters)
      QCOMPARE(json(json(spec).get<form::Parameter>()), json(spec));
  }

  void faultsSayWhere_data() {
    QTest::addColumn<QString>("parameter");
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("word");
    const auto row = [](const char* name, const char* parameter, const char* place, const char* word) {
      QTest::newRow(name) << QString(parameter) << QString(place) << QString(word);
    };
    row("file mode", R"({"type": "file", "mode": "append"})", "/mode", "open, save, folder");
    row("suffix without a dot", R"({"type": "file", "suffixes": ["csv"]})", "/suffixes/0", ".csv");
    row("folder with suffix", R"({"type": "file", "mode": "folder", "suffixes": [".csv"]})", "/suffixes/0", "folder");
    row("suffix of a number", R"({"type": "number", "default": 1, "suffixes": [".csv"]})", "/suffixes", "only a file");
    row("file default", R"({"type": "file", "suffixes": [".csv"], "default": "a.txt"})", "/default", "ending in .csv");
    row("colour name", R"({"type": "color", "default": "red"})", "/default", "#4c9aff");
    row("colour without default", R"({"type": "color"})", "", "\"default\" is missing");
    row("labels of nothing", R"({"type": "labels"})", "", "\"input\" is missing");
    row("labels of whom", R"({"type": "labels", "input": "mask"})", "/input", "there is no input \"mask\"");
    row("labels of an image", R"({"type": "labels", "input": "image"})", "/input", "no field of labels");
    row("labels default", R"({"type": "labels", "input": "regions", "default": [1.5]})", "/default", "1,4,7-9");
    row("field kind", R"({"type": "field", "kind": "table"})", "/kind", "field, labels");
    row("field of whom", R"({"type": "field", "input": "picture"})", "/input", "picture");
    row("field called as an input", R"({"type": "field", "name": "image"})", "/name", "an input is called");
    row("axis unknown", R"({"type": "axis", "axes": ["x", "w"], "default": "x"})", "/axes/1", "x, y, z, time");
    row("axis not on offer", R"({"type": "axis", "axes": ["x", "y"], "default": "z"})", "/default", "one of x, y");
    row("time of nothing", R"({"type": "timeRange"})", "", "\"input\" is missing");
    row("time in what", R"({"type": "timeRange", "input": "image", "in": "hours"})", "/in", "steps, times");
    row("time backwards", R"({"type": "timeRange", "input": "image", "default": [5, 2]})", "/default", "0:11");
    row("half a step", R"({"type": "timeRange", "input": "image", "default": [0.5, 2]})", "/default", "0:11");
    row("region flat", R"({"type": "region", "input": "image", "default": [[0,4],[0,4],[2,2]]})", "/default", "0:64");
    row("region of two", R"({"type": "region", "input": "image", "default": [[0,4],[0,4]]})", "/default", "0:64");
    row("list of what", R"({"type": "list"})", "", "\"of\" is missing");
    row("list of lists", R"({"type": "list", "of": "list"})", "/of", "number, integer, text, choice");
    row("of a number", R"({"type": "number", "of": "number", "default": 1})", "/of", "only a list");
    row("list item", R"({"type": "list", "of": "number", "maximum": 3, "default": [1, 4]})", "/default", "at most 3");
    row("list too short", R"({"type": "list", "of": "number", "minItems": 2, "default": [1]})", "/default",
        "2 at least");
    row("list needs a default", R"({"type": "list", "of": "number", "minItems": 2})", "", "\"default\" is missing");
    row("list upside down", R"({"type": "list", "of": "text", "minItems": 3, "maxItems": 2})", "/maxItems", "minItems");
    row("list of no choices", R"({"type": "list", "of": "choice"})", "", "choices");
    row("half an item", R"({"type": "list", "of": "text", "minItems": 0.5})", "/minItems", "whole");
    row("required number", R"({"type": "number", "default": 1, "required": true})", "/required", "may be empty");
  }
  void faultsSayWhere() {
    QFETCH(QString, parameter);
    QFETCH(QString, place);
    QFETCH(QString, word);
    json m = json::parse(everyType());
    json p = json::parse(parameter.toStdString());
    if (!p.contains("name")) p["name"] = "p";
    m["parameters"] = json::array({p});
    m.erase("presets");
    const std::string message = complaint([&] { (void)sdk::parseManifest(m.dump(1), "m.json"); });
    QVERIFY2(message.starts_with("m.json: at /parameters/0" + place.toStdString() + " (line "), message.c_str());
    QVERIFY2(message.find(word.toStdString()) != std::string::npos, message.c_str());
  }

  void faultsOfGroupsAndPresets() {
    const auto about = [](const char* patch) {
      const json m = json::parse(everyType()).patch(json::parse(patch));
      return complaint([&] { (void)sdk::parseManifest(m.dump(1), "m.json"); });
    };
    const auto says = [&](const char* patch, const char* place, const char* word) {
      const std::string message = about(patch);
      const bool good = message.starts_with(std::string("m.json: at ") + place + " (line ") &&
                        message.find(word) != std::string::npos;
      if (!good) qWarning("%s", message.c_str());
      return good;
    };
    QVERIFY(says(R"([{"op":"replace","path":"/parameters/0/group","value":"kernl"}])", "/parameters/0/group", "kernl"));
    QVERIFY(says(R"([{"op":"replace","path":"/groups/1/name","value":"kernel"}])", "/groups", "twice"));
    QVERIFY(says(R"([{"op":"add","path":"/presets/0/values/sgma","value":1}])", "/presets/0/values/sgma", "sgma"));
    QVERIFY(says(R"([{"op":"replace","path":"/presets/0/values/sigma","value":-1}])", "/presets/0/values/sigma",
                 "from 0 to 20 mm, found -1"));
    QVERIFY(says(R"([{"op":"replace","path":"/presets/1/name","value":"Fine structures"}])", "/presets", "twice"));
    QVERIFY(says(R"([{"op":"remove","path":"/presets/1/values"}])", "/presets/1", "values"));
  }

  void textAndBack_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("again"); // the text of the value
    const auto row = [](const char* name, const char* text, const char* value, const char* again = nullptr) {
      QTest::newRow(qPrintable(QString("%1 %2").arg(name, text))) << name << text << value << (again ? again : text);
    };
    row("sigma", "2", "2.0");
    row("sigma", "1e1", "10.0", "10");
    row("order", "3", "3");
    row("loud", "yes", "true", "true");
    row("method", "sharp", R"("sharp")");
    row("note", "[1]", R"("[1]")");
    row("table", "/a/b.CSV", R"("/a/b.CSV")");
    row("table", "", R"("")");
    row("tint", "#A0b1C2", "\"#a0b1c2\"", "#a0b1c2");
    row("only", "7-9, 1,4,5,8", "[1,4,5,7,8,9]", "1,4,5,7-9");
    row("only", "-3--1", "[-3,-2,-1]", "-3--1");
    row("only", "", "[]");
    row("only", "[4, 1]", "[1,4]", "1,4");
    row("weights", "depth", R"("depth")");
    row("along", "y", R"("y")");
    row("steps", "0:11", "[0,11]");
    row("steps", "", "[]");
    row("span", "-0.5:12", "[-0.5,12.0]");
    row("roi", "0:64,1:2,3:9", "[[0,64],[1,2],[3,9]]");
    row("roi", "[[0,64],[1,2],[3,9]]", "[[0,64],[1,2],[3,9]]", "0:64,1:2,3:9");
    row("roi", "", "[]");
    row("scales", "1, 2.5,4", "[1.0,2.5,4.0]", "1,2.5,4");
    row("counts", "1,2", "[1,2]");
    row("tags", "a, b c", R"(["a","b c"])", "a,b c");
    row("tags", R"(["a, b","c"])", R"(["a, b","c"])");
    row("tags", R"(["[x]"])", R"(["[x]"])");
    row("tags", "", "[]");
    row("passes", "coarse,fine", R"(["coarse","fine"])");
  }
  void textAndBack() {
    QFETCH(QString, name);
    QFETCH(QString, text);
    QFETCH(QString, value);
    QFETCH(QString, again);
    const sdk::Manifest m = manifest();
    const form::Parameter& p = *m.parameter(name.toStdString());
    const json read = fromText(m, p.name, text.toStdString());
    QCOMPARE(read.dump(), json::parse(value.toStdString()).dump());
    QCOMPARE(form::asText(p, read), again.toStdString());
    QCOMPARE(fromText(m, p.name, form::asText(p, read)), read);
    if (read.is_array()) QCOMPARE(fromText(m, p.name, read.dump()), read); // as "copy as command" writes it
    QCOMPARE(form::complaint(p, read), std::string());
  }

  void filesAreTakenFromHere() {
    const sdk::Manifest m = manifest();
    QCOMPARE(fromText(m, "table", "x/../k.csv"), json((QDir::currentPath() + "/k.csv").toStdString()));
    QCOMPARE(fromText(m, "atlas", "a.nii:left"), json((QDir::currentPath() + "/a.nii:left").toStdString()));
    QCOMPARE(fromText(m, "atlas", "ssh://h/a.nii"), json("ssh://h/a.nii"));
  }

  void wrongValuesAreNamed_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* text, const char* words) {
      QTest::newRow(qPrintable(QString("%1 %2").arg(name, text))) << name << text << words;
    };
    row("sigma", "21", "must be a number from 0 to 20 mm, and 21 was given");
    row("table", "k.txt", "must be a file ending in .csv or .tsv, and");
    row("tint", "red", "must be a colour such as #4c9aff, and \"red\" was given");
    row("tint", "#12345g", "a colour");
    row("only", "1,x", "must be labels of \"regions\" such as 1,4,7-9, and \"1,x\" was given");
    row("only", "9-7", "labels");
    row("only", "1-99999999", "labels");
    row("along", "time", "must be one of x, y, z, and \"time\" was given");
    row("steps", "5:2", "the first comes after the last");
    row("steps", "5", "such as 0:11");
    row("steps", "0.5:2", "such as 0:11");
    row("steps", "-1:2", "such as 0:11");
    row("span", "a:b", "such as 0.5:12");
    row("roi", "0:4,0:4", "such as 0:64,0:64,0:32");
    row("roi", "0:4,5:5,0:4", "it has no voxel along y");
    row("roi", "0:4,0:4,0:4,0:4", "box of voxels");
    row("roi", "[[0,4],[0,4]", "box of voxels"); // no JSON
    row("roi", "-1:4,0:4,0:4", "box of voxels");
    row("scales", "1,65",
        "must be a list of numbers from 0 to 64 mm, 1 to 6 of them, and [1,65] was given: item 2 is 65");
    row("scales", "", "there are 0");
    row("scales", "1,2,3,4,5,6,7", "there are 7");
    row("scales", "1,,2", "list of numbers");
    row("counts", "0", "whole numbers of at least 1");
    row("counts", "1.5", "item 1 is 1.5");
    row("passes", "medium", "any of coarse, fine");
  }
  void wrongValuesAreNamed() {
    QFETCH(QString, name);
    QFETCH(QString, text);
    QFETCH(QString, words);
    const std::string message = complaint([&] { (void)fromText(manifest(), name.toStdString(), text.toStdString()); });
    QVERIFY2(message.starts_with("parameter \"" + name.toStdString() + "\" must be "), message.c_str());
    QVERIFY2(message.find(words.toStdString()) != std::string::npos, message.c_str());
  }

  void whatIsRequiredMustBeGiven() {
    json m = json::parse(everyType());
    for (json& p : m["parameters"])
      if (p["name"] == "roi" || p["name"] == "amount") p["required"] = p["name"] == "roi";
    m["parameters"][5]["visibleWhen"] = {{"method", "sharp"}};
    QCOMPARE(m["parameters"][5]["name"], json("roi"));
    m["parameters"][3].erase("required");
    const sdk::Manifest read = sdk::parseManifest(m.dump(), "m.json");
    QVERIFY(complaint([&] { (void)complete(read, nullptr); }).empty()); // what isn't shown isn't missed
    const std::string message = complaint([&] { (void)complete(read, {{"method", "sharp"}}); });
    QVERIFY2(message.find("\"roi\" must be given: a box of voxels") != std::string::npos, message.c_str());
    QCOMPARE(form::complaint(*read.parameter("roi"), json::array()),
             std::string("Must be given: a box of voxels such as 0:64,0:64,0:32."));
  }

  void valuesFitTheInputs() {
    const sdk::Manifest m = manifest();
    sdk::Inputs inputs;
    inputs.add("image", field("heat", {8, 6, 1}, {0, 0.5, 1, 1.5}), 0);
    const json filled = checkParameters(m, inputs, complete(m, nullptr));
    QCOMPARE(filled["roi"], (json{{0, 8}, {0, 6}, {0, 1}})); // empty is all of it
    QCOMPARE(filled["steps"], (json{0, 3}));
    QCOMPARE(filled["span"], (json{0.0, 1.5}));
    const auto about = [&](const json& given) {
      return complaint([&] { (void)checkParameters(m, inputs, complete(m, given)); });
    };
    QCOMPARE(about({{"roi", {{0, 8}, {0, 6}, {0, 1}}}}), std::string());
    QVERIFY(about({{"roi", {{0, 9}, {0, 6}, {0, 1}}}}).find("\"roi\": input \"image\" has voxels 0 to 7 along x") ==
            10);
    QVERIFY(about({{"steps", {1, 4}}}).find("has steps 0 to 3, and 1:4 was given") != std::string::npos);
    QVERIFY(about({{"span", {2, 3}}}).find("has times from 0 to 1.5 s, and 2:3 was given") != std::string::npos);
    QVERIFY(about({{"along", "z"}}).find("does not extend along z") != std::string::npos);
    QVERIFY(about({{"table", "/nowhere/k.csv"}}).find("there is no file /nowhere/k.csv") != std::string::npos);
    QVERIFY(about({{"cache", "/nowhere"}}).find("there is no folder /nowhere") != std::string::npos);
    QVERIFY(about({{"report", "/nowhere/r.csv"}}).find("to write r.csv into") != std::string::npos);
    QVERIFY(about({{"report", "r.csv"}}).empty()); // stays with the run
  }

  void theGettersOfCpp() {
    const sdk::Manifest m = manifest();
    sdk::Inputs inputs;
    const auto image = field("heat", {8, 6, 1}, {0, 0.5, 1, 1.5});
    inputs.add("image", image, 0);
    const json values = checkParameters(m, inputs,
                                        complete(m, {{"roi", {{1, 8}, {0, 6}, {0, 1}}},
                                                     {"span", {0.4, 1.2}},
                                                     {"tint", "#0102ff"},
                                                     {"only", {7, 3}},
                                                     {"along", "y"},
                                                     {"tags", {"a"}},
                                                     {"counts", {4}}}));
    const sdk::Parameters p(values, {"span"});
    QCOMPARE(p.region("roi"), (data::Box{{1, 0, 0}, {8, 6, 1}}));
    QCOMPARE(p.timeRange("span"), (std::array{0.4, 1.2}));
    QCOMPARE(p.steps("span", image->info().time), (std::array<std::int64_t, 2>{1, 2}));
    QCOMPARE(p.steps("steps", image->info().time), (std::array<std::int64_t, 2>{0, 3}));
    QCOMPARE(p.color("tint"), (std::array<std::uint8_t, 3>{1, 2, 255}));
    QCOMPARE(p.labels("only"), (std::vector<std::int64_t>{3, 7}));
    QCOMPARE(p.axis("along"), 1);
    QCOMPARE(p.numbers("scales"), (std::vector<double>{1, 2, 4}));
    QCOMPARE(p.integers("counts"), std::vector<std::int64_t>{4});
    QCOMPARE(p.texts("tags"), std::vector<std::string>{"a"});
    QCOMPARE(p.file("table") + p.field("weights"), std::string());
    const sdk::Parameters between(checkParameters(m, inputs, complete(m, {{"span", {0.6, 0.9}}})), {"span"});
    QVERIFY(complaint([&] { (void)between.steps("span", image->info().time); }).find("no time step") !=
            std::string::npos);
  }

  void theDocumentationHoldsEverything() {
    const std::string page = asMarkdown(manifest());
    for (const char* word :
         {"| `roi` |", "a box of voxels such as 0:64,0:64,0:32", "a list of numbers from 0 to 64 mm", "`1,2,4`",
          "labels of \"regions\"", "| Fine structures | `scales=0.5,1`, `sigma=0.5`", "a file ending in .csv or .tsv"})
      QVERIFY2(page.find(word) != std::string::npos, (page + word).c_str());
  }

  void presetsAreKept() {
    const QTemporaryDir folder;
    qputenv("XDG_CONFIG_HOME", folder.path().toUtf8());
    const std::string file = form::presetFile("org.example.thing");
    QCOMPARE(QString::fromStdString(file), folder.filePath("discern/presets/org.example.thing.json"));
    QVERIFY(form::readPresets(file).empty());
    form::writePresets(file, "org.example.thing",
                       {{"Mine", "For \"x\".", {{"sigma", 2}}}, {"Other", "", json::object()}});
    const auto presets = form::readPresets(file);
    QCOMPARE(presets.size(), std::size_t{2});
    QCOMPARE(presets[0].values, (json{{"sigma", 2}}));
    QCOMPARE(presets[0].help, std::string("For \"x\"."));
    QFile broken(QString::fromStdString(file));
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("[1");
    broken.close();
    QVERIFY(complaint([&] { (void)form::readPresets(file); }).find(file) != std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TestParameterTypes)
#include "test_parameter_types.moc"
