#include "methods/evaluation/partition_distance.h"
#include "methods/segmentation/seeded_watershed.h"
#include "peer.h"

#include <QTest>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <set>

using namespace discern;
using namespace discern::tests;

namespace {

struct Ball {
  double x, y, z, r;
};

/// 100 inside the balls, 10 outside, on a grid of the given spacing; centres and radii in world units.
std::vector<float> ballImage(const Shape& shape, const methods::Spacing3& h, const std::vector<Ball>& balls) {
  std::vector<float> image(sizeOf(shape), 10.0F);
  for (std::int64_t z = 0; z < shape[2]; ++z)
    for (std::int64_t y = 0; y < shape[1]; ++y)
      for (std::int64_t x = 0; x < shape[0]; ++x)
        for (const Ball& b : balls)
          if (std::hypot(double(x) * h[0] - b.x, double(y) * h[1] - b.y, double(z) * h[2] - b.z) <= b.r)
            image[static_cast<std::size_t>((z * shape[1] + y) * shape[0] + x)] = 100;
  return image;
}

std::int32_t labelAt(const methods::SeededWatershedResult& result, const Shape& shape, std::int64_t x, std::int64_t y,
                     std::int64_t z) {
  return result.labels[static_cast<std::size_t>((z * shape[1] + y) * shape[0] + x)];
}

/// Many balls with noise, for the comparison and the threads.
std::vector<float> crowd(const Shape& shape, std::uint32_t seed) {
  std::vector<Ball> balls;
  const auto places = randomNumbers(240, 1000, seed);
  for (std::size_t i = 0; i + 3 < places.size(); i += 4)
    balls.push_back({places[i] * double(shape[0]) / 1000, places[i + 1] * double(shape[1]) / 1000,
                     places[i + 2] * double(shape[2]) / 1000, 4 + places[i + 3] / 200.0});
  auto image = ballImage(shape, {1, 1, 1}, balls);
  const auto noise = randomNumbers(image.size(), 30, seed + 1);
  for (std::size_t i = 0; i < image.size(); ++i)
    image[i] += static_cast<float>(noise[i]);
  return image;
}

} // namespace

