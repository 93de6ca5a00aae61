#include "private_sshd.h"
#include "window_fixture.h"

#include "analyses/analysis_page.h"
#include "analyses/analysis_panel.h"
#include "analyses/job_controller.h"
#include "desktop/hosts/host_runs_dialog.h"
#include "desktop/hosts/hosts_dialog.h"
#include "desktop/hosts/remote_line.h"
#include "desktop/hosts/remote_runs.h"
#include "desktop/hosts/resource_fields.h"
#include "desktop/hosts/run_target.h"
#include "desktop/window/dock_panel.h"
#include "desktop/window/message_banner.h"
#include "jobs/job_row.h"
#include "jobs/job_strip.h"
#include "jobs/run_files.h"
#include "remote/host_runs.h"
#include "remote/remote_run.h"

#include <QAbstractItemView>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTableView>
#include <QUuid>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::desktop;
using nlohmann::json;

/// Runs on other machines in the window: choosing where, and the rows of those that are there.
class RemoteRunsTest : public QObject {
  Q_OBJECT
  WindowFixture fixture;
  std::unique_ptr<QTemporaryDir> config;
  std::unique_ptr<MainWindow> window;
  int count = 0;

  /// A run directory as a follower leaves it.
  QString make(const std::string& host, const json& state, bool followed, const json& more = json::object()) {
    json job{{"plugin", "org.discern.seeded-watershed"},
             {"title", "Watershed · nuclei"},
             {"inputs", json::object()},
             {"parameters", json::object()},
             {"on", host},
             {"created", jobs::now() - 100}};
    job.update(more);
    const auto run = jobs::RunDirectory::create(jobs::runsFolder() + "/made-" + std::to_string(++count), job);
    json whole = state;
    whole["time"] = jobs::now();
    whole["started"] = jobs::now() - 90;
    jobs::ProcessIdentity process = jobs::ProcessIdentity::self();
    if (!followed) process.start += 1; // another process than this one: gone
    whole["supervisor"] = process;
    jobs::writeJson(run.path() + "/state.json", whole);
    remote::writePlace(run.path(), {host, "/scratch/runs/x", true, 0});
    return QString::fromStdString(run.path());
  }
  void save(const std::string& name, remote::Scheduler scheduler = remote::Scheduler::None) {
    remote::HostProfile profile;
    profile.name = name;
    profile.destination = "127.0.0.1";
    profile.port = 1; // nobody listens
    profile.scheduler = scheduler;
    profile.resources.partition = "short";
    profile.resources.minutes = 60;
    remote::saveProfile(profile);
  }
  void open() {
    window = fixture.window();
    QVERIFY(WindowFixture::settle(*window));
    window->openFiles({fixture.demo("nuclei.tif")});
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
    QTRY_VERIFY_WITH_TIMEOUT(window->jobs().catalogue().find("org.discern.seeded-watershed"), 10000);
  }
  JobRow* add(const QString& path) {
    window->link().run("addRun", {{"path", path.toStdString()}});
    (void)QTest::qWaitFor([&] { return window->jobStrip().row(path) != nullptr; }, 5000);
    window->dock("jobs")->present();
    return window->jobStrip().row(path);
  }
  static QPushButton* button(JobRow* row, const char* name) {
    return row->findChild<QPushButton*>(QLatin1String(name));
  }
  [[nodiscard]] const jobs::Snapshot& job(const QString& run) const { return *window->jobs().job(run); }
  static json jobFile(const QString& run) { return jobs::readJson(run.toStdString() + "/job.json"); }

private Q_SLOTS:
  void init() {
    config = std::make_unique<QTemporaryDir>();
    qputenv("XDG_CONFIG_HOME", config->path().toUtf8());
    QDir(QString::fromStdString(jobs::runsFolder())).removeRecursively();
    QSettings().clear();
  }
  void cleanup() {
    if (!window) return;
    for (const jobs::Snapshot& run : window->jobs().jobs())
      if (!jobs::isFinal(run.state)) {
        remote::requestDetach(run.path);
        jobs::RunDirectory(run.path).requestCancel();
      }
    window.reset();
  }

