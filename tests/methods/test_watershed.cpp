#include "methods/evaluation/partition_distance.h"
#include "methods/segmentation/connected_components.h"
#include "methods/segmentation/markers.h"
#include "methods/segmentation/small_objects.h"
#include "methods/segmentation/watershed.h"
#include "peer.h"

#include <QTest>
#include <algorithm>
#include <chrono>
#include <numeric>

using namespace discern;
using namespace discern::tests;
using methods::Connectivity;
using methods::FloodFrom;

namespace {

/// All different, so that no order is left open.
std::vector<float> shuffled(std::size_t n, std::uint32_t seed) {
  std::vector<float> values(n);
  std::iota(values.begin(), values.end(), 0.0F);
  const auto swaps = randomNumbers(n, static_cast<std::uint32_t>(n), seed);
  for (std::size_t i = 0; i < n; ++i)
    std::swap(values[i], values[swaps[i]]);
  return values;
}

std::vector<std::int32_t> randomMarkers(std::size_t n, int count, std::uint32_t seed) {
  std::vector<std::int32_t> markers(n);
  std::int32_t label = 0;
  for (const auto i : randomNumbers(static_cast<std::size_t>(count), static_cast<std::uint32_t>(n), seed))
    if (markers[i] == 0) markers[i] = ++label;
  return markers;
}

std::vector<std::int32_t> flood(const std::vector<float>& values, const std::vector<std::int32_t>& markers,
                                const std::vector<std::uint8_t>& mask, const Shape& shape,
                                Connectivity connectivity = Connectivity::Faces, FloodFrom from = FloodFrom::Minima,
                                int threads = 2) {
  std::vector<std::int32_t> labels(values.size(), -5);
  methods::watershed(values, markers, mask, shape, connectivity, from, labels, {}, threads);
  return labels;
}

} // namespace

