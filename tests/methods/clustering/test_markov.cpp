// Markov clustering: closed cases, a plain reference in double precision, and mcl's own answers.
#include "benchmarks/markov/families.h"
#include "io/tables/graphs/similarities.h"
#include "methods/clustering/markov.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <atomic>
#include <barrier>
#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

using namespace discern;
using namespace discern::methods;

namespace {

using Partition = std::set<std::set<std::string>>;

Partition partitionOf(const std::vector<std::int32_t>& cluster, const std::function<std::string(std::size_t)>& name) {
  std::map<std::int32_t, std::set<std::string>> members;
  for (std::size_t node = 0; node < cluster.size(); ++node)
    members[cluster[node]].insert(name(node));
  Partition partition;
  for (auto& [number, set] : members)
    partition.insert(std::move(set));
  return partition;
}

Partition partitionOf(const std::vector<std::int32_t>& cluster) {
  return partitionOf(cluster, [](std::size_t node) { return std::to_string(node); });
}

struct Named {
  io::SimilarityNodes nodes;
  std::vector<Link> links;
};

Named namedLinks(const QString& path) {
  Named graph;
  io::SimilaritySink sink;
  sink.link = [&](std::uint32_t a, std::uint32_t b, float weight) { graph.links.push_back({a, b, weight}); };
  graph.nodes = io::readSimilarities(path.toStdString(), {}, sink);
  return graph;
}

/// mcl takes its own matrices as they are, and the greater weight of the two directions of pairs of labels.
Partition ours(const QString& path, double inflation, BothWays bothWays, int threads = 0) {
  Named graph = namedLinks(path);
  MarkovOptions options;
  options.inflation = inflation;
  options.threads = threads;
  const auto result = markovClusters(similarityGraph(graph.nodes.size(), std::move(graph.links), bothWays), options);
  return partitionOf(result.cluster, [&](std::size_t node) { return graph.nodes.name(node); });
}

/// The clusters that `mcl` writes as lines of labels, or as numbers with a header.
Partition byMcl(const QStringList& arguments, const QString& out) {
  QProcess mcl;
  mcl.start(QStringLiteral("mcl"), arguments + QStringList{"-scheme", "6", "-te", "2", "-o", out});
  if (!mcl.waitForFinished(300'000) || mcl.exitCode() != 0) return {};
  Partition partition;
  std::ifstream in(out.toStdString());
  std::string line, word;
  if (arguments.contains(QStringLiteral("--abc"))) {
    while (std::getline(in, line)) {
      std::istringstream cells(line);
      std::set<std::string> members;
      while (std::getline(cells, word, '\t'))
        members.insert(word);
      partition.insert(std::move(members));
    }
    return partition;
  }
  while (std::getline(in, line) && line != "begin") {
  }
  std::set<std::string> members;
  bool first = true;
  while (in >> word && word != ")") {
    if (word == "$") {
      partition.insert(std::move(members));
      members.clear();
    } else if (!first) {
      members.insert(word);
    }
    first = word == "$";
  }
  return partition;
}

/// The number of nodes that one partition puts elsewhere than the other: n − Σ of the greatest overlaps, both ways.
[[maybe_unused]] int distance(const Partition& a, const Partition& b) {
  int moved = 0;
  for (const auto& [from, to] : {std::pair(&a, &b), std::pair(&b, &a)})
    for (const auto& one : *from) {
      int best = 0;
      for (const auto& other : *to) {
        std::vector<std::string> both;
        std::set_intersection(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(both));
        best = std::max(best, static_cast<int>(both.size()));
      }
      if (best < static_cast<int>(one.size()))
        qWarning("%zu in one, %d of them together in the other", one.size(), best);
      moved += static_cast<int>(one.size()) - best;
    }
  return moved;
}

#define NEEDS_MCL()                                                                                                    \
  do {                                                                                                                 \
    if (QStandardPaths::findExecutable(QStringLiteral("mcl")).isEmpty()) QSKIP("Debian's package mcl is not there");   \
  } while (false)

/// The definition, word by word, on a full matrix in double precision; clusters are the components of the limit.
std::vector<std::int32_t> plainMarkov(const SimilarityGraph& graph, const MarkovOptions& o) {
  const auto n = static_cast<std::size_t>(graph.nodes());
  std::vector<std::vector<double>> m(n, std::vector<double>(n, 0)); // m[j] is column j
  const auto divide = [](std::vector<double>& column) {
    double sum = 0;
    for (const double v : column)
      sum += v;
    for (double& v : column)
      v /= sum;
  };
  for (std::size_t j = 0; j < n; ++j) {
    double greatest = 0;
    for (const Neighbour& neighbour : graph.of(static_cast<std::int64_t>(j))) {
      m[j][neighbour.node] = static_cast<double>(neighbour.weight);
      greatest = std::max(greatest, m[j][neighbour.node]);
    }
    m[j][j] = greatest > 0 ? greatest : 1;
    divide(m[j]);
  }
  const auto greatestOnly = [](std::vector<double> column, std::int64_t count) {
    std::vector<double> sorted(column);
    std::sort(sorted.rbegin(), sorted.rend());
    if (static_cast<std::size_t>(count) < sorted.size())
      for (double& v : column)
        if (v < sorted[static_cast<std::size_t>(count) - 1]) v = 0;
    return column;
  };
  const auto entries = [](const std::vector<double>& column) {
    return std::count_if(column.begin(), column.end(), [](double v) { return v > 0; });
  };
  for (int iteration = 0; iteration < 200; ++iteration) {
    std::vector<std::vector<double>> b(n, std::vector<double>(n, 0));
    double chaos = 0;
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k)
        for (std::size_t i = 0; i < n; ++i)
          b[j][i] += m[j][k] * m[k][i];
      const std::vector<double> whole = b[j];
      for (double& v : b[j])
        if (v <= o.cutoff) v = 0;
      b[j] = greatestOnly(b[j], o.select);
      double left = 0;
      for (const double v : b[j])
        left += v;
      if (entries(b[j]) < o.recover && entries(b[j]) < entries(whole) && left < o.recoverShare)
        b[j] = greatestOnly(whole, o.recover);
      divide(b[j]);
      double greatest = 0, squares = 0;
      for (double& v : b[j]) {
        greatest = std::max(greatest, v);
        squares += v * v;
      }
      chaos = std::max(chaos, static_cast<double>(entries(b[j])) * (greatest - squares));
      for (double& v : b[j])
        v = std::pow(v, o.inflation);
      divide(b[j]);
    }
    m = std::move(b);
    if (chaos <= o.chaos) break;
  }
  std::vector<std::uint32_t> parent(n);
  const std::function<std::uint32_t(std::uint32_t)> root = [&](std::uint32_t node) {
    return parent[node] == node ? node : root(parent[node]);
  };
  for (std::uint32_t j = 0; j < n; ++j)
    parent[j] = j;
  for (std::uint32_t j = 0; j < n; ++j)
    for (std::uint32_t i = 0; i < n; ++i)
      if (m[j][i] > 0.01) parent[std::max(root(i), root(j))] = std::min(root(i), root(j));
  std::vector<std::uint32_t> representative(n);
  for (std::uint32_t j = 0; j < n; ++j)
    representative[j] = root(j);
  std::vector<std::int32_t> cluster;
  numberClusters(representative, cluster);
  return cluster;
}

SimilarityGraph randomGraph(std::uint32_t nodes, std::uint32_t groups, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Link> links;
  for (std::uint32_t a = 0; a < nodes; ++a)
    for (std::uint32_t b = 0; b < a; ++b) {
      const bool together = a % groups == b % groups;
      const std::uint32_t chance = random() % 1000, weight = random() % 900;
      if (chance < (together ? 600U : 40U))
        links.push_back({a, b, (together ? 1.0F : 0.3F) * (0.1F + static_cast<float>(weight) / 1000)});
    }
  return similarityGraph(nodes, std::move(links));
}

/// A graph with families, crossing links and single nodes, in a file.
class Families {
public:
  explicit Families(std::int64_t nodes) {
    benchmarks::FamilyModel model;
    model.nodes = nodes;
    model.largest = 600;
    benchmarks::writeFamilies(model, path().toStdString());
  }
  [[nodiscard]] QString path(const char* name = "families.abc") const {
    return folder_.filePath(QString::fromUtf8(name));
  }

private:
  QTemporaryDir folder_;
};

/// Ranks that are threads of this process.
class ThreadRanks final : public MarkovRanks {
public:
  struct Shared {
    explicit Shared(int count) : barrier(count), mail(static_cast<std::size_t>(count)) {}
    std::barrier<> barrier;
    std::vector<std::vector<std::vector<std::byte>>> mail; ///< from, to
  };
  ThreadRanks(Shared& shared, int rank) : shared_(shared), rank_(rank) {}
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return static_cast<int>(shared_.mail.size()); }
  std::vector<std::vector<std::byte>> exchange(std::span<const std::span<const std::byte>> toEach) override {
    auto& mine = shared_.mail[static_cast<std::size_t>(rank_)];
    mine.clear();
    for (const auto& one : toEach)
      mine.emplace_back(one.begin(), one.end());
    shared_.barrier.arrive_and_wait();
    std::vector<std::vector<std::byte>> came;
    for (const auto& from : shared_.mail)
      came.push_back(from[static_cast<std::size_t>(rank_)]);
    shared_.barrier.arrive_and_wait();
    return came;
  }

private:
  Shared& shared_;
  int rank_;
};

