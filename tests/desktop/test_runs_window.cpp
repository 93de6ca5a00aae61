// The window of all runs, and what a run shows while it is at work, driven as a person would.
#include "desktop/actions/action_registry.h"
#include "desktop/analyses/analysis_page.h"
#include "desktop/analyses/analysis_panel.h"
#include "desktop/analyses/input_form.h"
#include "desktop/analyses/job_controller.h"
#include "desktop/analyses/parameter_form.h"
#include "desktop/jobs/job_row.h"
#include "desktop/jobs/job_strip.h"
#include "desktop/jobs/runs_window.h"
#include "desktop/tree/properties_panel.h"
#include "gl/panel_widget.h"
#include "grid/view_grid.h"
#include "jobs/queue.h"
#include "jobs/run_files.h"
#include "jobs/run_history.h"
#include "probe/probe_bar.h"
#include "window_fixture.h"

#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <filesystem>

using namespace discern;
using namespace discern::desktop;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const char* const misbehaving = "org.discern.test.misbehaving";

/// A run of the real runner, to its end.
QString ran(const QStringList& more) {
  QProcess process;
  process.start(QStringLiteral(DISCERN_BINARY_DIR "/bin/discern-run"),
                QStringList{"run", misbehaving, "--json", "--threads", "1"} + more);
  process.waitForFinished(30'000);
  const json answer = json::parse(process.readAllStandardOutput().toStdString(), nullptr, false);
  return answer.is_object() ? QString::fromStdString(answer["run"].get<std::string>()) : QString();
}

} // namespace

class TestRunsWindow : public QObject {
  Q_OBJECT
  std::unique_ptr<WindowFixture> fixture_;
  std::unique_ptr<MainWindow> window_;
  RunsWindow* runs_ = nullptr;
  QString image_;

  template <typename Widget>
  Widget* find(const char* name) const {
    return runs_->findChild<Widget*>(QLatin1String(name));
  }
  void choose(const QString& title) const {
    QTableView& view = runs_->view();
    for (int row = 0; row < view.model()->rowCount(); ++row)
      if (view.model()->index(row, RunTable::Title).data().toString() == title) {
        QTest::mouseClick(view.viewport(), Qt::LeftButton, Qt::NoModifier,
                          view.visualRect(view.model()->index(row, RunTable::Title)).center());
        return;
      }
    QFAIL(qPrintable(title + " is not in the table"));
  }
  [[nodiscard]] QStringList titles() const {
    QStringList all;
    for (int row = 0; row < runs_->view().model()->rowCount(); ++row)
      all << runs_->view().model()->index(row, RunTable::Title).data().toString();
    return all;
  }
  /// Answers the question that is open.
  void answer(const QString& button) const {
    auto* box = find<QMessageBox>("deleteQuestion");
    QVERIFY(box);
    QTRY_VERIFY(box->isVisible());
    for (QAbstractButton* each : box->buttons())
      if (each->text() == button) return QTest::mouseClick(each, Qt::LeftButton);
    QFAIL(qPrintable("no button " + button));
  }
  [[nodiscard]] const session::Layer* layerOf(const QString& run) const {
    for (const session::Layer& layer : window_->link().state().layers)
      if (QString::fromStdString(layer.path).startsWith(run + "/")) return &layer;
    return nullptr;
  }

private Q_SLOTS:
  void initTestCase() {
    qputenv("DISCERN_PLUGIN_PATH", DISCERN_BINARY_DIR "/tests/plugins");
    fixture_ = std::make_unique<WindowFixture>();
    qputenv("XDG_CONFIG_HOME", fixture_->folder.filePath("config").toUtf8());
    qunsetenv("DISCERN_MAX_JOBS");
    image_ = fixture_->demo("nuclei.tif");
    QVERIFY(!ran({"--title", "A good one", "--input", "image=" + image_}).isEmpty());
    ran({"--title", "A bad one", "--set", "behaviour=throw"});
    ran({"--title", "Another bad one", "--set", "behaviour=crash"});
    window_ = fixture_->window();
    window_->actionRegistry().find("analyse.runs")->trigger(); // from the start page
    runs_ = window_->runs();
    QVERIFY(runs_);
    QTRY_COMPARE(runs_->table().rowCount(), 3);
    QTRY_VERIFY(runs_->table().totalDisk() > 0);
  }
  void cleanupTestCase() { window_.reset(); }