class TestWatershed : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void componentsAgreeWithScipy() {
    NEEDS_PEER();
    for (const Shape shape : {Shape{23, 17, 11}, Shape{40, 33, 1}, Shape{1, 20, 20}, Shape{90, 1, 1}})
      for (const std::uint32_t percent : {35U, 60U})
        for (const bool corners : {false, true}) {
          const auto mask = randomMask(sizeOf(shape), percent, percent);
          Peer peer;
          peer.give("mask", mask, shape);
          const auto answer = peer.ask("label", {{"corners", corners}});
          std::vector<std::int32_t> labels(mask.size());
          const auto count = methods::labelComponents(
              mask, shape, corners ? Connectivity::Corners : Connectivity::Faces, labels, {}, 2);
          QCOMPARE(count, answer["count"].toInt());
          QVERIFY(labels == peer.answer<std::int32_t>("out"));
        }
  }

  void componentSizesAddUp() {
    const Shape shape{31, 21, 11};
    const auto mask = randomMask(sizeOf(shape), 30, 8);
    const auto components = methods::connectedComponents(mask, shape, Connectivity::Faces);
    const auto total = std::accumulate(components.sizes.begin(), components.sizes.end(), std::int64_t{0});
    QCOMPARE(total, std::count(mask.begin(), mask.end(), 1));
    QCOMPARE(methods::connectedComponents(std::vector<std::uint8_t>(8), {2, 2, 2}, Connectivity::Faces).count(), 0);
  }

  void watershedAgreesWithGolden_data() {
    QTest::addColumn<int>("which");
    QTest::newRow("faces") << 0;
    QTest::newRow("corners") << 1;
  }
  void watershedAgreesWithGolden() {
    QFETCH(int, which);
    const QJsonObject golden = goldenCase("watershed", which);
    const auto labels =
        flood(numbers<float>(golden["arrays"]["values"]), numbers<std::int32_t>(golden["arrays"]["markers"]),
              numbers<std::uint8_t>(golden["arrays"]["mask"]), shapeOf(golden),
              golden["corners"].toBool() ? Connectivity::Corners : Connectivity::Faces);
    QVERIFY(labels == numbers<std::int32_t>(golden["out"]));
  }

  /// Voxel by voxel the same: values without ties, masks from loose to dense, with basins that have no marker.
  void watershedAgreesWithScikitImage() {
    NEEDS_PEER();
    for (const Shape shape : {Shape{24, 18, 13}, Shape{50, 37, 1}})
      for (const std::uint32_t percent : {55U, 80U, 100U})
        for (const bool corners : {false, true}) {
          const auto values = shuffled(sizeOf(shape), percent);
          const auto markers = randomMarkers(sizeOf(shape), 25, percent + 1);
          const auto mask = randomMask(sizeOf(shape), percent, percent + 2);
          Peer peer;
          peer.give("values", values, shape);
          peer.give("markers", markers, shape);
          peer.give("mask", mask, shape);
          peer.ask("watershed", {{"corners", corners}});
          QVERIFY(flood(values, markers, mask, shape, corners ? Connectivity::Corners : Connectivity::Faces) ==
                  peer.answer<std::int32_t>("out"));
        }
  }

  /// Many ties: with face neighbours and seeds of different values scikit-image's order is determined, and ours is the
  /// same.
  void tiesAreTakenInTheOrderOfArrival() {
    NEEDS_PEER();
    const Shape shape{40, 30, 12};
    for (const std::uint32_t seed : {1U, 2U, 3U}) {
      const auto steps = randomNumbers(sizeOf(shape), 5, seed);
      std::vector<float> values(steps.begin(), steps.end());
      const auto markers = randomMarkers(values.size(), 30, seed + 50);
      for (std::size_t i = 0; i < values.size(); ++i)
        if (markers[i] > 0) values[i] = -static_cast<float>(markers[i]);
      const std::vector<std::uint8_t> mask(values.size(), 1);
      Peer peer;
      peer.give("values", values, shape);
      peer.give("markers", markers, shape);
      peer.give("mask", mask, shape);
      peer.ask("watershed", {{"corners", false}});
      QVERIFY(flood(values, markers, mask, shape) == peer.answer<std::int32_t>("out"));
    }
  }

  /// Fractions are ranked by sorting, whole numbers are not: both ways must flood alike.
  void fractionsAndWholeNumbersFloodAlike() {
    const Shape shape{30, 25, 9};
    const auto steps = randomNumbers(sizeOf(shape), 50, 77);
    std::vector<float> whole(steps.begin(), steps.end()), fractions(whole.size()), negated(whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      fractions[i] = whole[i] * 0.37F - 3.5F;
      negated[i] = -fractions[i];
    }
    const auto markers = randomMarkers(whole.size(), 20, 5);
    const auto mask = randomMask(whole.size(), 85, 6);
    const auto expected = flood(whole, markers, mask, shape);
    QVERIFY(flood(fractions, markers, mask, shape) == expected);
    QVERIFY(flood(negated, markers, mask, shape, Connectivity::Faces, FloodFrom::Maxima) == expected);
  }

  void watershedIsTheSameByAnyThreads() {
    const Shape shape{60, 50, 30};
    const auto values = shuffled(sizeOf(shape), 2);
    const auto markers = randomMarkers(values.size(), 400, 3);
    const auto mask = randomMask(values.size(), 35, 4); // hundreds of components
    const auto one = flood(values, markers, mask, shape, Connectivity::Faces, FloodFrom::Minima, 1);
    for (const int threads : {2, 3, 8})
      QVERIFY(flood(values, markers, mask, shape, Connectivity::Faces, FloodFrom::Minima, threads) == one);
  }

  void watershedAtTheEdgesOfSense() {
    const Shape shape{4, 3, 2};
    const std::size_t n = sizeOf(shape);
    const std::vector<float> flat(n, 1.0F);
    std::vector<std::int32_t> markers(n);
    // No marker, no mask.
    QVERIFY(flood(flat, markers, std::vector<std::uint8_t>(n, 1), shape) == std::vector<std::int32_t>(n, 0));
    markers[5] = 7;
    QVERIFY(flood(flat, markers, std::vector<std::uint8_t>(n, 0), shape) == std::vector<std::int32_t>(n, 0));
    QVERIFY(flood(flat, markers, std::vector<std::uint8_t>(n, 1), shape) == std::vector<std::int32_t>(n, 7));
    // NaN and infinity in the values still give everything a label.
    std::vector<float> broken(n, std::numeric_limits<float>::quiet_NaN());
    broken[3] = std::numeric_limits<float>::infinity();
    markers[9] = 8;
    const auto labels = flood(broken, markers, std::vector<std::uint8_t>(n, 1), shape);
    QVERIFY(std::all_of(labels.begin(), labels.end(), [](std::int32_t l) { return l == 7 || l == 8; }));

    std::vector<std::int32_t> out(n);
    const std::vector<std::uint8_t> mask(n, 1);
    const auto with = [&](std::vector<methods::Seed> seeds) {
      methods::watershed(flat, seeds, mask, shape, Connectivity::Faces, FloodFrom::Minima, out);
    };
    QVERIFY_EXCEPTION_THROWN(with({{-1, 1}}), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(with({{24, 1}}), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(with({{3, 0}}), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(with({{3, 1}, {3, 2}}), std::invalid_argument);
  }

  void maximaAgreeWithScikitImage() {
    NEEDS_PEER();
    for (const Shape shape : {Shape{31, 24, 15}, Shape{60, 45, 1}})
      for (const int distance : {1, 2, 4, 7}) {
        const auto values = shuffled(sizeOf(shape), static_cast<std::uint32_t>(distance));
        std::vector<std::uint8_t> mask(values.size(), 1);
        Peer peer;
        peer.give("values", values, shape);
        peer.give("mask", mask, shape);
        const auto expected = numbers<std::int64_t>(peer.ask("peaks", {{"distance", distance}})["peaks"]);
        QVERIFY(!expected.empty());
        QVERIFY(methods::localMaxima(values, mask, shape, {1, 1, 1}, distance, {}, 2) == expected);
        // The distance is in world units.
        QVERIFY(methods::localMaxima(values, mask, shape, {0.6, 0.6, 0.6}, 0.6 * distance, {}, 1) == expected);
      }
  }

  void plateausGiveOneMaximum() {
    // A flat ridge, 21 long: one marker in its middle, not one every few voxels.
    const Shape shape{40, 9, 9};
    std::vector<float> values(sizeOf(shape), 1.0F);
    for (std::int64_t x = 10; x <= 30; ++x)
      values[static_cast<std::size_t>((4 * 9 + 4) * 40 + x)] = 5;
    std::vector<std::uint8_t> mask(values.size(), 0);
    for (std::size_t i = 0; i < values.size(); ++i)
      mask[i] = values[i] > 1 ? 1 : 0;
    const std::vector<std::int64_t> middle{(4 * 9 + 4) * 40 + 20};
    QVERIFY(methods::localMaxima(values, mask, shape, {1, 1, 1}, 3) == middle);
    // A constant volume is one plateau too; this one goes by the filtered volume.
    const std::vector<float> flat(values.size(), 2.0F);
    const std::vector<std::uint8_t> all(values.size(), 1);
    QCOMPARE(methods::localMaxima(flat, all, shape, {1, 1, 1}, 3).size(), std::size_t{1});
    QVERIFY(methods::localMaxima(flat, std::vector<std::uint8_t>(values.size(), 0), shape, {1, 1, 1}, 3).empty());
  }

  void maximaKeepTheirDistanceInWorldUnits() {
    // Two peaks, 6 voxels apart along z; 2 µm steps make that 12 µm.
    const Shape shape{5, 5, 20};
    std::vector<float> values(sizeOf(shape), 0.0F);
    std::vector<std::uint8_t> mask(values.size(), 1);
    const std::int64_t low = (4 * 5 + 2) * 5 + 2, high = (10 * 5 + 2) * 5 + 2;
    values[static_cast<std::size_t>(low)] = 3;
    values[static_cast<std::size_t>(high)] = 4;
    for (std::size_t i = 0; i < values.size(); ++i)
      mask[i] = values[i] > 0 ? 1 : 0;
    QVERIFY(methods::localMaxima(values, mask, shape, {1, 1, 2}, 11) == (std::vector<std::int64_t>{low, high}));
    QVERIFY(methods::localMaxima(values, mask, shape, {1, 1, 2}, 13) == (std::vector<std::int64_t>{high}));
  }

  void smallObjectsGo() {
    std::vector<std::int32_t> labels{0, 3, 3, 3, 0, 9, 0, 5, 5, 0};
    auto result = methods::removeSmallObjects(labels, 2);
    QVERIFY(labels == (std::vector<std::int32_t>{0, 1, 1, 1, 0, 0, 0, 2, 2, 0}));
    QCOMPARE(result.kept, 2);
    QCOMPARE(result.removed, 1);
    QCOMPARE(result.voxels, 1);
    result = methods::removeSmallObjects(labels, 100);
    QCOMPARE(result.kept, 0);
    QCOMPARE(result.voxels, 5);
    std::vector<std::int32_t> wrong{0, -1};
    QVERIFY_EXCEPTION_THROWN((void)methods::removeSmallObjects(wrong, 1), std::invalid_argument);
    std::vector<std::int32_t> none;
    QCOMPARE(methods::removeSmallObjects(none, 1).kept, 0);
  }

  /// One component, so one flood on one thread: it must still hear the cancel soon.
  void floodCanBeCancelled() {
    const Shape shape{160, 160, 100};
    const auto values = shuffled(sizeOf(shape), 6);
    const auto markers = randomMarkers(values.size(), 50, 6);
    const std::vector<std::uint8_t> mask(values.size(), 1);
    std::vector<std::int32_t> labels(values.size());
    std::chrono::steady_clock::time_point asked;
    bool stop = false;
    const methods::Progress watch = [&](double fraction) {
      if (fraction > 0.3 && !stop) {
        stop = true;
        asked = std::chrono::steady_clock::now();
      }
      return !stop;
    };
    QVERIFY_EXCEPTION_THROWN(
        methods::watershed(values, markers, mask, shape, Connectivity::Faces, FloodFrom::Minima, labels, watch, 1),
        methods::Cancelled);
    QVERIFY(std::chrono::steady_clock::now() - asked < std::chrono::milliseconds(500));
  }
};

QTEST_APPLESS_MAIN(TestWatershed)
#include "test_watershed.moc"
