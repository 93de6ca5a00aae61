#pragma once
#include "desktop/hosts/host_thread.h"
#include "jobs/run_directory.h"

#include <QElapsedTimer>
#include <map>
#include <set>

namespace discern::jobs {
class JobMonitor;
}

namespace discern::desktop {

class JobController;

/// What a person does with the list's runs on other machines. Nothing here waits: the work is done on threads, and
/// `changed` says how it goes.
class RemoteRuns final : public QObject {
  Q_OBJECT
public:
  /// `runner`: path of discern-run.
  RemoteRuns(JobController& jobs, jobs::JobMonitor& monitor, QString runner, QObject* parent = nullptr);

  /// Follows every run of this machine's that goes on elsewhere unwatched, unless somebody left it to itself: after the
  /// window, or the machine, was stopped short.
  void followAll();
  void follow(const QString& runPath);
  void detach(const QString& runPath); ///< leaves it to itself
  void retry(const QString& runPath);  ///< tries the connection now
  /// Signs in to its host with ssh's questions as dialogs; every run of that host goes on then.
  void signIn(const QString& runPath);
  /// Brings a result that stayed on its host here, and opens it.
  void fetch(const QString& runPath);
  void stop(const QString& runPath); ///< what is being done with it, not the run
  /// A run directory here that mirrors one elsewhere: joins the list, is followed, and its result opens by itself.
  void join(const QString& runPath);
  /// The same, and a result that stays on its host is fetched.
  void joinAndFetch(const QString& runPath);

  [[nodiscard]] QString activity(const QString& runPath) const; ///< "Signing in to cluster…"; empty: nothing
  [[nodiscard]] QString trouble(const QString& runPath) const;  ///< why the last of it did not go well

Q_SIGNALS:
  void changed(const QString& runPath);
  /// Runs of a host wait for somebody to sign in; told once, until it was done.
  void signInWanted(const QString& runPath, const QString& host);
  void signedIn(const QString& host);

private:
  struct Work {
    HostThread* thread = nullptr;
    QString activity, trouble;
  };
  Work& work(const QString& runPath);
  void look(const QString& runPath);
  void supervise(const QString& runPath);

  JobController& jobs_;
  jobs::JobMonitor& monitor_;
  QString runner_;
  std::map<QString, Work> works_;
  std::map<QString, QElapsedTimer> followed_;
  std::set<QString> asked_;                ///< hosts that signInWanted was told of
  std::map<QString, std::string> opening_; ///< once their result is here; where it was
  std::set<QString> fetching_;             ///< when it turns out that their result stayed there
};

/// Whether ssh waits for somebody to sign in, as the run's note says.
[[nodiscard]] bool wantsSignIn(const jobs::Snapshot& snapshot);
/// Whether the run failed because its host doesn't have the analysis.
[[nodiscard]] bool lacksPlugin(const jobs::Snapshot& snapshot);

} // namespace discern::desktop
