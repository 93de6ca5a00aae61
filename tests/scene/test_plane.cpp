#include "scene/open_state.h"
#include "scene/slice/plane.h"

#include <QTest>

using namespace discern;
using namespace discern::scene;

namespace {

data::FieldInfo brain() {
  data::FieldInfo info;
  info.name = "values";
  info.shape = {64, 64, 21};
  info.frame = data::Frame::RasMillimetres;
  info.worldUnit = "mm";
  info.transform = "sform";
  // Stored left to right reversed, as many scanners write: +i runs to the patient's left.
  info.indexToWorld.m = {-4, 0, 0, 126, 0, 4, 0, -100, 0, 0, 6, -40, 0, 0, 0, 1};
  return info;
}

} // namespace

class TestPlane : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void brainsFollowTheHabit() {
    const data::FieldInfo field = brain();
    const Plane neurological = planeFor("axial", field, false), radiological = planeFor("axial", field, true);
    const data::Vec3 right{50, 0, 0}, front{0, 50, 0};
    QVERIFY(neurological.flatten(right).u > 0); // patient's right on the right
    QVERIFY(radiological.flatten(right).u < 0);
    QVERIFY(neurological.flatten(front).v > 0 && radiological.flatten(front).v > 0);
    QVERIFY(planeFor("coronal", field, true).flatten(right).u < 0);
    QVERIFY(planeFor("coronal", field, false).flatten({0, 0, 9}).v > 0);
    QVERIFY(planeFor("sagittal", field, true) == planeFor("sagittal", field, false));
  }

  void imagesHaveTheirFirstRowAtTheTop() {
    data::FieldInfo image;
    image.shape = {8, 8, 8};
    QVERIFY(planeFor("axial", image, false).flatten({0, 7, 0}).v <
            planeFor("axial", image, false).flatten({0, 0, 0}).v);
    image.frame = data::Frame::Cartesian;
    image.transform = "coordinates";
    QVERIFY(planeFor("axial", image, false).flatten({0, 7, 0}).v > 0);
  }

  void flattenAndRaiseAreInverse() {
    for (const std::string panel : {"axial", "coronal", "sagittal"})
      for (const bool radiological : {false, true}) {
        const Plane plane = planeFor(panel, brain(), radiological);
        const data::Vec3 world{12, -34, 56};
        QCOMPARE(plane.raise(plane.flatten(world), world[static_cast<std::size_t>(plane.normalAxis)]), world);
      }
  }

  void theNearestSliceOfAPermutedAxis() {
    data::FieldInfo field = brain();
    // Index axes permuted: i runs up, j to the right, k to the front.
    field.indexToWorld.m = {0, 2, 0, 0, 0, 0, 3, 0, 5, 0, 0, 0, 0, 0, 0, 1};
    const Cut axial = cutOf(field, planeFor("axial", field, false), {0, 0, 26});
    QCOMPARE(axial.normal, 0);
    QCOMPARE(axial.s, 1);
    QCOMPARE(axial.t, 2);
    QCOMPARE(axial.slice, std::int64_t{5}); // 26 mm / 5 mm = 5.2
    QVERIFY(axial.inside);
    const Cut coronal = cutOf(field, planeFor("coronal", field, false), {0, 200, 0});
    QCOMPARE(coronal.normal, 2);
    QVERIFY(!coronal.inside);
  }

  void onlyTheNeededSlabIsRead() {
    const data::FieldInfo field = brain();
    const Plane plane = planeFor("sagittal", field, false);
    const Cut cut = cutOf(field, plane, {126 - 4 * 10, 0, 0});
    const data::Slab slab = slabOf(field, plane, cut, {{-100, -100}, {100, 100}, 1}, 7, 0);
    QVERIFY((slab.box == data::Box{{10, 0, 0}, {11, 64, 21}}));
    QCOMPARE(slab.time, std::int64_t{0}); // a field with one step shows it at every time
  }

  void aHugeImageIsReadCoarselyOrInPart() {
    data::FieldInfo image;
    image.shape = {40000, 30000, 1};
    image.levels = 7;
    const Plane plane = planeFor("axial", image, false);
    const Cut cut = cutOf(image, plane, {0, 0, 0});
    const data::Slab all = slabOf(image, plane, cut, {{0, -30000}, {40000, 0}, 40}, 0, 0);
    QCOMPARE(all.level, 5);
    QVERIFY((all.box == data::Box{{0, 0, 0}, {1250, 938, 1}}));
    const data::Slab part = slabOf(image, plane, cut, {{20000, -15800}, {21000, -15000}, 1}, 0, 0);
    QCOMPARE(part.level, 0);
    QVERIFY(part.box.voxels() < 4'000'000);
    QVERIFY(part.box.lo[0] <= 20000 && part.box.hi[0] >= 21000 && part.box.lo[1] <= 15000 && part.box.hi[1] >= 15800);
  }

  void pixelsOfAnIrregularAxisEndHalfWay() {
    data::FieldInfo field;
    field.shape = {3, 2, 1};
    field.frame = data::Frame::Cartesian;
    field.transform = "coordinates";
    field.coordinates[0] = {0, 1, 3};
    field.coordinates[1] = {0, 1};
    const Plane plane = planeFor("axial", field, false);
    const Cut cut = cutOf(field, plane, {0, 0, 0});
    const data::Slab slab = slabOf(field, plane, cut, {{0, 0}, {3, 1}, 0.01}, 0, 0);
    const Placement placement(field, plane, cut, slab);
    QCOMPARE(placement.linesS().size(), std::size_t{4});
    QCOMPARE(placement.at(1, 0).u, 0.5);
    QCOMPARE(placement.at(2, 0).u, 2.0);
  }

  void howAFileStarts() {
    data::DatasetInfo file;
    file.path = "/data/nuclei_truth.tif";
    data::FieldInfo field;
    field.name = "image";
    field.shape = {10, 11, 12};
    field.labels = true;
    file.fields.push_back(field);
    QCOMPARE(layerFor(file).role, session::Role::Truth);
    file.path = "/data/result.h5";
    QCOMPARE(layerFor(file).role, session::Role::Prediction);
    session::State state;
    const std::string first = addLayer(state, layerFor(file), file), second = addLayer(state, layerFor(file), file);
    QVERIFY(first != second);
    QCOMPARE(state.active, second);
    QCOMPARE(state.layout, std::string("four-up"));
    QCOMPARE(state.cursor, (data::Vec3{5, 5, 6}));
  }
};

QTEST_GUILESS_MAIN(TestPlane)
#include "test_plane.moc"
