#include "e2e/big_stack.h"
#include "window_fixture.h"

#include "analyses/job_controller.h"
#include "desktop/session/document.h"
#include "desktop/window/dock_panel.h"
#include "desktop/window/message_banner.h"
#include "jobs/run_directory.h"

#include <QSignalSpy>
#include <nlohmann/json.hpp>
#include <signal.h>

using namespace discern;
using namespace discern::desktop;

class JobsTest : public QObject {
  Q_OBJECT
  WindowFixture fixture;
  std::unique_ptr<MainWindow> window;
  QString run;

  [[nodiscard]] jobs::Snapshot now() const {
    const jobs::Snapshot* job = window->jobs().job(run);
    return job ? *job : jobs::Snapshot{};
  }

private Q_SLOTS:
  void init() {
    const QString stack = fixture.folder.filePath("big.npy");
    if (!QFile::exists(stack)) QVERIFY(test::writeBigStack(stack, 320));
    window = fixture.window();
    QVERIFY(WindowFixture::settle(*window));
    window->openFiles({stack});
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
    QTRY_VERIFY_WITH_TIMEOUT(window->jobs().catalogue().find("org.discern.seeded-watershed"), 10000);
    run = window->jobs().run("org.discern.seeded-watershed", nlohmann::json::object(), {{"image", "L1"}});
    QVERIFY(!run.isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(now().state == jobs::RunState::Running && now().workerPid > 0, 20000);
  }

  void cleanup() {
    window->jobs().cancel(run);
    QTRY_VERIFY_WITH_TIMEOUT(jobs::isFinal(now().state), 20000);
    window.reset();
  }

  void aRunningJobIsShown() {
    QVERIFY(window->dock("jobs")->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!now().phase.empty(), 10000);
    WindowFixture::keep(*window, "job_running");
    QVERIFY(window->link().state().runs.size() == 1);
    QVERIFY(window->document().worthAsking());
  }

  void aKilledWorkerIsSaid() {
    QTRY_VERIFY_WITH_TIMEOUT(!now().phase.empty(), 10000);
    const auto layers = window->link().state().layers;
    ::kill(static_cast<pid_t>(now().workerPid), SIGKILL);
    QTRY_VERIFY_WITH_TIMEOUT(!window->messages().texts().isEmpty(), 4000);
    QVERIFY2(window->messages().texts()[0].contains("signal 9"), qPrintable(window->messages().texts()[0]));
    QVERIFY(window->link().state().layers == layers);
    QTest::qWait(200);
    WindowFixture::keep(*window, "job_failed");
  }
};

DISCERN_WINDOW_TEST(JobsTest)
#include "test_jobs.moc"
