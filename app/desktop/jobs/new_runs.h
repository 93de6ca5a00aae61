#pragma once
#include <QObject>
#include <set>
#include <string>

namespace discern::desktop {

class JobController;

/// Lists the runs of this machine that others start, scripts and other windows, while they go on: those that are there
/// already, of the last day, and each new one within seconds. It looks for new folders alone, on another thread.
class NewRuns final : public QObject {
  Q_OBJECT
public:
  explicit NewRuns(JobController& jobs, QObject* parent = nullptr);

private:
  void look();

  JobController& jobs_;
  std::set<std::string> seen_; ///< folders that need no second look
  bool looking_ = false;
};

} // namespace discern::desktop
