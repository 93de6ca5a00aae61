#include "io/reading.h"
#include "io/tables/tables.h"

#include <QtTest>

#include <QProcess>

#include <vtkCell.h>
#include <vtkIdList.h>
#include <vtkPolyData.h>

using namespace discern;
using namespace discern::test;

namespace {

/// A GeoPackage that Python's own sqlite3 writes: squares, one with a hole, a bent one; a road; two wells; a table
/// alone.
const char* const make = R"PY(
import sqlite3, struct, sys
d = sqlite3.connect(sys.argv[1])
d.execute('PRAGMA application_id = 0x47504B47')
d.execute('CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, '
          'organization_coordsys_id INTEGER, definition TEXT, description TEXT)')
d.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('UTM', 32633, 'EPSG', 32633, 'PROJCS[..,UNIT[\"metre\",1]]', '')")
d.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS[..]', '')")
d.execute('CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, srs_id INTEGER, identifier TEXT, '
          'description TEXT, last_change TEXT, min_x REAL, min_y REAL, max_x REAL, max_y REAL)')
d.execute('CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, '
          'srs_id INTEGER, z INTEGER, m INTEGER)')
def ring(*c): return struct.pack('<I', len(c)) + b''.join(struct.pack('<2d', *p) for p in c)
def polygon(*r): return struct.pack('<BII', 1, 3, len(r)) + b''.join(ring(*c) for c in r)
def blob(wkb, envelope=b'', flags=1): return b'GP\0' + bytes([flags]) + struct.pack('<i', 32633) + envelope + wkb
square = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
hole = [(1, 1), (1, 3), (3, 3), (3, 1), (1, 1)]
bent = [(10, 0), (14, 0), (14, 1), (11, 1), (11, 4), (10, 4), (10, 0)]
d.execute('CREATE TABLE fields (fid INTEGER PRIMARY KEY, geom BLOB, crop TEXT, area REAL)')
d.execute("INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('fields', 'features', 32633)")
d.execute("INSERT INTO gpkg_geometry_columns VALUES ('fields', 'geom', 'GEOMETRY', 32633, 0, 0)")
rows = [(blob(polygon(square)), 'wheat', 16.0), (blob(polygon(square, hole), struct.pack('<4d', 0, 4, 0, 4), 3), 'rye', 12.0),
        (blob(struct.pack('<BII', 1, 6, 2) + polygon(bent) + polygon(square)), 'wheat', 23.0), (None, 'none', None),
        (b'GP\0\1cut', 'bad', 1.0)]
d.executemany('INSERT INTO fields (geom, crop, area) VALUES (?, ?, ?)', rows)
if len(sys.argv) > 2:
    d.execute('CREATE TABLE roads (geom BLOB, width REAL)')
    d.execute("INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('roads', 'features', 4326)")
    d.execute("INSERT INTO gpkg_geometry_columns VALUES ('roads', 'geom', 'GEOMETRY', 4326, 0, 0)")
    d.execute('INSERT INTO roads VALUES (?, 3.5)', (blob(struct.pack('<BI', 1, 2) + ring((0, 0), (1, 1), (2, 0))),))
    d.execute('INSERT INTO roads VALUES (?, 1.5)', (blob(struct.pack('<BI2d', 1, 1, 5, 6)),))
    d.execute('CREATE TABLE notes (text TEXT)')
    d.execute("INSERT INTO notes VALUES ('dry')")
    d.execute("INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('notes', 'attributes', 0)")
    d.execute('CREATE VIEW trap AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c')
    d.execute("INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('trap', 'attributes', 0)")
d.commit()
)PY";

double areaOf(vtkPolyData& surface, const std::vector<double>& rows, double row) {
  double area = 0;
  for (vtkIdType i = 0; i < surface.GetNumberOfCells(); ++i) {
    if (rows[static_cast<std::size_t>(i)] != row) continue;
    vtkCell* cell = surface.GetCell(i);
    double twice = 0;
    for (vtkIdType k = 0; k < cell->GetNumberOfPoints(); ++k) {
      std::array<double, 3> a{}, b{};
      surface.GetPoint(cell->GetPointId(static_cast<int>(k)), a.data());
      surface.GetPoint(cell->GetPointId(static_cast<int>((k + 1) % cell->GetNumberOfPoints())), b.data());
      twice += a[0] * b[1] - b[0] * a[1];
    }
    area += std::abs(twice) / 2;
  }
  return area;
}

} // namespace

