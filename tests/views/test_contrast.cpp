#include "contrast/contrast_editor.h"
#include "contrast/histogram_widget.h"
#include "support/scene.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
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
    present(*editor_, 300, 320);
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
      QVERIFY(!maps->itemIcon(i).isNull());
    const int row = maps->findData("viridis");
    QVERIFY(row >= 0);
    maps->setCurrentIndex(row);
    Q_EMIT maps->activated(row);
    QCOMPARE(layer().colormap, std::string("viridis"));
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
