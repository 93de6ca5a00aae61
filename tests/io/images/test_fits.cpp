#include "io/peer.h"

#include <QtTest>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <future>
#include <vtkIdList.h>
#include <vtkNew.h>
#include <vtkPolyData.h>

using namespace discern;
using test::difference;
using test::doubles;
using test::everything;
using test::python;

namespace {

/// Python that writes the pixels of images as doubles to argv[1]/N.f8; each argument behind it is "file hdu kind", and
/// BLANK is NaN where the kind is not "whole".
const char* const astropyImages = R"(
import sys, warnings, numpy as np
warnings.simplefilter('ignore')
from astropy.io import fits
for i, words in enumerate(sys.argv[2:]):
    name, hdu, kind = words.rsplit(' ', 2)
    with fits.open(name, ignore_blank=kind == 'whole') as h:
        np.ascontiguousarray(h[int(hdu)].data, dtype='f8').tofile('%s/%d.f8' % (sys.argv[1], i))
print('done')
)";

const char* const makeFiles = R"(
import sys, warnings, numpy as np
warnings.simplefilter('ignore')
from astropy.io import fits
d = sys.argv[1] + '/'
r = np.random.default_rng(3)
def noise(t, shape=(5, 17, 23)):
    if t[0] == 'f': return r.normal(size=shape).astype(t)
    i = np.iinfo(t); return r.integers(i.min, i.max, shape, dtype=t, endpoint=True)
units = [fits.PrimaryHDU()]
for t in ['u1', 'i1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f4', 'f8']:
    units.append(fits.ImageHDU(noise(t), name=t))
fits.HDUList(units).writeto(d + 'types.fits')
fits.HDUList(units).writeto(d + 'types.fits.gz')
packed = noise('i2', (17, 23)); packed[3, 4] = -999
p = fits.PrimaryHDU(packed); p.header['BLANK'] = -999; p.header['BUNIT'] = 'mJy'
p.writeto(d + 'blank.fits')
raw = bytearray(open(d + 'blank.fits', 'rb').read())
at = raw.find(b'END' + b' ' * 77)
for card in [b'BSCALE  =                  0.5', b'BZERO   =                100.0']:
    raw[at:at + 80] = card.ljust(80); at += 80
raw[at:at + 80] = b'END'.ljust(80)
open(d + 'scaled_blank.fits', 'wb').write(raw)
c = np.cumsum(noise('u1', (50, 60)).astype('i4') - 127, axis=1)
for kind in ['RICE_1', 'GZIP_1', 'GZIP_2']:
    fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(c.astype('i2'), compression_type=kind)]).writeto(d + kind + '.fits')
f = noise('f4', (50, 60)); f[2, 3] = np.nan
fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(f, compression_type='RICE_1', quantize_level=16)]).writeto(d + 'quantized.fits')
sky = fits.PrimaryHDU(noise('f4', (40, 60)))
for k, v in dict(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRPIX1=30.5, CRPIX2=20.5, CRVAL1=202.47, CRVAL2=47.2,
                 CDELT1=-0.4 / 3600, CDELT2=0.4 / 3600, OBJECT='M51').items(): sky.header[k] = v
sky.writeto(d + 'tan.fits')
cube = fits.PrimaryHDU(noise('f4', (2, 7, 5, 6)))
cube.header['CTYPE3'] = 'FREQ'; cube.header['CTYPE4'] = 'STOKES'
cube.writeto(d + 'cube.fits')
line = fits.PrimaryHDU(noise('f4', (7, 40, 60)))
for k, v in dict(CTYPE1='GLON-SIN', CTYPE2='GLAT-SIN', CTYPE3='FREQ', CUNIT3='Hz', CRPIX1=30, CRPIX2=20, CRPIX3=1, CRVAL1=359.9,
                 CRVAL2=-5.5, CRVAL3=1.42e9, CDELT1=-0.05, CDELT2=0.05, CDELT3=2.5e5, PC1_1=0.8, PC1_2=-0.6, PC2_1=0.6,
                 PC2_2=0.8).items(): line.header[k] = v
