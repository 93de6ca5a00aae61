#include "scene_fixture.h"

#include <QTest>
#include <cmath>
#include <limits>
#include <optional>

using namespace discern;
using namespace discern::tests;
using Colour = std::array<int, 3>;

namespace {

Colour bytes(const scene::Rgb& colour) {
  return {static_cast<int>(std::lround(255 * colour[0])), static_cast<int>(std::lround(255 * colour[1])),
          static_cast<int>(std::lround(255 * colour[2]))};
}

Colour blended(const Colour& over, double opacity, const Colour& under) {
  Colour out{};
  for (std::size_t c = 0; c < 3; ++c)
    out[c] = static_cast<int>(std::lround(opacity * over[c] + (1 - opacity) * under[c]));
  return out;
}

/// The patient's right, front and top corner is bright, everything else dark; +i runs to the patient's left.
FieldOf corneredBrain() {
  FieldOf field{plainInfo({12, 10, 8}), nullptr};
  field.info.frame = data::Frame::RasMillimetres;
  field.info.worldUnit = "mm";
  field.info.transform = "sform";
  field.info.indexToWorld.m = {-2, 0, 0, 11, 0, 2, 0, -9, 0, 0, 2, -7, 0, 0, 0, 1};
  field.value = [](std::int64_t i, std::int64_t j, std::int64_t k, std::int64_t) {
    return i < 4 && j >= 6 && k >= 5 ? 100.0 : 0.0;
  };
  return field;
}

session::Layer fixedRange(session::Layer layer, double low, double high) {
  layer.range = {low, high};
  return layer;
}

} // namespace

#define COMPARE_COLOURS(actual, expected, tolerance)                                                                   \
  do {                                                                                                                 \
    const Colour a_ = actual, e_ = expected;                                                                           \
    const bool close_ = std::abs(a_[0] - e_[0]) <= (tolerance) && std::abs(a_[1] - e_[1]) <= (tolerance) &&            \
                        std::abs(a_[2] - e_[2]) <= (tolerance);                                                        \
    QVERIFY2(close_, qPrintable(QString("found %1 %2 %3, expected %4 %5 %6")                                           \
                                    .arg(a_[0])                                                                        \
                                    .arg(a_[1])                                                                        \
                                    .arg(a_[2])                                                                        \
                                    .arg(e_[0])                                                                        \
                                    .arg(e_[1])                                                                        \
                                    .arg(e_[2])));                                                                     \
  } while (false)

