#include "analyses/fixtures.h"
#include "desktop/analyses/analysis_page.h"
#include "desktop/analyses/analysis_panel.h"
#include "desktop/form/undo_order.h"
#include "remote/host_profile.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

using namespace discern;
using desktop::AnalysisPage;
using desktop::AnalysisPanel;

/// The panel with files in memory and a runner that is not there: what is asked of it shows in the session's runs.
class TestAnalysisPanel final : public QObject {
  Q_OBJECT

  struct Fixture {
    link::Link link;
    test::MemoryFiles files;
    jobs::JobMonitor monitor{QStringLiteral("/nowhere/discern-run")};
    desktop::Catalogue catalogue;
    desktop::JobController jobs{link, files, monitor, catalogue};
    AnalysisPanel panel{link, files, jobs};
    QLineEdit* search = panel.findChild<QLineEdit*>("analysisSearch");
    QListView* list = panel.findChild<QListView*>("analysisList");

    Fixture() {
      files.add("/d/image.tif", false);
      panel.resize(320, 700);
      panel.show();
      panel.activateWindow();
    }
    [[nodiscard]] QStringList names() const {
      QStringList out;
      for (int i = 0; i < list->model()->rowCount(); ++i)
        out << list->model()->index(i, 0).data().toString();
      return out;
    }
  };
  QTemporaryDir state_;

private Q_SLOTS:
  void initTestCase() { qputenv("XDG_STATE_HOME", state_.path().toUtf8()); }

  void saysWhatItWaitsFor() {
    Fixture f;
    auto* empty = f.panel.findChild<QLabel*>("analysisEmpty");
    QVERIFY(QTest::qWaitForWindowExposed(&f.panel));
    QVERIFY(empty->isVisible());
    QCOMPARE(empty->text(), QStringLiteral("Looking for analyses…"));
    Q_EMIT f.catalogue.failed("The service does not answer.");
    QVERIFY(empty->text().contains("The service does not answer."));
    f.catalogue.setManifests(test::manifests());
    QVERIFY(!empty->isVisible());
    QTest::keyClicks(f.search, "zebra");
    QVERIFY(empty->isVisible());
    QVERIFY(empty->text().contains("zebra"));
  }

  void aNameIsTypedAndTheRunStarts() {
    Fixture f;
    QVERIFY(QTest::qWaitForWindowActive(&f.panel));
    f.catalogue.setManifests(test::manifests());
    f.link.run("addLayer", test::layer("/d/image.tif"));
    f.panel.focusSearch();
    QCOMPARE(QApplication::focusWidget(), f.search);
    QTest::keyClicks(f.search, "watershed");
    QCOMPARE(f.names(), QStringList{"Seeded watershed"});
    QTest::keyClick(f.search, Qt::Key_Return);
    AnalysisPage* page = f.panel.currentPage();
    QVERIFY(page);
    QCOMPARE(page->analysis().id, std::string("org.example.watershed"));
    QCOMPARE(QApplication::focusWidget(), &page->parameters()); // no number has it before it is asked for
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QCOMPARE(QApplication::focusWidget(), page->parameters().editor("sigma"));
    QVERIFY(page->findChild<QLabel*>("status")->text().contains("76.8 kB")); // 20 bytes × 20 × 16 × 12
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(QApplication::focusWidget(), "2");
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(f.link.state().runs.size(), std::size_t(1));
    const auto* job = f.jobs.job(QString::fromStdString(f.link.state().runs.front()));
    QVERIFY(job);
    QCOMPARE(job->job["plugin"].get<std::string>(), std::string("org.example.watershed"));
    QCOMPARE(job->job["parameters"]["sigma"].get<double>(), 2.0);
    QCOMPARE(job->job["inputs"]["image"]["path"].get<std::string>(), std::string("/d/image.tif"));
    QCOMPARE(job->title, std::string("Seeded watershed · image"));
  }

