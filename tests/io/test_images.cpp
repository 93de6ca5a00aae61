#include "io/reading.h"
#include "io/write.h"

#include <QtTest>

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <random>

using namespace discern;

namespace {

data::FieldInfo fieldOf(data::ScalarType type) {
  data::FieldInfo info;
  info.name = "labels";
  info.type = type;
  info.shape = {11, 9, 7};
  info.source = "org.discern.test 1.0";
  return info;
}

std::vector<std::byte> noise(const data::FieldInfo& info) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(info.voxels() * info.time.size * info.components) *
                               sizeOf(info.type));
  std::mt19937 random(1);
  data::dispatch(info.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::size_t i = 0; i < bytes.size(); i += sizeof(T)) {
      const T value = static_cast<T>(random() % 120);
      std::memcpy(bytes.data() + i, &value, sizeof(T));
    }
  });
  return bytes;
}

/// Reads the file back: values and shape must be those that were written.
data::FieldInfo readBack(const std::string& path, const data::FieldInfo& info, const std::vector<std::byte>& bytes) {
  const auto field = io::open(path)->field("");
  const data::FieldInfo& back = field->info();
  [&] {
    QVERIFY(back.type == info.type && back.shape == info.shape);
    QCOMPARE(back.time.size, info.time.size);
    QCOMPARE(back.components, info.components);
    const auto memory = data::memoryField(info, bytes);
    for (std::int64_t t = 0; t < info.time.size; ++t)
      for (int c = 0; c < info.components; ++c)
        QVERIFY(test::readAll(*field, test::wholeSlab(back, t, c)) ==
                test::readAll(*memory, test::wholeSlab(info, t, c)));
  }();
  return back;
}

void types() {
  QTest::addColumn<int>("type");
  for (const char* name :
       {"int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"})
    QTest::newRow(name) << static_cast<int>(*data::scalarTypeFromName(name));
}

} // namespace

/// Fields written as NIfTI and TIFF, read again by our own readers and by nibabel and tifffile.
class TestImages : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  [[nodiscard]] std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }

  /// What a line of Python prints, with the path as sys.argv[1]; empty when Python or a module is missing.
  static QString python(const QString& code, const std::string& path) {
    QProcess process;
    process.start("/usr/bin/python3", {"-c", code, QString::fromStdString(path)});
    if (!process.waitForStarted() || !process.waitForFinished(60000) || process.exitCode() != 0) return {};
    return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
  }

