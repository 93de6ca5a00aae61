#include "scene/colour/labels.h"
#include "scene/volume/grid3d.h"
#include "scene/volume/surfaces.h"
#include "scene/volume/volume_picture.h"
#include "scene_fixture.h"

#include <QElapsedTimer>
#include <QTest>
#include <atomic>
#include <cmath>
#include <thread>
#include <vtkDoubleArray.h>
#include <vtkLongLongArray.h>
#include <vtkMassProperties.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkRectilinearGrid.h>

using namespace discern;
using namespace discern::tests;

namespace {

data::BlockPtr blockOf(const FieldOf& field) {
  render::DirectProvider provider;
  provider.add("f", datasetOf(field));
  data::BlockPtr block;
  provider.read({"f", field.info.name}, *scene::slabFor3D(field.info, 0, 0), data::Priority::Visible, {},
                [&](data::FieldProvider::Reply<data::BlockPtr> reply) { block = reply.value; });
  return block;
}

/// A ball of label 3, and one voxel of label 8 in a corner.
FieldOf ball() {
  FieldOf field{plainInfo({24, 24, 24}, data::ScalarType::UInt16), [](auto i, auto j, auto k, auto) {
                  if (i == 0 && j == 0 && k == 0) return 8.0;
                  return std::hypot(i - 12.0, j - 12.0, k - 12.0) <= 8 ? 3.0 : 0.0;
                }};
  field.info.labels = true;
  return field;
}

/// Bright where the patient's right, front and top is; +i runs to the patient's left.
FieldOf corneredBrain() {
  FieldOf field{plainInfo({24, 24, 24}),
                [](auto i, auto j, auto k, auto) { return i < 8 && j >= 16 && k >= 16 ? 100.0 : 0.0; }};
  field.info.frame = data::Frame::RasMillimetres;
  field.info.worldUnit = "mm";
  field.info.transform = "sform";
  field.info.indexToWorld.m = {-2, 0, 0, 23, 0, 2, 0, -23, 0, 0, 2, -23, 0, 0, 0, 1};
  return field;
}

/// Two unit cubes along x in one rectilinear grid, with the field "side" on them.
std::shared_ptr<data::Dataset> twoCells() {
  class Pair final : public data::Dataset {
  public:
    Pair() {
      vtkNew<vtkRectilinearGrid> grid;
      grid->SetDimensions(3, 2, 2);
      vtkNew<vtkDoubleArray> x, y;
      for (const double at : {0.0, 1.0, 2.0})
        x->InsertNextValue(at);
      y->InsertNextValue(0);
      y->InsertNextValue(1);
      grid->SetXCoordinates(x);
      grid->SetYCoordinates(y);
      grid->SetZCoordinates(y);
      data::GridInfo about;
      about.name = "cubes";
      about.kind = data::GridKind::Structured;
      grid_ = data::memoryGrid(about, grid.Get());
      data::FieldInfo field = plainInfo({2, 1, 1});
      field.name = "side";
      field.support = data::Support::Cells;
      field.grid = "cubes";
      const std::array<float, 2> values{0, 1};
      const auto bytes = std::as_bytes(std::span(values));
      field_ = data::memoryField(field, {bytes.begin(), bytes.end()});
      info_.path = "g";
      info_.fields = {field};
      info_.grids = {grid_->info()};
    }
    [[nodiscard]] const data::DatasetInfo& info() const override { return info_; }
    [[nodiscard]] std::shared_ptr<const data::FieldSource> field(std::string_view) const override { return field_; }
    [[nodiscard]] std::shared_ptr<const data::GridSource> grid(std::string_view) const override { return grid_; }

  private:
    data::DatasetInfo info_;
    std::shared_ptr<data::FieldSource> field_;
    std::shared_ptr<const data::GridSource> grid_;
  };
  return std::make_shared<Pair>();
}

session::State volumeState(std::vector<session::Layer> layers, const std::string& projection) {
  session::State state = stateOf(std::move(layers), {0, 0, 0});
  state.projection3d = projection;
  return state;
}

/// Where the light of a picture lies, seen from its middle: right and up are positive; and how much there is of it.
struct Light {
  double x = 0, y = 0;
  int count = 0;
};
Light lightOf(const render::Picture& picture, int threshold) {
  Light light;
  for (int row = 0; row < picture.height; ++row)
    for (int column = 0; column < picture.width; ++column) {
      const std::uint8_t* p = picture.at(column, row);
      if (column < 110 && row > picture.height - 110) continue; // the cross of the axes
      if (row < 30) continue;                                   // the title
      if (p[0] < threshold || p[1] < threshold || p[2] < threshold) continue;
      light.x += column - picture.width / 2.0;
      light.y += picture.height / 2.0 - row;
      ++light.count;
    }
  if (light.count > 0) {
    light.x /= light.count;
    light.y /= light.count;
  }
  return light;
}

} // namespace