  void downAndUpWalkTheList() {
    Fixture f;
    QVERIFY(QTest::qWaitForWindowActive(&f.panel));
    f.catalogue.setManifests(test::manifests());
    f.panel.focusSearch();
    QTest::keyClick(f.search, Qt::Key_Down);
    QTest::keyClick(f.search, Qt::Key_Down);
    QTest::keyClick(f.search, Qt::Key_Down); // stays on the last
    QTest::keyClick(f.search, Qt::Key_Up);
    QTest::keyClick(f.search, Qt::Key_Return);
    QVERIFY(f.panel.currentPage());
    QCOMPARE(f.panel.currentPage()->analysis().name, std::string("Gaussian smoothing"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(!f.panel.currentPage());
    QCOMPARE(QApplication::focusWidget(), f.search);
  }

  void aClickOpens() {
    Fixture f;
    QVERIFY(QTest::qWaitForWindowExposed(&f.panel));
    f.catalogue.setManifests(test::manifests());
    QTest::mouseClick(f.list->viewport(), Qt::LeftButton, {},
                      f.list->visualRect(f.list->model()->index(2, 0)).center());
    QVERIFY(f.panel.currentPage());
    QCOMPARE(f.panel.currentPage()->analysis().name, std::string("Seeded watershed"));
  }

  void aWrongFormDoesNotRun() {
    Fixture f;
    QVERIFY(QTest::qWaitForWindowActive(&f.panel));
    f.catalogue.setManifests(test::manifests());
    QVERIFY(f.panel.openAnalysis("org.example.watershed"));
    AnalysisPage* page = f.panel.currentPage();
    auto* run = page->findChild<QPushButton*>("run");
    QVERIFY(!run->isEnabled());
    QVERIFY(page->findChild<QLabel*>("status")->text().contains("no layer fits"));
    f.link.run("addLayer", test::layer("/d/image.tif"));
    QVERIFY(run->isEnabled());
    page->parameters().setValues({{"sigma", -3}});
    QVERIFY(!run->isEnabled());
    f.panel.runCurrent();
    QVERIFY(f.link.state().runs.empty());
    QCOMPARE(QApplication::focusWidget(), page->parameters().editor("sigma")); // taken to what is wrong
  }

  void aRunsResultIsNoInputOfTheNext() {
    Fixture f;
    QVERIFY(QTest::qWaitForWindowExposed(&f.panel));
    f.catalogue.setManifests(test::manifests());
    f.link.run("addLayer", test::layer("/d/image.tif"));
    QVERIFY(f.panel.openAnalysis("org.example.smooth"));
    AnalysisPage* page = f.panel.currentPage();
    for (int i = 0; i < 3; ++i) {
      f.panel.runCurrent();
      QCOMPARE(f.link.state().runs.size(), static_cast<std::size_t>(i + 1));
      const std::string run = f.link.state().runs.back();
      QCOMPARE(f.jobs.job(QString::fromStdString(run))->job["inputs"]["field"]["path"].get<std::string>(),
               std::string("/d/image.tif"));
      f.files.add(run + "/result.h5", false);
      f.link.run("addLayer", test::layer(run + "/result.h5"));
      f.link.run("setActive", {{"id", f.link.state().layers.back().id}});
      QCOMPARE(page->inputs().values().at("field"), std::string("L1"));
    }
    // A form that opens later takes none of them either; that of another analysis may.
    AnalysisPanel later(f.link, f.files, f.jobs);
    QVERIFY(later.openAnalysis("org.example.smooth"));
    QCOMPARE(later.currentPage()->inputs().values().at("field"), std::string("L1"));
    QVERIFY(later.openAnalysis("org.example.watershed"));
    QVERIFY(later.currentPage()->inputs().values().at("image") != "L1");
    // Where nothing else fits, it does.
    f.link.run("removeLayer", {{"id", "L1"}});
    QVERIFY(page->inputs().values().contains("field"));
  }

  void aChangedManifestKeepsWhatWasEntered() {
    Fixture f;
    QVERIFY(QTest::qWaitForWindowActive(&f.panel));
    const auto told = [](const nlohmann::json& manifest, const std::string& error = {}) {
      nlohmann::json list = test::manifests();
      list[0] = manifest;
      for (auto& each : list)
        each["folder"] = "/plugins/" + each.value("id", "watershed");
      list[0]["folder"] = "/plugins/watershed";
      list[0]["error"] = error;
      return list;
    };
    nlohmann::json manifest = test::manifests()[0];
    f.catalogue.setManifests(told(manifest));
    for (const char* path : {"/d/image.tif", "/d/other.tif"}) {
      f.files.add(path, false);
      f.link.run("addLayer", test::layer(path));
    }
    QVERIFY(f.panel.openAnalysis("org.example.watershed"));
    f.panel.currentPage()->inputs().setValues({{"image", "L1"}});
    f.panel.currentPage()->parameters().setValues({{"sigma", 9}, {"minimum", 50}, {"note", "mine"}});
    f.panel.currentPage()->parameters().editor("minimum")->setFocus();

    manifest["parameters"][0]["maximum"] = 5; // 9 no longer fits
    manifest["parameters"][0]["default"] = 2;
    manifest["parameters"][4]["default"] = false; // was not touched
    f.catalogue.setManifests(told(manifest));
    AnalysisPage* page = f.panel.currentPage();
    QVERIFY(page);
    QCOMPARE(page->parameters().values()["sigma"].get<double>(), 2.0);
    QCOMPARE(page->parameters().values()["minimum"].get<int>(), 50);
    QCOMPARE(page->parameters().values()["note"].get<std::string>(), std::string("mine"));
    QVERIFY(!page->parameters().values()["connected"].get<bool>());
    QCOMPARE(page->inputs().values().at("image"), std::string("L1"));
    QCOMPARE(QApplication::focusWidget(), page->parameters().editor("minimum"));

    // One that is wrong is said above the form, which stays.
    f.catalogue.setManifests(told({{"id", ""}}, "manifest.json: line 3: a comma was expected"));
    QCOMPARE(f.panel.currentPage(), page);
    auto* notice = page->findChild<QLabel*>("notice");
    QVERIFY(notice->isVisible() && notice->text().contains("line 3: a comma was expected"));
    QVERIFY(!page->findChild<QPushButton*>("run")->isEnabled());
    QCOMPARE(page->parameters().values()["minimum"].get<int>(), 50);
    f.catalogue.setManifests(told(manifest));
    QVERIFY(!notice->isVisible());
    QVERIFY(page->findChild<QPushButton*>("run")->isEnabled());

    // Esc leaves it; what was entered is there again, also when the manifest changed meanwhile.
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(!f.panel.currentPage());
    manifest["summary"] = "Splits";
    f.catalogue.setManifests(told(manifest));
    QVERIFY(!f.panel.currentPage());
    QVERIFY(f.panel.openAnalysis("org.example.watershed"));
    QCOMPARE(f.panel.currentPage()->parameters().values()["minimum"].get<int>(), 50);
    QCOMPARE(f.panel.currentPage()->inputs().values().at("image"), std::string("L1"));
  }

  /// An image on a host is worked on there, which is chosen by itself and said.
  void inputsOfAHostChooseIt() {
    QTemporaryDir config;
    qputenv("XDG_CONFIG_HOME", config.path().toUtf8());
    remote::HostProfile profile;
    profile.name = profile.destination = "toy";
    remote::saveProfile(profile);
    Fixture f;
    QVERIFY(QTest::qWaitForWindowActive(&f.panel));
    f.catalogue.setManifests(test::manifests());
    f.files.add("ssh://toy/d/far.tif", false);
    f.files.add("ssh://moon/d/rock.tif", false);
    f.link.run("addLayer", test::layer("/d/image.tif"));
    QVERIFY(f.panel.openAnalysis("org.example.watershed"));
    AnalysisPage* page = f.panel.currentPage();
    auto* place = page->findChild<QComboBox*>("runOn");
    auto* hint = page->findChild<QLabel*>("runOnHint");
    auto* run = page->findChild<QPushButton*>("run");
    QCOMPARE(place->currentText(), QStringLiteral("This computer"));
    f.link.run("addLayer", test::layer("ssh://toy/d/far.tif"));
    QCOMPARE(page->inputs().values().at("image"), std::string("L2"));
    QCOMPARE(place->currentText(), QStringLiteral("toy"));
    QCOMPARE(run->text(), QStringLiteral("Run on toy"));
    QVERIFY(run->isEnabled());
    QVERIFY2(hint->text().contains("“far.tif” is there: nothing is sent"), qPrintable(hint->text()));
    QVERIFY(!f.panel.undoOrder().undoName().contains("Run on")); // nobody changed it

    // Elsewhere it can't run, which is said before it is tried.
    place->setCurrentIndex(0);
    QVERIFY(!run->isEnabled());
    auto* status = page->findChild<QLabel*>("status");
    QVERIFY2(status->text().contains("choose toy to run on"), qPrintable(status->text()));
    QCOMPARE(f.panel.undoOrder().undoName(), QStringLiteral("change of Run on"));
    f.panel.undoOrder().undo();
    QCOMPARE(place->currentText(), QStringLiteral("toy"));

    // What was chosen before is chosen again with an image of this computer.
    f.link.run("setActive", {{"id", "L1"}});
    f.link.run("setActive", {{"id", "L2"}});
    page->inputs().setValues({{"image", "L2"}});
    QCOMPARE(place->currentText(), QStringLiteral("toy"));
    QVERIFY(run->isEnabled());
    // A host without a profile has to be set up first.
    f.link.run("addLayer", test::layer("ssh://moon/d/rock.tif"));
    page->inputs().setValues({{"image", "L3"}});
    QVERIFY(!run->isEnabled());
    QVERIFY2(status->text().contains("set up moon as a host"), qPrintable(status->text()));
    profile.name = profile.destination = "moon";
    remote::saveProfile(profile);
    f.panel.reloadHosts();
    QCOMPARE(place->currentText(), QStringLiteral("moon"));
    QVERIFY(run->isEnabled());
    qunsetenv("XDG_CONFIG_HOME");
  }

  void aChosenInputIsUndone() {
    Fixture f;
    QVERIFY(QTest::qWaitForWindowActive(&f.panel));
    f.catalogue.setManifests(test::manifests());
    f.files.add("/d/other.tif", false);
    f.link.run("addLayer", test::layer("/d/image.tif"));
    f.link.run("addLayer", test::layer("/d/other.tif"));
    QVERIFY(f.panel.openAnalysis("org.example.watershed"));
    AnalysisPage* page = f.panel.currentPage();
    desktop::UndoOrder& order = f.panel.undoOrder();
    QCOMPARE(page->inputs().values().at("image"), std::string("L2"));
    QVERIFY(order.undoName().isEmpty()); // it followed the active layer by itself
    auto* image = page->inputs().chooser("image");
    image->setFocus();
    QTest::keyClick(image, Qt::Key_Down);
    QCOMPARE(page->inputs().values().at("image"), std::string("L1"));
    QCOMPARE(order.undoName(), QStringLiteral("choice of Image"));
    order.undo();
    QCOMPARE(page->inputs().values().at("image"), std::string("L2"));
    order.redo();
    QCOMPARE(page->inputs().values().at("image"), std::string("L1"));
    // A job's values are one change; with it gone back, the form is shown again.
    page->parameters().setValues({{"sigma", 3}});
    Q_EMIT f.jobs.editRequested(
        {{"plugin", "org.example.watershed"}, {"parameters", {{"sigma", 4.5}, {"minimum", 7}}}});
    QCOMPARE(order.undoName(), QStringLiteral("values of a run"));
    QTest::keyClick(page, Qt::Key_Escape);
    QVERIFY(!f.panel.currentPage());
    order.undo();
    QCOMPARE(f.panel.currentPage(), page);
    QCOMPARE(page->parameters().values()["sigma"].get<double>(), 3.0);
    QCOMPARE(page->parameters().values()["minimum"].get<int>(), 20);
    // A new session has nothing of it left.
    f.link.session().reset({});
    QVERIFY(order.undoName().isEmpty() && order.redoName().isEmpty());
  }

  void theWheelScrollsAndChangesNothing() {
    Fixture f;
    QVERIFY(QTest::qWaitForWindowActive(&f.panel));
    f.catalogue.setManifests(test::manifests());
    for (const char* path : {"/d/image.tif", "/d/other.tif"}) {
      f.files.add(path, false);
      f.link.run("addLayer", test::layer(path));
    }
    f.panel.resize(320, 260);
    QVERIFY(f.panel.openAnalysis("org.example.watershed"));
    AnalysisPage* page = f.panel.currentPage();
    auto* bar = page->findChild<QScrollArea*>()->verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 0);
    const auto before = page->parameters().values();
    const auto inputs = page->inputs().values();
    for (QWidget* field : {page->parameters().editor("sigma"), page->parameters().editor("method"),
                           static_cast<QWidget*>(page->inputs().chooser("image"))})
      for (const bool focused : {false, true}) {
        if (focused) field->setFocus();
        bar->setValue(0);
        const QPointF at = field->rect().center();
        QWheelEvent wheel(at, field->mapToGlobal(at), {}, {0, -120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                          false);
        QSpontaneKeyEvent::setSpontaneous(&wheel); // as a mouse's
        qApp->notify(field, &wheel);
        QVERIFY(bar->value() > 0);
      }
    QVERIFY(page->parameters().values() == before);
    QVERIFY(page->inputs().values() == inputs);
  }

  void aJobFillsTheForm() {
    Fixture f;
    QVERIFY(QTest::qWaitForWindowExposed(&f.panel));
    f.files.add("/d/other.tif", false);
    f.catalogue.setManifests(test::manifests());
    f.link.run("addLayer", test::layer("/d/image.tif"));
    f.link.run("addLayer", test::layer("/d/other.tif"));
    const nlohmann::json job = {{"plugin", "org.example.watershed"},
                                {"parameters", {{"sigma", 4.5}, {"method", "manual"}, {"threshold", 7}}},
                                {"inputs", {{"image", {{"path", "/d/image.tif"}, {"field", "values"}}}}}};
    Q_EMIT f.jobs.editRequested(job);
    AnalysisPage* page = f.panel.currentPage();
    QVERIFY(page);
    QCOMPARE(page->parameters().values()["sigma"].get<double>(), 4.5);
    QCOMPARE(page->parameters().values()["threshold"].get<double>(), 7.0);
    // Also where a field has the keyboard, no mere unit is left selected.
    auto* sigma = qobject_cast<QAbstractSpinBox*>(page->parameters().editor("sigma"));
    sigma->setFocus();
    sigma->selectAll();
    page->parameters().setValues({{"sigma", 0.5}});
    QCOMPARE(sigma->findChild<QLineEdit*>()->selectedText(), QStringLiteral("0.5"));
    QCOMPARE(page->inputs().values().at("image"), std::string("L1"));
    QVERIFY(!f.panel.openJob({{"plugin", "org.example.unknown"}}));
  }
};

QTEST_MAIN(TestAnalysisPanel)
#include "test_analysis_panel.moc"
