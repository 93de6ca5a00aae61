#include "geometry/grid_view.h"
#include "io/peer.h"

#include <QtTest>

#include <QFile>
#include <QTemporaryDir>

using namespace discern;

namespace {

/// A grid of 40 × 30 cells, turned by 30°, over the date line; its field is the latitude of the middle. Once as a model
/// of the ocean writes it, with corners; once as WRF does, with time before the coordinates.
const char* const makeFiles = R"(
import sys, numpy as np, netCDF4
d = sys.argv[1] + '/'
def places(i, j):
    c, s = np.cos(np.pi / 6), np.sin(np.pi / 6)
    lon = 180 + (i * c - j * s); lat = 10 + (i * s + j * c)
    return (lon + 180) % 360 - 180, lat
j, i = np.mgrid[0:30, 0:40] - 15.0
lon, lat = places(i, j)
off = [(-.5, -.5), (.5, -.5), (.5, .5), (-.5, .5)]
edges = [np.stack(a, -1) for a in zip(*[places(i + a, j + b) for a, b in off])]
for name, corners in [('plain.nc', False), ('corners.nc', True)]:
    with netCDF4.Dataset(d + name, 'w') as f:
        f.createDimension('y', 30); f.createDimension('x', 40); f.createDimension('corner', 4); f.createDimension('depth', 2)
        for n, unit, v, e in [('nav_lon', 'degrees_east', lon, edges[0]), ('nav_lat', 'degrees_north', lat, edges[1])]:
            a = f.createVariable(n, 'f8', ('y', 'x')); a.units = unit; a[:] = v
            if corners:
                a.bounds = n + '_bounds'
                f.createVariable(n + '_bounds', 'f8', ('y', 'x', 'corner'))[:] = e
        t = f.createVariable('t', 'f8', ('depth', 'y', 'x')); t.units = 'K'; t.coordinates = 'nav_lon nav_lat'
        t[:] = np.stack([lat, lat + 100])
with netCDF4.Dataset(d + 'wrf.nc', 'w') as f:
    f.createDimension('Time', None); f.createDimension('south_north', 30); f.createDimension('west_east', 40)
    for n, unit, v in [('XLONG', 'degree_east', lon), ('XLAT', 'degree_north', lat)]:
        a = f.createVariable(n, 'f4', ('Time', 'south_north', 'west_east')); a.units = unit; a[:] = v[None]
    t = f.createVariable('T2', 'f4', ('Time', 'south_north', 'west_east')); t.units = 'K'; t.coordinates = 'XLONG XLAT'
    t[:] = lat[None]
print('done')
)";

} // namespace

/// Fields whose cells have their longitudes and latitudes in variables of two axes.
class TestCurvilinear : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;

private Q_SLOTS:
  void initTestCase() {
    if (!test::pythonHas("netCDF4")) QSKIP("python3 lacks netCDF4");
    QString problem;
    test::python(makeFiles, {folder_.path()}, &problem);
    QVERIFY2(QFile::exists(folder_.filePath("wrf.nc")), qPrintable(problem));
  }

  void everyCellIsAtItsPlace_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("field");
    QTest::newRow("middles") << "plain.nc"
                             << "t";
    QTest::newRow("corners") << "corners.nc"
                             << "t";
    QTest::newRow("WRF") << "wrf.nc"
                         << "T2";
  }
  void everyCellIsAtItsPlace() {
    QFETCH(QString, file);
    QFETCH(QString, field);
    const std::string path = folder_.filePath(file).toStdString();
    const auto dataset = io::open(path);
    const auto source = dataset->field(field.toStdString());
    const data::FieldInfo& info = source->info();
    QVERIFY(!info.grid.empty());
    QVERIFY(info.frame == data::Frame::LonLat);
    QVERIFY(info.support == data::Support::Cells);
    const geometry::GridView view(dataset);
    data::ShapeRequest request{.path = path, .grid = info.grid, .field = field.toStdString(), .section = {}};
    const auto values = test::readAll(*source, test::wholeSlab(info, 0, 0));
    int found = 0;
    for (int j = -15; j < 15; ++j)
      for (int i = -15; i < 25; ++i) {
        const double c = std::cos(M_PI / 6), s = std::sin(M_PI / 6);
        const double lon = 180 + i * c - j * s, lat = 10 + i * s + j * c;
        const auto cell = static_cast<std::size_t>((j + 15) * 40 + i + 15);
        // A place is the same on every turn round the globe.
        for (const double turn : {0.0, -360.0}) {
          const data::GridReading reading = view.probe(request, {lon + turn, lat, 0});
          QCOMPARE(reading.cell, static_cast<std::int64_t>(cell));
          QCOMPARE(reading.value, static_cast<double>(static_cast<float>(values[cell])));
        }
        ++found;
      }
    QCOMPARE(found, 1200);
    const data::GridReading beside = view.probe(request, {0, 10, 0});
    QVERIFY(beside.cell < 0);
    // No cell is torn apart by the date line.
    const data::Shape shape = view.shape(request);
    QVERIFY(!shape.triangles.empty());
    for (std::size_t t = 0; t + 2 < shape.triangles.size(); t += 3)
      for (std::size_t k = 0; k < 3; ++k) {
        const std::size_t a = 3 * std::size_t{shape.triangles[t + k]},
                          b = 3 * std::size_t{shape.triangles[t + (k + 1) % 3]};
        QVERIFY(std::abs(shape.points[a] - shape.points[b]) < 4);
      }
  }

  void levelsAreLayers() {
    const std::string path = folder_.filePath("plain.nc").toStdString();
    const auto dataset = io::open(path);
    const geometry::GridView view(dataset);
    data::ShapeRequest request{.path = path, .grid = dataset->field("t")->info().grid, .field = "t", .section = {}};
    const double first = view.probe(request, {180, 10, 0}).value;
    request.layer = 1;
    QVERIFY(std::abs(view.probe(request, {180, 10, 0}).value - first - 100) < 1e-4);
  }

  void anOceanModel() {
    const std::string path = DISCERN_SHARED_DATA "/02_climate/ctorca_curvilinear.nc";
    if (!QFile::exists(QString::fromStdString(path))) QSKIP("../shared/data is not here");
    const auto dataset = io::open(path);
    const auto field = dataset->field("sosstsst");
    QVERIFY(field->info().frame == data::Frame::LonLat && !field->info().grid.empty());
    const geometry::GridView view(dataset);
    const data::ShapeRequest request{.path = path, .grid = field->info().grid, .field = "sosstsst", .section = {}};
    // Middles and values as netCDF4-python reads them: column, row, longitude, latitude, °C.
    for (const auto& [i, j, lon, lat, value] :
         {std::tuple{90, 70, -101.99998, -1.5285465, 19.458227}, std::tuple{150, 20, 18.000546, -66.51326, 2.5492733},
          std::tuple{60, 40, -161.99985, -44.646076, 16.532717}, std::tuple{140, 146, 72.7275, 83.69659, -1.8015374}}) {
      const data::GridReading reading = view.probe(request, {lon, lat, 0});
      QCOMPARE(reading.cell, static_cast<std::int64_t>(j) * 182 + i);
      QVERIFY(std::abs(reading.value - value) < 1e-5);
    }
  }
};

QTEST_GUILESS_MAIN(TestCurvilinear)
#include "test_curvilinear.moc"
