#include "window_fixture.h"

#include "desktop/actions/action_registry.h"
#include "desktop/window/message_banner.h"
#include "table/axes_bar.h"
#include "table/table_model.h"
#include "table/table_pane.h"
#include "table/table_plot_view.h"

#include <QClipboard>
#include <QFile>
#include <QHeaderView>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::desktop;

/// A table in the window: opened, sorted, filtered, selected, copied, exported, plotted, kept.
class TablesTest : public QObject {
  Q_OBJECT
  WindowFixture fixture;

  /// 5 000 rows: n, depth (m) = (37 n) mod 1000 / 10, missing every hundredth, kind.
  [[nodiscard]] QString csv() const {
    const QString path = fixture.folder.filePath("cores.csv");
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return {};
    file.write("n,depth (m),kind\n");
    for (int n = 0; n < 5000; ++n)
      file.write(QStringLiteral("%1,%2,%3\n")
                     .arg(n)
                     .arg(n % 100 == 99 ? QString() : QString::number((37 * n) % 1000 / 10.0))
                     .arg(n % 2 ? "clay" : "sand")
                     .toUtf8());
    return path;
  }

  [[nodiscard]] std::unique_ptr<MainWindow> withTable() const {
    auto window = fixture.window();
    window->openFiles({csv()});
    if (!QTest::qWaitFor([&] { return window->link().state().tables.size() == 1; }, 20000))
      qWarning("the table did not open");
    if (!WindowFixture::settle(*window)) qWarning("the window did not settle");
    return window;
  }
  static views::TablePane& pane(const MainWindow& window) { return *window.findChild<views::TablePane*>(); }
  static QString cell(const MainWindow& window, int row, int column) {
    const QAbstractItemModel& model = pane(window).model();
    const QModelIndex index = model.index(row, column);
    (void)QTest::qWaitFor([&] { return index.data().toString() != QStringLiteral("…"); }, 5000);
    return index.data().toString();
  }
  static void clickHeading(const MainWindow& window, int column) {
    QHeaderView* header = pane(window).table().horizontalHeader();
    QTest::mouseClick(
        header->viewport(), Qt::LeftButton, Qt::NoModifier,
        {header->sectionViewportPosition(column) + header->sectionSize(column) / 2, header->height() / 2});
    (void)WindowFixture::settle(const_cast<MainWindow&>(window));
  }

private Q_SLOTS:
  void opensAndPages() {
    const auto window = withTable();
    QCOMPARE(pane(*window).counted(), QStringLiteral("5000 rows · 3 columns"));
    QCOMPARE(cell(*window, 0, 2), QStringLiteral("sand"));
    pane(*window).table().scrollToBottom();
    QCOMPARE(cell(*window, 4999, 0), QStringLiteral("4999"));
    QVERIFY(window->messages().texts().isEmpty());
    WindowFixture::keep(*window, "table");
  }

  void sortsByItsHeadings() {
    const auto window = withTable();
    clickHeading(*window, 0);
    clickHeading(*window, 0); // the other way
    QCOMPARE(cell(*window, 0, 0), QStringLiteral("4999"));
    clickHeading(*window, 0); // as in the file
    QCOMPARE(cell(*window, 0, 0), QStringLiteral("0"));
    clickHeading(*window, 1);
    QCOMPARE(cell(*window, 0, 1).toDouble(), 0.0);
    QCOMPARE(cell(*window, 4949, 1).toDouble(), 99.9);
    QVERIFY(pane(*window).model().index(4999, 1).data(views::TableModel::MissingRole).toBool());
    window->actionRegistry().find("edit.undo")->trigger();
    QVERIFY(WindowFixture::settle(*window));
    QCOMPARE(cell(*window, 1, 0), QStringLiteral("1"));
  }