SimilarityGraph listsOf(const SimilarityGraph& whole, int rank, int size) {
  SimilarityGraph own(whole);
  keepLists(own, static_cast<std::uint32_t>(rank), static_cast<std::uint32_t>(size));
  return own;
}

/// answer(rank) listens on each; what each rank came to, or the exception that it ended with.
template <typename Answer>
std::vector<MarkovClustering> onRanks(const SimilarityGraph& whole, int size, const MarkovOptions& options,
                                      const Answer& answer, int* cancelled = nullptr) {
  ThreadRanks::Shared shared(size);
  std::vector<MarkovClustering> results(static_cast<std::size_t>(size));
  std::atomic<int> ended = 0;
  std::vector<std::thread> threads;
  for (int rank = 0; rank < size; ++rank)
    threads.emplace_back([&, rank] {
      ThreadRanks ranks(shared, rank);
      try {
        results[static_cast<std::size_t>(rank)] =
            markovClusters(listsOf(whole, rank, size), options, answer(rank), &ranks);
      } catch (const Cancelled&) {
        ++ended;
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  if (cancelled) *cancelled = ended;
  return results;
}

} // namespace

class TestMarkov : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void graphs() {
    LinkCounts counts;
    // 0–1 both ways and twice, 1–2 once, a loop, a weight of 0; 4 has nothing.
    const std::vector<Link> links{{0, 1, 2}, {1, 0, 3}, {0, 1, 1}, {2, 1, 5}, {3, 3, 9}, {2, 3, 0}};
    SimilarityGraph graph = similarityGraph(5, std::vector<Link>(links), BothWays::Greatest, &counts);
    QCOMPARE(graph.starts, (std::vector<std::int64_t>{0, 1, 3, 4, 4, 4}));
    QCOMPARE(graph.of(0)[0].weight, 3.0F);
    QCOMPARE(graph.of(1)[1].node, 2U);
    QCOMPARE(counts.loops, std::int64_t{1});
    QCOMPARE(counts.zeros, std::int64_t{1});
    QCOMPARE(counts.repeated, std::int64_t{2});
    graph = similarityGraph(5, std::vector<Link>(links), BothWays::Sum);
    QCOMPARE(graph.of(0)[0].weight, 5.0F);
    QCOMPARE(graph.of(1)[0].weight, 5.0F);
    graph = similarityGraph(5, std::vector<Link>(links), BothWays::Apart);
    QCOMPARE(graph.starts, (std::vector<std::int64_t>{0, 1, 2, 3, 3, 3}));
    QCOMPARE(graph.of(0)[0].weight, 2.0F);
    QCOMPARE(graph.of(1)[0].weight, 3.0F);
    QCOMPARE(similarityGraph(0, {}).nodes(), std::int64_t{0});
  }

  void whatIsNoSimilarity() {
    const auto message = [](std::vector<Link> links) {
      try {
        static_cast<void>(similarityGraph(3, std::move(links)));
      } catch (const std::invalid_argument& error) {
        return QString::fromStdString(error.what());
      }
      return QString();
    };
    QVERIFY(message({{0, 1, 1}, {1, 2, -1}}).contains("link 2, of the nodes 1 and 2, has the weight -1"));
    QVERIFY(message({{0, 1, std::nanf("")}}).contains("not a number"));
    QVERIFY(message({{0, 1, std::numeric_limits<float>::infinity()}}).contains("not a number"));
    QVERIFY(message({{0, 3, 1}}).contains("has 3 nodes"));
  }

  void closedCases() {
    // No nodes; nodes without links; a pair; two triangles that one weak link joins.
    QCOMPARE(markovClusters(similarityGraph(0, {})).clusters, std::int64_t{0});
    QCOMPARE(markovClusters(similarityGraph(3, {})).cluster, (std::vector<std::int32_t>{0, 1, 2}));
    QCOMPARE(markovClusters(similarityGraph(3, {{1, 2, 7}})).cluster, (std::vector<std::int32_t>{1, 0, 0}));
    const std::vector<Link> triangles{{0, 1, 1}, {1, 2, 1}, {2, 0, 1}, {3, 4, 1}, {4, 5, 1}, {5, 3, 1}, {2, 3, 0.1F}};
    const auto result = markovClusters(similarityGraph(6, std::vector<Link>(triangles)));
    QCOMPARE(result.cluster, (std::vector<std::int32_t>{0, 0, 0, 1, 1, 1}));
    QVERIFY(result.converged);
    QVERIFY(result.chaos <= 1e-4);
    QVERIFY(result.iterations > 1);
    // A path of three: its middle node flows to both ends alike. mcl makes such nodes a cluster of their own.
    MarkovOptions fine;
    fine.inflation = 6;
    QCOMPARE(markovClusters(similarityGraph(3, {{0, 1, 1}, {1, 2, 1}}), fine).clusters, std::int64_t{1});
  }

  /// The largest first; equal sizes by their lowest node.
  void numbers() {
    std::vector<std::int32_t> cluster;
    QCOMPARE(numberClusters(std::vector<std::uint32_t>{3, 4, 4, 3, 4, 5}, cluster), std::int64_t{3});
    QCOMPARE(cluster, (std::vector<std::int32_t>{1, 0, 0, 1, 0, 2}));
    numberClusters(std::vector<std::uint32_t>{2, 1, 2, 1}, cluster);
    QCOMPARE(cluster, (std::vector<std::int32_t>{0, 1, 0, 1}));
  }

  void plainReference_data() {
    QTest::addColumn<double>("inflation");
    QTest::addColumn<int>("select");
    QTest::addColumn<int>("recover");
    QTest::addColumn<double>("cutoff");
    QTest::newRow("2") << 2.0 << 1100 << 1400 << 1e-4;
    QTest::newRow("1.4") << 1.4 << 1100 << 1400 << 1e-4;
    QTest::newRow("3.7") << 3.7 << 1100 << 1400 << 1e-4;
    QTest::newRow("few selected") << 2.0 << 14 << 18 << 1e-4;
    QTest::newRow("recovered") << 2.0 << 40 << 30 << 0.05;
  }
  void plainReference() {
    QFETCH(double, inflation);
    QFETCH(int, select);
    QFETCH(int, recover);
    QFETCH(double, cutoff);
    MarkovOptions options;
    options.inflation = inflation;
    options.select = select;
    options.recover = recover;
    options.cutoff = cutoff;
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
      SimilarityGraph graph = randomGraph(90, 6, seed);
      const Partition expected = partitionOf(plainMarkov(graph, options));
      const Partition found = partitionOf(markovClusters(std::move(graph), options).cluster);
      QCOMPARE(found.size(), expected.size());
      QVERIFY(found == expected);
    }
  }

  /// OrthoFinder's graph of four proteomes; the clusters that it came to with mcl -I 1.5.
  void orthofinder() {
    const QString folder = QStringLiteral(DISCERN_SHARED_DATA "/09_protein_networks/");
    if (!QFile::exists(folder + "orthofinder4_graph.txt")) QSKIP("the shared data are not there");
    Partition truth;
    std::ifstream in((folder + "orthofinder4_clusters_I1.5_truth.txt").toStdString());
    std::string word;
    while (in >> word && word != "begin") {
    }
    std::set<std::string> members;
    for (bool first = true; in >> word && word != ")"; first = word == "$") {
      if (word == "$") {
        truth.insert(std::move(members));
        members.clear();
      } else if (!first) {
        members.insert(word);
      }
    }
    QCOMPARE(truth.size(), std::size_t{1331});
    for (const int threads : {1, 2, 3})
      QVERIFY(ours(folder + "orthofinder4_graph.txt", 1.5, BothWays::Apart, threads) == truth);
  }

  void likeMcl_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<double>("inflation");
    for (const char* file : {"falkner.mci", "proteins.mci", "rcltiny.mci", "orthofinder4_graph.txt"})
      for (const double inflation : {1.4, 1.5, 2.0, 2.7, 4.0}) {
        // A graph of equal weights, of which nodes flow to two clusters by the rounding alone.
        if (std::string_view(file).starts_with("rcl") && inflation == 2.7) continue;
        QTest::addRow("%s %g", file, inflation) << QString::fromUtf8(file) << inflation;
      }
  }
  void likeMcl() {
    NEEDS_MCL();
    QFETCH(QString, file);
    QFETCH(double, inflation);
    const QString path = QStringLiteral(DISCERN_SHARED_DATA "/09_protein_networks/") + file;
    if (!QFile::exists(path)) QSKIP("the shared data are not there");
    QTemporaryDir folder;
    const Partition theirs =
        byMcl({path, "-I", QString::number(inflation)}, folder.filePath(QStringLiteral("clusters")));
    QVERIFY(!theirs.empty());
    const Partition found = ours(path, inflation, BothWays::Apart);
    QCOMPARE(distance(found, theirs), 0);
  }

  /// A component that is too large to be copied out, families, single nodes, and directed lines.
  void familiesLikeMcl() {
    NEEDS_MCL();
    const Families families(12'000);
    for (const double inflation : {1.6, 2.0}) {
      const Partition theirs =
          byMcl({families.path(), "--abc", "-I", QString::number(inflation)}, families.path("clusters"));
      QVERIFY(theirs.size() > 100);
      const Partition found = ours(families.path(), inflation, BothWays::Greatest);
      QCOMPARE(found.size(), theirs.size());
      QVERIFY(found == theirs);
    }
  }

  void threads() {
    const Families families(6'000);
    Named graph = namedLinks(families.path());
    const SimilarityGraph whole = similarityGraph(graph.nodes.size(), std::move(graph.links));
    std::vector<std::int32_t> one;
    for (const int threads : {1, 2, 5}) {
      MarkovOptions options;
      options.threads = threads;
      const auto result = markovClusters(SimilarityGraph(whole), options);
      if (threads == 1) one = result.cluster;
      QCOMPARE(result.cluster, one);
    }
  }

  void progressAndEnds() {
    const Families families(20'000);
    Named graph = namedLinks(families.path());
    const SimilarityGraph whole = similarityGraph(graph.nodes.size(), std::move(graph.links));
    MarkovOptions options;
    options.threads = 2;
    int calls = 0, iteration = 0;
    double fraction = 0;
    const auto all = markovClusters(SimilarityGraph(whole), options, [&](const MarkovState& state) {
      ++calls;
      if (state.fraction < fraction || state.iteration < iteration || state.nodes != whole.nodes()) throw 1;
      fraction = state.fraction;
      iteration = state.iteration;
      return MarkovAnswer::GoOn;
    });
    QVERIFY(all.converged);
    QVERIFY(calls > 3);
    QVERIFY(fraction > 0 && fraction <= 1);

    QVERIFY_EXCEPTION_THROWN(static_cast<void>(markovClusters(SimilarityGraph(whole), options,
                                                              [](const MarkovState&) { return MarkovAnswer::Stop; })),
                             Cancelled);
    QVERIFY_EXCEPTION_THROWN(
        static_cast<void>(markovClusters(SimilarityGraph(whole), options,
                                         [](const MarkovState&) -> MarkovAnswer { throw std::runtime_error("mine"); })),
        std::runtime_error);

    // Ended after two iterations: every node has a cluster, and families are there already.
    const auto early = markovClusters(SimilarityGraph(whole), options, [](const MarkovState& state) {
      return state.iteration > 3 ? MarkovAnswer::WindUp : MarkovAnswer::GoOn;
    });
    QVERIFY(!early.converged);
    QVERIFY(early.chaos > 1e-4);
    QCOMPARE(early.cluster.size(), static_cast<std::size_t>(whole.nodes()));
    QVERIFY(early.clusters > all.clusters / 2 && early.clusters < 3 * all.clusters);
    const auto atOnce =
        markovClusters(SimilarityGraph(whole), options, [](const MarkovState&) { return MarkovAnswer::WindUp; });
    QCOMPARE(atOnce.cluster.size(), static_cast<std::size_t>(whole.nodes()));
    options.mostIterations = 2;
    const auto few = markovClusters(SimilarityGraph(whole), options);
    QVERIFY(!few.converged);
    QCOMPARE(few.iterations, 2);
  }

  void ranks() {
    const Families families(9'000);
    Named graph = namedLinks(families.path());
    const SimilarityGraph whole = similarityGraph(graph.nodes.size(), std::move(graph.links));
    MarkovOptions options;
    options.threads = 1;
    const auto alone = markovClusters(SimilarityGraph(whole), options);
    const auto nobody = [](int) { return MarkovListener{}; };
    for (const int size : {1, 2, 3, 4})
      for (const auto& result : onRanks(whole, size, options, nobody)) {
        QCOMPARE(result.cluster, alone.cluster);
        QCOMPARE(result.residuals, alone.residuals);
        QCOMPARE(result.chaos, alone.chaos);
        QVERIFY(result.converged);
      }
    // More ranks than nodes; no nodes.
    for (const auto& result : onRanks(similarityGraph(2, {{0, 1, 1}}), 3, options, nobody))
      QCOMPARE(result.cluster, (std::vector<std::int32_t>{0, 0}));
    for (const auto& result : onRanks(similarityGraph(0, {}), 2, options, nobody))
      QCOMPARE(result.clusters, std::int64_t{0});
    // One rank wants to end: all do.
    const auto early = onRanks(whole, 3, options, [](int rank) {
      return rank == 1 ? MarkovListener([](const MarkovState& state) {
        return state.iteration > 2 ? MarkovAnswer::WindUp : MarkovAnswer::GoOn;
      })
                       : MarkovListener{};
    });
    for (const auto& result : early) {
      QVERIFY(!result.converged);
      QCOMPARE(result.cluster, early[0].cluster);
    }
    int cancelled = 0;
    onRanks(
        whole, 3, options,
        [](int rank) {
          return rank == 2 ? MarkovListener([](const MarkovState&) { return MarkovAnswer::Stop; }) : MarkovListener{};
        },
        &cancelled);
    QCOMPARE(cancelled, 3);
  }

  void badOptions() {
    const auto message = [](const MarkovOptions& options) {
      try {
        static_cast<void>(markovClusters(similarityGraph(2, {{0, 1, 1}}), options));
      } catch (const std::invalid_argument& error) {
        return QString::fromStdString(error.what());
      }
      return QString();
    };
    MarkovOptions options;
    options.inflation = 1;
    QVERIFY(message(options).contains("inflation"));
    options = {};
    options.cutoff = std::nan("");
    QVERIFY(message(options).contains("cutoff"));
    options = {};
    options.select = 0;
    QVERIFY(message(options).contains("selected"));
    options = {};
    options.chaos = 0;
    QVERIFY(message(options).contains("chaos"));
  }
};

QTEST_GUILESS_MAIN(TestMarkov)
#include "test_markov.moc"
