#include "channel/client/client.h"
#include "desktop/actions/window_actions.h"
#include "desktop/analyses/analysis_panel.h"
#include "desktop/analyses/job_controller.h"
#include "desktop/analyses/live_previews.h"
#include "desktop/form/undo_order.h"
#include "desktop/hosts/remote_runs.h"
#include "desktop/jobs/job_strip.h"
#include "desktop/jobs/new_runs.h"
#include "desktop/jobs/runs_window.h"
#include "desktop/session/file_opener.h"
#include "desktop/tree/properties_panel.h"
#include "desktop/window/dock_panel.h"
#include "desktop/window/main_window.h"
#include "desktop/window/message_banner.h"
#include "grid/view_grid.h"

namespace discern::desktop {

void MainWindow::wireJobs() {
  connect(jobs_, &JobController::refused, this, [this](const QString& why) {
    refusals_ << why;
    tell({Message::Kind::Warning, why, {}, {}, 0});
  });
  connect(jobs_, &JobController::started, this, [this] {
    for (const QString& why : std::exchange(refusals_, {}))
      messages_->dismiss(why); // it could be run after all
  });
  const UndoOrder* order = &analyses_->undoOrder();
  connect(order, &UndoOrder::changed, this, [this] { updateUndo(*actions_, *this); });
  connect(order, &UndoOrder::restored, this, [this] {
    if (!dock("analyses")->isVisible() || analyses_->visibleRegion().isEmpty()) dock("analyses")->present();
  });
  connect(jobs_, &JobController::jobFailed, this,
          [this](const QString& run, const QString& title, const QString& message, const QString& details) {
            dock("jobs")->present();
            jobStrip_->reveal(run);
            // The sentence first; what the run last said is a click away.
            const jobs::Snapshot* failed = jobs_->job(run);
            const bool send = failed && lacksPlugin(*failed);
            const QString sentence = message.section(QLatin1Char('\n'), 0, 0);
            const QString rest = message.section(QLatin1Char('\n'), 1);
            tell({Message::Kind::Error,
                  tr("%1: %2").arg(title, sentence),
                  details.isEmpty() ? rest : details,
                  {{send ? tr("Send It Along and Run Again") : tr("Run Again"),
                    [this, run, send] { jobs_->runAgain(run, send); }}},
                  0});
            failures_.insert_or_assign(title, tr("%1: %2").arg(title, sentence));
          });
  connect(jobs_, &JobController::jobSucceeded, this, [this](const QString&, const QString& title) {
    if (const auto failure = failures_.extract(title)) messages_->dismiss(failure.mapped()); // it went well after all
  });
  connect(jobStrip_, &JobStrip::allRunsRequested, this, &MainWindow::showRuns);
  connect(analyses_, &AnalysisPanel::hostsRequested, this, [this] { showHosts({}); });
  connect(jobs_, &JobController::resultWaiting, this, [this](const QString& run, const QString& title) {
    tell({Message::Kind::Info,
          tr("%1 has finished.").arg(title),
          {},
          {{tr("Show Result"), [this, run] { jobs_->openResult(run); }}},
          0});
  });
  if (options_.remember) new NewRuns(*jobs_, this);
  new LivePreviews(*link_, *client_, *jobs_, this); // what was published again, the client says as of any file
  connect(opener_, &FileOpener::opened, this, &MainWindow::editWhenReady);
  connect(opener_, &FileOpener::failed, this, &MainWindow::editWhenReady);
  connect(jobs_, &JobController::editRequested, this, [this](const nlohmann::json& job) {
    dock("analyses")->present();
    analyses_->openJob(job);
  });
  connect(jobs_, &JobController::jobChanged, this, [this] {
    QStringList running;
    for (const jobs::Snapshot& job : jobs_->jobs())
      if (!jobs::isFinal(job.state)) running << QString::fromStdString(job.title);
    if (recovery_) recovery_->setRunning(running);
  });
  connect(catalogue_, &Catalogue::failed, this, [this](const QString& why) {
    tell({Message::Kind::Error,
          tr("The list of analyses can't be read."),
          why,
          {{tr("Try Again"), [this] { catalogue_->load(*client_); }}},
          0});
  });
}

void MainWindow::showRuns() {
  if (!runs_) {
    runs_ = new RunsWindow(*jobs_, *remote_, appearance_, this);
    connect(runs_, &RunsWindow::editRequested, this, &MainWindow::editRun);
    connect(runs_, &RunsWindow::shownInJobs, this, &MainWindow::showJob);
  }
  runs_->show();
  runs_->raise();
  runs_->activateWindow();
}

void MainWindow::showJob(const QString& path) {
  const jobs::Snapshot* run = jobs_->job(path);
  if (!atStart()) {
    dock("jobs")->present();
    jobStrip_->reveal(path);
  } else if (run && !jobs::isFinal(run->state)) {
    tell({Message::Kind::Info,
          tr("%1 is followed; its result opens here when it is done.").arg(QString::fromStdString(run->title)),
          {},
          {},
          10});
  }
}

/// The form of a job needs its inputs as layers: those that are missing are opened first.
void MainWindow::editRun(const nlohmann::json& job) {
  toEdit_ = job;
  editWaits_.clear();
  if (job.contains("inputs") && job["inputs"].is_object())
    for (const auto& [name, input] : job["inputs"].items())
      if (jobs_->layerOf(job, name).empty() && input.is_object())
        editWaits_.insert(
            {QString::fromStdString(input.value("path", "")), QString::fromStdString(input.value("field", ""))});
  for (const auto& [path, field] : std::set(editWaits_))
    opener_->open(path, {}, field);
  if (editWaits_.empty()) editWhenReady({});
}

/// After an input was opened, or could not be.
void MainWindow::editWhenReady(const QString& path) {
  if (toEdit_.is_null()) return;
  std::erase_if(editWaits_, [&path](const auto& waits) { return waits.first == path; });
  if (!editWaits_.empty()) return;
  const nlohmann::json job = std::exchange(toEdit_, nlohmann::json());
  if (!atStart()) Q_EMIT jobs_->editRequested(job);
}

} // namespace discern::desktop
