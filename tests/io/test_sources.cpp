#include "io/cache/content_identity.h"
#include "io/cache/gzip_index.h"
#include "io/cache/user_cache.h"
#include "io/fields/array/axes.h"
#include "io/file.h"
#include "io/gzip_source.h"
#include "io/reading.h"
#include "io/write.h"

#include <QtTest>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <random>
#include <thread>
#include <zlib.h>

using namespace discern;

namespace {

constexpr std::size_t inflatedBytes = 40 << 20;

/// Bytes that compress a little, and tell where they are.
std::vector<std::byte> payload() {
  std::vector<std::byte> bytes(inflatedBytes);
  std::mt19937 random(3);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>(i % 3 ? (i >> 12) & 0xFF : random() & 0x3F);
  return bytes;
}

/// gzip, in members of `member` bytes.
void writeGzip(const QString& path, std::span<const std::byte> bytes, std::size_t member) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  for (std::size_t at = 0; at < bytes.size(); at += member) {
    const std::size_t count = std::min(member, bytes.size() - at);
    z_stream z{};
    QVERIFY(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::vector<Bytef> out(deflateBound(&z, count));
    z.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data() + at));
    z.avail_in = static_cast<uInt>(count);
    z.next_out = out.data();
    z.avail_out = static_cast<uInt>(out.size());
    QVERIFY(deflate(&z, Z_FINISH) == Z_STREAM_END);
    file.write(reinterpret_cast<const char*>(out.data()), static_cast<qint64>(z.total_out));
    deflateEnd(&z);
  }
}

} // namespace

/// The layers below the formats: gzip with and without keeping, and the NumPy writer.
class TestSources : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  std::vector<std::byte> bytes_;

  void compare(const io::GzipSource& source, std::int64_t offset, std::size_t count) const {
    std::vector<std::byte> got(count);
    source.readAt(offset, got);
    QVERIFY(std::equal(got.begin(), got.end(), bytes_.begin() + offset));
  }

