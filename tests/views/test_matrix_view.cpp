#include "diagram/diagram_pane.h"
#include "diagram/diagram_view.h"
#include "scene/diagram/matrix/matrix_panel.h"
#include "scene/diagram/matrix/network_panel.h"
#include "support/scene.h"

#include <QMenu>
#include <QSignalSpy>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::tests;

/// A matrix in the pane of plots: what is drawn, what a click chooses, and what is chosen elsewhere.
class TestMatrixView : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;
  std::unique_ptr<views::DiagramPane> pane_;

  [[nodiscard]] views::DiagramView& view() const { return *pane_->view(); }
  [[nodiscard]] const scene::MatrixPanel& matrix() const {
    return dynamic_cast<const scene::MatrixPanel&>(view().panel());
  }
  /// The middle of a cell, by its place on the screen (row from the top).
  [[nodiscard]] QPoint cell(int row, int column) const {
    const auto at = matrix().pixelOf(column + 0.5, static_cast<double>(matrix().matrix().rows) - row - 0.5);
    const double scale = view().devicePixelRatioF();
    return {static_cast<int>(at[0] / scale), static_cast<int>(view().height() - at[1] / scale)};
  }
  [[nodiscard]] QColor colourAt(const QPoint& at) const {
    return view().picture().pixelColor(at * view().devicePixelRatioF());
  }
  void settle() {
    QTRY_VERIFY(pane_->settled());
    QTest::qWait(30);
  }
  void show(const char* path) {
    addLayer(*link_, *provider_, path);
    pane_ = std::make_unique<views::DiagramPane>(*link_, *provider_, testStyle());
    present(*pane_, 460, 520);
    pane_->add("matrix");
    settle();
  }

