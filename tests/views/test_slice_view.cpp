#include "scene/colour/vision.h"
#include "slice/slice_view.h"
#include "support/scene.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QTest>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::tests;

/// One axial view of the microscopy volume, driven by mouse and keys.
class TestSliceView : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;
  std::unique_ptr<views::SliceView> view_;

  [[nodiscard]] const session::State& state() const { return link_->state(); }
  /// Where a world position is on the widget.
  [[nodiscard]] QPoint at(double x, double y) const {
    for (int row = 0; row < view_->height(); ++row)
      if (const auto world = view_->worldAt(QPointF(view_->width() / 2.0, row + 0.5));
          world && std::abs((*world)[1] - y) < pixel() * 0.6)
        for (int column = 0; column < view_->width(); ++column)
          if (const auto there = view_->worldAt(QPointF(column + 0.5, row + 0.5));
              there && std::abs((*there)[0] - x) < pixel() * 0.6)
            return {column, row};
    return {-1, -1};
  }
  [[nodiscard]] double pixel() const { return view_->flat()->view().height / view_->height(); }

private Q_SLOTS:
  void init() {
    provider_ = std::make_unique<MemoryProvider>();
    addNuclei(*provider_);
    link_ = std::make_unique<link::Link>();
    addLayer(*link_, *provider_, "image");
    view_ = std::make_unique<views::SliceView>(*link_, *provider_, testStyle(), "axial");
    present(*view_, 480, 400);
    QTRY_VERIFY(view_->settled());
  }
  void cleanup() {
    view_.reset();
    link_.reset();
    provider_.reset();
  }

  void otherEyesAreShownButNotCopied() {
    link_->run("setLayer", {{"id", "L1"}, {"colormap", "roma"}});
    QTRY_VERIFY(view_->settled());
    const QImage before = view_->grabFramebuffer();
    link_->run("setDisplay", {{"vision", "deutan"}});
    QTRY_VERIFY(view_->settled());
    const QImage seen = view_->grabFramebuffer();
    const auto eyes = scene::visionMatrix("deutan");
    int changed = 0;
    for (int y = 2; y < before.height(); y += 7)
      for (int x = 2; x < before.width(); x += 7) {
        const QColor was = before.pixelColor(x, y), is = seen.pixelColor(x, y);
        const scene::Rgb expected = scene::seenWith(eyes, {was.redF(), was.greenF(), was.blueF()});
        QVERIFY(std::abs(is.redF() - expected[0]) < 0.02 && std::abs(is.greenF() - expected[1]) < 0.02 &&
                std::abs(is.blueF() - expected[2]) < 0.02);
        changed += was == is ? 0 : 1;
      }
    QVERIFY(changed > 100);
    photograph(*view_, "slice_deutan");
    QCOMPARE(view_->picture(), before); // what is copied is what there is
    link_->session().undo();
    QTRY_VERIFY(view_->settled());
    QCOMPARE(view_->grabFramebuffer(), before);
  }
  void aLockedRangeIsNotDragged() {
    link_->run("setLayer", {{"id", "L1"}, {"range", {0, 100}}, {"rangeLocked", true}});
    drag(view_.get(), {200, 200}, {260, 150}, Qt::RightButton);
    QCOMPARE((*state().layers[0].range)[1], 100.0);
    link_->run("setLayer", {{"id", "L1"}, {"rangeLocked", false}});
    drag(view_.get(), {200, 200}, {260, 150}, Qt::RightButton);
    QVERIFY((*state().layers[0].range)[1] != 100.0);
  }

  void clickMovesTheCursor() {
    const auto expected = view_->worldAt(QPointF(300, 120));
    QVERIFY(expected);
    QTest::mouseClick(view_.get(), Qt::LeftButton, {}, {300, 120});
    QCOMPARE(state().cursor, *expected);
  }
  void dragMovesTheCursorAlong() {
    drag(view_.get(), {200, 200}, {260, 150}, Qt::LeftButton);
    QCOMPARE(state().cursor, *view_->worldAt(QPointF(260, 150)));
    QCOMPARE(link_->session().history().back(), std::string("Move cursor"));
  }
  void onlyShiftDrivesTheCrosshairWithoutAButton() {
    const auto before = state().cursor;
    hover(view_.get(), {100, 100});
    QCOMPARE(state().cursor, before);
    hover(view_.get(), {100, 100}, Qt::ShiftModifier);
    QCOMPARE(state().cursor, *view_->worldAt(QPointF(100, 100)));
  }
  void wheelAndKeysStepSlices() {
    const double before = state().cursor[2];
    wheel(view_.get(), {200, 200}, 1);
    QCOMPARE(std::abs(state().cursor[2] - before), 2.0); // one slice is 2 µm
    wheel(view_.get(), {200, 200}, -1);
    QCOMPARE(state().cursor[2], before);
    QTest::keyClick(view_.get(), Qt::Key_Up);
    const double up = state().cursor[2];
    QCOMPARE(std::abs(up - before), 2.0);
    QTest::keyClick(view_.get(), Qt::Key_Down);
    QTest::keyClick(view_.get(), Qt::Key_Left);
    QCOMPARE(state().cursor[2], 2 * before - up);
    QTest::keyClick(view_.get(), Qt::Key_PageUp);
    QVERIFY(std::abs(state().cursor[2] - before) >= 2.0);
    for (int i = 0; i < 5; ++i)
      QTest::keyClick(view_.get(), Qt::Key_PageUp);
    const double end = state().cursor[2];
    QVERIFY(end == 0 || end == 22); // held inside the data
  }
  void theCurtainIsDragged() {
    addLayer(*link_, *provider_, "image");
    link_->run("setComparison", {{"mode", "swipe"}});
    QTRY_VERIFY(view_->settled());
    const auto before = state().cursor;
    hover(view_.get(), {240, 100});
    QCOMPARE(view_->cursor().shape(), Qt::SplitHCursor);
    drag(view_.get(), {241, 100}, {120, 100}, Qt::LeftButton);
    QCOMPARE(state().comparison.curtain, 0.25);
    QCOMPARE(state().cursor, before);
    QCOMPARE(link_->session().history().back(), std::string("Move curtain"));
    hover(view_.get(), {300, 100});
    QVERIFY(view_->cursor().shape() != Qt::SplitHCursor);
    drag(view_.get(), {300, 100}, {310, 120}, Qt::LeftButton); // elsewhere the cursor moves
    QVERIFY(!(state().cursor == before));
    QCOMPARE(state().comparison.curtain, 0.25);
    link_->session().undo();
    link_->session().undo();
    QCOMPARE(state().comparison.curtain, 0.5);
  }
  void controlWheelZoomsAtThePointer() {
    const QPointF pointer(330, 90);
    const auto under = *view_->worldAt(pointer);
    const double before = view_->flat()->view().height;
    wheel(view_.get(), pointer.toPoint(), 3, Qt::ControlModifier);
    QVERIFY(view_->flat()->view().height < before * 0.7);
    const auto after = *view_->worldAt(pointer);
    QVERIFY(std::abs(after[0] - under[0]) < 0.05 && std::abs(after[1] - under[1]) < 0.05);
  }
  void middleDragPans() {
    const auto under = *view_->worldAt(QPointF(200, 200));
    drag(view_.get(), {200, 200}, {250, 170}, Qt::MiddleButton);
    const auto after = *view_->worldAt(QPointF(250, 170));
    QVERIFY(std::abs(after[0] - under[0]) < 0.05 && std::abs(after[1] - under[1]) < 0.05);
    QVERIFY(state().views2d.at("axial").height > 0);
  }
  void resetFitsAgain() {
    wheel(view_.get(), {100, 100}, 4, Qt::ControlModifier);
    QVERIFY(state().views2d.at("axial").height > 0);
    QTest::keyClick(view_.get(), Qt::Key_R);
    QCOMPARE(state().views2d.at("axial").height, 0.0);
  }
  void rightDragChangesTheContrastLive() {
    QVERIFY(!state().layers[0].range);
    QTest::mousePress(view_.get(), Qt::RightButton, {}, {100, 200});
    QTest::qWait(50);               // the statistics come
    hover(view_.get(), {200, 200}); // wider
    QVERIFY(state().layers[0].range);
    const auto wide = *state().layers[0].range;
    hover(view_.get(), {50, 200}); // narrower
    const auto narrow = *state().layers[0].range;
    QVERIFY(narrow[1] - narrow[0] < wide[1] - wide[0]);
    hover(view_.get(), {50, 100}); // lower level: brighter
    QVERIFY((*state().layers[0].range)[0] < narrow[0]);
    QTest::mouseRelease(view_.get(), Qt::RightButton, {}, {50, 100});
    QVERIFY(!QApplication::activePopupWidget()); // a drag is no click
  }
  void contrastShowsInThePicture() {
    QTest::mouseClick(view_.get(), Qt::LeftButton, {}, at(5, 3)); // away from the crosshair's own pixels
    link_->run("setDisplay", {{"crosshair", false}});
    link_->run("setLayer", {{"id", state().active}, {"range", {100000, 200000}}});
    QTRY_VERIFY(view_->settled());
    QTest::qWait(50);
    const QPoint bright = at(0.25, 0.25) * view_->devicePixelRatioF();
    QVERIFY(view_->picture().pixelColor(bright).lightness() < 30);
    link_->run("setLayer", {{"id", state().active}, {"range", {0, 100}}});
    QTRY_VERIFY(view_->picture().pixelColor(bright).lightness() > 225);
  }
  void rightClickOpensTheMenu() {
    QTest::mouseClick(view_.get(), Qt::RightButton, {}, {100, 100});
    QTRY_VERIFY(QApplication::activePopupWidget());
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QStringList words;
    for (QAction* action : menu->actions())
      words << action->text();
    QVERIFY(words.contains("Copy picture") && words.contains("Reset view") && words.contains("Crosshair") &&
            words.contains("Maximise"));
    QVERIFY(!words.join(' ').contains("Radiological")); // no brain here
    for (QAction* action : menu->actions())
      if (action->text() == "Crosshair") action->trigger();
    menu->close();
    QVERIFY(!state().crosshair);
  }
  void copyPutsThePictureOnTheClipboard() {
    QApplication::clipboard()->clear();
    view_->copyPicture();
    QCOMPARE(QApplication::clipboard()->image().size(), view_->size() * view_->devicePixelRatioF());
  }
  void doubleClickMaximisesAndRestores() {
    QTest::mouseDClick(view_.get(), Qt::LeftButton, {}, {200, 200});
    QCOMPARE(state().maximised, std::string("axial"));
    QTest::mouseDClick(view_.get(), Qt::LeftButton, {}, {200, 200});
    QCOMPARE(state().maximised, std::string());
  }
  void clickSelectsALabelAndControlAddsAnother() {
    const std::string truth = addLayer(*link_, *provider_, "truth", session::Role::Truth);
    link_->setCursor({6, 5, 12}); // slice 6 holds all three instances
    QTRY_VERIFY(view_->settled());
    QTest::mouseClick(view_.get(), Qt::LeftButton, {}, at(2.5, 3));
    QCOMPARE(state().selection.at(truth), std::set<std::int64_t>{1});
    QTest::mouseClick(view_.get(), Qt::LeftButton, Qt::ControlModifier, at(7, 3));
    QCOMPARE(state().selection.at(truth), (std::set<std::int64_t>{1, 2}));
    QTest::mouseClick(view_.get(), Qt::LeftButton, Qt::ControlModifier, at(2.5, 3)); // and off again
    QCOMPARE(state().selection.at(truth), std::set<std::int64_t>{2});
    QTest::mouseClick(view_.get(), Qt::LeftButton, {}, at(10.5, 1));
    QVERIFY(state().selection.empty());
  }
  void outlinesAreWiderThanAPixel() { // a forward-compatible context would draw them one pixel wide
    addLayer(*link_, *provider_, "truth", session::Role::Truth);
    link_->setCursor({6, 5, 12});
    link_->run("setDisplay", {{"crosshair", false}});
    QTRY_VERIFY(view_->settled());
    QTest::qWait(50);
    const QImage picture = view_->picture();
    const QPoint edge = at(1.25, 3) * view_->devicePixelRatioF(); // the left side of instance 1
    int bright = 0;
    for (int x = edge.x() - 6; x <= edge.x() + 6; ++x)
      bright += picture.pixelColor(x, edge.y()).lightness() > 240;
    QVERIFY2(bright >= 2, qPrintable(QString::number(bright)));
  }
  void overriddenModeLeavesTheStateAlone() {
    addLayer(*link_, *provider_, "truth", session::Role::Truth);
    addLayer(*link_, *provider_, "prediction", session::Role::Prediction);
    link_->setCursor({10, 8, 14}); // slice 7: instance 3 is in the truth alone
    link_->run("setDisplay", {{"crosshair", false}});
    QTRY_VERIFY(view_->settled());
    QTest::qWait(50);
    const QImage overlay = view_->picture();
    view_->overrideMode("prediction");
    QTRY_VERIFY(view_->settled());
    QTest::qWait(50);
    const QImage prediction = view_->picture();
    QVERIFY(overlay != prediction);
    QCOMPARE(state().comparison.mode, std::string("overlay"));
    view_->overrideMode({});
    QTRY_COMPARE(view_->picture(), overlay);
  }
  void paintedTellsTheTimeAndThatAllIsThere() {
    double spent = -1;
    bool complete = false;
    QObject::connect(view_.get(), &views::PanelWidget::painted, view_.get(),
                     [&](double ms, bool all) { spent = ms, complete = all; });
    link_->setCursor({3, 3, 4});
    QTRY_VERIFY(spent > 0 && complete);
    QVERIFY2(spent < 500, qPrintable(QString::number(spent)));
  }
  void heldRepliesLeaveItUnsettled() {
    provider_->hold(true);
    link_->setCursor({3, 3, 20});
    QTest::qWait(50);
    QVERIFY(!view_->settled());
    provider_->hold(false);
    QTRY_VERIFY(view_->settled());
  }
  void alphaIsWhole() { // or the window behind shines through
    QCOMPARE(qAlpha(view_->picture().convertToFormat(QImage::Format_ARGB32).pixel(10, 10)), 255);
  }
  void anotherWindowTakesThePictureAlong() {
    QWidget other;
    view_->setParent(&other);
    view_->setGeometry(0, 0, 300, 300);
    present(other, 320, 320);
    view_->show();
    link_->setCursor({6, 5, 12});
    QTRY_VERIFY(view_->settled());
    QTest::qWait(50);
    const QImage picture = view_->picture();
    QVERIFY(share(picture, picture.rect(), views::colour(testStyle().theme.canvas), 4) < 0.95); // not an empty canvas
    view_->setParent(nullptr);
  }
};

QTEST_MAIN(TestSliceView)
#include "test_slice_view.moc"