private Q_SLOTS:
  void initTestCase() {
    qputenv("XDG_CACHE_HOME", QFile::encodeName(folder_.filePath("cache")));
    bytes_ = payload();
    writeGzip(folder_.filePath("one.gz"), bytes_, bytes_.size());
    writeGzip(folder_.filePath("many.gz"), bytes_, 5 << 20);
  }

  void gzip_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<qint64>("keep");
    QTest::newRow("one member, kept") << "one.gz" << (qint64{1} << 30);
    QTest::newRow("one member, points") << "one.gz" << qint64{0};
    QTest::newRow("many members, kept") << "many.gz" << (qint64{1} << 30);
    QTest::newRow("many members, points") << "many.gz" << qint64{0};
  }
  void gzip() {
    QFETCH(QString, name);
    QFETCH(qint64, keep);
    const auto file = std::make_shared<const io::File>(folder_.filePath(name).toStdString());
    const auto size = static_cast<std::int64_t>(bytes_.size());
    const io::GzipSource source(file, size, keep);
    compare(source, size - 1000, 1000); // the end first: every point is made on the way
    compare(source, 0, 4096);
    std::mt19937_64 random(5);
    for (int i = 0; i < 25; ++i) {
      const auto count = static_cast<std::int64_t>(1 + random() % 300000);
      compare(source, static_cast<std::int64_t>(random() % static_cast<unsigned long>(size - count)),
              static_cast<std::size_t>(count));
    }
    std::vector<std::byte> more(2);
    QVERIFY_EXCEPTION_THROWN(source.readAt(size - 1, more), data::ReadError);
    source.checkWhole();

    const io::GzipSource fresh(file, size, keep);
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (std::int64_t at = t * 100000; at + 70000 < size; at += 4 << 20)
          compare(fresh, at, 70000);
      });
  }

  /// Random access must cost about the distance to the nearest point, not the whole way from the beginning.
  void pointsAreUsed() {
    const auto file = std::make_shared<const io::File>(folder_.filePath("one.gz").toStdString());
    const auto size = static_cast<std::int64_t>(bytes_.size());
    const io::GzipSource source(file, size, 0);
    QElapsedTimer timer;
    timer.start();
    source.checkWhole();
    const qint64 once = timer.nsecsElapsed();
    timer.restart();
    for (int i = 0; i < 10; ++i)
      compare(source, i % 2 ? size - 100 : size / 2, 100);
    // Ten times the whole way would be ten times `once`; with points it is at most 8 MB each time, a fifth of the way.
    QVERIFY2(timer.nsecsElapsed() < 5 * once, qPrintable(QString("%1 against %2").arg(timer.nsecsElapsed()).arg(once)));
  }

  /// A second opening starts near the place; an index that is damaged or of another file is as if there were none.
  void indexIsKept() {
    const QDir indices(folder_.filePath("cache/discern/index"));
    const auto size = static_cast<std::int64_t>(bytes_.size());
    for (const QString& name : {QStringLiteral("one.gz"), QStringLiteral("many.gz")}) {
      for (const QString& old : indices.entryList(QDir::Files))
        QFile::remove(indices.filePath(old));
      const std::string path = folder_.filePath(name).toStdString();
      const auto openAndRead = [&](std::int64_t offset) {
        const auto file = std::make_shared<const io::File>(path);
        const io::GzipSource source(file, size, 0);
        QElapsedTimer timer;
        timer.start();
        compare(source, offset, 1000);
        return timer.nsecsElapsed();
      };
      const qint64 first = openAndRead(size - 1000);
      QStringList found = indices.entryList(QDir::Files);
      QCOMPARE(found.size(), 1);
      QVERIFY(found.first().endsWith(".idx"));
      const qint64 second = std::min(openAndRead(size - 1000), openAndRead(size - 2000));
      QVERIFY2(2 * second < first, qPrintable(QString("%1 after %2").arg(second).arg(first)));

      QFile index(indices.filePath(found.first()));
      QVERIFY(index.open(QIODevice::ReadOnly));
      const QByteArray good = index.readAll();
      index.close();
      const auto replace = [&](const QByteArray& content) {
        QVERIFY(index.open(QIODevice::WriteOnly | QIODevice::Truncate));
        index.write(content);
        index.close();
      };
      for (const qsizetype at : {qsizetype{0}, qsizetype{9}, qsizetype{30}, good.size() / 2, good.size() - 1}) {
        QByteArray bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x10);
        replace(bad);
        openAndRead(size - 1000);
        replace(good.left(at));
        openAndRead(size / 2);
      }
      openAndRead(size - 1000); // what is made anew is whole again
      QVERIFY(index.open(QIODevice::ReadOnly));
      QCOMPARE(index.readAll(), good);
      index.close();
    }
  }

  /// An index that grows: windows that were left in the file are found again when it is written anew, by this process
  /// or another.
  void indexGrows() {
    const io::File file(folder_.filePath("one.gz").toStdString());
    const std::int64_t begin = 7; // no other index
    const auto point = [](int number) {
      io::GzipPoint made;
      made.out = 1000 * number;
      made.in = 10 * number;
      made.window.assign(100, static_cast<std::byte>(number));
      return made;
    };
    std::vector<io::GzipPoint> first{point(1), point(2)};
    io::GzipIndex(file, begin).save(first);
    const io::GzipIndex index(file, begin), other(file, begin);
    auto ours = index.load(), theirs = other.load();
    QCOMPARE(ours.size(), std::size_t{2});
    QVERIFY(ours[0].window.empty());
    for (int number = 3; number < 6; ++number) {
      ours.push_back(point(number));
      index.save(ours);
      QCOMPARE(index.load().size(), static_cast<std::size_t>(number));
    }
    QVERIFY(other.fill(theirs[1])); // its place is another by now
    QCOMPARE(theirs[1].window, first[1].window);
    auto all = other.load();
    for (std::size_t i = 0; i < all.size(); ++i) {
      QVERIFY(other.fill(all[i]));
      QCOMPARE(all[i].window.front(), static_cast<std::byte>(i + 1));
    }
  }

  /// Other bytes under the same name: the old index must not be used, whatever the times say.
  void indexOfAChangedFile() {
    const std::string path = folder_.filePath("changing.gz").toStdString();
    const auto size = static_cast<std::int64_t>(bytes_.size());
    const std::vector<std::byte> before = bytes_;
    writeGzip(folder_.filePath("changing.gz"), bytes_, bytes_.size());
    io::GzipSource(std::make_shared<const io::File>(path), size, 0).checkWhole();
    // From 1 MB on everything is moved; the first 64 KB stay.
    std::rotate(bytes_.begin() + (1 << 20), bytes_.begin() + (2 << 20), bytes_.end());
    writeGzip(folder_.filePath("changing.gz"), bytes_, bytes_.size());
    const io::GzipSource fresh(std::make_shared<const io::File>(path), size, 0);
    for (const std::int64_t at : {size - 1000, size / 2, std::int64_t{9} << 20})
      compare(fresh, at, 1000);
    bytes_ = before;
  }

  /// No cache folder, or none that can be written: everything works, only nothing is kept.
  void noCache() {
    const QByteArray usual = qgetenv("XDG_CACHE_HOME");
    QFile obstacle(folder_.filePath("obstacle"));
    QVERIFY(obstacle.open(QIODevice::WriteOnly));
    qputenv("XDG_CACHE_HOME", QFile::encodeName(obstacle.fileName()));
    const auto size = static_cast<std::int64_t>(bytes_.size());
    {
      const io::GzipSource source(std::make_shared<const io::File>(folder_.filePath("one.gz").toStdString()), size, 0);
      compare(source, size - 1000, 1000);
    }
    qputenv("XDG_CACHE_HOME", usual);
    QVERIFY(io::cacheFolder("index").ends_with("cache/discern/index"));
  }

  /// The longest unused go first; what was just written stays.
  void cacheIsBounded() {
    const std::string folder = io::cacheFolder("bounded");
    const std::vector<std::byte> content(1000);
    for (int i = 0; i < 5; ++i) {
      QVERIFY(io::writeCached(folder + "/" + std::to_string(i), content));
      QTest::qSleep(15);
    }
    QCOMPARE(io::readCached(folder + "/0", 1000).size(), std::size_t{1000}); // used now
    QVERIFY(io::readCached(folder + "/0", 999).empty());
    io::keepWithin(folder, 3000, folder + "/1");
    QCOMPARE(QDir(QString::fromStdString(folder)).entryList(QDir::Files), (QStringList{"0", "1", "4"}));
  }

  void gzipCutShort() {
    QFile whole(folder_.filePath("one.gz"));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const QByteArray content = whole.readAll();
    for (const std::int64_t keep : {std::int64_t{0}, std::int64_t{1} << 30}) {
      QFile cut(folder_.filePath("cut.gz"));
      QVERIFY(cut.open(QIODevice::WriteOnly));
      cut.write(content.left(content.size() / 2));
      cut.close();
      const auto file = std::make_shared<const io::File>(cut.fileName().toStdString());
      const io::GzipSource source(file, static_cast<std::int64_t>(bytes_.size()), keep);
      compare(source, 1000, 5000); // what is there can be read
      QVERIFY_EXCEPTION_THROWN(source.checkWhole(), data::ReadError);
      QVERIFY_EXCEPTION_THROWN(source.checkWhole(), data::ReadError);
      compare(source, 1000, 5000);
    }
  }

  void gzipDamaged() {
    QFile whole(folder_.filePath("one.gz"));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    QByteArray content = whole.readAll();
    for (int i = 0; i < 64; ++i)
      content[content.size() / 3 + i] = static_cast<char>(i * 37);
    QFile damaged(folder_.filePath("damaged.gz"));
    QVERIFY(damaged.open(QIODevice::WriteOnly));
    damaged.write(content);
    damaged.close();
    const auto file = std::make_shared<const io::File>(damaged.fileName().toStdString());
    const io::GzipSource source(file, static_cast<std::int64_t>(bytes_.size()), 0);
    try {
      source.checkWhole();
    } catch (const data::ReadError& error) {
      QVERIFY(std::string(error.what()).find("damaged.gz") != std::string::npos);
      return;
    }
    QFAIL("damage went unseen");
  }

  /// What writeNpy writes, NumPy reads; what NumPy reads is what went in.
  void npy_data() {
    QTest::addColumn<int>("type");
    for (const char* name :
         {"int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"})
      QTest::newRow(name) << static_cast<int>(*data::scalarTypeFromName(name));
  }
  void npy() {
    QFETCH(int, type);
    const auto scalar = static_cast<data::ScalarType>(type);
    const std::string path = folder_.filePath("written.npy").toStdString();
    std::vector<std::byte> values(2 * 3 * 4 * sizeOf(scalar));
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<std::byte>(i * 7 % 50);
    const std::array<std::int64_t, 3> shape{2, 3, 4};
    io::writeNpy(path, scalar, shape, values);
    QVERIFY(!QFile::exists(QString::fromStdString(path) + ".part"));
    const auto field = io::open(path)->field("");
    QVERIFY((field->info().shape == data::Index3{4, 3, 2}));
    QVERIFY(field->info().type == scalar);
    std::vector<std::byte> back(values.size());
    field->read(test::wholeSlab(field->info()), back);
    QVERIFY(back == values);
    QProcess python;
    python.start("/usr/bin/python3",
                 {"-c", "import sys, numpy; a = numpy.load(sys.argv[1]); print(a.dtype, a.shape, a.tobytes().hex())",
                  QString::fromStdString(path)});
    if (!python.waitForStarted() || !python.waitForFinished(30000) || python.exitCode() != 0)
      QSKIP("python3 lacks NumPy");
    const QString hex =
        QByteArray(reinterpret_cast<const char*>(values.data()), static_cast<qsizetype>(values.size())).toHex();
    QCOMPARE(QString(python.readAllStandardOutput()).trimmed(),
             QString::fromStdString(std::string(nameOf(scalar))) + " (2, 3, 4) " + hex);
  }

  void npyWriterKeepsItsWord() {
    const QString path = folder_.filePath("half.npy");
    const std::array<std::int64_t, 2> shape{2, 2};
    const std::vector<std::byte> two(2), three(3);
    {
      io::NpyWriter writer(path.toStdString(), data::ScalarType::UInt8, shape);
      writer.append(two);
      QVERIFY_EXCEPTION_THROWN(writer.commit(), data::UsageError);
      QVERIFY_EXCEPTION_THROWN(writer.append(three), data::UsageError);
    }
    QVERIFY(!QFile::exists(path) && !QFile::exists(path + ".part"));
    QVERIFY_EXCEPTION_THROWN(io::writeNpy("/no/such/folder/x.npy", data::ScalarType::UInt8, shape, two),
                             data::UsageError);
  }

  /// What tells the content of a file: it changes with whatever may change a value.
  void contentIdentity() {
    qputenv("XDG_CONFIG_HOME", QFile::encodeName(folder_.filePath("config")));
    const std::string path = folder_.filePath("content.npy").toStdString(), other = path + ".copy";
    const std::array<std::int64_t, 2> shape{2, 2};
    const std::vector<std::byte> four(4, std::byte{1});
    io::writeNpy(path, data::ScalarType::UInt8, shape, four);
    QCOMPARE(io::contentIdentity(path), std::string()); // it may be being written
    QTest::qSleep(3100);
    const std::string first = io::contentIdentity(path);
    QVERIFY(!first.empty());
    QCOMPARE(io::contentIdentity(path), first);
    QVERIFY(QFile::link(QString::fromStdString(path), QString::fromStdString(other)));
    QCOMPARE(io::contentIdentity(other), first); // by whatever name
    io::setAxes(path, "content", "xy");
    const std::string turned = io::contentIdentity(path);
    QVERIFY(!turned.empty() && turned != first);
    io::setAxes(path, "content", "auto");
    QCOMPARE(io::contentIdentity(path), first);
    QFile file(QString::fromStdString(path)); // one byte of it, and a time of change that tells nothing
    QVERIFY(file.open(QIODevice::ReadWrite));
    const QDateTime before = file.fileTime(QFileDevice::FileModificationTime);
    QVERIFY(file.seek(file.size() - 1));
    file.write("x");
    QVERIFY(file.flush() && file.setFileTime(before, QFileDevice::FileModificationTime));
    file.close();
    QTest::qSleep(3100);
    QVERIFY(!io::contentIdentity(path).empty() && io::contentIdentity(path) != first);
    QCOMPARE(io::contentIdentity(folder_.path().toStdString()), std::string()); // a folder
    QCOMPARE(io::contentIdentity(path + ".none"), std::string());
  }
};

QTEST_GUILESS_MAIN(TestSources)
#include "test_sources.moc"
