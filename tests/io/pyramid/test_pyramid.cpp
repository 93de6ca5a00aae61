#include "io/pyramid/halve.h"
#include "io/pyramid/refinery.h"
#include "io/reading.h"

#include <QtTest>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <atomic>
#include <random>

using namespace discern;

namespace {

/// A field that counts how often a piece of it is read, and how often a coarse level.
class Counted final : public data::FieldSource {
public:
  explicit Counted(std::shared_ptr<const data::FieldSource> field) : field_(std::move(field)) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return field_->info(); }
  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    const data::Index3 shape = slab.box.shape();
    if (slab.level == 0 && shape[0] == 201 && (shape[1] == 64 || shape[1] == 22)) ++pieces;
    if (slab.level > 0) ++samplings;
    if (broken) throw data::ReadError("field", "the disk is gone");
    field_->read(slab, out);
  }
  [[nodiscard]] int storedLevels() const override { return ownLevels; }
  mutable std::atomic<int> pieces{0}, samplings{0};
  std::atomic<bool> broken{false};
  int ownLevels = 1;

private:
  std::shared_ptr<const data::FieldSource> field_;
};

class OneField final : public data::Dataset {
public:
  OneField(const std::string& path, std::shared_ptr<const data::FieldSource> field) : field_(std::move(field)) {
    info_.path = path;
    info_.fields = {field_->info()};
  }
  [[nodiscard]] const data::DatasetInfo& info() const override { return info_; }
  [[nodiscard]] std::shared_ptr<const data::FieldSource> field(std::string_view) const override { return field_; }

private:
  std::shared_ptr<const data::FieldSource> field_;
  data::DatasetInfo info_;
};

data::FieldInfo waves(bool labels = false) {
  data::FieldInfo info;
  info.name = "waves";
  info.type = data::ScalarType::UInt16;
  info.shape = {201, 150, 131};
  info.levels = 3;
  info.labels = labels;
  return info;
}

std::vector<std::byte> valuesOf(const data::FieldInfo& info) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(info.voxels()) * 2);
  std::mt19937 random(5);
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const auto value = static_cast<std::uint16_t>(random() % 1000);
    std::memcpy(bytes.data() + i, &value, 2);
  }
  return bytes;
}

} // namespace

class TestPyramid : public QObject {
  Q_OBJECT

private:
  std::unique_ptr<QTemporaryDir> folder_;
  std::shared_ptr<Counted> source_;
  std::string path_;

  /// A service's refinery over the one file there is.
  struct Service {
    explicit Service(io::Refinery::Options options, const std::string& path, std::shared_ptr<Counted> source)
        : refinery(std::move(options)), dataset(refinery.around(std::make_shared<OneField>(path, std::move(source)))),
          field(dataset->field("")) {}
    io::Refinery refinery;
    std::shared_ptr<data::Dataset> dataset;
    std::shared_ptr<const data::FieldSource> field;
  };

