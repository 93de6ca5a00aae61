#include "desktop/jobs/runs_window.h"

#include "desktop/analyses/job_controller.h"
#include "desktop/hosts/remote_runs.h"
#include "desktop/session/off_thread.h"
#include "desktop/theme/appearance.h"
#include "desktop/theme/icons.h"
#include "jobs/queue.h"

#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QStackedLayout>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QUrl>
#include <algorithm>

namespace discern::desktop {

namespace {

constexpr double trashSeconds = 7 * 86400.0;
constexpr double oldSeconds = 30 * 86400.0;
constexpr int refreshMs = 2000;

enum StateFilter { AnyState, AtWork, Done, Unsuccessful };

/// Rows that fit the search and the chosen states.
class RunFilter final : public QSortFilterProxyModel {
public:
  using QSortFilterProxyModel::QSortFilterProxyModel;
  void set(const QString& words, int states) {
    words_ = words.toStdString();
    states_ = states;
    invalidateFilter();
  }

protected:
  [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex&) const override {
    const jobs::Snapshot& run = static_cast<const RunTable*>(sourceModel())->run(row);
    const bool over = jobs::isFinal(run.state), good = run.state == jobs::RunState::Succeeded;
    if ((states_ == AtWork && over) || (states_ == Done && !good) || (states_ == Unsuccessful && (!over || good)))
      return false;
    return matches(run, words_);
  }

private:
  std::string words_;
  int states_ = AnyState;
};

} // namespace

RunsWindow::RunsWindow(JobController& jobs, RemoteRuns& remote, const Appearance& appearance, QWidget* parent)
    : QWidget(parent, Qt::Window), jobs_(jobs), remote_(remote), appearance_(appearance), table_(new RunTable(this)) {
  setObjectName(QStringLiteral("surface"));
  setAttribute(Qt::WA_StyledBackground);
  setWindowTitle(tr("All Runs"));
  resize(1180, 640);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 16, 16, 12);
  column->setSpacing(8);
  column->addWidget(buildTop());
  column->addWidget(buildTable(), 1);
  column->addWidget(buildNotice());
  column->addWidget(buildBottom());
  buildMenu();
  clock_ = new QTimer(this);
  clock_->setInterval(refreshMs);
  connect(clock_, &QTimer::timeout, this, &RunsWindow::refresh);
  connect(&jobs_, &JobController::jobChanged, this, [this] {
    if (isVisible()) refresh();
  });
  updateButtons();
  filter();
}

RunsWindow::~RunsWindow() = default;

QWidget* RunsWindow::buildTop() {
  auto* bar = new QWidget(this);
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  search_ = new QLineEdit(bar);
  search_->setObjectName(QStringLiteral("runSearch"));
  search_->setPlaceholderText(tr("Search title, analysis, state, input, message"));
  search_->setClearButtonEnabled(true);
  search_->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
  search_->setAccessibleName(tr("Search runs"));
  states_ = new QComboBox(bar);
  states_->setObjectName(QStringLiteral("runStates"));
  states_->addItems({tr("All runs"), tr("At work or waiting"), tr("Done"), tr("Failed or cancelled")});
  states_->setAccessibleName(tr("Which runs are listed"));
  row->addWidget(search_, 1);
  row->addWidget(states_);
  row->addSpacing(16);
  auto* label = new QLabel(tr("At work at once"), bar);
  label->setProperty("tone", QStringLiteral("muted"));
  atOnce_ = new QSpinBox(bar);
  atOnce_->setObjectName(QStringLiteral("maxJobs"));
  atOnce_->setRange(0, 256);
  atOnce_->setSpecialValueText(tr("any number"));
  atOnce_->setValue(jobs::maxJobs());
  atOnce_->setEnabled(!jobs::maxJobsIsGiven());
  atOnce_->setToolTip(
      jobs::maxJobsIsGiven()
          ? tr("Set by the environment variable DISCERN_MAX_JOBS")
          : tr("How many runs of yours are at work on this machine at once; the others wait their turn"));
  atOnce_->setAccessibleName(label->text());
  label->setBuddy(atOnce_);
  row->addWidget(label);
  row->addWidget(atOnce_);
  connect(search_, &QLineEdit::textChanged, this, &RunsWindow::filter);
  connect(states_, &QComboBox::currentIndexChanged, this, &RunsWindow::filter);
  connect(atOnce_, &QSpinBox::valueChanged, this, [this](int count) {
    try {
      jobs::setMaxJobs(count);
    } catch (const std::exception& problem) {
      tell(tr("The setting can't be kept: %1").arg(QString::fromUtf8(problem.what())), false);
    }
  });
  return bar;
}

