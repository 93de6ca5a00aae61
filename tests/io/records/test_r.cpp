#include "io/reading.h"
#include "io/tables/tables.h"

#include <QtTest>

#include <QProcess>

#include <cstring>
#include <lzma.h>
#include <zlib.h>

using namespace discern;
using namespace discern::test;

namespace {

/// Writes R's serialization, version 2, as R's own serialize.c does.
class Xdr {
public:
  Xdr& whole(std::int32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes += static_cast<char>(static_cast<std::uint32_t>(value) >> shift & 0xFF);
    return *this;
  }
  Xdr& real(double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return whole(static_cast<std::int32_t>(bits >> 32)).whole(static_cast<std::int32_t>(bits & 0xFFFFFFFF));
  }
  Xdr& text(const char* value) {
    whole(9 | 0x40000);
    if (!value) return whole(-1);
    whole(static_cast<std::int32_t>(std::strlen(value)));
    bytes += value;
    return *this;
  }
  Xdr& symbol(const char* name) { return whole(1).text(name); }
  /// The head of an item: code, and whether attributes follow.
  Xdr& head(int code, std::int32_t length, bool attributes = false) {
    return whole(code | (attributes ? 0x300 : 0)).whole(length);
  }
  Xdr& reals(const std::vector<double>& values, bool attributes = false) {
    head(14, static_cast<std::int32_t>(values.size()), attributes);
    for (const double value : values)
      real(value);
    return *this;
  }
  Xdr& wholes(const std::vector<std::int32_t>& values, bool attributes = false, int code = 13) {
    head(code, static_cast<std::int32_t>(values.size()), attributes);
    for (const std::int32_t value : values)
      whole(value);
    return *this;
  }
  Xdr& texts(const std::vector<const char*>& values, bool attributes = false) {
    head(16, static_cast<std::int32_t>(values.size()), attributes);
    for (const char* value : values)
      text(value);
    return *this;
  }
  /// An attribute, or an object of a workspace: its value must follow.
  Xdr& tagged(const char* name) { return whole(2 | 0x400).symbol(name); }
  Xdr& end() { return whole(254); }
  /// Refers to the symbol that came as the n-th.
  Xdr& taggedAgain(int index) { return whole(2 | 0x400).whole(index << 8 | 255); }

  [[nodiscard]] QByteArray workspace() const {
    Xdr begin;
    begin.whole(2).whole(0x040000).whole(0x020300);
    return QByteArray("RDX2\nX\n") + begin.bytes + bytes;
  }
  [[nodiscard]] QByteArray single() const {
    Xdr begin;
    begin.whole(2).whole(0x040000).whole(0x020300);
    return QByteArray("X\n") + begin.bytes + bytes;
  }
  QByteArray bytes;
};

constexpr std::int32_t missing = INT32_MIN;

/// A data frame of a number, a factor, a day, a time, a yes or no, and a text.
Xdr frame() {
  Xdr r;
  r.tagged("people");
  r.head(19, 6, true);
  r.reals({1.5, 2.5, -3});
  r.wholes({2, missing, 1}, true).tagged("levels").texts({"low", "high"}).tagged("class").texts({"factor"}).end();
  r.reals({0, 1, 17000}, true).taggedAgain(3).texts({"Date"}).end();
  r.reals({0, 60, 1.5e9}, true).taggedAgain(3).texts({"POSIXct", "POSIXt"}).tagged("tzone").texts({"UTC"}).end();
  r.wholes({1, 0, missing}, false, 10);
  r.texts({"a", nullptr, "ü"});
  r.tagged("names").texts({"size", "grade", "day", "time", "there", "word"});
  r.tagged("row.names").wholes({missing, -3});
  r.taggedAgain(3).texts({"data.frame"}).end();
  return r;
}

} // namespace

/// R's own files, written here byte by byte, and the real ones of the shared data against the tables beside them.
class TestR : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  [[nodiscard]] std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }

  std::shared_ptr<data::Dataset> opened(const char* name, const QByteArray& bytes) const {
    writeFile(path(name), bytes);
    return io::open(path(name));
  }
  static void checkPeople(const data::Table& table) {
    QCOMPARE(table.info.name, std::string("people"));
    QCOMPARE(table.info.rows, 3);
    QVERIFY((numbers(table, "size") == std::vector<double>{1.5, 2.5, -3}));
    QVERIFY((texts(table, "grade") == std::vector<std::string>{"high", "", "low"}));
    QVERIFY((numbers(table, "day") == std::vector<double>{0, 86400, 17000 * 86400.0}));
    QCOMPARE(unitOf(table, "day"), std::string("seconds since 1970-01-01 00:00:00"));
    QVERIFY((numbers(table, "time") == std::vector<double>{0, 60, 1.5e9}));
    const auto there = numbers(table, "there");
    QVERIFY(there[0] == 1 && there[1] == 0 && std::isnan(there[2]));
    QVERIFY((texts(table, "word") == std::vector<std::string>{"a", "", "ü"}));
  }