class TestVector : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  [[nodiscard]] std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }
  [[nodiscard]] bool made(const char* name, bool more = false) const {
    QProcess python;
    python.start("/usr/bin/python3",
                 QStringList{"-c", make, folder_.filePath(name)} + (more ? QStringList{"more"} : QStringList()));
    return python.waitForFinished() && python.exitCode() == 0;
  }

private slots:
  void polygonsBecomeTriangles() {
    QVERIFY(made("a.gpkg"));
    const auto dataset = io::open(path("a.gpkg"));
    QCOMPARE(dataset->info().format, std::string("GeoPackage"));
    const data::Table table = dataset->table("fields");
    QCOMPARE(table.info.rows, 5);
    QVERIFY((table.info.columns == std::vector<std::string>{"crop", "area"}));
    const auto grid = dataset->grid("fields");
    QVERIFY(grid->info().frame == data::Frame::Cartesian && grid->info().worldUnit == "m");
    const auto object = grid->read(0);
    auto* surface = vtkPolyData::SafeDownCast(object);
    QVERIFY(surface);
    const auto rows = readAll(*dataset->field("feature"), wholeSlab(dataset->field("feature")->info()));
    QCOMPARE(static_cast<vtkIdType>(rows.size()), surface->GetNumberOfCells());
    QCOMPARE(areaOf(*surface, rows, 0), 16.0);
    QCOMPARE(areaOf(*surface, rows, 1), 12.0); // the hole is open
    QCOMPARE(areaOf(*surface, rows, 2), 23.0);
    const auto crop = dataset->field("crop");
    QVERIFY(crop->info().labels && crop->info().labelNames.at(1) == "wheat" && crop->info().labelNames.at(2) == "rye");
    const auto areas = readAll(*dataset->field("area"), wholeSlab(dataset->field("area")->info()));
    for (std::size_t i = 0; i < rows.size(); ++i)
      QCOMPARE(areas[i], rows[i] == 0 ? 16.0 : rows[i] == 1 ? 12.0 : 23.0);
  }

  void severalLayers() {
    QVERIFY(made("b.gpkg", true));
    const auto dataset = io::open(path("b.gpkg"));
    QCOMPARE(dataset->info().grids.size(), 2U);
    QVERIFY(dataset->grid("roads")->info().kind == data::GridKind::Lines);
    QVERIFY(dataset->grid("roads")->info().frame == data::Frame::LonLat);
    const auto width = dataset->field("roads: width");
    QVERIFY((readAll(*width, wholeSlab(width->info())) == std::vector<double>{1.5, 3.5})); // points, then lines
    QVERIFY((texts(dataset->table("notes"), "text") == std::vector<std::string>{"dry"}));
    QVERIFY(warns(*dataset, "trap")); // a view without an end is never asked
  }

  void damaged() {
    QVERIFY(made("c.gpkg"));
    QFile whole(folder_.filePath("c.gpkg"));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const QByteArray bytes = whole.readAll();
    for (const int cut : {100, 3000, 5000, static_cast<int>(bytes.size()) - 4096}) {
      writeFile(path("cut.gpkg"), bytes.left(cut));
      const std::string said = refusal(path("cut.gpkg"));
      QVERIFY2(said.find("cut.gpkg: ") != std::string::npos, qPrintable(QString::number(cut)));
    }
  }

  void realFile() {
    if (!isThere(sharedFile("07_agri_hyperspectral"))) QSKIP("../shared/data is absent");
    const auto dataset = io::open(sharedFile("07_agri_hyperspectral/eolearn_LULC.gpkg"));
    const data::Table table = dataset->table("LULC");
    QCOMPARE(table.info.rows, 88);
    const auto object = dataset->grid("LULC")->read(0);
    auto* surface = vtkPolyData::SafeDownCast(object);
    const auto rows = readAll(*dataset->field("feature"), wholeSlab(dataset->field("feature")->info()));
    // The areas that the file states, in square metres: the same once the polygons are triangles.
    int alike = 0;
    for (std::size_t i = 0; i < 88; ++i) {
      const double stated = numbers(table, "AREA")[i], ours = areaOf(*surface, rows, static_cast<double>(i));
      if (std::abs(stated - ours) < 0.01 * stated + 1) ++alike;
    }
    QVERIFY2(alike > 60, qPrintable(QString::number(alike)));
  }
};

QTEST_GUILESS_MAIN(TestVector)
#include "test_vector.moc"
