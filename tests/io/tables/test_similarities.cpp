// Pairwise similarities read line by line: hits, label pairs, matrices, other networks, and what is none of these.
#include "io/tables/graphs/similarities.h"
#include "io/tables/tables.h"

#include <QProcess>
#include <set>

using namespace discern;
using namespace discern::test;

class TestSimilarities : public QObject {
  Q_OBJECT

  struct Found {
    io::SimilarityNodes nodes;
    std::vector<std::tuple<std::string, std::string, float>> links;
    std::int64_t expected = -1;
  };
  QTemporaryDir folder_;

  [[nodiscard]] std::string file(const QByteArray& content, const char* name = "links") const {
    const std::string path = folder_.filePath(name).toStdString();
    writeFile(path, content);
    return path;
  }

  static Found read(const std::string& path, const io::SimilarityOptions& options = {}) {
    Found found;
    std::vector<std::tuple<std::uint32_t, std::uint32_t, float>> links;
    io::SimilaritySink sink;
    sink.expect = [&](std::int64_t count) { found.expected = count; };
    sink.link = [&](std::uint32_t a, std::uint32_t b, float weight) { links.emplace_back(a, b, weight); };
    found.nodes = io::readSimilarities(path, options, sink);
    for (const auto& [a, b, weight] : links)
      found.links.emplace_back(found.nodes.name(a), found.nodes.name(b), weight);
    return found;
  }

  static QString refused(const std::string& path) {
    try {
      read(path);
    } catch (const data::ReadError& error) {
      return QString::fromStdString(error.what());
    }
    return {};
  }

  using Links = std::vector<std::tuple<std::string, std::string, float>>;

private Q_SLOTS:
  void hits() {
    const std::string path = file("# DIAMOND v2.1\n"
                                  "a\tb\t99.5\t100\t0\t0\t1\t100\t1\t100\t1e-50\t200.5\r\n"
                                  "a\tc d\t30\t100\t70\t2\t1\t100\t1\t100\t10\t20\r\n"
                                  "\n"
                                  "b\ta\t0.995\t100\t0\t0\t1\t100\t1\t100\t0.0\t 941\r\n");
    const Found byE = read(path);
    QVERIFY((byE.links == Links{{"a", "b", 50.0F}, {"a", "c d", 0.0F}, {"b", "a", 200.0F}}));
    QCOMPARE(byE.nodes.format, std::string("BLAST hits"));
    QVERIFY(byE.expected >= 3);
    io::SimilarityOptions options;
    options.score = io::HitScore::BitScore;
    QVERIFY((read(path, options).links == Links{{"a", "b", 200.5F}, {"a", "c d", 20.0F}, {"b", "a", 941.0F}}));
    options.score = io::HitScore::Identity;
    QVERIFY((read(path, options).links == Links{{"a", "b", 99.5F}, {"a", "c d", 30.0F}, {"b", "a", 0.995F}}));
  }

  void pairs() {
    QVERIFY((read(file("x\ty\t0.5\ny\tz\t1e2\n")).links == Links{{"x", "y", 0.5F}, {"y", "z", 100.0F}}));
    // Blanks, numbers as labels, no weights, a last line without an end.
    QVERIFY((read(file("  12  7 3\n7 12 +4")).links == Links{{"12", "7", 3.0F}, {"7", "12", 4.0F}}));
    QVERIFY((read(file("one\ttwo\ntwo\tthree\n")).links == Links{{"one", "two", 1.0F}, {"two", "three", 1.0F}}));
    io::SimilarityOptions options;
    options.minusLog10 = true;
    QVERIFY((read(file("x\ty\t1e-20\ny\tz\t0\nz\tx\t5\n"), options).links ==
             Links{{"x", "y", 20.0F}, {"y", "z", 200.0F}, {"z", "x", 0.0F}}));
  }

  void matrices() {
    const Found symmetric = read(file("%%MatrixMarket matrix coordinate real symmetric\n% a\n3 3 2\n2 1 5\n3 3 1\n"));
    QVERIFY((symmetric.links == Links{{"1", "2", 5.0F}, {"2", "1", 5.0F}, {"3", "3", 1.0F}}));
    QCOMPARE(symmetric.nodes.size(), std::int64_t{3});
    // Entry (i, j) is that of column j: what flows from j.
    QVERIFY((read(file("%%MatrixMarket matrix coordinate pattern general\n4 4 1\n2 1\n")).links ==
             Links{{"1", "2", 1.0F}}));
  }