  [[nodiscard]] QString cache() const { return folder_->filePath("cache"); }
  io::Refinery::Options options(std::int64_t most = std::int64_t{1} << 30) {
    io::Refinery::Options all;
    QDir().mkpath(cache());
    all.cache = std::make_shared<io::PyramidCache>(cache().toStdString(), most);
    all.limits.from = 1;
    all.limits.pieceBytes = 64 * 201 * 64 * 2; // 64 rows of 64 planes: 3 × 3 pieces
    all.tell = [this](const io::Refinement& now) {
      const std::lock_guard lock(mutex_);
      told_.push_back(now);
    };
    return all;
  }
  [[nodiscard]] io::Refinement last() {
    const std::lock_guard lock(mutex_);
    return told_.empty() ? io::Refinement{} : told_.back();
  }
  static bool rest(const io::Refinery& refinery) {
    return QTest::qWaitFor([&] { return refinery.idle(); }, 20'000);
  }
  static std::vector<std::byte> bytesOf(const data::FieldSource& field, const data::Slab& slab) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(slab.box.voxels()) * data::sizeOf(field.info().type));
    field.read(slab, bytes);
    return bytes;
  }
  /// Every level is what halving the whole field gives.
  void checkLevels(const data::FieldSource& field) {
    const auto wanted = io::halved(field.info(), valuesOf(field.info()), field.info().shape, 2);
    for (int level = 1; level <= 2; ++level)
      QVERIFY(bytesOf(field, test::wholeSlab(field.info(), 0, 0, level)) ==
              wanted[static_cast<std::size_t>(level) - 1]);
  }
  [[nodiscard]] QStringList pieces() const {
    QStringList all;
    for (const QString& name : QDir(cache()).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
      for (const QString& piece : QDir(cache() + '/' + name).entryList({"*.h5"}, QDir::Files))
        all << cache() + '/' + name + '/' + piece;
    return all;
  }
  void builtOnce() {
    Service service(options(), path_, source_);
    (void)service.field->exactStatistics(0, 0);
    QVERIFY(rest(service.refinery));
  }

  std::mutex mutex_;
  std::vector<io::Refinement> told_;

private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    path_ = folder_->filePath("field.raw").toStdString();
    QFile file(QString::fromStdString(path_));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(100'000, 'x'));
    source_ = std::make_shared<Counted>(data::memoryField(waves(), valuesOf(waves())));
    told_.clear();
  }

  void levelsAndStatisticsAreMadeWhenTheyAreAskedFor() {
    Service service(options(), path_, source_);
    QVERIFY(service.refinery.idle()); // nobody asked yet
    QVERIFY(data::statistics(*service.field, 0, 0).sampled);
    QVERIFY(rest(service.refinery));
    QCOMPARE(last().state, io::Refinement::State::Done);
    QCOMPARE(last().done, last().total);
    QCOMPARE(last().total, waves().voxels() * 2);
    QCOMPARE(pieces().size(), 9);
    QCOMPARE(source_->pieces.load(), 9);
    source_->samplings = 0;
    checkLevels(*service.field);
    QCOMPARE(source_->samplings.load(), 0); // all came from the pyramid
    const auto statistics = data::statistics(*service.field, 0, 0);
    QVERIFY(!statistics.sampled);
    QCOMPARE(statistics.count, waves().voxels());
    QCOMPARE(statistics.max, 999.0);
    // Boxes that begin and end anywhere.
    std::mt19937 random(2);
    const auto wanted = io::halved(waves(), valuesOf(waves()), waves().shape, 1);
    const data::Index3 shape = waves().shapeAt(1);
    for (int round = 0; round < 40; ++round) {
      data::Slab slab{{}, 0, 0, 1};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        slab.box.lo[axis] = static_cast<std::int64_t>(random() % static_cast<unsigned>(shape[axis]));
        slab.box.hi[axis] =
            slab.box.lo[axis] + 1 +
            static_cast<std::int64_t>(random() % static_cast<unsigned>(shape[axis] - slab.box.lo[axis]));
      }
      const auto found = bytesOf(*service.field, slab);
      const auto at = [&](std::int64_t i, std::int64_t j, std::int64_t k) {
        return static_cast<std::size_t>((k * shape[1] + j) * shape[0] + i) * 2;
      };
      const std::byte* next = found.data();
      for (std::int64_t k = slab.box.lo[2]; k < slab.box.hi[2]; ++k)
        for (std::int64_t j = slab.box.lo[1]; j < slab.box.hi[1]; ++j)
          for (std::int64_t i = slab.box.lo[0]; i < slab.box.hi[0]; ++i, next += 2)
            QVERIFY(std::memcmp(next, wanted[0].data() + at(i, j, k), 2) == 0);
    }
  }

  void labelsKeepTheirValues() {
    source_ = std::make_shared<Counted>(data::memoryField(waves(true), valuesOf(waves(true))));
    Service service(options(), path_, source_);
    (void)service.field->exactStatistics(0, 0);
    QVERIFY(rest(service.refinery));
    checkLevels(*service.field);
  }

  void whoWantsSingleVoxelsGetsThem() {
    Service service(options(), path_, source_);
    (void)service.field->exactStatistics(0, 0);
    QVERIFY(rest(service.refinery));
    auto slab = test::wholeSlab(waves(), 0, 0, 2);
    const auto means = bytesOf(*service.field, slab);
    slab.single = true;
    const auto single = bytesOf(*service.field, slab);
    QVERIFY(means != single);
    QVERIFY(single == bytesOf(*source_, slab));
  }

  void aNewServiceFindsWhatWasMade() {
    builtOnce();
    const int before = source_->pieces;
    Service service(options(), path_, source_);
    source_->samplings = 0;
    QVERIFY(!data::statistics(*service.field, 0, 0).sampled); // known at once
    checkLevels(*service.field);
    QVERIFY(rest(service.refinery));
    QCOMPARE(source_->pieces.load(), before); // nothing was read again
    QCOMPARE(source_->samplings.load(), 0);
  }

  void itIsUsedAsItGrows() {
    std::atomic<int> allowed{4};
    io::Refinery::Options slow = options();
    slow.pause = [&](const std::stop_token& stop) {
      while (allowed <= 0 && !stop.stop_requested())
        QThread::msleep(1);
      --allowed;
    };
    Service service(slow, path_, source_);
    (void)service.field->exactStatistics(0, 0);
    QTRY_COMPARE_WITH_TIMEOUT(pieces().size(), 4, 10'000);
    // Rows 0…31 and planes 0…31 of level 1 are in the first piece; what lies behind the last one is sampled.
    const auto wanted = io::halved(waves(), valuesOf(waves()), waves().shape, 1);
    const data::Index3 shape = waves().shapeAt(1);
    const data::Slab first{{{0, 0, 3}, {shape[0], 32, 4}}, 0, 0, 1};
    source_->samplings = 0;
    const auto found = bytesOf(*service.field, first);
    QVERIFY(std::memcmp(found.data(), wanted[0].data() + 3 * shape[0] * shape[1] * 2, found.size()) == 0);
    QCOMPARE(source_->samplings.load(), 0);
    const data::Slab end{{{0, 0, shape[2] - 1}, shape}, 0, 0, 1};
    QVERIFY(bytesOf(*service.field, end) == bytesOf(*source_, end));
    QVERIFY(source_->samplings > 0);
    allowed = 1000;
    QVERIFY(rest(service.refinery));
    checkLevels(*service.field);
  }

  void itGoesOnWhereItWasStopped() {
    std::atomic<int> allowed{5};
    {
      io::Refinery::Options slow = options();
      slow.pause = [&](const std::stop_token& stop) {
        while (allowed <= 0 && !stop.stop_requested())
          QThread::msleep(1);
        --allowed;
      };
      Service service(slow, path_, source_);
      (void)service.field->exactStatistics(0, 0);
      QTRY_COMPARE_WITH_TIMEOUT(pieces().size(), 5, 10'000);
    }                                                                      // stopped here, as by the end of the service
    QFile half(QFileInfo(pieces().front()).path() + "/piece-8.h5.Ab12Cd"); // what a kill leaves
    QVERIFY(half.open(QIODevice::WriteOnly));
    half.write("half");
    half.close();
    source_->pieces = 0;
    Service service(options(), path_, source_);
    (void)service.field->exactStatistics(0, 0);
    QVERIFY(rest(service.refinery));
    QCOMPARE(source_->pieces.load(), 4); // the five were not read again
    QVERIFY(!half.exists());
    checkLevels(*service.field);
    const auto statistics = data::statistics(*service.field, 0, 0);
    QVERIFY(!statistics.sampled);
    QCOMPARE(statistics.count, waves().voxels());
  }

  void damagedPiecesAreMadeAnew_data() {
    QTest::addColumn<QByteArray>("damage");
    for (const char* damage : {"cut short", "empty", "no HDF5", "one value", "of another"})
      QTest::newRow(damage) << QByteArray(damage);
  }
  void damagedPiecesAreMadeAnew() {
    QFETCH(QByteArray, damage);
    builtOnce();
    QStringList all = pieces();
    all.sort();
    QFile file(all[4]);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray bytes = file.readAll();
    if (damage == "cut short") {
      bytes.truncate(bytes.size() / 2);
    } else if (damage == "empty") {
      bytes.clear();
    } else if (damage == "no HDF5") {
      bytes.fill('\x5a');
    } else if (damage == "one value") {
      bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    } else {
      QFile other(all[5]);
      QVERIFY(other.open(QIODevice::ReadOnly));
      const qsizetype at = bytes.indexOf("uint16 201"); // its identity
      QVERIFY(at > 0);
      bytes[at + 7] = '3';
    }
    file.resize(0);
    file.seek(0);
    file.write(bytes);
    file.close();
    QFile::remove(QFileInfo(all[0]).path() + "/statistics.json");
    source_->pieces = 0;
    Service service(options(), path_, source_);
    (void)bytesOf(*service.field, test::wholeSlab(waves(), 0, 0, 1)); // no error, whatever lies there
    QVERIFY(rest(service.refinery));
    (void)bytesOf(*service.field, test::wholeSlab(waves(), 0, 0, 1)); // notices what was not noticed before
    QVERIFY(rest(service.refinery));
    checkLevels(*service.field);
    QCOMPARE(source_->pieces.load(), 1);
  }

  void aFileThatChangedHasAnotherPyramid() {
    builtOnce();
    QFile file(QString::fromStdString(path_));
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.seek(0);
    file.write("y");
    file.close();
    source_->pieces = 0;
    Service service(options(), path_, source_);
    QVERIFY(!service.field->exactStatistics(0, 0));
    QVERIFY(rest(service.refinery));
    QCOMPARE(source_->pieces.load(), 9);
    QCOMPARE(QDir(cache()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 2);
  }

  void aFileThatWasRenamedKeepsItsPyramid() {
    builtOnce();
    const QString elsewhere = folder_->filePath("renamed.raw");
    QVERIFY(QFile::rename(QString::fromStdString(path_), elsewhere));
    Service service(options(), elsewhere.toStdString(), source_);
    QVERIFY(service.field->exactStatistics(0, 0));
  }

  void theLongestUnusedIsRemoved() {
    builtOnce();
    const QStringList first = pieces();
    QCOMPARE(first.size(), 9);
    std::int64_t size = 0;
    for (const QString& piece : first)
      size += QFileInfo(piece).size();
    QTest::qWait(20); // times of change tell which was used last
    const QString other = folder_->filePath("other.raw");
    QFile file(other);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("another");
    file.close();
    Service service(options(size + size / 2), other.toStdString(), source_); // room for one and a half
    (void)service.field->exactStatistics(0, 0);
    QVERIFY(rest(service.refinery));
    QCOMPARE(last().state, io::Refinement::State::Done);
    QVERIFY(!QFile::exists(first.front()));
    QCOMPARE(pieces().size(), 9);
    checkLevels(*service.field);
  }

  void aCacheThatIsTooSmallIsTold() {
    Service service(options(1000), path_, source_);
    (void)service.field->exactStatistics(0, 0);
    QVERIFY(rest(service.refinery));
    QCOMPARE(last().state, io::Refinement::State::Unkept);
    QVERIFY2(last().message.find("keeps 1.0 kB at most") != std::string::npos, last().message.c_str());
    QVERIFY(pieces().isEmpty());
    QVERIFY(!data::statistics(*service.field, 0, 0).sampled); // these need no room
    const int before = source_->pieces;
    (void)bytesOf(*service.field, test::wholeSlab(waves(), 0, 0, 1));
    QVERIFY(rest(service.refinery));
    QCOMPARE(source_->pieces.load(), before); // and it isn't tried over and over
  }

  void aCacheThatCannotBeWrittenIsTold() {
    io::Refinery::Options all = options();
    QFile file(folder_->filePath("file"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    all.cache = std::make_shared<io::PyramidCache>(folder_->filePath("file/within").toStdString());
    Service service(all, path_, source_);
    (void)service.field->exactStatistics(0, 0);
    QVERIFY(rest(service.refinery));
    QCOMPARE(last().state, io::Refinement::State::Unkept);
    QVERIFY2(last().message.find("can't be written to") != std::string::npos, last().message.c_str());
    QVERIFY(!data::statistics(*service.field, 0, 0).sampled);
    QVERIFY(bytesOf(*service.field, test::wholeSlab(waves(), 0, 0, 2)) ==
            bytesOf(*source_, test::wholeSlab(waves(), 0, 0, 2)));
  }

  void stoppedOnRequest() {
    io::Refinery::Options slow = options();
    slow.pause = [&](const std::stop_token&) { QThread::msleep(20); };
    Service service(slow, path_, source_);
    (void)service.field->exactStatistics(0, 0);
    QTRY_VERIFY_WITH_TIMEOUT(pieces().size() >= 2, 10'000);
    service.refinery.cancel(path_, "waves");
    QVERIFY(rest(service.refinery));
    QCOMPARE(last().state, io::Refinement::State::Cancelled);
    QVERIFY(pieces().size() < 9);
    (void)bytesOf(*service.field, test::wholeSlab(waves(), 0, 0, 1)); // does not begin again
    QVERIFY(service.refinery.idle());
  }

  void aFileThatGivesWayIsTold() {
    io::Refinery::Options slow = options();
    slow.pause = [&](const std::stop_token&) { source_->broken = true; };
    Service service(slow, path_, source_);
    (void)service.field->exactStatistics(0, 0);
    QVERIFY(rest(service.refinery));
    QCOMPARE(last().state, io::Refinement::State::Failed);
    QVERIFY2(last().message.find("the disk is gone") != std::string::npos, last().message.c_str());
  }

  void twoServicesShareTheWork() {
    std::atomic<int> allowed{3};
    io::Refinery::Options slow = options();
    slow.pause = [&](const std::stop_token& stop) {
      while (allowed <= 0 && !stop.stop_requested())
        QThread::msleep(1);
      --allowed;
    };
    const auto second = std::make_shared<Counted>(data::memoryField(waves(), valuesOf(waves())));
    Service one(slow, path_, source_), two(options(), path_, second);
    (void)one.field->exactStatistics(0, 0);
    QTRY_COMPARE_WITH_TIMEOUT(pieces().size(), 3, 10'000);
    (void)two.field->exactStatistics(0, 0);
    QTest::qWait(50);
    QVERIFY(!two.refinery.idle()); // waits for the other
    allowed = 1000;
    QVERIFY(rest(one.refinery) && rest(two.refinery));
    QCOMPARE(second->pieces.load(), 0);
    checkLevels(*two.field);
    QVERIFY(!data::statistics(*two.field, 0, 0).sampled);
  }

  void filesWithLevelsOfTheirOwnNeedNone() {
    source_->ownLevels = 3;
    Service service(options(), path_, source_);
    (void)bytesOf(*service.field, test::wholeSlab(waves(), 0, 0, 1));
    QVERIFY(service.refinery.idle());
    (void)service.field->exactStatistics(0, 0);
    QVERIFY(rest(service.refinery));
    QVERIFY(pieces().isEmpty());
    QVERIFY(!data::statistics(*service.field, 0, 0).sampled);
  }

  void smallVolumesNeedNone() {
    io::Refinery::Options all = options();
    all.limits = {};
    Service service(all, path_, source_);
    (void)bytesOf(*service.field, test::wholeSlab(waves(), 0, 0, 1));
    QVERIFY(service.refinery.idle());
    QVERIFY(pieces().isEmpty());
  }
};

QTEST_GUILESS_MAIN(TestPyramid)
#include "test_pyramid.moc"
