#include "disagreements/disagreement_model.h"
#include "disagreements/disagreement_view.h"
#include "disagreements/metrics_strip.h"
#include "support/scene.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::tests;

namespace {

data::Table table(const std::string& name, const std::vector<std::string>& columns) {
  data::Table made;
  made.info.name = name;
  made.info.columns = columns;
  made.numbers.resize(columns.size());
  made.texts.resize(columns.size());
  return made;
}

void addResult(MemoryProvider& provider) {
  data::Table metrics = table("metrics", {"metric", "value", "help"});
  metrics.texts[0] = {"Dice of the foreground",  "IoU of the foreground", "Precision of the instances",
                      "Recall of the instances", "F1 of the instances",   "Panoptic quality",
                      "Adjusted Rand index"};
  metrics.numbers[1] = {0.91234, 0.8388, 0.96, 0.9412, 0.9505, 0.7611, 0.8007};
  metrics.texts[2] = std::vector<std::string>(7, "What it means.");
  metrics.info.rows = 7;
  provider.addTable("/runs/compare/result.h5", metrics);
  data::Table rows =
      table("disagreements", {"kind", "truth", "prediction", "cost", "iou", "voxels", "x", "y", "z", "partners"});
  rows.info.units = {"", "", "", "µm⁴", "", "voxels", "µm", "µm", "µm", ""};
  rows.texts[9] = {"", "1, 12, 40, 41, 44", "2, 7", "", ""};
  rows.texts[0] = {"missed", "merged", "split", "spurious", "boundary"};
  rows.numbers[1] = {3, 1, 2, 0, 5};
  rows.numbers[2] = {0, 1, 2, 9, 5};
  rows.numbers[3] = {1200, 800, 90.5, 40, 8};
  rows.numbers[4] = {0, 0.41, 0.62, 0, 0.9};
  rows.numbers[5] = {1200, 1500, 300, 40, 400};
  rows.numbers[6] = {5, 2, 7, 11, 4};
  rows.numbers[7] = {8, 3, 3, 1, 6};
  rows.numbers[8] = {14, 8, 12, 2, 10};
  rows.info.rows = 5;
  provider.addTable("/runs/compare/result.h5", rows);
}

} // namespace

class TestDisagreementView : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;
  std::unique_ptr<views::DisagreementView> view_;
  std::string truth_, prediction_;

  [[nodiscard]] const session::State& state() const { return link_->state(); }
  void loadPair() {
    addLayer(*link_, *provider_, "image");
    truth_ = addLayer(*link_, *provider_, "truth", session::Role::Truth);
    prediction_ = addLayer(*link_, *provider_, "prediction", session::Role::Prediction);
  }
  void showResult() {
    loadPair();
    link_->run("setComparison", {{"result", "/runs/compare"}});
    QTRY_COMPARE(view_->table().model()->rowCount(), 5);
  }
  void clickRow(int row) {
    const QRect cell = view_->table().visualRect(view_->table().model()->index(row, 1));
    QTest::mouseClick(view_->table().viewport(), Qt::LeftButton, {}, cell.center());
  }