  void itShowsAllRuns() {
    QTRY_COMPARE(titles(), (QStringList{"Another bad one", "A bad one", "A good one"})); // newest first
    QVERIFY(runs_->summaryText().startsWith("3 runs · "));
    const auto* model = runs_->view().model();
    QCOMPARE(model->index(2, RunTable::State).data().toString(), QString("Done"));
    QCOMPARE(model->index(2, RunTable::Input).data().toString(), QString("nuclei.tif"));
    QVERIFY(model->index(2, RunTable::Started).data().toString().startsWith("Today"));
    QVERIFY(model->index(2, RunTable::Disk).data().toString().contains("B"));
    QVERIFY(model->index(1, RunTable::State).data(Qt::ToolTipRole).toString().contains("42 is not enough"));
    WindowFixture::keep(*runs_, "runs");
  }

  void itIsSearchedAndSorted() {
    QTest::keyClicks(&runs_->search(), "nuclei done");
    QCOMPARE(titles(), QStringList{"A good one"});
    QVERIFY(runs_->summaryText().startsWith("1 of 3 runs"));
    runs_->search().clear();
    QTest::keyClicks(&runs_->search(), "nothing of the kind");
    QVERIFY(find<QLabel>("runsEmpty")->isVisible());
    WindowFixture::keep(*runs_, "runs-none");
    runs_->search().clear();
    QHeaderView* header = runs_->view().horizontalHeader();
    QTest::mouseClick(header->viewport(), Qt::LeftButton, Qt::NoModifier,
                      QPoint(header->sectionViewportPosition(RunTable::Title) + 20, header->height() / 2));
    QCOMPARE(titles(), (QStringList{"A bad one", "A good one", "Another bad one"}));
  }

  void howManyAreAtWorkIsASetting() {
    auto* atOnce = find<QSpinBox>("maxJobs");
    QCOMPARE(atOnce->value(), jobs::maxJobs());
    atOnce->setValue(5);
    QCOMPARE(jobs::maxJobs(), 5);
    atOnce->setValue(0);
    QCOMPARE(jobs::maxJobs(), 0);
    QCOMPARE(atOnce->text(), QString("any number"));
    atOnce->setValue(3);
  }

  void aResultIsOpened() {
    choose("A bad one");
    QVERIFY(!find<QPushButton>("openRun")->isEnabled()); // it has none
    choose("A good one");
    const QString run = QString::fromStdString(runs_->chosen().front().path);
    QVERIFY(!window_->jobs().isShown(run));
    QTest::mouseClick(find<QPushButton>("openRun"), Qt::LeftButton);
    QTRY_VERIFY(layerOf(run));
    QVERIFY(window_->jobs().isShown(run));
    QCOMPARE(window_->link().session().history().size(), std::size_t{1}); // the layer
    QTRY_VERIFY(!window_->properties().rows().empty());
    const QString properties = window_->properties().asText();
    for (const char* word : {"[Made by]", "Misbehaving 0.0.1", "Input image", "SHA-256", "Memory\t", "Seed\t0"})
      QVERIFY2(properties.contains(word), qPrintable(properties));
  }

  void theFormIsOpenedWithItsInputs() {
    choose("A good one");
    QTest::mouseClick(find<QPushButton>("editRun"), Qt::LeftButton);
    QTRY_VERIFY(window_->analyses().currentPage());
    QCOMPARE(window_->analyses().currentPage()->analysis().id, std::string(misbehaving));
    // The image was no layer: it is one now.
    QVERIFY(!window_->jobs().layerOf(runs_->chosen().front().job, "image").empty());
  }

  void aRunIsRunAgain() {
    choose("A good one");
    const json before = runs_->chosen().front().job;
    QTest::mouseClick(find<QPushButton>("runAgain"), Qt::LeftButton);
    QTRY_COMPARE(runs_->table().rowCount(), 4);
    QTRY_VERIFY(runs_->table().run(0).state == jobs::RunState::Succeeded);
    const json after = runs_->table().run(0).job;
    QVERIFY(after["parameters"] == before["parameters"]);
    QVERIFY(after["uuid"] != before["uuid"]);
  }

