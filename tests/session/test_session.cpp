#include "data/error.h"
#include "session/session.h"

#include <QtTest>
#include <fstream>
#include <random>

using namespace discern::session;
using discern::data::ReadError;
using discern::data::UsageError;
using nlohmann::json;

namespace {

Command layer(const std::string& path, const std::string& role = "image") {
  return {"addLayer", {{"layer", {{"path", path}, {"name", path}, {"role", role}}}}};
}

} // namespace

class TestSession : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void diagramsComeAndGo() {
    Session session;
    session.run("addLayer", {{"layer", {{"path", "/a.nii"}, {"name", "a"}}}});
    session.run("addLayer", {{"layer", {{"path", "/b.nii"}, {"name", "b"}}}});
    session.run("addDiagram", {{"diagram", {{"kind", "scatter"}, {"x", "L1"}, {"y", "L2"}}}});
    session.run("addDiagram", {{"diagram", {{"kind", "histogram"}, {"x", "L1"}}}});
    QCOMPARE(session.state().diagram, std::string("D2"));
    session.run("setDiagram", {{"id", "D1"}, {"options", {{"shades", "counts"}}}});
    QCOMPARE(session.state().diagramOf("D1")->options.at("shades"), std::string("counts"));
    QVERIFY_EXCEPTION_THROWN(session.run("setDiagram", {{"id", "D1"}, {"kind", "carpet"}}), UsageError);
    QVERIFY_EXCEPTION_THROWN(session.run("addDiagram", {{"diagram", {{"kind", "pie"}}}}), UsageError);
    session.run("removeDiagram", {{"id", "D2"}});
    QCOMPARE(session.state().diagram, std::string("D1"));
    session.undo();
    QCOMPARE(session.state().diagrams.size(), std::size_t(2));
    const auto again = json(session.state()).get<State>();
    QVERIFY(again == session.state());
  }

  void voxelsAreChosenByARule() {
    Session session;
    session.run("addLayer", {{"layer", {{"path", "/a.nii"}, {"name", "a"}}}});
    session.run("addLayer", {{"layer", {{"path", "/b.nii"}, {"name", "b"}}}});
    const json outline{{0.0, 0.0}, {1.0, 0.0}, {0.0, 1.0}};
    session.run("selectVoxels",
                {{"name", "corner"}, {"all", {{{"layer", "L1"}, {"against", "L2"}, {"outline", outline}}}}});
    QCOMPARE(session.state().voxels.all.at(0).outline.size(), std::size_t(3));
    QVERIFY(json(session.state()).get<State>() == session.state());
    // A rule of a few corners, however many voxels it means: that is all the history and the journal hold.
    QVERIFY(json(session.state().voxels).dump().size() < 200);
    const auto refused = [&](const json& condition) {
      QVERIFY_EXCEPTION_THROWN(session.run("selectVoxels", {{"name", ""}, {"all", {condition}}}), UsageError);
    };
    refused({{"layer", "L7"}, {"labels", {1}}});
    refused({{"layer", "L1"}, {"against", "L2"}, {"outline", {{0.0, 0.0}, {1.0, 1.0}}}});
    session.run("removeLayer", {{"id", "L2"}});
    QVERIFY(session.state().voxels.all.empty());
    session.undo();
    QCOMPARE(session.state().voxels.name, std::string("corner"));
  }

  void layersGetFreshIds() {
    Session session;
    session.run(layer("/a"));
    session.run(layer("/b"));
    session.run("removeLayer", {{"id", "L1"}});
    session.run(layer("/c"));
    QCOMPARE(session.state().layers[0].id, std::string("L2"));
    QCOMPARE(session.state().layers[1].id, std::string("L3"));
    QCOMPARE(session.state().active, std::string("L3"));
  }

  void rolesMakeTheComparison() {
    Session session;
    session.run(layer("/p", "prediction"));
    session.run(layer("/t", "truth"));
    QCOMPARE(session.state().comparison.prediction, std::string("L1"));
    QCOMPARE(session.state().comparison.truth, std::string("L2"));
    session.run("setComparison", {{"result", "/runs/1"}, {"mode", "difference"}});
    session.run("removeLayer", {{"id", "L2"}});
    QVERIFY(session.state().comparison.truth.empty() && session.state().comparison.result.empty());
  }

  void oneQuantityHasOneScale() {
    Session session;
    const auto of = [](const char* path, const char* quantity) {
      return Command{"addLayer", {{"layer", {{"path", path}, {"quantity", quantity}, {"colormap", "viridis"}}}}};
    };
    session.run(of("/a", "T (K)"));
    session.run("setLayer", {{"id", "L1"}, {"range", {1, 5}}, {"colormap", "batlow"}, {"opacity", 0.4}});
    session.run(of("/b", "T (K)"));
    session.run(of("/c", "p (Pa)"));
    const auto layer = [&](std::size_t i) { return session.state().layers[i]; };
    QCOMPARE(layer(1).colormap, std::string("batlow")); // a newcomer takes the scale, not the opacity
    QVERIFY(layer(1).range == layer(0).range && layer(1).opacity == 1);
    QCOMPARE(layer(2).colormap, std::string("viridis"));
    session.run("setLayer", {{"id", "L2"}, {"range", {0, 9}}, {"steps", 5}});
    QVERIFY(layer(0).range == layer(1).range && layer(0).steps == 5 && !layer(2).range);
    session.undo();
    QVERIFY(layer(0).steps == 0 && (*layer(0).range)[1] == 5); // one step takes both back
    session.redo();
    session.run("setLayer", {{"id", "L2"}, {"ownScale", true}});
    session.run("setLayer", {{"id", "L2"}, {"invert", true}});
    session.run("setLayer", {{"id", "L1"}, {"range", {2, 3}}});
    QVERIFY(!layer(0).invert && (*layer(1).range)[1] == 9);
    session.run("setLayer", {{"id", "L2"}, {"ownScale", false}}); // and back to what the others have
    QVERIFY(!layer(1).invert && layer(1).range == layer(0).range);
  }

  void coloursThatMakeNoSenseAreRefused() {
    Session session;
    session.run(layer("/a"));
    for (const json& change :
         {json{{"belowColor", "red"}}, json{{"aboveColor", "clear"}}, json{{"steps", 1}}, json{{"steps", 65}},
          json{{"opacityPoints", {{0.5, 0.5}}}}, json{{"opacityPoints", {{0.6, 0.5}, {0.2, 1}}}},
          json{{"opacityPoints", {{0, 0}, {1, 2}}}}}) {
      json args = change;
      args["id"] = "L1";
      QVERIFY_EXCEPTION_THROWN(session.run("setLayer", args), UsageError);
    }
    QVERIFY_EXCEPTION_THROWN(session.run("setDisplay", {{"vision", "dog"}}), UsageError);
    session.run("setLayer", {{"id", "L1"}, {"missingColor", "clear"}, {"opacityPoints", {{0, 0}, {1, 1}}}});
    session.run("setDisplay", {{"vision", "deutan"}});
    const json kept = session.state();
    QVERIFY(kept.get<State>() == session.state());
  }

  void undoAndRedoReturnEachState() {
    Session session;
    std::vector<State> states{session.state()};
    session.run(layer("/a"));
    states.push_back(session.state());
    session.run("setLayer", {{"id", "L1"}, {"opacity", 0.5}});
    states.push_back(session.state());
    session.run("setLayout", {{"layout", "single"}});
    states.push_back(session.state());
    for (std::size_t i = 3; i-- > 0;) {
      session.undo();
      QVERIFY(session.state() == states[i]);
    }
    QVERIFY(!session.canUndo());
    session.goTo(3);
    QVERIFY(session.state() == states[3]);
    QVERIFY(!session.canRedo());
    QCOMPARE(session.history(), (std::vector<std::string>{"Add layer /a", "Change opacity", "Change layout"}));
  }

  void aDragIsOneStep() {
    Session session;
    session.run(layer("/a"));
    for (int i = 1; i <= 50; ++i)
      session.run("setCursor", {{"world", {i, 0, 0}}});
    QCOMPARE(session.position(), std::size_t{2});
    session.undo();
    QCOMPARE(session.state().cursor[0], 0.0);
    session.redo();
    QCOMPARE(session.state().cursor[0], 50.0);
  }

  void ticksAreOneStepEach() {
    Session session;
    session.run(layer("/a"));
    session.run("setLayer", {{"id", "L1"}, {"visible", false}});
    session.run("setLayer", {{"id", "L1"}, {"visible", true}});
    QCOMPARE(session.position(), std::size_t{3});
  }

  void whatChangesNothingLeavesNoTrace() {
    Session session;
    int told = 0;
    session.addListener([&](const State&, const State&) { ++told; });
    session.run("setTime", {{"step", 0}});
    QCOMPARE(session.position(), std::size_t{0});
    QCOMPARE(told, 0);
  }

  void nonsenseIsRefusedAndChangesNothing_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("args");
    QTest::newRow("unknown command") << "explode"
                                     << "{}";
    QTest::newRow("missing argument") << "setCursor"
                                      << "{}";
    QTest::newRow("wrong type") << "setTime"
                                << R"({"step": "soon"})";
    QTest::newRow("null in a vector") << "setCursor"
                                      << R"({"world": [1, 2, null]})";
    QTest::newRow("no such layer") << "setLayer"
                                   << R"({"id": "L9", "opacity": 1})";
    QTest::newRow("no such property") << "setLayer"
                                      << R"({"id": "L1", "colour": "red"})";
    QTest::newRow("range upside down") << "setLayer"
                                       << R"({"id": "L1", "range": [2, 1]})";
    QTest::newRow("no such layout") << "setLayout"
                                    << R"({"layout": "spiral"})";
    QTest::newRow("no such role") << "setLayer"
                                  << R"({"id": "L1", "role": "oracle"})";
  }
  void nonsenseIsRefusedAndChangesNothing() {
    QFETCH(QString, name);
    QFETCH(QString, args);
    Session session;
    session.run(layer("/a"));
    const State before = session.state();
    QVERIFY_EXCEPTION_THROWN(session.run(name.toStdString(), json::parse(args.toStdString())), UsageError);
    QVERIFY(session.state() == before);
    QCOMPARE(session.position(), std::size_t{1});
  }

  void aSessionFileIsPortable() {
    QTemporaryDir one, two;
    Session session;
    session.run(layer(one.filePath("data/image.tif").toStdString()));
    session.run(layer("/elsewhere/entirely.nii", "truth"));
    session.run("setComparison", {{"result", one.filePath("run").toStdString()}});
    session.run("select", {{"selection", {{"L2", {3, 5}}}}});
    session.run("setView2d", {{"panel", "axial"}, {"centre", {1, 2, 3}}, {"height", 40}});
    const std::string file = one.filePath("a b ü.discern").toStdString();
    save(session.state(), file);
    QVERIFY(load(file) == session.state());
    QVERIFY(QFile::copy(QString::fromStdString(file), two.filePath("moved.discern")));
    const State moved = load(two.filePath("moved.discern").toStdString());
    QCOMPARE(QString::fromStdString(moved.layers[0].path), two.filePath("data/image.tif"));
    QCOMPARE(QString::fromStdString(moved.comparison.result), two.filePath("run"));
  }

  void aBadSessionFileSaysWhy_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QByteArray() << "a Discern session was expected";
    QTest::newRow("no json") << QByteArray("\x89PNG....") << "a Discern session was expected";
    QTest::newRow("other json") << QByteArray("{\"a\": 1}") << "something else";
    QTest::newRow("truncated") << QByteArray("{\"format\": \"discern-session\", \"state\": {\"version\": 1, \"layers\"")
                               << "cut short";
    QTest::newRow("newer") << QByteArray("{\"format\": \"discern-session\", \"state\": {\"version\": 99}}")
                           << "newer Discern";
    QTest::newRow("wrong type") << QByteArray(
                                       "{\"format\": \"discern-session\", \"state\": {\"version\": 1, \"layers\": 7}}")
                                << "type";
  }
  void aBadSessionFileSaysWhy() {
    QFETCH(QByteArray, content);
    QFETCH(QString, says);
    QTemporaryDir folder;
    const QString file = folder.filePath("bad.discern");
    QFile out(file);
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write(content);
    out.close();
    try {
      (void)load(file.toStdString());
      QFAIL("a bad session was taken");
    } catch (const ReadError& error) {
      const QString message = QString::fromUtf8(error.what());
      QVERIFY2(message.contains(file) && message.contains(says), qPrintable(message));
    }
  }

  void savingWhereItCannotSaysSo() {
    QVERIFY_EXCEPTION_THROWN(save(State{}, "/nowhere/at/all.discern"), ReadError);
    QTemporaryDir folder;
    QVERIFY_EXCEPTION_THROWN((void)load(folder.path().toStdString()), ReadError);
  }

  /// Any sequence of commands undone step by step returns to the start, and done again reaches the same end.
  void randomWalksCanBeUndone() {
    std::mt19937 random(7);
    for (int walk = 0; walk < 20; ++walk) {
      Session session;
      for (int i = 0; i < 60; ++i) {
        const auto pick = random() % 8;
        const std::string id =
            session.state().layers.empty() ? "L1" : session.state().layers[random() % session.state().layers.size()].id;
        try {
          if (pick == 0)
            session.run(layer("/f" + std::to_string(random() % 9), random() % 2 ? "truth" : "prediction"));
          else if (pick == 1)
            session.run("removeLayer", {{"id", id}});
          else if (pick == 2)
            session.run("setCursor", {{"world", {double(random() % 100), 0.0, 1.0}}});
          else if (pick == 3)
            session.run("setLayer", {{"id", id}, {"opacity", double(random() % 100) / 100}});
          else if (pick == 4)
            session.run("select", {{"selection", {{id, {random() % 5 + 1}}}}});
          else if (pick == 5)
            session.undo();
          else if (pick == 6)
            session.redo();
          else
            session.run("moveLayer", {{"id", id}, {"index", random() % 4}});
        } catch (const UsageError&) {
        }
      }
      const State end = session.state();
      const std::size_t steps = session.position();
      while (session.canUndo())
        session.undo();
      QVERIFY(session.state() == State{});
      while (session.position() < steps)
        session.redo();
      QVERIFY(session.state() == end);
      QVERIFY(json(end).get<State>() == end);
    }
  }
};

QTEST_GUILESS_MAIN(TestSession)
#include "test_session.moc"
