#include "methods/evaluation/disagreements.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>

using namespace discern;
using methods::Disagreement;
using methods::DisagreementKind;

namespace {

struct Scene {
  explicit Scene(const methods::Shape3& s) : shape(s), truth(size()), prediction(size()) {}
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(methods::voxelCount(shape)); }
  [[nodiscard]] std::size_t index(std::int64_t x, std::int64_t y, std::int64_t z) const {
    return static_cast<std::size_t>((z * shape[1] + y) * shape[0] + x);
  }

  /// Half-open box [lo, hi).
  void box(std::vector<std::int32_t>& labels, std::array<std::int64_t, 3> lo, std::array<std::int64_t, 3> hi,
           std::int32_t label) const {
    for (std::int64_t z = lo[2]; z < hi[2]; ++z)
      for (std::int64_t y = lo[1]; y < hi[1]; ++y)
        for (std::int64_t x = lo[0]; x < hi[0]; ++x)
          labels[index(x, y, z)] = label;
  }

  [[nodiscard]] std::vector<Disagreement> list(const methods::DisagreementOptions& options = {},
                                               int threads = 2) const {
    const auto table = methods::contingencyTable(truth, prediction);
    return methods::disagreements(truth, prediction, shape, spacing, table, methods::matchInstances(table), options, {},
                                  threads);
  }

  methods::Shape3 shape;
  methods::Spacing3 spacing{1, 1, 1};
  std::vector<std::int32_t> truth, prediction;
};

} // namespace

