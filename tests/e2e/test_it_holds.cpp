/// What must hold when things end badly: the data service, the worker, the window itself, and files that are no data.
#include "desktop/jobs/job_row.h"
#include "desktop/jobs/job_strip.h"
#include "desktop/start/start_page.h"
#include "desktop/window/message_banner.h"
#include "desktop/window/stall_watchdog.h"
#include "e2e/big_stack.h"
#include "e2e/person.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <unistd.h>

using namespace discern;
using jobs::RunState;
using test::Person;

namespace {

/// Takes some seconds on the big stack: wide smoothing, twice.
bool startLongRun(desktop::MainWindow& window, Person& person) {
  if (!QTest::qWaitFor([&] { return window.jobs().catalogue().loaded(); }, 10000)) return false;
  desktop::AnalysisPage* page = person.findAnalysis("seeded");
  if (!page || !QTest::qWaitFor([&] { return page->inputs().valid(); }, 5000)) return false;
  person.setParameter("smoothing", "20");
  person.setParameter("distanceSmoothing", "20");
  person.key(Qt::Key_Return, Qt::ControlModifier);
  return QTest::qWaitFor(
      [&] {
        const jobs::Snapshot job = person.lastJob();
        return job.state == RunState::Running && job.workerPid > 0 && !job.log.empty();
      },
      15000);
}

/// The program that is killed: a real window with a run under way. Says the run's folder and waits for its end.
int desktopToBeKilled(const QString& home, const QString& stack) {
  test::Program program(home);
  const auto window = program.window();
  Person person(*window);
  if (!person.open(stack) || !person.layers(1) || !startLongRun(*window, person)) return 1;
  std::printf("run %s\n", person.lastJob().path.c_str());
  std::fflush(stdout);
  QTest::qWait(1200); // the recovery file is written within a second of a change
  std::printf("ready\n");
  std::fflush(stdout);
  QTest::qWait(60000);
  return 1;
}

bool alive(qint64 pid) { return pid > 0 && ::kill(static_cast<pid_t>(pid), 0) == 0; }

} // namespace

class TestItHolds final : public QObject {
  Q_OBJECT
  std::unique_ptr<test::Program> program_;
  QString stack_;

private Q_SLOTS:
  void init() { program_ = std::make_unique<test::Program>(); }
  void initTestCase() {
    static QTemporaryDir data;
    stack_ = data.filePath(QStringLiteral("balls.npy"));
    QVERIFY(test::writeBigStack(stack_, 320));
  }

  void aKilledDataServiceComesBackWithThePicture() {
    const auto window = program_->window();
    Person person(*window);
    QVERIFY(person.open(test::Program::demo("nuclei.tif")));
    QVERIFY(person.layers(1));
    QVERIFY(person.settled());
    const auto before = person.pictures();
    const session::State state = window->link().state();
    const qint64 pid = window->client().servicePid();
    QVERIFY(pid > 0);
    // What is asked for just after is drawn in time: another place needs other data.
    data::Vec3 elsewhere = state.cursor;
    elsewhere[2] += 5;
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(::kill(static_cast<pid_t>(pid), SIGKILL), 0);
    window->link().setCursor(elsewhere);
    QVERIFY(person.settled(2000));
    QVERIFY(test::differingShare(before.at("axial"), person.pictures().at("axial")) > 0.01);
    QVERIFY2(clock.elapsed() < 2000, qPrintable(QStringLiteral("%1 ms").arg(clock.elapsed())));
    QVERIFY(window->client().servicePid() != pid && window->client().servicePid() > 0);
    QTRY_VERIFY(window->messages().texts().join('|').contains("data service")); // it is said
    // And the old place is the old picture.
    window->link().setCursor(state.cursor);
    window->messages().clear(); // the message takes room from the views
    QVERIFY(person.settled());
    QTRY_COMPARE(person.pictures().at("axial").size(), before.at("axial").size());
    QVERIFY(person.settled());
    for (const auto& [panel, picture] : person.pictures())
      QVERIFY2(test::differingShare(before.at(panel), picture) < 0.002, panel.c_str());
    QVERIFY(window->link().state().layers == state.layers);
  }