class TestVolumePanel : public QObject {
  Q_OBJECT

private Q_SLOTS:
  /// Two cells beside each other, 0 on the left and 1 on the right: as a surface, as planes, and on a slice.
  void gridsInSpaceAndOnSlices() {
    render::DirectProvider provider;
    provider.add("g", twoCells());
    session::Layer layer = layerOf("L1", "g");
    layer.field = "side";
    layer.range = std::array<double, 2>{0, 1};
    session::State state = volumeState({layer}, "volume");
    state.cursor = {1, 0.5, 0.5};
    state.view3d = {{1, -20, 0.5}, {1, 0.5, 0.5}, {0, 0, 1}, 1.5, true};
    for (const char* projection : {"volume", "planes"}) {
      state.projection3d = projection;
      Stage stage("volume", provider);
      const render::Picture picture = stage.draw(state);
      QCOMPARE(stage.reports, std::vector<std::string>());
      QVERIFY(stage.panel().complete());
      const std::uint8_t *left = picture.at(65, 100), *right = picture.at(135, 100);
      QVERIFY2(right[0] > left[0] + 60, projection);
    }
    Stage slice("axial", provider);
    const render::Picture picture = slice.draw(state);
    QVERIFY(slice.panel().complete());
    QVERIFY(colourAt(picture, slice.flat(), {0.5, 0.25, 0.5})[0] < 20);
    QVERIFY(colourAt(picture, slice.flat(), {1.5, 0.25, 0.5})[0] > 235);
    std::vector<scene::Reading> readings;
    state.cursor = {1.5, 0.5, 0.5};
    scene::readAtCursor(provider, state, &provider, [&](auto found) { readings = found; });
    QCOMPARE(readings.size(), std::size_t{1});
    QCOMPARE(readings[0].value, std::string("1"));
    QCOMPARE(readings[0].index, std::string("#1"));
    state.layers[0].field = "gone";
    Stage none("volume", provider);
    (void)none.draw(state);
    QCOMPARE(none.reports.size(), std::size_t{1});
  }

  void initTestCase() {
    try {
      context_ = std::make_unique<render::GlContext>();
    } catch (const std::exception& error) {
      QSKIP(error.what());
    }
  }

  void surfacesOfLabels() {
    FieldOf field = ball();
    field.info.indexToWorld = data::Affine::scaling({0.5, 0.5, 2}, {10, 20, 30});
    const scene::Surfaces surfaces = scene::labelSurfaces(field.info, *blockOf(field), [] { return false; });
    QVERIFY(surfaces.problem.empty());
    auto* labels = vtkLongLongArray::SafeDownCast(surfaces.data->GetPointData()->GetArray("label"));
    QVERIFY(labels);
    double low[3] = {1e9, 1e9, 1e9}, high[3] = {-1e9, -1e9, -1e9};
    bool corner = false;
    for (vtkIdType i = 0; i < surfaces.data->GetNumberOfPoints(); ++i) {
      corner = corner || labels->GetValue(i) == 8;
      if (labels->GetValue(i) != 3) continue;
      for (int axis = 0; axis < 3; ++axis) {
        low[axis] = std::min(low[axis], surfaces.data->GetPoint(i)[axis]);
        high[axis] = std::max(high[axis], surfaces.data->GetPoint(i)[axis]);
      }
    }
    QVERIFY(corner);
    // The ball reaches 8.5 voxels from its centre at index 12, in world units; smoothing may take half a voxel.
    const double spacing[3] = {0.5, 0.5, 2}, origin[3] = {10, 20, 30};
    for (int axis = 0; axis < 3; ++axis) {
      QVERIFY(std::abs(low[axis] - (origin[axis] + 3.5 * spacing[axis])) < 0.6 * spacing[axis]);
      QVERIFY(std::abs(high[axis] - (origin[axis] + 20.5 * spacing[axis])) < 0.6 * spacing[axis]);
    }
  }

