#include "data/error.h"
#include "data/table/table_view.h"

#include <QtTest>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

using namespace discern::data;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Six lakes.
Table lakes() {
  Table table;
  table.info = {"lakes", {"name", "depth", "area", "kind of water"}, {"", "m", "km²", ""}, 6};
  table.numbers = {{}, {12, nan, 3.5, 40, 3.5, 7}, {1, 2, 3, 4, 5, 6}, {}};
  table.texts = {
      {"Tarn", "mere", "Loch", "lago", "Étang", "loch Ness"}, {}, {}, {"sweet", "", "salt", "sweet", "salt", "sweet"}};
  return table;
}

RowsRequest everyRow(TableQuery query) {
  RowsRequest request;
  request.query = std::move(query);
  request.count = 100;
  return request;
}

std::vector<std::int64_t> rowsOf(const TableView& view, TableQuery query) {
  return view.page(everyRow(std::move(query))).rows;
}

using Rows = std::vector<std::int64_t>;

} // namespace

/// Pages of a table in the order of a query, and what is drawn of it.
class TestTableView : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void columns() {
    const TableView view(lakes());
    QCOMPARE(view.rows(), std::int64_t{6});
    QVERIFY(view.columns()[0].type == ColumnType::Text);
    QVERIFY(view.columns()[1].type == ColumnType::Number);
    QVERIFY(view.columns()[2].type == ColumnType::Integer);
    QCOMPARE(view.columns()[1].unit, std::string("m"));
  }

  void filter_data() {
    QTest::addColumn<QString>("words");
    QTest::addColumn<QList<int>>("rows");
    QTest::newRow("none") << "" << QList<int>{0, 1, 2, 3, 4, 5};
    QTest::newRow("a word in any column, in capitals or not") << "LOCH" << QList<int>{2, 5};
    QTest::newRow("a number") << "depth > 3.5" << QList<int>{0, 3, 5};
    QTest::newRow("missing is never smaller") << "depth < 100" << QList<int>{0, 2, 3, 4, 5};
    QTest::newRow("missing") << "depth = missing" << QList<int>{1};
    QTest::newRow("some value") << "depth != missing" << QList<int>{0, 2, 3, 4, 5};
    QTest::newRow("and before or") << "area <= 1 or depth = 3.5 and area > 3" << QList<int>{0, 4};
    QTest::newRow("a name with blanks") << "kind of water = SALT" << QList<int>{2, 4};
    QTest::newRow("in quotes") << "\"kind of water\" = \"salt\" and depth <= 3.5" << QList<int>{2, 4};
    QTest::newRow("holds") << "name ~ ness" << QList<int>{5};
    QTest::newRow("row numbers") << "# >= 5" << QList<int>{4, 5};
    QTest::newRow("signs") << "area ≥ 5" << QList<int>{4, 5};
    QTest::newRow("nothing") << "ocean" << QList<int>{};
  }
  void filter() {
    QFETCH(QString, words);
    QFETCH(QList<int>, rows);
    TableQuery query;
    query.filter = words.toStdString();
    QCOMPARE(rowsOf(TableView(lakes()), query), Rows(rows.begin(), rows.end()));
  }

  void filtersThatMakeNoSense_data() {
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("says");
    QTest::newRow("column") << "width > 3"
                            << "width";
    QTest::newRow("value") << "depth >"
                           << "depth";
    QTest::newRow("type") << "depth > deep"
                          << "deep";
  }
  void filtersThatMakeNoSense() {
    QFETCH(QString, words);
    QFETCH(QString, says);
    TableQuery query;
    query.filter = words.toStdString();
    QString said;
    try {
      (void)rowsOf(TableView(lakes()), query);
    } catch (const UsageError& error) {
      said = error.what();
    }
    QVERIFY2(said.contains(says), qPrintable(said));
  }

  void sorting() {
    const TableView view(lakes());
    TableQuery query;
    query.sort = "depth";
    QCOMPARE(rowsOf(view, query), (Rows{2, 4, 5, 0, 3, 1})); // equal ones stay in order, missing ones come last
    query.descending = true;
    QCOMPARE(rowsOf(view, query), (Rows{3, 0, 5, 2, 4, 1}));
    query = {};
    query.sort = "name";
    QCOMPARE(rowsOf(view, query), (Rows{3, 2, 5, 1, 0, 4})); // capitals count as small letters
    query.filter = "kind of water = sweet";
    QCOMPARE(rowsOf(view, query), (Rows{3, 5, 0}));
  }

  void pages() {
    const TableView view(lakes());
    RowsRequest request;
    request.query.sort = "area";
    request.query.descending = true;
    request.from = 4;
    request.count = 10;
    request.locate = {5, 0};
    const TableRows page = view.page(request);
    QCOMPARE(page.total, std::int64_t{6});
    QCOMPARE(page.matching, std::int64_t{6});
    QCOMPARE(page.rows, (Rows{1, 0}));
    QCOMPARE(page.places, (Rows{0, 5}));
    QCOMPARE(page.texts[0], (std::vector<std::string>{"mere", "Tarn"}));
    QVERIFY(std::isnan(page.numbers[1][0]) && page.numbers[1][1] == 12);
    const TableRows back = nlohmann::json(page).get<TableRows>();
    QCOMPARE(back.rows, page.rows);
    QCOMPARE(back.texts, page.texts);
    QVERIFY(std::isnan(back.numbers[1][0]) && back.numbers[1][1] == 12);
  }

  void summaries() {
    const TableView view(lakes());
    ColumnRequest request;
    request.column = "depth";
    ColumnSummary of = view.summary(request);
    QCOMPARE(of.rows, std::int64_t{6});
    QCOMPARE(of.missing, std::int64_t{1});
    QCOMPARE(of.min, 3.5);
    QCOMPARE(of.max, 40.0);
    QCOMPARE(of.mean, 13.2);
    request.column = "kind of water";
    request.query.filter = "area > 1";
    of = view.summary(request);
    QCOMPARE(of.rows, std::int64_t{5});
    QCOMPARE(of.distinct, std::int64_t{2});
    QCOMPARE(of.missing, std::int64_t{1});
  }

  /// Of a million points few are sent, and the extremes are among them.
  void manyPointsAreThinned() {
    constexpr std::size_t count = 1'000'000;
    Table table;
    table.info = {"signal", {"t", "v"}, {"s", "V"}, static_cast<std::int64_t>(count)};
    table.numbers.resize(2);
    table.texts.resize(2);
    for (std::size_t i = 0; i < count; ++i) {
      table.numbers[0].push_back(static_cast<double>(i));
      table.numbers[1].push_back(std::sin(static_cast<double>(i) / 1000));
    }
    table.numbers[1][123'456] = 9;
    table.numbers[1][654'321] = -9;
    const TableView view(std::move(table));
    PointsRequest request;
    request.x = "t";
    request.y = "v";
    request.keep = {777'777};
    Curve curve = view.points(request);
    QVERIFY(curve.thinned && curve.ordered);
    QCOMPARE(curve.count, static_cast<std::int64_t>(count));
    QVERIFY2(curve.x.size() <= 4u * 1000 + 4, qPrintable(QString::number(curve.x.size())));
    const auto has = [&curve](double x, double y) {
      for (std::size_t i = 0; i < curve.x.size(); ++i)
        if (curve.x[i] == x && curve.y[i] == y) return true;
      return false;
    };
    QVERIFY(has(123'456, 9) && has(654'321, -9));
    QCOMPARE(curve.yExtent, (std::array<double, 2>{-9, 9}));
    QCOMPARE(curve.keptX, std::vector<double>{777'777});
    request.xRange = {{1000, 1500}};
    curve = view.points(request);
    QCOMPARE(curve.count, std::int64_t{501});
    QCOMPARE(curve.xExtent, (std::array<double, 2>{0, count - 1.0}));
  }
};

QTEST_GUILESS_MAIN(TestTableView)
#include "test_table_view.moc"
