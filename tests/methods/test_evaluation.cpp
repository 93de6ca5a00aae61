#include "methods/evaluation/assignment.h"
#include "methods/evaluation/instance_matching.h"
#include "methods/evaluation/partition_distance.h"
#include "methods/segmentation/seeded_watershed.h"
#include "peer.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace discern;
using namespace discern::tests;

namespace {

constexpr double tolerance = 1e-9;

void near(double found, double expected, const char* what) {
  if (!(std::abs(found - expected) <= tolerance))
    QFAIL(qPrintable(QString("%1: %2, expected %3").arg(what).arg(found, 0, 'g', 17).arg(expected, 0, 'g', 17)));
}

/// All numbers of a pair of volumes against those of a peer.
void compare(const std::vector<std::int32_t>& truth, const std::vector<std::int32_t>& prediction, double threshold,
             const QJsonObject& expected) {
  const auto foreground = methods::foregroundConfusion(truth, prediction);
  near(foreground.dice(), expected["dice"].toDouble(), "Dice");
  near(foreground.iou(), expected["iou"].toDouble(), "IoU");
  near(foreground.precision(), expected["precision"].toDouble(), "precision");
  near(foreground.recall(), expected["recall"].toDouble(), "recall");
  const auto table = methods::contingencyTable(truth, prediction, {}, 2);
  near(methods::adjustedRandIndex(table), expected["adjustedRandIndex"].toDouble(), "adjusted Rand index");
  near(methods::adjustedRandIndex(table, true), expected["adjustedRandIndexForeground"].toDouble(),
       "adjusted Rand index of the foreground");
  near(methods::normalizedMutualInformation(table), expected["normalizedMutualInformation"].toDouble(),
       "normalized mutual information");
  const auto information = methods::variationOfInformation(table);
  near(information.split, expected["split"].toDouble(), "H(prediction | truth)");
  near(information.merged, expected["merged"].toDouble(), "H(truth | prediction)");
  const auto matching = methods::matchInstances(table, threshold);
  near(double(matching.truePositives()), expected["tp"].toDouble(), "true positives");
  near(double(matching.falsePositives()), expected["fp"].toDouble(), "false positives");
  near(double(matching.falseNegatives()), expected["fn"].toDouble(), "false negatives");
  near(matching.precision(), expected["matchPrecision"].toDouble(), "precision of the instances");
  near(matching.recall(), expected["matchRecall"].toDouble(), "recall of the instances");
  near(matching.f1(), expected["f1"].toDouble(), "F1");
  near(matching.panopticQuality(), expected["panopticQuality"].toDouble(), "panoptic quality");
  if (!matching.matches.empty())
    near(matching.meanMatchedIou(), expected["meanMatchedIou"].toDouble(), "mean matched IoU");
}

/// Touching boxes, and a prediction of them that is shifted, has holes, joins some and drops others.
std::pair<std::vector<std::int32_t>, std::vector<std::int32_t>> boxes(const Shape& shape, std::uint32_t seed) {
  std::vector<std::int32_t> truth(sizeOf(shape)), prediction(sizeOf(shape));
  const auto noise = randomNumbers(truth.size(), 100, seed);
  const auto labelOf = [](std::int64_t x, std::int64_t y, std::int64_t z) {
    return x < 0 || x % 9 == 8 ? 0 : static_cast<std::int32_t>((z / 5 * 40 + y / 6) * 40 + x / 9 + 3);
  };
  for (std::int64_t z = 0; z < shape[2]; ++z)
    for (std::int64_t y = 0; y < shape[1]; ++y)
      for (std::int64_t x = 0; x < shape[0]; ++x) {
        const auto i = static_cast<std::size_t>((z * shape[1] + y) * shape[0] + x);
        truth[i] = labelOf(x, y, z);
        std::int32_t p = labelOf(x - static_cast<std::int64_t>(seed % 4), y, z);
        if (p % 5 == 0 && p > 0) ++p;                         // joined with the next
        if (p % 7 == 0 || noise[i] < 12) p = 0;               // dropped; holes
        if (p % 11 == 0 && y % 2 == 0 && p > 0) p += 100'000; // torn apart
        prediction[i] = p;
      }
  return {truth, prediction};
}

} // namespace