QWidget* RunsWindow::buildTable() {
  sorted_ = new RunFilter(this);
  sorted_->setSourceModel(table_);
  sorted_->setSortRole(RunTable::SortRole);
  auto* pages = new QWidget(this);
  auto* stack = new QStackedLayout(pages);
  stack->setStackingMode(QStackedLayout::StackAll);
  empty_ = new QLabel(pages);
  empty_->setObjectName(QStringLiteral("runsEmpty"));
  empty_->setProperty("tone", QStringLiteral("muted"));
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  empty_->setAttribute(Qt::WA_TransparentForMouseEvents);
  view_ = new QTableView(pages);
  view_->setObjectName(QStringLiteral("runTable"));
  view_->setModel(sorted_);
  auto* rows = new RunDelegate(view_);
  view_->setItemDelegate(rows);
  view_->setItemDelegateForColumn(RunTable::State, new RunStateDelegate(appearance_, view_, *rows));
  view_->setSelectionBehavior(QAbstractItemView::SelectRows);
  view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  view_->setSortingEnabled(true);
  view_->sortByColumn(RunTable::Started, Qt::DescendingOrder);
  view_->setShowGrid(false);
  view_->setWordWrap(false);
  view_->setTabKeyNavigation(false);
  view_->verticalHeader()->hide();
  view_->verticalHeader()->setDefaultSectionSize(30);
  view_->setContextMenuPolicy(Qt::CustomContextMenu);
  view_->setAccessibleName(tr("Runs"));
  QHeaderView* header = view_->horizontalHeader();
  header->setHighlightSections(false);
  header->setSectionResizeMode(QHeaderView::Interactive);
  header->setSectionResizeMode(RunTable::Title, QHeaderView::Stretch);
  const std::pair<int, int> widths[]{{RunTable::State, 132},    {RunTable::Input, 160},   {RunTable::Host, 100},
                                     {RunTable::Progress, 180}, {RunTable::Started, 140}, {RunTable::Took, 84},
                                     {RunTable::Disk, 92}};
  for (const auto& [section, width] : widths)
    header->resizeSection(section, width);
  stack->addWidget(view_);
  stack->addWidget(empty_);
  stack->setCurrentWidget(empty_);
  connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunsWindow::updateButtons);
  connect(view_, &QTableView::activated, this, &RunsWindow::activate);
  return pages;
}

QWidget* RunsWindow::buildNotice() {
  notice_ = new QFrame(this);
  notice_->setObjectName(QStringLiteral("card"));
  auto* row = new QHBoxLayout(notice_);
  row->setContentsMargins(12, 4, 4, 4);
  noticeText_ = new QLabel(notice_);
  noticeText_->setObjectName(QStringLiteral("runsNotice"));
  noticeText_->setWordWrap(true);
  undo_ = new QPushButton(tr("Undo"), notice_);
  undo_->setObjectName(QStringLiteral("undoDelete"));
  undo_->setProperty("flat", true);
  undo_->setFlat(true);
  undo_->setToolTip(tr("Put the runs back"));
  auto* close = new QToolButton(notice_);
  close->setIcon(icon(QStringLiteral("close")));
  close->setToolTip(tr("Dismiss"));
  close->setAccessibleName(tr("Dismiss"));
  row->addWidget(noticeText_, 1);
  row->addWidget(undo_);
  row->addWidget(close);
  notice_->hide();
  connect(undo_, &QPushButton::clicked, this, &RunsWindow::putBack);
  connect(close, &QToolButton::clicked, notice_, &QWidget::hide);
  return notice_;
}