  void filters() {
    const auto window = withTable();
    QLineEdit& filter = pane(*window).filter();
    filter.setFocus();
    QTest::keyClicks(&filter, "depth > 99 and kind = clay");
    QTest::keyClick(&filter, Qt::Key_Return);
    QVERIFY(WindowFixture::settle(*window));
    QTRY_VERIFY2(pane(*window).counted().contains("of 5000 rows"), qPrintable(pane(*window).counted()));
    const int left = pane(*window).model().rowCount();
    int expected = 0;
    for (int n = 1; n < 5000; n += 2)
      expected += n % 100 != 99 && (37 * n) % 1000 / 10.0 > 99 ? 1 : 0;
    QCOMPARE(left, expected);
    // A filter that makes no sense says why and leaves the rows.
    filter.clear();
    QTest::keyClicks(&filter, "width > 3");
    QTest::keyClick(&filter, Qt::Key_Return);
    QTRY_VERIFY2(pane(*window).trouble().contains("width"), qPrintable(pane(*window).trouble()));
    QCOMPARE(pane(*window).model().rowCount(), left);
    WindowFixture::keep(*window, "table-trouble");
  }

  void copiesAndExports() {
    const auto window = withTable();
    QTableView& table = pane(*window).table();
    table.setFocus();
    table.selectRow(3);
    QTest::keyClick(&table, Qt::Key_C, Qt::ControlModifier);
    QTRY_COMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("n\tdepth [m]\tkind\n3\t11.1\tclay\n"));
    window->link().run("setTable", {{"id", window->link().state().table}, {"filter", "n < 300"}});
    QVERIFY(WindowFixture::settle(*window));
    QTRY_COMPARE(pane(*window).model().rowCount(), 300);
    QSignalSpy said(&pane(*window), &views::TablePane::reported);
    const QString out = fixture.folder.filePath("out.csv");
    pane(*window).writeCsv(out);
    QTRY_VERIFY(!said.isEmpty());
    QFile file(out);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 301);
    QCOMPARE(lines[0], QByteArray("n,depth [m],kind"));
    QCOMPARE(lines[4], QByteArray("3,11.1,clay"));
    QCOMPARE(lines[100], QByteArray("99,,clay"));
    said.clear();
    pane(*window).writeCsv(QStringLiteral("/nowhere/out.csv"));
    QTRY_VERIFY(!said.isEmpty());
    QVERIFY(said.first().first().toString().contains("/nowhere/out.csv"));
  }

  void plotsAndSelects() {
    const auto window = withTable();
    window->link().run("setTable", {{"id", window->link().state().table},
                                    {"plotted", true},
                                    {"x", "n"},
                                    {"y", std::vector<std::string>{"depth"}}});
    QVERIFY(WindowFixture::settle(*window));
    views::TablePlotView* plot = pane(*window).plot();
    QVERIFY(plot && plot->isVisible());
    const QImage bare = plot->picture();
    pane(*window).table().selectRow(10);
    const auto selected = [&] {
      const auto& all = window->link().state().selection;
      const auto found = all.find(window->link().state().table);
      return found == all.end() ? std::set<std::int64_t>{} : found->second;
    };
    QTRY_COMPARE(selected(), std::set<std::int64_t>{10});
    QVERIFY(WindowFixture::settle(*window));
    QTRY_VERIFY(plot->picture() != bare); // the row is marked
    WindowFixture::keep(*window, "table-plot");
    // And a drag over a part of the plot selects rows in the table.
    const QRect room = plot->rect();
    QTest::mousePress(plot, Qt::LeftButton, Qt::NoModifier, {room.width() / 4, room.height() / 4});
    QTest::mouseMove(plot, {room.width() / 3, room.height() / 2});
    QTest::mouseRelease(plot, Qt::LeftButton, Qt::NoModifier, {room.width() / 3, room.height() / 2});
    QTRY_VERIFY(selected().size() > 5);
  }

  void aSessionKeepsIt() {
    const QString session = fixture.folder.filePath("cores.discern");
    {
      const auto window = withTable();
      window->link().run(
          "setTable",
          {{"id", window->link().state().table}, {"filter", "kind = sand"}, {"sort", "n"}, {"descending", true}});
      QVERIFY(WindowFixture::settle(*window));
      session::save(window->link().state(), session.toStdString());
    }
    const auto window = fixture.window();
    window->openFiles({session});
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().tables.size(), std::size_t(1), 20000);
    QVERIFY(WindowFixture::settle(*window));
    QCOMPARE(cell(*window, 0, 0), QStringLiteral("4998"));
    QCOMPARE(pane(*window).model().rowCount(), 2500);
    QCOMPARE(pane(*window).filter().text(), QStringLiteral("kind = sand"));
  }
};

DISCERN_WINDOW_TEST(TablesTest)
#include "test_tables.moc"
