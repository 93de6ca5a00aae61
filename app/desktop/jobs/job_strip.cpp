#include "desktop/jobs/job_strip.h"

#include "desktop/hosts/remote_line.h"
#include "desktop/hosts/remote_runs.h"
#include "desktop/jobs/job_row.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>

namespace discern::desktop {

JobStrip::JobStrip(JobController& jobs, RemoteRuns& remote, QWidget* parent)
    : QWidget(parent), jobs_(jobs), remote_(remote) {
  setObjectName(QStringLiteral("jobStrip"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  empty_ = new QWidget(this);
  auto* words =
      new QLabel(tr("No runs of this session. Choose an analysis on the right and press Ctrl+Enter."), empty_);
  words->setObjectName(QStringLiteral("jobsEmpty"));
  words->setProperty("tone", QStringLiteral("muted"));
  words->setAlignment(Qt::AlignCenter);
  words->setWordWrap(true);
  auto* all = new QPushButton(tr("All Runs"), empty_);
  all->setObjectName(QStringLiteral("allRuns"));
  all->setToolTip(tr("What ran in other sessions and windows (Ctrl+Shift+J)"));
  connect(all, &QPushButton::clicked, this, &JobStrip::allRunsRequested);
  auto* lines = new QVBoxLayout(empty_);
  lines->setSpacing(12);
  lines->addStretch(1);
  lines->addWidget(words);
  lines->addWidget(all, 0, Qt::AlignHCenter);
  lines->addStretch(1);
  scroll_ = new QScrollArea(this);
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* content = new QWidget(scroll_);
  list_ = new QVBoxLayout(content);
  list_->setContentsMargins(0, 4, 0, 4);
  list_->setSpacing(0);
  list_->addStretch(1);
  scroll_->setWidget(content);
  scroll_->hide();
  column->addWidget(empty_, 1);
  column->addWidget(scroll_, 1);

  clock_ = new QTimer(this);
  clock_->setInterval(500);
  connect(clock_, &QTimer::timeout, this, [this] {
    for (const auto& [path, row] : rows_)
      row->tick();
  });
  connect(&jobs_, &JobController::jobChanged, this, &JobStrip::refresh);
  connect(&jobs_, &JobController::jobRemoved, this, &JobStrip::remove);
  connect(&remote_, &RemoteRuns::changed, this, &JobStrip::refresh);
  for (const jobs::Snapshot& snapshot : jobs_.jobs())
    refresh(QString::fromStdString(snapshot.path));
}

JobStrip::~JobStrip() = default;

void JobStrip::refresh(const QString& runPath) {
  const jobs::Snapshot* snapshot = jobs_.job(runPath);
  if (!snapshot) return;
  JobRow*& row = rows_[snapshot->path];
  if (!row) {
    row = new JobRow(scroll_->widget());
    list_->insertWidget(0, row);
    connect(row, &JobRow::cancelRequested, &jobs_, [this, runPath] {
      jobs_.cancel(runPath);
      if (const jobs::Snapshot* job = jobs_.job(runPath); job && job->unwatched) remote_.follow(runPath);
    });
    connect(row, &JobRow::runAgainRequested, &jobs_, [this, runPath] { jobs_.runAgain(runPath); });
    connect(row, &JobRow::openResultRequested, &jobs_, [this, runPath] { jobs_.openResult(runPath); });
    connect(row, &JobRow::forgetRequested, &jobs_, [this, runPath] { jobs_.forget(runPath); });
    connect(row, &JobRow::detachRequested, &remote_, [this, runPath] { remote_.detach(runPath); });
    RemoteLine* line = &row->remote();
    connect(line, &RemoteLine::retryRequested, &remote_, [this, runPath] { remote_.retry(runPath); });
    connect(line, &RemoteLine::signInRequested, &remote_, [this, runPath] { remote_.signIn(runPath); });
    connect(line, &RemoteLine::followRequested, &remote_, [this, runPath] { remote_.follow(runPath); });
    connect(line, &RemoteLine::fetchRequested, &remote_, [this, runPath] { remote_.fetch(runPath); });
    connect(line, &RemoteLine::stopRequested, &remote_, [this, runPath] { remote_.stop(runPath); });
    connect(line, &RemoteLine::sendPluginRequested, &jobs_, [this, runPath] { jobs_.runAgain(runPath, true); });
    connect(row, &JobRow::windUpRequested, &jobs_, [this, runPath] { jobs_.windUp(runPath); });
    connect(row, &JobRow::editRequested, &jobs_, [this, runPath] {
      if (const jobs::Snapshot* job = jobs_.job(runPath)) Q_EMIT jobs_.editRequested(job->job);
    });
    empty_->hide();
    scroll_->show();
    scroll_->ensureVisible(0, 0);
  }
  alignHosts();
  row->show(*snapshot, jobs_.cancelling(runPath), jobs_.resultWaits(runPath));
  row->remote().show(*snapshot, jobs_.cancelling(runPath) || snapshot->cancelRequested, remote_.activity(runPath),
                     remote_.trouble(runPath));
  bool alive = false;
  for (const jobs::Snapshot& job : jobs_.jobs())
    alive = alive || !jobs::isFinal(job.state);
  if (alive && !clock_->isActive())
    clock_->start();
  else if (!alive)
    clock_->stop();
}

void JobStrip::remove(const QString& runPath) {
  const auto it = rows_.find(runPath.toStdString());
  if (it == rows_.end()) return;
  it->second->deleteLater();
  rows_.erase(it);
  empty_->setVisible(rows_.empty());
  scroll_->setVisible(!rows_.empty());
}

/// The hosts of all rows stand below one another.
void JobStrip::alignHosts() {
  QStringList hosts;
  for (const jobs::Snapshot& job : jobs_.jobs())
    if (!job.host.empty()) hosts << QString::fromStdString(job.host);
  hosts.removeDuplicates();
  for (const auto& [path, row] : rows_)
    row->reserveHost(hosts);
}

void JobStrip::setTheme(const scene::Theme&) {
  for (const auto& [path, row] : rows_)
    row->update();
}

void JobStrip::reveal(const QString& runPath) {
  if (JobRow* found = row(runPath)) {
    found->setExpanded(true);
    QTimer::singleShot(0, found, [this, found] { scroll_->ensureWidgetVisible(found); });
  }
}

JobRow* JobStrip::row(const QString& runPath) const {
  const auto it = rows_.find(runPath.toStdString());
  return it == rows_.end() ? nullptr : it->second;
}

} // namespace discern::desktop
