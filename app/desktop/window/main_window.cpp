#include "desktop/window/main_window.h"

#include "analyses/analysis_panel.h"
#include "analyses/catalogue.h"
#include "channel/client/client.h"
#include "contrast/contrast_editor.h"
#include "course/course_view.h"
#include "desktop/actions/action_registry.h"
#include "desktop/actions/window_actions.h"
#include "desktop/figure/figure_bar.h"
#include "desktop/hosts/remote_runs.h"
#include "desktop/palette/command_palette.h"
#include "desktop/session/document.h"
#include "desktop/session/file_opener.h"
#include "desktop/session/place.h"
#include "desktop/session/recent_files.h"
#include "desktop/start/start_page.h"
#include "desktop/theme/appearance.h"
#include "desktop/theme/icons.h"
#include "desktop/tree/data_tree.h"
#include "desktop/tree/layer_model.h"
#include "desktop/tree/properties_panel.h"
#include "desktop/window/busy_indicator.h"
#include "desktop/window/dock_panel.h"
#include "desktop/window/history_panel.h"
#include "desktop/window/message_banner.h"
#include "desktop/window/refinement_bar.h"
#include "desktop/window/turn_queue.h"
#include "diagram/diagram_pane.h"
#include "disagreements/disagreement_view.h"
#include "gl/panel_widget.h"
#include "grid/view_grid.h"
#include "grid/view_keys.h"
#include "jobs/job_strip.h"
#include "jobs/launcher.h"
#include "probe/probe_bar.h"
#include "reach/service_on.h"
#include "table/table_pane.h"
#include "time/time_bar.h"

#include <QAction>
#include <QApplication>
#include <QFileInfo>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTableView>
#include <QTimer>
#include <QToolBar>
#include <QVBoxLayout>

