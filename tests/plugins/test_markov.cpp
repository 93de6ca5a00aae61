// The analysis as a script calls it: its tables agree with the method's own answer, and what is wrong is told.
#include "command.h"
#include "io/open.h"
#include "io/tables/graphs/similarities.h"
#include "methods/clustering/markov.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <numeric>

using namespace discern;
using namespace discern::tests;

class TestMarkovPlugin : public QObject {
  Q_OBJECT
  const QString example_ = QStringLiteral(DISCERN_SOURCE_DIR "/plugins/markov_clustering/families.tsv");
  QTemporaryDir folder_;

  Outcome cluster(const QString& graph, const QString& name, const QStringList& more = {}) const {
    return run(QStringList{"run", "org.discern.markov-clustering", "--set", "graph=" + graph, "--output",
                           folder_.filePath(name), "--json"} +
               more);
  }
  [[nodiscard]] std::shared_ptr<data::Dataset> result(const QString& name) const {
    return io::open(folder_.filePath(name + "/result.h5").toStdString());
  }

private Q_SLOTS:
  void tables() {
    const Outcome done = cluster(example_, "run");
    QVERIFY2(done.code == 0, done.err.constData());
    std::vector<methods::Link> links;
    io::SimilaritySink sink;
    sink.link = [&](std::uint32_t a, std::uint32_t b, float weight) { links.push_back({a, b, weight}); };
    const auto nodes = io::readSimilarities(example_.toStdString(), {}, sink);
    const auto expected = methods::markovClusters(methods::similarityGraph(nodes.size(), std::move(links)));
    const data::Table clusters = result("run")->table("clusters");
    QCOMPARE(clusters.info.rows, std::int64_t{400});
    for (std::size_t node = 0; node < 400; ++node) {
      QCOMPARE(clusters.texts[0][node], nodes.name(node));
      QCOMPARE(clusters.numbers[1][node], static_cast<double>(expected.cluster[node] + 1));
    }
    const data::Table sizes = result("run")->table("sizes");
    QVERIFY(std::is_sorted(sizes.numbers[0].rbegin(), sizes.numbers[0].rend()));
    QCOMPARE(std::accumulate(sizes.numbers[1].begin(), sizes.numbers[1].end(), 0.0),
             static_cast<double>(expected.clusters));
    QCOMPARE(std::accumulate(sizes.numbers[2].begin(), sizes.numbers[2].end(), 0.0), 400.0);
    const data::Table residuals = result("run")->table("residuals");
    QCOMPARE(residuals.info.rows, static_cast<std::int64_t>(expected.iterations));
    QVERIFY(residuals.numbers[1].front() > 1e-4 && residuals.numbers[1].back() <= 1e-4);
  }

  /// OrthoFinder's own: 1331 clusters.
  void orthofinder() {
    const QString graph = QStringLiteral(DISCERN_SHARED_DATA "/09_protein_networks/orthofinder4_graph.txt");
    if (!QFile::exists(graph)) QSKIP("../shared/data is absent");
    const Outcome done =
        cluster(graph, "orthofinder", {"--set", "inflation=1.5", "--set", "directions=apart", "--threads", "2"});
    QVERIFY2(done.code == 0, done.err.constData());
    const data::Table sizes = result("orthofinder")->table("sizes");
    QCOMPARE(sizes.numbers[0][0], 56.0);
    QCOMPARE(sizes.numbers[0][1], 27.0);
    QCOMPARE(std::accumulate(sizes.numbers[1].begin(), sizes.numbers[1].end(), 0.0), 1331.0);
  }

  /// The same on 1, 2 and 4 processes, in every table.
  void processes() {
    QVERIFY(cluster(example_, "alone").code == 0);
    const auto alone = result("alone");
    for (const QString ranks : {"1", "2", "4"}) {
      const Outcome done = cluster(example_, "mpi" + ranks, {"--on", "mpi:" + ranks, "--threads", "1"});
      QVERIFY2(done.code == 0, done.err.constData());
      for (const char* name : {"clusters", "sizes", "residuals"}) {
        QVERIFY(result("mpi" + ranks)->table(name).texts == alone->table(name).texts);
        QVERIFY(result("mpi" + ranks)->table(name).numbers == alone->table(name).numbers);
      }
    }
  }

  void hitsAndTheLeast() {
    const QString path = folder_.filePath("hits.m8");
    QFile hits(path);
    QVERIFY(hits.open(QIODevice::WriteOnly));
    // Two pairs by good hits, joined by a bad one.
    for (const char* pair : {"a\tb", "b\ta", "c\td", "d\tc"})
      hits.write(QByteArray(pair) + "\t90\t100\t10\t0\t1\t100\t1\t100\t1e-40\t150\n");
    hits.write("b\tc\t30\t100\t70\t2\t1\t100\t1\t100\t1e-39\t20\n");
    hits.close();
    QVERIFY(cluster(path, "together", {"--set", "inflation=1.2"}).code == 0);
    QCOMPARE(result("together")->table("sizes").numbers[0][0], 4.0);
    QVERIFY(cluster(path, "apart", {"--set", "inflation=1.2", "--set", "score=bitscore", "--set", "minimum=30"}).code ==
            0);
    QCOMPARE(result("apart")->table("sizes").numbers[0], (std::vector<double>{2}));
  }

  void whatIsWrong() {
    const QString path = folder_.filePath("negative.abc");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("a\tb\t1\nb\tc\t-1\n");
    file.close();
    const Outcome negative = cluster(path, "negative");
    QCOMPARE(negative.code, 3);
    QVERIFY2(negative.err.contains("line 2: similarities must not be below 0"), negative.err.constData());
    QCOMPARE(cluster(folder_.filePath("nothing"), "nothing").code, 2);
    QCOMPARE(cluster(example_, "inflation", {"--set", "inflation=1"}).code, 2);
  }
};

QTEST_GUILESS_MAIN(TestMarkovPlugin)
#include "test_markov.moc"
