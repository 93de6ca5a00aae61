#include "io/peer.h"

#include <QtTest>

#include <QFile>
#include <QTemporaryDir>

using namespace discern;
using test::difference;
using test::everything;
using test::python;

namespace {

const char* const makeGeoTiffs = R"(
import sys, numpy as np, tifffile
d = sys.argv[1] + '/'
a = np.arange(12, dtype='f4').reshape(3, 4); a[1, 1] = -9999
def keys(*rows): return (34735, 'H', 4 * (len(rows) + 1), [1, 1, 0, len(rows)] + [n for r in rows for n in r], True)
def write(name, keyrow, *more, data=a):
    tifffile.imwrite(d + name, data, metadata=None, extratags=[keyrow, *more])
scale = (33550, 'd', 3, (0.5, 0.25, 0.0), True)
tie = (33922, 'd', 6, (0.0, 0.0, 0.0, 10.0, 50.0, 0.0), True)
none = (42113, 's', 0, '-9999', True)
write('lonlat.tif', keys((1024, 0, 1, 2), (1025, 0, 1, 1), (2048, 0, 1, 4326)), scale, tie, none)
write('point.tif', keys((1024, 0, 1, 2), (1025, 0, 1, 2), (2048, 0, 1, 4326)), scale, tie)
write('utm.tif', keys((1024, 0, 1, 1), (1025, 0, 1, 1), (3072, 0, 1, 32633), (3076, 0, 1, 9001)),
      (33550, 'd', 3, (30.0, 30.0, 0.0), True), (33922, 'd', 6, (0.0, 0.0, 0.0, 5e5, 4e6, 0.0), True))
write('matrix.tif', keys((1024, 0, 1, 1), (1025, 0, 1, 1), (3072, 0, 1, 32633)),
      (34264, 'd', 16, (0.0, 30.0, 0.0, 5e5, 30.0, 0.0, 0.0, 4e6, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0), True))
write('whole.tif', keys((1024, 0, 1, 2), (2048, 0, 1, 4326)), scale, tie, (42113, 's', 0, '255', True), data=a.astype('u1'))
)";

/// Of an image whose second plane is in another file.
const char* const twoFiles =
    "<?xml version=\"1.0\"?><OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\"><Image ID=\"Image:0\">"
    "<Pixels ID=\"Pixels:0\" DimensionOrder=\"XYZCT\" Type=\"uint16\" SizeX=\"6\" SizeY=\"5\" SizeZ=\"2\" SizeC=\"1\" "
    "SizeT=\"1\">"
    "<TiffData FirstZ=\"0\" IFD=\"0\" PlaneCount=\"1\"><UUID FileName=\"a.ome.tif\">urn:uuid:1</UUID></TiffData>"
    "<TiffData FirstZ=\"1\" IFD=\"0\" PlaneCount=\"1\"><UUID "
    "FileName=\"b.ome.tif\">urn:uuid:2</UUID></TiffData></Pixels></Image></OME>";

const char* const makeOmeTiffs = R"(
import sys, numpy as np, tifffile
d = sys.argv[1] + '/'
a = np.arange(2 * 3 * 2 * 5 * 6, dtype='u2').reshape(2, 3, 2, 5, 6)
tifffile.imwrite(d + 'stack.ome.tif', a, ome=True, photometric='minisblack', metadata={'axes': 'TZCYX',
    'PhysicalSizeX': 0.5, 'PhysicalSizeXUnit': 'µm', 'PhysicalSizeY': 0.25, 'PhysicalSizeYUnit': 'µm',
    'PhysicalSizeZ': 2.0, 'PhysicalSizeZUnit': 'µm', 'TimeIncrement': 1.5})
tifffile.imwrite(d + 'a.ome.tif', a[0, 0, 0], description=sys.argv[2], metadata=None)
)";

} // namespace

