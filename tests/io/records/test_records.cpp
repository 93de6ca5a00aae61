#include "data/error.h"
#include "io/open.h"
#include "io/reading.h"

#include <QtTest>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <cmath>
#include <vtkCell.h>
#include <vtkCellData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkTriangle.h>

using namespace discern;

/// Records of every kind, as make_files.py writes them: R, JSON, Avro, fast food, archives, vector layers, label
/// tables.
class TestRecords : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  [[nodiscard]] std::string path(const char* name) const {
    return folder_.filePath(QString::fromUtf8(name)).toStdString();
  }
  [[nodiscard]] std::shared_ptr<data::Dataset> open(const char* name) const { return io::open(path(name)); }

  /// What is said of a file that can't be opened; empty when it can.
  [[nodiscard]] QString refusal(const std::string& name) const {
    try {
      const auto dataset = io::open(name);
      for (const auto& table : dataset->info().tables)
        (void)dataset->table(table.name);
      for (const auto& field : dataset->info().fields)
        (void)test::readAll(*dataset->field(field.name), test::wholeSlab(field));
      return {};
    } catch (const data::ReadError& error) {
      return QString::fromUtf8(error.what());
    }
  }

  static std::size_t columnOf(const data::Table& table, const std::string& name) {
    const auto& names = table.info.columns;
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) throw std::runtime_error("there is no column " + name);
    return static_cast<std::size_t>(at - names.begin());
  }
  static std::vector<double> numbersOf(const data::Table& table, const std::string& name) {
    return table.numbers[columnOf(table, name)];
  }
  static std::vector<std::string> textsOf(const data::Table& table, const std::string& name) {
    return table.texts[columnOf(table, name)];
  }
  static bool same(const std::vector<double>& a, const std::vector<double>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), test::same);
  }
  using Texts = std::vector<std::string>;

  static constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

  /// Cut anywhere, a file is refused, and for no other reason than a ReadError.
  void cuts(const char* name) const {
    QFile file(QString::fromStdString(path(name)));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    constexpr int parts = 24;
    for (int i = 1; i < parts; ++i) {
      QFile cut(folder_.filePath(QStringLiteral("cut_") + QLatin1String(name)));
      QVERIFY(cut.open(QIODevice::WriteOnly | QIODevice::Truncate));
      cut.write(bytes.left(bytes.size() * i / parts));
      cut.close();
      QVERIFY2(!refusal(cut.fileName().toStdString()).isEmpty(),
               qPrintable(QStringLiteral("%1 cut at %2/%3 was read").arg(QLatin1String(name)).arg(i).arg(parts)));
    }
  }

