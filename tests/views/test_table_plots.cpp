#include "diagram/diagram_pane.h"
#include "diagram/diagram_view.h"
#include "scene/diagram/rows/table_rows.h"
#include "support/scene.h"

#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::tests;

/// Parallel coordinates and the scatter matrix of a table.
class TestTablePlots : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;
  std::unique_ptr<views::DiagramPane> pane_;

  [[nodiscard]] views::DiagramView& view() const { return *pane_->view(); }
  [[nodiscard]] const scene::RowsPanel& rows() const { return dynamic_cast<const scene::RowsPanel&>(view().panel()); }
  [[nodiscard]] std::set<std::int64_t> chosen() const {
    const auto found = link_->state().selection.find("T1");
    return found == link_->state().selection.end() ? std::set<std::int64_t>{} : found->second;
  }
  void settle() {
    QTRY_VERIFY(pane_->settled());
    QTest::qWait(30);
  }
  void show(const char* kind) {
    link_->run("addTable", {{"table", {{"path", "cells.csv"}, {"name", "cells"}}}});
    pane_ = std::make_unique<views::DiagramPane>(*link_, *provider_, testStyle());
    present(*pane_, 640, 460);
    pane_->add(kind);
    settle();
  }

private Q_SLOTS:
  void init() {
    provider_ = std::make_unique<MemoryProvider>();
    data::Table table;
    table.info.name = "cells";
    table.info.columns = {"size", "word", "depth", "light"};
    table.info.units = {"µm", "", "km", ""};
    table.info.rows = 200;
    table.numbers.resize(4);
    table.texts.resize(4);
    for (int i = 0; i < 200; ++i) {
      table.numbers[0].push_back(i);
      table.texts[1].emplace_back("w");
      table.numbers[2].push_back(1000 - 2 * i);
      table.numbers[3].push_back(i % 10 == 3 ? std::nan("") : std::sin(i));
    }
    provider_->addTable("cells.csv", table);
    provider_->know("cells.csv");
    link_ = std::make_unique<link::Link>();
  }
  void cleanup() {
    pane_.reset();
    link_.reset();
    provider_.reset();
  }

  void linesAcrossTheColumns() {
    show("parallel");
    QCOMPARE(rows().columns().size(), std::size_t(3)); // not the one of words
    QCOMPARE(rows().columns()[1].name, std::string("depth"));
    QCOMPARE(rows().columns()[1].high, 1000.0);
    photograph(*pane_, "parallel");
    // The upper half of the first axis: sizes of 100 and more.
    const int axis = 44;
    const double scale = view().devicePixelRatioF();
    const double low = 34, high = view().height() - 48; // of the axis, from below
    const auto place = [&](double share) { return static_cast<int>(view().height() - (low + share * (high - low))); };
    static_cast<void>(scale);
    drag(&view(), {axis - 12, place(0.5)}, {axis + 12, place(1.02)}, Qt::LeftButton);
    QVERIFY2(std::abs(static_cast<int>(chosen().size()) - 100) <= 1, qPrintable(QString::number(chosen().size())));
    QVERIFY(*chosen().rbegin() == 199);
    settle();
    photograph(*pane_, "parallel_chosen");
    const QImage image = view().picture(); // bluer than any grey
    int blue = 0;
    for (int y = 0; y < image.height(); ++y)
      for (int x = 0; x < image.width(); ++x) {
        const QColor at = image.pixelColor(x, y);
        blue += at.blue() > at.red() + 40;
      }
    QVERIFY2(blue > image.width() * image.height() / 50, qPrintable(QString::number(blue)));
    QTest::mouseClick(&view(), Qt::LeftButton, {}, {320, 200});
    QVERIFY(chosen().empty());
    QVERIFY(view().asText().startsWith(QStringLiteral("row\tsize [µm]\tdepth [km]\tlight\n1\t0.0\t1000.0\t0.0\n")));
  }

  void pairsOfColumns() {
    show("pairs");
    photograph(*pane_, "pairs");
    // All of the cell of depth (second row) against size (first column).
    const int wide = view().width(), tall = view().height();
    drag(&view(), {16, tall * 2 / 5}, {wide / 3 - 8, tall * 3 / 5}, Qt::LeftButton);
    settle();
    QVERIFY2(chosen().size() > 60, qPrintable(QString::number(chosen().size())));
    photograph(*pane_, "pairs_chosen");
    // Rows chosen elsewhere are seen here.
    link_->run("select", {{"selection", {{"T1", {0, 1, 2}}}}});
    settle();
    QVERIFY(rows().heading().find("3 chosen") != std::string::npos);
    QTest::keyClick(&view(), Qt::Key_Escape);
    QVERIFY(chosen().empty());
  }

  void aFilterLeavesFewer() {
    show("parallel");
    link_->run("setTable", {{"id", "T1"}, {"filter", "size < 50"}});
    settle();
    QVERIFY2(rows().heading().find("50 rows") != std::string::npos, rows().heading().c_str());
    link_->run("setTable", {{"id", "T1"}, {"filter", "size < -1"}});
    QTRY_COMPARE(rows().trouble(), std::string("The filter of the table leaves no row"));
    link_->run("removeTable", {{"id", "T1"}});
    QTRY_COMPARE(rows().trouble(), std::string("The table of this plot is not open any more"));
  }
};

QTEST_MAIN(TestTablePlots)
#include "test_table_plots.moc"
