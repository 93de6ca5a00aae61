#include "contrast/contrast_editor.h"
#include "contrast/histogram_widget.h"
#include "support/scene.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QMenu>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::tests;

class TestContrast : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;
  std::unique_ptr<views::ContrastEditor> editor_;

  [[nodiscard]] const session::Layer& layer() const { return link_->state().layers[0]; }
  [[nodiscard]] views::HistogramWidget& histogram() const { return editor_->histogram(); }
  [[nodiscard]] QPoint over(double value) const {
    return {static_cast<int>(std::lround(histogram().xOf(value))), histogram().height() / 2};
  }
  QCheckBox* tick(const QString& words) const {
    for (auto* box : editor_->findChildren<QCheckBox*>())
      if (box->text() == words) return box;
    return nullptr;
  }
  void show(const std::string& path) {
    addLayer(*link_, *provider_, path);
    editor_ = std::make_unique<views::ContrastEditor>(*link_, *provider_, testStyle());
    present(*editor_, 300, 460);
    QTest::qWait(50);
  }

private Q_SLOTS:
  void init() {
    provider_ = std::make_unique<MemoryProvider>();
    addNuclei(*provider_);
    addClimate(*provider_);
    link_ = std::make_unique<link::Link>();
  }
  void cleanup() {
    editor_.reset();
    link_.reset();
    provider_.reset();
  }

  void emptyStateSaysWhatToDo() {
    views::ContrastEditor empty(*link_, *provider_, testStyle());
    present(empty, 280, 240);
    QVERIFY(empty.findChild<QLabel*>("emptyState")->isVisible());
  }
  void startsFromTheStatistics() {
    show("image");
    QVERIFY(histogram().range()[1] > 1000); // the bright instances are in range
    QVERIFY(!layer().range);
    QVERIFY(!editor_->findChild<QToolButton*>("textButton")->isEnabled());
    photograph(*editor_, "contrast");
  }
  void handlesDragTheRange() {
    show("image");
    const auto before = histogram().range();
    drag(&histogram(), over(before[0]), over(before[0]) + QPoint(40, 0), Qt::LeftButton);
    QVERIFY(layer().range);
    const auto low = *layer().range;
    QVERIFY(low[0] > before[0]);
    QCOMPARE(low[1], before[1]);
    drag(&histogram(), over(low[1]), over(low[1]) - QPoint(30, 0), Qt::LeftButton);
    QVERIFY((*layer().range)[1] < low[1]);
    QCOMPARE((*layer().range)[0], low[0]);
    const auto both = *layer().range;
    drag(&histogram(), over((both[0] + both[1]) / 2), over((both[0] + both[1]) / 2) + QPoint(12, 0), Qt::LeftButton);
    const auto moved = *layer().range;
    QVERIFY(moved[0] > both[0] && moved[1] > both[1]);
    QVERIFY(std::abs((moved[1] - moved[0]) - (both[1] - both[0])) < 1e-6 * both[1]);
  }
  void handlesDoNotPass() {
    show("image");
    const auto before = histogram().range();
    drag(&histogram(), over(before[0]), over(before[1]) + QPoint(60, 0), Qt::LeftButton);
    QVERIFY((*layer().range)[0] < (*layer().range)[1]);
  }
  void doubleClickAndAutoGoBack() {
    show("image");
    link_->run("setLayer", {{"id", layer().id}, {"range", {5, 50}}});
    QVERIFY(layer().range);
    QTest::mouseDClick(&histogram(), Qt::LeftButton, {}, {100, 40});
    QVERIFY(!layer().range);
    link_->run("setLayer", {{"id", layer().id}, {"range", {5, 50}}});
    editor_->findChild<QToolButton*>("textButton")->click();
    QVERIFY(!layer().range);
  }
  void numbersAreTakenAndShownWithUnit() {
    show("image");
    const auto boxes = editor_->findChildren<QDoubleSpinBox*>();
    QCOMPARE(boxes.size(), 2);
    boxes[0]->setFocus();
    boxes[0]->selectAll();
    QTest::keyClicks(boxes[0], "100");
    QTest::keyClick(boxes[0], Qt::Key_Return);
    QVERIFY(layer().range);
    QCOMPARE((*layer().range)[0], 100.0);
    link_->run("setLayer", {{"id", layer().id}, {"range", {20, 250}}});
    QCOMPARE(boxes[0]->value(), 20.0);
    QCOMPARE(boxes[1]->value(), 250.0);
    bool unit = false;
    for (auto* label : editor_->findChildren<QLabel*>())
      unit = unit || (label->text() == "counts" && label->isVisible());
    QVERIFY(unit);
  }
  void ticksAreCommands() {
    show("image");
    tick("Invert")->click();
    QVERIFY(layer().invert);
    tick("Log colours")->click();
    QVERIFY(layer().logarithmic);
    tick("Invert")->click();
    QVERIFY(!layer().invert);
    link_->session().undo();
    QVERIFY(layer().invert && tick("Invert")->isChecked());
  }
  void colourMapsHavePreviews() {
    show("image");
    auto* maps = editor_->findChild<QComboBox*>();
    QVERIFY(maps->count() >= 5);
    for (int i = 0; i < maps->count(); ++i)
      QVERIFY(!maps->itemIcon(i).isNull() || !maps->itemData(i).isValid()); // or a line between kinds
    const int row = maps->findData("viridis");
    QVERIFY(row >= 0);
    maps->setCurrentIndex(row);
    Q_EMIT maps->activated(row);
    QCOMPARE(layer().colormap, std::string("viridis"));
  }
  void stepsAndColoursAreCommands() {
    show("image");
    auto* steps = editor_->findChild<QSpinBox*>();
    QCOMPARE(steps->text(), QString("Smooth"));
    steps->stepUp();
    QCOMPARE(layer().steps, 2); // one step would be no scale
    steps->setValue(6);
    QCOMPARE(layer().steps, 6);
    for (const auto& [name, property] :
         {std::pair{"belowColor", &session::Layer::belowColor}, std::pair{"aboveColor", &session::Layer::aboveColor},
          std::pair{"missingColor", &session::Layer::missingColor}}) {
      auto* button = editor_->findChild<QToolButton*>(name);
      QVERIFY(button);
      for (QAction* action : button->menu()->actions())
        if (action->data() == "#d55e00") action->trigger();
      QCOMPARE(layer().*property, std::string("#d55e00"));
    }
    photograph(*editor_, "contrast_steps");
    link_->session().undo();
    QVERIFY(layer().missingColor.empty());
  }
  void aLockedRangeStays() {
    show("image");
    const auto before = histogram().range();
    editor_->findChild<QCheckBox*>("rangeLocked")->click();
    QVERIFY(layer().rangeLocked && layer().range && (*layer().range)[1] == before[1]); // the range in sight is kept
    drag(&histogram(), over(before[0]), over(before[0]) + QPoint(40, 0), Qt::LeftButton);
    QTest::mouseDClick(&histogram(), Qt::LeftButton, {}, {100, 40});
    QCOMPARE((*layer().range)[0], before[0]);
    for (auto* box : editor_->findChildren<QDoubleSpinBox*>())
      QVERIFY(!box->isEnabled());
    QVERIFY(!editor_->findChild<QToolButton*>("textButton")->isEnabled());
    editor_->findChild<QCheckBox*>("rangeLocked")->click();
    drag(&histogram(), over(before[0]), over(before[0]) + QPoint(40, 0), Qt::LeftButton);
    QVERIFY((*layer().range)[0] > before[0]);
  }
  void opacityPointsAreDragged() {
    show("image");
    auto* onSlices = editor_->findChild<QCheckBox*>("opacityOnSlices");
    QVERIFY(!onSlices->isEnabled());
    editor_->findChild<QCheckBox*>("opacityCurve")->click();
    const auto automatic = layer().opacityPoints;
    QVERIFY(automatic.size() >= 2 && onSlices->isEnabled());
    const auto point = [&](std::size_t i) { return histogram().opacityPoint(i).toPoint(); };
    const std::size_t last = automatic.size() - 1;
    drag(&histogram(), point(last), point(last) + QPoint(0, 25), Qt::LeftButton);
    QVERIFY(layer().opacityPoints[last][1] < automatic[last][1] - 0.1);
    QVERIFY(!layer().range); // not the handle below it
    // A double click adds one, a right click removes it.
    QTest::mouseDClick(&histogram(), Qt::LeftButton, {},
                       over(histogram().range()[0] * 0.5 + histogram().range()[1] * 0.5) - QPoint(0, 30));
    QCOMPARE(layer().opacityPoints.size(), automatic.size() + 1);
    for (std::size_t i = 1; i < layer().opacityPoints.size(); ++i)
      QVERIFY(layer().opacityPoints[i][0] >= layer().opacityPoints[i - 1][0]);
    photograph(*editor_, "contrast_opacity");
    QTest::mouseClick(&histogram(), Qt::RightButton, {}, point(1));
    QCOMPARE(layer().opacityPoints.size(), automatic.size());
    onSlices->click();
    QVERIFY(layer().opacityOnSlices);
    editor_->findChild<QCheckBox*>("opacityCurve")->click();
    QVERIFY(layer().opacityPoints.empty() && !layer().opacityOnSlices);
  }
  void everyHandleHasKeys() {
    show("image");
    editor_->findChild<QCheckBox*>("opacityCurve")->click();
    const auto before = histogram().range();
    histogram().setFocus();
    QTest::keyClick(&histogram(), Qt::Key_Right);
    QVERIFY((*layer().range)[0] > before[0] && (*layer().range)[1] == before[1]);
    QTest::keyClick(&histogram(), Qt::Key_PageDown);
    QTest::keyClick(&histogram(), Qt::Key_Left);
    QVERIFY((*layer().range)[1] < before[1]);
    QTest::keyClick(&histogram(), Qt::Key_PageDown); // the first point of the curve
    const auto points = layer().opacityPoints;
    QTest::keyClick(&histogram(), Qt::Key_Up);
    QVERIFY(layer().opacityPoints[0][1] > points[0][1]);
    QTest::keyClick(&histogram(), Qt::Key_Insert);
    QCOMPARE(layer().opacityPoints.size(), points.size() + 1);
    QTest::keyClick(&histogram(), Qt::Key_Delete);
    QCOMPARE(layer().opacityPoints.size(), points.size());
  }
  void oneQuantityHasOneScale() {
    data::FieldInfo other = provider_->info("image")->fields[0];
    provider_->add("other", other, [](auto, auto, auto k, auto) { return 9000.0 + static_cast<double>(k); });
    show("image");
    const auto alone = histogram().range();
    auto* share = editor_->findChild<QCheckBox*>("sharedScale");
    QVERIFY(share->isHidden()); // nobody to share with
    addLayer(*link_, *provider_, "other");
    QTRY_VERIFY(histogram().range()[1] > 8000);
    QVERIFY(share->isVisible() && share->isChecked());
    QVERIFY(std::abs(histogram().range()[0] - alone[0]) < 1); // one range for the values of both
    link_->run("setActive", {{"id", link_->state().layers[0].id}});
    QTRY_VERIFY(histogram().range()[1] > 8000);
    QVERIFY(share->text().contains("Fluorescence (counts)"));
    share->click();
    QVERIFY(layer().ownScale);
    QTRY_COMPARE(histogram().range(), alone);
    tick("Invert")->click();
    QVERIFY(layer().invert && !link_->state().layers[1].invert);
    share->click();
    QTRY_VERIFY(histogram().range()[1] > 8000);
    QVERIFY(!layer().invert);
  }
  void symmetricRangesStaySymmetric() {
    show("climate");
    QVERIFY(tick("Symmetric")->isChecked());
    const auto before = histogram().range();
    QCOMPARE(before[0], -before[1]);
    drag(&histogram(), over(before[1]), over(before[1]) - QPoint(40, 0), Qt::LeftButton);
    QVERIFY(layer().range);
    QVERIFY((*layer().range)[1] < before[1]);
    QCOMPARE((*layer().range)[0], -(*layer().range)[1]);
    photograph(*editor_, "contrast_symmetric");
  }
};

QTEST_MAIN(TestContrast)
#include "test_contrast.moc"