  void aQueuedRunSaysWhereItIsAndHowItStands() {
    save("cluster");
    open();
    JobRow* row =
        add(make("cluster", {{"state", "queued"}, {"note", "Number 3 in the queue of short (Resources)"}}, true));
    QVERIFY(row);
    QTRY_COMPARE(row->remote().text(), "Number 3 in the queue of short (Resources)");
    QVERIFY(row->remote().isVisible());
    QVERIFY(row->findChild<QWidget*>("hostBadge")->isVisible());
    QCOMPARE(row->stateText(), "Queued");
    QVERIFY(!button(row, "tryNow")->isVisible());
    WindowFixture::keep(*window, "remote_queued");
  }

  void aLostConnectionIsToldCalmlyAndCanBeTriedNow() {
    save("cluster");
    open();
    const QString path =
        make("cluster",
             {{"state", "unreachable"}, {"note", "cluster can't be reached. Next try in 8 s. The run itself goes on."}},
             true);
    JobRow* row = add(path);
    QTRY_COMPARE(row->stateText(), "Unreachable");
    QVERIFY2(row->remote().text().contains("goes on"), qPrintable(row->remote().text()));
    QCOMPARE(row->findChild<QLabel*>("state")->property("tone").toString(), "muted");
    QTest::qWait(50);
    WindowFixture::keep(*window, "remote_unreachable");
    QTest::mouseClick(button(row, "tryNow"), Qt::LeftButton);
    QVERIFY(QFile::exists(path + "/retry"));
    QTest::mouseClick(button(row, "cancel"), Qt::LeftButton);
    QTRY_VERIFY(QFile::exists(path + "/cancel"));
    QTRY_VERIFY2(row->remote().text().contains("cancelled as soon as cluster is reached"),
                 qPrintable(row->remote().text()));
  }

