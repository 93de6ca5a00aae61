#include "child.h"

#include "io/write.h"

#include <QtTest>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <cstring>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

using namespace discern;

namespace {

const std::string program = DISCERN_BINARY_DIR "/bin/discern-run";
const QString demoFolder = DISCERN_SOURCE_DIR "/resources/demo/";

QByteArray content(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) throw std::runtime_error("can't read " + path.toStdString());
  return file.readAll();
}

void write(const QString& path, const QByteArray& bytes) {
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly)) throw std::runtime_error("can't write " + path.toStdString());
  file.write(bytes);
}

template <typename T>
void put(QByteArray& bytes, qsizetype at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

template <typename T>
void append(QByteArray& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename T>
void appendBig(QByteArray& bytes, T value) {
  for (int i = static_cast<int>(sizeof value) - 1; i >= 0; --i)
    bytes.append(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFF));
}

QByteArray gzip(const QByteArray& bytes) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  QByteArray out(static_cast<qsizetype>(deflateBound(&z, static_cast<uLong>(bytes.size()))), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.constData()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(static_cast<qsizetype>(z.total_out));
  deflateEnd(&z);
  return out;
}

/// A NIfTI-1 header of int16 voxels.
QByteArray niftiHeader(std::initializer_list<int> dim) {
  QByteArray h(352, '\0');
  put<std::int32_t>(h, 0, 348);
  qsizetype at = 40;
  for (const int n : dim) {
    put<std::int16_t>(h, at, static_cast<std::int16_t>(n));
    at += 2;
  }
  put<std::int16_t>(h, 70, 4);
  put<std::int16_t>(h, 72, 16);
  for (qsizetype i = 76; i < 108; i += 4)
    put<float>(h, i, 1);
  put<float>(h, 108, 352);
  std::memcpy(h.data() + 344, "n+1", 4);
  return h;
}

/// A little-endian TIFF of one page with these tags (LONG each), and some bytes of pixels behind them.
QByteArray tiff(const std::map<int, std::uint32_t>& tags, qsizetype pixels) {
  QByteArray bytes("II*\0", 4);
  append<std::uint32_t>(bytes, 8);
  append<std::uint16_t>(bytes, static_cast<std::uint16_t>(tags.size()));
  for (const auto& [tag, value] : tags) {
    append<std::uint16_t>(bytes, static_cast<std::uint16_t>(tag));
    append<std::uint16_t>(bytes, 4);
    append<std::uint32_t>(bytes, 1);
    append<std::uint32_t>(bytes, value);
  }
  append<std::uint32_t>(bytes, 0);
  return bytes + QByteArray(pixels, '\1');
}

/// A classic NetCDF file whose one variable has three dimensions of `length`, with few bytes behind the header.
QByteArray classicNetcdf(std::uint32_t length, qsizetype payload = 100) {
  QByteArray bytes("CDF\1", 4);
  appendBig<std::uint32_t>(bytes, 0);
  appendBig<std::uint32_t>(bytes, 0x0A);
  appendBig<std::uint32_t>(bytes, 3);
  for (const char* name : {"z", "y", "x"}) {
    appendBig<std::uint32_t>(bytes, 1);
    bytes += QByteArray(name) + QByteArray(3, '\0');
    appendBig<std::uint32_t>(bytes, length);
  }
  appendBig<std::uint64_t>(bytes, 0); // no attributes
  appendBig<std::uint32_t>(bytes, 0x0B);
  appendBig<std::uint32_t>(bytes, 1);
  appendBig<std::uint32_t>(bytes, 1);
  bytes += QByteArray("v") + QByteArray(3, '\0');
  appendBig<std::uint32_t>(bytes, 3);
  for (std::uint32_t id : {0U, 1U, 2U})
    appendBig(bytes, id);
  appendBig<std::uint64_t>(bytes, 0);
  appendBig<std::uint32_t>(bytes, 5); // float
  appendBig<std::uint32_t>(bytes, 0xFFFFFFFF);
  appendBig<std::uint32_t>(bytes, static_cast<std::uint32_t>(bytes.size() + 4));
  return bytes + QByteArray(payload, '\0');
}

} // namespace

