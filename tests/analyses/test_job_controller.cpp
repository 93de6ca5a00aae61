/// The controller against the real runner and the real data service: what a run leaves in the session, and how its end
/// is told.
#include "channel/client/client.h"
#include "desktop/analyses/job_controller.h"
#include "desktop/hosts/remote_runs.h"
#include "desktop/jobs/job_row.h"
#include "desktop/jobs/job_strip.h"

#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

using namespace discern;
using jobs::RunState;

namespace {

QString runner() { return QStringLiteral(DISCERN_BINARY_DIR "/bin/discern-run"); }
std::string demo(const char* name) { return std::string(DISCERN_SOURCE_DIR "/resources/demo/") + name; }

/// A stack of bright spots, large enough that a run of it can be caught in the middle. Written as .npy.
QString bigStack(const QTemporaryDir& folder, int side) {
  const QString path = folder.filePath(QStringLiteral("spots.npy"));
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly)) return {};
  QByteArray header =
      QStringLiteral("{'descr': '|u1', 'fortran_order': False, 'shape': (%1, %1, %1), }").arg(side).toLatin1();
  header = header.leftJustified(128 - 10 - 1, ' ') + '\n';
  file.write(QByteArray("\x93NUMPY\x01\x00", 8) + char(header.size() & 0xff) + char(header.size() >> 8) + header);
  QByteArray plane(side * side, char(10));
  for (int z = 0; z < side; ++z) {
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x) {
        const int dx = x % 16 - 8, dy = y % 16 - 8, dz = z % 16 - 8;
        plane[y * side + x] = static_cast<char>(dx * dx + dy * dy + dz * dz < 40 ? 200 : 10);
      }
    file.write(plane);
  }
  return path;
}

struct Fixture {
  link::Link link;
  channel::Client client{{runner(), 0}};
  jobs::JobMonitor monitor{runner()};
  desktop::Catalogue catalogue;
  desktop::JobController jobs{link, client, monitor, catalogue};
  desktop::RemoteRuns remote{jobs, monitor, runner()};

  Fixture() { catalogue.load(client); }
  [[nodiscard]] RunState state(const QString& run) const {
    return jobs.job(run) ? jobs.job(run)->state : RunState::Queued;
  }
  /// Opens a file as a layer; returns its id.
  std::string open(const std::string& path, const std::string& role) {
    bool open = false;
    client.open(path, [&](auto reply) { open = reply.error.empty(); });
    if (!QTest::qWaitFor([&] { return open; }, 10000)) return {};
    link.run("addLayer", {{"layer",
                           {{"path", path},
                            {"field", client.info(path)->fields.front().name},
                            {"name", path.substr(path.rfind('/') + 1)},
                            {"role", role}}}});
    return link.state().active;
  }
};

constexpr const char* watershed = "org.discern.seeded-watershed";

} // namespace

class TestJobController final : public QObject {
  Q_OBJECT
  QTemporaryDir state_, data_;

private Q_SLOTS:
  void initTestCase() {
    qputenv("XDG_STATE_HOME", state_.path().toUtf8());
    QVERIFY(QFile::exists(runner()));
  }