class TestSlicePanel : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase() {
    try {
      context_ = std::make_unique<render::GlContext>();
    } catch (const std::exception& error) {
      QSKIP(error.what());
    }
  }

  void everyVoxelHasItsColour() {
    render::DirectProvider provider;
    provider.add(
        "ramp", datasetOf({plainInfo({5, 4, 3}), [](auto i, auto j, auto k, auto) { return i + 5.0 * j + 20.0 * k; }}));
    Stage stage("axial", provider);
    const session::State state = stateOf({fixedRange(layerOf("L1", "ramp"), 0, 59)}, {2, 2, 1});
    const render::Picture picture = stage.draw(state);
    QVERIFY(stage.panel().complete());
    for (int j = 0; j < 4; ++j)
      for (int i = 0; i < 5; ++i) {
        const int grey = static_cast<int>(std::lround((i + 5 * j + 20) / 59.0 * 255));
        COMPARE_COLOURS(colourAt(picture, stage.flat(), {i + 0.2, j - 0.2, 1}), (Colour{grey, grey, grey}), 1);
      }
  }

  void allScalarTypes() {
    for (const auto type : {data::ScalarType::UInt8, data::ScalarType::Int16, data::ScalarType::UInt16,
                            data::ScalarType::Int32, data::ScalarType::UInt64, data::ScalarType::Float64}) {
      render::DirectProvider provider;
      provider.add("f", datasetOf({plainInfo({3, 3, 1}, type), [](auto i, auto, auto, auto) { return 50.0 * i; }}));
      Stage stage("axial", provider);
      const auto picture = stage.draw(stateOf({fixedRange(layerOf("L1", "f"), 0, 100)}, {1, 1, 0}));
      COMPARE_COLOURS(colourAt(picture, stage.flat(), {2, 0.3, 0}), (Colour{255, 255, 255}), 0);
      COMPARE_COLOURS(colourAt(picture, stage.flat(), {0, 0.3, 0}), (Colour{0, 0, 0}), 0);
    }
  }

  void missingValuesHaveTheirOwnColour() {
    render::DirectProvider provider;
    provider.add("f", datasetOf({plainInfo({3, 3, 1}), [](auto i, auto j, auto, auto) {
                                   return i == 0 && j == 0 ? std::numeric_limits<double>::quiet_NaN() : 1.0;
                                 }}));
    Stage stage("axial", provider);
    const auto picture = stage.draw(stateOf({fixedRange(layerOf("L1", "f"), 0, 1)}, {1, 1, 0}));
    COMPARE_COLOURS(colourAt(picture, stage.flat(), {0, 0, 0}), bytes(testTheme().missing), 1);
    COMPARE_COLOURS(colourAt(picture, stage.flat(), {1, 0.3, 0}), (Colour{255, 255, 255}), 0);
  }

  void brainsLieTheRightWayRound_data() {
    QTest::addColumn<QString>("panel");
    QTest::addColumn<bool>("radiological");
    QTest::addColumn<bool>("brightLeft"); // of the screen
    QTest::newRow("axial, neurological") << "axial" << false << false;
    QTest::newRow("axial, radiological") << "axial" << true << true;
    QTest::newRow("coronal, neurological") << "coronal" << false << false;
    QTest::newRow("coronal, radiological") << "coronal" << true << true;
    QTest::newRow("sagittal, anterior on the right") << "sagittal" << false << false;
    QTest::newRow("sagittal, radiological or not") << "sagittal" << true << false;
  }
  void brainsLieTheRightWayRound() {
    QFETCH(QString, panel);
    QFETCH(bool, radiological);
    QFETCH(bool, brightLeft);
    render::DirectProvider provider;
    provider.add("brain", datasetOf(corneredBrain()));
    Stage stage(panel.toStdString(), provider);
    session::State state = stateOf({fixedRange(layerOf("L1", "brain"), 0, 100)}, {9, 7, 5});
    state.radiological = radiological;
    const auto picture = stage.draw(state);
    // Where the bright pixels lie on the screen, seen from its middle.
    double x = 0, y = 0;
    int count = 0;
    for (int row = 40; row < 160; ++row)
      for (int column = 40; column < 160; ++column)
        if (picture.at(column, row)[0] > 250 && picture.at(column, row)[2] > 250) {
          x += column - 100;
          y += 100 - row;
          ++count;
        }
    QVERIFY(count > 200);
    QVERIFY2(brightLeft ? x < 0 : x > 0, qPrintable(QString::number(x / count)));
    QVERIFY(y > 0); // anterior or superior is up
  }

  void theCursorChoosesTheSlice() {
    render::DirectProvider provider;
    provider.add("f", datasetOf({plainInfo({4, 4, 5}), [](auto, auto, auto k, auto) { return 1.0 * k; }}));
    Stage stage("axial", provider);
    for (int k = 0; k < 5; ++k) {
      const auto picture = stage.draw(stateOf({fixedRange(layerOf("L1", "f"), 0, 4)}, {1, 1, k + 0.3}));
      const int grey = static_cast<int>(std::lround(k / 4.0 * 255));
      COMPARE_COLOURS(colourAt(picture, stage.flat(), {1, 1.3, 0}), (Colour{grey, grey, grey}), 1);
    }
    const auto outside = stage.draw(stateOf({fixedRange(layerOf("L1", "f"), 0, 4)}, {1, 1, 9}));
    COMPARE_COLOURS(colourAt(outside, stage.flat(), {1, 1.3, 0}), bytes(testTheme().canvas), 0);
  }

  void timeMoves() {
    FieldOf field{plainInfo({4, 4, 2}), [](auto, auto, auto, auto t) { return 1.0 * t; }};
    field.info.time.size = 3;
    render::DirectProvider provider;
    provider.add("f", datasetOf(field));
    Stage stage("axial", provider);
    session::State state = stateOf({fixedRange(layerOf("L1", "f"), 0, 2)}, {1, 1, 1});
    for (int step = 0; step < 5; ++step) { // beyond its end a field shows its last step
      state.time = step;
      const int grey = static_cast<int>(std::lround(std::min(step, 2) / 2.0 * 255));
      COMPARE_COLOURS(colourAt(stage.draw(state), stage.flat(), {1, 1.3, 0}), (Colour{grey, grey, grey}), 1);
    }
  }

  void layersBlendBottomUp() {
    render::DirectProvider provider;
    provider.add("white", datasetOf({plainInfo({4, 4, 1}), [](auto, auto, auto, auto) { return 1.0; }}));
    provider.add("black", datasetOf({plainInfo({4, 4, 1}), [](auto, auto, auto, auto) { return 0.0; }}));
    session::Layer top = fixedRange(layerOf("L2", "black"), 0, 1);
    top.opacity = 0.25;
    Stage stage("axial", provider);
    const auto picture = stage.draw(stateOf({fixedRange(layerOf("L1", "white"), 0, 1), top}, {1, 1, 0}));
    COMPARE_COLOURS(colourAt(picture, stage.flat(), {1, 1.3, 0}), (Colour{191, 191, 191}), 2);
    top.visible = false;
    const auto without = stage.draw(stateOf({fixedRange(layerOf("L1", "white"), 0, 1), top}, {1, 1, 0}));
    COMPARE_COLOURS(colourAt(without, stage.flat(), {1, 1.3, 0}), (Colour{255, 255, 255}), 0);
  }

  void translucentLayersCoverInOrder() {
    render::DirectProvider provider;
    for (const auto& [name, value] : {std::pair{"white", 1.0}, {"black", 0.0}, {"grey", 0.5}})
      provider.add(name, datasetOf({plainInfo({4, 4, 1}), [value = value](auto, auto, auto, auto) { return value; }}));
    session::Layer black = fixedRange(layerOf("L2", "black"), 0, 1), grey = fixedRange(layerOf("L3", "grey"), 0, 1);
    black.opacity = 0.75;
    grey.opacity = 0.25;
    Stage stage("axial", provider);
    const auto bottom = fixedRange(layerOf("L1", "white"), 0, 1);
    const auto one = stage.draw(stateOf({bottom, black, grey}, {1, 1, 0}));
    COMPARE_COLOURS(colourAt(one, stage.flat(), {1, 1.3, 0}), (Colour{80, 80, 80}), 2); // (255·¼)·¾ + 128·¼
    const auto other = stage.draw(stateOf({bottom, grey, black}, {1, 1, 0}));
    COMPARE_COLOURS(colourAt(other, stage.flat(), {1, 1.3, 0}), (Colour{56, 56, 56}), 2); // (255·¾ + 128·¼)·¼
  }

  void gridsOverlayInTheWorld() {
    // A fine field over the right half of a coarse one: each at its own place.
    render::DirectProvider provider;
    provider.add("coarse", datasetOf({plainInfo({4, 4, 1}), [](auto, auto, auto, auto) { return 0.0; }}));
    FieldOf fine{plainInfo({8, 16, 1}), [](auto, auto, auto, auto) { return 1.0; }};
    fine.info.indexToWorld = data::Affine::scaling({0.25, 0.25, 1}, {1.625, -0.375, 0});
    provider.add("fine", datasetOf(fine));
    Stage stage("axial", provider);
    const auto picture = stage.draw(
        stateOf({fixedRange(layerOf("L1", "coarse"), 0, 1), fixedRange(layerOf("L2", "fine"), 0, 1)}, {1, 1, 0}));
    COMPARE_COLOURS(colourAt(picture, stage.flat(), {1.4, 1, 0}), (Colour{0, 0, 0}), 0);
    COMPARE_COLOURS(colourAt(picture, stage.flat(), {1.6, 1, 0}), (Colour{255, 255, 255}), 0);
    COMPARE_COLOURS(colourAt(picture, stage.flat(), {3.4, 2.8, 0}), (Colour{255, 255, 255}), 0);
  }

  void truthIsAnOutlineOnVoxelEdges() {
    render::DirectProvider provider;
    FieldOf truth{plainInfo({6, 6, 1}, data::ScalarType::UInt8),
                  [](auto i, auto j, auto, auto) { return i >= 2 && i < 4 && j >= 2 && j < 4 ? 3.0 : 0.0; }};
    truth.info.labels = true;
    provider.add("truth", datasetOf(truth));
    provider.add("grey", datasetOf({plainInfo({6, 6, 1}), [](auto, auto, auto, auto) { return 0.5; }}));
    Stage stage("axial", provider, 300, 300);
    const auto picture = stage.draw(
        stateOf({fixedRange(layerOf("L1", "grey"), 0, 1), layerOf("L2", "truth", session::Role::Truth)}, {0, 0, 0}));
    const Colour white = bytes(testTheme().truth);
    for (const data::Vec3 onEdge :
         {data::Vec3{1.5, 2.2, 0}, {3.5, 3.1, 0}, {2.2, 1.5, 0}, {3.1, 3.5, 0}, {1.5, 1.5, 0}, {3.5, 3.5, 0}}) {
      bool found = false; // the line is two pixels wide; the edge lies between or on them
      for (const double off : {-0.01, 0.01})
        found = found || colourAt(picture, stage.flat(), {onEdge[0] + off, onEdge[1] + off, 0}) == white;
      QVERIFY2(found, qPrintable(QString("%1, %2").arg(onEdge[0]).arg(onEdge[1])));
    }
    for (const data::Vec3 inside : {data::Vec3{2.3, 2.4, 0}, {2.6, 3.1, 0}, {0.3, 0.7, 0}, {4.4, 2.6, 0}})
      COMPARE_COLOURS(colourAt(picture, stage.flat(), inside), (Colour{128, 128, 128}), 1);
  }

  void predictionsAreFilled() {
    render::DirectProvider provider;
    FieldOf labels{plainInfo({6, 6, 1}, data::ScalarType::UInt16), [](auto i, auto, auto, auto) {
                     return i < 2 ? 0.0 : i < 4 ? 5.0 : 9.0;
                   }};
    labels.info.labels = true;
    provider.add("labels", datasetOf(labels));
    provider.add("black", datasetOf({plainInfo({6, 6, 1}), [](auto, auto, auto, auto) { return 0.0; }}));
    Stage stage("axial", provider, 300, 300);
    session::State state = stateOf(
        {fixedRange(layerOf("L1", "black"), 0, 1), layerOf("L2", "labels", session::Role::Prediction)}, {0, 0, 0});
    const auto picture = stage.draw(state);
    const auto five = colourAt(picture, stage.flat(), {2.6, 2.2, 0}),
               nine = colourAt(picture, stage.flat(), {4.4, 2.2, 0});
    QVERIFY(five != nine);
    COMPARE_COLOURS(colourAt(picture, stage.flat(), {0.3, 2.2, 0}), (Colour{0, 0, 0}), 0);
    QVERIFY(stage.flat().labelAt({2.6, 2.2, 0}) == std::optional(std::pair(std::string("L2"), std::int64_t{5})));
    QVERIFY(stage.flat().labelAt({0.2, 2.2, 0}) == std::optional(std::pair(std::string("L2"), std::int64_t{0})));
    QVERIFY(!stage.flat().labelAt({99, 2.2, 0}));
    state.selection["L2"] = {9};
    const auto selected = stage.draw(state);
    const auto brighter = colourAt(selected, stage.flat(), {4.4, 2.2, 0});
    QVERIFY(brighter[0] + brighter[1] + brighter[2] > nine[0] + nine[1] + nine[2] + 30);
    QVERIFY(colourAt(selected, stage.flat(), {2.6, 2.2, 0}) == five);
  }

  void differences() {
    // A row of four: both, truth alone, prediction alone, none.
    render::DirectProvider provider;
    FieldOf truth{plainInfo({4, 4, 1}, data::ScalarType::UInt8),
                  [](auto i, auto, auto, auto) { return i < 2 ? 1.0 : 0.0; }};
    FieldOf ours{plainInfo({4, 4, 1}, data::ScalarType::UInt8),
                 [](auto i, auto, auto, auto) { return i == 0 || i == 2 ? 4.0 : 0.0; }};
    truth.info.labels = ours.info.labels = true;
    provider.add("truth", datasetOf(truth));
    provider.add("ours", datasetOf(ours));
    provider.add("black", datasetOf({plainInfo({4, 4, 1}), [](auto, auto, auto, auto) { return 0.0; }}));
    Stage stage("axial", provider, 300, 300);
    session::State state =
        stateOf({fixedRange(layerOf("L1", "black"), 0, 1), layerOf("L2", "ours", session::Role::Prediction),
                 layerOf("L3", "truth", session::Role::Truth)},
                {0, 0, 0});
    state.comparison = {"L2", "L3", "", "difference", -1};
    const auto picture = stage.draw(state);
    const scene::Theme theme = testTheme();
    const Colour black{0, 0, 0};
    COMPARE_COLOURS(colourAt(picture, stage.flat(), {0.2, 1.2, 0}), black, 0);
    COMPARE_COLOURS(colourAt(picture, stage.flat(), {1.2, 1.2, 0}), blended(bytes(theme.missed), 0.8, black), 2);
    COMPARE_COLOURS(colourAt(picture, stage.flat(), {2.2, 1.2, 0}), blended(bytes(theme.spurious), 0.8, black), 2);
    COMPARE_COLOURS(colourAt(picture, stage.flat(), {3.2, 1.2, 0}), black, 0);
    QVERIFY(stage.reports.empty());
    // The flicker key looks at one side for a moment, and back.
    stage.flat().overrideMode("prediction");
    const auto alone = stage.draw(state);
    QVERIFY(colourAt(alone, stage.flat(), {0.2, 1.2, 0}) != black);
    COMPARE_COLOURS(colourAt(alone, stage.flat(), {1.2, 1.2, 0}), black, 0);
    stage.flat().overrideMode("");
    QVERIFY(stage.draw(state).rgb == picture.rgb);
  }

  void aCurtainHangsBetweenTwoLayers() {
    // Two plain images of one colour each over a black one: what is left and right of the line, and in the squares.
    render::DirectProvider provider;
    const auto constant = [](double value) {
      return FieldOf{plainInfo({8, 8, 1}), [value](auto, auto, auto, auto) { return value; }};
    };
    provider.add("dark", datasetOf(constant(0.25)));
    provider.add("bright", datasetOf(constant(0.75)));
    Stage stage("axial", provider, 320, 320);
    session::State state =
        stateOf({fixedRange(layerOf("L1", "dark"), 0, 1), fixedRange(layerOf("L2", "bright"), 0, 1)}, {0, 0, 0});
    state.comparison.mode = "overlay";
    const auto whole = stage.draw(state);
    const Colour bright = colourAt(whole, stage.flat(), {1, 4, 0});
    QCOMPARE(colourAt(whole, stage.flat(), {6, 4, 0}), bright);
    state.comparison.mode = "swipe"; // the topmost on the left
    const auto half = stage.draw(state);
    QCOMPARE(colourAt(half, stage.flat(), {1, 4, 0}), bright);
    const Colour dark = colourAt(half, stage.flat(), {6, 4, 0});
    QVERIFY(dark[0] < bright[0] - 80);
    state.comparison.curtain = 0.9;
    QCOMPARE(colourAt(stage.draw(state), stage.flat(), {6, 4, 0}), bright);
    state.comparison.curtain = 0.1;
    QCOMPARE(colourAt(stage.draw(state), stage.flat(), {1, 4, 0}), dark);
    state.comparison.mode = "checkerboard";
    const auto squares = stage.draw(state);
    QCOMPARE((Colour{squares.at(70, 90)[0], squares.at(70, 90)[1], squares.at(70, 90)[2]}) == bright,
             (Colour{squares.at(70, 160)[0], squares.at(70, 160)[1], squares.at(70, 160)[2]}) == dark);
    int brights = 0, darks = 0;
    for (int y = 50; y < 270; ++y)
      for (int x = 60; x < 260; ++x) {
        const Colour here{squares.at(x, y)[0], squares.at(x, y)[1], squares.at(x, y)[2]};
        brights += here == bright;
        darks += here == dark;
      }
    QVERIFY2(brights > 15000 && darks > 15000, qPrintable(QString("%1 bright, %2 dark").arg(brights).arg(darks)));
    state.comparison.mode = "overlay";
    QVERIFY(stage.draw(state).rgb == whole.rgb);
  }

  void differentGridsAreSaidNotResampled() {
    render::DirectProvider provider;
    FieldOf truth{plainInfo({4, 4, 1}, data::ScalarType::UInt8), [](auto, auto, auto, auto) { return 1.0; }};
    FieldOf ours{plainInfo({8, 8, 1}, data::ScalarType::UInt8), [](auto, auto, auto, auto) { return 1.0; }};
    truth.info.labels = ours.info.labels = true;
    ours.info.indexToWorld = data::Affine::scaling({0.5, 0.5, 1}, {-0.25, -0.25, 0});
    provider.add("truth", datasetOf(truth));
    provider.add("ours", datasetOf(ours));
    Stage stage("axial", provider);
    session::State state = stateOf(
        {layerOf("L1", "ours", session::Role::Prediction), layerOf("L2", "truth", session::Role::Truth)}, {0, 0, 0});
    state.comparison.mode = "difference";
    (void)stage.draw(state);
    (void)stage.draw(state);
    QCOMPARE(stage.reports.size(), std::size_t{1});
    QVERIFY(stage.reports[0].find("different grids") != std::string::npos);
  }

  void nothingIsCalm() {
    render::DirectProvider provider;
    Stage stage("axial", provider);
    const auto picture = stage.draw(session::State{});
    QVERIFY(stage.panel().complete());
    QVERIFY(!stage.panel().worldAt(10, 10));
    const Colour canvas = bytes(testTheme().canvas);
    for (int y = 0; y < 200; ++y)
      for (int x = 0; x < 200; ++x)
        QVERIFY((Colour{picture.at(x, y)[0], picture.at(x, y)[1], picture.at(x, y)[2]}) == canvas);
  }

  void aFileThatIsGoneIsSaidOnce() {
    render::DirectProvider provider;
    Stage stage("axial", provider);
    (void)stage.draw(stateOf({layerOf("L1", "/nowhere/at/all.tif")}, {0, 0, 0}));
    (void)stage.draw(stateOf({layerOf("L1", "/nowhere/at/all.tif")}, {1, 0, 0}));
    QCOMPARE(stage.reports.size(), std::size_t{1});
    QVERIFY(stage.reports[0].find("/nowhere/at/all.tif") != std::string::npos);
    QVERIFY(stage.panel().complete());
  }

  void sameStateSamePixels() {
    render::DirectProvider provider;
    provider.add("brain", datasetOf(corneredBrain()));
    session::State state = stateOf({layerOf("L1", "brain")}, {3, 2, 1});
    state.crosshair = true;
    state.panels = {"coronal"};
    Stage one("coronal", provider, 320, 260), two("coronal", provider, 320, 260);
    const auto first = one.draw(state);
    session::State other = state;
    other.cursor = {-5, -6, -3};
    (void)two.draw(other);
    QVERIFY(two.draw(other).rgb != first.rgb);
    QVERIFY(two.draw(state).rgb == first.rgb);
  }

  void worldAtFollowsTheView() {
    render::DirectProvider provider;
    provider.add("brain", datasetOf(corneredBrain()));
    for (const std::string panel : {"axial", "coronal", "sagittal"}) {
      Stage stage(panel, provider, 320, 200);
      session::State state = stateOf({layerOf("L1", "brain")}, {3, 2, 1});
      state.radiological = true;
      (void)stage.draw(state);
      const session::View2D fitted = stage.flat().view();
      QVERIFY(fitted.height > 0);
      const auto middle = stage.panel().worldAt(160, 100);
      QVERIFY(middle.has_value());
      for (std::size_t axis = 0; axis < 3; ++axis)
        QVERIFY(std::abs((*middle)[axis] - fitted.centre[axis]) < 1e-9);
      state.views2d[panel] = {fitted.centre, fitted.height / 2}; // twice as near
      (void)stage.draw(state);
      const auto near = stage.panel().worldAt(0, 0), far = stage.panel().worldAt(320, 200);
      double across = 0;
      for (std::size_t axis = 0; axis < 3; ++axis)
        across += std::pow((*near)[axis] - (*far)[axis], 2);
      QVERIFY(std::abs(std::sqrt(across) - fitted.height / 2 * std::hypot(1.6, 1)) < 1e-9);
    }
  }

  void stepsStayInside() {
    render::DirectProvider provider;
    provider.add("brain", datasetOf(corneredBrain()));
    struct Expected {
      const char* panel;
      std::size_t axis;
      double first, last;
    };
    for (const Expected& e : {Expected{"axial", 2, -7, 7}, {"coronal", 1, -9, 9}, {"sagittal", 0, -11, 11}}) {
      Stage stage(e.panel, provider);
      const data::Vec3 cursor{1, 1, 1};
      (void)stage.draw(stateOf({layerOf("L1", "brain")}, cursor));
      const data::Vec3 up = stage.flat().stepped(cursor, 1);
      QVERIFY(std::abs(up[e.axis] - 3) < 1e-9); // voxels are 2 mm apart; upwards, to the front, to the right
      QVERIFY(std::abs(stage.flat().stepped(up, -1)[e.axis] - 1) < 1e-9);
      QVERIFY(std::abs(stage.flat().stepped(cursor, 999)[e.axis] - e.last) < 1e-9);
      QVERIFY(std::abs(stage.flat().stepped(cursor, -999)[e.axis] - e.first) < 1e-9);
    }
  }

  void aBrainSaysWhereItLies() {
    // The letters are there: the middle of the left edge is not plain canvas, and without a brain's frame the letter
    // differs.
    render::DirectProvider provider;
    FieldOf field = corneredBrain();
    provider.add("brain", datasetOf(field));
    const session::State state = stateOf({layerOf("L1", "brain")}, {3, 2, 1});
    Stage stage("axial", provider, 300, 200);
    const auto neurological = stage.draw(state);
    session::State flipped = state;
    flipped.radiological = true;
    const auto radiological = stage.draw(flipped);
    const auto leftEdge = [](const render::Picture& picture) {
      std::vector<std::uint8_t> pixels;
      for (int y = 90; y < 110; ++y)
        pixels.insert(pixels.end(), picture.at(2, y), picture.at(22, y));
      return pixels;
    };
    const auto rightEdge = [](const render::Picture& picture) {
      std::vector<std::uint8_t> pixels;
      for (int y = 90; y < 110; ++y)
        pixels.insert(pixels.end(), picture.at(278, y), picture.at(298, y));
      return pixels;
    };
    const auto canvas = bytes(testTheme().canvas);
    const auto ink = [&](const std::vector<std::uint8_t>& pixels) {
      return std::count_if(pixels.begin(), pixels.end(), [&](std::uint8_t v) { return v > canvas[0] + 100; });
    };
    QVERIFY(ink(leftEdge(neurological)) > 20);
    QVERIFY(ink(rightEdge(neurological)) > 20);
    QVERIFY(leftEdge(neurological) != leftEdge(radiological));
    QVERIFY(rightEdge(neurological) != rightEdge(radiological));
  }

private:
  std::unique_ptr<render::GlContext> context_;
};

QTEST_GUILESS_MAIN(TestSlicePanel)
#include "test_slice_panel.moc"