class TestEvaluation : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void agreesWithGolden() {
    const QJsonObject golden = goldenCase("evaluate");
    compare(numbers<std::int32_t>(golden["arrays"]["truth"]), numbers<std::int32_t>(golden["arrays"]["prediction"]),
            golden["threshold"].toDouble(), golden);
  }

  void agreesWithPeersOnNuclei() {
    NEEDS_PEER();
    Peer demo;
    const auto info = demo.ask("demo", {{"demo", QStringLiteral(DISCERN_SOURCE_DIR "/resources/demo")}});
    const Shape shape = shapeOf(info);
    const auto image = demo.answer<float>("image");
    const auto truth = demo.answer<std::int32_t>("truth");
    const auto prediction = methods::seededWatershed(image, shape, {1, 1, 1}, {.minimumDistance = 3}).labels;
    for (const double threshold : {0.5, 0.1, 0.75}) {
      Peer peer;
      peer.give("truth", truth, shape);
      peer.give("prediction", prediction, shape);
      compare(truth, prediction, threshold, peer.ask("evaluate", {{"threshold", threshold}}));
    }
  }

  void agreesWithPeersOnBoxes() {
    NEEDS_PEER();
    const Shape shape{80, 60, 20};
    for (const std::uint32_t seed : {2U, 3U})
      for (const double threshold : {0.05, 0.3, 0.5, 0.9}) {
        const auto [truth, prediction] = boxes(shape, seed);
        Peer peer;
        peer.give("truth", truth, shape);
        peer.give("prediction", prediction, shape);
        compare(truth, prediction, threshold, peer.ask("evaluate", {{"threshold", threshold}}));
      }
  }

  void measureAgreesWithScikitLearn() {
    NEEDS_PEER();
    const Shape shape{36, 18, 5};
    const auto [truth, prediction] = boxes(shape, 2);
    std::vector<double> measure(truth.size()); // cos φ of a map
    for (std::size_t i = 0; i < measure.size(); ++i)
      measure[i] = std::cos((static_cast<double>(i / 36 % 18) - 8.5) * 10 * 3.14159265358979 / 180);
    Peer peer;
    peer.give("truth", truth, shape);
    peer.give("prediction", prediction, shape);
    peer.give("measure", measure, shape);
    const auto expected = peer.ask("evaluate");
    const auto found = methods::foregroundConfusion(truth, prediction, measure);
    near(found.dice(), expected["weightedDice"].toDouble(), "weighted Dice");
    near(found.iou(), expected["weightedIou"].toDouble(), "weighted IoU");
  }

  void smallCaseByHand() {
    // Truth 7: four voxels, two of which prediction 3 covers, with one voxel beside them.
    const std::vector<std::int32_t> truth{7, 7, 7, 7, 0, 0, 9, 9}, prediction{0, 0, 3, 3, 3, 0, 9, 9};
    const auto foreground = methods::foregroundConfusion(truth, prediction);
    QCOMPARE(foreground.truePositive, 4.0);
    QCOMPARE(foreground.falsePositive, 1.0);
    QCOMPARE(foreground.falseNegative, 2.0);
    QCOMPARE(foreground.trueNegative, 1.0);
    QCOMPARE(foreground.dice(), 8.0 / 11);
    const auto table = methods::contingencyTable(truth, prediction);
    QVERIFY(table.truthLabels == (std::vector<std::int32_t>{0, 7, 9}));
    QVERIFY(table.predictionSizes == (std::vector<std::int64_t>{3, 3, 2}));
    const auto matching = methods::matchInstances(table, 0.5);
    QCOMPARE(matching.matches.size(), std::size_t{1});
    QVERIFY(matching.missed == std::vector<std::int32_t>{7});
    QVERIFY(matching.spurious == std::vector<std::int32_t>{3});
    QCOMPARE(matching.panopticQuality(), 0.5);
    const auto loose = methods::matchInstances(table, 0.4); // 2 / 5 is at the threshold
    QCOMPARE(loose.matches.size(), std::size_t{2});
    QCOMPARE(loose.meanMatchedIou(), 0.7);
  }

  void assignmentPrefersMorePairs() {
    // Greedy would take the 0.9 and lose both others.
    const std::vector<methods::AssignmentPair> pairs{{0, 0, 0.4}, {0, 1, 0.9}, {1, 1, 0.4}};
    QVERIFY(methods::bestAssignment(pairs) == (std::vector<std::size_t>{0, 2}));
    QVERIFY(methods::bestAssignment({}).empty());
  }

  void assignmentAgreesWithBruteForce() {
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
      const auto numbers = randomNumbers(30, 1000, seed);
      const std::int32_t rows = 1 + static_cast<std::int32_t>(numbers[0] % 4);
      const std::int32_t columns = 1 + static_cast<std::int32_t>(numbers[1] % 4);
      std::vector<methods::AssignmentPair> pairs;
      for (std::int32_t r = 0; r < rows; ++r)
        for (std::int32_t c = 0; c < columns; ++c)
          if (const auto v = numbers[static_cast<std::size_t>(2 + r * 4 + c)]; v < 600)
            pairs.push_back({r, c, (v + 1) / 1000.0});
      // Every subset that is one-to-one.
      double best = 0;
      for (std::uint32_t subset = 0; subset < 1U << pairs.size(); ++subset) {
        std::uint32_t usedRows = 0, usedColumns = 0;
        double worth = 0;
        bool valid = true;
        for (std::size_t i = 0; i < pairs.size() && valid; ++i) {
          if ((subset >> i & 1U) == 0) continue;
          const std::uint32_t r = 1U << pairs[i].row, c = 1U << pairs[i].column;
          valid = (usedRows & r) == 0 && (usedColumns & c) == 0;
          usedRows |= r;
          usedColumns |= c;
          worth += 100 + pairs[i].worth;
        }
        if (valid) best = std::max(best, worth);
      }
      double found = 0;
      for (const std::size_t i : methods::bestAssignment(pairs))
        found += 100 + pairs[i].worth;
      near(found, best, "worth of the assignment");
    }
  }

  void nothingToDivideByIsNaN() {
    const std::vector<std::int32_t> none(6, 0), some{0, 1, 1, 0, 0, 0};
    const auto bothEmpty = methods::foregroundConfusion(none, none);
    QVERIFY(std::isnan(bothEmpty.dice()) && std::isnan(bothEmpty.iou()));
    QVERIFY(std::isnan(bothEmpty.precision()) && std::isnan(bothEmpty.recall()));
    const auto noPrediction = methods::foregroundConfusion(some, none);
    QCOMPARE(noPrediction.dice(), 0.0);
    QCOMPARE(noPrediction.recall(), 0.0);
    QVERIFY(std::isnan(noPrediction.precision()));
    const auto noTruth = methods::foregroundConfusion(none, some);
    QCOMPARE(noTruth.iou(), 0.0);
    QCOMPARE(noTruth.precision(), 0.0);
    QVERIFY(std::isnan(noTruth.recall()));

    const auto match = [](const auto& t, const auto& p) {
      return methods::matchInstances(methods::contingencyTable(t, p));
    };
    QVERIFY(std::isnan(match(none, none).f1()) && std::isnan(match(none, none).panopticQuality()));
    QVERIFY(std::isnan(match(some, none).precision()));
    QCOMPARE(match(some, none).recall(), 0.0);
    QCOMPARE(match(some, none).panopticQuality(), 0.0);
    QVERIFY(std::isnan(match(some, none).meanMatchedIou()));
    QVERIFY(std::isnan(match(none, some).recall()));
    QCOMPARE(match(none, some).f1(), 0.0);

    const std::vector<std::int32_t> empty;
    const auto table = methods::contingencyTable(empty, empty);
    QVERIFY(std::isnan(methods::adjustedRandIndex(table)));
    QVERIFY(std::isnan(methods::variationOfInformation(table).total()));
    QVERIFY(std::isnan(methods::normalizedMutualInformation(table)));
    QCOMPARE(methods::normalizedMutualInformation(methods::contingencyTable(none, none)), 1.0); // as scikit-learn
    QCOMPARE(methods::adjustedRandIndex(methods::contingencyTable(none, none)), 1.0);           // as scikit-learn
    QVERIFY(std::isnan(methods::adjustedRandIndex(methods::contingencyTable(none, some), true)));
  }

  void perfectIsOne() {
    const auto [truth, prediction] = boxes({40, 30, 10}, 1);
    const auto table = methods::contingencyTable(truth, truth);
    const auto matching = methods::matchInstances(table);
    QCOMPARE(matching.panopticQuality(), 1.0);
    QCOMPARE(matching.f1(), 1.0);
    QCOMPARE(methods::adjustedRandIndex(table), 1.0);
    QCOMPARE(methods::variationOfInformation(table).total(), 0.0);
    QCOMPARE(methods::foregroundConfusion(truth, truth).dice(), 1.0);
  }

  void largeLabelsAndAnyThreads() {
    const Shape shape{70, 60, 30};
    auto [truth, prediction] = boxes(shape, 3);
    for (auto& p : prediction)
      if (p > 0) p = std::numeric_limits<std::int32_t>::max() - p;
    const auto one = methods::contingencyTable(truth, prediction, {}, 1);
    const auto four = methods::contingencyTable(truth, prediction, {}, 4);
    QVERIFY(one.truthLabels == four.truthLabels && one.predictionLabels == four.predictionLabels);
    QVERIFY(one.truthSizes == four.truthSizes && one.predictionSizes == four.predictionSizes);
    QVERIFY(std::equal(
        one.entries.begin(), one.entries.end(), four.entries.begin(), four.entries.end(),
        [](const auto& a, const auto& b) { return a.row == b.row && a.column == b.column && a.voxels == b.voxels; }));
    std::vector<double> measure(truth.size(), 0.1);
    QCOMPARE(methods::foregroundConfusion(truth, prediction, measure, {}, 1).truePositive,
             methods::foregroundConfusion(truth, prediction, measure, {}, 3).truePositive);
  }

  void refusesNonsense() {
    const std::vector<std::int32_t> three{0, 1, 2}, two{0, 1}, negative{0, -1, 2};
    QVERIFY_EXCEPTION_THROWN((void)methods::contingencyTable(three, two), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN((void)methods::contingencyTable(three, negative), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN((void)methods::foregroundConfusion(negative, three), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN((void)methods::foregroundConfusion(three, three, std::vector<double>{1, 1}),
                             std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN((void)methods::foregroundConfusion(three, three, std::vector<double>{1, -1, 1}),
                             std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN((void)methods::matchInstances(methods::contingencyTable(three, three), 0),
                             std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN((void)methods::contingencyTable(three, three, [](double) { return false; }),
                             methods::Cancelled);
  }
};

QTEST_APPLESS_MAIN(TestEvaluation)
#include "test_evaluation.moc"
