#include "methods/statistics/pair_density.h"
#include "peer.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace discern::methods;
using namespace discern::tests;

class TestPairs : public QObject {
  Q_OBJECT
  static std::vector<float> floats(std::size_t n, std::uint32_t seed) {
    const auto numbers = randomNumbers(n, 100'000, seed);
    std::vector<float> values(n);
    std::transform(numbers.begin(), numbers.end(), values.begin(),
                   [](std::uint32_t v) { return static_cast<float>(v) / 1000.0F; });
    return values;
  }

private Q_SLOTS:
  void eachPairIsInItsCell() {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> x{0, 1, 2, 2, nan, 5}, y{0, 1, 1, 2, 1, 1};
    const PairDensity density = pairDensity(x, y, {}, {0, 2}, {0, 2}, 2, 2);
    QCOMPARE(density.inside, std::int64_t(4)); // neither the missing one nor what lies outside
    QCOMPARE(density.counts, (std::vector<std::uint32_t>{1, 0, 0, 3}));
    const std::vector<std::uint8_t> mask{1, 0, 0, 1, 1, 1};
    QCOMPARE(pairDensity(x, y, mask, {0, 2}, {0, 2}, 2, 2).counts, (std::vector<std::uint32_t>{1, 0, 0, 1}));
    QCOMPARE(valueCounts(x, {}, {0, 2}, 4), (std::vector<std::uint32_t>{1, 0, 1, 2}));
    QVERIFY_EXCEPTION_THROWN((void)pairDensity(x, y, {}, {2, 2}, {0, 2}, 2, 2), std::invalid_argument);
  }

  void theSameForAnyNumberOfThreads() {
    const auto x = floats(300'000, 1), y = floats(300'000, 2);
    const auto one = pairDensity(x, y, {}, {0, 100}, {0, 100}, 64, 48, 1);
    QCOMPARE(std::accumulate(one.counts.begin(), one.counts.end(), std::int64_t{0}), std::int64_t(300'000));
    QCOMPARE(pairDensity(x, y, {}, {0, 100}, {0, 100}, 64, 48, 4).counts, one.counts);
    const auto a = pairMoments(x, y, 1), b = pairMoments(x, y, 4);
    QCOMPARE(a.correlation, b.correlation);
    QVERIFY(std::abs(a.correlation) < 0.01);
  }

  void correlationOfALine() {
    auto x = floats(200'000, 3);
    std::vector<float> y(x.size());
    std::transform(x.begin(), x.end(), y.begin(), [](float v) { return 5000 - 3 * v; });
    const auto moments = pairMoments(x, y);
    QVERIFY(std::abs(moments.correlation + 1) < 1e-6);
    y[0] = std::numeric_limits<float>::infinity();
    QCOMPARE(pairMoments(x, y).missing, std::int64_t(1));
  }

  void insideAsTheDirectTestSays() {
    // A star with a notch, against the crossing test done for every point by itself.
    std::vector<std::array<double, 2>> star;
    for (int i = 0; i < 11; ++i) {
      const double r = i % 2 ? 20 : 48, turn = 2 * 3.14159265358979 * i / 11;
      star.push_back({50 + r * std::cos(turn), 50 + r * std::sin(turn)});
    }
    const auto x = floats(200'000, 5), y = floats(200'000, 6);
    std::vector<std::uint8_t> inside(x.size());
    insidePolygon(x, y, star, inside);
    std::int64_t hits = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      bool in = false;
      for (std::size_t e = 0; e < star.size(); ++e) {
        const auto &a = star[e], &b = star[(e + 1) % star.size()];
        if ((a[1] > y[i]) != (b[1] > y[i]) && x[i] < (b[0] - a[0]) * (y[i] - a[1]) / (b[1] - a[1]) + a[0]) in = !in;
      }
      QCOMPARE(inside[i] != 0, in);
      hits += in;
    }
    QVERIFY(hits > 20'000 && hits < 100'000);
    insidePolygon(x, y, {}, inside);
    QVERIFY(std::all_of(inside.begin(), inside.end(), [](std::uint8_t one) { return one == 0; }));
  }
};

QTEST_MAIN(TestPairs)
#include "test_pairs.moc"