  void resultsBecomeLayersAndAComparison() {
    Fixture f;
    QTRY_VERIFY_WITH_TIMEOUT(f.catalogue.find(watershed), 10000);
    const std::string image = f.open(demo("nuclei.tif"), "image");
    QVERIFY(!image.empty());
    QVERIFY(!f.jobs.canCompare());
    QSignalSpy refused(&f.jobs, &desktop::JobController::refused);
    QVERIFY(f.jobs.compare().isEmpty());
    QCOMPARE(refused.count(), 1);

    QSignalSpy succeeded(&f.jobs, &desktop::JobController::jobSucceeded);
    const QString run = f.jobs.run(watershed, nlohmann::json::object(), {{"image", image}});
    QVERIFY(!run.isEmpty());
    QCOMPARE(f.link.state().runs, std::vector<std::string>{run.toStdString()});
    QTRY_COMPARE_WITH_TIMEOUT(f.state(run), RunState::Succeeded, 30000);
    QCOMPARE(succeeded.count(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(f.link.state().layers.size(), std::size_t(2), 10000);
    const session::Layer labels = f.link.state().layers.back();
    QCOMPARE(labels.role, session::Role::Prediction);
    QCOMPARE(labels.name, std::string("Seeded watershed · nuclei"));
    QCOMPARE(labels.path, f.jobs.job(run)->result);
    const data::FieldInfo* info = f.client.info(labels.path)->field(labels.field);
    QVERIFY(info && info->labels);
    QVERIFY2(info->source.find(watershed) != std::string::npos, info->source.c_str());

    const std::string truth = f.open(demo("nuclei_truth.tif"), "truth");
    QVERIFY(f.jobs.canCompare());
    const QString comparison = f.jobs.compare();
    QTRY_COMPARE_WITH_TIMEOUT(f.link.state().comparison.result, comparison.toStdString(), 30000);
    QCOMPARE(f.link.state().comparison.prediction, labels.id);
    QCOMPARE(f.link.state().comparison.truth, truth);
    QCOMPARE(f.link.state().layers.size(), std::size_t(3)); // a comparison is no layer

    // Run again: another folder, the same job.
    const QString again = f.jobs.runAgain(run);
    QVERIFY(!again.isEmpty() && again != run);
    QVERIFY(f.jobs.job(again)->job["parameters"] == f.jobs.job(run)->job["parameters"]);
    QTRY_COMPARE_WITH_TIMEOUT(f.link.state().layers.size(), std::size_t(4), 30000);
    QVERIFY(f.jobs.job(again)->uuid != f.jobs.job(run)->uuid);

    // Another window with the session of before: what it lacks is offered, once, and comes in when asked for.
    session::State away = f.link.state();
    away.layers.pop_back();
    Fixture later;
    QSignalSpy waiting(&later.jobs, &desktop::JobController::resultWaiting);
    later.link.session().reset(away);
    QTRY_COMPARE_WITH_TIMEOUT(waiting.count(), 1, 10000);
    QCOMPARE(waiting.first().first().toString(), again);
    QVERIFY(later.jobs.resultWaits(again));
    QVERIFY(!later.jobs.resultWaits(run));
    later.jobs.openResult(again);
    QTRY_COMPARE_WITH_TIMEOUT(later.link.state().layers.size(), std::size_t(4), 10000);
    QVERIFY(!later.jobs.resultWaits(again));
  }

  void aKilledWorkerIsToldWithinTwoSeconds() {
    Fixture f;
    desktop::JobStrip strip(f.jobs, f.remote);
    strip.resize(1000, 260);
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    QVERIFY(strip.findChild<QLabel*>("jobsEmpty")->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(f.catalogue.find(watershed), 10000);
    const QString stack = bigStack(data_, 256);
    const std::string image = f.open(stack.toStdString(), "image");
    QVERIFY(!image.empty());
    QSignalSpy failed(&f.jobs, &desktop::JobController::jobFailed);
    const QString run = f.jobs.run(watershed, nlohmann::json::object(), {{"image", image}});
    QTRY_VERIFY_WITH_TIMEOUT(
        f.state(run) == RunState::Running && f.jobs.job(run)->workerPid > 0 && !f.jobs.job(run)->log.empty(), 20000);
    desktop::JobRow* row = strip.row(run);
    QVERIFY(row);
    QCOMPARE(row->stateText(), QStringLiteral("Running"));
    QVERIFY(!strip.findChild<QLabel*>("jobsEmpty")->isVisible());
    const auto layers = f.link.state().layers;
    QCOMPARE(::kill(static_cast<pid_t>(f.jobs.job(run)->workerPid), SIGKILL), 0);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 2000);
    QCOMPARE(failed.first().at(0).toString(), run);
    QVERIFY2(failed.first().at(2).toString().contains("SIGKILL") ||
                 failed.first().at(2).toString().contains("signal 9"),
             qPrintable(failed.first().at(2).toString()));
    QCOMPARE(row->stateText(), QStringLiteral("Failed"));
    QVERIFY(row->expanded());
    QVERIFY(!row->logText().isEmpty());
    QVERIFY(f.link.state().layers == layers); // nothing else changes
    QVERIFY(row->findChild<QPushButton*>("runAgain")->isVisible());
  }

  void cancelIsToldAtOnceAndEndsInTime() {
    Fixture f;
    desktop::JobStrip strip(f.jobs, f.remote);
    strip.resize(1000, 260);
    strip.show();
    QTRY_VERIFY_WITH_TIMEOUT(f.catalogue.find(watershed), 10000);
    const std::string image = f.open(bigStack(data_, 256).toStdString(), "image");
    const QString run = f.jobs.run(watershed, nlohmann::json::object(), {{"image", image}});
    QTRY_VERIFY_WITH_TIMEOUT(f.state(run) == RunState::Running && f.jobs.job(run)->workerPid > 0, 20000);
    QElapsedTimer clock;
    clock.start();
    QTest::mouseClick(strip.row(run)->findChild<QPushButton*>("cancel"), Qt::LeftButton);
    QVERIFY2(clock.elapsed() < 50, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(strip.row(run)->stateText(), QStringLiteral("Cancelling…"));
    QTRY_COMPARE_WITH_TIMEOUT(f.state(run), RunState::Cancelled, 7000); // 5 s of grace, and the news
    QCOMPARE(strip.row(run)->stateText(), QStringLiteral("Cancelled"));
    QVERIFY(!f.jobs.resultWaits(run));
    f.jobs.forget(run);
    QVERIFY(!strip.row(run));
    QVERIFY(QFile::exists(run)); // the folder stays
  }

  void anUndoDoesNotLoseARunningJob() {
    Fixture f;
    QTRY_VERIFY_WITH_TIMEOUT(f.catalogue.find(watershed), 10000);
    const std::string image = f.open(bigStack(data_, 256).toStdString(), "image");
    const QString run = f.jobs.run(watershed, nlohmann::json::object(), {{"image", image}});
    f.link.session().undo();
    QVERIFY(f.link.state().runs.empty());
    QVERIFY(f.jobs.job(run));
    QTRY_VERIFY_WITH_TIMEOUT(f.state(run) == RunState::Running, 20000);
    f.jobs.cancel(run);
    QTRY_COMPARE_WITH_TIMEOUT(f.state(run), RunState::Cancelled, 7000);
  }
};

QTEST_MAIN(TestJobController)
#include "test_job_controller.moc"
