#include "methods/morphology/distance_transform.h"
#include "peer.h"

#include <QTest>
#include <cmath>
#include <limits>

using namespace discern;
using namespace discern::tests;

namespace {

/// The definition: the least distance to any background voxel.
std::vector<float> bruteForce(const std::vector<std::uint8_t>& mask, const Shape& shape, const methods::Spacing3& h) {
  std::vector<float> out(mask.size());
  std::vector<std::array<double, 3>> background;
  const auto place = [&](std::size_t i) {
    const auto n = static_cast<std::int64_t>(i);
    return std::array<double, 3>{double(n % shape[0]) * h[0], double(n / shape[0] % shape[1]) * h[1],
                                 double(n / (shape[0] * shape[1])) * h[2]};
  };
  for (std::size_t i = 0; i < mask.size(); ++i)
    if (mask[i] == 0) background.push_back(place(i));
  for (std::size_t i = 0; i < mask.size(); ++i) {
    double least = mask[i] == 0 ? 0 : std::numeric_limits<double>::infinity();
    const auto p = place(i);
    for (const auto& q : background)
      least = std::min(least, std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
    out[i] = static_cast<float>(least);
  }
  return out;
}

void compare(const std::vector<float>& found, const std::vector<float>& expected) {
  QCOMPARE(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    if (!(found[i] == expected[i] || std::abs(found[i] - expected[i]) <= 1e-6F * expected[i]))
      QFAIL(qPrintable(QString("voxel %1: %2, expected %3").arg(i).arg(found[i]).arg(expected[i])));
}

} // namespace

class TestDistance : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void agreesWithGolden() {
    const QJsonObject golden = goldenCase("distance");
    const auto mask = numbers<std::uint8_t>(golden["arrays"]["mask"]);
    const auto spacing = numbers<double>(golden["spacing"]);
    std::vector<float> out(mask.size());
    methods::distanceTransform(mask, shapeOf(golden), {spacing[0], spacing[1], spacing[2]}, out);
    compare(out, numbers<float>(golden["out"]));
  }

  void agreesWithBruteForce_data() {
    QTest::addColumn<QList<qint64>>("size");
    QTest::addColumn<QList<double>>("spacing");
    QTest::addColumn<int>("percent");
    const QList<double> unit{1, 1, 1}, odd{0.7, 1.3, 2.9};
    for (const int percent : {10, 70, 97, 99}) {
      QTest::addRow("volume %d %%", percent) << QList<qint64>{19, 13, 11} << unit << percent;
      QTest::addRow("anisotropic %d %%", percent) << QList<qint64>{17, 14, 9} << odd << percent;
      QTest::addRow("plane %d %%", percent) << QList<qint64>{45, 31, 1} << odd << percent;
      QTest::addRow("upright plane %d %%", percent) << QList<qint64>{1, 30, 41} << odd << percent;
      QTest::addRow("line %d %%", percent) << QList<qint64>{1, 1, 200} << odd << percent;
    }
  }
  void agreesWithBruteForce() {
    QFETCH(QList<qint64>, size);
    QFETCH(QList<double>, spacing);
    QFETCH(int, percent);
    const Shape shape{size[0], size[1], size[2]};
    const methods::Spacing3 h{spacing[0], spacing[1], spacing[2]};
    for (std::uint32_t seed = 0; seed < 3; ++seed) {
      auto mask = randomMask(sizeOf(shape), static_cast<std::uint32_t>(percent), seed);
      mask[mask.size() / 3] = 0;
      std::vector<float> out(mask.size()), squared(mask.size());
      methods::distanceTransform(mask, shape, h, out, {}, 2);
      const auto expected = bruteForce(mask, shape, h);
      compare(out, expected);
      methods::squaredDistanceTransform(mask, shape, h, squared, {}, 1);
      for (std::size_t i = 0; i < mask.size(); ++i)
        QCOMPARE(std::sqrt(squared[i]), out[i]);
    }
  }

  void largeDistancesAgreeWithScipy() {
    NEEDS_PEER();
    const Shape shape{90, 80, 70};
    std::vector<std::uint8_t> mask(sizeOf(shape), 1);
    for (const auto i : randomNumbers(12, static_cast<std::uint32_t>(mask.size()), 4))
      mask[i] = 0;
    for (const methods::Spacing3 h : {methods::Spacing3{1, 1, 1}, {0.2, 1, 3.7}}) {
      Peer peer;
      peer.give("mask", mask, shape);
      peer.ask("distance", {{"spacing", QJsonArray{h[0], h[1], h[2]}}});
      const auto theirs = peer.answer<double>("out");
      std::vector<float> out(mask.size());
      methods::distanceTransform(mask, shape, h, out);
      compare(out, {theirs.begin(), theirs.end()});
    }
  }

  /// Short distances are found by trying neighbours, long ones by the envelope; both meet in this volume: one side is
  /// full of background, the other has hardly any.
  void shortAndLongDistancesMeet() {
    NEEDS_PEER();
    const Shape shape{150, 37, 41};
    auto mask = randomMask(sizeOf(shape), 90, 3);
    for (std::size_t i = 0; i < mask.size(); ++i)
      if (i % 150 > 60) mask[i] = 1;
    for (const methods::Spacing3 h : {methods::Spacing3{1, 1, 1}, {1.3, 0.4, 0.9}}) {
      Peer peer;
      peer.give("mask", mask, shape);
      peer.ask("distance", {{"spacing", QJsonArray{h[0], h[1], h[2]}}});
      const auto theirs = peer.answer<double>("out");
      std::vector<float> out(mask.size());
      methods::distanceTransform(mask, shape, h, out);
      compare(out, {theirs.begin(), theirs.end()});
    }
  }

  void squaredDistancesAreWholeNumbers() {
    const Shape shape{64, 64, 64};
    auto mask = randomMask(sizeOf(shape), 99, 1);
    std::vector<float> squared(mask.size());
    methods::squaredDistanceTransform(mask, shape, {1, 1, 1}, squared);
    for (const float v : squared)
      QCOMPARE(v, std::round(v));
  }

  void emptyAndFull() {
    const Shape shape{7, 5, 3};
    std::vector<float> out(sizeOf(shape), -1);
    methods::distanceTransform(std::vector<std::uint8_t>(out.size(), 0), shape, {1, 1, 1}, out);
    for (const float d : out)
      QCOMPARE(d, 0.0F);
    methods::distanceTransform(std::vector<std::uint8_t>(out.size(), 1), shape, {1, 1, 1}, out);
    for (const float d : out)
      QVERIFY(std::isinf(d) && d > 0); // beyond the faces lies nothing known
  }

  void anyThreads() {
    const Shape shape{50, 40, 30};
    const auto mask = randomMask(sizeOf(shape), 95, 9);
    std::vector<float> one(mask.size()), five(mask.size());
    methods::distanceTransform(mask, shape, {1, 2, 0.3}, one, {}, 1);
    methods::distanceTransform(mask, shape, {1, 2, 0.3}, five, {}, 5);
    QVERIFY(one == five);
  }

  void refusesNonsense() {
    std::vector<std::uint8_t> mask(8);
    std::vector<float> out(8), less(7);
    QVERIFY_EXCEPTION_THROWN(methods::distanceTransform(mask, {2, 2, 2}, {1, 0, 1}, out), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(methods::distanceTransform(mask, {2, 2, 2}, {1, 1, NAN}, out), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(methods::distanceTransform(mask, {2, 2, 2}, {1, 1, 1}, less), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(methods::distanceTransform(mask, {2, 2, 2}, {1, 1, 1}, out, [](double) { return false; }),
                             methods::Cancelled);
  }
};

QTEST_APPLESS_MAIN(TestDistance)
#include "test_distance.moc"
