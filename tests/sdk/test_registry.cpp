#include "sdk/plugin_library.h"
#include "sdk/registry.h"

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace discern;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

std::string manifest(const std::string& id, const std::string& name = "Thing") {
  return R"({"id": ")" + id + R"(", "version": "1.0.0", "name": ")" + name + R"(", "entry": {"library": "thing.so"}})";
}

} // namespace

class TestRegistry : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void theBuiltPluginsAreFound() {
    const auto plugins = sdk::installed({DISCERN_BINARY_DIR "/plugins"});
    for (const char* id : {"org.discern.seeded-watershed", "org.discern.compare-instances"}) {
      const auto found =
          std::ranges::find_if(plugins, [&](const sdk::Entry& entry) { return entry.manifest.id == id; });
      QVERIFY2(found != plugins.end() && found->error.empty(), id);
      QVERIFY(load(*found) != nullptr);
    }
  }

  void aBrokenOneTakesNothingElseDown() {
    const QTemporaryDir home;
    const fs::path folder = home.path().toStdString();
    write(folder / "good/manifest.json", manifest("org.example.good"));
    write(folder / "good/thing.so", "");
    write(folder / "typo/manifest.json", "{\"id\": \"org.example.typo\",,}");
    write(folder / "empty/manifest.json", "");
    write(folder / "half/manifest.json", R"({"id": "org.example.half", "name": "Half a thing"})");
    write(folder / "bare/manifest.json", manifest("org.example.bare"));
    fs::create_directories(folder / "folder/manifest.json");
    fs::create_directories(folder / "pipe");
    QCOMPARE(mkfifo((folder / "pipe/manifest.json").c_str(), 0600), 0); // nobody writes to it: reading never ends
    fs::create_directories(folder / "nothing");
    write(folder / "a file", "");
    const auto plugins = sdk::installed({folder.string()});
    QCOMPARE(plugins.size(), std::size_t{7});
    std::map<std::string, const sdk::Entry*> byFolder;
    for (const sdk::Entry& entry : plugins)
      byFolder[fs::path(entry.folder).filename().string()] = &entry;
    QVERIFY(byFolder["good"]->error.empty());
    QVERIFY(plugins.front().error.empty()); // what can be used comes first
    QVERIFY(byFolder["typo"]->error.find("line 1, column") != std::string::npos);
    QVERIFY(!byFolder["empty"]->error.empty());
    QVERIFY(byFolder["half"]->error.find("\"version\" is missing") != std::string::npos);
    QCOMPARE(byFolder["half"]->manifest.name, std::string("Half a thing"));
    QVERIFY(byFolder["bare"]->error.find("thing.so") != std::string::npos);
    QVERIFY(byFolder["bare"]->error.find("line 1, column") != std::string::npos);
    for (const char* none : {"folder", "pipe"})
      QVERIFY(byFolder[none]->error.find("is no file") != std::string::npos);
    // The window gets them all.
    const auto json = sdk::pluginsAsJson({folder.string()});
    QCOMPARE(json.size(), std::size_t{7});
    for (const auto& item : json)
      for (const char* key : {"id", "name", "error", "folder", "parameters", "inputs", "help"})
        QVERIFY2(item.contains(key), key);
    // A library that is none is a message, too.
    QVERIFY_EXCEPTION_THROWN((void)load(*byFolder["good"]), std::runtime_error);
    // A broken one that is asked for says what is wrong with it.
    try {
      (void)sdk::find("org.example.half", {folder.string()});
      QFAIL("must throw");
    } catch (const data::UsageError& error) {
      QVERIFY(std::string(error.what()).find("version") != std::string::npos);
    }
  }

  void theFirstOfAnIdIsUsed() {
    const QTemporaryDir home;
    const fs::path folder = home.path().toStdString();
    for (const char* place : {"first", "second"}) {
      write(folder / place / "thing/manifest.json", manifest("org.example.thing", place));
      write(folder / place / "thing/thing.so", "");
    }
    const std::vector<std::string> path{(folder / "first").string(), (folder / "second").string()};
    QCOMPARE(sdk::find("org.example.thing", path).manifest.name, std::string("first"));
    QCOMPARE(sdk::installed(path).size(), std::size_t{2});
    // One folder twice on the path is one plugin.
    QCOMPARE(sdk::installed({path[0], path[0] + "/", (folder / "first/thing").string()}).size(), std::size_t{1});
  }

  void aWrongIdBringsANearOne() {
    try {
      (void)sdk::find("org.discern.seeded-watershet", {DISCERN_BINARY_DIR "/plugins"});
      QFAIL("must throw");
    } catch (const data::UsageError& error) {
      QVERIFY2(std::string(error.what()).find("org.discern.seeded-watershed?") != std::string::npos, error.what());
    }
    QVERIFY_EXCEPTION_THROWN((void)sdk::find("zzz", {"/nowhere"}), data::UsageError);
  }

  void thePathFollowsTheEnvironment() {
    qputenv("DISCERN_PLUGIN_PATH", "/one:/two");
    qputenv("XDG_DATA_HOME", "/data");
    const auto path = sdk::searchPath();
    QVERIFY(path.size() >= 4);
    QCOMPARE(path[0], std::string("/one"));
    QCOMPARE(path[1], std::string("/two"));
    QCOMPARE(path[2], std::string("/data/discern/plugins"));
    QCOMPARE(fs::path(path[3]), fs::path(DISCERN_BINARY_DIR "/plugins"));
  }
};

QTEST_GUILESS_MAIN(TestRegistry)
#include "test_registry.moc"
