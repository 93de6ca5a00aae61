#include "methods/statistics/moments.h"

#include <QtTest>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

using namespace discern::methods;

class TestMoments : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void closedForms() {
    // 1 … n: mean (n + 1) / 2, variance (n² − 1) / 12; the same about a large offset (NIST's StRD "Numerical
    // Accuracy").
    for (const double offset : {0.0, 1e9}) {
      std::vector<double> values(1001);
      std::iota(values.begin(), values.end(), offset + 1);
      const Moments m = momentsOf(values);
      QCOMPARE(m.count, std::int64_t{1001});
      QCOMPARE(m.mean, offset + 501);
      QVERIFY(std::abs(m.standardDeviation() - std::sqrt((1001.0 * 1001 - 1) / 12)) < 1e-9);
      QCOMPARE(m.minimum, offset + 1);
      QCOMPARE(m.maximum, offset + 1001);
    }
  }

  void missingValuesAreLeftOut() {
    const double nan = std::nan(""), inf = std::numeric_limits<double>::infinity();
    const Moments m = momentsOf(std::vector<double>{nan, 2, inf, 4});
    QCOMPARE(m.count, std::int64_t{2});
    QCOMPARE(m.missing, std::int64_t{2});
    QCOMPARE(m.mean, 3.0);
    QCOMPARE(m.standardDeviation(), 1.0);
    QVERIFY(std::isnan(momentsOf(std::vector<double>{nan}).standardDeviation()));
    QVERIFY(std::isnan(momentsOf({}).standardDeviation()));
  }

  void partsMakeTheWhole() {
    std::mt19937 generator(3);
    std::normal_distribution<double> normal(100, 5);
    std::vector<double> values(5000);
    for (double& value : values)
      value = normal(generator);
    const Moments whole = momentsOf(values);
    Moments sum;
    for (std::size_t at = 0; at < values.size(); at += 617)
      sum = merged(sum, momentsOf(std::span(values).subspan(at, std::min<std::size_t>(617, values.size() - at))));
    QVERIFY(std::abs(sum.mean - whole.mean) < 1e-12 * whole.mean);
    QVERIFY(std::abs(sum.squares - whole.squares) < 1e-12 * whole.squares);
    QCOMPARE(sum.count, whole.count);
    QCOMPARE(merged({}, {}).weight, 0.0);
  }

  void weightsCount() {
    // Twice 1 and once 4: mean 2, variance 2.
    const Moments m = merged(momentsOf(std::vector<double>{1}, 2), momentsOf(std::vector<double>{4}, 1));
    QCOMPARE(m.mean, 2.0);
    QVERIFY(std::abs(m.standardDeviation() - std::sqrt(2.0)) < 1e-15);
    // A value without weight counts and has its place in the range.
    const Moments pole = merged(momentsOf(std::vector<double>{-7}, 0), m);
    QCOMPARE(pole.mean, m.mean);
    QCOMPARE(pole.standardDeviation(), m.standardDeviation());
    QCOMPARE(pole.minimum, -7.0);
    QCOMPARE(pole.count, m.count + 1);
  }

  void binsAreFilled() {
    std::vector<std::int64_t> bins(4);
    addToHistogram(std::vector<double>{0, 0.24, 0.25, 0.99, 1, 1.01, -0.1, std::nan("")}, 0, 1, bins);
    QCOMPARE(bins, (std::vector<std::int64_t>{2, 1, 0, 2}));
    QVERIFY_EXCEPTION_THROWN(addToHistogram({}, 1, 1, bins), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(addToHistogram({}, 0, 1, {}), std::invalid_argument);
  }
};

QTEST_GUILESS_MAIN(TestMoments)
#include "test_moments.moc"
