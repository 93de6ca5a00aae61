#include "diagram/diagram_pane.h"
#include "diagram/diagram_view.h"
#include "grid/view_grid.h"
#include "scene/diagram/counts/histogram_panel.h"
#include "scene/diagram/counts/scatter_panel.h"
#include "support/scene.h"

#include <QApplication>
#include <QMouseEvent>
#include <QSplitter>
#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::tests;

/// Two layers against each other, beside the slices: a lasso in the plot chooses voxels there, and labels chosen there
/// are seen in the plot.
class TestScatterView : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;
  std::unique_ptr<QSplitter> window_;
  views::ViewGrid* grid_ = nullptr;
  views::DiagramPane* pane_ = nullptr;

  [[nodiscard]] views::DiagramView& view() const { return *pane_->view(); }
  [[nodiscard]] const scene::ScatterPanel& scatter() const {
    return dynamic_cast<const scene::ScatterPanel&>(view().panel());
  }
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
  [[nodiscard]] double accentIn(views::PanelWidget* widget) const {
    const QImage image = widget->picture();
    return share(image, image.rect(), views::colour(testStyle().theme.accent), 30);
  }
  void show(const char* kind) {
    addLayer(*link_, *provider_, "height");
    addLayer(*link_, *provider_, "width");
    addLayer(*link_, *provider_, "halves");
    link_->run("setActive", {{"id", link_->state().layers[1].id}});
    link_->run("setDisplay", {{"crosshair", false}});
    window_ = std::make_unique<QSplitter>();
    grid_ = new views::ViewGrid(*link_, *provider_, testStyle(), window_.get());
    pane_ = new views::DiagramPane(*link_, *provider_, testStyle(), window_.get());
    present(*window_, 1000, 480);
    window_->setSizes({520, 480});
    pane_->add(kind);
    settle();
  }