namespace discern::desktop {

namespace {
constexpr int stateVersion = 3; ///< of the docks: a new number starts from the default
channel::Client::Connect connectOf(const WindowOptions& options) {
  if (options.connect) return options.connect;
  return [](const std::string& host, bool asked) {
    const bool dialog = asked && qEnvironmentVariableIsSet("SSH_ASKPASS");
    return reach::serviceOn(host, dialog ? remote::Prompts::Dialog : remote::Prompts::None);
  };
}

const QString geometryKey = QStringLiteral("window/geometry"), docksKey = QStringLiteral("window/docks");
} // namespace

MainWindow::MainWindow(Appearance& appearance, WindowOptions options, QWidget* parent)
    : QMainWindow(parent), appearance_(appearance), options_(std::move(options)), link_(new link::Link(this)),
      client_(new channel::Client({.program = options_.runner,
                                   .keptFolder = options_.remember ? channel::KeptFolder::usual() : std::string(),
                                   .keptBytes = options_.keptBytes,
                                   .connect = connectOf(options_)},
                                  this)),
      monitor_(new jobs::JobMonitor(options_.runner, this)), catalogue_(new Catalogue(this)),
      jobs_(new JobController(*link_, *client_, *monitor_, *catalogue_, this)),
      remote_(new RemoteRuns(*jobs_, *monitor_, options_.runner, this)), recent_(new RecentFiles(this)),
      document_(new Document(*link_, this)), opener_(new FileOpener(*link_, *client_, this)),
      actions_(new ActionRegistry(this)), turns_(new TurnQueue(this)) {
  if (options_.remember) recovery_ = std::make_unique<Recovery>(*link_);
  setAcceptDrops(true);
  setDockNestingEnabled(true);
  setDockOptions(AnimatedDocks | AllowTabbedDocks | AllowNestedDocks | GroupedDragging);
  setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
  setUnifiedTitleAndToolBarOnMac(true);
  setMinimumSize(720, 480);
  resize(1440, 900);
  buildCentre();
  buildDocks();
  addWindowActions(*actions_, *this);
  buildMenus(*actions_, *this);
  buildToolBar(*actions_, *this);
  palette_ = new CommandPalette(this, [this] { return paletteEntries(*actions_, *this, *catalogue_); });
  wireData();
  wireHosts();
  wireRefinements();
  wireJobs();
  wireRemoteRuns();
  connect(link_, &link::Link::stateChanged, this, &MainWindow::followState);
  connect(&appearance_, &Appearance::changed, this, &MainWindow::restyle);
  restyle();
  defaultDocks();
  docks_ = saveState(stateVersion);
  if (options_.remember) {
    QSettings settings;
    restoreGeometry(settings.value(geometryKey).toByteArray());
    if (const QByteArray kept = settings.value(docksKey).toByteArray(); !kept.isEmpty()) docks_ = kept;
    QTimer::singleShot(0, this, &MainWindow::offerLost);
    QTimer::singleShot(200, remote_, &RemoteRuns::followAll);
    QTimer::singleShot(3000, this, &MainWindow::offerLost); // a window killed a moment ago may not be gone yet
  }
  showWorkspace(false);
  showTitle();
  QTimer::singleShot(100, this, &MainWindow::warmPanels); // after the first paint
  catalogue_->load(*client_);
}

void MainWindow::offerLost() {
  // Each is found only once: it is kept for a window that shows the start page.
  if (!atStart() || !opener_->pending().isEmpty()) return;
  Recovery::find(this, [this](const std::vector<Recovered>& found) { start_->offer(found); });
}

MainWindow::~MainWindow() {
  // Nothing that still speaks is heard any more; views and panels ask the provider until they are gone, so they go
  // first.
  for (QObject* source :
       std::initializer_list<QObject*>{link_, client_, jobs_, opener_, document_, catalogue_, &appearance_})
    source->disconnect(this);
  for (QDockWidget* panel : findChildren<QDockWidget*>(QString(), Qt::FindDirectChildrenOnly))
    delete panel;
  delete takeCentralWidget();
  delete statusBar();
}

void MainWindow::buildCentre() {
  const views::Style& style = appearance_.style();
  auto* centre = new QWidget(this);
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  messages_ = new MessageBanner(appearance_, centre);
  stack_ = new QStackedWidget(centre);
  start_ = new StartPage(appearance_, *recent_, options_.resources, stack_);
  auto* work = new QWidget(stack_);
  auto* centreSplit = new QSplitter(Qt::Vertical, work);
  centreSplit->setObjectName(QStringLiteral("viewSplitter"));
  centreSplit->setHandleWidth(4);
  centreSplit->setChildrenCollapsible(false);
  grid_ = new views::ViewGrid(*link_, *client_, style, centreSplit);
  tables_ = new views::TablePane(*link_, *client_, style, centreSplit);
  centreSplit->addWidget(grid_);
  centreSplit->addWidget(tables_);
  centreSplit->setSizes({6000, 4000});
  timeBar_ = new views::TimeBar(*link_, *client_, style, work);
  timeBar_->setReady([this] { return grid_->settled(); });
  auto* below = new QVBoxLayout(work);
  below->setContentsMargins(0, 0, 0, 0);
  below->setSpacing(0);
  below->addWidget(centreSplit, 1);
  below->addWidget(timeBar_);
  stack_->addWidget(start_);
  stack_->addWidget(work);
  column->addWidget(messages_);
  column->addWidget(stack_, 1);
  setCentralWidget(centre);

  probe_ = new views::ProbeBar(*link_, *client_, style, this);
  busy_ = new BusyIndicator(appearance_, this);
  statusBar()->setSizeGripEnabled(false);
  statusBar()->addWidget(probe_, 1);
  refinement_ = new RefinementBar(this);
  statusBar()->addPermanentWidget(refinement_);
  figureBar_ = new FigureBar(this);
  statusBar()->addPermanentWidget(figureBar_);
  statusBar()->addPermanentWidget(busy_);

  keys_ = new views::ViewKeys(*link_, *grid_, this);
  connect(keys_, &views::ViewKeys::playPause, timeBar_, &views::TimeBar::togglePlay);
  connect(keys_, &views::ViewKeys::stepTime, timeBar_, &views::TimeBar::step);

  connect(tables_, &views::TablePane::reported, this, [this](const QString& sentence) {
    tell({Message::Kind::Info, sentence, {}, {}, 10});
  });
  connect(start_, &StartPage::openRequested, this, &MainWindow::openDialog);
  connect(start_, &StartPage::openOnHostRequested, this, [this] { openOnHost(); });
  connect(start_, &StartPage::fileRequested, this, [this](const QString& path) { openFiles({path}); });
  connect(start_, &StartPage::demoRequested, this, &MainWindow::openDemo);
  connect(start_, &StartPage::restoreRequested, this, &MainWindow::restore);
  connect(start_, &StartPage::discardRequested, this, [](const QString& path) { Recovery::discard(path); });
  connect(grid_, &views::ViewGrid::reported, this, [this](const QString& sentence) {
    // Of a file that can't be opened the opener speaks, once.
    for (const session::Layer& layer : link_->state().layers)
      if (!client_->info(layer.path) && sentence.contains(QString::fromStdString(layer.path))) return;
    tell({Message::Kind::Warning, sentence, {}, {}, 0});
  });
}

void MainWindow::buildDocks() {
  const views::Style& style = appearance_.style();
  tree_ = new DataTree(*link_, *client_, appearance_, this);
  properties_ = new PropertiesPanel(*link_, *client_, this);
  analyses_ = new AnalysisPanel(*link_, *client_, *jobs_, this);
  evaluation_ = new views::DisagreementView(*link_, *client_, style, this);
  contrast_ = new views::ContrastEditor(*link_, *client_, style, this);
  course_ = new views::CourseView(*link_, *client_, style, this);
  jobStrip_ = new JobStrip(*jobs_, *remote_, this);
  new DockPanel(QStringLiteral("data"), tr("Data"), tree_, this);
  new DockPanel(QStringLiteral("properties"), tr("Properties"), properties_, this);
  new DockPanel(QStringLiteral("analyses"), tr("Analyses"), analyses_, this);
  new DockPanel(QStringLiteral("evaluation"), tr("Evaluation"), evaluation_, this);
  new DockPanel(QStringLiteral("contrast"), tr("Contrast"), contrast_, this);
  new DockPanel(QStringLiteral("course"), tr("Time course"), course_, this);
  plots_ = new views::DiagramPane(*link_, *client_, appearance_.style(), this);
  new DockPanel(QStringLiteral("plots"), tr("Plots"), plots_, this);
  connect(plots_, &views::DiagramPane::added, this, [this] { dock("plots")->present(); });
  connect(plots_, &views::DiagramPane::reported, this, [this](const QString& sentence) {
    tell({Message::Kind::Info, sentence, {}, {}, 8});
  });
  new DockPanel(QStringLiteral("jobs"), tr("Jobs"), jobStrip_, this);
  new DockPanel(QStringLiteral("history"), tr("History"), new HistoryPanel(*link_, this), this);
  setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
  setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);

