// What was read of a file on another machine, the next day: the data service of this build as a second process.
#include "channel/far_fixture.h"

#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>

using namespace discern;
using namespace discern::test;

namespace {

constexpr std::int64_t side = 200, depth = 12;

data::Slab planeOf(std::int64_t k, int level = 0) {
  const std::int64_t shape = (side + (1 << level) - 1) >> level;
  return {{{0, 0, k}, {shape, shape, k + 1}}, 0, 0, level};
}

std::uint16_t valueAt(std::int64_t i, unsigned seed) {
  auto mixed = (static_cast<std::uint64_t>(i) + seed * 1000003u) * 0x9E3779B97F4A7C15u;
  mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9u;
  return static_cast<std::uint16_t>(mixed >> 33);
}

/// Noise, as an .npy file.
void writeNoise(const QString& path, unsigned seed) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::ReadWrite)); // the same file, if it is there
  QByteArray header = "{'descr': '<u2', 'fortran_order': False, 'shape': (12, 200, 200), }";
  header = header.leftJustified(117, ' ') + '\n';
  file.write(QByteArray("\x93NUMPY\x01\x00", 8) + char(118) + '\0' + header);
  QByteArray values(side * side * depth * 2, '\0');
  auto* to = reinterpret_cast<std::uint16_t*>(values.data());
  for (std::int64_t i = 0; i < side * side * depth; ++i)
    to[i] = valueAt(i, seed);
  file.write(values);
}

bool isPlane(const data::BlockPtr& block, std::int64_t k, unsigned seed) {
  if (!block || block->size() != side * side * 2) return false;
  for (std::int64_t i = 0; i < side * side; ++i)
    if (block->as<std::uint16_t>()[i] != valueAt(k * side * side + i, seed)) return false;
  return true;
}

/// After this, times of change tell that a file is no longer being written.
void growOld() { QTest::qSleep(3100); }

} // namespace

class TestKeptFar : public QObject {
  Q_OBJECT
  QTemporaryDir folder_;

  [[nodiscard]] QString path(const char* name) const { return folder_.filePath(QLatin1String(name)); }
  [[nodiscard]] std::string far(const char* name) const { return "ssh://far" + path(name).toStdString(); }
  [[nodiscard]] QString keptFolder() const { return path("kept"); }

  [[nodiscard]] std::unique_ptr<FarClient> client(std::size_t cacheBytes = std::size_t{64} << 20,
                                                  std::vector<std::string> more = {}) const {
    const std::string cache = "XDG_CACHE_HOME=" + path("cache there").toStdString();
    const auto connect = [cache, more](const std::string&, bool) {
      channel::ServiceCommand command{{DISCERN_BINARY_DIR "/bin/discern-run", "serve", "--pipe"}, {cache}};
      command.words.insert(command.words.end(), more.begin(), more.end());
      return command;
    };
    return std::make_unique<FarClient>(connect, cacheBytes, keptFolder().toStdString());
  }
  [[nodiscard]] QStringList keptFiles() const {
    QStringList files;
    for (QDirIterator it(keptFolder(), QDir::Files, QDirIterator::Subdirectories); it.hasNext();)
      files << it.next();
    return files;
  }
  static std::uint64_t moved(const FarClient& test) { return test.client.received("far"); }

private Q_SLOTS:
  void initTestCase() {
    for (const char* name : {"a.npy", "b.npy", "c.npy", "d.npy", "e.npy", "f.npy"})
      writeNoise(path(name), 1);
    QFile header(path("e.nhdr"));
    QVERIFY(header.open(QIODevice::WriteOnly));
    header.write("NRRD0004\ntype: unsigned short\ndimension: 3\nsizes: 200 200 12\nencoding: raw\nendian: little\n"
                 "byte skip: 128\ndata file: e.npy\n\n");
    header.close();
    growOld();
  }
  void init() { QDir(keptFolder()).removeRecursively(); }

  void theNextDayNothingTravels() {
    const auto first = client();
    QCOMPARE(first->open(far("a.npy")), std::string());
    for (int k = 0; k < 4; ++k)
      QVERIFY(isPlane(first->read(far("a.npy"), planeOf(k)).block, k, 1));
    QVERIFY2(moved(*first) > 4 * side * side * 2, qPrintable(QString::number(moved(*first))));
    QTRY_COMPARE(keptFiles().size(), 4);

    const auto second = client();
    QCOMPARE(second->open(far("a.npy")), std::string());
    QTRY_VERIFY(second->client.isNear({far("a.npy"), ""}, planeOf(2)));
    QVERIFY(!second->client.isNear({far("a.npy"), ""}, planeOf(9)));
    const auto before = moved(*second);
    for (int k = 0; k < 4; ++k)
      QVERIFY(isPlane(second->read(far("a.npy"), planeOf(k)).block, k, 1));
    QCOMPARE(moved(*second), before);
    QVERIFY(isPlane(second->read(far("a.npy"), planeOf(9)).block, 9, 1)); // and what isn't there travels
    QVERIFY(moved(*second) > before + side * side * 2);
    QTRY_COMPARE(keptFiles().size(), 5);
  }

