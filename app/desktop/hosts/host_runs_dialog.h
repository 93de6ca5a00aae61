#pragma once
#include "desktop/hosts/host_thread.h"
#include "remote/host_runs.h"

#include <QDialog>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QStackedWidget;
class QStandardItemModel;
class QTableView;
class QTimer;
class QToolButton;

namespace discern::desktop {

class RemoteRuns;

/// The runs that are on a host, whoever started them and from wherever: to follow, to cancel, to fetch their results.
/// While it is open it looks again by itself every few seconds.
class HostRunsDialog final : public QDialog {
  Q_OBJECT
public:
  /// `joined` takes what is followed from here; `runner`: path of discern-run.
  explicit HostRunsDialog(RemoteRuns& joined, QWidget* parent = nullptr);
  /// Shows the runs of a host; empty: of the one used last, here or for a run, or the first.
  void present(const QString& host = {});
  void reloadHosts();
  void refresh();
  void followRun();
  void fetchRun();
  void cancelRun(); ///< asks first
  [[nodiscard]] bool busy() const { return thread_->busy(); }
  [[nodiscard]] QTableView& table() { return *table_; }

Q_SIGNALS:
  void hostsRequested(const QString& name);
  void joinedRun(const QString& runPath);

protected:
  void hideEvent(QHideEvent* event) override;
  void showEvent(QShowEvent* event) override;

private:
  enum class Page { Runs, Words };
  QWidget* top();
  QWidget* words();
  QWidget* foot();
  void fill();
  void lookAgain(); ///< asks nobody anything; what is listed stays where the host can't be reached
  void say(const QString& text, const QString& details, const QString& button, std::function<void()> run);
  void told(const HostProblem& problem);
  void refreshButtons();
  void attach(bool fetch);
  [[nodiscard]] const remote::HostRun* current() const;
  [[nodiscard]] QString host() const;

  RemoteRuns& joined_;
  HostThread *thread_, *looking_; ///< what was asked for; what is looked at by itself
  QTimer* clock_;
  std::vector<remote::HostRun> runs_;
  QString listed_; ///< the host that `runs_` are of
  QComboBox* hosts_ = nullptr;
  QLineEdit* search_ = nullptr;
  QToolButton* refresh_ = nullptr;
  QStackedWidget* pages_ = nullptr;
  QTableView* table_ = nullptr;
  QStandardItemModel* model_ = nullptr;
  QSortFilterProxyModel* filter_ = nullptr;
  QLabel *sentence_ = nullptr, *details_ = nullptr, *status_ = nullptr;
  QPushButton *help_ = nullptr, *edit_ = nullptr, *follow_ = nullptr, *fetch_ = nullptr, *cancel_ = nullptr;
  std::function<void()> helping_;
};

/// Keeps the name of the host that was used last.
void rememberHost(const QString& name);

} // namespace discern::desktop
