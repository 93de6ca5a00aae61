#include "diagram/diagram_pane.h"
#include "diagram/diagram_view.h"
#include "grid/view_grid.h"
#include "scene/diagram/counts/confusion_panel.h"
#include "scene/diagram/counts/groups_panel.h"
#include "support/scene.h"

#include <QSplitter>
#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::tests;

/// Confusion of truth and prediction, and values by label, beside the slices.
class TestLabelPlots : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;
  std::unique_ptr<QSplitter> window_;
  views::ViewGrid* grid_ = nullptr;
  views::DiagramPane* pane_ = nullptr;
  std::string image_, truth_, prediction_;

  [[nodiscard]] views::DiagramView& view() const { return *pane_->view(); }
  [[nodiscard]] QPoint at(double x, double y) const {
    const auto pixel = view().plot()->pixelOf(x, y);
    const double scale = view().devicePixelRatioF();
    return {static_cast<int>(std::lround(pixel[0] / scale)),
            static_cast<int>(std::lround(view().height() - pixel[1] / scale))};
  }
  void settle() {
    QTRY_VERIFY(pane_->settled() && grid_->settled());
    QTest::qWait(40);
    QTRY_VERIFY(pane_->settled() && grid_->settled());
  }
  void show(const char* kind) {
    image_ = addLayer(*link_, *provider_, "image");
    truth_ = addLayer(*link_, *provider_, "truth", session::Role::Truth);
    prediction_ = addLayer(*link_, *provider_, "prediction", session::Role::Prediction);
    window_ = std::make_unique<QSplitter>();
    grid_ = new views::ViewGrid(*link_, *provider_, testStyle(), window_.get());
    pane_ = new views::DiagramPane(*link_, *provider_, testStyle(), window_.get());
    present(*window_, 1080, 520);
    window_->setSizes({560, 520});
    pane_->add(kind);
    settle();
  }

private Q_SLOTS:
  void init() {
    provider_ = std::make_unique<MemoryProvider>();
    addNuclei(*provider_);
    link_ = std::make_unique<link::Link>();
  }
  void cleanup() {
    window_.reset();
    link_.reset();
    provider_.reset();
  }

  void confusionCountsVoxels() {
    show("confusion");
    const auto& counts = dynamic_cast<const scene::ConfusionPanel&>(view().panel()).confusion();
    // Truth 1, 2, 3 of 5·6·5, 6·5·5 and 6·5·5 voxels; the prediction has no 3 and a shifted 2.
    QCOMPARE(counts.truth, (std::vector<std::int64_t>{0, 1, 2, 3}));
    QCOMPARE(counts.prediction, (std::vector<std::int64_t>{0, 1, 2}));
    QCOMPARE(counts.voxels, std::int64_t(24 * 20 * 12));
    const auto of = [&](std::size_t row, std::size_t column) { return counts.counts[row * 3 + column]; };
    QCOMPARE(of(1, 1), std::int64_t(150));
    QCOMPARE(of(2, 2), std::int64_t(125));
    QCOMPARE(of(2, 0), std::int64_t(25));
    QCOMPARE(of(0, 2), std::int64_t(25));
    QCOMPARE(of(3, 0), std::int64_t(150));
    photograph(*window_, "confusion");
  }

  void aCellOfTheConfusionChoosesItsVoxels() {
    show("confusion");
    // Third row from the top, first column: truth 2 that was not found.
    link_->setCursor({12 * 0.5, 6 * 0.5, 6 * 2});
    settle();
    const QImage before = grid_->shown().front()->picture();
    const QImage spaceBefore = grid_->view("volume")->picture();
    QTest::mouseClick(&view(), Qt::LeftButton, {}, at(0.5, 1.5));
    const auto& chosen = link_->state().voxels;
    QCOMPARE(chosen.all.size(), std::size_t(2));
    QCOMPARE(chosen.all[0].labels, std::set<std::int64_t>{2});
    QCOMPARE(chosen.all[1].labels, std::set<std::int64_t>{0});
    QCOMPARE(QString::fromStdString(chosen.name), QStringLiteral("label 2 taken for background"));
    settle();
    QVERIFY(grid_->shown().front()->picture() != before);
    QVERIFY(grid_->view("volume")->picture() != spaceBefore); // and in space they are a surface
    photograph(*window_, "confusion_chosen");
    QTest::keyClick(&view(), Qt::Key_Right);
    QCOMPARE(link_->state().voxels.all[1].labels, std::set<std::int64_t>{1});
    QTest::keyClick(&view(), Qt::Key_Escape);
    QVERIFY(link_->state().voxels.all.empty());
    QCOMPARE(view().asText().section('\n', 3, 3), QStringLiteral("label 2\t25\t0\t125"));
  }

  void aRemovedLayerTakesItsVoxelsAlong() {
    show("confusion");
    QTest::mouseClick(&view(), Qt::LeftButton, {}, at(0.5, 1.5));
    link_->run("removeLayer", {{"id", prediction_}});
    QVERIFY(link_->state().voxels.all.empty());
    QTRY_COMPARE(view().diagram()->trouble(), std::string("A layer of this plot is not open any more"));
  }

  void boxesAreQuartiles() {
    show("groups");
    link_->run("setDiagram", {{"id", "D1"}, {"x", image_}, {"y", truth_}});
    settle();
    const auto& groups = dynamic_cast<const scene::GroupsPanel&>(view().panel()).groups();
    QCOMPARE(groups.groups.size(), std::size_t(3));
    QCOMPARE(groups.groups[0].count, std::int64_t(150));
    // 1200 + 10 i + j + k, i 3 … 7, j 3 … 8, k 2 … 6: symmetric about 1259.5.
    QCOMPARE(groups.groups[0].median, 1259.5);
    QCOMPARE(groups.groups[0].min, 1235.0);
    QCOMPARE(groups.groups[0].max, 1284.0);
    QVERIFY(std::abs(groups.groups[0].mean - 1259.5) < 1e-9);
    photograph(*window_, "groups_boxes");
    QTest::mouseClick(&view(), Qt::LeftButton, {}, at(1.5, 1280));
    QCOMPARE(link_->state().selection.at(truth_), std::set<std::int64_t>{2});
    QTest::keyClick(&view(), Qt::Key_Right);
    QCOMPARE(link_->state().selection.at(truth_), std::set<std::int64_t>{3});
    settle();
    QVERIFY(view().diagram()->heading().find("label 3:  median") != std::string::npos);
    link_->run("setDiagram", {{"id", "D1"}, {"options", {{"shape", "violins"}, {"order", "median"}}}});
    settle();
    photograph(*window_, "groups_violins");
    QVERIFY(view().asText().startsWith(QStringLiteral("label\tname\tvoxels\tmin\t")));
  }
};

QTEST_MAIN(TestLabelPlots)
#include "test_label_plots.moc"
