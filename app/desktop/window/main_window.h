#pragma once
#include "channel/client/service_process.h"
#include "desktop/session/recovery.h"
#include "link/link.h"

#include <QMainWindow>
#include <QTemporaryDir>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

class QLabel;
class QStackedWidget;

namespace discern::channel {
class Client;
}
namespace discern::jobs {
class JobMonitor;
}
namespace discern::views {
class ContrastEditor;
class CourseView;
class DiagramPane;
class DisagreementView;
class ProbeBar;
class TablePane;
class TimeBar;
class ViewGrid;
class ViewKeys;
} // namespace discern::views

namespace discern::desktop {

class ActionRegistry;
class AnalysisPanel;
class Appearance;
class BusyIndicator;
class Catalogue;
class CommandPalette;
class DataTree;
class DockPanel;
class Document;
class FigureBar;
class FigureRun;
class FileOpener;
struct FigureOptions;
class HostRunsDialog;
class HostsDialog;
class JobController;
class JobStrip;
class MessageBanner;
class PropertiesPanel;
class RecentFiles;
class RefinementBar;
class RemoteRuns;
class RunsWindow;
class StartPage;
class TurnQueue;
struct Message;

struct WindowOptions {
  QString resources;    ///< folder of icons, theme and demos
  QString runner;       ///< path of discern-run
  bool remember = true; ///< keep geometry, recent files and a recovery file; ask about unsaved work
  /// How the data service of another machine is started; absent: over ssh, as the host's profile says.
  std::function<channel::ServiceCommand(const std::string& host, bool asked)> connect{};
  /// Bytes that are kept on this machine's disk of files on others; 0: none. Without `remember`, none.
  std::int64_t keptBytes = std::int64_t{4} << 30;
};

/// The window: data tree and properties left, views and below them tables in the middle, analyses, evaluation and
/// contrast right, time course and jobs below.
class MainWindow final : public QMainWindow {
  Q_OBJECT
public:
  MainWindow(Appearance& appearance, WindowOptions options, QWidget* parent = nullptr);
  ~MainWindow() override;

  [[nodiscard]] link::Link& link() { return *link_; }
  [[nodiscard]] channel::Client& client() { return *client_; }
  [[nodiscard]] ActionRegistry& actionRegistry() { return *actions_; }
  [[nodiscard]] CommandPalette& palette() { return *palette_; }
  [[nodiscard]] MessageBanner& messages() { return *messages_; }
  [[nodiscard]] StartPage& startPage() { return *start_; }
  [[nodiscard]] DataTree& tree() { return *tree_; }
  [[nodiscard]] PropertiesPanel& properties() { return *properties_; }
  [[nodiscard]] views::ViewGrid& grid() { return *grid_; }
  [[nodiscard]] views::TablePane& tables() { return *tables_; }
  [[nodiscard]] views::DiagramPane& plots() { return *plots_; }
  [[nodiscard]] views::TimeBar& timeBar() { return *timeBar_; }
  [[nodiscard]] views::ProbeBar& probe() { return *probe_; }
  [[nodiscard]] views::DisagreementView& evaluation() { return *evaluation_; }
  [[nodiscard]] AnalysisPanel& analyses() { return *analyses_; }
  [[nodiscard]] JobController& jobs() { return *jobs_; }
  [[nodiscard]] RemoteRuns& remoteRuns() { return *remote_; }
  [[nodiscard]] JobStrip& jobStrip() { return *jobStrip_; }
  [[nodiscard]] RunsWindow* runs() const { return runs_; } ///< nullptr until it was shown
  [[nodiscard]] RefinementBar& refinement() { return *refinement_; }
  [[nodiscard]] FigureBar& figureBar() { return *figureBar_; }
  [[nodiscard]] Document& document() { return *document_; }
  [[nodiscard]] RecentFiles& recent() { return *recent_; }
  [[nodiscard]] Recovery* recovery() { return recovery_.get(); }
  [[nodiscard]] Appearance& appearance() { return appearance_; }
  [[nodiscard]] const WindowOptions& options() const { return options_; }
  /// nullptr when there is no dock of that id ("data", "properties", "analyses", "evaluation", "contrast", "course",
  /// "plots", "jobs", "history").
  [[nodiscard]] DockPanel* dock(const QString& id) const;
  /// True while the start page is shown.
  [[nodiscard]] bool atStart() const;
  /// Nothing is being opened, and every view has its data and has painted them.
  [[nodiscard]] bool settled() const;

public Q_SLOTS:
  void openDialog();
  void openAs(const QString& role); ///< "truth" or "prediction": asks for a file
  /// Opens data files as layers or tables, and sessions as the session.
  void openFiles(const QStringList& paths);
  /// Looks for a file on another machine. `host` empty: asks which.
  void openOnHost(const QString& host = {});
  void openDemo(const QString& id);
  void save();
  void saveAs();
  void closeSession();
  void exportFigure();
  /// Has the runner draw the session into a file, or the clipboard. A message says how it ended.
  void writeFigure(const QString& path, const FigureOptions& options);
  void copyFigure(const FigureOptions& options);
  void copyFigure(); ///< as the last one was
  void compare();
  void showAnalysis(const QString& id);   ///< empty: the list, with the keyboard in its search
  void showHostRuns(const QString& host); ///< the dialog of the runs that are on a host
  void showHosts(const QString& name);    ///< the dialog of hosts, at one of them when `name` isn't empty
  void showRuns();                        ///< the window of all runs
  void showJob(const QString& runPath);   ///< where the list of jobs has it
  void showShortcuts();
  void showAbout();
  void cycleTheme();
  void resetPanels();
  void tell(const Message& message);

Q_SIGNALS:
  void fileOpened(const QString& path);
  void fileFailed(const QString& path);

protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  QMenu* createPopupMenu() override;

private:
  void buildCentre();
  void buildDocks();
  void defaultDocks();
  void wireData();
  void wireRemoteRuns();
  void followHost(const QString& host);
  void wireRefinements();
  void wireJobs();
  void wireHosts();
  void editRun(const nlohmann::json& job);
  void editWhenReady(const QString& path);
  void restyle();
  void followState(const session::State& before, const session::State& after);
  void showWorkspace(bool shown);
  void shareCentre();
  void showTitle();
  void warmPanels();
  void offerLost();
  void know();
  void askBeforeLoss(std::function<void()> proceed);
  /// Starts the runner; nullptr, and a message, while it is at work on another.
  FigureRun* drawFigure(const QString& path, const FigureOptions& options);
  [[nodiscard]] static bool mayHoldSession(const QString& path); ///< a picture of this machine
  void openFigure(const QString& path);                          ///< its session; the picture where it holds none
  void saveThen(std::function<void()> proceed, bool elsewhere = false);
  void restore(const Recovered& recovered);
  void locate(const QString& path);
  void askAboutTruth(const QString& layer, const QString& why);
  void askAboutMemory(const QString& path, std::optional<session::Role> role, const QString& field, double bytes,
                      double budget);
  void rememberWindow();
  void showDropHint(bool shown);

