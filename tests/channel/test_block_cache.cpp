#include "channel/client/block_cache.h"
#include "channel/test_dataset.h"

#include <QTest>
#include <cstring>

using namespace discern;
using namespace discern::channel;

namespace {

const data::FieldProvider::Key key{"/a", "wave"};

data::BlockPtr blockOf(const data::FieldSource& field, const data::Slab& slab) {
  auto block = std::make_shared<data::Block>();
  block->slab = slab;
  block->type = field.info().type;
  const auto bytes = std::make_shared<std::vector<std::byte>>(block->size());
  field.read(slab, *bytes);
  block->bytes = {bytes, bytes->data()};
  return block;
}

data::Slab plane(std::int64_t k, std::int64_t time = 0) { return {{{0, 0, k}, {64, 48, k + 1}}, time, 0, 0}; }

} // namespace

class TestBlockCache : public QObject {
  Q_OBJECT
  std::shared_ptr<data::FieldSource> field_ = test::waveField();

private Q_SLOTS:
  void theBudgetIsNeverExceeded() {
    const std::size_t one = 8192; // 64 × 48 × 2 bytes in whole pages
    BlockCache cache(5 * one + 100);
    for (std::int64_t k = 0; k < 32; ++k) {
      cache.insert(key, blockOf(*field_, plane(k)));
      QVERIFY(cache.bytes() <= 5 * one + 100);
    }
    QCOMPARE(cache.blocks(), std::size_t{5});
    QVERIFY(cache.find(key, plane(31)));
    QVERIFY(!cache.find(key, plane(26)));
  }

  void whatWasUsedLeastRecentlyGoesFirst() {
    BlockCache cache(3 * 8192);
    for (const std::int64_t k : {0, 1, 2})
      cache.insert(key, blockOf(*field_, plane(k)));
    QVERIFY(cache.find(key, plane(0)));
    cache.insert(key, blockOf(*field_, plane(3)));
    QVERIFY(cache.find(key, plane(0)));
    QVERIFY(!cache.find(key, plane(1)));
  }

  void aBlockLargerThanTheBudgetIsNotKept() {
    BlockCache cache(8192);
    cache.insert(key, blockOf(*field_, plane(0)));
    cache.insert(key, blockOf(*field_, {{{0, 0, 0}, {64, 48, 32}}, 0, 0, 0}));
    QCOMPARE(cache.blocks(), std::size_t{1});
    QVERIFY(cache.find(key, plane(0)));
  }

  void theSameBlockTwiceCountsOnce() {
    BlockCache cache(1 << 20);
    cache.insert(key, blockOf(*field_, plane(0)));
    cache.insert(key, blockOf(*field_, plane(0)));
    QCOMPARE(cache.blocks(), std::size_t{1});
    QCOMPARE(cache.bytes(), std::size_t{8192});
  }

  void slabsAreToldApart() {
    BlockCache cache(1 << 20);
    cache.insert(key, blockOf(*field_, plane(1, 1)));
    QVERIFY(cache.find(key, plane(1, 1)));
    QVERIFY(!cache.find(key, plane(1, 0)));
    QVERIFY(!cache.find({"/b", "wave"}, plane(1, 1)));
    QVERIFY(!cache.find({"/a", "other"}, plane(1, 1)));
    data::Slab other = plane(1, 1);
    other.component = 1;
    QVERIFY(!cache.find(key, other));
  }

  void aFileIsForgottenWhole() {
    BlockCache cache(1 << 20);
    cache.insert(key, blockOf(*field_, {{{0, 0, 0}, {64, 48, 2}}, 0, 0, 0}));
    cache.insert(key, blockOf(*field_, plane(1)));
    cache.insert({"/b", "wave"}, blockOf(*field_, plane(1)));
    cache.erase("/a");
    QCOMPARE(cache.blocks(), std::size_t{1});
    QCOMPARE(cache.bytes(), std::size_t{8192});
    QVERIFY(!cache.findAround(key, plane(1)));
  }

  void aPlaneIsCutFromAVolume() {
    BlockCache cache(10 << 20);
    cache.insert(key, blockOf(*field_, {{{2, 3, 4}, {60, 40, 30}}, 3, 1, 0}));
    const std::vector<data::Slab> inside{{{{5, 3, 4}, {6, 40, 30}}, 3, 1, 0},
                                         {{{2, 20, 4}, {60, 21, 30}}, 3, 1, 0},
                                         {{{7, 8, 9}, {11, 13, 10}}, 3, 1, 0}};
    for (const data::Slab& slab : inside) {
      const auto volume = cache.findAround(key, slab);
      QVERIFY(volume);
      const auto part = cut(*volume, slab);
      const auto direct = blockOf(*field_, slab);
      QCOMPARE(part->slab, slab);
      QCOMPARE(part->size(), direct->size());
      QCOMPARE(std::memcmp(part->bytes.get(), direct->bytes.get(), part->size()), 0);
    }
    QVERIFY(!cache.findAround(key, {{{5, 3, 4}, {6, 41, 30}}, 3, 1, 0}));
    QVERIFY(!cache.findAround(key, {{{5, 3, 4}, {6, 40, 30}}, 2, 1, 0}));
  }
};

QTEST_GUILESS_MAIN(TestBlockCache)
#include "test_block_cache.moc"