/// Images with a place on a map, or many bands: ENVI, GeoTIFF, OME-TIFF.
class TestMaps : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  std::string put(const QString& name, const QByteArray& bytes) const {
    QFile file(folder_.filePath(name));
    if (file.open(QIODevice::WriteOnly)) file.write(bytes);
    return file.fileName().toStdString();
  }
  static QByteArray enviHeader(const QByteArray& order, const QByteArray& more = {}) {
    return "ENVI\ndescription = {\n  made here}\nsamples = 4\nlines = 3\nbands = 2\nheader offset = 5\ndata type = 2\n"
           "byte order = 1\ninterleave = " +
           order + "\n" + more;
  }
  /// Pixel (x, y) of band b is 100 b + 10 y + x, big-endian behind five bytes.
  static QByteArray enviBinary(const QByteArray& order) {
    QByteArray bytes("12345");
    const auto add = [&](int x, int y, int b) {
      bytes.append('\0');
      bytes.append(static_cast<char>(100 * b + 10 * y + x));
    };
    if (order == "bsq")
      for (int b = 0; b < 2; ++b)
        for (int y = 0; y < 3; ++y)
          for (int x = 0; x < 4; ++x)
            add(x, y, b);
    else if (order == "bil")
      for (int y = 0; y < 3; ++y)
        for (int b = 0; b < 2; ++b)
          for (int x = 0; x < 4; ++x)
            add(x, y, b);
    else
      for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 4; ++x)
          for (int b = 0; b < 2; ++b)
            add(x, y, b);
    return bytes;
  }