private Q_SLOTS:
  void init() {
    provider_ = std::make_unique<MemoryProvider>();
    data::FieldInfo info;
    info.name = "field";
    info.shape = {40, 30, 1};
    info.type = data::ScalarType::Float32;
    info.quantity = "Width";
    info.unit = "mm";
    provider_->add("width", info, [](auto i, auto, auto, auto) { return static_cast<double>(i); });
    info.quantity = "Height";
    info.unit = "K";
    provider_->add("height", info, [](auto, auto j, auto, auto) { return static_cast<double>(j); });
    info.type = data::ScalarType::UInt8;
    info.quantity = "Halves";
    info.unit = "";
    info.labels = true;
    provider_->add("halves", info, [](auto i, auto, auto, auto) { return i < 20 ? 1.0 : 2.0; });
    info.shape = {7, 5, 1};
    info.labels = false;
    provider_->add("small", info, [](auto i, auto, auto, auto) { return static_cast<double>(i); });
    link_ = std::make_unique<link::Link>();
  }
  void cleanup() {
    window_.reset();
    link_.reset();
    provider_.reset();
  }

  void everyVoxelIsCounted() {
    show("scatter");
    const auto& density = scatter().density();
    std::int64_t all = 0;
    for (const std::uint32_t count : density.counts)
      all += count;
    QCOMPARE(all, std::int64_t(1200));
    QCOMPARE(density.voxels, std::int64_t(1200));
    QVERIFY(std::abs(density.correlation) < 1e-9);
    QCOMPARE(density.xExtent, (std::array<double, 2>{0, 39}));
    QVERIFY(scatter().heading().find("voxels") != std::string::npos);
    photograph(*window_, "scatter");
  }

  void aRectangleChoosesVoxelsInTheSlices() {
    show("scatter");
    const double before = accentIn(grid_->shown().front());
    drag(&view(), at(9.5, 4.5), at(19.5, 14.5), Qt::LeftButton); // 10 … 19 and 5 … 14
    QCOMPARE(link_->state().voxels.all.size(), std::size_t(1));
    settle();
    QCOMPARE(scatter().density().chosenVoxels, std::int64_t(100));
    // A veil of 0.4 and an outline over a twelfth of the picture of the data.
    const QImage slice = grid_->shown().front()->picture();
    photograph(*window_, "scatter_rectangle");
    QVERIFY2(accentIn(grid_->shown().front()) > before, "the outline of the chosen voxels is not in the slice");
    QVERIFY(accentIn(&view()) > 0.002);
    // Control narrows: of those, the ones of the lower half.
    drag(&view(), at(-0.5, -0.5), at(39.5, 9.5), Qt::LeftButton, Qt::ControlModifier);
    settle();
    QCOMPARE(scatter().density().chosenVoxels, std::int64_t(50));
    // One step back each, and Escape lets go.
    QTest::keyClick(&view(), Qt::Key_Escape);
    settle();
    QVERIFY(link_->state().voxels.all.empty());
    QVERIFY(scatter().density().chosen.empty());
    link_->session().undo();
    settle();
    QVERIFY(!link_->state().voxels.all.empty());
  }

  void aLassoIsAnOutline() {
    show("scatter");
    QTest::keyClick(&view(), Qt::Key_L);
    QVERIFY(view().lasso());
    // A triangle, freehand.
    const std::vector<QPoint> corners{at(0, -0.5), at(20, -0.5), at(10, 9.5), at(0, -0.5)};
    QTest::mousePress(&view(), Qt::LeftButton, {}, corners.front());
    for (std::size_t c = 1; c < corners.size(); ++c)
      for (int i = 1; i <= 10; ++i) {
        const QPointF to = QPointF(corners[c - 1]) + QPointF(corners[c] - corners[c - 1]) * i / 10.0;
        QMouseEvent move(QEvent::MouseMove, to, view().mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(&view(), &move);
      }
    QTest::mouseRelease(&view(), Qt::LeftButton, {}, corners.back());
    QCOMPARE(link_->state().voxels.all.size(), std::size_t(1));
    QVERIFY(link_->state().voxels.all[0].outline.size() > 10);
    settle();
    // The triangle holds 100 unit squares; whole columns of voxels lie on its edges.
    QVERIFY2(std::abs(static_cast<double>(scatter().density().chosenVoxels) - 100) < 12,
             qPrintable(QString::number(scatter().density().chosenVoxels)));
    photograph(*window_, "scatter_lasso");
  }

  void labelsChosenElsewhereAreSeenHere() {
    show("scatter");
    link_->select(link_->state().layers[2].id, {2});
    settle();
    QCOMPARE(scatter().density().chosenVoxels, std::int64_t(600));
    const auto& density = scatter().density();
    // All of them on the right.
    for (int j = 0; j < density.up; ++j)
      for (int i = 0; i < density.across / 2 - 4; ++i)
        QCOMPARE(density.chosen[static_cast<std::size_t>(j * density.across + i)], 0U);
    photograph(*window_, "scatter_labels");
  }

  void zoomedItIsCountedAnew() {
    show("scatter");
    wheel(&view(), at(20, 15), 4);
    settle();
    const auto& density = scatter().density();
    QVERIFY(density.inside < 600);
    QCOMPARE(density.xRange, scatter().view()->x);
    hover(&view(), at(20, 15));
    QVERIFY2(scatter().heading().find("voxel") != std::string::npos, scatter().heading().c_str());
  }

  void differentGridsAreRefusedInWords() {
    show("scatter");
    const std::string id = addLayer(*link_, *provider_, "small");
    link_->run("setDiagram", {{"id", "D1"}, {"y", id}});
    QTRY_VERIFY(scatter().trouble().find("lie on different grids") != std::string::npos);
    photograph(*window_, "scatter_refused");
  }

  void aRangeOfTheHistogramChooses() {
    show("histogram");
    const auto& panel = dynamic_cast<const scene::HistogramPanel&>(view().panel());
    std::int64_t all = 0;
    for (const std::uint32_t count : panel.counts().counts)
      all += count;
    QCOMPARE(all, std::int64_t(1200));
    QVERIFY(std::abs(panel.counts().mean - 19.5) < 1e-6);
    const double middle = panel.view()->y[1] / 2;
    drag(&view(), at(4.6, middle), at(14.4, middle / 2), Qt::LeftButton); // 5 … 14
    settle();
    QCOMPARE(panel.counts().chosenVoxels, std::int64_t(300));
    QCOMPARE(panel.counts().chosenMean, 9.5);
    QVERIFY(accentIn(&view()) > 0.01);
    QCOMPARE(view().asText().section('\n', 0, 0), QStringLiteral("from\tto\tvoxels\tchosen"));
    photograph(*window_, "histogram");
  }
};

QTEST_MAIN(TestScatterView)
#include "test_scatter_view.moc"