  Appearance& appearance_;
  WindowOptions options_;
  link::Link* link_;
  channel::Client* client_;
  jobs::JobMonitor* monitor_;
  Catalogue* catalogue_;
  JobController* jobs_;
  RemoteRuns* remote_;
  RecentFiles* recent_;
  Document* document_;
  FileOpener* opener_;
  std::unique_ptr<Recovery> recovery_;
  ActionRegistry* actions_;
  CommandPalette* palette_ = nullptr;
  MessageBanner* messages_ = nullptr;
  StartPage* start_ = nullptr;
  QStackedWidget* stack_ = nullptr;
  views::ViewGrid* grid_ = nullptr;
  views::ViewKeys* keys_ = nullptr;
  views::TablePane* tables_ = nullptr;
  views::TimeBar* timeBar_ = nullptr;
  views::ProbeBar* probe_ = nullptr;
  views::ContrastEditor* contrast_ = nullptr;
  views::CourseView* course_ = nullptr;
  views::DiagramPane* plots_ = nullptr;
  views::DisagreementView* evaluation_ = nullptr;
  BusyIndicator* busy_ = nullptr;
  RefinementBar* refinement_ = nullptr;
  FigureBar* figureBar_ = nullptr;
  FigureRun* figureRun_ = nullptr;              ///< while a figure is being drawn
  std::unique_ptr<QTemporaryDir> figureFolder_; ///< of what goes to the clipboard
  int lookingInto_ = 0;                         ///< pictures that may hold a session
  DataTree* tree_ = nullptr;
  PropertiesPanel* properties_ = nullptr;
  AnalysisPanel* analyses_ = nullptr;
  JobStrip* jobStrip_ = nullptr;
  HostsDialog* hosts_ = nullptr; ///< once it was asked for
  HostRunsDialog* hostRuns_ = nullptr;
  RunsWindow* runs_ = nullptr;
  nlohmann::json toEdit_;                           ///< a job whose form waits for its inputs
  std::set<std::pair<QString, QString>> editWaits_; ///< their paths and fields
  TurnQueue* turns_;                                ///< what follows a change and may come a moment after the views
  QWidget* dropHint_ = nullptr;
  QByteArray docks_;                    ///< where the panels were when the start page took their place
  std::optional<bool> workspace_;       ///< views (true) or start page
  std::map<QString, QString> hostTold_; ///< what the banner says of a host
  QStringList refusals_;                ///< what the banner says of runs that could not be started
  std::map<QString, QString> failures_; ///< what the banner says of a run, by its title
  bool closing_ = false;
  bool courseOffered_ = false;
};

} // namespace discern::desktop