private Q_SLOTS:
  void envi_data() {
    QTest::addColumn<QByteArray>("order");
    for (const char* order : {"bsq", "bil", "bip"})
      QTest::newRow(order) << QByteArray(order);
  }
  void envi() {
    QFETCH(QByteArray, order);
    std::vector<double> expected;
    for (int b = 0; b < 2; ++b)
      for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 4; ++x)
          expected.push_back(100 * b + 10 * y + x);
    put("scene.img", enviBinary(order));
    const auto header =
        put("scene.hdr", enviHeader(order, "band names = {red, near infrared}\ndata ignore value = 12\n"));
    const auto field = io::open(header)->field("");
    QCOMPARE(field->info().components, 2);
    QVERIFY(field->info().type == data::ScalarType::Int16 && field->info().missing == 12.0);
    QVERIFY2(difference(everything(*field), expected).isEmpty(), qPrintable(difference(everything(*field), expected)));
    QVERIFY(everything(*io::open(folder_.filePath("scene.img").toStdString())->field("")) == expected);
    const auto table = io::open(header)->table("bands");
    QVERIFY((table.texts[1] == std::vector<std::string>{"red", "near infrared"}));
    // With wavelengths the bands are an axis.
    put("spectral", enviBinary(order));
    const auto spectral = io::open(
        put("spectral.hdr",
            enviHeader(order, "wavelength = {\n 650.5,\n 850}\nwavelength units = Nanometers\n"
                              "map info = {UTM, 1, 1, 500000, 4000000, 30, 20, 33, North, WGS-84, units=Meters}\n")));
    const auto info = spectral->field("")->info();
    QVERIFY(info.shape == (data::Index3{4, 3, 2}));
    QVERIFY((info.coordinates[2] == std::vector<double>{650.5, 850}));
    QVERIFY(everything(*spectral->field("")) == expected);
    QVERIFY(info.frame == data::Frame::Cartesian);
    QCOMPARE(info.worldUnit, std::string("m"));
    QVERIFY((info.world({0, 0, 0}) == data::Vec3{500015, 3999990, 650.5}));
    QVERIFY((info.world({3, 2, 1}) == data::Vec3{500105, 3999950, 850}));
    QCOMPARE(spectral->table("bands").info.units[1], std::string("Nanometers"));
    const auto geographic = io::open(
        put("scene.hdr", enviHeader(order, "map info = {Geographic Lat/Lon, 1.5, 1.5, 10, 50, 0.5, 0.25, WGS-84}\n")));
    QVERIFY(geographic->field("")->info().frame == data::Frame::LonLat);
    QVERIFY((geographic->field("")->info().world({2, 2, 0}) == data::Vec3{11, 49.5, 0}));
  }

  void enviClasses() {
    put("classes.dat", enviBinary("bsq"));
    const auto info = io::open(put("classes.hdr", enviHeader("bsq", "file type = ENVI Classification\n"
                                                                    "class names = {none, soil, water}\n")))
                          ->field("")
                          ->info();
    QVERIFY(info.labels);
    QCOMPARE(info.labelNames.at(2), std::string("water"));
  }

  void enviMissingFloats() {
    const float values[2] = {-9999, 3};
    put("f.img", QByteArray(reinterpret_cast<const char*>(values), sizeof(values)));
    const auto field = io::open(put("f.hdr", "ENVI\nsamples=2\nlines=1\nbands=1\ndata type=4\ninterleave=bsq\n"
                                             "data ignore value = -9999\n"))
                           ->field("");
    const auto read = everything(*field);
    QVERIFY(std::isnan(read[0]) && read[1] == 3);
    std::vector<double> series(1);
    field->series({0, 0, 0}, 0, 1, 0, series);
    QVERIFY(std::isnan(series[0]));
  }

  void enviDamaged() {
    put("short.img", enviBinary("bsq").left(40));
    QVERIFY(test::complaint(put("short.hdr", enviHeader("bsq"))).contains("promises"));
    QVERIFY(test::complaint(put("alone.hdr", enviHeader("bsq"))).contains("not beside it"));
    put("odd.img", enviBinary("bsq"));
    QVERIFY(test::complaint(put("odd.hdr", enviHeader("zip"))).contains("interleave"));
    QVERIFY(test::complaint(put("odd.hdr", enviHeader("bsq").replace("data type = 2", "data type = 6")))
                .contains("data type"));
    QVERIFY(test::complaint(put("odd.hdr", enviHeader("bsq").replace("samples = 4", "samples = 4e12")))
                .contains("promises"));
    QVERIFY(
        test::complaint(put("odd.hdr", enviHeader("bsq").replace("samples = 4", "samples = -4"))).contains("samples"));
    QVERIFY(test::complaint(put("odd.hdr", enviHeader("bsq", "wavelength = {1,"))).contains("brace"));
  }

  void geoTiff() {
    QString problem;
    python(makeGeoTiffs, {folder_.path()}, &problem);
    if (!QFile::exists(folder_.filePath("lonlat.tif")) && !test::pythonHas("tifffile")) QSKIP("python3 lacks tifffile");
    QVERIFY2(QFile::exists(folder_.filePath("whole.tif")), qPrintable(problem));
    const auto open = [this](const char* name) { return io::open(folder_.filePath(name).toStdString()); };
    const auto area = open("lonlat.tif");
    const auto info = area->field("")->info();
    QVERIFY(info.frame == data::Frame::LonLat);
    QVERIFY((info.world({0, 0, 0}) == data::Vec3{10.25, 49.875, 0}));
    QVERIFY((info.world({3, 2, 0}) == data::Vec3{11.75, 49.375, 0}));
    QCOMPARE(area->info().attributes.at("coordinate system"), std::string("EPSG:4326"));
    const auto values = everything(*area->field(""));
    QVERIFY(std::isnan(values[5]) && values[6] == 6);
    QVERIFY((open("point.tif")->field("")->info().world({0, 0, 0}) == data::Vec3{10, 50, 0}));
    const auto utm = open("utm.tif");
    QVERIFY(utm->field("")->info().frame == data::Frame::Cartesian);
    QCOMPARE(utm->field("")->info().worldUnit, std::string("m"));
    QVERIFY((utm->field("")->info().world({0, 0, 0}) == data::Vec3{500015, 3999985, 0}));
    QCOMPARE(utm->info().attributes.at("coordinate system"), std::string("EPSG:32633"));
    QVERIFY((open("matrix.tif")->field("")->info().world({1, 0, 0}) == data::Vec3{500015, 4000045, 0}));
    QVERIFY(open("whole.tif")->field("")->info().missing == 255.0);
  }

  void omeTiff() {
    QString problem;
    python(makeOmeTiffs, {folder_.path(), twoFiles}, &problem);
    if (!QFile::exists(folder_.filePath("a.ome.tif")) && !test::pythonHas("tifffile")) QSKIP("python3 lacks tifffile");
    QVERIFY2(QFile::exists(folder_.filePath("a.ome.tif")), qPrintable(problem));
    const auto stack = io::open(folder_.filePath("stack.ome.tif").toStdString());
    const auto field = stack->field("");
    const auto& info = field->info();
    QVERIFY(info.shape == (data::Index3{6, 5, 3}));
    QCOMPARE(info.components, 2);
    QCOMPARE(info.time.size, std::int64_t{2});
    QVERIFY((info.time.values == std::vector<double>{0, 1.5}));
    QVERIFY((info.indexToWorld.spacing() == data::Vec3{0.5, 0.25, 2}));
    QVERIFY(stack->info().warnings.empty());
    for (int t = 0; t < 2; ++t)
      for (int c = 0; c < 2; ++c) {
        const auto values = test::readAll(*field, test::wholeSlab(info, t, c));
        for (int z = 0; z < 3; ++z)
          QCOMPARE(values[static_cast<std::size_t>(z * 30)], static_cast<double>(((t * 3 + z) * 2 + c) * 30));
      }
    const auto warnings = io::open(folder_.filePath("a.ome.tif").toStdString())->info().warnings;
    QVERIFY(std::any_of(warnings.begin(), warnings.end(),
                        [](const auto& w) { return w.find("spread over 2 files") != std::string::npos; }));
  }
};

QTEST_GUILESS_MAIN(TestMaps)
#include "test_maps.moc"