/// Bad input through the real program: a message that names the file, exit code 3, little memory, soon.
class TestCorrupt : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  std::map<QString, QByteArray> samples_; ///< intact files of every format
  std::map<QString, QByteArray> whole_;   ///< what `read` gives of each

  [[nodiscard]] QString path(const QString& name) const { return folder_.filePath(name); }

  /// A result with fields and a table, as Discern writes it.
  [[nodiscard]] QByteArray result() const {
    io::ResultFile file;
    data::FieldInfo info;
    info.name = "labels";
    info.type = data::ScalarType::UInt16;
    info.shape = {40, 30, 20};
    std::vector<std::byte> values(static_cast<std::size_t>(info.voxels()) * 2);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<std::byte>(i / 7);
    file.addField(info, values);
    data::Table table;
    table.info = {"table", {"number", "text"}, {"", ""}, 2};
    table.numbers = {{1, 2}, {}};
    table.texts = {{}, {"a", "b"}};
    file.addTable(table);
    file.setProvenance({{"plugin", "test"}});
    file.commit(path("made.h5").toStdString());
    return content(path("made.h5"));
  }

  [[nodiscard]] static QString folderOf(const QString& file) { return QFileInfo(file).dir().dirName(); }

  /// What holds for any input whatever.
  bool bearable(const test::Ending& ending, double megabytes = 500) {
    const QString told = QString("code %1, signal %2, %3 s, %4 MB, stderr: %5")
                             .arg(ending.code)
                             .arg(ending.signal)
                             .arg(ending.seconds)
                             .arg(ending.megabytes)
                             .arg(QString::fromStdString(ending.err));
#ifdef DISCERN_SANITIZED // which cost both time and memory
    const double seconds = 60;
    megabytes *= 10;
#else
    const double seconds = 5;
#endif
    bool good = false;
    [&] {
      QVERIFY2(ending.signal == 0, qPrintable(told));
      QVERIFY2(ending.seconds < seconds, qPrintable(told));
      QVERIFY2(ending.megabytes < megabytes, qPrintable(told));
      QVERIFY2(ending.code == 0 || ending.code == 3, qPrintable(told));
      QVERIFY2((ending.code == 0) == ending.err.empty(), qPrintable(told));
      if (ending.code == 3) {
        QVERIFY2(std::count(ending.err.begin(), ending.err.end(), '\n') == 1, qPrintable(told));
        QVERIFY2(ending.err.ends_with('\n'), qPrintable(told));
      }
      good = true;
    }();
    return good;
  }

  /// Code 3, and a message with the file's name and `reason` in it.
  void mustRefuse(const QString& file, const QString& reason, bool bound = false) {
    for (const auto& command :
         {std::vector<std::string>{program, "info", file.toStdString()},
          std::vector<std::string>{program, "info", "--json", file.toStdString()},
          std::vector<std::string>{program, "read", file.toStdString(), "--output", path("out.npy").toStdString()}}) {
      const auto ending = test::runChild(command, 20, bound);
      if (!bearable(ending)) return;
      const QString message = QString::fromStdString(ending.err);
      QVERIFY2(ending.code == 3, qPrintable("accepted: " + file));
      QVERIFY2(message.contains(file), qPrintable(message));
      QVERIFY2(message.contains(reason), qPrintable(message));
      QVERIFY2(!QFile::exists(path("out.npy")) && !QFile::exists(path("out.npy.part")),
               "a refused file left output behind");
    }
  }