  connect(tree_, &DataTree::openRequested, this, &MainWindow::openDialog);
  connect(tree_, &DataTree::fieldRequested, this,
          [this](const QString& path, const QString& field) { opener_->open(path, {}, field); });
  connect(tree_, &DataTree::tableRequested, opener_, &FileOpener::openTable);
  connect(evaluation_, &views::DisagreementView::compareRequested, this, &MainWindow::compare);
  connect(keys_, &views::ViewKeys::stepDisagreement, evaluation_, &views::DisagreementView::step);
}

void MainWindow::defaultDocks() {
  const auto panels = findChildren<DockPanel*>(QString(), Qt::FindDirectChildrenOnly);
  for (DockPanel* panel : panels)
    panel->setFloating(false);
  addDockWidget(Qt::LeftDockWidgetArea, dock("data"));
  splitDockWidget(dock("data"), dock("properties"), Qt::Vertical);
  addDockWidget(Qt::RightDockWidgetArea, dock("analyses"));
  tabifyDockWidget(dock("analyses"), dock("evaluation"));
  tabifyDockWidget(dock("evaluation"), dock("contrast"));
  tabifyDockWidget(dock("contrast"), dock("plots"));
  tabifyDockWidget(dock("plots"), dock("history"));
  addDockWidget(Qt::BottomDockWidgetArea, dock("jobs"));
  tabifyDockWidget(dock("jobs"), dock("course"));
  for (DockPanel* panel : panels)
    panel->show();
  for (const char* hidden : {"history", "course", "plots", "jobs"})
    dock(hidden)->hide();
  dock("analyses")->raise();
  resizeDocks({dock("data"), dock("analyses")}, {264, 412}, Qt::Horizontal);
  resizeDocks({dock("data"), dock("properties")}, {300, 420}, Qt::Vertical);
  resizeDocks({dock("jobs")}, {232}, Qt::Vertical);
  for (DockPanel* panel : panels)
    panel->settleTitle();
}