line.writeto(d + 'line.fits')
t = fits.BinTableHDU.from_columns([
    fits.Column('flux', 'D', unit='Jy', array=np.array([1.5, np.nan, 3])),
    fits.Column('id', 'J', null=-1, array=np.array([7, -1, 9])),
    fits.Column('flag', 'L', array=np.array([True, False, True])),
    fits.Column('name', '8A', array=np.array(['a star', 'b', ''])),
    fits.Column('pair', '2E', array=np.array([[1, 2], [3, 4], [5, 6]])),
    fits.Column('long', '40E', array=np.zeros((3, 40)))], name='SOURCES')
a = fits.TableHDU.from_columns([fits.Column('x', 'F10.3', array=np.array([1.25, 2.5])),
                                fits.Column('word', 'A5', array=np.array(['one', 'two']))], name='ASCII')
fits.HDUList([fits.PrimaryHDU(), t, a]).writeto(d + 'tables.fits')
for order in ['RING', 'NESTED']:
    m = fits.BinTableHDU.from_columns([fits.Column('T', 'E', unit='K', array=np.where(np.arange(192) == 5, -1.6375e30, np.arange(192)))], name='MAP')
    for k, v in dict(PIXTYPE='HEALPIX', ORDERING=order, NSIDE=4, INDXSCHM='IMPLICIT').items(): m.header[k] = v
    fits.HDUList([fits.PrimaryHDU(), m]).writeto(d + order + '.fits')
print('done')
)";

/// Of a cell over longitude and latitude, on the sphere of radius 1: the integral of sin(latitude) along its edges.
double areaOf(vtkPolyData& cells, vtkIdType cell) {
  vtkNew<vtkIdList> corners;
  cells.GetCellPoints(cell, corners);
  const auto at = [&](vtkIdType i) {
    std::array<double, 3> p{};
    cells.GetPoint(corners->GetId(i % corners->GetNumberOfIds()), p.data());
    return p;
  };
  double area = 0;
  for (vtkIdType i = 0; i < corners->GetNumberOfIds(); ++i) {
    const auto p = at(i), q = at(i + 1);
    area += (p[0] - q[0]) * M_PI / 180 * (std::sin(p[1] * M_PI / 180) + std::sin(q[1] * M_PI / 180)) / 2;
  }
  return std::abs(area);
}

} // namespace

/// FITS against astropy.
class TestFits : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  QStringList peers_;
  QString problem_;
  void runPeer() { python(astropyImages, QStringList{folder_.path()} + peers_, &problem_); }
  [[nodiscard]] QString path(const QString& name) const { return folder_.filePath(name); }
  [[nodiscard]] std::shared_ptr<data::Dataset> open(const char* name) const {
    return io::open(path(name).toStdString());
  }