private Q_SLOTS:
  void init() {
    provider_ = std::make_unique<MemoryProvider>();
    // Two groups of rows, taken in turn: 0, 2, 4 go together, and 1, 3, 5.
    data::FieldInfo info;
    info.name = "matrix";
    info.quantity = "Correlation";
    info.shape = {6, 6, 1};
    info.type = data::ScalarType::Float64;
    provider_->add("pairs", info, [](auto i, auto j, auto, auto) {
      return i == j ? 1.0 : i % 2 == j % 2 ? 0.8 - 0.01 * static_cast<double>(i + j) : -0.5;
    });
    info.shape = {4, 3, 1};
    provider_->add("oblong", info, [](auto i, auto j, auto, auto) { return static_cast<double>(10 * j + i); });
    addNuclei(*provider_);
    link_ = std::make_unique<link::Link>();
  }
  void cleanup() {
    pane_.reset();
    link_.reset();
    provider_.reset();
  }

  void withoutAPlotItSaysHowToBegin() {
    addLayer(*link_, *provider_, "pairs");
    pane_ = std::make_unique<views::DiagramPane>(*link_, *provider_, testStyle());
    present(*pane_, 460, 300);
    QVERIFY(!pane_->view());
    photograph(*pane_, "plots_empty");
    QVERIFY(pane_->missing("matrix").isEmpty());
  }

  void cellsHaveTheColourOfTheirNumber() {
    show("pairs");
    QCOMPARE(matrix().matrix().rows, std::int64_t(6));
    QVERIFY(matrix().matrix().symmetric);
    // Diverging about zero: alike is red, unlike blue.
    const QColor alike = colourAt(cell(0, 2)), unlike = colourAt(cell(0, 1));
    QVERIFY2(alike.red() > alike.blue() + 60, qPrintable(alike.name()));
    QVERIFY2(unlike.blue() > unlike.red() + 60, qPrintable(unlike.name()));
    photograph(*pane_, "matrix_file_order");
  }

  void aTreeBringsLikeRowsTogether() {
    show("pairs");
    link_->run("setDiagram", {{"id", "D1"}, {"options", {{"order", "average"}}}});
    settle();
    const auto& order = matrix().matrix().rowOrder;
    for (std::size_t place = 1; place < 3; ++place) {
      QCOMPARE(order[place] % 2, order[0] % 2);
      QCOMPARE(order[place + 3] % 2, order[5] % 2);
    }
    QCOMPARE(matrix().matrix().rowTree.size(), std::size_t(5));
    QVERIFY(colourAt(cell(0, 1)).red() > colourAt(cell(0, 1)).blue());
    QVERIFY(colourAt(cell(0, 5)).blue() > colourAt(cell(0, 5)).red());
    photograph(*pane_, "matrix_average");
    link_->session().undo();
    settle();
    QCOMPARE(matrix().matrix().rowOrder, (std::vector<std::int32_t>{0, 1, 2, 3, 4, 5}));
  }

  void aClickChoosesRowAndColumn() {
    show("pairs");
    QTest::mouseClick(&view(), Qt::LeftButton, {}, cell(1, 4));
    QCOMPARE(link_->state().selection.at("D1"), (std::set<std::int64_t>{1, 4}));
    settle();
    QVERIFY(matrix().heading().find("row 2, column 5") != std::string::npos);
    QTest::mouseClick(&view(), Qt::LeftButton, Qt::ControlModifier, cell(2, 2));
    QCOMPARE(link_->state().selection.at("D1"), (std::set<std::int64_t>{1, 2, 4}));
    QTest::keyClick(&view(), Qt::Key_Right);
    QCOMPARE(link_->state().selection.at("D1"), (std::set<std::int64_t>{2, 3}));
    QTest::keyClick(&view(), Qt::Key_Down);
    QCOMPARE(link_->state().selection.at("D1"), std::set<std::int64_t>{3});
    QTest::keyClick(&view(), Qt::Key_Escape);
    QVERIFY(link_->state().selection.empty());
  }

  void rowsAreLabelsOfALayer() {
    addLayer(*link_, *provider_, "truth", session::Role::Truth);
    show("pairs");
    const std::string truth = link_->state().comparison.truth;
    link_->run("setDiagram", {{"id", "D1"}, {"y", truth}});
    settle();
    QTest::mouseClick(&view(), Qt::LeftButton, {}, cell(0, 2));
    QCOMPARE(link_->state().selection.at(truth), (std::set<std::int64_t>{1, 3})); // rows from 0, labels from 1
    // And the other way: a label that is chosen in a slice is a row here.
    link_->run("select", {{"selection", {{truth, {2}}}}});
    settle();
    QVERIFY(matrix().heading().find("row label 2") != std::string::npos);
  }

  void whatIsUnderThePointer() {
    show("oblong");
    QVERIFY(!matrix().matrix().symmetric);
    hover(&view(), cell(2, 3));
    QCOMPARE(QString::fromStdString(matrix().heading()), QStringLiteral("row 3, column 4:  23"));
    QTest::mouseClick(&view(), Qt::LeftButton, {}, cell(2, 3));
    QCOMPARE(link_->state().selection.at("D1"), std::set<std::int64_t>{2});
    QCOMPARE(link_->state().selection.at("D1 columns"), std::set<std::int64_t>{3});
  }

  void wheelZoomsBothAxesAndRShowsAll() {
    show("pairs");
    wheel(&view(), cell(0, 0), 2);
    const auto zoomed = matrix().view();
    QVERIFY(zoomed->x[1] - zoomed->x[0] < 4.5 && zoomed->y[1] - zoomed->y[0] < 4.5);
    QTest::keyClick(&view(), Qt::Key_R);
    QCOMPARE(matrix().view()->x, (std::array<double, 2>{0, 6}));
  }

  void valuesAsText() {
    show("oblong");
    QCOMPARE(view().asText().section('\n', 1, 1), QStringLiteral("1\t0.0\t1.0\t2.0\t3.0"));
    QTemporaryDir folder;
    QVERIFY(view().hasValues());
    view().writeValues(folder.filePath("m.csv"));
    QFile file(folder.filePath("m.csv"));
    QTRY_VERIFY(file.exists()); // written whole, then renamed
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().split('\n').at(3), QByteArray("3,20.0,21.0,22.0,23.0"));
    QSignalSpy told(&view(), &views::PanelWidget::reported);
    view().writeValues("/proc/no/such/folder.csv");
    QTRY_COMPARE(told.size(), 1);
  }

  void aTableIsItsCorrelations() {
    data::Table table;
    table.info.name = "table";
    table.info.columns = {"a", "b", "word", "c"};
    table.info.units = {"", "", "", ""};
    table.info.rows = 4;
    table.numbers = {{1, 2, 3, 4}, {2, 4, 6, 8}, {}, {4, 3, 2, 1}};
    table.texts = {{}, {}, {"w", "x", "y", "z"}, {}};
    provider_->addTable("table.csv", table);
    provider_->know("table.csv");
    link_->run("addTable", {{"table", {{"path", "table.csv"}, {"name", "table"}}}});
    pane_ = std::make_unique<views::DiagramPane>(*link_, *provider_, testStyle());
    present(*pane_, 460, 420);
    pane_->add("matrix");
    settle();
    const auto& made = matrix().matrix();
    QCOMPARE(made.rows, std::int64_t(3));
    QCOMPARE(made.values[1], 1.0);
    QCOMPARE(made.values[2], -1.0);
    QCOMPARE(made.rowNames, (std::vector<std::string>{"a", "b", "c"}));
    // A number of two columns shows those columns against each other.
    QTest::mouseClick(&view(), Qt::LeftButton, {}, cell(0, 2));
    QCOMPARE(link_->state().tables.front().x, std::string("c"));
    QCOMPARE(link_->state().tables.front().y, std::vector<std::string>{"a"});
    photograph(*pane_, "matrix_of_a_table");
  }

  void aNetworkOfTheSameMatrix() {
    addLayer(*link_, *provider_, "pairs");
    pane_ = std::make_unique<views::DiagramPane>(*link_, *provider_, testStyle());
    present(*pane_, 460, 460);
    pane_->add("network");
    settle();
    const auto& panel = dynamic_cast<const scene::NetworkPanel&>(view().panel());
    QCOMPARE(panel.network().edges.size(), std::size_t(15));
    QCOMPARE(panel.network().edges.front().value, 0.78); // 0 and 2
    const auto place = [&](std::size_t node) {
      const auto at = panel.placeOf(node);
      const double scale = view().devicePixelRatioF();
      return QPoint(static_cast<int>(at[0] / scale), static_cast<int>(view().height() - at[1] / scale));
    };
    photograph(*pane_, "network_circle");
    QTest::mouseClick(&view(), Qt::LeftButton, {}, place(3));
    QCOMPARE(link_->state().selection.at("D1"), std::set<std::int64_t>{3});
    settle();
    QVERIFY(panel.heading().find("node 4:  5 edges") != std::string::npos);
    // An edge: both of its nodes. A third of the way, where no other passes.
    QTest::mouseClick(&view(), Qt::LeftButton, {}, place(0) + (place(2) - place(0)) / 3);
    QCOMPARE(link_->state().selection.at("D1"), (std::set<std::int64_t>{0, 2}));
    link_->run("setDiagram", {{"id", "D1"}, {"options", {{"layout", "force"}}}});
    settle();
    photograph(*pane_, "network_springs");
    QCOMPARE(view().asText().section('\n', 0, 1), QStringLiteral("from\tto\tvalue\n1\t3\t0.78"));
    QTest::mouseClick(&view(), Qt::LeftButton, {}, {4, 4});
    QVERIFY(!link_->state().selection.contains("D1"));
    link_->run("removeDiagram", {{"id", "D1"}});
    addLayer(*link_, *provider_, "oblong");
    pane_->add("network");
    QTRY_VERIFY(view().diagram()->trouble().find("as many rows as columns") != std::string::npos);
  }

  void whatCantBeShownSaysWhy() {
    show("pairs");
    link_->run("removeLayer", {{"id", link_->state().layers.front().id}});
    QTRY_COMPARE(matrix().trouble(), std::string("The layer or table of this plot is not open any more"));
    photograph(*pane_, "matrix_gone");
    // Closing the tab ends it, and undo brings it back.
    link_->run("removeDiagram", {{"id", "D1"}});
    QVERIFY(!pane_->view());
    link_->session().undo();
    QVERIFY(pane_->view());
  }
};

QTEST_MAIN(TestMatrixView)
#include "test_matrix_view.moc"
