// What a panel asks for of a file on another machine: coarse first, fine where the hand rests.
#include "channel/far_fixture.h"
#include "scene/coarse.h"
#include "scene/feed.h"

#include <QElapsedTimer>
#include <set>

using namespace discern;
using namespace discern::test;

namespace {

const std::string path = "ssh://far/x.512x512x64.volume";

data::Slab plane(std::int64_t k) { return {{{0, 0, k}, {512, 512, k + 1}}, 0, 0, 0}; }

} // namespace

class TestFarFeed : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void theCoarserSlabIsTheSamePlace() {
    data::FieldInfo field;
    field.type = data::ScalarType::UInt16;
    field.shape = {2000, 1500, 1000};
    field.levels = 6;
    const data::Slab slab{{{0, 256, 501}, {2000, 1500, 502}}, 3, 0, 0};
    const auto coarse = scene::coarserOf(field, slab);
    QVERIFY(coarse);
    QCOMPARE(coarse->level, 3);
    QCOMPARE(coarse->time, 3);
    QCOMPARE(coarse->box.lo, (data::Index3{0, 32, 62}));
    QCOMPARE(coarse->box.hi, (data::Index3{250, field.shapeAt(3)[1], 63}));
    field.levels = 1;
    QVERIFY(!scene::coarserOf(field, slab));
    field.levels = 6;
    QVERIFY(!scene::coarserOf(field, {{{0, 0, 5}, {200, 200, 6}}, 0, 0, 0})); // small enough as it is
  }

  void coarseComesFirstAndFineFollows() {
    FarClient test;
    QCOMPARE(test.open(path), std::string());
    std::vector<int> levels;
    scene::Feed* at = nullptr;
    scene::Feed feed(test.client, {this, 0}, [&] {
      if (at->block()) levels.push_back(at->block()->slab.level);
    });
    at = &feed;
    feed.want({path, "volume"}, plane(3), data::Priority::Cursor);
    QTRY_VERIFY(feed.settled());
    QCOMPARE(levels, (std::vector<int>{1, 0}));
    QVERIFY(sameAs(*volumeField({512, 512, 64}), plane(3), feed.block()));
    // What was read is shown as it is, at once.
    feed.want({path, "volume"}, plane(4), data::Priority::Cursor);
    QTRY_VERIFY(feed.settled());
    levels.clear();
    feed.want({path, "volume"}, plane(3), data::Priority::Cursor);
    QTRY_VERIFY(feed.settled());
    QCOMPARE(levels, std::vector<int>{0});
  }

  /// Forty planes at 60 a second over 100 ms there and back: the picture follows, and what moves is little.
  void thePictureFollowsAHandThatIsFasterThanTheLink() {
    FarClient test;
    QCOMPARE(test.open(path), std::string());
    std::set<std::int64_t> shown;
    std::int64_t last = -1;
    bool backwards = false;
    scene::Feed* at = nullptr;
    scene::Feed feed(test.client, {this, 0}, [&] {
      const data::BlockPtr block = at->block();
      if (!block) return;
      const std::int64_t k = block->slab.box.lo[2] << block->slab.level;
      backwards = backwards || k < last;
      last = k;
      shown.insert(k);
    });
    at = &feed;
    const std::uint64_t before = test.client.received("far");
    for (std::int64_t k = 0; k < 40; ++k) {
      feed.want({path, "volume"}, plane(k), data::Priority::Cursor);
      QTest::qWait(16);
    }
    const std::uint64_t moved = test.client.received("far") - before;
    QVERIFY2(shown.size() >= 4, qPrintable(QString::number(shown.size())));
    QVERIFY(!backwards);
    QVERIFY2(moved < 40 * 150'000, qPrintable(QString::number(moved))); // fine planes would be half a megabyte each
    QTRY_VERIFY(feed.settled());
    QVERIFY(sameAs(*volumeField({512, 512, 64}), plane(39), feed.block()));
  }
};

QTEST_GUILESS_MAIN(TestFarFeed)
#include "test_far_feed.moc"