  void runsAreDeletedAndPutBack() {
    QTRY_VERIFY(runs_->table().unmeasured().empty());
    const int count = runs_->table().rowCount();
    choose("A bad one");
    const std::string run = runs_->chosen().front().path;
    QTest::mouseClick(find<QPushButton>("deleteRuns"), Qt::LeftButton);
    answer("Cancel");
    QTest::qWait(100);
    QVERIFY(fs::exists(run));
    runs_->view().setFocus();
    QTest::keyClick(&runs_->view(), Qt::Key_Delete);
    WindowFixture::keep(*find<QMessageBox>("deleteQuestion"), "runs-delete");
    answer("Delete");
    QTRY_COMPARE(runs_->table().rowCount(), count - 1);
    QVERIFY(!fs::exists(run));
    QCOMPARE(find<QLabel>("runsNotice")->text(), QString("1 run moved to the trash."));
    QVERIFY(runs_->summaryText().contains("in the trash"));
    WindowFixture::keep(*runs_, "runs-deleted");
    QTest::mouseClick(find<QPushButton>("undoDelete"), Qt::LeftButton);
    QTRY_COMPARE(runs_->table().rowCount(), count);
    QVERIFY(fs::exists(run + "/job.json"));
    QTRY_VERIFY(!runs_->summaryText().contains("in the trash"));
  }

  void manyAreCleanedUp() {
    const int count = runs_->table().rowCount();
    find<QPushButton>("cleanUp")->menu()->actions().first()->trigger(); // failed and cancelled ones
    auto* box = find<QMessageBox>("deleteQuestion");
    QVERIFY(box && box->text().startsWith("Delete 2 runs ("));
    answer("Delete");
    QTRY_COMPARE(runs_->table().rowCount(), count - 2);
    QVERIFY(!titles().contains("A bad one"));
    QTest::mouseClick(find<QPushButton>("emptyTrash"), Qt::LeftButton);
    QTRY_VERIFY(find<QLabel>("runsNotice")->text().startsWith("The trash is empty"));
    QVERIFY(jobs::RunTrash().content().empty());
    QTest::qWait(50);
    find<QPushButton>("cleanUp")->menu()->actions().last()->trigger();
    QCOMPARE(find<QLabel>("runsNotice")->text(), QString("No run ended more than 30 days ago."));
  }

  void whatIsOpenIsSaidBeforeItIsDeleted() {
    choose("A good one");
    runs_->view().selectAll();
    QTest::mouseClick(find<QPushButton>("deleteRuns"), Qt::LeftButton);
    auto* box = find<QMessageBox>("deleteQuestion");
    QVERIFY2(box->informativeText().contains("open in this session"), qPrintable(box->informativeText()));
    answer("Cancel");
  }

  void aRunAtWorkIsNotDeleted() {
    const QString run = window_->jobs().run(misbehaving, {{"behaviour", "wait"}, {"seconds", 60}}, {});
    QTRY_VERIFY(window_->jobs().job(run)->state == jobs::RunState::Running);
    QTRY_VERIFY(runs_->table().run(0).path == run.toStdString() &&
                runs_->table().run(0).state == jobs::RunState::Running);
    QTRY_COMPARE(titles().contains("Misbehaving"), true);
    choose("Misbehaving");
    QVERIFY(!find<QPushButton>("deleteRuns")->isEnabled());
    window_->jobs().cancel(run);
    QTRY_VERIFY(find<QPushButton>("deleteRuns")->isEnabled());
  }

  void twoWindowsOnOneRunDoNotFight() {
    const std::size_t count = jobs::runsIn(jobs::runsFolder()).size();
    const QString run = window_->jobs().run(misbehaving, {{"behaviour", "wait"}, {"seconds", 60}}, {});
    const auto other = fixture_->window(false);
    other->jobs().openRun(run);
    const auto stateIn = [&run](MainWindow& window) {
      const jobs::Snapshot* job = window.jobs().job(run);
      return job ? *job : jobs::Snapshot{};
    };
    QTRY_VERIFY(stateIn(*other).state == jobs::RunState::Running && stateIn(*other).workerPid > 0);
    QTRY_COMPARE(stateIn(*window_).workerPid, stateIn(*other).workerPid);
    other->jobs().cancel(run); // which did not start it
    QTRY_VERIFY(stateIn(*window_).state == jobs::RunState::Cancelled);
    QTRY_VERIFY(stateIn(*other).state == jobs::RunState::Cancelled);
    QTest::qWait(700);
    QCOMPARE(jobs::runsIn(jobs::runsFolder()).size(), count + 1); // nobody has started it anew
  }

