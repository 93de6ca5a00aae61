#include "scene/map/coastlines.h"
#include "scene/map/map_grid.h"
#include "scene/theme.h"

#include <QTest>
#include <vtkPolyData.h>

using namespace discern;

namespace {

data::FieldInfo globe(std::int64_t columns, std::int64_t rows, double west, double step, double north, double down) {
  data::FieldInfo info;
  info.frame = data::Frame::LonLat;
  info.shape = {columns, rows, 1};
  info.indexToWorld = data::Affine{{step, 0, 0, west, 0, down, 0, north, 0, 0, 1, 0, 0, 0, 0, 1}};
  return info;
}

} // namespace

class TestMapGrid : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void edgesLieHalfwayAndPolesAreNotPassed() {
    const auto grid = scene::mapGrid(globe(360, 181, 0, 1, 90, -1));
    QCOMPARE(grid.lon.size(), std::size_t(361));
    QCOMPARE(grid.lon.front(), -0.5);
    QCOMPARE(grid.lon.back(), 359.5);
    QCOMPARE(grid.lat.front(), 90.0); // half a cell beyond would be 90.5
    QCOMPARE(grid.lat[1], 89.5);
    QCOMPARE(grid.lat.back(), -90.0);
    QVERIFY(grid.closed);
  }
  void longitudesAreCountedAsTheDataDo() {
    const auto east = scene::mapGrid(globe(36, 19, 0, 10, 90, -10));
    QCOMPARE(east.counted(-10), 350.0);
    QCOMPARE(east.counted(370), 10.0);
    QCOMPARE(east.counted(-5), -5.0); // the western edge of the cell at 0
    const auto both = scene::mapGrid(globe(36, 19, -180, 10, 90, -10));
    QCOMPARE(both.counted(190), -170.0);
    QCOMPARE(both.counted(-180), -180.0);
  }
  void cellsAreFoundInEitherOrder() {
    const auto down = scene::mapGrid(globe(36, 19, 0, 10, 90, -10)), up = scene::mapGrid(globe(36, 19, 0, 10, -90, 10));
    QCOMPARE((*down.cellAt(52, 48))[0], 5);
    QCOMPARE((*down.cellAt(52, 48))[1], 4); // 90, 80, 70, 60, 50
    QCOMPARE((*up.cellAt(52, 48))[1], 14);
    QCOMPARE((*down.cellAt(-10, 0))[0], 35);
    const auto region = scene::mapGrid(globe(10, 10, 5, 1, 50, -1));
    QVERIFY(!region.closed);
    QVERIFY(!region.cellAt(20, 45));
    QVERIFY(!region.cellAt(10, 51));
  }
  void coordinateArraysAreHonoured() {
    data::FieldInfo info = globe(4, 3, 0, 1, 0, 1);
    info.coordinates[0] = {0, 10, 30, 70};
    info.coordinates[1] = {-10, 0, 40};
    const auto grid = scene::mapGrid(info);
    QCOMPARE(grid.lon[0], -5.0);
    QCOMPARE(grid.lon[1], 5.0);
    QCOMPARE(grid.lon[2], 20.0);
    QCOMPARE(grid.lon[3], 50.0);
    QCOMPARE(grid.lon[4], 90.0);
    QCOMPARE((*grid.cellAt(25, 19))[0], 2);
    QCOMPARE((*grid.cellAt(25, 19))[1], 1);
  }
  void jumpOverTheDatelineIsUnwound() {
    data::FieldInfo info = globe(4, 2, 0, 1, 0, 1);
    info.coordinates[0] = {170, 175, -180, -175};
    const auto grid = scene::mapGrid(info);
    QCOMPARE(grid.west(), 167.5);
    QCOMPARE(grid.east(), 187.5);
    QCOMPARE((*grid.cellAt(-176, 0))[0], 3);
  }
  void coarserLevelsCoverTheSameGround() {
    const auto info = globe(361, 181, -180, 1, 90, -1); // 361 = not a multiple of four
    const auto fine = scene::mapGrid(info), coarse = scene::mapGrid(info, 2);
    QCOMPARE(coarse.lon.size(), std::size_t(92));
    QCOMPARE(coarse.west(), fine.west());
    QCOMPARE(coarse.east(), fine.east());
    QCOMPARE(coarse.lon[1], -176.5); // behind the fourth of the finest cells
  }
  void degreesHaveTheirLetter_data() {
    QTest::addColumn<double>("longitude");
    QTest::addColumn<QString>("words");
    QTest::newRow("west") << -60.0 << "60° W";
    QTest::newRow("west, counted on") << 300.0 << "60° W";
    QTest::newRow("east") << 30.0 << "30° E";
    QTest::newRow("zero") << 360.0 << "0°";
    QTest::newRow("dateline") << -180.0 << "180°";
  }
  void degreesHaveTheirLetter() {
    QFETCH(double, longitude);
    QFETCH(QString, words);
    QCOMPARE(QString::fromStdString(scene::meridianLabel(longitude)), words);
  }
  void latitudes() {
    QCOMPARE(scene::parallelLabel(30), std::string("30° N"));
    QCOMPARE(scene::parallelLabel(-7.5), std::string("7.5° S"));
    QCOMPARE(scene::parallelLabel(0), std::string("0°"));
  }
  void graticuleHasRoundSteps() {
    QCOMPARE(scene::graticuleStep(360, 12), 30.0);
    QCOMPARE(scene::graticuleStep(360, 7), 60.0);
    QCOMPARE(scene::graticuleStep(7, 8), 1.0);
  }
  void coastlinesAreOnTheGlobe() {
    for (const char* scale : {"110m", "50m"}) {
      const auto lines = scene::readCoastlines(scene::resourceFolder() + "/coastlines/coastlines-" + scale + ".json");
      QVERIFY(lines->GetNumberOfCells() > 100);
      double box[6];
      lines->GetBounds(box);
      QVERIFY(box[0] >= -180 && box[0] < -179 && box[1] <= 180 && box[1] > 179);
      QVERIFY(box[2] >= -90 && box[2] < -60 && box[3] <= 90 && box[3] > 80);
    }
    QVERIFY_EXCEPTION_THROWN((void)scene::readCoastlines("/nowhere.json"), std::runtime_error);
  }
};

QTEST_GUILESS_MAIN(TestMapGrid)
#include "test_map_grid.moc"
