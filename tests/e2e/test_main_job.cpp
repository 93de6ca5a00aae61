/// The main job, by mouse and keyboard alone: open, segment, load the truth, compare, walk to the disagreements, save,
/// come back, replay.
#include "desktop/window/message_banner.h"
#include "disagreements/disagreement_model.h"
#include "disagreements/disagreement_view.h"
#include "disagreements/metrics_strip.h"
#include "e2e/person.h"
#include "jobs/run_directory.h"

#include <QFile>
#include <QTableView>
#include <cmath>

using namespace discern;
using test::Person;

class TestMainJob final : public QObject {
  Q_OBJECT
  std::unique_ptr<test::Program> program_;
  std::unique_ptr<desktop::MainWindow> window_;
  std::map<std::string, QImage> saved_;
  QString session_;

  [[nodiscard]] const session::State& state() const { return window_->link().state(); }

private Q_SLOTS:
  void initTestCase() {
    program_ = std::make_unique<test::Program>();
    session_ = program_->home() + QStringLiteral("/nuclei.discern");
    window_ = program_->window();
    QVERIFY(window_->isActiveWindow());
    QVERIFY(window_->atStart());
  }

  void openShowsFourLinkedPictures() {
    Person person(*window_);
    QVERIFY(person.open(test::Program::demo("nuclei.tif")));
    QVERIFY(person.layers(1));
    QVERIFY(person.settled());
    const auto pictures = person.pictures();
    QCOMPARE(pictures.size(), std::size_t(4));
    for (const char* panel : {"axial", "coronal", "sagittal", "volume"}) {
      QVERIFY2(pictures.contains(panel), panel);
      QVERIFY2(test::drawnShare(pictures.at(panel)) > 0.05, panel);
    }
    person.keep("main-1-open");
  }

  void segmentsFromTheSearchableList() {
    Person person(*window_);
    QTRY_VERIFY_WITH_TIMEOUT(window_->jobs().catalogue().loaded(), 10000);
    desktop::AnalysisPage* page = person.findAnalysis("watershed");
    QVERIFY(page);
    QCOMPARE(page->analysis().name, std::string("Seeded watershed"));
    QTRY_VERIFY(page->inputs().valid());
    std::set<std::string> states;
    const auto watch = connect(&window_->jobs(), &desktop::JobController::jobChanged, this, [&](const QString& run) {
      states.insert(std::string(jobs::nameOf(window_->jobs().job(run)->state)));
    });
    person.key(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(person.layers(2, 30000));
    disconnect(watch);
    QVERIFY(states.contains("queued"));
    QVERIFY(states.contains("succeeded"));
    const jobs::Snapshot job = person.lastJob();
    QVERIFY(!job.log.empty());
    QStringList phases;
    for (const jobs::Event& event : jobs::RunDirectory(job.path).events())
      if (event.kind == "phase") phases << QString::fromStdString(event.value.get<std::string>());
    for (const char* phase : {"Smoothing", "Threshold", "Distance transform", "Markers", "Watershed"})
      QVERIFY2(phases.contains(QLatin1String(phase)), qPrintable(phases.join(", ")));
    QCOMPARE(state().layers.back().role, session::Role::Prediction);
    QCOMPARE(state().layers.back().name, std::string("Seeded watershed · nuclei"));

    // The labels are over the image: the slices have changed.
    const auto before = person.pictures();
    QVERIFY(person.settled());
    person.key(Qt::Key_Escape); // out of the form, so that letters are for the views
    window_->grid().shown().front()->setFocus();
    const auto with = person.pictures();
    person.key(Qt::Key_G); // hides the overlay
    QVERIFY(person.settled());
    QVERIFY(test::differingShare(with.at("axial"), person.pictures().at("axial")) > 0.02);
    person.key(Qt::Key_G);
    QVERIFY(person.settled());
    QVERIFY(test::differingShare(with.at("axial"), person.pictures().at("axial")) < 0.001);
    person.keep("main-2-labels");
  }

  void comparesWithTheTruth() {
    Person person(*window_);
    QVERIFY(person.loadTruth(test::Program::demo("nuclei_truth.tif")));
    QVERIFY(person.layers(3));
    QCOMPARE(state().layers.back().role, session::Role::Truth);
    QVERIFY(person.settled());
    QVERIFY(window_->jobs().canCompare());
    person.key(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!state().comparison.result.empty(), 30000);
    views::DisagreementView& evaluation = window_->evaluation();
    QTRY_VERIFY_WITH_TIMEOUT(evaluation.model().rowCount() > 0, 10000);
    QTRY_VERIFY(evaluation.isVisible());
    // Ranked by cost, every kind a known one.
    const auto& rows = evaluation.model().rows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      QVERIFY(i == 0 || rows[i - 1].cost >= rows[i].cost);
      QVERIFY(QStringList({"missed", "spurious", "split", "merged", "boundary"})
                  .contains(QString::fromStdString(rows[i].kind)));
    }
    QVERIFY(person.settled());
    person.keep("main-3-compared");
  }