private slots:
  void dataFrame() {
    const QByteArray plain = frame().end().workspace();
    const auto dataset = opened("people.rda", plain);
    QCOMPARE(dataset->info().format, std::string("R data"));
    checkPeople(dataset->table(""));
  }

  void packedInEveryWay() {
    const QByteArray plain = frame().end().workspace();
    QByteArray packed(plain.size() + 1000, '\0');
    z_stream z{};
    QCOMPARE(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    z.avail_in = static_cast<uInt>(plain.size());
    z.next_out = reinterpret_cast<Bytef*>(packed.data());
    z.avail_out = static_cast<uInt>(packed.size());
    QCOMPARE(deflate(&z, Z_FINISH), Z_STREAM_END);
    checkPeople(opened("gzip.RData", packed.left(packed.size() - static_cast<int>(z.avail_out)))->table(""));
    deflateEnd(&z);
    std::size_t size = 0;
    QCOMPARE(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(plain.data()),
                                     static_cast<std::size_t>(plain.size()),
                                     reinterpret_cast<std::uint8_t*>(packed.data()), &size,
                                     static_cast<std::size_t>(packed.size())),
             LZMA_OK);
    checkPeople(opened("xz.rda", packed.left(static_cast<int>(size)))->table(""));
    writeFile(path("plain.rda"), plain);
    QProcess python;
    python.start("/usr/bin/python3",
                 {"-c", "import bz2, sys; a, b = sys.argv[1:]; open(b, 'wb').write(bz2.compress(open(a, 'rb').read()))",
                  folder_.filePath("plain.rda"), folder_.filePath("bzip2.rda")});
    QVERIFY(python.waitForFinished() && python.exitCode() == 0);
    checkPeople(io::open(path("bzip2.rda"))->table(""));
  }

  void arraysListsAndWhatIsNone() {
    Xdr r;
    r.tagged("matrix").reals({1, 2, 3, 4, 5, 6}, true).tagged("dim").wholes({2, 3}).end();
    r.tagged("one").reals({0.25});
    r.tagged("word").texts({"hello"});
    r.tagged("list").head(19, 2, true).reals({1, 2}).reals({3, 4, 5}).tagged("names").texts({"a", "b"}).end();
    r.tagged("forest").head(19, 2).wholes({1, 2, 3}).wholes({9});
    r.tagged("series").reals({5, 6, 7}, true).tagged("tsp").reals({2000, 2000.5, 4}).end();
    r.tagged("place").whole(253); // the global environment
    const auto dataset = opened("many.rda", r.end().workspace());
    const auto matrix = dataset->field("matrix");
    QVERIFY((matrix->info().shape == data::Index3{3, 2, 1})); // columns along x, rows along y
    QVERIFY((readAll(*matrix, wholeSlab(matrix->info())) == std::vector<double>{1, 3, 5, 2, 4, 6}));
    QCOMPARE(dataset->info().attributes.at("one"), std::string("0.25"));
    QCOMPARE(dataset->info().attributes.at("word"), std::string("hello"));
    QVERIFY((numbers(dataset->table("list$b"), "value") == std::vector<double>{3, 4, 5}));
    QVERIFY((numbers(dataset->table("forest"), "item") == std::vector<double>{1, 1, 1, 2}));
    QVERIFY((numbers(dataset->table("forest"), "value") == std::vector<double>{1, 2, 3, 9}));
    QVERIFY((numbers(dataset->table("series"), "time") == std::vector<double>{2000, 2000.25, 2000.5}));
    QVERIFY(warns(*dataset, "place (it is no data)"));
  }

  void compactVectors() {
    // 1:4 as R 3.5 and later keep it: class, package, type; first the length, then from where, and by what step.
    Xdr r;
    r.whole(238).whole(2).symbol("compact_intseq").whole(2).symbol("base").whole(2).wholes({13}).end();
    r.reals({4, 1, 1}).whole(254);
    Xdr begin;
    begin.whole(3).whole(0x040000).whole(0x030500).whole(5);
    const auto dataset = opened("range.rds", QByteArray("X\n") + begin.bytes + "UTF-8" + r.bytes);
    QCOMPARE(dataset->info().format, std::string("R data"));
    QVERIFY((numbers(dataset->table("range"), "value") == std::vector<double>{1, 2, 3, 4}));
  }

  void refused() {
    const QByteArray good = frame().end().workspace();
    for (const int cut : {6, 12, 40, 100, static_cast<int>(good.size()) - 3}) {
      writeFile(path("cut.rda"), good.left(cut));
      QVERIFY2(refusal(path("cut.rda")) != "no error", qPrintable(QString::number(cut)));
    }
    writeFile(path("ascii.rda"), "RDA2\nA\n2\n262144\n131840\n");
    QVERIFY(refusal(path("ascii.rda")).find("not in its XDR format") != std::string::npos);
    writeFile(path("long.rds"), Xdr().head(14, -1).whole(1000).whole(0).single()); // 4 billion times 1000 numbers
    QVERIFY(refusal(path("long.rds")) != "no error");
    writeFile(path("lie.rds"), Xdr().head(14, 40'000'000).real(1).single());
    QVERIFY(refusal(path("lie.rds")).find("cut short") != std::string::npos);
    Xdr deep;
    for (int i = 0; i < 100000; ++i)
      deep.head(19, 1);
    writeFile(path("deep.rds"), deep.single());
    QVERIFY(refusal(path("deep.rds")).find("nested more than") != std::string::npos);
    writeFile(path("reference.rds"), Xdr().whole(7 << 8 | 255).single());
    QVERIFY(refusal(path("reference.rds")).find("isn't there") != std::string::npos);
    writeFile(path("nothing.rds"), Xdr().whole(253).single());
    QVERIFY(refusal(path("nothing.rds")).find("no data frame") != std::string::npos);
  }

  /// Against the tables that R wrote of the same objects.
  void realFiles() {
    if (!isThere(sharedFile("07_agri_hyperspectral"))) QSKIP("../shared/data is absent");
    struct Pair {
      const char *r, *csv;
    };
    for (const auto& [r, csv] :
         {Pair{"07_agri_hyperspectral/meuse.rda", "07_agri_hyperspectral/meuse.csv"},
          Pair{"07_agri_hyperspectral/meuse.grid.rda", "07_agri_hyperspectral/meuse.grid.csv"},
          Pair{"08_irf_interactions/imports85.rda", "08_irf_interactions/imports85.csv"},
          Pair{"08_irf_interactions/mlbench_DNA.rda", "08_irf_interactions/mlbench_DNA.csv.gz"},
          Pair{"14_spurious/dslabs_divorce_margarine.rda", "14_spurious/dslabs_divorce_margarine.csv"}}) {
      const data::Table ours = io::open(sharedFile(r))->table(""), theirs = io::open(sharedFile(csv))->table("");
      QCOMPARE(ours.info.rows, theirs.info.rows);
      int compared = 0;
      for (std::size_t c = 0; c < theirs.info.columns.size(); ++c) {
        const auto& names = ours.info.columns;
        const auto at = std::find(names.begin(), names.end(), theirs.info.columns[c]);
        if (at == names.end()) continue;
        const auto o = static_cast<std::size_t>(at - names.begin());
        ++compared;
        for (std::size_t row = 0; row < static_cast<std::size_t>(ours.info.rows); ++row) {
          const std::string where = std::string(r) + " " + *at + " row " + std::to_string(row);
          if (!theirs.texts[c].empty()) {
            QVERIFY2(!ours.texts[o].empty() && (ours.texts[o][row] == theirs.texts[c][row] ||
                                                (ours.texts[o][row].empty() && theirs.texts[c][row] == "NA")),
                     where.c_str());
          } else { // factors whose levels are numbers are texts with us
            const double value =
                ours.texts[o].empty() ? ours.numbers[o][row] : QString::fromStdString(ours.texts[o][row]).toDouble();
            const double stated = theirs.numbers[c][row];
            QVERIFY2(same(value, stated) || std::abs(value - stated) < 1e-6 * std::abs(stated) ||
                         (std::isnan(stated) && !ours.texts[o].empty()),
                     where.c_str());
          }
        }
      }
      QVERIFY2(compared > 2, r);
    }
    const auto graph = io::open(sharedFile("09_protein_networks/yeast_ppi.rda"));
    const data::Table edges = graph->table("edges");
    const data::Table stated = io::open(sharedFile("09_protein_networks/yeast_ppi_edges.csv"))->table("");
    QCOMPARE(edges.info.rows, stated.info.rows);
    QVERIFY(texts(edges, "source") == texts(stated, "source") && texts(edges, "target") == texts(stated, "target"));
  }
};

QTEST_GUILESS_MAIN(TestR)
#include "test_r.moc"
