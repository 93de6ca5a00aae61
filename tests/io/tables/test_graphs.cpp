#include "io/tables/tables.h"

#include "io/reading.h"

#include <QProcess>

#include <map>
#include <set>
#include <vtkDirectedGraph.h>
#include <vtkUndirectedGraph.h>

using namespace discern;
using namespace discern::test;

/// Graphs: nodes, edges and what is on them.
class TestGraphs : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  [[nodiscard]] std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }
  std::shared_ptr<data::Dataset> made(const char* name, const QByteArray& bytes) const {
    writeFile(path(name), bytes);
    return io::open(path(name));
  }
  static std::vector<double> values(const data::Dataset& dataset, const char* name) {
    const auto field = dataset.field(name);
    return test::readAll(*field, test::wholeSlab(field->info()));
  }
  /// Edges as (source, target) by name, from the graph itself.
  static std::vector<std::pair<std::string, std::string>> edgesOf(const data::Dataset& dataset) {
    const auto object = dataset.grid("network")->read(0);
    auto* graph = vtkGraph::SafeDownCast(object);
    const auto names = texts(dataset.table("nodes"), "node");
    std::vector<std::pair<std::string, std::string>> edges;
    for (vtkIdType e = 0; e < graph->GetNumberOfEdges(); ++e)
      edges.emplace_back(names[static_cast<std::size_t>(graph->GetSourceVertex(e))],
                         names[static_cast<std::size_t>(graph->GetTargetVertex(e))]);
    const data::Table table = dataset.table("edges");
    for (std::size_t e = 0; e < edges.size(); ++e) {
      const std::pair row(table.texts[0][e], table.texts[1][e]);
      if (!graph->IsA("vtkDirectedGraph") && edges[e] == std::pair(row.second, row.first))
        edges[e] = row; // VTK does not keep which end of an undirected edge was named first
      if (edges[e] != row) throw std::runtime_error("the table of edges is not the graph's");
    }
    return edges;
  }
  using Edges = std::vector<std::pair<std::string, std::string>>;
  static bool isDirected(const data::Dataset& dataset) {
    return vtkDirectedGraph::SafeDownCast(dataset.grid("")->read(0)) != nullptr;
  }

