/// The other two demos of the start page, looked at as a person would: a run of brain scans, a field over the globe.
#include "e2e/person.h"
#include "probe/probe_bar.h"
#include "time/time_bar.h"

#include <QLabel>
#include <QRegularExpression>
#include <QSlider>
#include <cmath>

using namespace discern;
using test::Person;

class TestDemos final : public QObject {
  Q_OBJECT
  std::unique_ptr<test::Program> program_;

  static QString labelsOf(const QWidget& widget) {
    QStringList out;
    for (const QLabel* label : widget.findChildren<QLabel*>())
      out << label->text();
    return out.join(QLatin1Char('|'));
  }

private Q_SLOTS:
  void initTestCase() { program_ = std::make_unique<test::Program>(); }

  void brainRun() {
    const auto window = program_->window();
    Person person(*window);
    QVERIFY(person.open(test::Program::demo("fmri.nii.gz")));
    QVERIFY(person.layers(1));
    QVERIFY(person.settled());
    const auto pictures = person.pictures();
    for (const char* panel : {"axial", "coronal", "sagittal", "volume"})
      QVERIFY2(pictures.contains(panel) && test::drawnShare(pictures.at(panel)) > 0.03, panel);

    views::TimeBar& time = window->timeBar();
    QTRY_COMPARE(time.steps(), std::int64_t(64));
    QVERIFY(time.isVisible());
    auto* slider = time.findChild<QSlider*>();
    QVERIFY(slider && slider->isEnabled());
    const auto& state = window->link().state();
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Right);
    QCOMPARE(state.time, std::int64_t(1));
    QTest::mouseClick(slider, Qt::LeftButton, {}, QPoint(slider->width() / 2, slider->height() / 2));
    QTRY_VERIFY(state.time > 2 && state.time < 63);
    QVERIFY(person.settled());

    window->grid().shown().front()->setFocus();
    const std::int64_t before = state.time;
    person.key(Qt::Key_Period);
    QCOMPARE(state.time, before + 1);
    person.key(Qt::Key_Comma);
    QCOMPARE(state.time, before);
    person.key(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(state.time != before, 5000);
    const std::int64_t playing = state.time;
    QTRY_VERIFY_WITH_TIMEOUT(state.time != playing, 5000);
    person.key(Qt::Key_Space);
    QVERIFY(!time.playing());
    QVERIFY(person.settled());

    // The course follows the cursor: another voxel draws another line.
    auto* axial = window->grid().view("axial");
    QVERIFY(axial);
    const auto courses = [&] {
      QImage picture;
      for (auto* view : window->findChildren<views::PanelWidget*>())
        if (view->panelName() == "course" && view->isVisible()) {
          (void)QTest::qWaitFor([view] { return view->settled(); }, 10000);
          picture = view->picture();
        }
      return picture;
    };
    QTest::mouseClick(axial, Qt::LeftButton, {}, QPoint(axial->width() / 2, axial->height() / 2));
    QVERIFY(person.settled());
    QTest::qWait(200);
    const QImage middle = courses();
    QVERIFY2(!middle.isNull(), "the time course is not on the screen");
    QVERIFY(test::drawnShare(middle) > 0.005);
    const data::Vec3 cursor = state.cursor;
    QTest::mouseClick(axial, Qt::LeftButton, {}, QPoint(axial->width() * 45 / 100, axial->height() * 40 / 100));
    QVERIFY(state.cursor != cursor);
    QVERIFY(person.settled());
    QTest::qWait(200);
    QVERIFY(test::differingShare(middle, courses()) > 0.001);
    QVERIFY2(window->probe().positionText().contains("mm"), qPrintable(window->probe().positionText()));
    person.keep("demo-fmri");
  }

  void climateMap() {
    const auto window = program_->window();
    Person person(*window);
    QVERIFY(person.open(test::Program::demo("climate.nc")));
    QVERIFY(person.layers(1));
    QVERIFY(person.settled());
    const auto& state = window->link().state();
    QCOMPARE(state.layout, std::string("map"));
    auto* map = dynamic_cast<views::FlatView*>(window->grid().view("map"));
    QVERIFY(map && map->isVisible());
    QVERIFY(test::drawnShare(map->picture()) > 0.2);

    // A click sets longitude and latitude, in degrees.
    QTest::mouseClick(map, Qt::LeftButton, {}, QPoint(map->width() / 3, map->height() / 2));
    QVERIFY(person.settled());
    const auto world = map->worldAt(QPointF(map->width() / 3.0, map->height() / 2.0));
    QVERIFY(world);
    QVERIFY(std::abs((*world)[0] - state.cursor[0]) < 2 && std::abs((*world)[1] - state.cursor[1]) < 2);
    const QString position = window->probe().positionText();
    QVERIFY2(position.contains(QChar(0x00B0)), qPrintable(position));
    QVERIFY2(position.contains('N') || position.contains('S'), qPrintable(position));
    QTRY_VERIFY(!window->probe().readings().empty());

    // The time bar gives a date.
    QTRY_COMPARE(window->timeBar().steps(), std::int64_t(11));
    const QString labels = labelsOf(window->timeBar());
    QVERIFY2(QRegularExpression(QStringLiteral("\\d{4}-\\d{2}-\\d{2}")).match(labels).hasMatch(), qPrintable(labels));
    const QImage before = map->picture();
    map->setFocus();
    person.key(Qt::Key_Period);
    QCOMPARE(state.time, std::int64_t(1));
    QVERIFY(person.settled());
    QVERIFY(test::differingShare(before, map->picture(), 8) > 0.01);
    QVERIFY(labelsOf(window->timeBar()) != labels);
    person.keep("demo-climate");
  }
};

DISCERN_E2E_MAIN(TestDemos)
#include "test_demos.moc"
