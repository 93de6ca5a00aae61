#pragma once
#include "desktop/analyses/job_controller.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QListView;
class QPlainTextEdit;
class QStackedWidget;

namespace discern::desktop {

class AnalysisPage;
class AnalysisListModel;
class FoldButton;
class UndoOrder;

/// The list of analyses with its search, and a page for each. Goes into a dock. Type to search, Down and Up to walk,
/// Enter to open. A page keeps what was entered while the window is open, also when its manifest changes.
class AnalysisPanel final : public QWidget {
  Q_OBJECT
public:
  AnalysisPanel(link::Link& link, data::FieldProvider& provider, JobController& jobs, QWidget* parent = nullptr);
  ~AnalysisPanel() override;
  /// Shows the list and takes the keyboard to the search.
  void focusSearch();
  /// Opens the page of an analysis; false: there is none of that id.
  bool openAnalysis(const std::string& id);
  /// Opens the page of a job's analysis with the job's inputs and parameters.
  bool openJob(const nlohmann::json& job);
  /// Runs the analysis whose page is open, as Ctrl+Enter does.
  void runCurrent();
  [[nodiscard]] AnalysisPage* currentPage() const;
  /// What Undo takes back, in the forms and in the session.
  [[nodiscard]] UndoOrder& undoOrder() { return *undo_; }
  void reloadHosts(); ///< hosts were added, changed or removed

Q_SIGNALS:
  void hostsRequested(); ///< to be set up

protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

private:
  void refreshList();
  void followManifests();
  AnalysisPage* makePage(const Analysis& analysis);
  void showList();
  void move(int rows);
  void openCurrent();

  link::Link& link_;
  data::FieldProvider& provider_;
  JobController& jobs_;
  UndoOrder* undo_;
  QStackedWidget* stack_ = nullptr;
  QLineEdit* search_ = nullptr;
  QListView* list_ = nullptr;
  FoldButton* problemsFold_ = nullptr; ///< plugins that can't be used: how many
  QPlainTextEdit* problems_ = nullptr; ///< why
  QLabel* empty_ = nullptr;
  AnalysisListModel* model_ = nullptr;
  std::map<std::string, AnalysisPage*> pages_;
};

} // namespace discern::desktop