  void aKilledWorkerIsToldAndCanRunAgain() {
    const auto window = program_->window();
    Person person(*window);
    QVERIFY(person.open(stack_));
    QVERIFY(person.layers(1));
    QVERIFY(startLongRun(*window, person));
    const jobs::Snapshot job = person.lastJob();
    const QString run = QString::fromStdString(job.path);
    const auto layers = window->link().state().layers;
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(::kill(static_cast<pid_t>(job.workerPid), SIGKILL), 0);
    desktop::JobRow* row = window->jobStrip().row(run);
    QVERIFY(row);
    QTRY_COMPARE_WITH_TIMEOUT(row->stateText(), QStringLiteral("Failed"), 2000);
    QVERIFY(clock.elapsed() < 2000);
    QVERIFY(row->isVisible());
    QVERIFY(row->expanded());
    QVERIFY2(row->logText().contains("320"), qPrintable(row->logText()));
    QVERIFY2(row->messageText().contains("SIGKILL") || row->messageText().contains("signal 9"),
             qPrintable(row->messageText()));
    QVERIFY(window->messages().texts().join('|').contains("Seeded watershed"));
    QVERIFY(window->link().state().layers == layers); // nothing else changes
    QVERIFY(person.settled());
    person.keep("holds-failed");

    auto* again = row->findChild<QPushButton*>(QStringLiteral("runAgain"));
    QVERIFY(again && again->isVisible());
    Person::click(again);
    QTRY_COMPARE(window->jobs().jobs().size(), std::size_t(2));
    const QString second = QString::fromStdString(person.lastJob().path);
    QVERIFY(second != run);
    QTRY_COMPARE_WITH_TIMEOUT(window->jobs().job(second)->state, RunState::Running, 10000);
    person.keep("holds-running");
    window->jobs().cancel(second);
    QTRY_COMPARE_WITH_TIMEOUT(window->jobs().job(second)->state, RunState::Cancelled, 7000);
  }

  void cancelEndsInTimeAndStallsNothing() {
    const auto window = program_->window();
    Person person(*window);
    QVERIFY(person.open(stack_));
    QVERIFY(person.layers(1));
    QVERIFY(person.settled());
    QVERIFY(startLongRun(*window, person));
    const jobs::Snapshot job = person.lastJob();
    desktop::JobRow* row = window->jobStrip().row(QString::fromStdString(job.path));
    auto* cancel = row->findChild<QPushButton*>(QStringLiteral("cancel"));
    QVERIFY(cancel->isVisible());
    QTest::qWait(200);
    desktop::StallWatchdog watchdog;
    watchdog.start();
    QElapsedTimer clock;
    clock.start();
    Person::click(cancel);
    QCOMPARE(row->stateText(), QStringLiteral("Cancelling…"));
    QTRY_COMPARE_WITH_TIMEOUT(row->stateText(), QStringLiteral("Cancelled"), 6500); // 5 s of grace, and the news
    QVERIFY(!alive(job.workerPid));
    watchdog.stop();
    QVERIFY2(watchdog.longest() < 100,
             qPrintable(QStringLiteral("the window stood still for %1 ms").arg(watchdog.longest())));
  }

  void aKilledWindowLosesNothing() {
    QProcess desktop;
    desktop.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    desktop.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--desktop"), program_->home(), stack_});
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT(
        (said += desktop.readAllStandardOutput()).contains("ready") || desktop.state() == QProcess::NotRunning, 40000);
    QVERIFY2(said.contains("ready"), said.constData());
    const QString run = QString::fromUtf8(said).section(QStringLiteral("run "), 1).section('\n', 0, 0);
    const jobs::RunDirectory folder(run.toStdString());
    QCOMPARE(folder.snapshot().state, RunState::Running); // in mid-run
    desktop.kill();
    QVERIFY(desktop.waitForFinished(5000));

    // A new window offers what was there.
    const auto window = program_->window();
    Person person(*window);
    QPushButton* restore = nullptr;
    QTRY_VERIFY_WITH_TIMEOUT(
        (restore = window->startPage().findChild<QPushButton*>(QStringLiteral("restore"))) != nullptr, 5000);
    person.keep("holds-offer");
    Person::click(restore);
    QTRY_VERIFY_WITH_TIMEOUT(!window->link().state().layers.empty(), 15000); // and perhaps what there is so far
    QTRY_VERIFY(window->jobStrip().row(run));
    QTRY_VERIFY(!window->jobs().job(run)->title.empty());
    QCOMPARE(window->jobs().job(run)->title, std::string("Seeded watershed · balls"));
    QVERIFY(window->jobStrip().row(run)->isVisible());
    // The job goes on to its end, and its result comes into the session.
    QTRY_VERIFY_WITH_TIMEOUT(window->jobs().job(run)->state == RunState::Succeeded, 40000);
    const auto shown = [&] { // the result itself; before it, what there was so far may stand there
      const auto& layers = window->link().state().layers;
      return layers.size() == 2 && layers.back().path == window->jobs().job(run)->result;
    };
    if (!QTest::qWaitFor(shown, 3000)) {
      auto* open = window->jobStrip().row(run)->findChild<QPushButton*>(QStringLiteral("openResult"));
      QVERIFY(open->isVisible());
      Person::click(open);
    }
    QTRY_VERIFY_WITH_TIMEOUT(shown(), 5000);
    QVERIFY(person.settled());
    window->close();

    // Offered once: a window after that starts clean.
    const auto third = program_->window();
    QTest::qWait(800);
    QVERIFY(!third->startPage().findChild<QPushButton*>(QStringLiteral("restore")));
  }