private Q_SLOTS:
  void init() {
    provider_ = std::make_unique<MemoryProvider>();
    addNuclei(*provider_);
    addResult(*provider_);
    link_ = std::make_unique<link::Link>();
    view_ = std::make_unique<views::DisagreementView>(*link_, *provider_, testStyle());
    present(*view_, 400, 520);
  }
  void cleanup() {
    view_.reset();
    link_.reset();
    provider_.reset();
  }

  void emptyStateSaysWhatIsMissing() {
    const auto* words = view_->findChild<QLabel*>("emptyState");
    auto* compare = view_->findChild<QPushButton*>("primaryButton");
    QVERIFY(words->isVisible() && words->text().contains("load its truth"));
    QVERIFY(!compare->isEnabled());
    addLayer(*link_, *provider_, "image");
    addLayer(*link_, *provider_, "prediction", session::Role::Prediction);
    QVERIFY(words->text().contains("Load the truth"));
    addLayer(*link_, *provider_, "truth", session::Role::Truth);
    QVERIFY(compare->isEnabled());
    QSignalSpy asked(view_.get(), &views::DisagreementView::compareRequested);
    QTest::mouseClick(compare, Qt::LeftButton);
    QCOMPARE(asked.count(), 1);
    photograph(*view_, "disagreements_empty");
  }
  void showsMetricsAndRows() {
    showResult();
    const auto* strip = view_->findChild<views::MetricsStrip*>();
    QCOMPARE(strip->metrics().size(), std::size_t(7));
    QCOMPARE(strip->metrics()[0].value, QString("0.912"));
    bool help = false;
    QStringList words;
    for (const auto* label : strip->findChildren<QLabel*>())
      if (label->isVisible()) words << label->text();
    QVERIFY(words.contains("Dice") && words.contains("PQ") && !words.contains("Adjusted Rand index"));
    auto* more = strip->findChild<QToolButton*>("moreMetrics");
    QTest::mouseClick(more, Qt::LeftButton);
    bool unfolded = false;
    for (const auto* label : strip->findChildren<QLabel*>())
      unfolded = unfolded || (label->isVisible() && label->text() == "Adjusted Rand index");
    QVERIFY(unfolded);
    QTest::mouseClick(more, Qt::LeftButton);
    for (const auto* tile : strip->findChildren<QWidget*>())
      help = help || tile->toolTip().contains("What it means.");
    QVERIFY(help);
    auto* model = view_->table().model();
    QCOMPARE(model->index(0, views::DisagreementModel::Kind).data().toString(), QString("Missed"));
    QVERIFY(!model->index(0, views::DisagreementModel::Kind).data(Qt::DecorationRole).value<QIcon>().isNull());
    QCOMPARE(model->index(0, views::DisagreementModel::Prediction).data().toString(), QString("–"));
    QCOMPARE(model->index(1, views::DisagreementModel::Iou).data().toString(), QString("0.410"));
    const auto merged = model->index(1, views::DisagreementModel::Truth),
               split = model->index(2, views::DisagreementModel::Prediction);
    QCOMPARE(merged.data().toString(), QString("1, 12, 40, +2"));
    QCOMPARE(split.data().toString(), QString("2, 7"));
    QCOMPARE(model->headerData(views::DisagreementModel::Cost, Qt::Horizontal).toString(), QString("Cost (µm⁴)"));
    QVERIFY2(merged.data(Qt::ToolTipRole).toString().contains("1, 12, 40, 41, 44"),
             qPrintable(merged.data(Qt::ToolTipRole).toString()));
    photograph(*view_, "disagreements");
  }
  void kindsDifferInShape() { // colour is never the only cue
    std::vector<QImage> shapes;
    for (const char* kind : {"missed", "spurious", "split", "merged", "boundary"}) {
      const QImage shape =
          views::kindIcon(kind, testStyle()).pixmap(16, 16).toImage().convertToFormat(QImage::Format_Alpha8);
      for (const QImage& other : shapes)
        QVERIFY(shape != other);
      shapes.push_back(shape);
    }
  }
  void clickGoesThere() {
    showResult();
    clickRow(1);
    QCOMPARE(state().comparison.selected, 1);
    QCOMPARE(state().cursor, (data::Vec3{2, 3, 8}));
    QCOMPARE(state().selection.at(truth_), (std::set<std::int64_t>{1, 12, 40, 41, 44})); // all that were merged
    QCOMPARE(state().selection.at(prediction_), std::set<std::int64_t>{1});
    clickRow(0); // missed: there is no prediction to select
    QVERIFY(!state().selection.contains(prediction_));
  }
  void stepsGoRoundInTheOrderShown() {
    showResult();
    view_->step(1);
    QCOMPARE(state().comparison.selected, 0);
    view_->step(1);
    QCOMPARE(state().comparison.selected, 1);
    view_->step(-1);
    view_->step(-1);
    QCOMPARE(state().comparison.selected, 4);
    view_->step(1);
    QCOMPARE(state().comparison.selected, 0);
    view_->table().sortByColumn(views::DisagreementModel::Cost, Qt::AscendingOrder);
    link_->run("setComparison", {{"selected", -1}});
    view_->step(1);
    QCOMPARE(state().comparison.selected, 4); // cheapest first now
    view_->step(1);
    QCOMPARE(state().comparison.selected, 3);
  }
  /// While Shift is down, as in Shift+N, a table would add rows to its selection.
  void oneRowIsSelectedWhileShiftIsDown() {
    showResult();
    view_->step(1);
    view_->step(1);
    QTest::keyPress(&view_->table(), Qt::Key_Shift, Qt::ShiftModifier);
    view_->step(-1);
    QTest::keyRelease(&view_->table(), Qt::Key_Shift);
    QCOMPARE(view_->table().selectionModel()->selectedRows().size(), 1);
    QCOMPARE(view_->table().selectionModel()->selectedRows().first().row(), 0);
  }
  void sortsNumbersAsNumbers() {
    showResult();
    QTest::mouseClick(
        view_->table().horizontalHeader()->viewport(), Qt::LeftButton, {},
        QPoint(view_->table().horizontalHeader()->sectionViewportPosition(views::DisagreementModel::Voxels) + 8, 8));
    QCOMPARE(view_->table().horizontalHeader()->sortIndicatorSection(), int(views::DisagreementModel::Voxels));
    auto* model = view_->table().model();
    double last = model->index(0, views::DisagreementModel::Voxels).data(Qt::UserRole).toDouble();
    const bool up = view_->table().horizontalHeader()->sortIndicatorOrder() == Qt::AscendingOrder;
    for (int row = 1; row < 5; ++row) {
      const double now = model->index(row, views::DisagreementModel::Voxels).data(Qt::UserRole).toDouble();
      QVERIFY(up ? now >= last : now <= last);
      last = now;
    }
  }
  void rowFollowsTheSession() {
    showResult();
    link_->run("showDisagreement", {{"row", 3}, {"world", {1, 2, 3}}});
    QCOMPARE(view_->table().currentIndex().row(), 3);
    link_->session().undo();
    QVERIFY(!view_->table().selectionModel()->hasSelection());
  }
  void modesAreCommands() {
    showResult();
    for (auto* button : view_->findChildren<QToolButton*>("segment")) {
      QTest::mouseClick(button, Qt::LeftButton);
      QCOMPARE(QString::fromStdString(state().comparison.mode), button->text().toLower());
      QVERIFY(!button->toolTip().isEmpty());
    }
    link_->run("setComparison", {{"mode", "truth"}});
    for (auto* button : view_->findChildren<QToolButton*>("segment"))
      QCOMPARE(button->isChecked(), button->text() == "Truth");
  }
  void copiesAsTabSeparated() {
    showResult();
    clickRow(2);
    view_->table().setFocus();
    QTest::keyClick(&view_->table(), Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QApplication::clipboard()->text().split('\n');
    QCOMPARE(lines.size(), 2);
    QCOMPARE(lines[0], QString("kind\ttruth\tprediction\tpartners\tiou\tvoxels\tcost\tx\ty\tz"));
    QCOMPARE(lines[1], QString("split\t2\t2\t2 7\t0.62\t300\t90.5\t7\t3\t12"));
    QCOMPARE(view_->asText(false).split('\n').size(), 6);
  }
  void unreadableResultIsSaid() {
    loadPair();
    link_->run("setComparison", {{"result", "/runs/gone"}});
    const auto* words = view_->findChild<QLabel*>("emptyState");
    QTRY_VERIFY(words->isVisible() && words->text().contains("can't be read"));
    QVERIFY(words->text().contains("/runs/gone/result.h5"));
  }
};

QTEST_MAIN(TestDisagreementView)
#include "test_disagreement_view.moc"
