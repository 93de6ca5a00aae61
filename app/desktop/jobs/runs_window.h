#pragma once
#include "desktop/jobs/run_table.h"
#include "jobs/run_history.h"

#include <QWidget>

class QAbstractButton;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QSpinBox;
class QTableView;
class QTimer;

namespace discern::desktop {

class Appearance;
class JobController;
class RemoteRuns;

/// A window of all runs of this machine, whichever session or script started them: search, sort, open a result, run
/// again, delete what is no longer needed, and how many may be at work at once. Reading, measuring and deleting happen
/// on other threads.
class RunsWindow final : public QWidget {
  Q_OBJECT
public:
  RunsWindow(JobController& jobs, RemoteRuns& remote, const Appearance& appearance, QWidget* parent = nullptr);
  ~RunsWindow() override;

  [[nodiscard]] RunTable& table() { return *table_; }
  [[nodiscard]] QTableView& view() { return *view_; }
  [[nodiscard]] QLineEdit& search() { return *search_; }
  /// The chosen runs, in the order they are shown.
  [[nodiscard]] std::vector<jobs::Snapshot> chosen() const;
  [[nodiscard]] QString summaryText() const;
  /// Reads the folder anew; the table follows a moment later.
  void refresh();

Q_SIGNALS:
  /// A run is in the list of jobs now, where it is to be shown.
  void shownInJobs(const QString& runPath);
  /// The person wants the form of this job, to change something before it is run again.
  void editRequested(const nlohmann::json& job);

protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

private:
  QWidget* buildTop();
  QWidget* buildTable();
  QWidget* buildNotice();
  QWidget* buildBottom();
  void buildMenu();
  void filter();
  void take(std::vector<jobs::Snapshot> runs);
  void measure();
  void showSummary();
  void updateButtons();
  void openResult();
  void runAgain();
  void activate(); ///< shows a run that goes on in the list of jobs, opens the result of one that has ended
  void showInJobs();
  void cancelChosen();
  void followChosen();
  void askToDelete(const std::vector<jobs::Snapshot>& runs);
  void askToCleanUp(const jobs::CleanUp& which, const QString& nothing);
  void remove(const std::vector<std::string>& paths, std::int64_t bytes);
  void putBack();
  void tell(const QString& text, bool undo);
  [[nodiscard]] static QString counted(std::size_t count); ///< "3 runs"

  JobController& jobs_;
  RemoteRuns& remote_;
  const Appearance& appearance_;
  RunTable* table_ = nullptr;
  QSortFilterProxyModel* sorted_ = nullptr;
  QTableView* view_ = nullptr;
  QLineEdit* search_ = nullptr;
  QComboBox* states_ = nullptr;
  QSpinBox* atOnce_ = nullptr;
  QLabel *summary_ = nullptr, *empty_ = nullptr, *noticeText_ = nullptr;
  QWidget* notice_ = nullptr;
  QPushButton *open_ = nullptr, *edit_ = nullptr, *again_ = nullptr, *delete_ = nullptr, *show_ = nullptr,
              *cancel_ = nullptr, *follow_ = nullptr, *undo_ = nullptr, *emptyTrash_ = nullptr;
  QTimer* clock_ = nullptr;
  std::vector<std::string> deleted_; ///< that the last deletion can be undone for
  std::int64_t trash_ = 0;
  bool reading_ = false, measuring_ = false;
};

} // namespace discern::desktop
