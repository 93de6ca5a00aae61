#include "scene/colour/labels.h"
#include "scene/colour/mapper.h"
#include "scene/colour/vision.h"
#include "scene/format.h"

#include <QTest>
#include <cmath>
#include <limits>
#include <set>

using namespace discern;
using namespace discern::scene;

namespace {

LabelSlice sliceOf(int width, int height, std::vector<std::int64_t> labels) {
  return {width, height, std::move(labels)};
}

double lightness(const Rgb& c) { return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]; }

/// CIELAB, D65.
std::array<double, 3> lab(const Rgb& c) {
  const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
  const double r = linear(c[0]), g = linear(c[1]), b = linear(c[2]);
  const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
  const double x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047),
               y = f(0.2126729 * r + 0.7151522 * g + 0.0721750 * b),
               z = f((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/// Brettel/Viénot protanopia in linear light, enough to tell whether two colours stay apart.
Rgb asProtanope(const Rgb& c) {
  const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
  const double r = linear(c[0]), g = linear(c[1]), b = linear(c[2]);
  return {0.11238 * r + 0.88762 * g, 0.11238 * r + 0.88762 * g, 0.00401 * r - 0.00401 * g + b};
}

} // namespace

class TestColour : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void everyMapLoadsAndNamesItsOrigin() {
    const auto maps = colorMaps();
    QVERIFY(maps.size() >= 25);
    for (const ColorMap& map : maps) {
      QVERIFY2(!map.source.empty() && !map.licence.empty(), map.name.c_str());
      const std::set<std::string> kinds{"sequential", "diverging", "cyclic", "categorical"};
      QVERIFY2(kinds.contains(map.kind), map.name.c_str());
      // A sequential map grows lighter, or darker, all the way: it can be read without colour.
      const bool falls = lightness(map.at(0)) > lightness(map.at(1));
      for (int i = 1; i <= 64 && map.kind == "sequential"; ++i) {
        const double step = lightness(map.at(i / 64.0)) - lightness(map.at((i - 1) / 64.0));
        QVERIFY2((falls ? -step : step) > -1e-3, map.name.c_str());
      }
      if (map.kind == "cyclic") { // its ends meet
        const auto a = lab(map.at(0)), b = lab(map.at(1));
        QVERIFY2(std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) < 3, map.name.c_str());
      }
    }
  }

  void everyMapIsReadByColourBlindEyes() {
    // Seventeen places of a map, or all its classes, stay two units of CIELAB apart from each other: a difference that
    // is seen at a glance is about 2.3 (Mahy 1994).
    for (const ColorMap& map : colorMaps())
      for (const char* vision : {"protan", "deutan", "tritan"}) {
        const auto eyes = visionMatrix(vision);
        std::vector<std::array<double, 3>> seen;
        seen.reserve(17);
        const int places = map.kind == "categorical" ? static_cast<int>(map.colors.size()) : 17;
        for (int i = 0; i < (map.kind == "cyclic" ? places - 1 : places); ++i)
          seen.push_back(lab(
              seenWith(eyes, map.kind == "categorical" ? map.colors[static_cast<std::size_t>(i)] : map.at(i / 16.0))));
        double least = 1e9;
        for (std::size_t i = 0; i < seen.size(); ++i)
          for (std::size_t j = 0; j < i; ++j)
            least =
                std::min(least, std::hypot(seen[i][0] - seen[j][0], seen[i][1] - seen[j][1], seen[i][2] - seen[j][2]));
        QVERIFY2(least > (map.kind == "categorical" ? 10 : 2),
                 (map.name + " " + vision + ": " + std::to_string(least)).c_str());
      }
  }

  void otherEyes() {
    // Grey stays grey: the rows of each matrix of Machado et al. 2009 add up to 1.
    for (const char* vision : {"protan", "deutan", "tritan"}) {
      const Rgb grey = seenWith(visionMatrix(vision), {0.5, 0.5, 0.5});
      for (const double part : grey)
        QVERIFY(std::abs(part - 0.5) < 1e-5);
    }
    // Red and green of one lightness come closer for red-green blindness, not for tritan eyes.
    const auto apart = [](const char* vision) {
      const auto a = lab(seenWith(visionMatrix(vision), {0.8, 0.2, 0.2})),
                 b = lab(seenWith(visionMatrix(vision), {0.2, 0.55, 0.2}));
      return std::hypot(a[1] - b[1], a[2] - b[2]);
    };
    QVERIFY(apart("deutan") < 0.3 * apart(""));
    QVERIFY(apart("protan") < 0.4 * apart(""));
    QVERIFY(apart("tritan") > 0.8 * apart(""));
  }

  void stepsHaveSharpBorders() {
    const ColorMap grey = colorMapNamed("grey");
    ColorScale scale;
    scale.range = {0, 10};
    scale.steps = 10;
    const ColorMapper mapper(grey, scale);
    std::set<Rgba8> colours;
    for (int value = 0; value < 10; ++value) {
      QCOMPARE(mapper(value), mapper(value + 0.999)); // a whole number begins its own step
      if (value > 0) QVERIFY(mapper(value) != mapper(value - 1e-6));
      colours.insert(mapper(value));
    }
    QCOMPARE(colours.size(), std::size_t{10});
    QCOMPARE(mapper(0), (Rgba8{0, 0, 0, 255}));
    QCOMPARE(mapper(10), (Rgba8{255, 255, 255, 255}));
    // Of a circle, the first and last step are not one colour.
    scale.steps = 4;
    const ColorMapper circle(colorMapNamed("romao"), scale);
    QVERIFY(circle(0) != circle(10));
    // A categorical map has a step for each of its colours.
    const ColorMap classes = colorMapNamed("okabe-ito");
    scale.steps = 0;
    scale.range = {0, 8};
    const ColorMapper byClass(classes, scale);
    for (int value = 0; value < 8; ++value)
      QCOMPARE(byClass(value + 0.5), toRgba8(classes.colors[static_cast<std::size_t>(value)]));
  }

  void opacityFollowsItsPoints() {
    QCOMPARE(opacityAt({}, 0.3), 1.0);
    const std::vector<std::array<double, 2>> points{{0.2, 0}, {0.6, 1}, {0.6, 0.5}};
    QCOMPARE(opacityAt(points, 0.1), 0.0);
    QCOMPARE(opacityAt(points, 0.4), 0.5);
    QCOMPARE(opacityAt(points, 0.9), 0.5);
    ColorScale scale;
    scale.range = {0, 100};
    scale.opacityPoints = points;
    const ColorMap grey = colorMapNamed("grey");
    QCOMPARE(int(ColorMapper(grey, scale)(40)[3]), 255); // of volumes alone
    scale.opacityOnSlices = true;
    QVERIFY(std::abs(int(ColorMapper(grey, scale)(40)[3]) - 128) <= 1);
    QCOMPARE(int(ColorMapper(grey, scale)(-1)[3]), 0);
  }

  void publishedColours() {
    // Ends and middle of viridis as published with matplotlib 1.5 (#440154, #21918c at 0.5, #fde725).
    const ColorMap map = colorMapNamed("viridis");
    QCOMPARE(toRgba8(map.at(0)), (Rgba8{0x44, 0x01, 0x54, 255}));
    QCOMPARE(toRgba8(map.at(1)), (Rgba8{0xfd, 0xe7, 0x25, 255}));
    const Rgba8 middle = toRgba8(map.at(0.5));
    QVERIFY(std::abs(middle[0] - 0x21) <= 1 && std::abs(middle[1] - 0x91) <= 1 && std::abs(middle[2] - 0x8c) <= 1);
    // Moreland 2009: the end points of cool–warm and its neutral middle (221, 221, 221).
    const ColorMap warm = colorMapNamed("coolwarm");
    QCOMPARE(toRgba8(warm.at(0)), (Rgba8{59, 76, 192, 255}));
    QCOMPARE(toRgba8(warm.at(1)), (Rgba8{180, 4, 38, 255}));
    QCOMPARE(toRgba8(warm.at(0.5)), (Rgba8{221, 221, 221, 255}));
  }

  void valuesToColours() {
    const ColorMap grey = colorMapNamed("grey");
    ColorScale scale;
    scale.range = {10, 20};
    scale.missing = {1, 2, 3, 255};
    const ColorMapper mapper(grey, scale);
    QCOMPARE(mapper(10), (Rgba8{0, 0, 0, 255}));
    QCOMPARE(mapper(20), (Rgba8{255, 255, 255, 255}));
    QVERIFY(std::abs(mapper(15)[0] - 128) <= 1);
    QCOMPARE(mapper(-5), (Rgba8{0, 0, 0, 255}));
    QCOMPARE(mapper(std::numeric_limits<double>::infinity()), (Rgba8{255, 255, 255, 255}));
    QCOMPARE(mapper(std::numeric_limits<double>::quiet_NaN()), (Rgba8{1, 2, 3, 255}));
    scale.invert = true;
    QCOMPARE(ColorMapper(grey, scale)(10), (Rgba8{255, 255, 255, 255}));
    scale.below = Rgb{1, 0, 0};
    scale.above = Rgb{0, 1, 0};
    QCOMPARE(ColorMapper(grey, scale)(9), (Rgba8{255, 0, 0, 255}));
    QCOMPARE(ColorMapper(grey, scale)(21), (Rgba8{0, 255, 0, 255}));
  }

  void logarithmic() {
    ColorScale scale;
    scale.range = {1, 10000};
    scale.logarithmic = true;
    const ColorMapper mapper(colorMapNamed("grey"), scale);
    QVERIFY(std::abs(mapper(100)[0] - 128) <= 1); // half-way in powers of ten
    QCOMPARE(mapper(0)[0], 0);
    QCOMPARE(mapper(-3)[0], 0);
  }

  void rangeInForce_data() {
    QTest::addColumn<bool>("symmetric");
    QTest::addColumn<bool>("logarithmic");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::newRow("plain") << false << false << -2.0 << 8.0;
    QTest::newRow("symmetric") << true << false << -8.0 << 8.0;
    QTest::newRow("logarithmic") << false << true << 8e-4 << 8.0;
  }
  void rangeInForce() {
    QFETCH(bool, symmetric);
    QFETCH(bool, logarithmic);
    session::Layer layer;
    layer.symmetric = symmetric;
    layer.logarithmic = logarithmic;
    data::Statistics statistics;
    statistics.low = -2;
    statistics.high = 8;
    const auto range = scene::rangeInForce(layer, &statistics);
    QTEST(range[0], "low");
    QTEST(range[1], "high");
  }

  void aConstantFieldHasARange() {
    data::Statistics statistics;
    for (const double value : {0.0, 5.0, -3.0}) {
      statistics.low = statistics.high = statistics.min = statistics.max = value;
      const auto range = scene::rangeInForce({}, &statistics);
      QVERIFY(range[0] < range[1]);
      QVERIFY(range[0] <= value && value <= range[1]);
    }
  }

  void integersWithAMissingValue() {
    const std::array<std::int16_t, 3> values{-9999, 0, 100};
    data::Block block;
    block.slab.box = {{0, 0, 0}, {3, 1, 1}};
    block.type = data::ScalarType::Int16;
    block.bytes =
        std::shared_ptr<const std::byte>(reinterpret_cast<const std::byte*>(values.data()), [](const std::byte*) {});
    ColorScale scale;
    scale.range = {0, 100};
    scale.missing = {9, 9, 9, 9};
    std::array<Rgba8, 3> out{};
    ColorMapper(colorMapNamed("grey"), scale).map(block, -9999.0, out);
    QCOMPARE(out[0], (Rgba8{9, 9, 9, 9}));
    QCOMPARE(out[1], (Rgba8{0, 0, 0, 255}));
    QCOMPARE(out[2], (Rgba8{255, 255, 255, 255}));
  }

  void labelColoursAreStableAndFarApart() {
    // Fixed by hand once: sessions and tables rely on a label keeping its colour from version to version.
    QCOMPARE(labelColour(1), labelColour(1));
    for (std::int64_t label = 1; label < 60; ++label)
      for (std::int64_t other = label + 1; other <= label + 5; ++other) {
        const Rgb a = labelColour(label), b = labelColour(other);
        const double apart = std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        QVERIFY2(apart > 0.15, qPrintable(QString("%1 and %2: %3").arg(label).arg(other).arg(apart)));
        const Rgb c = asProtanope(a), d = asProtanope(b);
        QVERIFY2(std::hypot(c[0] - d[0], c[1] - d[1], c[2] - d[2]) > 0.03,
                 qPrintable(QString("%1 and %2 as a protanope sees them").arg(label).arg(other)));
      }
  }

  void contoursLieOnPixelEdges() {
    // One 2 × 1 object in a 4 × 3 slice: its outline is the rectangle (1,1)–(3,2).
    const LabelSlice slice = sliceOf(4, 3, {0, 0, 0, 0, 0, 7, 7, 0, 0, 0, 0, 0});
    const auto edges = labelEdges(slice, [](std::int64_t) { return true; });
    const std::vector<Edge> expected{{1, 1, 3, 1}, {1, 2, 3, 2}, {1, 1, 1, 2}, {3, 1, 3, 2}};
    QCOMPARE(edges.size(), expected.size());
    for (const Edge& edge : expected)
      QVERIFY(std::find(edges.begin(), edges.end(), edge) != edges.end());
  }

  void contoursBetweenTouchingLabelsAndAtTheRim() {
    const LabelSlice slice = sliceOf(2, 1, {1, 2});
    QCOMPARE(labelEdges(slice, [](std::int64_t) { return true; }).size(),
             std::size_t{2 + 3}); // top, bottom; left, between, right
    const auto one = labelEdges(slice, [](std::int64_t label) { return label == 2; });
    QCOMPARE(one.size(), std::size_t{4});
    QVERIFY(std::find(one.begin(), one.end(), Edge{1, 0, 1, 1}) != one.end());
  }

  void verdicts() {
    // Truth 1 is covered by predictions 5 (mostly) and 6; truth 2 is missed; prediction 7 is spurious; truth 3 and 4
    // share prediction 8.
    const LabelSlice truth = sliceOf(12, 1, {1, 1, 1, 1, 2, 0, 3, 3, 3, 4, 4, 0});
    const LabelSlice ours = sliceOf(12, 1, {5, 5, 5, 6, 0, 7, 8, 8, 8, 8, 8, 0});
    using enum Verdict;
    const std::vector<Verdict> expected{Agree, Agree, Agree, Split,  Missed, Spurious,
                                        Agree, Agree, Agree, Merged, Merged, Agree};
    QVERIFY(compareSlices(truth, ours, false) == expected);
  }

  void verdictsOfNamedLabels() {
    const LabelSlice truth = sliceOf(3, 1, {1, 2, 2}), ours = sliceOf(3, 1, {1, 1, 2});
    using enum Verdict;
    QVERIFY(compareSlices(truth, ours, true) == (std::vector<Verdict>{Agree, Split, Agree}));
  }

  void numbersForPeople_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("words");
    QTest::newRow("whole") << 214.0 << "214";
    QTest::newRow("negative") << -3.25 << "−3.25";
    QTest::newRow("digits") << 3.14159265 << "3.142";
    QTest::newRow("large") << 123456.7 << "123457";
    QTest::newRow("huge") << 1.5e12 << "1.5 × 10¹²";
    QTest::newRow("tiny") << -2e-7 << "−2 × 10⁻⁷";
    QTest::newRow("zero") << 0.0 << "0";
    QTest::newRow("missing") << std::numeric_limits<double>::quiet_NaN() << "missing";
  }
  void numbersForPeople() {
    QFETCH(double, value);
    QFETCH(QString, words);
    QCOMPARE(QString::fromStdString(formatNumber(value)), words);
  }

  void ticksAreRoundAndInside() {
    QCOMPARE(roundTicks(0, 100, 6), (std::vector<double>{0, 20, 40, 60, 80, 100}));
    for (const auto& [low, high] :
         {std::pair{-3.7, 11.2}, std::pair{0.0, 255.0}, std::pair{1e-6, 3e-6}, std::pair{1180.0, 1190.0}}) {
      const auto ticks = roundTicks(low, high, 5);
      QVERIFY(ticks.size() >= 2 && ticks.size() <= 5);
      QVERIFY(ticks.front() >= low - 1e-9 * (high - low) && ticks.back() <= high + 1e-9 * (high - low));
    }
    QVERIFY(roundTicks(1, 1, 5).empty());
    QCOMPARE(roundLength(7.3), 5.0);
    QCOMPARE(roundLength(0.21), 0.2);
    QCOMPARE(roundLength(1000), 1000.0);
  }
};

QTEST_GUILESS_MAIN(TestColour)
#include "test_colour.moc"