private Q_SLOTS:
  void initTestCase() {
    QVERIFY(QFile::exists(QString::fromStdString(program)));
    for (const char* name : {"nuclei.tif", "nuclei_truth.tif", "fmri.nii.gz", "climate.nc"})
      samples_[name] = content(demoFolder + name);
    samples_["plain.nii"] = niftiHeader({4, 20, 20, 20, 3}) + QByteArray(48000, '\1');
    samples_["classic.nc"] = classicNetcdf(12, 12 * 12 * 12 * 4);
    samples_["result.h5"] = result();
    const std::array<std::int64_t, 3> shape{4, 5, 6};
    const std::vector<std::byte> values(4 * 5 * 6);
    io::writeNpy(path("array.npy").toStdString(), data::ScalarType::UInt8, shape, values);
    samples_["array.npy"] = content(path("array.npy"));
    for (const auto& [name, bytes] : samples_) {
      write(path(name), bytes);
      const auto ending =
          test::runChild({program, "read", path(name).toStdString(), "--output", path("whole.npy").toStdString()});
      QVERIFY2(ending.code == 0, ending.err.c_str());
      whole_[name] = content(path("whole.npy"));
    }
  }

  void notAFile() {
    mustRefuse(path("nowhere.tif"), "no such file");
    QVERIFY(QDir().mkdir(path("folder.nii")));
    mustRefuse(path("folder.nii"), "folder");
    write(path("empty.nii.gz"), {});
    mustRefuse(path("empty.nii.gz"), "empty");
    mustRefuse("/dev/zero", "regular file");
    QVERIFY(mkfifo(qPrintable(path("pipe.tif")), 0600) == 0);
    mustRefuse(path("pipe.tif"), "regular file"); // and must not wait for a writer
    QVERIFY(symlink("loop.nc", qPrintable(path("loop.nc"))) == 0);
    mustRefuse(path("loop.nc"), "symbolic links");
    QVERIFY(symlink("gone", qPrintable(path("dangling.nc"))) == 0);
    mustRefuse(path("dangling.nc"), "no such file");
    mustRefuse(path(QString(300, 'x')), "too long");
  }

  void noPermission() {
    for (const char* name : {"nuclei.tif", "fmri.nii.gz", "climate.nc"}) {
      const QString file = path(QString("locked_") + name);
      QVERIFY(QFile::copy(demoFolder + name, file));
      QVERIFY(chmod(qPrintable(file), 0) == 0);
      mustRefuse(file, "no permission", true);
    }
    QVERIFY(QDir().mkdir(path("closed")));
    QVERIFY(QFile::copy(demoFolder + "nuclei.tif", path("closed/nuclei.tif")));
    QVERIFY(chmod(qPrintable(path("closed")), 0) == 0);
    mustRefuse(path("closed/nuclei.tif"), "no permission", true);
    chmod(qPrintable(path("closed")), 0700);
  }

  void otherContent() {
    write(path("text.nii"), "This is a letter, not a brain.\nYours, D.\n");
    mustRefuse(path("text.nii"), "found text");
    write(path("text.txt"), "Neither is this.\n");
    mustRefuse(path("text.txt"), "no format that Discern reads");
    write(path("text.nii.gz"), gzip("hello, hello"));
    mustRefuse(path("text.nii.gz"), "inside gzip");
    write(path("image.tif"), QByteArray("\x89PNG\r\n\x1a\n") + QByteArray(100, 'x'));
    mustRefuse(path("image.tif"), "PNG");
    write(path("one_byte.nc"), "C");
    mustRefuse(path("one_byte.nc"), "NetCDF");
    std::mt19937 random(9);
    for (int i = 0; i < 20; ++i) {
      QByteArray bytes(1 + static_cast<qsizetype>(random() % 5000), '\0');
      for (char& c : bytes)
        c = static_cast<char>(random());
      write(path("random.bin"), bytes);
      mustRefuse(path("random.bin"), "random.bin");
    }
    // The beginnings of formats, and noise behind them.
    const QList<QByteArray> beginnings{QByteArray("II*\0\x08\0\0\0", 8),
                                       QByteArray("MM\0*\0\0\0\x08", 8),
                                       QByteArray("II+\0\x08\0\0\0", 8),
                                       QByteArray("CDF\1", 4),
                                       QByteArray("CDF\2", 4),
                                       QByteArray("CDF\5", 4),
                                       QByteArray("\x89HDF\r\n\x1a\n", 8),
                                       QByteArray("\x93NUMPY\1\0", 8),
                                       QByteArray("\x1f\x8b\x08\0\0\0\0\0", 8)};
    for (const QByteArray& beginning : beginnings)
      for (int i = 0; i < 6; ++i) {
        QByteArray bytes = beginning;
        for (int n = 0; n < 3000; ++n)
          bytes.append(static_cast<char>(random()));
        write(path("noise.bin"), bytes);
        mustRefuse(path("noise.bin"), "noise.bin");
      }
  }

  void hugeClaims_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, const QByteArray& bytes) { QTest::newRow(name) << QString(name) << bytes; };
    // 10^12 voxels in four axes.
    const QByteArray header = niftiHeader({4, 1000, 1000, 1000, 1000});
    row("claim.nii", header + QByteArray(20000, '\0'));
    row("claim.nii.gz", gzip(header + QByteArray(20000, '\0')));
    row("most.nii", niftiHeader({7, 32767, 32767, 32767, 32767, 32767, 32767, 32767}) + QByteArray(100, '\0'));
    row("plausible.nii.gz", gzip(niftiHeader({4, 100, 100, 100, 4}) + QByteArray(20000, '\0')));
    QByteArray nifti2(544, '\0');
    put<std::int32_t>(nifti2, 0, 540);
    std::memcpy(nifti2.data() + 4, "n+2\0\r\n\x1a\n", 8);
    put<std::int16_t>(nifti2, 12, 4);
    for (qsizetype i = 0; i < 8; ++i)
      put<std::int64_t>(nifti2, 16 + 8 * i, i == 0 ? 4 : std::int64_t{1} << 40);
    put<std::int64_t>(nifti2, 168, 544);
    row("claim2.nii", nifti2);
    // 256 width, 257 height, 258 bits, 259 compression, 262 colour, 273 offset, 278 rows a strip, 279 bytes.
    row("claim.tif",
        tiff({{256, 1000000}, {257, 1000000}, {258, 8}, {259, 1}, {262, 1}, {273, 200}, {278, 1000000}, {279, 1000}},
             2000));
    row("claim_deflate.tif",
        tiff({{256, 1000000}, {257, 1000000}, {258, 8}, {259, 8}, {262, 1}, {273, 200}, {278, 1000000}, {279, 1000}},
             2000));
    row("claim_bytes.tif",
        tiff(
            {{256, 100000}, {257, 100000}, {258, 8}, {259, 1}, {262, 1}, {273, 200}, {278, 100000}, {279, 4000000000U}},
            2000));
    row("claim_strips.tif",
        tiff({{256, 10}, {257, 4000000000U}, {258, 8}, {259, 1}, {262, 1}, {273, 200}, {278, 1}, {279, 1000}}, 2000));
    row("claim_jpeg.tif",
        tiff({{256, 60000}, {257, 60000}, {258, 8}, {259, 7}, {262, 1}, {273, 200}, {278, 60000}, {279, 1000}}, 2000));
    row("samples.tif",
        tiff({{256, 100}, {257, 100}, {258, 8}, {259, 1}, {262, 1}, {273, 200}, {277, 65535}, {278, 100}, {279, 1000}},
             2000));
    row("no_size.tif",
        tiff({{256, 0}, {257, 100}, {258, 8}, {259, 1}, {262, 1}, {273, 200}, {278, 100}, {279, 1000}}, 2000));
    row("claim.nc", classicNetcdf(10000));
    row("claim_most.nc", classicNetcdf(0x7FFFFFFF));
    QByteArray dimensions("CDF\1", 4);
    appendBig<std::uint32_t>(dimensions, 0);
    appendBig<std::uint32_t>(dimensions, 0x0A);
    appendBig<std::uint32_t>(dimensions, 0x7FFFFFFF);
    row("dimensions.nc", dimensions + QByteArray(100, '\0'));
    const QByteArray dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (10000, 10000, 10000), }\n";
    QByteArray npy("\x93NUMPY\1\0", 8);
    append<std::uint16_t>(npy, static_cast<std::uint16_t>(dictionary.size()));
    row("claim.npy", npy + dictionary + QByteArray(1000, '\0'));
    QByteArray object = npy + dictionary;
    object.replace("<f8", "|O8");
    row("object.npy", object + QByteArray(1000, '\0'));
    QByteArray overflow = npy + dictionary;
    overflow.replace("10000, 10000, 10000", "999999999999999999 ");
    row("overflow.npy", overflow + QByteArray(1000, '\0'));
  }
  void hugeClaims() {
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    write(path(name), bytes);
    mustRefuse(path(name), name);
  }

  /// A page that names itself as the next one must not be read for ever.
  void tiffLoop() {
    QByteArray bytes =
        tiff({{256, 10}, {257, 10}, {258, 8}, {259, 1}, {262, 1}, {273, 200}, {278, 10}, {279, 100}}, 2000);
    put<std::uint32_t>(bytes, 8 + 2 + 8 * 12, 8);
    write(path("loop.tif"), bytes);
    bearable(test::runChild({program, "info", path("loop.tif").toStdString()}));
  }

  void wrongHeaders_data() {
    QTest::addColumn<int>("at");
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, int at, auto value) {
      QByteArray bytes;
      append(bytes, value);
      QTest::newRow(name) << at << bytes;
    };
    row("0 axes", 40, std::int16_t{0});
    row("9 axes", 40, std::int16_t{9});
    row("negative axis", 42, std::int16_t{-5});
    row("axis of 0", 44, std::int16_t{0});
    row("unknown type", 70, std::int16_t{9999});
    row("bits", 70, std::int16_t{1});
    row("offset NaN", 108, std::numeric_limits<float>::quiet_NaN());
    row("offset infinite", 108, std::numeric_limits<float>::infinity());
    row("offset negative", 108, -352.0F);
    row("offset in the header", 108, 100.0F);
    row("offset beyond the end", 108, 1e9F);
    row("no mark", 344, std::uint32_t{0});
  }
  void wrongHeaders() {
    QFETCH(int, at);
    QFETCH(QByteArray, bytes);
    QByteArray file = niftiHeader({3, 10, 10, 10}) + QByteArray(2000, '\0');
    write(path("good.nii"), file);
    QCOMPARE(test::runChild({program, "info", path("good.nii").toStdString()}).code, 0);
    file.replace(at, bytes.size(), bytes);
    write(path("wrong.nii"), file);
    mustRefuse(path("wrong.nii"), "wrong.nii");
  }

  /// Placements that can't be are said, not obeyed: the voxels are still there to be seen.
  void uselessTransforms() {
    for (const float value : {0.0F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      QByteArray file = niftiHeader({3, 10, 10, 10}) + QByteArray(2000, '\0');
      put<std::int16_t>(file, 252, 1);
      put<std::int16_t>(file, 254, 1);
      for (int i = 0; i < 12; ++i)
        put<float>(file, 280 + 4 * i, value);
      for (int i = 0; i < 8; ++i)
        put<float>(file, 76 + 4 * i, value);
      write(path("flat.nii"), file);
      const auto ending = test::runChild({program, "info", path("flat.nii").toStdString()});
      QCOMPARE(ending.code, 0);
      QVERIFY(ending.out.find("sform matrix is singular") != std::string::npos);
      QVERIFY(ending.out.find("no transform in the file") != std::string::npos);
    }
  }

  void cut_data() {
    QTest::addColumn<QString>("sample");
    QTest::addColumn<qint64>("length");
    for (const auto& [name, bytes] : samples_) {
      const qint64 size = bytes.size();
      for (const qint64 length :
           {qint64{1},   qint64{2},   qint64{3},   qint64{4},    qint64{7},    qint64{8},   qint64{9},   qint64{16},
            qint64{17},  qint64{40},  qint64{43},  qint64{44},   qint64{100},  qint64{200}, qint64{347}, qint64{348},
            qint64{352}, qint64{353}, qint64{512}, qint64{1000}, qint64{4096}, size / 4,    size / 2,    size / 4 * 3,
            size - 5000, size - 100,  size - 9,    size - 8,     size - 4,     size - 1})
        if (length > 0 && length < size)
          QTest::newRow(qPrintable(QString("%1 at %2").arg(name).arg(length))) << name << length;
    }
  }
  void cut() {
    QFETCH(QString, sample);
    QFETCH(qint64, length);
    const QString file = path("cut_" + sample);
    write(file, samples_.at(sample).left(length));
    const auto info = test::runChild({program, "info", file.toStdString()});
    const auto read = test::runChild({program, "read", file.toStdString(), "--output", path("cut.npy").toStdString()});
    if (!bearable(info) || !bearable(read)) return;
    if (read.code == 0) { // nothing but gzip's checksum and the mark of its end, at most, may have been lost
      QVERIFY(sample.endsWith(".gz") && length >= samples_.at(sample).size() - 10);
      QVERIFY(content(path("cut.npy")) == whole_.at(sample));
      QFile::remove(path("cut.npy"));
    } else {
      QCOMPARE(info.code, 3);
      QVERIFY(QString::fromStdString(info.err).contains(file));
    }
  }

  /// One byte changed, or a few, in any place: an answer or a refusal, nothing else.
  void changedBytes_data() {
    QTest::addColumn<QString>("sample");
    for (const auto& [name, bytes] : samples_)
      QTest::newRow(qPrintable(name)) << name;
  }
  void changedBytes() {
    QFETCH(QString, sample);
    const QByteArray good = samples_.at(sample);
    const QString file = path("changed_" + sample);
    std::mt19937 random(4711);
    for (int round = 0; round < 60; ++round) {
      QByteArray bytes = good;
      const int changes = 1 + round % 4;
      for (int i = 0; i < changes; ++i) {
        // Half of them near the beginning, where the headers are.
        const auto range = static_cast<unsigned>(round % 2 ? bytes.size() : std::min<qsizetype>(bytes.size(), 6000));
        bytes[static_cast<qsizetype>(random() % range)] = static_cast<char>(random());
      }
      write(file, bytes);
      const std::string name = file.toStdString();
      const bool good1 = bearable(test::runChild({program, "info", name}));
      const bool good2 = bearable(
          test::runChild({program, "read", name, "--time", "0", "--output", path("changed.npy").toStdString()}));
      if (good1 && good2) continue;
      QVERIFY2(false, qPrintable(QString("round %1").arg(round)));
    }
  }

  /// Several files: the bad one is told, the others are shown, and the code is 3.
  void oneOfSeveral() {
    const auto ending = test::runChild({program, "info", (demoFolder + "nuclei.tif").toStdString(),
                                        path("nowhere.nii").toStdString(), (demoFolder + "climate.nc").toStdString()});
    QCOMPARE(ending.code, 3);
    QVERIFY(ending.out.find("nuclei.tif") != std::string::npos);
    QVERIFY(ending.out.find("Geopotential") != std::string::npos);
    QVERIFY(ending.err.find("nowhere.nii") != std::string::npos);
  }

  void wrongRequestsAreUsage() {
    const std::string nuclei = (demoFolder + "nuclei.tif").toStdString(), out = path("x.npy").toStdString();
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"info"},
                                               {"info", "--nonsense", nuclei},
                                               {"read", nuclei},
                                               {"read", nuclei, "--output", out, "--field", "no"},
                                               {"read", nuclei, "--output", out, "--time", "1"},
                                               {"read", nuclei, "--output", out, "--time", "x"},
                                               {"read", nuclei, "--output", out, "--component", "1"},
                                               {"read", nuclei, "--output", out, "--level", "99"},
                                               {"read", nuclei, "--output", out, "--box", "0:999"},
                                               {"read", nuclei, "--output", out, "--box", "5:5"},
                                               {"read", nuclei, "--output", out, "--box", "0:1,0:1,0:1,0:1"},
                                               {"read", nuclei, "--output", "/no/such/folder/x.npy"}}) {
      std::vector<std::string> command{program};
      command.insert(command.end(), words.begin(), words.end());
      const auto ending = test::runChild(command);
      QVERIFY2(ending.code == 2, qPrintable(QString::fromStdString(words.back() + ": " + ending.err)));
    }
    QVERIFY(!QFile::exists(path("x.npy")));
  }

  /// The collection of malformed files, of formats known and unknown.
  void collection() {
    const QString folder = QString(DISCERN_SHARED_DATA) + "/15_malformed";
    if (!QDir(folder).exists()) QSKIP("the collection of malformed files is not here");
    int files = 0;
    for (QDirIterator all(folder, QDir::Files, QDirIterator::Subdirectories); all.hasNext(); ++files) {
      const QString file = all.next();
      for (const auto& command :
           {std::vector<std::string>{program, "info", file.toStdString()},
            std::vector<std::string>{program, "read", file.toStdString(), "--output", path("any.npy").toStdString()}}) {
        const auto ending = test::runChild(command);
        if (!bearable(ending, 1000)) QFAIL(qPrintable(file));
        const QString message = QString::fromStdString(ending.err);
        QVERIFY2(ending.code == 0 || message.contains(QFileInfo(file).completeBaseName()), qPrintable(message));
        // What is known to crash is HDF5; the readers that are Discern's own refuse.
        QVERIFY2(!message.contains("crashed on it") || folderOf(file) == "hdf5", qPrintable(message));
      }
    }
    QVERIFY(files > 100);
  }

  /// What fuzzers of other programs have found, 800 files in an archive: many at a time, since each is soon told.
  void archive() {
    const QString packed = QString(DISCERN_SHARED_DATA) + "/15_malformed/fuzz_corpus_png_tiff_gzip_xml_xz.tar.xz";
    if (!QFile::exists(packed)) QSKIP("the archive of malformed files is not here");
    const QString folder = path("archive");
    QVERIFY(QDir().mkdir(folder));
    QCOMPARE(QProcess::execute("tar", {"-xJf", packed, "-C", folder}), 0);
    QStringList files;
    for (QDirIterator all(folder, QDir::Files, QDirIterator::Subdirectories); all.hasNext();)
      files.append(all.next());
    QVERIFY(files.size() > 700);
    files.sort();
    QStringList accepted;
    constexpr qsizetype batch = 40;
    for (qsizetype at = 0; at < files.size(); at += batch) {
      const QStringList some = files.mid(at, batch);
      std::vector<std::string> command{program, "info"};
      for (const QString& file : some)
        command.push_back(file.toStdString());
      const auto ending = test::runChild(command, 60);
      QVERIFY(ending.signal == 0 && (ending.code == 0 || ending.code == 3));
      QVERIFY2(ending.megabytes < 1000, qPrintable(QString("%1 MB").arg(ending.megabytes)));
      QVERIFY2(ending.seconds < 30, qPrintable(QString("%1 s from %2 on").arg(ending.seconds).arg(some.front())));
      const QStringList told = QString::fromStdString(ending.err).split('\n', Qt::SkipEmptyParts);
      qsizetype refused = 0;
      for (const QString& file : some) {
        const bool no = std::any_of(told.begin(), told.end(), [&](const QString& line) {
          return line.startsWith("discern-run: " + file + ": ");
        });
        refused += no;
        if (!no) accepted.append(file);
      }
      QVERIFY2(refused == told.size(), qPrintable("not one line for each refused file:\n" + told.join('\n')));
      QVERIFY2(!told.join('\n').contains("crashed on it"), qPrintable(told.join('\n')));
    }
    qInfo("%lld of %lld files are opened", static_cast<long long>(accepted.size()),
          static_cast<long long>(files.size()));
    for (const QString& file : accepted)
      if (!bearable(
              test::runChild({program, "read", file.toStdString(), "--output", path("any.npy").toStdString()}, 20),
              1000))
        QFAIL(qPrintable(file));
  }
};

QTEST_GUILESS_MAIN(TestCorrupt)
#include "test_corrupt.moc"
