#include "methods/graph/force_layout.h"
#include "methods/hierarchy/leaf_order.h"
#include "peer.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace discern::methods;
using namespace discern::tests;

namespace {

/// Points in the plane, the same everywhere.
std::vector<double> points(std::size_t n, std::uint32_t seed) {
  const auto numbers = randomNumbers(2 * n, 1'000'000, seed);
  std::vector<double> values(numbers.size());
  std::transform(numbers.begin(), numbers.end(), values.begin(), [](std::uint32_t v) { return v / 1e6; });
  return values;
}

const std::pair<Linkage, const char*> ways[] = {{Linkage::Single, "single"},
                                                {Linkage::Complete, "complete"},
                                                {Linkage::Average, "average"},
                                                {Linkage::Ward, "ward"}};

bool isOrder(std::vector<std::int32_t> order, std::size_t n) {
  std::sort(order.begin(), order.end());
  std::vector<std::int32_t> all(n);
  std::iota(all.begin(), all.end(), 0);
  return order == all;
}

} // namespace

class TestHierarchy : public QObject {
  Q_OBJECT
private Q_SLOTS:
  /// SciPy 1.10: linkage(pdist([[0,0],[0,1],[4,0],[4,3],[10,10]]), method).
  void theMergesOfSciPy() {
    const std::vector<double> values{0, 0, 0, 1, 4, 0, 4, 3, 10, 10};
    const auto distances = rowDistances(values, 5, 2);
    QCOMPARE(distances.size(), std::size_t(10));
    QCOMPARE(distances[pairPlace(5, 2, 3)], 3.0);
    const auto average = linkage(distances, 5, Linkage::Average);
    const std::vector<double> heights{1, 3, 4.39881039515431, 12.119301979447037};
    for (std::size_t m = 0; m < 4; ++m)
      QVERIFY2(std::abs(average[m].height - heights[m]) < 1e-12,
               qPrintable(QString::number(average[m].height, 'g', 17)));
    QCOMPARE(average[0].a, 0);
    QCOMPARE(average[0].b, 1);
    QCOMPARE(average[2].a, 5);
    QCOMPARE(average[2].b, 6);
    QCOMPARE(average[3].size, 5);
    const auto ward = linkage(distances, 5, Linkage::Ward);
    const std::vector<double> wardHeights{1, 3, 5.830951894845301, 15.231546211727817};
    for (std::size_t m = 0; m < 4; ++m)
      QVERIFY2(std::abs(ward[m].height - wardHeights[m]) < 1e-12, qPrintable(QString::number(ward[m].height, 'g', 17)));
  }

  void sciPyAgreesOnRandomPoints() {
    NEEDS_PEER();
    constexpr std::size_t n = 60;
    const auto distances = rowDistances(points(n, 7), n, 2);
    for (const auto& [how, name] : ways) {
      Peer peer;
      peer.give("distances", distances, {static_cast<std::int64_t>(distances.size()), 1, 1});
      peer.ask("linkage", {{"method", name}});
      const auto theirs = peer.answer<double>("merges"); // a, b, height, size
      const auto ours = linkage(distances, n, how);
      for (std::size_t m = 0; m + 1 < n; ++m) {
        QCOMPARE(static_cast<double>(ours[m].a), theirs[4 * m]);
        QCOMPARE(static_cast<double>(ours[m].b), theirs[4 * m + 1]);
        QVERIFY(std::abs(ours[m].height - theirs[4 * m + 2]) < 1e-10);
        QCOMPARE(static_cast<double>(ours[m].size), theirs[4 * m + 3]);
      }
      // SciPy's order is of the same tree, and never shorter (1.10 does not always find the shortest).
      const auto theirOrder = peer.answer<std::int32_t>("order");
      const auto ourOrder = optimalLeafOrder(ours, distances, n);
      QVERIFY(isOrder(ourOrder, n));
      QVERIFY(isOrder(theirOrder, n));
      QVERIFY(pathLength(ourOrder, distances, n) < pathLength(theirOrder, distances, n) + 1e-9);
    }
  }

  void theBestOfAllTurnings() {
    // Every way to turn over the merges of a small tree, tried out.
    constexpr std::size_t n = 8;
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
      const auto distances = rowDistances(points(n, seed), n, 2);
      const auto merges = linkage(distances, n, Linkage::Average);
      double least = std::numeric_limits<double>::infinity();
      for (unsigned turns = 0; turns < (1U << (n - 1)); ++turns) {
        std::vector<std::vector<std::int32_t>> leaves(2 * n - 1);
        for (std::size_t i = 0; i < n; ++i)
          leaves[i] = {static_cast<std::int32_t>(i)};
        for (std::size_t m = 0; m < merges.size(); ++m) {
          auto first = leaves[static_cast<std::size_t>(merges[m].a)];
          auto second = leaves[static_cast<std::size_t>(merges[m].b)];
          if (turns >> m & 1U) std::swap(first, second);
          first.insert(first.end(), second.begin(), second.end());
          leaves[n + m] = first;
        }
        least = std::min(least, pathLength(leaves.back(), distances, n));
      }
      QVERIFY(std::abs(pathLength(optimalLeafOrder(merges, distances, n), distances, n) - least) < 1e-12);
    }
  }

  void missingNumbersAndSmallTrees() {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> values{0, 0, 3, nan, nan, nan};
    const auto distances = rowDistances(values, 3, 2);
    QCOMPARE(distances[0], 3 * std::sqrt(2.0)); // one coordinate stands for both
    QCOMPARE(distances[1], distances[0]);       // nothing in common: as far as the farthest
    QVERIFY(linkage({}, 1, Linkage::Ward).empty());
    QCOMPARE(optimalLeafOrder({}, {}, 1), std::vector<std::int32_t>{0});
    QVERIFY_EXCEPTION_THROWN((void)linkage({1, 2}, 3, Linkage::Ward), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN((void)linkage({nan}, 2, Linkage::Ward), std::invalid_argument);
  }

  void springsPullTogetherWhatIsJoined() {
    // Two cliques of five with one edge between: every pair inside nearer than any across but that edge's.
    std::vector<WeightedEdge> edges{{4, 5, 1}};
    for (int clique = 0; clique < 2; ++clique)
      for (int a = 0; a < 5; ++a)
        for (int b = a + 1; b < 5; ++b)
          edges.push_back({5 * clique + a, 5 * clique + b, 1});
    const auto places = forceLayout(10, edges);
    const auto apart = [&](std::size_t a, std::size_t b) {
      return std::hypot(places[a][0] - places[b][0], places[a][1] - places[b][1]);
    };
    for (std::size_t a = 0; a < 4; ++a)
      for (std::size_t b = a + 1; b < 5; ++b)
        for (std::size_t other = 6; other < 10; ++other)
          QVERIFY(apart(a, b) < apart(a, other));
    QVERIFY(places == forceLayout(10, edges)); // the same graph, the same picture
    QVERIFY_EXCEPTION_THROWN((void)forceLayout(2, std::vector<WeightedEdge>{{0, 2, 1}}), std::invalid_argument);
  }

  void equalDistancesEnd() {
    const std::vector<double> distances(50 * 49 / 2, 1.0);
    for (const auto& [how, name] : ways) {
      const auto merges = linkage(distances, 50, how);
      QCOMPARE(merges.back().size, 50);
      QVERIFY(isOrder(leafOrder(merges, 50), 50));
    }
  }
};

QTEST_MAIN(TestHierarchy)
#include "test_hierarchy.moc"