void MainWindow::resetPanels() {
  if (atStart()) return;
  defaultDocks();
}

void MainWindow::wireData() {
  connect(client_, &channel::Client::busyChanged, busy_, &BusyIndicator::setPending);
  connect(client_, &channel::Client::fileChanged, this, [this] {
    grid_->reread();
    plots_->reread();
    probe_->refresh();
    know();
  });
  connect(client_, &channel::Client::serviceRestarted, this, [this](const QString& reason) {
    tell({Message::Kind::Warning, reason, {}, {}, 8});
  });
  connect(link_, &link::Link::refused, this, [this](const QString& why) {
    tell({Message::Kind::Warning, why, {}, {}, 8});
  });
  connect(opener_, &FileOpener::pendingChanged, this, [this] {
    tree_->setPending(opener_->pending());
    start_->setPending(opener_->pending());
  });
  connect(opener_, &FileOpener::known, this, &MainWindow::know);
  connect(opener_, &FileOpener::tooLarge, this, &MainWindow::askAboutMemory);
  client_->call("memory", nlohmann::json::object(), [this](data::FieldProvider::Reply<nlohmann::json> reply) {
    if (reply.error.empty()) opener_->setMemoryBudget(reply.value.value("limit", 0.0));
  });
  connect(opener_, &FileOpener::truthDoubted, this, &MainWindow::askAboutTruth);
  connect(&tree_->model(), &LayerModel::truthDoubted, this, &MainWindow::askAboutTruth);
  connect(opener_, &FileOpener::opened, this, [this](const QString& path) {
    if (options_.remember && !path.startsWith(options_.resources)) recent_->add(path);
    Q_EMIT fileOpened(path);
  });
  connect(opener_, &FileOpener::failed, this, [this](const QString& path, const QString& why) {
    tell({Message::Kind::Error,
          tr("%1 can't be opened: %2").arg(shortName(path), QString(why).remove(path + QStringLiteral(": "))),
          path,
          {},
          0});
    Q_EMIT fileFailed(path);
  });
  connect(opener_, &FileOpener::missing, this, [this](const QString& path, const QString& why) {
    tell({Message::Kind::Error,
          tr("%1 of this session can't be read: %2")
              .arg(shortName(path), QString(why).remove(path + QStringLiteral(": "))),
          path,
          {{tr("Locate…"), [this, path] { locate(path); }}, {tr("Try Again"), [this, path] { opener_->retry(path); }}},
          0});
    tree_->model().setUnreadable(opener_->unreadable());
    Q_EMIT fileFailed(path);
  });
  connect(document_, &Document::changed, this, &MainWindow::showTitle);
  connect(document_, &Document::opened, this, [this](const QString& file) {
    if (options_.remember && !file.startsWith(options_.resources)) recent_->add(file);
    if (recovery_) recovery_->setSessionFile(file);
    if (!link_->state().comparison.result.empty()) dock("evaluation")->present();
    Q_EMIT fileOpened(file);
  });
  connect(document_, &Document::saved, this, [this](const QString& file) {
    if (options_.remember) recent_->add(file);
    if (recovery_) recovery_->setSessionFile(file);
    tell({Message::Kind::Info, tr("Saved %1.").arg(QFileInfo(file).fileName()), {}, {}, 3});
  });
  connect(document_, &Document::failed, this, [this](const QString& file, const QString& why) {
    tell({Message::Kind::Error, why, {}, {}, 0});
    Q_EMIT fileFailed(file);
  });
}