class TestDisagreements : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void noneWhereAllAgree() {
    Scene scene({20, 20, 20});
    QVERIFY(scene.list().empty());
    scene.box(scene.truth, {2, 2, 2}, {9, 9, 9}, 4);
    scene.box(scene.prediction, {2, 2, 2}, {9, 9, 9}, 70);
    QVERIFY(scene.list().empty());
  }

  void missedAndSpurious() {
    Scene scene({40, 20, 20});
    scene.box(scene.truth, {2, 2, 2}, {9, 9, 9}, 4);
    scene.box(scene.prediction, {20, 5, 5}, {25, 10, 10}, 6);
    const auto list = scene.list();
    QCOMPARE(list.size(), std::size_t{2});
    QCOMPARE(list[0].kind, DisagreementKind::Missed); // the larger one first
    QCOMPARE(list[0].truth, 4);
    QCOMPARE(list[0].prediction, 0);
    QCOMPARE(list[0].voxels, 343);
    QCOMPARE(list[0].iou, 0.0);
    QVERIFY(list[0].position == (std::array<std::int64_t, 3>{5, 5, 5})); // its middle
    QCOMPARE(list[0].cost, 343.0 * 4.0);                                 // four steps from the middle to outside
    QCOMPARE(list[1].kind, DisagreementKind::Spurious);
    QCOMPARE(list[1].prediction, 6);
    QVERIFY(list[1].position == (std::array<std::int64_t, 3>{22, 7, 7}));
    QCOMPARE(list[1].cost, 125.0 * 3.0);
  }

  void splitIsOneItem() {
    Scene scene({40, 20, 20});
    scene.box(scene.truth, {2, 2, 2}, {22, 12, 12}, 5);
    scene.box(scene.prediction, {2, 2, 2}, {14, 12, 12}, 8);
    scene.box(scene.prediction, {14, 2, 2}, {22, 12, 12}, 3);
    const auto list = scene.list();
    QCOMPARE(list.size(), std::size_t{1});
    QCOMPARE(list[0].kind, DisagreementKind::Split);
    QCOMPARE(list[0].truth, 5);
    QCOMPARE(list[0].prediction, 8); // the larger part, which is the match
    QVERIFY(list[0].matched);
    QCOMPARE(list[0].iou, 0.6);
    QVERIFY(list[0].partners == (std::vector<std::int32_t>{3, 8}));
    QCOMPARE(list[0].voxels, 800); // those of the other part
    QCOMPARE(scene.prediction[scene.index(list[0].position[0], list[0].position[1], list[0].position[2])], 3);
  }

  void mergedIsOneItem() {
    Scene scene({40, 20, 20});
    scene.box(scene.truth, {2, 2, 2}, {12, 12, 12}, 5);
    scene.box(scene.truth, {12, 2, 2}, {22, 12, 12}, 6);
    scene.box(scene.truth, {22, 2, 2}, {30, 12, 12}, 9);
    scene.box(scene.prediction, {2, 2, 2}, {30, 12, 12}, 1);
    const auto list = scene.list();
    QCOMPARE(list.size(), std::size_t{1});
    QCOMPARE(list[0].kind, DisagreementKind::Merged);
    QCOMPARE(list[0].prediction, 1);
    QCOMPARE(list[0].truth, 5); // of equal ones the first
    QVERIFY(!list[0].matched);
    QVERIFY(list[0].partners == (std::vector<std::int32_t>{5, 6, 9}));
    QCOMPARE(list[0].voxels, 1800);
  }

  void boundaryPointsAtTheWorstClump() {
    Scene scene({40, 20, 20});
    scene.box(scene.truth, {2, 2, 2}, {14, 14, 14}, 5);
    scene.box(scene.prediction, {2, 2, 2}, {14, 14, 13}, 2);  // a rim is missing,
    scene.box(scene.prediction, {14, 4, 4}, {21, 11, 11}, 2); // and a clump is too much
    methods::DisagreementOptions options;
    options.boundaryIou = 0.9;
    const auto list = scene.list(options);
    QCOMPARE(list.size(), std::size_t{1});
    QCOMPARE(list[0].kind, DisagreementKind::Boundary);
    QVERIFY(list[0].matched);
    QCOMPARE(list[0].truth, 5);
    QCOMPARE(list[0].prediction, 2);
    QCOMPARE(list[0].voxels, 144 + 343);
    QVERIFY(list[0].position == (std::array<std::int64_t, 3>{17, 7, 7}));
    options.boundaryIou = 0.5; // well enough
    QVERIFY(scene.list(options).empty());
  }

  void poorOverlapIsOneItemNotTwo() {
    Scene scene({40, 20, 20});
    scene.box(scene.truth, {2, 2, 2}, {12, 12, 12}, 5);
    scene.box(scene.prediction, {7, 2, 2}, {17, 12, 12}, 2); // IoU 1/3: no match
    auto list = scene.list();
    QCOMPARE(list.size(), std::size_t{1});
    QCOMPARE(list[0].kind, DisagreementKind::Boundary);
    QVERIFY(!list[0].matched);
    QCOMPARE(list[0].voxels, 1000);
    list = scene.list({.partnerIou = 0.4});
    QCOMPARE(list.size(), std::size_t{2});
    QVERIFY(std::any_of(list.begin(), list.end(), [](const auto& d) { return d.kind == DisagreementKind::Missed; }));
    QVERIFY(std::any_of(list.begin(), list.end(), [](const auto& d) { return d.kind == DisagreementKind::Spurious; }));
  }

  void speckInsideAMatchIsSpurious() {
    Scene scene({40, 30, 30});
    scene.box(scene.truth, {2, 2, 2}, {22, 22, 22}, 5);
    scene.box(scene.prediction, {2, 2, 2}, {22, 22, 22}, 2);
    scene.box(scene.prediction, {10, 10, 10}, {13, 13, 13}, 3); // too small a part to be a split
    const auto list = scene.list();
    QCOMPARE(list.size(), std::size_t{1});
    QCOMPARE(list[0].kind, DisagreementKind::Spurious);
    QCOMPARE(list[0].voxels, 27);
  }

  void thickOutranksThinOfTheSameSize() {
    Scene scene({60, 40, 20});
    scene.box(scene.truth, {2, 2, 2}, {10, 10, 10}, 1); // 512 voxels, compact
    scene.box(scene.truth, {14, 2, 5}, {46, 18, 6}, 2); // 512 voxels, a sheet
    const auto list = scene.list();
    QCOMPARE(list.size(), std::size_t{2});
    QCOMPARE(list[0].truth, 1);
    QCOMPARE(list[0].voxels, list[1].voxels);
    QCOMPARE(list[1].cost, 512.0);
  }

  void worldUnits() {
    Scene scene({20, 20, 20});
    scene.spacing = {1, 1, 3};
    scene.box(scene.truth, {2, 2, 2}, {9, 9, 9}, 4);
    QCOMPARE(scene.list()[0].cost, 343.0 * 3 * 4); // volume 3 a voxel, four units across x or y to the outside
    Scene plane({20, 20, 1});
    plane.spacing = {2, 2, 100};
    plane.box(plane.truth, {2, 2, 0}, {7, 7, 1}, 4);
    QCOMPARE(plane.list()[0].cost, 25.0 * 4 * 6); // an area; the third axis doesn't count
    QVERIFY(plane.list()[0].position == (std::array<std::int64_t, 3>{4, 4, 0}));
  }

  void wholePlaneWrong() {
    Scene scene({5, 5, 1});
    std::fill(scene.truth.begin(), scene.truth.end(), 3);
    const auto list = scene.list();
    QCOMPARE(list.size(), std::size_t{1});
    QCOMPARE(list[0].voxels, 25);
    QCOMPARE(list[0].cost, 75.0);
    Scene one({1, 1, 1});
    one.truth[0] = 1;
    QCOMPARE(one.list().size(), std::size_t{1});
    QVERIFY(std::isfinite(one.list()[0].cost));
  }

  /// On random volumes: nobody twice, positions inside, every wrong voxel of a listed instance in exactly one item.
  void invariantsOnRandomVolumes() {
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
      Scene scene({30, 24, 12});
      std::mt19937 random(seed);
      const auto below = [&](std::int64_t n) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(n));
      };
      for (int k = 0; k < 14; ++k) {
        const std::array<std::int64_t, 3> lo{below(22), below(16), below(7)};
        const std::array<std::int64_t, 3> hi{lo[0] + 2 + below(7), lo[1] + 2 + below(7), lo[2] + 2 + below(4)};
        scene.box(scene.truth, lo, hi, 1 + k);
        const std::int64_t shift = below(3);
        if (k % 5 != 0)
          scene.box(scene.prediction, {lo[0] + shift, lo[1], lo[2]},
                    {std::min<std::int64_t>(hi[0] + shift, 30), hi[1], hi[2]}, 100 + (k % 3 == 0 ? k : k / 2));
      }
      const auto table = methods::contingencyTable(scene.truth, scene.prediction);
      const auto matching = methods::matchInstances(table);
      const auto list = scene.list();
      std::set<std::int32_t> truths, predictions;
      std::int64_t total = 0;
      double last = std::numeric_limits<double>::infinity();
      for (const Disagreement& d : list) {
        QVERIFY(d.cost <= last);
        last = d.cost;
        total += d.voxels;
        std::set<std::int32_t> own;
        if (d.kind == DisagreementKind::Merged) own.insert(d.partners.begin(), d.partners.end());
        if (d.truth > 0) own.insert(d.truth);
        for (const std::int32_t t : own)
          QVERIFY2(truths.insert(t).second, "a truth is listed twice");
        own.clear();
        if (d.kind == DisagreementKind::Split) own.insert(d.partners.begin(), d.partners.end());
        if (d.prediction > 0) own.insert(d.prediction);
        for (const std::int32_t p : own)
          QVERIFY2(predictions.insert(p).second, "a prediction is listed twice");
        const std::size_t at = scene.index(d.position[0], d.position[1], d.position[2]);
        const std::int32_t t = scene.truth[at], p = scene.prediction[at];
        QVERIFY2(t != d.truth || p != d.prediction || t == 0 || p == 0, "the position is where the pair agrees");
        QVERIFY2(truths.contains(t) || predictions.contains(p), "the position is outside the disagreement");
      }
      for (const std::int32_t t :
           matching.missed) // whoever has no match is explained by some item, if it has voxels of its own
        if (!truths.contains(t)) QVERIFY(std::find(scene.truth.begin(), scene.truth.end(), t) == scene.truth.end());
      std::map<std::int32_t, std::int32_t> matchOf;
      for (const auto& m : matching.matches)
        matchOf[m.truth] = m.prediction;
      std::int64_t expected = 0;
      for (std::size_t i = 0; i < scene.size(); ++i) {
        const std::int32_t t = scene.truth[i], p = scene.prediction[i];
        if (!truths.contains(t) && !predictions.contains(p)) continue;
        bool agrees = matchOf.contains(t) && matchOf[t] == p;
        for (const Disagreement& d : list)
          agrees = agrees || (d.truth > 0 && d.prediction > 0 && d.truth == t && d.prediction == p);
        expected += agrees ? 0 : 1;
      }
      QCOMPARE(total, expected);
      const auto again = scene.list({}, 5);
      QVERIFY(std::equal(list.begin(), list.end(), again.begin(), again.end(), [](const auto& a, const auto& b) {
        return a.kind == b.kind && a.truth == b.truth && a.prediction == b.prediction && a.cost == b.cost &&
               a.position == b.position;
      }));
    }
  }

  void refusesNonsense() {
    Scene scene({4, 4, 4}), other({4, 4, 5});
    scene.box(scene.truth, {0, 0, 0}, {2, 2, 2}, 1);
    const auto table = methods::contingencyTable(scene.truth, scene.prediction);
    const auto matching = methods::matchInstances(table);
    QVERIFY_EXCEPTION_THROWN(
        (void)methods::disagreements(scene.truth, other.prediction, scene.shape, {1, 1, 1}, table, matching),
        std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(
        (void)methods::disagreements(other.truth, other.prediction, other.shape, {1, 1, 1}, table, matching),
        std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN((void)methods::disagreements(scene.truth, scene.prediction, scene.shape, {1, 1, 1}, table,
                                                          matching, {}, [](double) { return false; }),
                             methods::Cancelled);
    QCOMPARE(methods::nameOf(DisagreementKind::Split), std::string_view("split"));
  }
};

QTEST_APPLESS_MAIN(TestDisagreements)
#include "test_disagreements.moc"
