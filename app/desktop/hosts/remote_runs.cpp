#include "desktop/hosts/remote_runs.h"

#include "data/address.h"
#include "desktop/analyses/job_controller.h"
#include "desktop/session/off_thread.h"
#include "jobs/run_files.h"
#include "jobs/supervisor.h"
#include "remote/host_runs.h"
#include "remote/remote_run.h"

#include <QFileInfo>
#include <QLocale>

namespace discern::desktop {

namespace {

constexpr qint64 followAgain = 30'000; // milliseconds before a run that lost its follower is taken up once more

QString str(const std::string& text) { return QString::fromStdString(text); }

QString sizeText(std::int64_t bytes) { return QLocale::c().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat); }

} // namespace

bool wantsSignIn(const jobs::Snapshot& snapshot) {
  return snapshot.state == jobs::RunState::Unreachable && snapshot.note.starts_with("Sign in to ");
}

bool lacksPlugin(const jobs::Snapshot& snapshot) {
  return snapshot.state == jobs::RunState::Failed && !snapshot.host.empty() &&
         snapshot.message.find(" does not have the analysis ") != std::string::npos;
}

RemoteRuns::RemoteRuns(JobController& jobs, jobs::JobMonitor& monitor, QString runner, QObject* parent)
    : QObject(parent), jobs_(jobs), monitor_(monitor), runner_(std::move(runner)) {
  connect(&jobs_, &JobController::jobChanged, this, &RemoteRuns::look);
  connect(&jobs_, &JobController::jobRemoved, this, [this](const QString& path) {
    if (const auto found = works_.find(path); found != works_.end()) {
      delete found->second.thread;
      works_.erase(found);
    }
  });
}

RemoteRuns::Work& RemoteRuns::work(const QString& runPath) {
  Work& work = works_[runPath];
  if (!work.thread) work.thread = new HostThread(this);
  return work;
}

QString RemoteRuns::activity(const QString& runPath) const {
  const auto found = works_.find(runPath);
  return found == works_.end() ? QString() : found->second.activity;
}

QString RemoteRuns::trouble(const QString& runPath) const {
  const auto found = works_.find(runPath);
  return found == works_.end() ? QString() : found->second.trouble;
}

void RemoteRuns::look(const QString& runPath) {
  const jobs::Snapshot* run = jobs_.job(runPath);
  if (!run || run->host.empty()) return;
  if (run->unwatched && !run->detached && (!followed_.contains(runPath) || followed_[runPath].hasExpired(followAgain)))
    supervise(runPath);
  if (wantsSignIn(*run)) {
    if (asked_.insert(str(run->host)).second) Q_EMIT signInWanted(runPath, str(run->host));
  } else if (run->state != jobs::RunState::Unreachable && asked_.erase(str(run->host)) > 0) {
    Q_EMIT signedIn(str(run->host));
  }
  if (!jobs::isFinal(run->state)) return;
  const bool away = data::isRemote(run->result);
  if (away && fetching_.erase(runPath) > 0) fetch(runPath);
  if (const auto node = away || run->result.empty() ? decltype(opening_)::node_type() : opening_.extract(runPath)) {
    // after the others have heard of it
    QMetaObject::invokeMethod(
        this,
        [this, runPath, address = node.mapped(), here = run->result] {
          jobs_.moveLayers(address, here);
          jobs_.openResult(runPath);
        },
        Qt::QueuedConnection);
  }
}

void RemoteRuns::supervise(const QString& runPath) {
  followed_[runPath].start();
  offThread(
      this,
      [program = runner_.toStdString(), path = runPath.toStdString()] {
        return problemOf([&] { jobs::superviseDetached(program, path); });
      },
      [this, runPath](const HostProblem& problem) {
        Work& mine = work(runPath);
        mine.trouble = problem.text;
        Q_EMIT changed(runPath);
      });
}

void RemoteRuns::followAll() {
  offThread(
      this,
      [program = runner_.toStdString()] {
        int count = 0;
        for (const std::string& path : jobs::runsIn(jobs::runsFolder())) {
          if (QFileInfo::exists(str(path) + QStringLiteral("/exit.json")) ||
              jobs::hostOf(jobs::readJson(path + "/job.json")).empty())
            continue;
          const jobs::Snapshot run = jobs::RunDirectory(path).snapshot(0);
          if (!run.unwatched || run.detached) continue;
          // one that can't be started now is offered in its row
          if (!problemOf([&] { jobs::superviseDetached(program, path); })) ++count;
        }
        return count;
      },
      [](int) {});
}