private Q_SLOTS:
  void initTestCase() {
    if (!test::pythonHas("astropy.io.fits")) QSKIP("python3 lacks astropy");
    QString problem;
    python(makeFiles, {folder_.path()}, &problem);
    QVERIFY2(QFile::exists(path("NESTED.fits")), qPrintable(problem));
  }

  void values_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("type");
    QTest::addColumn<int>("number");
    peers_.clear();
    const auto add = [this](const QString& file, const char* field, const char* type, int hdu) {
      const QString full = file.startsWith('/') ? file : path(file);
      QTest::newRow(qPrintable(file.section('/', -1) + " " + type))
          << full << QString(field) << QString(type) << static_cast<int>(peers_.size());
      peers_ << full + ' ' + QString::number(hdu) + (QString(type).startsWith("float") ? " float" : " whole");
    };
    constexpr std::array names{"U1", "I1", "I2", "U2", "I4", "U4", "I8", "U8", "F4", "F8"};
    constexpr std::array types{"uint8",  "int8",  "int16",  "uint16",  "int32",
                               "uint32", "int64", "uint64", "float32", "float64"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      add("types.fits", names[i], types[i], static_cast<int>(i) + 1);
      add("types.fits.gz", names[i], types[i], static_cast<int>(i) + 1);
    }
    add("blank.fits", "", "int16", 0);
    add("scaled_blank.fits", "", "float32", 0);
    add("RICE_1.fits", "", "int16", 1);
    add("GZIP_1.fits", "", "int16", 1);
    add("GZIP_2.fits", "", "int16", 1);
    add("quantized.fits", "", "float32", 1);
    add("cube.fits", "", "float32", 0);
    const QString shared = DISCERN_SHARED_DATA "/";
    if (!QDir(shared).exists()) {
      runPeer();
      return;
    }
    add(shared + "03_sky/M13_blue_0001.fits", "", "uint16", 0);
    add(shared + "03_sky/M51.fits", "", "int16", 0);
    add(shared + "03_sky/sep_image.fits", "", "float32", 0);
    add(shared + "03_sky/sep_back.fits", "", "float32", 0);
    add(shared + "03_sky/spitzer_example_image.fits", "", "float32", 0);
    add(shared + "15_malformed/fits/m13_plio.fits", "", "int16", 1);
    add(shared + "15_malformed/fits/m13_hcomp.fits", "", "int16", 1);
    add(shared + "15_malformed/fits/double_ext.fits", "", "uint16", 1);
    add(shared + "15_malformed/fits/kbmod_wrong_filename.fits", "image 3", "float32", 2);
    runPeer();
  }
  void values() {
    QFETCH(QString, file);
    QFETCH(QString, field);
    QFETCH(QString, type);
    QFETCH(int, number);
    const auto source = io::open(file.toStdString())->field(field.toStdString());
    QCOMPARE(QString::fromStdString(std::string(nameOf(source->info().type))), type);
    QFile values(path(QString::number(number) + ".f8"));
    QVERIFY2(values.open(QIODevice::ReadOnly), qPrintable(problem_));
    const auto theirs = doubles(values.readAll());
    // Scaled pixels: astropy multiplies in single precision, we in double.
    const QString found = difference(everything(*source), theirs, isFloating(source->info().type) ? 1e-6 : 0);
    QVERIFY2(found.isEmpty(), qPrintable(found));
  }

  void missing() {
    const auto whole = open("blank.fits")->field("");
    QVERIFY(whole->info().missing == -999.0);
    QCOMPARE(whole->info().unit, std::string("mJy"));
    const auto scaled = everything(*open("scaled_blank.fits")->field(""));
    QVERIFY(std::isnan(scaled[3 * 23 + 4]));
    QCOMPARE(std::count_if(scaled.begin(), scaled.end(), [](double v) { return std::isnan(v); }), std::ptrdiff_t{1});
  }

  void missingInTiles() {
    const std::string shared = DISCERN_SHARED_DATA "/15_malformed/fits/compressed_with_nan.fits";
    if (!QFile::exists(QString::fromStdString(shared))) QSKIP("../shared/data is not here");
    // astropy 5.2 makes a number of the ZBLANK at (1, 1); it is missing.
    const auto values = everything(*io::open(shared)->field(""));
    QCOMPARE(values.size(), std::size_t{144});
    QVERIFY(std::isnan(values[13]) && std::abs(values[12] - 11.85326338) < 1e-8);
    QCOMPARE(std::count_if(values.begin(), values.end(), [](double v) { return std::isnan(v); }), std::ptrdiff_t{1});
  }

  void axes() {
    const auto info = open("cube.fits")->field("")->info();
    QVERIFY(info.shape == (data::Index3{6, 5, 7}));
    QCOMPARE(info.components, 2);
    QCOMPARE(info.axisNames[2], std::string("frequency"));
  }

  void sky() {
    const auto dataset = open("tan.fits");
    QCOMPARE(dataset->info().attributes.at("sky of image"),
             std::string("RA 202.47°, Dec 47.2°, ICRS, TAN, 0.4 arcsec/pixel"));
    QCOMPARE(dataset->info().attributes.at("OBJECT"), std::string("M51"));
    QVERIFY(dataset->info().field("")->frame == data::Frame::VoxelIndex);
    const std::string shared = DISCERN_SHARED_DATA "/03_sky/spitzer_example_image.fits";
    if (!QFile::exists(QString::fromStdString(shared))) QSKIP("../shared/data is not here");
    const auto info = io::open(shared)->field("")->info();
    QVERIFY(info.frame == data::Frame::LonLat);
    const auto theirs = doubles(python("import sys, warnings, numpy as np; warnings.simplefilter('ignore')\n"
                                       "from astropy.wcs import WCS; from astropy.io import fits\n"
                                       "w = WCS(fits.getheader(sys.argv[1]))\n"
                                       "np.array([w.wcs_pix2world(x, y, 0) for x, y in [(0, 0), (1024, 512)]], "
                                       "dtype='f8').tofile(sys.stdout.buffer)",
                                       {QString::fromStdString(shared)}));
    QCOMPARE(theirs.size(), std::size_t{4});
    const auto first = info.world({0, 0, 0}), last = info.world({1024, 512, 0});
    for (std::size_t i = 0; i < 2; ++i) {
      QVERIFY(std::abs(first[i] - theirs[i]) < 1e-6);
      QVERIFY(std::abs(last[i] - theirs[2 + i]) < 1e-6);
    }
    QCOMPARE(info.unit, std::string("MJy/sr"));
  }

  void tables() {
    const auto dataset = open("tables.fits");
    const data::Table t = dataset->table("SOURCES");
    QVERIFY((t.info.columns == std::vector<std::string>{"flux", "id", "flag", "name", "pair[1]", "pair[2]"}));
    QCOMPARE(t.info.units[0], std::string("Jy"));
    QCOMPARE(t.info.rows, std::int64_t{3});
    QCOMPARE(t.numbers[0][0], 1.5);
    QVERIFY(std::isnan(t.numbers[0][1]) && std::isnan(t.numbers[1][1]));
    QCOMPARE(t.numbers[1][2], 9.0);
    QVERIFY((t.numbers[2] == std::vector<double>{1, 0, 1}));
    QVERIFY((t.texts[3] == std::vector<std::string>{"a star", "b", ""}));
    QVERIFY((t.numbers[5] == std::vector<double>{2, 4, 6}));
    QCOMPARE(dataset->info().warnings.size(), std::size_t{1});
    QVERIFY(dataset->info().warnings[0].find("long") != std::string::npos);
    const data::Table a = dataset->table("ASCII");
    QVERIFY((a.numbers[0] == std::vector<double>{1.25, 2.5}));
    QVERIFY((a.texts[1] == std::vector<std::string>{"one", "two"}));
  }

  void skyPositions_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("system");
    QTest::newRow("tangent plane") << path("tan.fits") << QString("ICRS");
    QTest::newRow("galactic cube") << path("line.fits") << QString("galactic");
  }
  void skyPositions() {
    QFETCH(QString, file);
    QFETCH(QString, system);
    const auto field = io::open(file.toStdString())->field("");
    const data::FieldInfo& info = field->info();
    QVERIFY(info.sky);
    QCOMPARE(QString::fromStdString(info.sky->system), system);
    // Corners, the middle and a place between pixels; NaN wherever astropy has none.
    std::vector<double> ours;
    QStringList places;
    const auto last = [&](std::size_t axis) { return static_cast<double>(info.shape[axis] - 1); };
    for (const data::Vec3 share : {data::Vec3{0, 0, 0}, data::Vec3{1, 0, 0}, data::Vec3{0, 1, 1},
                                   data::Vec3{0.5, 0.5, 0.5}, data::Vec3{0.31, 0.77, 0.2}}) {
      const data::Vec3 index{share[0] * last(0), share[1] * last(1), share[2] * last(2)};
      const data::SkyPosition found = field->skyAt(index);
      ours.insert(ours.end(), {found.longitude, found.latitude});
      if (info.shape[2] > 1) ours.push_back(found.spectral);
      places << QString("%1 %2 %3").arg(index[0], 0, 'g', 17).arg(index[1], 0, 'g', 17).arg(index[2], 0, 'g', 17);
    }
    QString problem;
    const auto theirs = doubles(python("import sys, warnings, numpy as np; warnings.simplefilter('ignore')\n"
                                       "from astropy.io import fits; from astropy.wcs import WCS\n"
                                       "w = WCS(fits.getheader(sys.argv[1])); out = []\n"
                                       "for place in sys.argv[2:]:\n"
                                       "    p = [float(x) for x in place.split()][:w.naxis]\n"
                                       "    out += list(w.wcs_pix2world([p], 0)[0])\n"
                                       "np.array(out).tofile(sys.stdout.buffer)",
                                       QStringList{file} + places, &problem));
    QVERIFY2(!theirs.empty(), qPrintable(problem));
    QVERIFY2(difference(ours, theirs, 1e-9).isEmpty(), qPrintable(difference(ours, theirs, 1e-9)));
  }

  void healpix() {
    // Both orders are of the same places; each is checked against what the geometry demands of it.
    std::vector<std::array<double, 2>> places[2];
    int at = 0;
    for (const char* name : {"RING.fits", "NESTED.fits"}) {
      const auto dataset = open(name);
      const auto values = everything(*dataset->field("T"));
      QVERIFY(std::isnan(values[5]) && values[191] == 191);
      QCOMPARE(dataset->field("T")->info().grid, std::string("MAP"));
      const auto lon = everything(*dataset->field("longitude")), lat = everything(*dataset->field("latitude"));
      const auto grid = dataset->grid("MAP")->read(0);
      auto* cells = vtkPolyData::SafeDownCast(grid);
      QVERIFY(cells && cells->GetNumberOfPolys() == 192);
      QVERIFY(dataset->grid("MAP")->info().frame == data::Frame::LonLat);
      double area = 0;
      for (vtkIdType i = 0; i < 192; ++i) {
        const auto k = static_cast<std::size_t>(i);
        // The pixel lies around its centre. On the plane of longitude and latitude its straight edges only roughly have
        // the equal areas that pixels have on the sphere; all together they cover it once.
        double bounds[6];
        cells->GetCellBounds(i, bounds);
        const double turn = 360 * std::round((bounds[0] + bounds[1] - 2 * lon[k]) / 720);
        QVERIFY2(bounds[0] < lon[k] + turn + 1e-4 && lon[k] + turn - 1e-4 < bounds[1] && bounds[2] < lat[k] &&
                     lat[k] < bounds[3] && bounds[1] - bounds[0] <= 90.001,
                 qPrintable(QString("pixel %1").arg(i)));
        area += areaOf(*cells, i);
        places[at].push_back({std::round(lon[k] * 1e6) / 1e6, std::round(lat[k] * 1e6) / 1e6});
      }
      QVERIFY2(std::abs(area / (4 * M_PI) - 1) < 0.02, qPrintable(QString::number(area / (4 * M_PI))));
      ++at;
    }
    // The first pixels of both orders, and a pixel of the equator, by hand.
    QVERIFY((places[0][0] == std::array{45.0, std::round(std::asin(1 - 1.0 / 48) * 180 / M_PI * 1e6) / 1e6}));
    QVERIFY((places[0][88] == std::array{11.25, 0.0}));
    QCOMPARE(places[1][0][0], 45.0); // the southern corner of face 0 lies on ring 7 of 15
    QCOMPARE(places[1][0][1], std::round(std::asin(4.0 / 3 - 2.0 * 7 / 12) * 180 / M_PI * 1e6) / 1e6);
    QVERIFY(places[0] != places[1]);
    std::sort(places[0].begin(), places[0].end());
    std::sort(places[1].begin(), places[1].end());
    QVERIFY(places[0] == places[1]);
    const std::string shared = DISCERN_SHARED_DATA "/03_sky/healpy_wmap_W_ud32.fits";
    if (!QFile::exists(QString::fromStdString(shared))) QSKIP("../shared/data is not here");
    const auto map = everything(*io::open(shared)->field("I_STOKES"));
    const auto theirs = doubles(python("import sys, numpy as np; from astropy.io import fits; "
                                       "np.ascontiguousarray(fits.getdata(sys.argv[1])['I_STOKES'].ravel(), "
                                       "dtype='f8').tofile(sys.stdout.buffer)",
                                       {QString::fromStdString(shared)}));
    QVERIFY2(difference(map, theirs).isEmpty(), qPrintable(difference(map, theirs)));
  }

  void manyThreads() {
    const auto dataset = open("types.fits");
    const auto field = dataset->field("U2");
    const auto expected = everything(*field);
    std::vector<std::future<bool>> readers;
    for (int i = 0; i < 8; ++i)
      readers.push_back(std::async(std::launch::async, [&] {
        for (int k = 0; k < 20; ++k)
          if (everything(*field) != expected || everything(*dataset->field("I2")).size() != expected.size())
            return false;
        return true;
      }));
    for (auto& reader : readers)
      QVERIFY(reader.get());
  }

  void damaged_data() {
    QTest::addColumn<QString>("name");
    const QDir fits(DISCERN_SHARED_DATA "/15_malformed/fits");
    for (const QString& name : fits.entryList(QDir::Files))
      QTest::newRow(qPrintable(name)) << fits.filePath(name);
    for (const char* name : {"fits_half_header.fits", "fits_truncated_data.fits", "zero_bytes.fits"})
      if (fits.exists()) QTest::newRow(name) << fits.filePath("../derived/" + QString(name));
    QTest::newRow("none") << QString();
  }
  void damaged() {
    QFETCH(QString, name);
    if (name.isEmpty()) return;
    const QString said = test::complaint(name.toStdString());
    const QString file = name.section('/', -1);
    const bool broken =
        QStringList{"defunct_keywords.hdr",     "group_invalid.fits", "invalid_header.hdr", "lzw.fits.Z",
                    "random_groups.fits",       "too_many_pv.hdr",    "verify.fits",        "fits_half_header.fits",
                    "fits_truncated_data.fits", "zero_bytes.fits"}
            .contains(file);
    QVERIFY2(said.isEmpty() != broken, qPrintable(said));
  }

  void cutShort() {
    QFile whole(path("types.fits"));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const QByteArray bytes = whole.readAll();
    QFile cut(path("cut.fits"));
    QVERIFY(cut.open(QIODevice::WriteOnly));
    cut.write(bytes.left(bytes.size() - 9000)); // the last image is 15640 bytes
    cut.close();
    const auto dataset = open("cut.fits");
    QCOMPARE(dataset->info().fields.size(), std::size_t{9});
    QVERIFY(dataset->info().warnings.back().find("cut short") != std::string::npos);
    QByteArray lying = bytes;
    const qsizetype at = lying.indexOf("NAXIS1  =", 2880);
    lying.replace(at + 10, 20, "          2000000000");
    QFile lie(path("lie.fits"));
    QVERIFY(lie.open(QIODevice::WriteOnly));
    lie.write(lying);
    lie.close();
    const QString said = test::complaint(path("lie.fits").toStdString());
    QVERIFY2(said.contains("promises"), qPrintable(said));
    QFile mixed(path("mixed.fits"));
    QVERIFY(mixed.open(QIODevice::WriteOnly));
    mixed.write(bytes.left(4000));
    mixed.close();
    QVERIFY(!test::complaint(path("mixed.fits").toStdString()).isEmpty());
  }
};

QTEST_GUILESS_MAIN(TestFits)
#include "test_fits.moc"