private Q_SLOTS:
  void matrixMarket() {
    const auto general = made("g.mtx", "%%MatrixMarket matrix coordinate real general\n% by hand\n3 3 3\n1 2 0.5\n3 1 "
                                       "-2\n2 2 1e1\n");
    QVERIFY(isDirected(*general));
    QVERIFY((edgesOf(*general) == Edges{{"1", "2"}, {"3", "1"}, {"2", "2"}}));
    QVERIFY((values(*general, "weight") == std::vector<double>{0.5, -2, 10}));
    const auto info = general->field("weight")->info();
    QVERIFY(info.support == data::Support::Cells && info.grid == "network");
    const auto symmetric = made("s.mtx", "%%MatrixMarket matrix coordinate pattern symmetric\n3 3 2\n2 1\n3 2\n");
    QVERIFY(!isDirected(*symmetric));
    QVERIFY((edgesOf(*symmetric) == Edges{{"2", "1"}, {"3", "2"}}));
    const auto array = made("a.mtx", "%%MatrixMarket matrix array integer general\n2 3\n1\n2\n0\n4\n5\n6\n");
    QVERIFY((array->field("matrix")->info().shape == data::Index3{3, 2, 1}));
    QVERIFY((values(*array, "matrix") == std::vector<double>{1, 0, 5, 2, 4, 6})); // columns came first
    QVERIFY(edgesOf(*array).size() == 5 && edgesOf(*array)[0] == Edges::value_type("row 1", "column 1"));
    const auto skew = made("k.mtx", "%%MatrixMarket matrix array real skew-symmetric\n2 2\n7\n");
    QVERIFY((values(*skew, "matrix") == std::vector<double>{0, -7, 7, 0}));
  }

  void lyingMatrices_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* text, const char* words) {
      QTest::newRow(name) << QByteArray("%%MatrixMarket matrix ") + text << words;
    };
    row("too many entries", "coordinate real general\n9 9 99999999999\n1 1 1\n", "entries, more than a file of");
    row("huge array", "array real general\n19000000 19000000\n1\n", "entries, more than a file of");
    row("huge nodes", "coordinate real general\n2000000000 2000000000 1\n1 1 1\n", "rows or columns");
    row("cut short", "coordinate real general\n3 3 2\n1 1 1\n", "1 of them are missing");
    row("outside", "coordinate real general\n3 3 1\n4 1 1\n", "line 3: an entry within 3 × 3 was expected");
    row("no number", "coordinate real general\n3 3 1\n1 1 x\n", "line 3");
    row("complex", "coordinate complex general\n3 3 1\n1 1 1 1\n", "its numbers are complex");
    row("not square", "coordinate real symmetric\n3 2 1\n1 1 1\n", "can't be");
    row("no size", "coordinate real general\n", "the matrix's size was expected");
    row("negative", "array real general\n-1 5\n", "the matrix's size was expected");
  }
  void lyingMatrices() {
    QFETCH(QByteArray, text);
    QFETCH(QString, words);
    writeFile(path("x.mtx"), text);
    const std::string message = refusal(path("x.mtx"));
    QVERIFY2(QString::fromStdString(message).contains(words), message.c_str());
  }

  void mcl() {
    const QByteArray head = "a remark\n(mclheader\nmcltype matrix\ndimensions 3x3\n)\n(mclmatrix\nbegin\n";
    const auto both = made("b.mci", head + "0 1:0.5 2 $\n1 0:0.5 $ # remark\n2 0\n $\n)\n");
    QVERIFY(!isDirected(*both));
    QVERIFY((edgesOf(*both) == Edges{{"0", "1"}, {"0", "2"}}));
    QVERIFY((values(*both, "weight") == std::vector<double>{0.5, 1}));
    writeFile(path("one.tab"), "0\tann\n1\tbob\n2\tcid\n");
    const auto one = made("one.mci", head + "0 1:0.5 $\n1 0:0.25 $\n2 $\n)\n");
    QVERIFY(isDirected(*one));
    QVERIFY((edgesOf(*one) == Edges{{"ann", "bob"}, {"bob", "ann"}}));
    for (const char* bad : {"0 1:0.5 2", "0 1:0.5 $\n", "0 7 $\n)\n", "0 x $\n)\n"}) {
      writeFile(path("bad.mci"), head + bad);
      QVERIFY2(refusal(path("bad.mci")).find("bad.mci: ") != std::string::npos, bad);
    }
    writeFile(path("big.mci"),
              "(mclheader\nmcltype matrix\ndimensions 9999999999x9999999999\n)\n(mclmatrix\nbegin\n)\n");
    QVERIFY(refusal(path("big.mci")).find("dimensions such as") != std::string::npos);
    const auto clusters =
        made("c.cls", "(mclheader\nmcltype matrix\ndimensions 3x2\n)\n(mclmatrix\nbegin\n0 0 2 $\n1 1 $\n)\n");
    QVERIFY((texts(clusters->table("clusters"), "member") == std::vector<std::string>{"0", "2", "1"}));
    QVERIFY((numbers(clusters->table("clusters"), "cluster") == std::vector<double>{0, 0, 1}));
  }

  void blast() {
    const auto dataset = made(
        "b.m8", "# BLASTP 2.2.6\na\tb\t99.5\t10\t0\t0\t1\t10\t1\t10\t1e-50\t100\na\ta\t100\t10\t0\t0\t1\t10\t1\t10\t0."
                "0\t 200\na\tb\t99.5\nb\ta\t50\t10\t5\t0\t1\t10\t1\t10\t10\t3.5\n");
    QVERIFY((edgesOf(*dataset) == Edges{{"a", "b"}, {"a", "a"}, {"b", "a"}}));
    QVERIFY((values(*dataset, "weight") == std::vector<double>{50, 200, -1}));
    QVERIFY((values(*dataset, "bit score") == std::vector<double>{100, 200, 3.5}));
    QVERIFY(warns(*dataset, "1 line is left out: twelve columns") && warns(*dataset, "line 4 has"));
    const data::Table hits = dataset->table("hits");
    QCOMPARE(hits.info.rows, 3);
    QVERIFY(texts(hits, "subject")[2] == "a" && numbers(hits, "identity")[2] == 50 &&
            numbers(hits, "subject end")[0] == 10);
    QCOMPARE(unitOf(hits, "identity"), std::string("%"));
  }

  void abc() {
    const auto dataset = made("x.abc", "ann\tbob\t0.5\nbob\tcid d\t2\n");
    QVERIFY((edgesOf(*dataset) == Edges{{"ann", "bob"}, {"bob", "cid d"}}));
    QVERIFY((values(*dataset, "weight") == std::vector<double>{0.5, 2}));
    QVERIFY(made("no.abc", "name kind value\nann x 1\nbob y 2\n")->info().grids.empty()); // it has a header
  }

  void tetrad() {
    const auto dataset = made(
        "t.txt",
        "Graph Nodes:\na;b;c\n\nGraph Edges:\n1. a --> b\n2. b --- c\n3. a <-- c\n\nGraph Attributes:\nscore: 1\n");
    QVERIFY((edgesOf(*dataset) == Edges{{"a", "b"}, {"b", "c"}, {"c", "a"}}));
    QVERIFY((texts(dataset->table("edges"), "edge") == std::vector<std::string>{"-->", "---", "-->"}));
    QVERIFY(warns(*dataset, "1 edges are not plain arrows"));
    writeFile(path("bad.txt"), "Graph Nodes:\na;b\n\nGraph Edges:\n1. a --> z\n");
    QVERIFY(refusal(path("bad.txt")).find("z is not among") != std::string::npos);
    writeFile(path("cut.txt"), "Graph Nodes:\na;b\n");
    QVERIFY(refusal(path("cut.txt")).find("cut short") != std::string::npos);
  }

  void gfa() {
    const auto dataset =
        made("g.gfa",
             "H\tVN:Z:1.0\nS\ts1\tACGT\tKC:i:8\nS\ts2\t*\tLN:i:100\tDP:f:2.5\nL\ts1\t+\ts2\t-\t3M1I2M\nL\ts2\t+\ts1\t-"
             "\t3M\nL\ts1\t-\ts9\t+\t*\nP\tp\ts1+,s2-\t*\n");
    QVERIFY((edgesOf(*dataset) == Edges{{"s1", "s2"}})); // the second is its reverse complement
    QVERIFY((values(*dataset, "length") == std::vector<double>{4, 100}));
    QVERIFY((values(*dataset, "coverage") == std::vector<double>{2, 2.5}));
    QVERIFY((values(*dataset, "overlap") == std::vector<double>{5}));
    QVERIFY(dataset->field("length")->info().support == data::Support::Points);
    QCOMPARE(texts(dataset->table("edges"), "target strand")[0], std::string("-"));
    QCOMPARE(texts(dataset->table("paths"), "segment")[1], std::string("s2-"));
    QVERIFY(warns(*dataset, "1 links of segments that are not there are left out; line 6 names s9"));
  }

  void fastg() {
    const auto dataset =
        made("f.fastg",
             ">NODE_1_length_4_cov_2.5:NODE_2_length_3_cov_1',NODE_1_length_4_cov_2.5;\nACGT\n>NODE_1_length_4_cov_"
             "2.5':NODE_1_length_4_cov_2.5';\nACGT\n>NODE_2_length_3_cov_1:NODE_1_length_4_cov_2.5';\nACG\n");
    QCOMPARE(edgesOf(*dataset).size(), 2U);
    QVERIFY((values(*dataset, "coverage") == std::vector<double>{2.5, 1}));
    QVERIFY(dataset->info().warnings.empty());
  }

  void graphml() {
    const auto dataset = made("g.graphml", R"(<?xml version="1.0"?><graphml>
<key id="w" for="edge" attr.name="weight" attr.type="double"><default>7</default></key>
<key id="s" for="node" attr.name="size" attr.type="int"/><key id="c" for="node" attr.name="colour" attr.type="string"/>
<graph edgedefault="undirected"><node id="a"><data key="s">3</data></node><node id="b"><data key="c">r&amp;d</data></node>
<edge source="a" target="b"/><edge source="b" target="b"><data key="w">2.5</data></edge></graph></graphml>)");
    QVERIFY(!isDirected(*dataset));
    QVERIFY((edgesOf(*dataset) == Edges{{"a", "b"}, {"b", "b"}}));
    QVERIFY((values(*dataset, "weight") == std::vector<double>{7, 2.5}));
    QVERIFY(values(*dataset, "size")[0] == 3 && std::isnan(values(*dataset, "size")[1]));
    QCOMPARE(texts(dataset->table("nodes"), "colour")[1], std::string("r&d"));
    writeFile(path("cut.graphml"), "<graphml><graph edgedefault=\"directed\"><node id=\"a\"/>");
    QVERIFY(refusal(path("cut.graphml")).find("not well-formed") != std::string::npos);
    writeFile(path("loose.graphml"),
              "<graphml><graph><node id=\"a\"/><edge source=\"a\" target=\"z\"/></graph></graphml>");
    QVERIFY(refusal(path("loose.graphml")).find("\"z\" is no node") != std::string::npos);
    writeFile(path("bomb.graphml"), "<!DOCTYPE g [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><graphml><graph><node "
                                    "id=\"&b;\"/></graph></graphml>");
    QVERIFY(refusal(path("bomb.graphml")).find("declares entities") != std::string::npos);
  }

  void graphmlOfNetworkx() {
    QProcess process;
    process.start("/usr/bin/python3", {"-c",
                                       "import sys, networkx as n; g = n.karate_club_graph(); n.write_graphml(g, "
                                       "sys.argv[1]); print(len(g), g.size())",
                                       QString::fromStdString(path("karate.graphml"))});
    if (!process.waitForStarted() || !process.waitForFinished(60000) || process.exitCode() != 0)
      QSKIP("python3 lacks networkx");
    const auto dataset = io::open(path("karate.graphml"));
    QCOMPARE(process.readAllStandardOutput().trimmed(),
             QByteArray::number(static_cast<qlonglong>(dataset->info().grids[0].points)) + " " +
                 QByteArray::number(static_cast<qlonglong>(dataset->info().grids[0].cells)));
    QCOMPARE(texts(dataset->table("nodes"), "club")[33], std::string("Officer"));
  }

  void real_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("nodes");
    QTest::addColumn<int>("edges");
    const auto row = [](const char* file, int nodes, int edges) { QTest::newRow(file) << file << nodes << edges; };
    row("09_protein_networks/falkner.mci", 150, 797);
    row("09_protein_networks/rcltiny.mci", 16, 24);
    row("09_protein_networks/proteins.mci", 312, 19906);
    row("09_protein_networks/orthofinder4_graph.txt", 2733, 5078);
    row("09_protein_networks/mcl_blastfile9_m9.txt", 78, 1666);
    row("09_protein_networks/orthofinder4_Blast0_0.txt", 820, 3999);
    row("09_protein_networks/mcl_protein_graphs_abc.txt.gz", 2459, 53454);
    row("12_causality/sachs.2005.ground.truth.graph.txt", 11, 20);
    row("12_causality/bnlearn_asia.graph_truth.txt", 8, 8);
    row("13_metagenome/bandage_test_plasmids.gfa", 9, 12);
    row("13_metagenome/bandage_test.LastGraph", 17, 16); // with their reverse complements 34 and 32
    row("13_metagenome/bandage_test.fastg", 44, 59);     // 88 and 118
    row("15_malformed/gfa/inconsistent_length.gfa1", 6, 4);
    row("15_malformed/gfa/segment_missing.gfa1", 8, 2);
    row("15_malformed/gfa/link_missing.gfa1", 9, 3);
    row("15_malformed/mcl/orthofinder_BadBlast0_0.txt", 820, 3999);
  }
  void real() {
    QFETCH(QString, file);
    QFETCH(int, nodes);
    QFETCH(int, edges);
    if (!isThere(sharedFile(qPrintable(file)))) QSKIP("../shared/data is absent");
    const auto dataset = io::open(sharedFile(qPrintable(file)));
    QCOMPARE(static_cast<int>(edgesOf(*dataset).size()), edges);
    QCOMPARE(static_cast<int>(dataset->table("nodes").info.rows), nodes);
    const data::GridInfo info = dataset->info().grids[0];
    QVERIFY(info.kind == data::GridKind::Network && info.points == nodes && info.cells == edges);
    for (const data::FieldInfo& field : dataset->info().fields)
      QCOMPARE(static_cast<int>(field.shape[0]), field.support == data::Support::Points ? nodes : edges);
    if (file.contains("malformed")) QVERIFY(!dataset->info().warnings.empty() || file.contains("link_missing"));
  }

  void realValues() {
    if (!isThere(sharedFile("13_metagenome"))) QSKIP("../shared/data is absent");
    const auto last = io::open(sharedFile("13_metagenome/bandage_test.LastGraph"));
    QVERIFY(values(*last, "length")[0] == 2000 && values(*last, "length")[13] == 60);
    const data::Table fastg = io::open(sharedFile("13_metagenome/bandage_test.fastg"))->table("nodes");
    for (std::size_t n = 0; n < texts(fastg, "node").size(); ++n) {
      if (texts(fastg, "node")[n].starts_with("NODE_1_")) QCOMPARE(numbers(fastg, "length")[n], 6070.0);
      if (texts(fastg, "node")[n].starts_with("NODE_28_")) QCOMPARE(numbers(fastg, "length")[n], 79.0);
    }
    // The clustering that OrthoFinder made from this graph has every protein once.
    const data::Table clusters =
        io::open(sharedFile("09_protein_networks/orthofinder4_clusters_I1.5_truth.txt"))->table("clusters");
    const auto& members = texts(clusters, "member");
    QCOMPARE(std::set<std::string>(members.begin(), members.end()).size(), 2733U);
    const data::Table groups =
        io::open(sharedFile("09_protein_networks/orthofinder4_Orthogroups_truth.txt"))->table("clusters");
    QCOMPARE(groups.info.rows, 2733);
    QCOMPARE(texts(groups, "cluster")[0], std::string("OG0000000"));
    const data::Table ids =
        io::open(sharedFile("09_protein_networks/orthofinder4_SequenceIDs.txt"))->table("sequences");
    QVERIFY(texts(ids, "id")[1] == "0_1" && texts(ids, "name")[1].find("beta chain") != std::string::npos);
  }

  void damagedGraphs_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* file, const char* words) { QTest::newRow(file) << file << words; };
    row("15_malformed/gfa/edge_missing.gfa2", "GFA 2");
    row("15_malformed/gfa/edge_wrong_lastpos.gfa2", "GFA 2.0; GFA 1 is read");
    row("15_malformed/gfa/fragment_wrong_lastpos.gfa2", "GFA 2");
    row("15_malformed/gfa/invalid_path.gfa2", "GFA 2");
    row("15_malformed/gfa/segment_missing.gfa2", "GFA 2");
    row("15_malformed/gfa/megahit_empty.fa", "empty");
  }
  void damagedGraphs() {
    QFETCH(QString, file);
    QFETCH(QString, words);
    if (!isThere(sharedFile(qPrintable(file)))) QSKIP("../shared/data is absent");
    const std::string message = refusal(sharedFile(qPrintable(file)));
    QVERIFY2(QString::fromStdString(message).contains(words), message.c_str());
  }
};

QTEST_GUILESS_MAIN(TestGraphs)
#include "test_graphs.moc"
