#include "analyses/fixtures.h"
#include "data/error.h"
#include "desktop/analyses/catalogue.h"

#include <QSignalSpy>
#include <QTest>

using namespace discern;
using desktop::Analysis;
using desktop::Catalogue;

class TestAnalysisSearch final : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void readsManifest() {
    const Analysis a = desktop::analysisFromManifest(test::manifests()[0]);
    QCOMPARE(a.id, std::string("org.example.watershed"));
    QCOMPARE(a.inputs.size(), std::size_t(1));
    QVERIFY(!a.inputs[0].labels);
    QCOMPARE(a.inputs[0].axes, (std::vector<std::string>{"x", "y", "z"}));
    QCOMPARE(a.parameters.size(), std::size_t(6));
    QVERIFY(a.defaults() == (nlohmann::json{{"sigma", 1.5},
                                            {"method", "otsu"},
                                            {"threshold", 100},
                                            {"minimum", 20},
                                            {"connected", true},
                                            {"note", ""}}));
    QCOMPARE(a.memoryFor(1000), 20000.0);
    QVERIFY(!a.isComparison());
    QVERIFY(desktop::analysisFromManifest(test::manifests()[1]).isComparison());
  }

  void refusesWhatMakesNoForm() {
    nlohmann::json bad = test::manifests()[0];
    bad["parameters"][0]["type"] = "colour";
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(desktop::analysisFromManifest(bad)), data::UsageError);
    bad = test::manifests()[0];
    bad.erase("id");
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(desktop::analysisFromManifest(bad)), data::UsageError);
    // One bad plugin does not hide the others.
    nlohmann::json list = test::manifests();
    list[0].erase("id");
    Catalogue catalogue;
    QSignalSpy changed(&catalogue, &Catalogue::changed);
    catalogue.setManifests(list);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(catalogue.analyses().size(), std::size_t(2));
    QCOMPARE(catalogue.problems().size(), std::size_t(1));
  }

  void takesManifestsAsTheServiceSendsThem() {
    Catalogue catalogue;
    catalogue.setManifests({{"plugins", {{{"folder", "/p"}, {"manifest", test::manifests()[0]}}}}});
    QCOMPARE(catalogue.analyses().size(), std::size_t(1));
    catalogue.setManifests(test::manifests());
    QCOMPARE(catalogue.analyses().size(), std::size_t(3));
  }

  void finds_data() {
    QTest::addColumn<QString>("query");
    QTest::addColumn<QStringList>("found");
    QTest::newRow("nothing typed: all by name")
        << "" << QStringList{"Compare instances", "Gaussian smoothing", "Seeded watershed"};
    QTest::newRow("start of the name") << "seed" << QStringList{"Seeded watershed"};
    QTest::newRow("second word") << "WATER" << QStringList{"Seeded watershed"};
    QTest::newRow("letters left out") << "sdwat" << QStringList{"Seeded watershed"};
    QTest::newRow("keyword") << "blur" << QStringList{"Gaussian smoothing"};
    QTest::newRow("two words, two places") << "segmentation otsu" << QStringList{"Seeded watershed"};
    // "instances" is in one's name and among the other's keywords: the name comes first.
    QTest::newRow("name before keyword") << "instances" << QStringList{"Compare instances", "Seeded watershed"};
    QTest::newRow("one word that fits nothing") << "watershed zebra" << QStringList{};
  }
  void finds() {
    QFETCH(QString, query);
    QFETCH(QStringList, found);
    Catalogue catalogue;
    catalogue.setManifests(test::manifests());
    QStringList names;
    for (const Analysis* analysis : catalogue.search(query.toStdString()))
      names << QString::fromStdString(analysis->name);
    QCOMPARE(names, found);
  }
};

QTEST_GUILESS_MAIN(TestAnalysisSearch)
#include "test_analysis_search.moc"
