#include "support/scene.h"
#include "volume/volume_view.h"

#include <QApplication>
#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::tests;

class TestVolumeView : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;
  std::unique_ptr<views::VolumeView> view_;

  [[nodiscard]] session::View3D camera() const { return view_->space()->view(); }
  [[nodiscard]] static data::Vec3 direction(const session::View3D& view) {
    data::Vec3 d{};
    double length = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      d[i] = view.focal[i] - view.position[i];
      length += d[i] * d[i];
    }
    for (double& part : d)
      part /= std::sqrt(length);
    return d;
  }
  [[nodiscard]] static double distance(const session::View3D& view) {
    double length = 0;
    for (std::size_t i = 0; i < 3; ++i)
      length += (view.focal[i] - view.position[i]) * (view.focal[i] - view.position[i]);
    return std::sqrt(length);
  }
  [[nodiscard]] int steps() const { return static_cast<int>(link_->session().history().size()); }

private Q_SLOTS:
  void init() {
    provider_ = std::make_unique<MemoryProvider>();
    addNuclei(*provider_);
    link_ = std::make_unique<link::Link>();
    addLayer(*link_, *provider_, "image");
    view_ = std::make_unique<views::VolumeView>(*link_, *provider_, testStyle(), "volume");
    if (!view_->space()) QSKIP("this build draws no volumes");
    present(*view_, 320, 280);
    QTRY_VERIFY_WITH_TIMEOUT(view_->settled(), 20000);
  }
  void cleanup() {
    view_.reset();
    link_.reset();
    provider_.reset();
  }

  void leftDragRotatesAndIsOneStep() {
    const auto before = camera();
    const int history = steps();
    drag(view_.get(), {100, 100}, {180, 140}, Qt::LeftButton);
    QVERIFY(direction(camera()) != direction(before));
    QVERIFY(std::abs(distance(camera()) - distance(before)) < 1e-6 * distance(before));
    QCOMPARE(steps(), history + 1); // committed once, when the drag ended
    QCOMPARE(link_->state().view3d.position, camera().position);
  }
  void middleAndShiftDragPan() {
    const auto before = camera();
    drag(view_.get(), {100, 100}, {140, 100}, Qt::MiddleButton);
    const auto middle = camera();
    QVERIFY(middle.focal != before.focal);
    for (std::size_t i = 0; i < 3; ++i)
      QVERIFY(std::abs(direction(middle)[i] - direction(before)[i]) < 1e-9);
    drag(view_.get(), {140, 100}, {100, 100}, Qt::LeftButton, Qt::ShiftModifier);
    for (std::size_t i = 0; i < 3; ++i)
      QVERIFY(std::abs(camera().focal[i] - before.focal[i]) < 1e-6 * distance(before));
  }
  void wheelAndRightDragZoom() {
    const auto size = [this] { return camera().parallel ? camera().parallelScale : distance(camera()); };
    const double before = size();
    wheel(view_.get(), {100, 100}, 2);
    const double near = size();
    QVERIFY(near < before);
    drag(view_.get(), {100, 100}, {100, 160}, Qt::RightButton);
    QVERIFY(size() > near);
  }
  void standardCameras() {
    const auto along = [this](Qt::Key key, Qt::KeyboardModifiers held) {
      QTest::keyClick(view_.get(), key, held);
      return direction(camera());
    };
    const auto opposite = [](const data::Vec3& a, const data::Vec3& b) {
      return std::abs(a[0] + b[0]) < 1e-6 && std::abs(a[1] + b[1]) < 1e-6 && std::abs(a[2] + b[2]) < 1e-6;
    };
    for (const auto& [key, axis] :
         {std::pair{Qt::Key_1, std::size_t(1)}, {Qt::Key_3, std::size_t(0)}, {Qt::Key_7, std::size_t(2)}}) {
      const auto one = along(key, Qt::NoModifier), other = along(key, Qt::ControlModifier);
      QVERIFY(std::abs(std::abs(one[axis]) - 1) < 1e-6);
      QVERIFY(opposite(one, other));
    }
  }
  void fiveSwitchesTheProjection() {
    const bool before = camera().parallel;
    QTest::keyClick(view_.get(), Qt::Key_5);
    QCOMPARE(camera().parallel, !before);
    QTest::keyClick(view_.get(), Qt::Key_5);
    QCOMPARE(camera().parallel, before);
  }
  void resetBringsItBack() {
    QTest::keyClick(view_.get(), Qt::Key_R);
    const auto home = camera();
    drag(view_.get(), {100, 100}, {200, 180}, Qt::LeftButton);
    wheel(view_.get(), {100, 100}, 5);
    QTest::keyClick(view_.get(), Qt::Key_R);
    QVERIFY(std::abs(distance(camera()) - distance(home)) < 0.02 * distance(home));
  }
  void undoTakesTheCameraBack() {
    const auto before = camera();
    drag(view_.get(), {100, 100}, {180, 140}, Qt::LeftButton);
    link_->session().undo();
    QTRY_VERIFY(std::abs(direction(camera())[0] - direction(before)[0]) < 1e-6);
  }
  void rightClickOpensTheMenu() {
    QTest::mouseClick(view_.get(), Qt::RightButton, {}, {100, 100});
    QTRY_VERIFY(QApplication::activePopupWidget());
    QApplication::activePopupWidget()->close();
  }
};

QTEST_MAIN(TestVolumeView)
#include "test_volume_view.moc"