  /// The window's numbers are the script's numbers.
  void metricsAreThoseOfTheRunner() {
    const std::string prediction = state().layer(state().comparison.prediction)->path;
    const std::string truth = state().layer(state().comparison.truth)->path;
    int code = -1;
    const QByteArray text = test::discernRun({"evaluate", "--truth", QString::fromStdString(truth), "--prediction",
                                              QString::fromStdString(prediction), "--task", "instances", "--json"},
                                             &code);
    QCOMPARE(code, 0);
    const auto script = nlohmann::json::parse(text.toStdString());
    data::Table table;
    std::string error;
    bool done = false;
    window_->client().table(state().comparison.result + "/result.h5", "metrics", [&](auto reply) {
      table = reply.value;
      error = reply.error;
      done = true;
    });
    QTRY_VERIFY(done);
    QVERIFY2(error.empty(), error.c_str());
    const auto column = [&](const char* name) {
      return static_cast<std::size_t>(std::find(table.info.columns.begin(), table.info.columns.end(), name) -
                                      table.info.columns.begin());
    };
    const std::size_t keys = column("key"), values = column("value"), names = column("metric");
    QVERIFY(keys < table.info.columns.size() && values < table.info.columns.size());
    const auto* strip = window_->evaluation().findChild<views::MetricsStrip*>();
    QVERIFY(strip);
    std::size_t compared = 0;
    for (std::size_t row = 0; row < table.texts[keys].size(); ++row) {
      const std::string& key = table.texts[keys][row];
      QVERIFY2(script["metrics"].contains(key), key.c_str());
      const double mine = table.numbers[values][row], theirs = script["metrics"][key].get<double>();
      QVERIFY2(std::abs(mine - theirs) <= 1e-12, key.c_str());
      ++compared;
      // What a person reads is that number, rounded.
      for (const views::MetricsStrip::Metric& metric : strip->metrics())
        if (metric.name.toStdString() == table.texts[names][row])
          QVERIFY2(std::abs(QString(metric.value).replace(QChar(0x2212), '-').toDouble() - mine) <=
                       5e-4 * std::max(1.0, std::abs(mine)),
                   qPrintable(metric.name + " " + metric.value));
    }
    QVERIFY(compared >= 8);
    for (const char* wanted : {"dice", "iou", "precision", "recall", "f1", "panopticQuality", "meanMatchedIou"})
      QVERIFY2(script["metrics"].contains(wanted), wanted);
  }