private Q_SLOTS:
  void nifti_data() { types(); }
  void nifti() {
    QFETCH(int, type);
    data::FieldInfo info = fieldOf(static_cast<data::ScalarType>(type));
    info.frame = data::Frame::RasMillimetres;
    info.worldUnit = "mm";
    info.transform = "sform";
    info.indexToWorld = {{0, -0.5, 0, 3, 0.25, 0, 0, -4, 0, 0, 2, 5, 0, 0, 0, 1}};
    info.labels = !isFloating(info.type);
    info.time = {3, "s", "", {1, 2.5, 4}};
    info.components = 2;
    const auto bytes = noise(info);
    for (const char* name : {"x.nii", "x.nii.gz"}) {
      io::writeNifti(path(name), info, bytes);
      const auto back = readBack(path(name), info, bytes);
      QCOMPARE(back.transform, std::string("sform"));
      QVERIFY(back.indexToWorld == info.indexToWorld);
      QCOMPARE(back.labels, info.labels);
      QVERIFY(back.time == info.time);
    }
    QVERIFY(QFile(folder_.filePath("x.nii.gz")).size() < QFile(folder_.filePath("x.nii")).size());
    const QString seen = python(
        "import sys, nibabel; i = nibabel.load(sys.argv[1]); print(i.shape, i.get_data_dtype(), i.affine[0].tolist(), "
        "i.header.get_xyzt_units(), int(i.header['intent_code']))",
        path("x.nii.gz"));
    if (seen.isEmpty()) QSKIP("python3 lacks nibabel");
    QCOMPARE(seen, QString("(11, 9, 7, 3, 2) %1 [0.0, -0.5, 0.0, 3.0] ('mm', 'sec') %2")
                       .arg(QString::fromStdString(std::string(nameOf(info.type))))
                       .arg(info.labels ? 1002 : 0));
  }

  void niftiUnits() {
    data::FieldInfo info = fieldOf(data::ScalarType::UInt16);
    info.frame = data::Frame::Cartesian;
    info.worldUnit = "µm";
    info.transform = "resolution";
    info.indexToWorld = data::Affine::scaling({0.5, 0.25, 2});
    const auto bytes = noise(info);
    io::writeNifti(path("um.nii"), info, bytes);
    const auto back = readBack(path("um.nii"), info, bytes);
    QVERIFY(std::abs(back.indexToWorld.spacing()[2] - 0.002) < 1e-9); // the reader speaks of millimetres
    info.frame = data::Frame::VoxelIndex;
    info.indexToWorld = {};
    io::writeNifti(path("px.nii"), info, bytes);
    QCOMPARE(readBack(path("px.nii"), info, bytes).transform, std::string("none"));
    info.frame = data::Frame::LonLat;
    QVERIFY_EXCEPTION_THROWN(io::writeNifti(path("no.nii"), info, bytes), data::UsageError);
    info.frame = data::Frame::Cartesian;
    info.shape = {40000, 1, 1};
    QVERIFY_EXCEPTION_THROWN(io::writeNifti(path("no.nii"), info, noise(info)), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(io::writeNifti(path("no.nii"), info, bytes), data::UsageError);
    QVERIFY(!QFile::exists(folder_.filePath("no.nii")) && !QFile::exists(folder_.filePath("no.nii.part")));
  }

  void tiff_data() { types(); }
  void tiff() {
    QFETCH(int, type);
    data::FieldInfo info = fieldOf(static_cast<data::ScalarType>(type));
    info.frame = data::Frame::Cartesian;
    info.worldUnit = "µm";
    info.indexToWorld = data::Affine::scaling({0.5, 0.25, 2});
    info.time = {3, "s", "", {0, 1.5, 3}};
    info.components = 2;
    const auto bytes = noise(info);
    io::writeTiff(path("x.tif"), info, bytes);
    const auto back = readBack(path("x.tif"), info, bytes);
    QVERIFY(back.frame == data::Frame::Cartesian);
    QCOMPARE(back.worldUnit, std::string("µm"));
    const auto spacing = back.indexToWorld.spacing();
    QVERIFY(std::abs(spacing[0] - 0.5) < 1e-6 && std::abs(spacing[1] - 0.25) < 1e-6 && spacing[2] == 2);
    QVERIFY(back.time == info.time);
    const QString seen = python(
        "import sys, tifffile; a = tifffile.imread(sys.argv[1]); print(a.shape, a.dtype, int(a.astype('i8').sum()))",
        path("x.tif"));
    if (seen.isEmpty()) QSKIP("python3 lacks tifffile");
    double sum = 0;
    const auto memory = data::memoryField(info, bytes);
    for (std::int64_t t = 0; t < 3; ++t)
      for (int c = 0; c < 2; ++c)
        for (const double v : test::readAll(*memory, test::wholeSlab(info, t, c)))
          sum += v;
    QCOMPARE(seen, QString("(3, 7, 2, 9, 11) %1 %2")
                       .arg(QString::fromStdString(std::string(nameOf(info.type))))
                       .arg(static_cast<qint64>(sum)));
  }

  void tiffLabels() {
    for (const auto type : {data::ScalarType::UInt16, data::ScalarType::Int32}) {
      data::FieldInfo info = fieldOf(type);
      info.labels = true;
      const auto bytes = noise(info);
      io::writeTiff(path("out.tif"), info, bytes);
      const auto back = readBack(path("out.tif"), info, bytes);
      QVERIFY(back.labels);
      QVERIFY(back.frame == data::Frame::VoxelIndex);
    }
    data::FieldInfo turned = fieldOf(data::ScalarType::UInt8);
    turned.frame = data::Frame::Cartesian;
    turned.worldUnit = "mm";
    turned.indexToWorld.m[0] = -1;
    QVERIFY_EXCEPTION_THROWN(io::writeTiff(path("no.tif"), turned, noise(turned)), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(io::writeTiff("/no/such/folder/x.tif", fieldOf(data::ScalarType::UInt8),
                                           noise(fieldOf(data::ScalarType::UInt8))),
                             data::UsageError);
    QVERIFY(!QFile::exists(folder_.filePath("no.tif")) && !QFile::exists(folder_.filePath("no.tif.part")));
  }
};

QTEST_GUILESS_MAIN(TestImages)
#include "test_images.moc"
