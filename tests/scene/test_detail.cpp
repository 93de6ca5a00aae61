#include "scene/volume/detail.h"
#include "scene/volume/limits.h"

#include <QtTest>

#include <cstring>

using namespace discern;
using scene::IndexBox;

namespace {

/// A field of 1024³ bytes, of which `whole` is level 3: 128³, all zero but a ball of radius 8 (64 of the finest voxels)
/// around (96, 32, 64).
struct Ball {
  data::FieldInfo field;
  data::Block whole;
  Ball() {
    field.shape = {1024, 1024, 1024};
    field.levels = 6;
    field.type = data::ScalarType::UInt8;
    whole.type = field.type;
    whole.slab.box.hi = {128, 128, 128};
    whole.slab.level = 3;
    auto bytes = std::make_shared<std::vector<std::byte>>(128UL * 128 * 128);
    for (int z = 0; z < 128; ++z)
      for (int y = 0; y < 128; ++y)
        for (int x = 0; x < 128; ++x)
          if ((x - 96) * (x - 96) + (y - 32) * (y - 32) + (z - 64) * (z - 64) <= 64)
            (*bytes)[static_cast<std::size_t>((z * 128 + y) * 128 + x)] = std::byte{200};
    whole.bytes = {bytes, bytes->data()};
  }
};

scene::Fading solid() {
  scene::Fading fading;
  fading.scale.range = {0, 255};
  fading.curve = {{0, 0}, {0.2, 0}, {0.5, 0.9}, {1, 1}};
  fading.unit = 1;
  return fading;
}

/// From `distance` in front of the ball's middle, along +y.
session::View3D facing(double distance) {
  session::View3D view;
  view.focal = {96 * 8 + 3.5, 32 * 8 + 3.5, 64 * 8 + 3.5};
  view.position = {view.focal[0], view.focal[1] - distance, view.focal[2]};
  view.up = {0, 0, 1};
  return view;
}

bool holds(const IndexBox& outer, const IndexBox& inner) {
  for (std::size_t a = 0; a < 3; ++a)
    if (outer.lo[a] > inner.lo[a] || outer.hi[a] < inner.hi[a]) return false;
  return true;
}

} // namespace

/// Which finer part of a large volume is read for a camera, and what the graphics may hold.
class TestDetail : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void whatIsLookedAt() {
    const Ball ball;
    const auto seen = scene::lookedAt(ball.field, ball.whole, solid(), facing(600), 600, 600);
    QVERIFY(seen);
    // The near side of the ball is there, and the empty rest of the volume isn't.
    const double left = 96 * 8 - 64, right = 96 * 8 + 72;
    QVERIFY2(seen->box.lo[0] < left + 20 && seen->box.lo[0] > left - 60, qPrintable(QString::number(seen->box.lo[0])));
    QVERIFY2(seen->box.hi[0] > right - 20 && seen->box.hi[0] < right + 60,
             qPrintable(QString::number(seen->box.hi[0])));
    QVERIFY(seen->box.lo[1] < 32 * 8 - 56);
    QVERIFY2(seen->box.hi[1] < 32 * 8 + 40,
             qPrintable(QString::number(seen->box.hi[1]))); // hidden by what is before it
    // A pixel at a distance of 536: the field of view is 30 degrees high.
    const double pixel = 2 * (600 - 64) * std::tan(15 * M_PI / 180) / 600;
    QVERIFY2(std::abs(seen->pixel - pixel) < 0.1 * pixel, qPrintable(QString::number(seen->pixel)));
  }

  void nothingIsLookedAt() {
    const Ball ball;
    session::View3D away = facing(600);
    away.focal[1] = away.position[1] - 600;
    QVERIFY(!scene::lookedAt(ball.field, ball.whole, solid(), away, 600, 600));
  }

  void theNearerTheFiner() {
    const Ball ball;
    int coarser = 3;
    for (const double distance : {3000.0, 1500.0, 700.0, 250.0}) {
      const auto seen = scene::lookedAt(ball.field, ball.whole, solid(), facing(distance), 600, 600);
      QVERIFY(seen);
      const auto slab = scene::detailFor(ball.field, ball.whole.slab, *seen, {});
      const int level = slab ? slab->level : 3;
      QVERIFY(level <= coarser);
      coarser = level;
      if (!slab) continue;
      QVERIFY(scene::serves(ball.field, *slab, *slab, *seen));
      QVERIFY(slab->box.voxels() <= scene::Limits3D{}.voxels);
      const data::Index3 shape = ball.field.shapeAt(level);
      for (std::size_t a = 0; a < 3; ++a)
        QVERIFY(slab->box.lo[a] >= 0 && slab->box.hi[a] <= shape[a]);
    }
    QCOMPARE(coarser, 0);
  }

  void limitsHold() {
    const Ball ball;
    const auto seen = scene::lookedAt(ball.field, ball.whole, solid(), facing(250), 600, 600);
    QVERIFY(seen);
    const auto free = scene::detailFor(ball.field, ball.whole.slab, *seen, {});
    QVERIFY(free);
    scene::Limits3D few;
    few.voxels = free->box.voxels() / 4;
    const auto coarser = scene::detailFor(ball.field, ball.whole.slab, *seen, few);
    QVERIFY(coarser && coarser->level > free->level && coarser->box.voxels() <= few.voxels);
    few.voxels = 10;
    QVERIFY(!scene::detailFor(ball.field, ball.whole.slab, *seen, few));
    // A coarser detail doesn't serve where a finer one is wanted.
    QVERIFY(!scene::serves(ball.field, *coarser, *free, *seen));
  }

  void theRimIsNotShown() {
    const Ball ball;
    data::Slab detail;
    detail.level = 1;
    detail.box = {{15, 0, 31}, {81, 66, 512}};
    const IndexBox inner = scene::innerOf(ball.field, detail);
    QCOMPARE(inner.lo[0], 16 * 2 - 0.5); // a voxel of level 1 less
    QCOMPARE(inner.hi[0], 80 * 2 - 0.5);
    QVERIFY(inner.lo[1] < -0.5 && inner.hi[2] > 1023.5); // at its ends the field goes on
    QVERIFY(holds(inner, {{32, 0, 64}, {159, 129, 1023}}));
  }

  void whatGraphicsHold() {
    const scene::Limits3D usual;
    QCOMPARE(scene::limitsFrom(2048, 0, false), usual);
    QCOMPARE(scene::limitsFrom(2048, std::int64_t{64} << 30, true).voxels,
             usual.voxels); // software: the memory is ours
    QCOMPARE(scene::limitsFrom(16384, std::int64_t{1} << 40, false).voxels, scene::mostVoxels3D);
    QCOMPARE(scene::limitsFrom(16384, 0, false).edge, std::int64_t{16382});
    QCOMPARE(scene::limitsFrom(2048, std::int64_t{1} << 28, false).voxels, std::int64_t{1} << 24);
    QVERIFY(scene::limitsFrom(0, 1, false).voxels >= usual.voxels / 2);
  }
};

QTEST_APPLESS_MAIN(TestDetail)
#include "test_detail.moc"