void MainWindow::wireRefinements() {
  connect(client_, &channel::Client::refining, this, [this](const channel::Refinement& now) {
    refinement_->show(client_->refinements());
    using State = channel::Refinement::State;
    if (now.state == State::Failed || now.state == State::Unkept)
      tell({Message::Kind::Warning, QString::fromStdString(now.message), {}, {}, 0});
  });
  connect(client_, &channel::Client::refined, this, [this] {
    grid_->reread();
    plots_->reread();
    properties_->refresh();
    contrast_->refresh();
  });
  connect(refinement_, &RefinementBar::stopRequested, this, [this](const QString& path, const QString& field) {
    client_->stopRefining(path.toStdString(), field.toStdString());
  });
}

void MainWindow::know() {
  tree_->model().setUnreadable(opener_->unreadable());
  turns_->ask(QStringLiteral("time"), [this] {
    timeBar_->refresh();
    timeBar_->setVisible(timeBar_->steps() > 1);
  });
  turns_->ask(QStringLiteral("tree"), [this] { tree_->refresh(); });
  turns_->ask(QStringLiteral("properties"), [this] { properties_->refresh(); });
  turns_->ask(QStringLiteral("contrast"), [this] { contrast_->refresh(); });
  turns_->ask(QStringLiteral("actions"), [this] { updateActions(*actions_, *this); }); // what can be plotted
  turns_->ask(QStringLiteral("course"), [this] {
    // Fields of a single voxel are drawn over their time already.
    const bool lines = grid_->view("line") && grid_->view("line")->isVisible();
    if (timeBar_->steps() > 1 && !lines && !atStart() && !std::exchange(courseOffered_, true))
      dock("course")->present();
  });
}

void MainWindow::warmPanels() {
  // A view's making and a panel's first showing (mostly its style sheet) have time while the start page is looked at.
  for (const char* view : {"axial", "coronal", "sagittal", "volume"})
    turns_->ask(QStringLiteral("view ") + QLatin1String(view), [this, view] {
      if (atStart()) grid_->prepare(view);
    });
  for (const DockPanel* panel : findChildren<DockPanel*>(QString(), Qt::FindDirectChildrenOnly))
    turns_->ask(QStringLiteral("warm ") + panel->objectName(), [panel] {
      panel->ensurePolished();
      for (QWidget* part : panel->findChildren<QWidget*>())
        part->ensurePolished();
    });
}

void MainWindow::followState(const session::State& before, const session::State& after) {
  const bool first = workspace_ == false && !after.empty();
  showWorkspace(!after.empty());
  if (!first) shareCentre();
  if (before.layers != after.layers || before.tables.size() != after.tables.size() || before.active != after.active)
    know();
  if (before.runs.size() < after.runs.size() && !atStart()) dock("jobs")->present();
  if (before.diagrams.size() < after.diagrams.size() && !atStart()) dock("plots")->present();
  if (before.comparison.result != after.comparison.result && !after.comparison.result.empty() && !atStart())
    dock("evaluation")->present();
  if (before.layers.size() != after.layers.size() || before.tables.size() != after.tables.size()) showTitle();
  updateActions(*actions_, *this);
}

