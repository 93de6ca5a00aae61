#pragma once
#include "desktop/analyses/job_controller.h"
#include "scene/theme.h"

#include <QWidget>

class QScrollArea;
class QTimer;
class QVBoxLayout;

namespace discern::desktop {

class JobRow;
class RemoteRuns;

/// The session's runs, newest first: state, phase, progress, time, cancel, log. Goes into a dock.
class JobStrip final : public QWidget {
  Q_OBJECT
public:
  JobStrip(JobController& jobs, RemoteRuns& remote, QWidget* parent = nullptr);
  ~JobStrip() override;
  /// Draws the rows anew in the colours of the application's style sheet, which follow `theme`.
  void setTheme(const scene::Theme& theme);
  /// Scrolls to a run and opens its log.
  void reveal(const QString& runPath);
  [[nodiscard]] JobRow* row(const QString& runPath) const;

Q_SIGNALS:
  void allRunsRequested(); ///< those of other sessions, too

private:
  void alignHosts();
  void refresh(const QString& runPath);
  void remove(const QString& runPath);

  JobController& jobs_;
  RemoteRuns& remote_;
  std::map<std::string, JobRow*> rows_;
  QScrollArea* scroll_ = nullptr;
  QVBoxLayout* list_ = nullptr;
  QWidget* empty_ = nullptr;
  QTimer* clock_ = nullptr;
};

} // namespace discern::desktop