class TestSeededWatershed : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void touchingBallsArePartedAtTheirWaist() {
    const Shape shape{60, 40, 40};
    const auto image = ballImage(shape, {1, 1, 1}, {{20, 20, 20, 11}, {39, 20, 20, 11}});
    methods::SeededWatershedParameters parameters;
    parameters.smoothing = 0.5;
    const auto result = methods::seededWatershed(image, shape, {1, 1, 1}, parameters);
    QCOMPARE(result.instances, 2);
    QCOMPARE(result.markers, 2);
    QVERIFY(result.threshold > 10 && result.threshold < 100);
    QVERIFY(labelAt(result, shape, 20, 20, 20) != labelAt(result, shape, 39, 20, 20));
    // The border is the plane in the middle, x = 29.5.
    for (std::int64_t y = 16; y <= 24; ++y) {
      QCOMPARE(labelAt(result, shape, 28, y, 20), labelAt(result, shape, 20, 20, 20));
      QCOMPARE(labelAt(result, shape, 31, y, 20), labelAt(result, shape, 39, 20, 20));
    }
    QCOMPARE(std::count_if(result.labels.begin(), result.labels.end(), [](std::int32_t l) { return l > 0; }),
             result.foregroundVoxels);
  }

  void lengthsAreInWorldUnits() {
    // The same two balls on a grid with planes three units apart: same objects.
    const Shape shape{60, 40, 14};
    const methods::Spacing3 h{1, 1, 3};
    const auto image = ballImage(shape, h, {{20, 20, 20, 11}, {39, 20, 20, 11}});
    const auto result = methods::seededWatershed(image, shape, h, {.smoothing = 0.5});
    QCOMPARE(result.instances, 2);
    // And two balls above each other, 20 units apart, are parted along z.
    const auto stacked = ballImage({40, 40, 20}, h, {{20, 20, 18, 11}, {20, 20, 38, 11}});
    const auto above = methods::seededWatershed(stacked, {40, 40, 20}, h, {.smoothing = 0.5});
    QCOMPARE(above.instances, 2);
    QVERIFY(labelAt(above, {40, 40, 20}, 20, 20, 6) != labelAt(above, {40, 40, 20}, 20, 20, 13));
  }

  void planesAreTwoDimensional() {
    const Shape shape{60, 40, 1};
    const auto image = ballImage(shape, {1, 1, 1}, {{20, 20, 0, 11}, {39, 20, 0, 11}});
    QCOMPARE(methods::seededWatershed(image, shape, {1, 1, 1}, {}).instances, 2);
    const Shape upright{1, 60, 40};
    QCOMPARE(methods::seededWatershed(image, upright, {1, 1, 1}, {}).instances, 2);
  }

  void darkForegroundIsTheMirrorOfBright() {
    const Shape shape{60, 40, 10};
    const auto image = ballImage(shape, {1, 1, 1}, {{20, 20, 5, 11}, {39, 20, 5, 11}});
    std::vector<float> inverted(image.size());
    std::transform(image.begin(), image.end(), inverted.begin(), [](float v) { return 110 - v; });
    const auto bright = methods::seededWatershed(image, shape, {1, 1, 1}, {.threshold = 55.0});
    methods::SeededWatershedParameters parameters{.threshold = 55.0, .foreground = methods::Foreground::Dark};
    const auto dark = methods::seededWatershed(inverted, shape, {1, 1, 1}, parameters);
    QVERIFY(bright.labels == dark.labels);
    QCOMPARE(dark.threshold, 55.0);
  }

  void smallObjectsGoAndNumbersStayDense() {
    const Shape shape{60, 40, 40};
    const auto image = ballImage(shape, {1, 1, 1}, {{8, 8, 8, 2.5}, {20, 24, 20, 9}, {48, 24, 20, 9}});
    methods::SeededWatershedParameters parameters{.smoothing = 0};
    QCOMPARE(methods::seededWatershed(image, shape, {1, 1, 1}, parameters).instances, 3);
    parameters.minimumVoxels = 200;
    const auto result = methods::seededWatershed(image, shape, {1, 1, 1}, parameters);
    QCOMPARE(result.instances, 2);
    QCOMPARE(result.removed, 1);
    QVERIFY(std::set<std::int32_t>(result.labels.begin(), result.labels.end()) == (std::set<std::int32_t>{0, 1, 2}));
  }

  void nothingAndEverything() {
    const Shape shape{20, 12, 8};
    const std::size_t n = sizeOf(shape);
    // A flat image has nothing above its own value.
    const auto flat = methods::seededWatershed(std::vector<float>(n, 3.0F), shape, {1, 1, 1}, {});
    QCOMPARE(flat.instances, 0);
    QCOMPARE(flat.foregroundVoxels, 0);
    // All foreground: one object, for nothing parts it.
    const auto full = methods::seededWatershed(std::vector<float>(n, 3.0F), shape, {1, 1, 1}, {.threshold = 1.0});
    QCOMPARE(full.instances, 1);
    QVERIFY(std::all_of(full.labels.begin(), full.labels.end(), [](std::int32_t l) { return l == 1; }));
    const auto smoothed = methods::seededWatershed(std::vector<float>(n, 3.0F), shape, {1, 1, 1},
                                                   {.threshold = 1.0, .distanceSmoothing = 1});
    QCOMPARE(smoothed.instances, 1);
    // Nothing known at all.
    const auto unknown = methods::seededWatershed(std::vector<float>(n, std::nanf("")), shape, {1, 1, 1}, {});
    QCOMPARE(unknown.instances, 0);
    QCOMPARE(unknown.missingVoxels, std::int64_t(n));
    QVERIFY(std::isnan(unknown.threshold));
    QCOMPARE(methods::seededWatershed(std::vector<float>{5.0F}, {1, 1, 1}, {1, 1, 1}, {.threshold = 1.0}).instances, 1);
  }

  void missingVoxelsAreBackground() {
    const Shape shape{60, 40, 40};
    auto image = ballImage(shape, {1, 1, 1}, {{20, 20, 20, 11}, {39, 20, 20, 11}});
    for (std::int64_t z = 0; z < 40; ++z)
      for (std::int64_t y = 0; y < 40; ++y) // a wall of NaN through the left ball
        image[static_cast<std::size_t>((z * 40 + y) * 60 + 15)] = std::numeric_limits<float>::quiet_NaN();
    const auto result = methods::seededWatershed(image, shape, {1, 1, 1}, {.smoothing = 1, .minimumDistance = 3});
    QCOMPARE(result.missingVoxels, 1600);
    for (std::int64_t z = 0; z < 40; ++z)
      for (std::int64_t y = 0; y < 40; ++y)
        QCOMPARE(labelAt(result, shape, 15, y, z), 0);
    QVERIFY(labelAt(result, shape, 16, 20, 20) > 0); // and its neighbours are as bright as they were
    QVERIFY(labelAt(result, shape, 14, 20, 20) > 0);
    QVERIFY(labelAt(result, shape, 14, 20, 20) != labelAt(result, shape, 16, 20, 20));
  }

  void sameByAnyThreads() {
    const Shape shape{90, 80, 50};
    const auto image = crowd(shape, 21);
    methods::SeededWatershedParameters parameters{.distanceSmoothing = 0.7, .minimumVoxels = 20, .threads = 1};
    const auto one = methods::seededWatershed(image, shape, {1, 1.5, 0.8}, parameters);
    QVERIFY(one.instances > 10);
    for (const int threads : {2, 5}) {
      parameters.threads = threads;
      const auto other = methods::seededWatershed(image, shape, {1, 1.5, 0.8}, parameters);
      QVERIFY(other.labels == one.labels);
      QCOMPARE(other.threshold, one.threshold);
    }
  }

  void agreesWithScikitImage() {
    NEEDS_PEER();
    const Shape shape{110, 90, 60};
    const auto image = crowd(shape, 5);
    Peer peer;
    peer.give("image", image, shape);
    const auto answer = peer.ask("chain", {{"sigma", 1.0}, {"distance", 5}});
    const auto theirs = peer.answer<std::int32_t>("out");
    const auto ours = methods::seededWatershed(image, shape, {1, 1, 1}, {.smoothing = 1, .minimumDistance = 5});
    QVERIFY(std::abs(ours.threshold - answer["threshold"].toDouble()) < 1e-3);
    const auto table = methods::contingencyTable(theirs, ours.labels);
    QVERIFY2(methods::adjustedRandIndex(table, true) >= 0.98,
             qPrintable(QString::number(methods::adjustedRandIndex(table, true))));
  }

  void agreesWithScikitImageOnNuclei() {
    NEEDS_PEER();
    Peer peer;
    const auto info = peer.ask("demo", {{"demo", QStringLiteral(DISCERN_SOURCE_DIR "/resources/demo")}});
    const Shape shape = shapeOf(info);
    const auto image = peer.answer<float>("image");
    Peer second;
    second.give("image", image, shape);
    second.ask("chain", {{"sigma", 1.0}, {"distance", 3}});
    const auto theirs = second.answer<std::int32_t>("out");
    const auto ours = methods::seededWatershed(image, shape, {1, 1, 1}, {.smoothing = 1, .minimumDistance = 3});
    const double index = methods::adjustedRandIndex(methods::contingencyTable(theirs, ours.labels), true);
    qInfo("nuclei: %d instances, adjusted Rand index in the foreground %.4f", ours.instances, index);
    QVERIFY(index >= 0.95);
  }

  void phasesComeInOrder() {
    const Shape shape{40, 40, 20};
    std::vector<std::string> phases;
    double last = 0;
    (void)methods::seededWatershed(crowd(shape, 2), shape, {1, 1, 1}, {}, [&](std::string_view phase, double fraction) {
      if (phases.empty() || phases.back() != phase) phases.emplace_back(phase);
      if (fraction < last - 1e-9 || fraction > 1 + 1e-9) phases.emplace_back("backwards");
      last = fraction;
      return true;
    });
    QVERIFY(phases == (std::vector<std::string>{"Smoothing", "Threshold", "Distance transform", "Markers", "Watershed",
                                                "Small objects"}));
    QCOMPARE(last, 1.0);
  }

  void everyPhaseCanBeCancelled_data() {
    QTest::addColumn<QString>("phase");
    for (const char* phase : {"Smoothing", "Threshold", "Distance transform", "Markers", "Watershed", "Small objects"})
      QTest::newRow(phase) << phase;
  }
  void everyPhaseCanBeCancelled() {
    QFETCH(QString, phase);
    const Shape shape{150, 150, 80};
    static const auto image = crowd(shape, 4);
    std::chrono::steady_clock::time_point asked;
    bool stop = false;
    const auto watch = [&](std::string_view name, double) {
      if (name == phase.toStdString() && !stop) {
        stop = true;
        asked = std::chrono::steady_clock::now();
      }
      return !stop;
    };
    QVERIFY_EXCEPTION_THROWN((void)methods::seededWatershed(image, shape, {1, 1, 1}, {}, watch), methods::Cancelled);
    QVERIFY(stop);
    QVERIFY(std::chrono::steady_clock::now() - asked < std::chrono::milliseconds(500));
  }

  void refusesNonsense() {
    const std::vector<float> image(8);
    const auto with = [&](const methods::SeededWatershedParameters& p) {
      (void)methods::seededWatershed(image, {2, 2, 2}, {1, 1, 1}, p);
    };
    QVERIFY_EXCEPTION_THROWN(with({.smoothing = -1}), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(with({.threshold = NAN}), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(with({.minimumDistance = INFINITY}), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(with({.minimumVoxels = -1}), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN((void)methods::seededWatershed(image, {2, 2, 3}, {1, 1, 1}, {}), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN((void)methods::seededWatershed(image, {2, 2, 2}, {1, -1, 1}, {}), std::invalid_argument);
  }
};

QTEST_APPLESS_MAIN(TestSeededWatershed)
#include "test_seeded_watershed.moc"