  void surfacesAreClosedAndKeepTheirVolume() {
    FieldOf field = ball();
    field.value = [](auto i, auto j, auto k, auto) {
      return std::hypot(i - 12.0, j - 12.0, k - 12.0) <= 8 ? 3.0 : 0.0;
    };
    const scene::Surfaces surfaces = scene::labelSurfaces(field.info, *blockOf(field), [] { return false; });
    vtkNew<vtkMassProperties> mass;
    mass->SetInputData(surfaces.data);
    // Closed form: 4/3 π r³ of a ball of radius 8, whose voxels number 2109.
    QVERIFY2(std::abs(mass->GetVolume() - 2109) < 0.08 * 2109, qPrintable(QString::number(mass->GetVolume())));
  }

  void surfacesCanBeCancelled() {
    const FieldOf field = ball();
    QVERIFY(!scene::labelSurfaces(field.info, *blockOf(field), [] { return true; }).data);
  }

  void surfacesAreMadeBesideTheCaller() {
    const FieldOf field = ball();
    std::atomic<bool> ready = false, elsewhere = false;
    const auto here = std::this_thread::get_id();
    scene::SurfaceMaker maker([&] {
      elsewhere = std::this_thread::get_id() != here;
      ready = true;
    });
    maker.start(field.info, blockOf(field));
    maker.start(field.info, blockOf(field)); // the second makes the first stale
    QTRY_VERIFY_WITH_TIMEOUT(ready.load(), 20000);
    QVERIFY(elsewhere);
    QVERIFY(!maker.running());
    const auto surfaces = maker.take();
    QVERIFY(surfaces && surfaces->data && surfaces->data->GetNumberOfPoints() > 100);
    QVERIFY(!maker.take());
  }

  void aLargeFieldIsReadCoarsely() {
    data::FieldInfo field = plainInfo({1024, 1024, 512});
    field.levels = 4;
    QCOMPARE(scene::slabFor3D(field, 0, 0)->level, 2);
    QVERIFY(scene::slabFor3D(field, 0, 0)->box.voxels() <= scene::mostVoxels3D);
    field.levels = 1;
    QVERIFY(!scene::slabFor3D(field, 0, 0));
  }

  void theBackgroundIsClear() {
    // Two heaps: nine tenths around 10, one tenth around 200. The curve is clear at the first and dense at the second.
    data::Statistics statistics;
    statistics.binLow = 0;
    statistics.binHigh = 256;
    statistics.histogram.assign(256, 0);
    for (std::size_t i = 0; i < 20; ++i) {
      statistics.histogram[i] = 900;
      statistics.histogram[190 + i] = 100;
    }
    scene::ColorScale scale;
    scale.range = {0, 256};
    const auto curve = scene::opacityCurve(statistics, scale, false);
    const auto at = [&](double place) {
      for (std::size_t i = 1; i < curve.size(); ++i)
        if (place <= curve[i][0])
          return curve[i - 1][1] +
                 (place - curve[i - 1][0]) / (curve[i][0] - curve[i - 1][0]) * (curve[i][1] - curve[i - 1][1]);
      return curve.back()[1];
    };
    QVERIFY(at(10.0 / 256) == 0);
    QVERIFY(at(200.0 / 256) > 0.3);
    const auto both = scene::opacityCurve(statistics, scale, true);
    QVERIFY(both.front()[1] > 0.3 && both.back()[1] > 0.3);
  }

