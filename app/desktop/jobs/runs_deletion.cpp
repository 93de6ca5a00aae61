// How runs are deleted and put back.
#include "desktop/analyses/job_controller.h"
#include "desktop/jobs/runs_window.h"
#include "desktop/session/off_thread.h"

#include <QMessageBox>
#include <QPushButton>
#include <algorithm>

namespace discern::desktop {

void RunsWindow::askToCleanUp(const jobs::CleanUp& which, const QString& nothing) {
  std::vector<jobs::Snapshot> runs;
  for (const jobs::Snapshot& run : table_->runs())
    if (wanted(run, which)) runs.push_back(run);
  if (runs.empty())
    tell(nothing, false);
  else
    askToDelete(runs);
}

void RunsWindow::askToDelete(const std::vector<jobs::Snapshot>& runs) {
  std::vector<std::string> paths;
  std::int64_t bytes = 0;
  std::size_t going = 0, shown = 0;
  for (const jobs::Snapshot& run : runs) {
    if (!jobs::isFinal(run.state)) {
      ++going;
      continue;
    }
    paths.push_back(run.path);
    bytes += std::max<std::int64_t>(0, table_->disk(run.path));
    if (jobs_.isShown(QString::fromStdString(run.path))) ++shown;
  }
  if (paths.empty()) return;
  auto* box =
      new QMessageBox(QMessageBox::NoIcon, windowTitle(),
                      tr("Delete %1 (%2)?").arg(counted(paths.size()), diskText(bytes)), QMessageBox::Cancel, this);
  box->setObjectName(QStringLiteral("deleteQuestion"));
  box->setAttribute(Qt::WA_DeleteOnClose);
  QString more = tr(
      "Results included. Deleted runs go to the trash, from where they can be put back; it is emptied after 7 days.");
  if (shown > 0)
    more += QLatin1Char('\n') +
            tr("%1 of them: the result is open in this session and could not be read again.").arg(shown);
  if (going > 0) more += QLatin1Char('\n') + tr("Runs that go on are not deleted (%1).").arg(going);
  box->setInformativeText(more);
  QAbstractButton* yes = box->addButton(tr("Delete"), QMessageBox::DestructiveRole);
  connect(yes, &QAbstractButton::clicked, this, [this, paths, bytes] { remove(paths, bytes); });
  box->open();
}

void RunsWindow::remove(const std::vector<std::string>& paths, std::int64_t bytes) {
  offThread(
      this,
      [paths] {
        const jobs::RunTrash trash;
        std::pair<std::vector<std::string>, QString> result;
        for (const std::string& path : paths)
          try {
            trash.moveIn(path);
            result.first.push_back(path);
          } catch (const std::exception& problem) {
            result.second = QString::fromUtf8(problem.what());
          }
        return result;
      },
      [this, bytes](const std::pair<std::vector<std::string>, QString>& result) {
        deleted_ = result.first;
        trash_ += deleted_.empty() ? 0 : bytes;
        for (const std::string& path : deleted_)
          jobs_.forget(QString::fromStdString(path));
        refresh();
        tell(result.second.isEmpty() ? tr("%1 moved to the trash.").arg(counted(deleted_.size())) : result.second,
             !deleted_.empty());
      });
}

void RunsWindow::putBack() {
  undo_->setEnabled(false);
  offThread(
      this,
      [paths = std::exchange(deleted_, {})] {
        const jobs::RunTrash trash;
        std::pair<QString, std::int64_t> result;
        for (const std::string& path : paths)
          try {
            trash.moveOut(path);
          } catch (const std::exception& problem) {
            result.first = QString::fromUtf8(problem.what());
          }
        result.second = trash.bytes();
        return result;
      },
      [this](const std::pair<QString, std::int64_t>& result) {
        trash_ = result.second;
        refresh();
        if (result.first.isEmpty())
          notice_->hide();
        else
          tell(result.first, false);
        showSummary();
      });
}

} // namespace discern::desktop