/// Views and tables share the room; where there are none of either, the other has it all.
void MainWindow::shareCentre() {
  // A plot of a table alone can have the room of the views.
  const bool plot = link_->state().maximised.find(':') != std::string::npos;
  grid_->setVisible(!link_->state().layers.empty() || plot);
  tables_->setVisible(!link_->state().tables.empty());
  probe_->setVisible(!link_->state().layers.empty());
}

bool MainWindow::atStart() const { return stack_->currentWidget() == start_; }

void MainWindow::showWorkspace(bool shown) {
  if (workspace_ == shown) return;
  const bool before = workspace_.value_or(false);
  workspace_ = shown;
  if (shown) {
    restoreState(docks_, stateVersion);
    statusBar()->show();
    stack_->setCurrentIndex(1); // last, so that the views get their size once
  } else {
    if (before) docks_ = saveState(stateVersion);
    stack_->setCurrentWidget(start_);
    for (DockPanel* panel : findChildren<DockPanel*>(QString(), Qt::FindDirectChildrenOnly))
      panel->hide();
    statusBar()->hide();
  }
  if (shown)
    turns_->ask(QStringLiteral("centre"), [this] {
      shareCentre(); // in a turn of its own, for the first showing of views takes a while
      // The views have the keyboard, unless somebody is typing already.
      const QWidget* focus = QApplication::focusWidget();
      const bool elsewhere = focus && focus->window() == this && !centralWidget()->isAncestorOf(focus);
      if (elsewhere || atStart()) return;
      if (!grid_->shown().empty())
        grid_->shown().front()->setFocus(Qt::OtherFocusReason);
      else
        tables_->table().setFocus(Qt::OtherFocusReason);
    });
  if (shown)
    for (DockPanel* panel : findChildren<DockPanel*>(QString(), Qt::FindDirectChildrenOnly))
      panel->settleTitle();
  updateActions(*actions_, *this);
}

DockPanel* MainWindow::dock(const QString& id) const { return findChild<DockPanel*>(id, Qt::FindDirectChildrenOnly); }

bool MainWindow::settled() const {
  return opener_->pending().isEmpty() && lookingInto_ == 0 && turns_->empty() && busy_->pending() == 0 &&
         (atStart() || (grid_->settled() && tables_->settled() && plots_->settled()));
}

void MainWindow::restyle() {
  const views::Style& style = appearance_.style();
  actions_->refresh();
  refreshIcons(*this);
  grid_->setStyle(style);
  tables_->setStyle(style);
  timeBar_->setStyle(style);
  probe_->setStyle(style);
  contrast_->setStyle(style);
  evaluation_->setStyle(style);
  course_->setStyle(style);
  plots_->setStyle(style);
  jobStrip_->setTheme(style.theme);
}

void MainWindow::showTitle() {
  QString title = document_->title();
  // A place belongs to the file that the title names; a session is on this machine.
  const session::State& state = link_->state();
  const std::string named = !document_->file().isEmpty() ? std::string()
                            : !state.layers.empty()      ? state.layers.front().path
                            : !state.tables.empty()      ? state.tables.front().path
                                                         : std::string();
  if (const QString host = hostName(QString::fromStdString(named)); !host.isEmpty()) title += tr(" on %1").arg(host);
  setWindowTitle(title.isEmpty() ? QStringLiteral("Discern") : title + QStringLiteral("[*] — Discern"));
  setWindowModified(document_->modified() && !document_->file().isEmpty());
}

void MainWindow::tell(const Message& message) { messages_->show(message); }

void MainWindow::rememberWindow() {
  if (!options_.remember) return;
  QSettings settings;
  settings.setValue(geometryKey, saveGeometry());
  settings.setValue(docksKey, atStart() ? docks_ : saveState(stateVersion));
}

} // namespace discern::desktop