  void brainsStandTheRightWayRound_data() {
    QTest::addColumn<QString>("projection");
    QTest::addColumn<char>("from");
    QTest::addColumn<int>("x"); // where the bright corner must be seen
    QTest::addColumn<int>("y");
    for (const char* projection : {"volume", "planes"}) {
      QTest::newRow(qPrintable(QString("%1 from above").arg(projection))) << QString(projection) << 'z' << 1 << 1;
      QTest::newRow(qPrintable(QString("%1 from below").arg(projection))) << QString(projection) << 'Z' << -1 << 1;
      QTest::newRow(qPrintable(QString("%1 from the front").arg(projection))) << QString(projection) << 'y' << -1 << 1;
      QTest::newRow(qPrintable(QString("%1 from behind").arg(projection))) << QString(projection) << 'Y' << 1 << 1;
      QTest::newRow(qPrintable(QString("%1 from the right").arg(projection))) << QString(projection) << 'x' << 1 << 1;
      QTest::newRow(qPrintable(QString("%1 from the left").arg(projection))) << QString(projection) << 'X' << -1 << 1;
    }
  }
  void brainsStandTheRightWayRound() {
    QFETCH(QString, projection);
    QFETCH(char, from);
    QFETCH(int, x);
    QFETCH(int, y);
    render::DirectProvider provider;
    provider.add("brain", datasetOf(corneredBrain()));
    Stage stage("volume", provider, 400, 400);
    session::State state = volumeState({layerOf("L1", "brain")}, projection.toStdString());
    state.cursor = {15, 15, 15}; // so that the planes cut the bright corner
    (void)stage.draw(state);
    dynamic_cast<scene::SpacePanel&>(stage.panel()).standardView(from);
    const Light light = lightOf(stage.draw(state), 140);
    QVERIFY(light.count > 200);
    QVERIFY2(light.x * x > 10, qPrintable(QString::number(light.x)));
    QVERIFY2(light.y * y > 10, qPrintable(QString::number(light.y)));
  }

  void labelsHaveTheirColours() {
    render::DirectProvider provider;
    provider.add("labels", datasetOf(ball()));
    Stage stage("volume", provider, 400, 400);
    const auto picture = stage.draw(volumeState({layerOf("L1", "labels", session::Role::Prediction)}, "surfaces"));
    QVERIFY(stage.panel().complete());
    const scene::Rgb colour = scene::labelColour(3);
    const std::uint8_t* seen = picture.at(200, 200);
    // Lit and shaded, but the same hue: the parts keep their proportions.
    const double light = seen[0] + seen[1] + seen[2], own = 255 * (colour[0] + colour[1] + colour[2]);
    QVERIFY(light > 0.4 * own);
    for (std::size_t c = 0; c < 3; ++c)
      QVERIFY(std::abs(seen[c] / light - 255 * colour[c] / own) < 0.08);
  }

  void aSelectionStandsOut() {
    render::DirectProvider provider;
    provider.add("labels", datasetOf(ball()));
    Stage stage("volume", provider, 400, 400);
    session::State state = volumeState({layerOf("L1", "labels", session::Role::Prediction)}, "surfaces");
    const auto before = stage.draw(state);
    state.selection["L1"] = {8};
    const auto after = stage.draw(state);
    const auto sum = [](const std::uint8_t* p) { return p[0] + p[1] + p[2]; };
    QVERIFY(sum(after.at(200, 200)) < sum(before.at(200, 200)) / 2); // the ball has become a shell
    state.selection["L1"] = {3};
    QCOMPARE(sum(stage.draw(state).at(200, 200)), sum(before.at(200, 200)));
  }

  void sameStateSamePixels() {
    render::DirectProvider provider;
    provider.add("brain", datasetOf(corneredBrain()));
    const session::State state = volumeState({layerOf("L1", "brain")}, "volume");
    Stage one("volume", provider, 200, 200), two("volume", provider, 200, 200);
    const auto first = one.draw(state);
    (void)two.draw(volumeState({layerOf("L1", "brain")}, "planes"));
    QVERIFY(two.draw(state).rgb == first.rgb);
  }

  void coarseWhileTheMouseIsDown() {
    render::DirectProvider provider;
    FieldOf field{plainInfo({64, 64, 64}), [](auto i, auto j, auto k, auto) {
                    return std::sin(0.3 * i) * std::sin(0.3 * j) * std::sin(0.3 * k);
                  }};
    provider.add("waves", datasetOf(field));
    Stage stage("volume", provider, 600, 450);
    auto& panel = dynamic_cast<scene::SpacePanel&>(stage.panel());
    const session::State state = volumeState({layerOf("L1", "waves")}, "volume");
    const auto timed = [&](render::Picture& into) {
      QElapsedTimer timer;
      timer.start();
      into = stage.draw(state);
      return static_cast<double>(timer.nsecsElapsed()) / 1e6;
    };
    render::Picture fine, coarse, again;
    (void)timed(fine);
    const double rest = timed(fine);
    panel.setInteracting(true);
    (void)timed(coarse);
    const double moving = timed(coarse);
    panel.setInteracting(false);
    (void)timed(again);
    qInfo("a volume at 600 x 450: %.0f ms at rest, %.0f ms while it is turned", rest, moving);
    QVERIFY(coarse.rgb != fine.rgb);
    QVERIFY(again.rgb == fine.rgb);
  }