  /// MCL's own matrices by the reader of networks: what each node's list has, in its direction.
  void networks() {
    const Found mcl = read(file(
        "(mclheader\nmcltype matrix\ndimensions 3x3\n)\n(mclmatrix\nbegin\n0 1:2 2:3 $\n1 0:4 $\n)\n", "graph.mci"));
    QCOMPARE(mcl.nodes.size(), std::int64_t{3});
    const std::set<std::tuple<std::string, std::string, float>> links(mcl.links.begin(), mcl.links.end());
    QVERIFY((links == std::set<std::tuple<std::string, std::string, float>>{
                          {"0", "1", 2.0F}, {"0", "2", 3.0F}, {"1", "0", 4.0F}}));
    const Found both = read(
        file("(mclheader\nmcltype matrix\ndimensions 2x2\n)\n(mclmatrix\nbegin\n0 1:2 $\n1 0:2 $\n)\n", "graph.mci"));
    QCOMPARE(both.links.size(), std::size_t{2}); // told in both directions, though undirected
  }

  void compressed() {
    const std::string path = file("x\ty\t0.5\ny\tz\t2\n", "links.tsv");
    QCOMPARE(QProcess::execute("gzip", {"-kf", QString::fromStdString(path)}), 0);
    QVERIFY(read(path + ".gz").links == read(path).links);
  }

  void manyNames() {
    QByteArray text;
    for (int i = 0; i < 50'000; ++i)
      text += "protein" + QByteArray::number(i) + "\tprotein" + QByteArray::number((i * 7) % 50'000) + "\t1\n";
    double last = 0;
    io::SimilaritySink sink;
    std::int64_t links = 0;
    sink.link = [&](std::uint32_t, std::uint32_t, float) { ++links; };
    sink.progress = [&](double fraction) { last = fraction; };
    const io::SimilarityNodes nodes = io::readSimilarities(file(text), {}, sink);
    QCOMPARE(nodes.size(), std::int64_t{50'000});
    QCOMPARE(links, std::int64_t{50'000});
    QVERIFY(last > 0 && last <= 1);
    std::set<std::string> names;
    for (std::size_t i = 0; i < 50'000; ++i)
      names.insert(nodes.name(i));
    QCOMPARE(names.size(), std::size_t{50'000});
  }

  void whatIsNone_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("words");
    QTest::newRow("negative") << QByteArray("a\tb\t1\nb\tc\t-2\n") << "line 2: similarities must not be below 0";
    QTest::newRow("not a number") << QByteArray("a\tb\t1\nb\tc\tnan\n") << "line 2: a similarity that is a number";
    QTest::newRow("cut short") << QByteArray("a\tb\t1\nb\tc\t1\nd\n")
                               << "line 3: two labels and a weight were expected, found \"d\"";
    QTest::newRow("a hit too few") << QByteArray("a\tb\t99\t1\t0\t0\t1\t1\t1\t1\t1e-5\t20\na\tb\t99\n")
                                   << "line 2: a hit of twelve columns";
    QTest::newRow("not square") << QByteArray("%%MatrixMarket matrix coordinate real general\n3 4 1\n1 2 1\n")
                                << "3 rows and 4 columns; similarities need a square one";
    QTest::newRow("skew") << QByteArray("%%MatrixMarket matrix coordinate real skew-symmetric\n3 3 1\n2 1 1\n")
                          << "general or symmetric";
    QTest::newRow("beyond") << QByteArray("%%MatrixMarket matrix coordinate real general\n3 3 1\n4 1 1\n")
                            << "within 3 rows";
    QTest::newRow("promises") << QByteArray("%%MatrixMarket matrix coordinate real general\n3 3 2\n1 2 1\n")
                              << "1 of the 2 entries";
    QTest::newRow("a table") << QByteArray("name,height\nx,1\ny,2\n") << "similarities were expected";
    QTest::newRow("words") << QByteArray("This is a text.\nIt has no numbers at all in it.\n") << "";
  }
  void whatIsNone() {
    QFETCH(QByteArray, content);
    QFETCH(QString, words);
    const QString message = refused(file(content, "none"));
    QVERIFY2(!message.isEmpty() && message.contains(words), qPrintable(message));
  }

  /// The same hits as the reader of tables finds.
  void likeTheTable() {
    const std::string path = sharedFile("09_protein_networks/orthofinder4_Blast0_0.txt");
    if (!isThere(path)) QSKIP("../shared/data is absent");
    const Found found = read(path);
    const data::Table edges = io::open(path)->table("edges");
    QCOMPARE(static_cast<std::int64_t>(found.links.size()), edges.info.rows);
    for (std::size_t i = 0; i < found.links.size(); ++i) {
      QCOMPARE(std::get<0>(found.links[i]), edges.texts[0][i]);
      QCOMPARE(std::get<1>(found.links[i]), edges.texts[1][i]);
      QCOMPARE(std::get<2>(found.links[i]), std::max(0.0F, static_cast<float>(edges.numbers[2][i])));
    }
  }
};

QTEST_GUILESS_MAIN(TestSimilarities)
#include "test_similarities.moc"