QWidget* RunsWindow::buildBottom() {
  auto* bar = new QWidget(this);
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  const auto button = [&](const QString& text, const char* name, const QString& tip) {
    auto* made = new QPushButton(text, bar);
    made->setObjectName(QLatin1String(name));
    made->setToolTip(tip);
    row->addWidget(made);
    return made;
  };
  open_ = button(tr("Open Result"), "openRun", tr("Bring the result of this run into the session  (Enter)"));
  again_ = button(tr("Run Again"), "runAgain", tr("The same analysis, inputs and parameters, in a new run"));
  edit_ = button(tr("Change and Run…"), "editRun", tr("Open the form of this run to change its parameters"));
  show_ = button(tr("Show in Jobs"), "showInJobs", tr("Its log and how it goes on, in the list of jobs"));
  follow_ = button(tr("Follow Again"), "followRuns", tr("See how it goes on, and have its result brought here"));
  cancel_ = button(tr("Cancel"), "cancelRuns", tr("End the chosen runs that go on"));
  summary_ = new QLabel(bar);
  summary_->setObjectName(QStringLiteral("runsSummary"));
  summary_->setProperty("tone", QStringLiteral("muted"));
  row->addStretch(1);
  row->addWidget(summary_);
  row->addSpacing(8);
  emptyTrash_ = button(tr("Empty Trash"), "emptyTrash", tr("Delete for good what is in the trash"));
  auto* clean = button(tr("Clean Up"), "cleanUp", tr("Delete many runs at once"));
  delete_ = button(tr("Delete…"), "deleteRuns", tr("Move the chosen runs to the trash  (Delete)"));
  auto* menu = new QMenu(clean);
  menu->addAction(tr("Failed and cancelled runs…"), this, [this] {
    askToCleanUp({.search = {}, .unsuccessful = true, .olderThan = 0}, tr("There is no failed or cancelled run."));
  });
  menu->addAction(tr("Runs that ended more than 30 days ago…"), this, [this] {
    askToCleanUp({.search = {}, .unsuccessful = false, .olderThan = oldSeconds},
                 tr("No run ended more than 30 days ago."));
  });
  clean->setMenu(menu);
  clean->setProperty("hasMenu", true);
  connect(open_, &QPushButton::clicked, this, &RunsWindow::openResult);
  connect(again_, &QPushButton::clicked, this, &RunsWindow::runAgain);
  connect(edit_, &QPushButton::clicked, this, [this] {
    if (const auto runs = chosen(); runs.size() == 1) Q_EMIT editRequested(runs.front().job);
  });
  connect(show_, &QPushButton::clicked, this, &RunsWindow::showInJobs);
  connect(follow_, &QPushButton::clicked, this, &RunsWindow::followChosen);
  connect(cancel_, &QPushButton::clicked, this, &RunsWindow::cancelChosen);
  connect(delete_, &QPushButton::clicked, this, [this] { askToDelete(chosen()); });
  connect(emptyTrash_, &QPushButton::clicked, this, [this] {
    notice_->hide();
    offThread(
        this, [] { return jobs::RunTrash().empty(); },
        [this](std::int64_t freed) {
          trash_ = 0;
          showSummary();
          tell(tr("The trash is empty: %1 are free again.").arg(diskText(freed)), false);
        });
  });
  return bar;
}

void RunsWindow::buildMenu() {
  connect(view_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
    const auto runs = chosen();
    if (runs.empty()) return;
    QMenu menu(this);
    const auto add = [&menu](const QPushButton* like, const QString& text) {
      QAction* action = menu.addAction(text, like, &QPushButton::click);
      action->setEnabled(like->isEnabled());
    };
    add(open_, open_->text());
    add(again_, again_->text());
    add(edit_, edit_->text());
    menu.addSeparator();
    add(show_, show_->text());
    if (follow_->isEnabled()) add(follow_, follow_->text());
    add(cancel_, cancel_->text());
    menu.addSeparator();
    menu.addAction(icon(QStringLiteral("terminal")), tr("Copy as Command"), this, [runs] {
      QStringList commands;
      for (const jobs::Snapshot& run : runs)
        commands << jobs::JobMonitor::asCommand(run.job);
      QGuiApplication::clipboard()->setText(commands.join(QLatin1Char('\n')));
    });
    menu.addAction(icon(QStringLiteral("folder")), tr("Show Folder"), this, [runs] {
      QDesktopServices::openUrl(QUrl::fromLocalFile(QString::fromStdString(runs.front().path)));
    });
    menu.addSeparator();
    add(delete_, delete_->text());
    menu.exec(view_->viewport()->mapToGlobal(at));
  });
}

void RunsWindow::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  atOnce_->setValue(jobs::maxJobs()); // another window may have changed it
  refresh();
  clock_->start();
  search_->setFocus();
  offThread(
      this,
      [] {
        const jobs::RunTrash trash;
        trash.empty(trashSeconds);
        return trash.bytes();
      },
      [this](std::int64_t bytes) {
        trash_ = bytes;
        showSummary();
      });
}

void RunsWindow::hideEvent(QHideEvent* event) {
  clock_->stop();
  QWidget::hideEvent(event);
}

void RunsWindow::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Delete && delete_->isEnabled() && view_->hasFocus())
    askToDelete(chosen());
  else if (event->key() == Qt::Key_Escape)
    close();
  else
    QWidget::keyPressEvent(event);
}

void RunsWindow::refresh() {
  if (std::exchange(reading_, true)) return;
  offThread(
      this, [] { return jobs::runHistory(); },
      [this](std::vector<jobs::Snapshot> runs) {
        reading_ = false;
        take(std::move(runs));
      });
}

void RunsWindow::take(std::vector<jobs::Snapshot> runs) {
  table_->show(std::move(runs));
  sorted_->invalidate();
  showSummary();
  updateButtons();
  measure();
}