  void filesThatAreNoDataAreNamed_data() {
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"truncated.tif", "truncated.nii.gz", "truncated.nc", "folder.tif", "empty.nii",
                             "forbidden.tif", "huge.nii", "absent.tif"})
      QTest::newRow(kind) << QString::fromLatin1(kind);
  }
  void filesThatAreNoDataAreNamed() {
    QFETCH(QString, kind);
    const QString path = program_->home() + QLatin1Char('/') + kind;
    const auto cut = [&](const char* name) {
      QFile whole(test::Program::demo(name)), part(path);
      QVERIFY(whole.open(QIODevice::ReadOnly) && part.open(QIODevice::WriteOnly));
      part.write(whole.read(whole.size() / 3));
    };
    if (kind == "truncated.tif") cut("nuclei.tif");
    if (kind == "truncated.nii.gz") cut("fmri.nii.gz");
    if (kind == "truncated.nc") cut("climate.nc");
    if (kind == "folder.tif") QVERIFY(QDir().mkpath(path));
    if (kind == "empty.nii") {
      QFile file(path);
      QVERIFY(file.open(QIODevice::WriteOnly));
    }
    if (kind == "forbidden.tif") {
      QVERIFY(QFile::copy(test::Program::demo("nuclei.tif"), path));
      QVERIFY(QFile::setPermissions(path, {}));
      if (::geteuid() == 0) QSKIP("root may read every file");
    }
    if (kind == "huge.nii") { // a header that claims 10000 × 10000 × 10000 voxels, and nothing behind it
      QByteArray header(352, '\0');
      const auto put = [&header](int at, auto value) { std::memcpy(header.data() + at, &value, sizeof(value)); };
      put(0, 348);
      const short dim[8] = {4, 10000, 10000, 10000, 10, 1, 1, 1};
      std::memcpy(header.data() + 40, dim, sizeof(dim));
      put(70, short(16)); // float32
      put(72, short(32));
      for (int i = 1; i < 5; ++i)
        put(76 + 4 * i, 1.0F);
      put(108, 352.0F);
      std::memcpy(header.data() + 344, "n+1", 4);
      QFile file(path);
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write(header);
    }
    const auto window = program_->window();
    Person person(*window);
    QSignalSpy failed(window.get(), &desktop::MainWindow::fileFailed);
    window->openFiles({path}); // as a drop does
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 10000);
    const QString text = window->messages().texts().join('|');
    QVERIFY2(text.contains(kind), qPrintable(text));
    QVERIFY2(text.size() > kind.size() + 20, qPrintable(text)); // and says why
    QVERIFY(window->atStart());
    QVERIFY(window->link().state().layers.empty());
    // The window goes on.
    QVERIFY(person.open(test::Program::demo("nuclei.tif")));
    QVERIFY(person.layers(1));
    QVERIFY(person.settled());
    // And the runner says the same with its exit code.
    int code = -1;
    (void)test::discernRun({"info", path}, &code);
    QCOMPARE(code, 3);
  }
};

int main(int argc, char** argv) {
  test::Program::prepare();
  QApplication application(argc, argv);
  if (argc == 4 && QLatin1String(argv[1]) == QLatin1String("--desktop"))
    return desktopToBeKilled(QString::fromLocal8Bit(argv[2]), QString::fromLocal8Bit(argv[3]));
  TestItHolds tests;
  return QTest::qExec(&tests, argc, argv);
}
#include "test_it_holds.moc"