  void aHostThatWantsASignInOffersIt() {
    save("cluster");
    open();
    JobRow* row = add(
        make("cluster",
             {{"state", "unreachable"}, {"note", "Sign in to cluster to go on. cluster wants you to sign in."}}, true));
    QTRY_VERIFY(button(row, "signIn")->isVisible());
    QVERIFY(!button(row, "tryNow")->isVisible());
    QVERIFY(window->messages().texts().join(' ').contains("cluster wants you to sign in"));
    QTest::qWait(50);
    WindowFixture::keep(*window, "remote_sign_in");
    QTest::mouseClick(button(row, "signIn"), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(row->remote().text().contains("can't be reached"), qPrintable(row->remote().text()),
                              15000);
    QVERIFY(button(row, "signIn")->isVisible());
  }

  void aRunThatLostItsFollowerIsFollowedAgainByItself() {
    save("cluster");
    const QString path = make("cluster", {{"state", "running"}}, false);
    QVERIFY(jobs::RunDirectory(path.toStdString()).snapshot(0).unwatched);
    open(); // though it isn't in its session
    QTRY_VERIFY_WITH_TIMEOUT(!jobs::RunDirectory(path.toStdString()).snapshot(0).unwatched, 15000);
    JobRow* row = add(path);
    QTRY_VERIFY_WITH_TIMEOUT(row->remote().text().contains("can't be reached"), 15000);
    row->findChild<QAction*>("detach")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(job(path).detached, 10000);
    QTRY_COMPARE(row->stateText(), "Detached");
  }

  void aRunLeftToItselfStaysSoUntilSomebodyAsks() {
    save("cluster");
    const QString path = make("cluster", {{"state", "running"}}, false);
    QFile file(path + "/detached");
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    open();
    JobRow* row = add(path);
    QTRY_VERIFY(button(row, "followAgain")->isVisible());
    QTest::qWait(800);
    QVERIFY(jobs::RunDirectory(path.toStdString()).snapshot(0).detached);
    WindowFixture::keep(*window, "remote_detached");
    QTest::mouseClick(button(row, "followAgain"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!jobs::RunDirectory(path.toStdString()).snapshot(0).unwatched, 15000);
    QVERIFY(!QFile::exists(path + "/detached"));
  }

  void anAnalysisThatTheHostLacksIsOfferedToBeSentAlong() {
    save("cluster");
    open();
    const QString path = make("cluster", {{"state", "failed"}}, false);
    jobs::ExitFile exit;
    exit.message =
        "cluster does not have the analysis org.discern.seeded-watershed. Install it there, or send it along";
    jobs::RunWriter(path.toStdString()).exit(exit);
    JobRow* row = add(path);
    QTRY_VERIFY(button(row, "sendAlong")->isVisible());
    WindowFixture::keep(*window, "remote_lacking");
    QTest::mouseClick(button(row, "sendAlong"), Qt::LeftButton);
    QTRY_COMPARE(window->jobs().jobs().size(), std::size_t(2));
    const QString again = QString::fromStdString(window->jobs().jobs()[1].path);
    QTRY_VERIFY(jobFile(again).is_object());
    QVERIFY2(jobFile(again).value("sendPlugin", "").ends_with("seeded_watershed"), jobFile(again).dump().c_str());
  }

  void whereToRunIsChosenAndRemembered() {
    save("cluster", remote::Scheduler::Slurm);
    save("tower");
    open();
    window->showAnalysis("org.discern.seeded-watershed");
    AnalysisPage* page = window->analyses().currentPage();
    QVERIFY(page);
    QVERIFY(page->target().place().empty());
    auto* box = page->findChild<QComboBox*>("runOn");
    QCOMPARE(box->currentText(), "This computer");
    auto* limit = page->findChild<QLineEdit*>("memoryLimit");
    const auto placed = [page](const QWidget* widget) {
      return QRect(widget->mapTo(page, QPoint(0, 0)), widget->size());
    };
    QTRY_VERIFY(placed(limit).top() >= placed(box).bottom()); // below it, not upon it
    QTRY_VERIFY(limit->width() > 100);
    QTest::keyClicks(limit, "much");
    QVERIFY(!page->target().problems().isEmpty());
    limit->clear();
    QTest::keyClicks(limit, "1.5 GB");
    QVERIFY(page->target().problems().isEmpty());
    QCOMPARE(page->target().place()["memoryLimitBytes"].get<std::int64_t>(), std::int64_t(1536) << 20);
    box->showPopup();
    QTest::qWait(50);
    WindowFixture::keep(*box->view()->window(), "run_on_popup");
    box->hidePopup();
    box->setCurrentIndex(box->findText("tower"));
    QVERIFY(!page->findChild<QWidget*>("resourcesFold")->isVisible());
    QVERIFY(!limit->isVisible() && !page->target().place().contains("memoryLimitBytes"));
    QCOMPARE(page->findChild<QPushButton*>("run")->text(), "Run on tower");
    box->setCurrentIndex(box->findText("cluster · Slurm"));
    page->findChild<QAbstractButton*>("resourcesFold")->click();
    QLineEdit* memory = page->target().resources().field("memoryMb");
    QVERIFY(memory->isVisible());
    QCOMPARE(page->target().resources().field("partition")->placeholderText(), "short");
    memory->setText("much");
    QVERIFY(!page->findChild<QPushButton*>("run")->isEnabled());
    memory->setText("4 GB");
    QTest::qWait(50);
    WindowFixture::keep(*window, "run_on");
    QTest::mouseClick(page->findChild<QPushButton*>("run"), Qt::LeftButton);
    QTRY_COMPARE(window->jobs().jobs().size(), std::size_t(1));
    const QString run = QString::fromStdString(window->jobs().jobs()[0].path);
    QTRY_VERIFY(jobFile(run).is_object());
    const json written = jobFile(run);
    QCOMPARE(written["on"].get<std::string>(), "cluster");
    QVERIFY2(written["resources"] == json({{"partition", "short"}, {"minutes", 60}, {"memoryMb", 4096}}),
             written["resources"].dump().c_str());
    QVERIFY(written["threads"] == 0);
    QVERIFY(!written.contains("sendPlugin"));
    const QString command = jobs::JobMonitor::asCommand(written);
    QVERIFY2(command.contains("--on cluster") && command.contains("--resource memoryMb=4096"), qPrintable(command));

    page->findChild<QCheckBox*>("sendPlugin")->setChecked(true);
    const json place = page->target().place();
    QVERIFY(place["sendPlugin"] == true);
    const Analysis* analysis = window->jobs().catalogue().find("org.discern.seeded-watershed");
    QVERIFY(!analysis->folder.empty());
    const int setup = box->count() - 1;
    box->setCurrentIndex(setup);
    Q_EMIT box->activated(setup);
    QCOMPARE(page->target().host(), "cluster");
    QTRY_VERIFY(window->findChild<HostsDialog*>() && window->findChild<HostsDialog*>()->isVisible());
    RunTarget again(*analysis); // another window, another day
    QCOMPARE(again.host(), "cluster");
    QCOMPARE(again.resources().field("memoryMb")->text(), "4 GB");
  }

  void anAnalysisRunsOnAnotherMachine() {
    PrivateSshd far;
    if (const QString why = far.start(); !why.isEmpty()) QSKIP(qPrintable(why));
    remote::HostProfile profile = far.profile();
    remote::saveProfile(profile);
    open();
    const QString run =
        window->jobs().run("org.discern.seeded-watershed", json::object(), {{"image", "L1"}}, {{"on", "far"}});
    QTRY_VERIFY2_WITH_TIMEOUT(job(run).state == jobs::RunState::Succeeded,
                              qPrintable(QString::fromStdString(job(run).message + job(run).note)), 60000);
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(2), 20000);
    QCOMPARE(window->jobStrip().row(run)->stateText(), "Done");
    QVERIFY(WindowFixture::settle(*window));
    WindowFixture::keep(*window, "remote_done");

    // one whose result stayed there is fetched when asked for
    profile.fetchUpTo = 100;
    remote::saveProfile(profile);
    const QString other =
        window->jobs().run("org.discern.seeded-watershed", json::object(), {{"image", "L1"}}, {{"on", "far"}});
    QTRY_VERIFY_WITH_TIMEOUT(job(other).state == jobs::RunState::Succeeded, 60000);
    QVERIFY2(job(other).result.starts_with("ssh://far/"), job(other).result.c_str());
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(3), 20000); // over the connection
    QCOMPARE(window->link().state().layers.back().path, job(other).result);
    JobRow* row = window->jobStrip().row(other);
    QTRY_VERIFY_WITH_TIMEOUT(button(row, "fetchResult")->isVisible(), 5000);
    WindowFixture::keep(*window, "remote_fetch");
    QTest::mouseClick(button(row, "fetchResult"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(other + "/result.h5"), 20000);
    QTRY_VERIFY_WITH_TIMEOUT(std::ranges::any_of(window->link().state().layers,
                                                 [&](const session::Layer& layer) {
                                                   return layer.path == (other + "/result.h5").toStdString();
                                                 }),
                             20000);
    QTRY_VERIFY(!button(row, "fetchResult")->isVisible());
    QCOMPARE(window->link().state().layers.size(), std::size_t(3));
    remote::Ssh(profile).disconnect();
  }

  void runsOnAHostAreListedAndAttachedTo() {
    PrivateSshd far;
    if (const QString why = far.start(); !why.isEmpty()) QSKIP(qPrintable(why));
    const remote::HostProfile profile = far.profile();
    remote::saveProfile(profile);
    open();
    window->showHostRuns({});
    auto* dialog = window->findChild<HostRunsDialog*>();
    auto* sentence = dialog->findChild<QLabel*>("runsSentence");
    QTRY_VERIFY2_WITH_TIMEOUT(sentence->text().contains("Nothing has run"), qPrintable(sentence->text()), 20000);

    // two that another machine started: one has ended, one goes on
    const auto started = [&](const char* title, int seconds) {
      const auto link = remote::linkTo(profile, remote::Prompts::None);
      const json job{{"uuid", QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString()},
                     {"plugin", "org.discern.host-check"},
                     {"title", title},
                     {"from", "laptop"},
                     {"parameters", {{"seconds", seconds}}},
                     {"inputs", json::object()},
                     {"threads", 1}};
      const json made = link->ask(
          "run.create", {{"folder", remote::scratchFolder(profile) + "/runs"}, {"name", job["uuid"]}, {"job", job}});
      link->ask(
          "run.submit",
          {{"path", made["path"]}, {"scheduler", "none"}, {"resources", json::object()}, {"prologue", json::array()}});
    };
    started("Quick check", 1);
    started("Long check", 20);
    QTRY_COMPARE_WITH_TIMEOUT(dialog->table().model()->rowCount(), 2, 30000); // it looks by itself
    QTRY_VERIFY_WITH_TIMEOUT(
        dialog->table().model()->match(dialog->table().model()->index(0, 0), Qt::DisplayRole, "Done").size() == 1,
        20000);
    WindowFixture::keep(*dialog, "host_runs");
    QTest::keyClicks(dialog->findChild<QLineEdit*>("runsSearch"), "long");
    QCOMPARE(dialog->table().model()->rowCount(), 1);
    QCOMPARE(dialog->table().model()->index(0, 0).data().toString(), "Running");
    QCOMPARE(dialog->table().model()->index(0, 6).data().toString(), "laptop");
    dialog->table().selectRow(0);
    QTest::mouseClick(dialog->findChild<QPushButton*>("runsFollow"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(window->jobs().jobs().size(), std::size_t(1), 20000);
    const QString run = QString::fromStdString(window->jobs().jobs()[0].path);
    QTRY_VERIFY_WITH_TIMEOUT(job(run).state == jobs::RunState::Running && !job(run).unwatched, 20000);
    QTRY_VERIFY_WITH_TIMEOUT(!job(run).log.empty() || job(run).progress > 0, 10000);

    dialog->cancelRun();
    auto* box = dialog->findChild<QMessageBox*>("cancelQuestion");
    QVERIFY(box);
    for (QAbstractButton* choice : box->buttons())
      if (choice->text() == "Cancel the Run") QTest::mouseClick(choice, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(job(run).state == jobs::RunState::Cancelled, 30000);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->busy(), 20000);
    QTRY_COMPARE_WITH_TIMEOUT(dialog->table().model()->index(0, 0).data().toString(), "Cancelled", 20000);

    dialog->findChild<QLineEdit*>("runsSearch")->setText("quick");
    dialog->table().selectRow(0);
    QTest::mouseClick(dialog->findChild<QPushButton*>("runsFetch"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(window->jobs().jobs().size(), std::size_t(2), 20000);
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(QString::fromStdString(window->jobs().jobs()[1].path) + "/result.h5"),
                             20000);
    remote::Ssh(profile).disconnect();
  }

  void aHostThatCannotBeReachedIsSaidInTheDialog() {
    save("cluster");
    open();
    window->showHostRuns("cluster");
    auto* dialog = window->findChild<HostRunsDialog*>();
    auto* sentence = dialog->findChild<QLabel*>("runsSentence");
    QTRY_VERIFY2_WITH_TIMEOUT(sentence->text().contains("can't be reached"), qPrintable(sentence->text()), 20000);
    QCOMPARE(dialog->findChild<QPushButton*>("runsHelp")->text(), "Try Again");
    QTest::qWait(50);
    WindowFixture::keep(*dialog, "host_runs_unreachable");
  }
};

DISCERN_WINDOW_TEST(RemoteRunsTest)
#include "test_remote_runs.moc"
