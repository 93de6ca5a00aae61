// Clusters of points: scikit-learn's answers on the same points, and closed cases.
#include "methods/clustering/dbscan.h"
#include "methods/clustering/gaussian_mixture.h"
#include "methods/clustering/kmeans.h"
#include "methods/clustering/point_tree.h"
#include "methods/peer.h"

#include <QtTest>
#include <cmath>
#include <set>

using namespace discern;
using namespace discern::methods;
using namespace discern::tests;

namespace {

/// Balls of points, near enough to normal, some close together.
std::vector<double> balls(std::size_t count, std::size_t features, std::uint32_t groups, std::uint32_t seed) {
  const auto random = randomNumbers(count * features * 3 + groups * features, 1000, seed);
  std::vector<double> values(count * features);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t f = 0; f < features; ++f) {
      double noise = 0;
      for (std::size_t k = 0; k < 3; ++k)
        noise += random[groups * features + (i * features + f) * 3 + k] / 1000.0 - 0.5;
      values[i * features + f] = random[(i % groups) * features + f] / 100.0 + noise;
    }
  return values;
}

} // namespace

class TestPoints : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void kMeansLikeScikitLearn_data() {
    QTest::addColumn<int>("features");
    QTest::addColumn<int>("clusters");
    QTest::newRow("plane") << 2 << 5;
    QTest::newRow("space") << 3 << 8;
    QTest::newRow("many") << 20 << 12;
  }
  void kMeansLikeScikitLearn() {
    NEEDS_PEER();
    QFETCH(int, features);
    QFETCH(int, clusters);
    const auto dimensions = static_cast<std::size_t>(features);
    const std::vector<double> values = balls(3000, dimensions, 7, 3);
    const Samples samples{values, dimensions};
    const std::vector<double> centers(values.begin(), values.begin() + clusters * features);
    Peer peer;
    peer.give("points", std::span(values), {features, 3000, 1});
    peer.give("centers", std::span(centers), {features, clusters, 1});
    const QJsonObject answer = peer.ask("kmeans", {{"tolerance", 1e-4}});
    const KMeansResult result = kMeansFrom(samples, centers);
    QVERIFY(result.converged);
    QCOMPARE(result.cluster, peer.answer<std::int32_t>("labels"));
    QVERIFY(std::abs(result.inertia / answer["inertia"].toDouble() - 1) < 1e-9);
    const auto expected = peer.answer<double>("centers");
    for (std::size_t i = 0; i < expected.size(); ++i)
      QVERIFY(std::abs(result.centers[i] - expected[i]) < 1e-9);
  }

  void kMeansSeedsItself() {
    std::vector<double> values = balls(4000, 2, 1, 11);
    for (std::size_t i = 0; i < 4000; ++i) { // six balls far from each other
      values[2 * i] += 10.0 * static_cast<double>(i % 3);
      values[2 * i + 1] += i % 6 < 3 ? 0 : 10;
    }
    const Samples samples{values, 2};
    KMeansOptions options;
    options.clusters = 6;
    options.seed = 5;
    options.threads = 1;
    const KMeansResult one = kMeans(samples, options);
    // The balls that the points were made of, whatever their numbers.
    for (std::size_t i = 6; i < 4000; ++i)
      QCOMPARE(one.cluster[i], one.cluster[i % 6]);
    options.threads = 3;
    const KMeansResult again = kMeans(samples, options);
    QCOMPARE(again.cluster, one.cluster);
    QCOMPARE(again.centers, one.centers);
    QCOMPARE(again.inertia, one.inertia);
  }

  void kMeansEdges() {
    const std::vector<double> values{0, 0, 0, 1, 1, 9};
    // A centre that no point is nearest to takes the farthest point.
    const KMeansResult moved = kMeansFrom({values, 1}, {0, 1, 100});
    QCOMPARE(moved.cluster, (std::vector<std::int32_t>{0, 0, 0, 1, 1, 2}));
    QCOMPARE(moved.inertia, 0.0);
    KMeansOptions options;
    options.clusters = 6;
    QCOMPARE(kMeans({values, 1}, options).cluster.size(), std::size_t{6});
    options.clusters = 7;
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(kMeans({values, 1}, options)), std::invalid_argument);
    const std::vector<double> missing{0, std::nan("")};
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(kMeansFrom({missing, 1}, {0})), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(kMeansFrom({values, 4}, {0, 0, 0, 0})), std::invalid_argument);
    options.clusters = 2;
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(kMeans({values, 1}, options, [](double) { return false; })), Cancelled);
  }

  void mixtureLikeScikitLearn_data() {
    QTest::addColumn<int>("features");
    QTest::addColumn<int>("components");
    QTest::newRow("line") << 1 << 3;
    QTest::newRow("plane") << 2 << 4;
    QTest::newRow("space") << 5 << 3;
  }
  void mixtureLikeScikitLearn() {
    NEEDS_PEER();
    QFETCH(int, features);
    QFETCH(int, components);
    const auto d = static_cast<std::size_t>(features), k = static_cast<std::size_t>(components);
    const std::vector<double> values = balls(2000, d, 4, 29);
    GaussianMixture start;
    start.features = d;
    start.weights.assign(k, 1.0 / components);
    start.means.assign(values.begin(), values.begin() + components * features);
    for (std::size_t c = 0; c < k; ++c)
      for (std::size_t i = 0; i < d * d; ++i)
        start.covariances.push_back(i % (d + 1) == 0 ? 1.5 : 0);
    Peer peer;
    peer.give("points", std::span(values), {features, 2000, 1});
    peer.give("weights", std::span(start.weights), {components, 1, 1});
    peer.give("means", std::span(start.means), {features, components, 1});
    peer.give("covariances", std::span(start.covariances), {features, features, components});
    const QJsonObject answer = peer.ask("mixture");
    for (const int threads : {1, 3}) {
      GaussianMixtureOptions options;
      options.threads = threads;
      const GaussianMixtureResult result = gaussianMixtureFrom({values, d}, start, options);
      QCOMPARE(result.iterations, answer["iterations"].toInt());
      QCOMPARE(result.cluster, peer.answer<std::int32_t>("labels"));
      QVERIFY(std::abs(result.bic / answer["bic"].toDouble() - 1) < 1e-9);
      QVERIFY(std::abs(result.meanLogLikelihood - answer["score"].toDouble()) < 1e-9);
      const auto near = [](const std::vector<double>& a, const std::vector<double>& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                          [](double x, double y) { return std::abs(x - y) < 1e-8; });
      };
      QVERIFY(near(result.mixture.weights, peer.answer<double>("weights")));
      QVERIFY(near(result.mixture.means, peer.answer<double>("means")));
      QVERIFY(near(result.mixture.covariances, peer.answer<double>("covariances")));
    }
  }

  /// The information criterion finds the number of balls.
  void mixtureCounts() {
    std::vector<double> values = balls(1500, 2, 1, 31);
    for (std::size_t i = 0; i < 1500; ++i)
      values[2 * i] += 4.0 * static_cast<double>(i % 3);
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t k = 1; k <= 5; ++k) {
      GaussianMixtureOptions options;
      options.components = k;
      const auto result = gaussianMixture({values, 2}, options);
      if (result.bic < least) {
        least = result.bic;
        best = k;
      }
    }
    QCOMPARE(best, std::size_t{3});
    GaussianMixtureOptions none;
    none.regularization = 0;
    const std::vector<double> same(40, 1.0);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(gaussianMixture({same, 2}, none)), std::runtime_error);
  }

  void dbscanLikeScikitLearn_data() {
    QTest::addColumn<int>("features");
    QTest::addColumn<double>("radius");
    QTest::addColumn<int>("least");
    QTest::newRow("plane") << 2 << 0.12 << 5;
    QTest::newRow("plane, dense") << 2 << 0.3 << 40;
    QTest::newRow("space") << 3 << 0.25 << 4;
    QTest::newRow("many") << 9 << 1.0 << 6;
    QTest::newRow("all noise") << 2 << 1e-6 << 3;
    QTest::newRow("all one") << 2 << 100.0 << 3;
  }
  void dbscanLikeScikitLearn() {
    NEEDS_PEER();
    QFETCH(int, features);
    QFETCH(double, radius);
    QFETCH(int, least);
    const std::vector<double> values = balls(2500, static_cast<std::size_t>(features), 5, 17);
    Peer peer;
    peer.give("points", std::span(values), {features, 2500, 1});
    peer.ask("dbscan", {{"radius", radius}, {"least", least}});
    for (const int threads : {1, 3}) {
      const DbscanResult result = dbscan({values, static_cast<std::size_t>(features)}, radius, least, {}, threads);
      QCOMPARE(result.cluster, peer.answer<std::int32_t>("labels"));
      const std::set<std::int32_t> found(result.cluster.begin(), result.cluster.end());
      QCOMPARE(result.clusters, static_cast<std::int32_t>(found.size() - found.count(-1)));
    }
  }

  void dbscanEdges() {
    const std::vector<double> values{0, 1, 2, 10, 11, 50};
    QCOMPARE(dbscan({values, 1}, 1, 2).cluster, (std::vector<std::int32_t>{0, 0, 0, 1, 1, -1})); // the rim counts
    QCOMPARE(dbscan({values, 1}, 1, 3).cluster, (std::vector<std::int32_t>{0, 0, 0, -1, -1, -1}));
    QCOMPARE(dbscan({{}, 2}, 1, 3).clusters, 0);
    const std::vector<double> same(200, 4.0); // no side to halve
    QCOMPARE(dbscan({same, 2}, 1, 3).clusters, 1);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(dbscan({values, 1}, 0, 3)), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(dbscan({values, 1}, std::nan(""), 3)), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(dbscan({values, 1}, 1, 0)), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(dbscan({values, 1}, 1, 2, [](double) { return false; })), Cancelled);
  }

  /// Against looking at every pair.
  void neighbours() {
    const std::vector<double> values = balls(700, 3, 4, 23);
    const Samples samples{values, 3};
    const PointTree tree(samples);
    for (std::size_t i = 0; i < 700; i += 13) {
      std::set<std::uint32_t> found, expected;
      tree.within(samples[i], 0.5, [&](std::uint32_t other) { found.insert(other); });
      for (std::uint32_t j = 0; j < 700; ++j)
        if (squaredDistance(samples[i], samples[j]) <= 0.25) expected.insert(j);
      QVERIFY(found == expected);
    }
  }
};

QTEST_GUILESS_MAIN(TestPoints)
#include "test_points.moc"
