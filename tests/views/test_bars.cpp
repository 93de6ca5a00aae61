#include "grid/view_grid.h"
#include "probe/probe_bar.h"
#include "support/scene.h"
#include "time/time_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::tests;

class TestBars : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;

  static QToolButton* button(QWidget& bar, const char* role) {
    for (auto* each : bar.findChildren<QToolButton*>())
      if (each->property("role").toString() == QLatin1String(role)) return each;
    return nullptr;
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
    link_.reset();
    provider_.reset();
  }

  void probeReadsEveryLayer() {
    addLayer(*link_, *provider_, "image");
    addLayer(*link_, *provider_, "truth", session::Role::Truth);
    views::ProbeBar bar(*link_, *provider_, testStyle());
    present(bar, 760, 32);
    QSignalSpy changed(&bar, &views::ProbeBar::changed);
    link_->setCursor({2.5, 3, 8}); // voxel 5, 6, 4: instance 1
    QTRY_VERIFY(changed.count() > 0 && bar.readings().size() == 2 && bar.readings()[1].value == "label 1");
    QCOMPARE(bar.readings()[0].value, std::string("1260 counts")); // 50 + 6 + 4 + 1200
    QVERIFY2(bar.asText().contains("[5, 6, 4]"), qPrintable(bar.asText()));
    QVERIFY(bar.positionText().contains("2.5") && bar.positionText().endsWith("µm"));
    photograph(bar, "probe");
    bar.setFocus();
    QTest::keyClick(&bar, Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QApplication::clipboard()->text().contains("1260 counts"));
    QVERIFY(QApplication::clipboard()->text().contains('\t'));
  }
  void probeElidesWhatDoesNotFit() {
    addLayer(*link_, *provider_, "image");
    addLayer(*link_, *provider_, "truth", session::Role::Truth);
    addLayer(*link_, *provider_, "prediction", session::Role::Prediction);
    views::ProbeBar bar(*link_, *provider_, testStyle());
    present(bar, 260, 32);
    QTRY_COMPARE(bar.readings().size(), std::size_t(3));
    QVERIFY(bar.minimumSizeHint().width() <= 200);
    QVERIFY(bar.toolTip().contains("counts")); // the whole is there
    photograph(bar, "probe_narrow");
  }
  void probeSpeaksDegreesOnMaps() {
    addLayer(*link_, *provider_, "climate");
    views::ProbeBar bar(*link_, *provider_, testStyle());
    link_->setCursor({340, -30, 0});
    QTRY_VERIFY(!bar.readings().empty() && bar.readings()[0].value.ends_with("gpdm"));
    QVERIFY2(bar.positionText().contains("20.00° W") && bar.positionText().contains("30.00° S"),
             qPrintable(bar.positionText()));
  }
  void probeFollowsTime() {
    addLayer(*link_, *provider_, "brain");
    views::ProbeBar bar(*link_, *provider_, testStyle());
    QTRY_VERIFY(!bar.readings().empty() && !bar.readings()[0].value.empty());
    const auto before = bar.readings()[0].value;
    link_->setTime(1);
    QTRY_VERIFY(bar.readings()[0].value != before);
  }
  void emptyProbeIsQuiet() {
    views::ProbeBar bar(*link_, *provider_, testStyle());
    present(bar, 400, 32);
    QVERIFY(bar.readings().empty());
  }

  void noTimeIsSaidAndDisabled() {
    addLayer(*link_, *provider_, "image");
    views::TimeBar bar(*link_, *provider_, testStyle());
    present(bar, 700, 44);
    QVERIFY(!button(bar, "play")->isEnabled());
    QVERIFY(bar.findChild<QLabel*>("timeLabel")->text().contains("no time"));
    bar.togglePlay();
    QVERIFY(!bar.playing());
    photograph(bar, "time_none");
  }
  void sliderEntryAndLabelAgree() {
    addLayer(*link_, *provider_, "brain");
    views::TimeBar bar(*link_, *provider_, testStyle());
    present(bar, 800, 44);
    auto* slider = bar.findChild<QSlider*>();
    auto* entry = bar.findChild<QSpinBox*>();
    auto* label = bar.findChild<QLabel*>("timeLabel");
    QCOMPARE(slider->maximum(), 19);
    slider->setValue(7);
    QCOMPARE(link_->state().time, std::int64_t(7));
    QCOMPARE(entry->value(), 8);
    QCOMPARE(label->text(), QString("14 s"));
    entry->setValue(3);
    QCOMPARE(link_->state().time, std::int64_t(2));
    QCOMPARE(slider->value(), 2);
    QTest::mouseClick(button(bar, "forward"), Qt::LeftButton);
    QCOMPARE(link_->state().time, std::int64_t(3));
    QTest::mouseClick(button(bar, "back"), Qt::LeftButton);
    QCOMPARE(link_->state().time, std::int64_t(2));
    photograph(bar, "time");
  }
  void calendarDates() {
    addLayer(*link_, *provider_, "climate");
    views::TimeBar bar(*link_, *provider_, testStyle());
    link_->setTime(2);
    QCOMPARE(bar.findChild<QLabel*>("timeLabel")->text(), QString("2016-06-03 00:00"));
  }
  void stepsWrapRoundOnlyWhenLooping() {
    addLayer(*link_, *provider_, "climate");
    views::TimeBar bar(*link_, *provider_, testStyle());
    link_->setTime(5);
    bar.step(1);
    QCOMPARE(link_->state().time, std::int64_t(0));
    bar.step(-1);
    QCOMPARE(link_->state().time, std::int64_t(5));
    button(bar, "loop")->click();
    bar.step(1);
    QCOMPARE(link_->state().time, std::int64_t(5));
  }
  void playingStopsAtTheEndWithoutLoop() {
    addLayer(*link_, *provider_, "climate");
    views::TimeBar bar(*link_, *provider_, testStyle());
    button(bar, "loop")->click();
    bar.togglePlay();
    QVERIFY(bar.playing());
    QTRY_VERIFY_WITH_TIMEOUT(!bar.playing(), 5000);
    QCOMPARE(link_->state().time, std::int64_t(5));
    QVERIFY(provider_->backgroundReads() > 0); // the next steps were fetched ahead
  }
  void playingWaitsForThePaint() {
    addLayer(*link_, *provider_, "brain");
    views::TimeBar bar(*link_, *provider_, testStyle());
    bool painted = false;
    bar.setReady([&] { return painted; });
    bar.setPlaying(true);
    QTest::qWait(700); // three or more ticks
    QCOMPARE(link_->state().time, std::int64_t(0));
    painted = true;
    QTRY_VERIFY(link_->state().time > 1);
    bar.setPlaying(false);
    const auto stopped = link_->state().time;
    QTest::qWait(450);
    QCOMPARE(link_->state().time, stopped);
  }
  void playingIsOneStepOfUndo() {
    addLayer(*link_, *provider_, "brain");
    const auto history = link_->session().history().size();
    views::TimeBar bar(*link_, *provider_, testStyle());
    bar.setPlaying(true);
    QTRY_VERIFY(link_->state().time >= 3);
    bar.setPlaying(false);
    QCOMPARE(link_->session().history().size(), history + 1);
  }
};

QTEST_MAIN(TestBars)
#include "test_bars.moc"