void RemoteRuns::follow(const QString& runPath) {
  Work& mine = work(runPath);
  mine.trouble.clear();
  supervise(runPath);
}

void RemoteRuns::detach(const QString& runPath) {
  remote::requestDetach(runPath.toStdString());
  Work& mine = work(runPath);
  mine.trouble.clear();
  Q_EMIT changed(runPath);
}

void RemoteRuns::retry(const QString& runPath) {
  work(runPath).trouble.clear();
  remote::requestRetry(runPath.toStdString());
  Q_EMIT changed(runPath);
}

void RemoteRuns::signIn(const QString& runPath) {
  const jobs::Snapshot* run = jobs_.job(runPath);
  Work& mine = work(runPath);
  if (!run || mine.thread->busy()) return;
  const QString host = str(run->host);
  mine.activity = tr("Signing in to %1…").arg(host);
  mine.trouble.clear();
  mine.thread->start(
      [name = run->host](const std::atomic<bool>& stop) {
        return problemOf([&] { remote::Ssh(remote::findProfile(name, true)).connect(remote::Prompts::Dialog, &stop); });
      },
      [this, runPath, host](const HostProblem& problem) {
        Work& done = work(runPath);
        done.activity.clear();
        done.trouble = problem.text;
        if (!problem) {
          for (const jobs::Snapshot& other : jobs_.jobs())
            if (str(other.host) == host && !jobs::isFinal(other.state)) remote::requestRetry(other.path);
          asked_.erase(host);
          Q_EMIT signedIn(host);
        }
        Q_EMIT changed(runPath);
      });
  Q_EMIT changed(runPath);
}

void RemoteRuns::fetch(const QString& runPath) {
  Work& mine = work(runPath);
  if (mine.thread->busy()) return;
  const jobs::Snapshot* run = jobs_.job(runPath);
  mine.activity = tr("Fetching the result from %1…").arg(run ? str(run->host) : QString());
  const std::string address = run ? run->result : std::string();
  mine.trouble.clear();
  using Progress = std::pair<std::int64_t, std::int64_t>;
  auto told = mine.thread->teller<Progress>([this, runPath](const Progress& progress) {
    work(runPath).activity =
        tr("Fetching the result: %1 of %2").arg(sizeText(progress.first), sizeText(progress.second));
    Q_EMIT changed(runPath);
  });
  mine.thread->start(
      [path = runPath.toStdString(), told](const std::atomic<bool>& stop) {
        QElapsedTimer since;
        since.start();
        qint64 before = -1000;
        return problemOf([&] {
          remote::fetchResult(
              path, remote::Prompts::Dialog,
              [&](std::int64_t done, std::int64_t total) {
                constexpr qint64 interval = 100;
                if (since.elapsed() - before >= interval || done == total) {
                  before = since.elapsed();
                  told({done, total});
                }
                return !stop;
              },
              &stop);
        });
      },
      [this, runPath, address](const HostProblem& problem) {
        Work& done = work(runPath);
        done.activity.clear();
        done.trouble = problem.text;
        if (!problem) {
          opening_[runPath] = address;
          monitor_.unwatch(runPath); // a run that has ended is looked at once more
          monitor_.watch(runPath);
        }
        Q_EMIT changed(runPath);
      });
  Q_EMIT changed(runPath);
}

void RemoteRuns::stop(const QString& runPath) {
  const auto found = works_.find(runPath);
  if (found == works_.end() || !found->second.thread->busy()) return;
  delete found->second.thread; // it is asked to stop, and nobody hears of it any more
  found->second.thread = nullptr;
  found->second.activity.clear();
  Q_EMIT changed(runPath);
}

void RemoteRuns::join(const QString& runPath) {
  jobs_.join(runPath);
  const jobs::Snapshot* run = jobs_.job(runPath);
  if (run && !jobs::isFinal(run->state)) supervise(runPath);
}

void RemoteRuns::joinAndFetch(const QString& runPath) {
  fetching_.insert(runPath);
  join(runPath);
}

} // namespace discern::desktop