private Q_SLOTS:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    qputenv("XDG_CACHE_HOME", folder_.filePath(QStringLiteral("cache")).toUtf8());
    QProcess process;
    process.start(QStringLiteral("/usr/bin/python3"),
                  {QStringLiteral(DISCERN_SOURCE_DIR "/tests/io/records/make_files.py"), folder_.path()});
    QVERIFY(process.waitForFinished(60000));
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
  }

  void framesOfR() {
    for (const char* name : {"plain.rda", "gzip.rda", "bzip2.RData", "xz.rda"}) {
      const auto dataset = open(name);
      QCOMPARE(dataset->info().format, std::string("R data"));
      const data::Table trees = dataset->table("trees");
      QCOMPARE(trees.info.rows, std::int64_t{3});
      QCOMPARE(textsOf(trees, "row"), (Texts{"x1", "x2", "x3"}));
      QVERIFY(same(numbersOf(trees, "mass"), {1.5, nothing, 3.25}));
      QVERIFY(same(numbersOf(trees, "count"), {7, nothing, -9}));
      QVERIFY(same(numbersOf(trees, "good"), {1, 0, nothing}));
      QCOMPARE(textsOf(trees, "kind"), (Texts{"oak", "ash", ""}));
      QCOMPARE(textsOf(trees, "note"), (Texts{"a", "", "\u00e9"}));
      QVERIFY(same(numbersOf(trees, "day"), {0, 86400, 365 * 86400.0}));
      QVERIFY(trees.info.units[columnOf(trees, "at")].starts_with("seconds since 1970-01-01"));
      QVERIFY(same(numbersOf(trees, "spectrum.910"), {10, 20, 30}));
      QCOMPARE(dataset->info().attributes.at("one"), std::string("42.5"));
      QVERIFY(same(numbersOf(dataset->table("inner$a"), "value"), {1, 2}));
      QVERIFY(dataset->info().warnings.at(0).find("call") != std::string::npos);
      // Rows along y, columns along x: R keeps the columns one after the other.
      const auto matrix = dataset->field("m");
      QCOMPARE(matrix->info().shape, (data::Index3{3, 2, 1}));
      QVERIFY(same(test::readAll(*matrix, test::wholeSlab(matrix->info())), {1, 3, 5, 2, 4, 6}));
    }
    QVERIFY(same(numbersOf(open("sequence.rds")->table(""), "value"), {11, 12, 13, 14}));
    cuts("plain.rda");
    cuts("gzip.rda");
  }

  /// What R itself saved; numbers as the CSV files beside them have them.
  void realDataOfR() {
    const std::string shared = DISCERN_SOURCE_DIR "/../shared/data/";
    if (!QFile::exists(QString::fromStdString(shared))) QSKIP("../shared/data is absent");
    const data::Table meuse = io::open(shared + "07_agri_hyperspectral/meuse.rda")->table("meuse");
    const data::Table same155 = io::open(shared + "07_agri_hyperspectral/meuse.csv")->table("");
    QCOMPARE(meuse.info.rows, std::int64_t{155});
    for (const char* column : {"cadmium", "zinc", "dist"})
      QVERIFY2(same(numbersOf(meuse, column), numbersOf(same155, column)), column);
    const auto spectra = io::open(shared + "07_agri_hyperspectral/NIRsoil.RData")->field("");
    QCOMPARE(spectra->info().shape, (data::Index3{700, 825, 1}));
    const auto yeast = io::open(shared + "09_protein_networks/yeast_ppi.rda");
    QCOMPARE(yeast->table("nodes").info.rows, std::int64_t{2617});
    QCOMPARE(yeast->table("edges").info.rows, std::int64_t{11855});
    QVERIFY(!io::open(shared + "08_irf_interactions/iRF_ref_fit1.signed-ranger.rds")->info().tables.empty());
  }

  void graphsOfR() {
    const auto dataset = open("graph.rds");
    QCOMPARE(textsOf(dataset->table("nodes"), "node"), (Texts{"a", "b", "c"}));
    QCOMPARE(textsOf(dataset->table("edges"), "source"), (Texts{"a", "b"}));
    QCOMPARE(textsOf(dataset->table("edges"), "target"), (Texts{"b", "c"}));
    QVERIFY(same(numbersOf(dataset->table("edges"), "weight"), {0.5, 0.25}));
  }

  void liesOfR() {
    QVERIFY(refusal(path("long.rds")).contains("cut short")); // 2^30 numbers are claimed, none is there
    QVERIFY(refusal(path("deep.rds")).contains("deep"));
    QVERIFY(refusal(path("function.rds")).contains("no data frame"));
  }

  void tablesInJson() {
    const data::Table rows = open("rows.json")->table("");
    QCOMPARE(rows.info.name, std::string("rows"));
    QVERIFY(same(numbersOf(rows, "id"), {1, 2}));
    QVERIFY(same(numbersOf(rows, "at (time)"), {1577836810, 0}));
    QVERIFY(same(numbersOf(rows, "where.x"), {1.5, nothing}));
    QVERIFY(same(numbersOf(rows, "where.tags[1]"), {2, nothing}));
    QVERIFY(same(numbersOf(rows, "big"), {nothing, 1}));
    const data::Table columns = open("columns.json")->table("");
    QVERIFY(same(numbersOf(columns, "a"), {1, 2, 3}));
    QCOMPARE(textsOf(columns, "b"), (Texts{"u", "v", ""}));
    const data::Table windows = open("windows.json")->table("");
    QCOMPARE(textsOf(windows, "key"), (Texts{"one.csv", "three.csv", "three.csv"}));
    QVERIFY(same(numbersOf(windows, "value 2 (time)"), {2, 4, 4}));
    const data::Table numbered = open("numbered.json")->table("");
    QCOMPARE(textsOf(numbered, "key"), (Texts{"8", "26"}));
    QVERIFY(same(numbersOf(numbered, "value 2"), {0, 1}));
  }

  void badJson() {
    QVERIFY2(refusal(path("broken.json")).contains("line 2, column 5"), qPrintable(refusal(path("broken.json"))));
    QVERIFY(refusal(path("nothing.json")).contains("no records"));
    QVERIFY(!refusal(path("deep.json")).isEmpty());
  }

  void imagesInAlerts() {
    for (const char* name : {"alert.json", "alert.avro"}) {
      const auto dataset = open(name);
      QCOMPARE(dataset->info().path, path(name));
      const auto stamp = dataset->field("stamp");
      QCOMPARE(stamp->info().name, std::string("stamp"));
      QVERIFY(same(test::readAll(*stamp, test::wholeSlab(stamp->info())), {0, 1, 2, 3, 4, 5}));
    }
    QCOMPARE(open("alert.json")->info().attributes.at("inner.magnitude"), std::string("18.5"));
    QVERIFY(same(numbersOf(open("alert.json")->table("history"), "m"), {1, 2}));
  }

  void recordsOfAvro() {
    for (const char* name : {"three.avro", "packed.avro"}) {
      const data::Table table = open(name)->table("");
      QVERIFY(same(numbersOf(table, "id"), {1, 2, 3}));
      QVERIFY(same(numbersOf(table, "rb"), {0.5, 1, 1.5}));
      QCOMPARE(textsOf(table, "band"), (Texts{"r", "g", "r"}));
      QVERIFY(same(numbersOf(table, "place.ra"), {181, 182, 183}));
      QVERIFY(same(numbersOf(table, "other.ra"), {7, 7, 7}));
      QVERIFY(same(numbersOf(table, "list[1]"), {-4, -4, -4}));
    }
    QVERIFY(refusal(path("other.avro")).contains("null, deflate and snappy are read"));
    cuts("packed.avro");
  }

  void galaxies() {
    const data::Table table = open("mock.rdcz.ff")->table("galaxies");
    QVERIFY(same(numbersOf(table, "ra"), {10, 20, 30}));
    QVERIFY(same(numbersOf(table, "cz"), {100, 200, 300.5}));
    QCOMPARE(table.info.units.at(2), std::string("km/s"));
    cuts("mock.rdcz.ff");
  }

  void archives() {
    const auto one = open("one.zip");
    QCOMPARE(one->info().path, path("one.zip")); // not the place in the cache
    QCOMPARE(one->info().format, std::string("CSV in ZIP"));
    QVERIFY(same(numbersOf(one->table("table"), "b"), {2, 4}));
    const auto several = open("several.zip");
    QVERIFY(same(numbersOf(several->table("deep/two.csv"), "a"), {9, 3}));
    QVERIFY(same(numbersOf(several->table("one.csv"), "a"), {1, 3}));
    QVERIFY(several->info().warnings.at(0).find("1 of 3 files") != std::string::npos);
    const auto tar = open("several.tar.xz");
    QCOMPARE(tar->info().tables.size(), std::size_t{2});
    QVERIFY(tar->info().warnings.at(0).find("link.csv") != std::string::npos);
    QVERIFY_THROWS_EXCEPTION(data::UsageError, (void)several->table("three.csv"));
  }

  void archivesThatMeanHarm() {
    const auto outside = open("outside.zip");
    QCOMPARE(outside->info().tables.size(), std::size_t{1});
    QVERIFY(outside->info().warnings.at(0).find("leads out") != std::string::npos);
    QVERIFY(!QFile::exists(QStringLiteral("/tmp/discern_evil.csv")));
    QVERIFY(!QFile::exists(folder_.filePath(QStringLiteral("evil.csv"))));
    QVERIFY(refusal(path("prose.zip")).contains("nothing in the archive can be opened"));
    QVERIFY(!refusal(path("none.zip")).isEmpty());
    cuts("several.zip");
    // A size that lies: two gigabytes are claimed.
    QFile bomb(QString::fromStdString(path("bomb.zip")));
    QVERIFY(bomb.open(QIODevice::ReadOnly));
    QByteArray bytes = bomb.readAll();
    const qsizetype entry = bytes.indexOf("PK\x01\x02");
    QVERIFY(entry > 0);
    bytes[entry + 27] = char(0x7f); // the highest byte of the inflated size, here
    bytes[25] = char(0x7f);         // and before the data
    QFile lie(folder_.filePath(QStringLiteral("lie.zip")));
    QVERIFY(lie.open(QIODevice::WriteOnly));
    lie.write(bytes);
    lie.close();
    QVERIFY2(refusal(path("lie.zip")).contains("says that it holds more than"), qPrintable(refusal(path("lie.zip"))));
    // Nothing half-unpacked is left behind.
    const QDir cache(folder_.filePath(QStringLiteral("cache/discern/archives")));
    for (const QString& name : cache.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
      QVERIFY2(!name.contains('.'), qPrintable(name));
  }

  void layersOfFeatures() {
    const auto dataset = open("land.gpkg");
    const data::Table table = dataset->table("land");
    QCOMPARE(textsOf(table, "cover"), (Texts{"wood", "field"}));
    QVERIFY(same(numbersOf(table, "yield"), {2.5, nothing}));
    const auto object = dataset->grid("land")->read(0);
    auto* shapes = vtkPolyData::SafeDownCast(object);
    QVERIFY(shapes);
    const auto feature = dataset->field("feature");
    const std::vector<double> of = test::readAll(*feature, test::wholeSlab(feature->info()));
    std::array<double, 2> area{};
    for (vtkIdType i = 0; i < shapes->GetNumberOfCells(); ++i) {
      vtkCell* cell = shapes->GetCell(i);
      std::array<data::Vec3, 3> corners{};
      for (int k = 0; k < 3; ++k)
        cell->GetPoints()->GetPoint(k, corners[static_cast<std::size_t>(k)].data());
      area.at(static_cast<std::size_t>(of.at(static_cast<std::size_t>(i)))) +=
          vtkTriangle::TriangleArea(corners[0].data(), corners[1].data(), corners[2].data());
    }
    QVERIFY2(std::abs(area[0] - 2.75) < 1e-9, qPrintable(QString::number(area[0]))); // an L, less the hole in it
    QVERIFY(std::abs(area[1] - 1) < 1e-9);
    cuts("land.gpkg");
  }

  void tablesOfLabels() {
    const data::Table atlas = open("atlas.xml")->table("labels");
    QVERIFY(same(numbersOf(atlas, "label"), {3, 5}));
    QCOMPARE(textsOf(atlas, "name"), (Texts{"Left", "Right"}));
    const data::Table colours = open("colours.lut")->table("labels");
    QCOMPARE(colours.info.rows, std::int64_t{256});
    QCOMPARE(numbersOf(colours, "red")[51], 0.2);
    QCOMPARE(numbersOf(colours, "blue")[51], 1.0);
  }

  void partsOpenAsTheWhole() {
    const auto dataset = open("values.raw");
    QCOMPARE(dataset->info().path, path("values.raw"));
    QCOMPARE(dataset->field("")->info().shape, (data::Index3{2, 2, 2}));
    QVERIFY(dataset->info().warnings.at(0).find("volume.mhd") != std::string::npos);
    const auto box = open("box");
    QVERIFY(same(numbersOf(box->table("two.csv"), "a"), {3}));
  }
};

QTEST_APPLESS_MAIN(TestRecords)
#include "test_records.moc"
