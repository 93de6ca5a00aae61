#include "gl/flat_view.h"
#include "grid/view_frame.h"
#include "grid/view_grid.h"
#include "grid/view_keys.h"
#include "support/scene.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QMap>
#include <QPushButton>
#include <QSignalSpy>
#include <QSplitter>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::tests;

class TestGrid : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;
  std::unique_ptr<QWidget> window_;
  views::ViewGrid* grid_ = nullptr;
  QLineEdit* field_ = nullptr;
  QPushButton* button_ = nullptr;
  views::ViewKeys* keys_ = nullptr;

  [[nodiscard]] const session::State& state() const { return link_->state(); }
  [[nodiscard]] QStringList shown() const {
    QStringList names;
    for (const auto* view : grid_->shown())
      names << QString::fromStdString(view->panelName());
    return names;
  }
  void openAll() {
    addLayer(*link_, *provider_, "image");
    addLayer(*link_, *provider_, "truth", session::Role::Truth);
    addLayer(*link_, *provider_, "prediction", session::Role::Prediction);
    QTRY_VERIFY_WITH_TIMEOUT(grid_->settled(), 30000);
  }
  [[nodiscard]] views::PanelWidget& axial() const { return *grid_->view("axial"); }

private Q_SLOTS:
  void init() {
    provider_ = std::make_unique<MemoryProvider>();
    addNuclei(*provider_);
    addClimate(*provider_);
    link_ = std::make_unique<link::Link>();
    window_ = std::make_unique<QWidget>();
    auto* column = new QVBoxLayout(window_.get());
    field_ = new QLineEdit(window_.get());
    button_ = new QPushButton("button", window_.get());
    grid_ = new views::ViewGrid(*link_, *provider_, testStyle(), window_.get());
    column->addWidget(field_);
    column->addWidget(button_);
    column->addWidget(grid_, 1);
    keys_ = new views::ViewKeys(*link_, *grid_, window_.get());
    present(*window_, 800, 640);
  }
  void cleanup() {
    window_.reset();
    link_.reset();
    provider_.reset();
  }

  void emptyGridSaysWhatToDo() {
    QVERIFY(grid_->shown().empty());
    const auto* words = grid_->findChild<QLabel*>("emptyState");
    QVERIFY(words && words->isVisible() && words->text().contains("Drop a file"));
  }
  void fourUpHasEqualParts() {
    openAll();
    QCOMPARE(shown(), (QStringList{"axial", "coronal", "sagittal", "volume"}));
    QVERIFY(!grid_->findChild<QLabel*>("emptyState")->isVisible());
    const QSize first = axial().size();
    for (const auto* view : grid_->shown()) {
      QVERIFY(std::abs(view->width() - first.width()) <= 8);
      QVERIFY(std::abs(view->height() - first.height()) <= 8);
      QVERIFY(!view->accessibleName().isEmpty());
    }
    photograph(*window_, "grid_four_up");
  }
  void maximisingReusesTheViews() {
    openAll();
    views::PanelWidget* before = &axial();
    link_->run("setMaximised", {{"panel", "axial"}});
    QCOMPARE(shown(), QStringList{"axial"});
    QCOMPARE(grid_->view("axial"), before);
    QTRY_VERIFY(before->width() > 600);
    QTRY_VERIFY(grid_->settled());
    QTest::qWait(100);
    const QImage picture = before->picture();
    QVERIFY(share(picture, picture.rect(), views::colour(testStyle().theme.canvas), 4) < 0.9);
    link_->run("setMaximised", {{"panel", ""}});
    QCOMPARE(shown().size(), 4);
    QCOMPARE(grid_->view("axial"), before);
    QTRY_VERIFY_WITH_TIMEOUT(grid_->settled(), 20000);
  }
  void hiddenViewsReadNothing() {
    openAll();
    link_->run("setMaximised", {{"panel", "axial"}});
    QTRY_VERIFY(grid_->settled());
    const auto asked = [this] { return provider_->reads() - provider_->backgroundReads(); };
    const int before = asked();
    link_->setCursor({3, 3, 4}); // another slice of every plane
    QTRY_VERIFY(grid_->settled());
    const int alone = asked() - before;
    link_->run("setMaximised", {{"panel", ""}});
    QTRY_VERIFY_WITH_TIMEOUT(grid_->settled(), 20000); // and they catch up when they are seen
    QVERIFY(asked() - before > alone);
    QCOMPARE(alone, 3); // one a layer
  }
  void headerButtonMaximises() {
    openAll();
    auto* frame = qobject_cast<views::ViewFrame*>(axial().parentWidget());
    QVERIFY(frame);
    for (auto* button : frame->findChildren<QToolButton*>())
      if (button->accessibleName() == "Maximise") {
        QVERIFY(button->toolTip().contains("double-click"));
        QTest::mouseClick(button, Qt::LeftButton);
        break;
      }
    QCOMPARE(state().maximised, std::string("axial"));
  }
  void layoutsFollowTheSession() {
    openAll();
    link_->run("setLayout", {{"layout", "side-by-side"}, {"panels", {"axial", "coronal"}}});
    QCOMPARE(shown(), (QStringList{"axial", "coronal"}));
    QVERIFY(grid_->view("axial")->mapTo(grid_, QPoint()).x() < grid_->view("coronal")->mapTo(grid_, QPoint()).x());
    link_->run("setLayout", {{"layout", "single"}, {"panels", {"sagittal"}}});
    QCOMPARE(shown(), QStringList{"sagittal"});
  }
  void mapDataGetTheMap() {
    addLayer(*link_, *provider_, "climate");
    QCOMPARE(shown(), QStringList{"map"});
  }
  void allViewsFollowTheCursor() {
    openAll();
    QSet<QString> painted;
    QObject::connect(grid_, &views::ViewGrid::painted, window_.get(),
                     [&](const QString& panel, double, bool) { painted << panel; });
    const QPoint at(axial().width() / 3, axial().height() / 3);
    QTest::mouseClick(&axial(), Qt::LeftButton, {}, at);
    QTRY_VERIFY(painted.contains("axial") && painted.contains("coronal") && painted.contains("sagittal"));
    QTRY_VERIFY_WITH_TIMEOUT(grid_->settled(), 20000);
  }
  void cursorMovesAreQuick() {
    openAll();
    std::vector<double> spent;
    QMap<QString, double> paints;
    QObject::connect(grid_, &views::ViewGrid::painted, window_.get(),
                     [&](const QString& panel, double milliseconds, bool) { paints[panel] += milliseconds; });
    for (int i = 0; i < 20; ++i) {
      QElapsedTimer clock;
      clock.start();
      link_->setCursor({1.0 + 0.5 * i, 1.0 + 0.4 * i, 2.0 + i});
      while (!grid_->settled() && clock.elapsed() < 5000)
        QApplication::processEvents(QEventLoop::AllEvents, 5);
      spent.push_back(static_cast<double>(clock.nsecsElapsed()) * 1e-6);
    }
    for (auto panel = paints.begin(); panel != paints.end(); ++panel)
      qInfo("%s: %.1f ms of painting a move", qPrintable(panel.key()), panel.value() / 20);
    std::sort(spent.begin(), spent.end());
    qInfo("cursor move to four views painted: median %.1f ms, slowest %.1f ms", spent[10], spent[19]);
    QVERIFY(spent[10] < 1000); // a bound that a busy machine keeps too; the benchmark holds the target
  }
  void focusIsMarkedOnTheFrame() {
    openAll();
    window_->activateWindow();
    axial().setFocus();
    QTRY_VERIFY(axial().hasFocus());
    QVERIFY(axial().parentWidget()->property("focused").toBool());
    grid_->view("coronal")->setFocus();
    QVERIFY(!axial().parentWidget()->property("focused").toBool());
  }
  void overlayAndImageKeys() {
    openAll();
    axial().setFocus();
    QTest::keyClick(&axial(), Qt::Key_G);
    QVERIFY(!state().layers[1].visible && !state().layers[2].visible && state().layers[0].visible);
    QTest::keyClick(&axial(), Qt::Key_G);
    QVERIFY(state().layers[1].visible && state().layers[2].visible);
    QTest::keyClick(&axial(), Qt::Key_T);
    QVERIFY(!state().layers[0].visible && state().layers[1].visible);
    QTest::keyClick(&axial(), Qt::Key_T);
    QVERIFY(state().layers[0].visible);
  }
  void modeKeys() {
    openAll();
    axial().setFocus();
    QTest::keyClick(&axial(), Qt::Key_D);
    QCOMPARE(state().comparison.mode, std::string("difference"));
    QTest::keyClick(&axial(), Qt::Key_C);
    QCOMPARE(state().comparison.mode, std::string("swipe"));
    QTest::keyClick(&axial(), Qt::Key_BracketLeft);
    QTest::keyClick(&axial(), Qt::Key_BracketLeft);
    QVERIFY(std::abs(state().comparison.curtain - 0.4) < 1e-9);
    QTest::keyClick(&axial(), Qt::Key_K);
    QCOMPARE(state().comparison.mode, std::string("checkerboard"));
    QTest::keyClick(&axial(), Qt::Key_K);
    QCOMPARE(state().comparison.mode, std::string("overlay"));
    QTest::keyClick(&axial(), Qt::Key_D);
    QTest::keyClick(&axial(), Qt::Key_O);
    QCOMPARE(state().comparison.mode, std::string("overlay"));
  }
  void flickerWhileHeld() {
    openAll();
    link_->run("setMaximised", {{"panel", "axial"}});
    link_->setCursor({10, 8, 14});
    link_->run("setDisplay", {{"crosshair", false}});
    QTRY_VERIFY(grid_->settled());
    QTest::qWait(100);
    const QImage still = axial().picture();
    axial().setFocus();
    const int history = static_cast<int>(link_->session().history().size());
    QTest::keyPress(&axial(), Qt::Key_F);
    QVERIFY(keys_->flickering());
    // A held key repeats: releases that are not the hand's must not end it.
    QKeyEvent repeatRelease(QEvent::KeyRelease, Qt::Key_F, Qt::NoModifier, "f", true),
        repeatPress(QEvent::KeyPress, Qt::Key_F, Qt::NoModifier, "f", true);
    QApplication::sendEvent(&axial(), &repeatRelease);
    QApplication::sendEvent(&axial(), &repeatPress);
    QVERIFY(keys_->flickering());
    std::vector<QImage> seen;
    for (int i = 0; i < 12; ++i) {
      QTest::qWait(80);
      const QImage now = axial().picture();
      if (std::find(seen.begin(), seen.end(), now) == seen.end()) seen.push_back(now);
    }
    QVERIFY(seen.size() >= 2); // truth alone and prediction alone
    QTest::keyRelease(&axial(), Qt::Key_F);
    QVERIFY(!keys_->flickering());
    QTRY_COMPARE(axial().picture(), still);
    QCOMPARE(static_cast<int>(link_->session().history().size()), history); // nothing to undo
  }
  void timeAndDisagreementKeysAreSignals() {
    openAll();
    QSignalSpy play(keys_, &views::ViewKeys::playPause), step(keys_, &views::ViewKeys::stepTime),
        next(keys_, &views::ViewKeys::stepDisagreement);
    axial().setFocus();
    QTest::keyClick(&axial(), Qt::Key_Space);
    QTest::keyClick(&axial(), Qt::Key_Period);
    QTest::keyClick(&axial(), Qt::Key_Comma);
    QTest::keyClick(&axial(), Qt::Key_N);
    QTest::keyClick(&axial(), Qt::Key_N, Qt::ShiftModifier);
    QCOMPARE(play.count(), 1);
    QCOMPARE(step.count(), 2);
    QCOMPARE(step[0][0].toInt(), 1);
    QCOMPARE(step[1][0].toInt(), -1);
    QCOMPARE(next.count(), 2);
    QCOMPARE(next[0][0].toInt(), 1);
    QCOMPARE(next[1][0].toInt(), -1);
  }
  void textAndButtonsKeepTheirKeys() {
    openAll();
    QSignalSpy play(keys_, &views::ViewKeys::playPause), next(keys_, &views::ViewKeys::stepDisagreement);
    field_->setFocus();
    QTest::keyClicks(field_, "gnd f");
    QCOMPARE(field_->text(), QString("gnd f"));
    QVERIFY(state().layers[1].visible);
    QCOMPARE(next.count(), 0);
    QVERIFY(!keys_->flickering());
    QSignalSpy clicked(button_, &QPushButton::clicked);
    button_->setFocus();
    QTest::keyClick(button_, Qt::Key_Space);
    QCOMPARE(clicked.count(), 1);
    QCOMPARE(play.count(), 0);
    QTest::keyClick(button_, Qt::Key_N); // but letters mean nothing to a button
    QCOMPARE(next.count(), 1);
  }
  void pictureHoldsAllViews() {
    openAll();
    const QImage picture = grid_->picture();
    QCOMPARE(picture.size(), grid_->size() * grid_->devicePixelRatioF());
    QVERIFY(share(picture, picture.rect(), views::colour(testStyle().theme.canvas), 4) < 0.97);
  }
  void lightThemeReachesThePictures() {
    openAll();
    grid_->setStyle(testStyle(false));
    QTRY_VERIFY_WITH_TIMEOUT(grid_->settled(), 20000);
    QTest::qWait(100);
    const QImage picture = axial().picture();
    QVERIFY(share(picture, QRect(0, 0, 6, picture.height()), views::colour(testStyle(false).theme.canvas), 4) > 0.5);
    photograph(*window_, "grid_light");
  }
};

QTEST_MAIN(TestGrid)
#include "test_grid.moc"