  void theCursorMovesOverAStillPicture() {
    render::DirectProvider provider;
    provider.add("brain", datasetOf(corneredBrain()));
    session::State state = volumeState({layerOf("L1", "brain")}, "volume");
    state.crosshair = true;
    Stage one("volume", provider, 600, 450), two("volume", provider, 600, 450);
    (void)one.draw(state);
    for (int step = 1; step < 5; ++step) {
      state.cursor = {2.0 * step, -3.0 * step, 4.0};
      QElapsedTimer timer;
      timer.start();
      const auto moved = one.draw(state);
      const double cost = static_cast<double>(timer.nsecsElapsed()) / 1e6;
      if (step == 4) {
        timer.restart();
        const auto fresh = two.draw(state);
        qInfo("a move of the cursor: %.1f ms; the first picture: %.1f ms", cost,
              static_cast<double>(timer.nsecsElapsed()) / 1e6);
        QVERIFY(moved.rgb == fresh.rgb); // the kept picture is the picture
      }
    }
    // What changes the scene is drawn anew.
    state.layers[0].range = {0, 400};
    const auto darker = one.draw(state);
    QVERIFY(darker.rgb == two.draw(state).rgb);
    dynamic_cast<scene::SpacePanel&>(one.panel()).rotate(40, 0);
    QVERIFY(one.draw(state).rgb != darker.rgb);
  }

  static bool near(const session::View3D& a, const session::View3D& b) {
    double apart = std::abs(a.parallelScale - b.parallelScale);
    for (std::size_t axis = 0; axis < 3; ++axis)
      apart += std::abs(a.position[axis] - b.position[axis]) + std::abs(a.focal[axis] - b.focal[axis]) +
               std::abs(a.up[axis] - b.up[axis]);
    return apart < 1e-9 && a.parallel == b.parallel;
  }

  void theCameraIsThatOfTheState() {
    render::DirectProvider provider;
    provider.add("brain", datasetOf(corneredBrain()));
    Stage stage("volume", provider, 300, 200);
    auto& panel = dynamic_cast<scene::SpacePanel&>(stage.panel());
    session::State state = volumeState({layerOf("L1", "brain")}, "planes");
    (void)stage.draw(state);
    const session::View3D fitted = panel.view();
    panel.rotate(30, 10);
    QVERIFY(!(panel.view() == fitted));
    state.cursor = {5, 5, 5};
    const session::View3D turned = panel.view();
    (void)stage.draw(state);
    QVERIFY(panel.view() == turned); // a move of the cursor doesn't take the camera back
    state.view3d = turned;
    (void)stage.draw(state);
    QVERIFY(near(panel.view(), turned));
    state.view3d.position[0] += 10;
    (void)stage.draw(state);
    QVERIFY(std::abs(panel.view().position[0] - turned.position[0] - 10) < 1e-9);
    const double before =
        std::hypot(panel.view().position[0] - panel.view().focal[0], panel.view().position[1] - panel.view().focal[1],
                   panel.view().position[2] - panel.view().focal[2]);
    panel.zoom(2);
    const session::View3D closer = panel.view();
    QVERIFY(std::abs(std::hypot(closer.position[0] - closer.focal[0], closer.position[1] - closer.focal[1],
                                closer.position[2] - closer.focal[2]) -
                     before / 2) < 1e-6 * before);
    panel.pan(30, 0);
    QVERIFY(!(panel.view().focal == closer.focal));
    panel.standardView('r');
    for (std::size_t axis = 0; axis < 3; ++axis)
      QVERIFY(std::abs(panel.view().position[axis] - fitted.position[axis]) < 1e-6);
  }

  void nothingIsCalm() {
    render::DirectProvider provider;
    Stage stage("volume", provider);
    const auto picture = stage.draw(session::State{});
    QVERIFY(stage.panel().complete());
    for (std::size_t i = 3; i < picture.rgb.size(); ++i)
      QVERIFY(picture.rgb[i] == picture.rgb[i % 3]);
  }

private:
  std::unique_ptr<render::GlContext> context_;
};

QTEST_GUILESS_MAIN(TestVolumePanel)
#include "test_volume_panel.moc"