  void aChangedFileIsReadAnew() {
    {
      const auto first = client();
      QVERIFY(isPlane(first->read(far("b.npy"), planeOf(3)).block, 3, 1));
      QTRY_COMPARE(keptFiles().size(), 1);
    }
    const QString old = keptFiles().value(0);
    writeNoise(path("b.npy"), 2); // the same size, the same place
    const auto second = client();
    QVERIFY(isPlane(second->read(far("b.npy"), planeOf(3)).block, 3, 2));
    growOld();
    QCOMPARE(keptFiles(), QStringList{old}); // nothing of a file that may be being written
    const auto third = client();
    QVERIFY(isPlane(third->read(far("b.npy"), planeOf(3)).block, 3, 2));
    QTRY_VERIFY(keptFiles().size() == 1 && keptFiles().value(0) != old);
  }

  /// It is kept, it is not in memory, and the file changes while it is open.
  void aChangeIsNoticedBeforeWhatIsKeptIsShown() {
    const auto test = client(1);
    QVERIFY(isPlane(test->read(far("c.npy"), planeOf(5)).block, 5, 1));
    QTRY_COMPARE(keptFiles().size(), 1);
    QSignalSpy changed(&test->client, &channel::Client::fileChanged);
    const auto before = moved(*test);
    QVERIFY(isPlane(test->read(far("c.npy"), planeOf(5)).block, 5, 1));
    QCOMPARE(moved(*test), before);
    writeNoise(path("c.npy"), 2);
    QTest::qSleep(5500);
    QVERIFY(isPlane(test->read(far("c.npy"), planeOf(5)).block, 5, 2));
    QTRY_COMPARE(changed.count(), 1);
  }

  void aDamagedBlockTravelsAgain() {
    {
      const auto first = client();
      QVERIFY(isPlane(first->read(far("d.npy"), planeOf(1)).block, 1, 1));
      QTRY_COMPARE(keptFiles().size(), 1);
    }
    QFile file(keptFiles().value(0));
    QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(file.size() / 2));
    file.write("damage");
    file.close();
    const auto second = client();
    QVERIFY(isPlane(second->read(far("d.npy"), planeOf(1)).block, 1, 1));
    QVERIFY(moved(*second) > side * side * 2);
    const auto third = client();
    third->open(far("d.npy"));
    const auto before = moved(*third);
    QVERIFY(isPlane(third->read(far("d.npy"), planeOf(1)).block, 1, 1));
    QCOMPARE(moved(*third), before);
  }

  /// Where what can be said of a file says nothing of its values, they are not kept.
  void ofAPairOfFilesNothingIsKept() {
    const auto test = client();
    QVERIFY(isPlane(test->read(far("e.nhdr"), planeOf(1)).block, 1, 1));
    QVERIFY(isPlane(test->read(far("e.npy"), planeOf(1)).block, 1, 1));
    QTRY_COMPARE(keptFiles().size(), 1);
    QTest::qWait(200);
    QCOMPARE(keptFiles().size(), 1);
  }

  /// While the machine there makes coarser levels, samples stand in for them: these are not kept.
  void coarseLevelsAreKeptOnceTheyAreMade() {
    const std::vector<std::string> early{"--pyramid-from", "1"};
    std::vector<std::byte> best;
    {
      const auto first = client(1, early);
      QSignalSpy refined(&first->client, &channel::Client::refined);
      const auto sample = first->read(far("f.npy"), planeOf(1, 1));
      QVERIFY(sample.block);
      QVERIFY(isPlane(first->read(far("f.npy"), planeOf(1)).block, 1, 1)); // after it in the queue
      QTRY_COMPARE(keptFiles().size(), 1);                                 // the fine one alone
      QTRY_VERIFY(!refined.isEmpty());
      const auto mean = first->read(far("f.npy"), planeOf(1, 1));
      QVERIFY(mean.block && mean.block->size() == sample.block->size());
      QVERIFY(std::memcmp(mean.block->bytes.get(), sample.block->bytes.get(), mean.block->size()) != 0);
      best.assign(mean.block->bytes.get(), mean.block->bytes.get() + mean.block->size());
      QTRY_COMPARE(keptFiles().size(), 2);
    }
    const auto second = client(1, early);
    second->open(far("f.npy"));
    const auto before = moved(*second);
    const auto again = second->read(far("f.npy"), planeOf(1, 1));
    QVERIFY(again.block && std::memcmp(again.block->bytes.get(), best.data(), best.size()) == 0);
    QVERIFY2(moved(*second) < before + 1000, qPrintable(QString::number(moved(*second) - before)));
  }
};

QTEST_GUILESS_MAIN(TestKeptFar)
#include "test_kept_far.moc"
