#include "course/course_view.h"
#include "scene/plot/course_panel.h"
#include "support/scene.h"

#include <QFile>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::tests;

class TestCourseView : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;
  std::unique_ptr<views::CourseView> view_;

  [[nodiscard]] const scene::CoursePanel& plot() const {
    return dynamic_cast<const scene::CoursePanel&>(view_->panel());
  }
  void show(const std::string& path) {
    addLayer(*link_, *provider_, path);
    view_ = std::make_unique<views::CourseView>(*link_, *provider_, testStyle());
    present(*view_, 640, 240);
    QTRY_VERIFY(view_->settled());
    QTest::qWait(50);
  }

private Q_SLOTS:
  void init() {
    provider_ = std::make_unique<MemoryProvider>();
    addNuclei(*provider_);
    addBrain(*provider_);
    addClimate(*provider_);
    link_ = std::make_unique<link::Link>();
  }
  void cleanup() {
    view_.reset();
    link_.reset();
    provider_.reset();
  }

  void showsTheVoxelUnderTheCursor() {
    show("brain");
    link_->setCursor({-30 + 4 * 3, -34 + 4 * 5, -20 + 6 * 7}); // voxel 3, 5, 7
    QTRY_VERIFY(view_->settled());
    QCOMPARE(plot().courses().size(), std::size_t(1));
    const auto& values = plot().courses()[0].values;
    QCOMPARE(values.size(), std::size_t(20));
    for (int t = 0; t < 20; ++t)
      QVERIFY(std::abs(values[static_cast<std::size_t>(t)] - (357 + 1000 * std::sin(t))) < 1e-3);
    QCOMPARE(plot().courses()[0].unit, std::string("a.u."));
    photograph(*view_, "course");
  }
  void clickAndDragGoToTheTime() {
    show("brain");
    // Every step can be reached, in order, from left to right.
    std::vector<std::int64_t> steps;
    for (int x = 0; x < view_->width(); ++x) {
      const QPointF p = view_->toPanel(QPointF(x, view_->height() / 2.0));
      if (const auto step = plot().stepAt(p.x(), p.y()); step && (steps.empty() || steps.back() != *step))
        steps.push_back(*step);
    }
    QCOMPARE(steps.size(), std::size_t(20));
    QVERIFY(std::is_sorted(steps.begin(), steps.end()));
    QTest::mouseClick(view_.get(), Qt::LeftButton, {}, {view_->width() - 60, view_->height() / 2});
    const auto late = link_->state().time;
    QVERIFY(late > 15);
    QTest::mouseClick(view_.get(), Qt::LeftButton, Qt::ControlModifier, {view_->width() / 2, view_->height() / 2});
    QVERIFY(link_->state().time < late && link_->state().time > 5);
    drag(view_.get(), {view_->width() / 2, 100}, {view_->width() / 4, 100}, Qt::LeftButton);
    QVERIFY(link_->state().time < 7);
  }
  void outsideTheAxesNothingHappens() {
    show("brain");
    link_->setTime(4);
    QTest::mouseClick(view_.get(), Qt::LeftButton, {}, {3, view_->height() - 3});
    QCOMPARE(link_->state().time, std::int64_t(4));
  }
  void wheelSteps() {
    show("brain");
    wheel(view_.get(), {300, 100}, 1);
    QCOMPARE(link_->state().time, std::int64_t(1));
    wheel(view_.get(), {300, 100}, -1);
    wheel(view_.get(), {300, 100}, -1);
    QCOMPARE(link_->state().time, std::int64_t(0));
  }
  void lineIsInTheAccentAndTheMarkerMoves() {
    show("brain");
    const QColor accent = views::colour(testStyle().theme.accent);
    QTRY_VERIFY(share(view_->picture(), view_->picture().rect(), accent, 40) > 0.002);
    const QImage before = view_->picture();
    link_->setTime(10);
    QTRY_VERIFY(view_->settled());
    QTRY_VERIFY(view_->picture() != before);
    QCOMPARE(plot().courses().size(), std::size_t(1)); // and nothing was asked again
  }
  void noTimeSaysWhatToDo() {
    show("image");
    QVERIFY(plot().courses().empty());
    const QImage picture = view_->picture();
    // Words in the middle, nothing elsewhere.
    const QRect middle(picture.width() / 4, picture.height() / 2 - 12, picture.width() / 2, 24);
    QVERIFY(share(picture, middle, views::colour(testStyle().theme.canvas), 8) < 0.98);
    QVERIFY(share(picture, QRect(0, 0, picture.width(), 40), views::colour(testStyle().theme.canvas), 8) > 0.999);
    photograph(*view_, "course_empty");
  }
  void cursorOutsideTheDataClearsThePlot() {
    show("brain");
    QCOMPARE(plot().courses().size(), std::size_t(1));
    link_->setCursor({900, 0, 0});
    QTRY_VERIFY(plot().courses().empty());
  }
  void valuesAreSaved() {
    show("brain");
    link_->run("setLayer", {{"id", "L1"}, {"name", "run 1, \"rest\""}});
    link_->setCursor({-30 + 4 * 3, -34 + 4 * 5, -20 + 6 * 7});
    QTRY_VERIFY(view_->settled() && plot().courses()[0].name.starts_with("run 1"));
    bool offered = false;
    const auto menu = view_->menu();
    for (QAction* action : menu->actions())
      offered = offered || action->text() == "Save values as CSV…";
    QVERIFY(offered);
    const QTemporaryDir folder;
    const QString file = folder.filePath("course.csv");
    view_->writeValues(file);
    QTRY_VERIFY(QFile::exists(file));
    QFile saved(file);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = saved.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 21); // a heading and twenty steps
    QVERIFY2(lines[0].endsWith(",\"run 1, \"\"rest\"\" (a.u.)\""), lines[0].constData());
    QCOMPARE(lines[3].split(',').first(), QByteArray("2"));
    QVERIFY(std::abs(lines[3].split(',').last().toDouble() - (357 + 1000 * std::sin(2))) < 1e-2);
    QSignalSpy reported(view_.get(), &views::PanelWidget::reported);
    view_->writeValues("/proc/nowhere/course.csv");
    QTRY_COMPARE(reported.size(), 1);
    link_->setCursor({900, 0, 0}); // nothing is plotted, nothing to be saved
    QTRY_VERIFY(plot().courses().empty());
    QVERIFY(view_->values().isEmpty());
  }
  void datesOnTheMap() {
    show("climate");
    link_->setCursor({-160, 40, 0}); // 200° E, as another would count it
    QTRY_VERIFY(view_->settled());
    QCOMPARE(plot().courses().size(), std::size_t(1));
    QVERIFY(std::abs(plot().courses()[0].values[0] - 40.2) < 1e-3);
    photograph(*view_, "course_dates");
  }
};

QTEST_MAIN(TestCourseView)
#include "test_course_view.moc"