void RunsWindow::measure() {
  const std::vector<std::string> paths = table_->unmeasured();
  if (paths.empty() || std::exchange(measuring_, true)) return;
  offThread(
      this,
      [paths] {
        std::vector<std::pair<std::string, std::int64_t>> sizes;
        sizes.reserve(paths.size());
        for (const std::string& path : paths)
          sizes.emplace_back(path, jobs::diskUse(path));
        return sizes;
      },
      [this](const std::vector<std::pair<std::string, std::int64_t>>& sizes) {
        measuring_ = false;
        for (const auto& [path, bytes] : sizes)
          table_->setDisk(path, bytes);
        showSummary();
      });
}

void RunsWindow::filter() {
  static_cast<RunFilter*>(sorted_)->set(search_->text(), states_->currentIndex());
  showSummary();
}

void RunsWindow::showSummary() {
  const auto all = static_cast<std::size_t>(table_->rowCount()), shown = static_cast<std::size_t>(sorted_->rowCount());
  QString text = shown == all ? counted(all) : tr("%1 of %2").arg(shown).arg(counted(all));
  text += QStringLiteral(" · ") + diskText(table_->totalDisk());
  if (trash_ > 0) text += tr(" · %1 in the trash").arg(diskText(trash_));
  summary_->setText(text);
  emptyTrash_->setVisible(trash_ > 0);
  empty_->setVisible(shown == 0);
  empty_->setText(all > 0 ? tr("No run fits the search.")
                          : tr("Nothing has run yet. Runs of every session and of discern-run are listed here."));
}

std::vector<jobs::Snapshot> RunsWindow::chosen() const {
  std::vector<jobs::Snapshot> runs;
  for (const QModelIndex& index : view_->selectionModel()->selectedRows())
    runs.push_back(table_->run(sorted_->mapToSource(index).row()));
  return runs;
}

void RunsWindow::updateButtons() {
  const auto runs = chosen();
  const bool one = runs.size() == 1;
  open_->setEnabled(one && !runs.front().result.empty());
  again_->setEnabled(one && runs.front().job.is_object());
  edit_->setEnabled(again_->isEnabled());
  const auto goesOn = [](const jobs::Snapshot& run) { return !jobs::isFinal(run.state); };
  show_->setEnabled(one);
  cancel_->setEnabled(std::ranges::any_of(runs, [&](const jobs::Snapshot& run) {
    return goesOn(run) && !run.cancelRequested && !jobs_.cancelling(QString::fromStdString(run.path));
  }));
  follow_->setEnabled(std::ranges::any_of(runs, [&](const auto& run) { return goesOn(run) && run.unwatched; }));
  follow_->setVisible(follow_->isEnabled());
  delete_->setEnabled(std::ranges::any_of(runs, [](const auto& run) { return jobs::isFinal(run.state); }));
}

void RunsWindow::openResult() {
  const auto runs = chosen();
  if (runs.size() == 1 && !runs.front().result.empty()) jobs_.openRun(QString::fromStdString(runs.front().path));
}

void RunsWindow::runAgain() {
  const auto runs = chosen();
  if (runs.size() != 1) return;
  if (!jobs_.runAnew(runs.front().job).isEmpty()) refresh();
}

void RunsWindow::activate() {
  const auto runs = chosen();
  if (runs.size() != 1) return;
  if (jobs::isFinal(runs.front().state))
    openResult();
  else
    showInJobs();
}

void RunsWindow::showInJobs() {
  const auto runs = chosen();
  if (runs.size() != 1) return;
  const QString path = QString::fromStdString(runs.front().path);
  if (jobs::isFinal(runs.front().state))
    jobs_.watch(runs.front());
  else if (!jobs_.job(path) || jobs_.onlyWatched(path)) // from now on as if it had been started here
    jobs_.join(path);
  Q_EMIT shownInJobs(path);
}

void RunsWindow::cancelChosen() {
  for (const jobs::Snapshot& run : chosen()) {
    if (jobs::isFinal(run.state)) continue;
    const QString path = QString::fromStdString(run.path);
    jobs_.watch(run);
    jobs_.cancel(path);
    if (run.unwatched) remote_.follow(path); // who brings the word to its host
  }
  updateButtons();
}

void RunsWindow::followChosen() {
  for (const jobs::Snapshot& run : chosen()) {
    if (jobs::isFinal(run.state) || !run.unwatched) continue;
    jobs_.watch(run);
    remote_.follow(QString::fromStdString(run.path));
  }
}

void RunsWindow::tell(const QString& text, bool undo) {
  noticeText_->setText(text);
  undo_->setVisible(undo);
  undo_->setEnabled(undo);
  notice_->show();
}

QString RunsWindow::counted(std::size_t count) { return tr(count == 1 ? "%1 run" : "%1 runs").arg(count); }
QString RunsWindow::summaryText() const { return summary_->text(); }

} // namespace discern::desktop