  void whatIsPublishedIsShownWhileTheRunIsAtWork() {
    const std::size_t steps = window_->link().session().history().size();
    const std::string active = window_->link().state().active;
    const QString run = window_->jobs().run(misbehaving, {{"behaviour", "iterate"}, {"seconds", 5}}, {});
    QTRY_VERIFY(layerOf(run));
    QVERIFY(!jobs::isFinal(window_->jobs().job(run)->state));
    QCOMPARE(QString::fromStdString(layerOf(run)->name), QString("So far · Misbehaving"));
    QCOMPARE(window_->link().state().active, active);                // the person's choice
    QCOMPARE(window_->link().session().history().size(), steps + 1); // the run, not the layer
    WindowFixture::keep(*window_, "so-far");
    const std::string file = layerOf(run)->path;
    double first = 0, later = 0;
    const auto read = [&](double& value) {
      window_->client().read({file, "estimate"}, {{{0, 0, 0}, {1, 1, 1}}, 0, 0, 0}, data::Priority::Visible, {},
                             [&value](data::FieldProvider::Reply<data::BlockPtr> reply) {
                               if (reply.error.empty()) value = reply.value->value({0, 0, 0});
                             });
    };
    read(first);
    QTRY_VERIFY(first >= 1);
    QTest::qWait(1500);
    read(later);
    QTRY_VERIFY2(later > first, qPrintable(QString("%1 %2").arg(first).arg(later))); // it was published again
    QTRY_VERIFY_WITH_TIMEOUT(jobs::isFinal(window_->jobs().job(run)->state), 20'000);
    QTRY_VERIFY(layerOf(run) && QString::fromStdString(layerOf(run)->path).endsWith("/result.h5"));
    QTRY_COMPARE(
        std::ranges::count_if(window_->link().state().layers,
                              [](const auto& layer) { return layer.path.find("/partial/") != std::string::npos; }),
        0);
  }

  void whatIsPublishedAgainIsShownEverywhere() {
    const QString run = window_->jobs().run(misbehaving, {{"behaviour", "iterate"}, {"seconds", 120}}, {});
    QTRY_VERIFY(layerOf(run));
    const auto layer = [&] { return layerOf(run) ? layerOf(run)->id : std::string(); };
    window_->link().run("setActive", {{"id", layer()}});
    window_->link().setCursor({3, 4, 5});
    QVERIFY(window_->link().state().layer(layer())->range == std::nullopt);
    // The value at voxel (3, 4, 5) is the number of the step and 0.651.
    const auto probed = [this] {
      const QString text = window_->probe().asText();
      return text.section("So far", 1).section(QLatin1Char('\t'), 1).section(QLatin1Char('\n'), 0, 0).toDouble();
    };
    QTRY_VERIFY2(probed() > 1, qPrintable(window_->probe().asText()));
    QTRY_VERIFY(window_->grid().view("axial"));
    const auto picture = [this] { return window_->grid().view("axial")->grabFramebuffer(); };
    const double value = probed();
    const QString properties = window_->properties().asText();
    const QImage before = picture();
    // Nobody touches the window.
    QTRY_VERIFY2(probed() > value + 2, qPrintable(window_->probe().asText()));
    QTRY_VERIFY(window_->properties().asText() != properties); // the range of its values
    QTRY_VERIFY(picture() != before);                          // the range at the colour bar
    const double later = probed();
    QTRY_VERIFY2(probed() > later + 2, qPrintable(window_->probe().asText())); // and goes on
    // A form does not take what goes again.
    Input image;
    image.name = image.label = "image";
    InputForm form({image}, window_->link(), window_->client());
    QVERIFY(window_->client().info(layerOf(run)->path));
    QCOMPARE(form.chooser("image")->findData(QString::fromStdString(layer())), -1);
    // A session that is taken up again brings its preview along: that one goes on.
    const auto other = fixture_->window(false);
    other->link().run("replaceState", {{"state", window_->link().state()}});
    const auto previews = [&] {
      return std::ranges::count_if(other->link().state().layers,
                                   [](const auto& each) { return each.name.starts_with("So far"); });
    };
    QCOMPARE(previews(), 1);
    QTest::qWait(2500); // four times as long as it takes to be shown
    QCOMPARE(previews(), 1);
    window_->jobs().cancel(run);
    QTRY_VERIFY(!layerOf(run));
    QTRY_COMPARE(previews(), 0);
  }

  void anUndoDoesNotBringAPreviewBack() {
    const QString run = window_->jobs().run(misbehaving, {{"behaviour", "iterate"}, {"seconds", 2.5}}, {});
    QTRY_VERIFY(layerOf(run));
    window_->link().setCursor({3, 4, 5}); // a step while the preview is there
    QTRY_VERIFY(layerOf(run) && QString::fromStdString(layerOf(run)->path).endsWith("/result.h5"));
    window_->link().session().undo(); // the result
    QTRY_VERIFY(!layerOf(run));
    window_->link().session().redo();
    QTRY_VERIFY(layerOf(run));
  }

  void whoWaitsIsToldHowLong() {
    jobs::setMaxJobs(1);
    const QString first = window_->jobs().run(misbehaving, {{"behaviour", "wait"}, {"seconds", 60}}, {});
    QTRY_VERIFY(window_->jobs().job(first)->state == jobs::RunState::Running);
    const QString second = window_->jobs().run(misbehaving, {{"behaviour", "wait"}, {"seconds", 60}}, {});
    QTRY_COMPARE(window_->jobStrip().row(second)->findChild<QLabel*>("phase")->text(), QString("next in line"));
    QCOMPARE(window_->jobStrip().row(second)->stateText(), QString("Queued"));
    window_->raise();
    WindowFixture::keep(*window_, "queued");
    window_->jobs().cancel(first);
    QTRY_VERIFY(window_->jobs().job(second)->state == jobs::RunState::Running);
    window_->jobs().cancel(second);
    QTRY_VERIFY(window_->jobs().job(second)->state == jobs::RunState::Cancelled);
    jobs::setMaxJobs(3);
  }

  void aRunThatAScriptStartsIsTakenUp() {
    const QString run =
        ran({"--detach", "--title", "Of a script", "--set", "behaviour=iterate", "--set", "seconds=60"});
    QVERIFY(!run.isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(window_->jobStrip().row(run), 8000);
    QTRY_VERIFY(window_->jobs().job(run)->state == jobs::RunState::Running);
    QTRY_VERIFY(!window_->jobs().job(run)->partials.empty());
    QVERIFY(window_->jobs().onlyWatched(run));
    const auto& listed = window_->link().state().runs;
    QVERIFY(std::ranges::find(listed, run.toStdString()) == listed.end()); // no part of the session
    QTest::qWait(1000);
    QVERIFY(!layerOf(run)); // nor does it show its layers unasked

    QTRY_VERIFY(titles().contains("Of a script"));
    const auto* model = runs_->view().model();
    int row = 0;
    while (model->index(row, RunTable::Title).data().toString() != "Of a script")
      ++row;
    QTRY_VERIFY(model->index(row, RunTable::Progress).data().toString().contains("%"));
    choose("Of a script");
    QVERIFY(!find<QPushButton>("followRuns")->isVisible());
    QSignalSpy shown(runs_, &RunsWindow::shownInJobs);
    QTest::mouseDClick(runs_->view().viewport(), Qt::LeftButton, Qt::NoModifier,
                       runs_->view().visualRect(model->index(row, RunTable::Title)).center());
    QCOMPARE(shown.count(), 1);
    QVERIFY(!window_->jobs().onlyWatched(run));
    QTRY_VERIFY(layerOf(run)); // now it is followed as one of this window
    WindowFixture::keep(*runs_, "runs-going");
    QTest::mouseClick(find<QPushButton>("cancelRuns"), Qt::LeftButton);
    QTRY_VERIFY(window_->jobs().job(run)->state == jobs::RunState::Cancelled);
    QTRY_VERIFY(!find<QPushButton>("cancelRuns")->isEnabled());
  }

  void aWatchedRunIsCancelledAndTakenOffTheList() {
    const QString run =
        ran({"--detach", "--title", "Another script's", "--set", "behaviour=wait", "--set", "seconds=60"});
    const auto other = fixture_->window(); // finds it as it starts
    QTRY_VERIFY_WITH_TIMEOUT(other->jobs().job(run), 2000);
    QTRY_VERIFY(other->jobs().job(run)->state == jobs::RunState::Running);
    other->jobStrip().row(run)->findChild<QPushButton*>("cancel")->click();
    QTRY_VERIFY(other->jobs().job(run)->state == jobs::RunState::Cancelled);
    other->jobs().forget(run);
    QVERIFY(!other->jobs().job(run));
    QVERIFY(!other->jobStrip().row(run));
  }

  void aCancelledRunTakesItsPreviewAlong() {
    const QString run = window_->jobs().run(misbehaving, {{"behaviour", "iterate"}, {"seconds", 60}}, {});
    QTRY_VERIFY(layerOf(run));
    window_->jobs().cancel(run);
    QTRY_VERIFY(!layerOf(run));
  }
};

DISCERN_WINDOW_TEST(TestRunsWindow)
#include "test_runs_window.moc"