  void keysWalkToTheDisagreements() {
    Person person(*window_);
    window_->grid().shown().front()->setFocus();
    const auto here = [&](int row) {
      const views::Disagreement& wanted = window_->evaluation().model().rows()[static_cast<std::size_t>(row)];
      QCOMPARE(state().comparison.selected, row);
      for (std::size_t axis = 0; axis < 3; ++axis)
        QVERIFY(std::abs(state().cursor[axis] - wanted.position[axis]) < 1e-9);
      QVERIFY(person.settled());
      // Every slice lies at that place.
      const std::map<std::string, std::size_t> normals{{"axial", 2}, {"coronal", 1}, {"sagittal", 0}};
      int seen = 0;
      for (views::PanelWidget* view : window_->grid().shown()) {
        const auto normal = normals.find(view->panelName());
        if (normal == normals.end()) continue;
        const auto middle = view->worldAt(QPointF(view->width() / 2.0, view->height() / 2.0));
        QVERIFY2(middle, view->panelName().c_str());
        QVERIFY2(std::abs((*middle)[normal->second] - wanted.position[normal->second]) <= 0.5,
                 view->panelName().c_str());
        ++seen;
      }
      QCOMPARE(seen, 3);
    };
    person.key(Qt::Key_N);
    here(0);
    const auto first = person.pictures();
    person.key(Qt::Key_N);
    here(1);
    const auto second = person.pictures();
    for (const char* panel : {"axial", "coronal", "sagittal"})
      QVERIFY2(test::differingShare(first.at(panel), second.at(panel)) > 0.01, panel);
    person.key(Qt::Key_N, Qt::ShiftModifier);
    here(0);
    // A click on a row goes there too.
    QTableView& table = window_->evaluation().table();
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(table.model()->index(2, 1)).center());
    here(2);
    person.keep("main-4-disagreement");
  }

  void savedAndReopenedItIsTheSamePicture() {
    Person person(*window_);
    window_->grid().shown().front()->setFocus();
    QVERIFY(person.throughDialog(Qt::Key_S, Qt::ControlModifier, session_));
    QTRY_VERIFY(QFile::exists(session_));
    QTRY_VERIFY(!window_->isWindowModified());
    QTRY_VERIFY_WITH_TIMEOUT(window_->messages().texts().isEmpty(),
                             10000); // "Saved" takes room from the views, and goes
    QVERIFY(person.settled());
    saved_ = person.pictures();
    window_->close();
    QVERIFY(!window_->isVisible());
    window_.reset();

    window_ = program_->window();
    Person again(*window_);
    QVERIFY(again.open(session_));
    QVERIFY(again.layers(3));
    QVERIFY(again.settled());
    QTRY_VERIFY(window_->evaluation().model().rowCount() > 0);
    QTest::qWait(300);
    QVERIFY(again.settled());
    again.keep("main-5-reopened");
    const auto pictures = again.pictures();
    QCOMPARE(pictures.size(), saved_.size());
    for (const auto& [panel, picture] : saved_) {
      QCOMPARE(pictures.at(panel).size(), picture.size());
      const double share = test::differingShare(picture, pictures.at(panel));
      QVERIFY2(share < 0.002,
               qPrintable(QStringLiteral("%1: %2 of the pixels differ").arg(QString::fromStdString(panel)).arg(share)));
    }
    // The session's jobs are there, finished, and bring nothing in twice.
    QTRY_COMPARE_WITH_TIMEOUT(window_->jobs().jobs().size(), std::size_t(2), 5000);
    for (const jobs::Snapshot& job : window_->jobs().jobs())
      QTRY_COMPARE(window_->jobs().job(QString::fromStdString(job.path))->state, jobs::RunState::Succeeded);
    QCOMPARE(state().layers.size(), std::size_t(3));
  }

  /// Each view alone, in the window and without a screen, from the same session. (Beside others only the first view
  /// carries the legend.)
  void replayDrawsItWithoutAScreen() {
    Person person(*window_);
    for (const auto& [panel, unused] : saved_) {
      window_->link().run("setMaximised", {{"panel", panel}});
      QTRY_COMPARE(window_->grid().shown().size(), std::size_t(1));
      QVERIFY(person.settled());
      QTest::qWait(100);
      QVERIFY(person.settled());
      const QImage picture = person.pictures().at(panel);
      const QString name = QString::fromStdString(panel);
      const QString file = QStringLiteral("%1/%2.png").arg(program_->home(), name);
      int code = -1;
      (void)test::discernRun({"replay", session_, "--export", file, "--view", name, "--theme", "dark", "--size",
                              QStringLiteral("%1x%2").arg(picture.width()).arg(picture.height())},
                             &code);
      QCOMPARE(code, 0);
      const QImage replayed(file);
      QCOMPARE(replayed.size(), picture.size());
      QVERIFY2(test::drawnShare(replayed) > 0.03, panel.c_str());
      const double share = test::differingShare(picture, replayed);
      if (const QString shots = qEnvironmentVariable("DISCERN_SHOTS"); share >= 0.002 && !shots.isEmpty()) {
        picture.save(QStringLiteral("%1/window-%2.png").arg(shots, name));
        replayed.save(QStringLiteral("%1/replay-%2.png").arg(shots, name));
      }
      QVERIFY2(share < 0.002, qPrintable(QStringLiteral("%1: %2 of the pixels differ").arg(name).arg(share)));
    }
    // All four together.
    const QString file = program_->home() + QStringLiteral("/all.png");
    int code = -1;
    (void)test::discernRun({"replay", session_, "--export", file, "--size", "900x700"}, &code);
    QCOMPARE(code, 0);
    QCOMPARE(QImage(file).size(), QSize(900, 700));
  }

  void cleanupTestCase() { window_.reset(); }
};

DISCERN_E2E_MAIN(TestMainJob)
#include "test_main_job.moc"
