#include "desktop/hosts/host_runs_dialog.h"

#include "desktop/analyses/choice_box.h"
#include "desktop/hosts/remote_runs.h"
#include "desktop/jobs/job_words.h"
#include "desktop/jobs/state_badge.h"
#include "desktop/theme/icons.h"
#include "jobs/run_files.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

namespace discern::desktop {

namespace {

enum Columns { State, Title, Progress, Age, Took, Job, From, Result, ColumnCount };
enum Roles { SortRole = Qt::UserRole, StateRole, IndexRole, SearchRole };
constexpr auto lastHost = "hosts/runsOf";
constexpr int lookMs = 5000;

QString str(const std::string& text) { return QString::fromStdString(text); }

jobs::RunState stateOf(const remote::HostRun& run) {
  return jobs::runStateFromName(run.state).value_or(jobs::RunState::Unreachable);
}

QString ageText(double seconds) {
  if (seconds < 90) return HostRunsDialog::tr("just now");
  if (seconds < 5400) return HostRunsDialog::tr("%1 min ago").arg(std::lround(seconds / 60));
  if (seconds < 36 * 3600) return HostRunsDialog::tr("%1 h ago").arg(std::lround(seconds / 3600));
  return HostRunsDialog::tr("%1 days ago").arg(std::lround(seconds / 86400));
}

/// The sign of a state before its word.
class StateDelegate final : public QStyledItemDelegate {
public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    QStyleOptionViewItem moved = option;
    initStyleOption(&moved, index);
    moved.text.clear();
    option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &moved, painter, option.widget);
    const auto state = static_cast<jobs::RunState>(index.data(StateRole).toInt());
    painter->save();
    painter->translate(option.rect.left() + 8, option.rect.center().y() - 9);
    StateBadge::paint(*painter, state, false, option.palette.color(QPalette::Text));
    painter->restore();
    painter->save();
    painter->setPen(option.palette.color(QPalette::Text));
    painter->drawText(option.rect.adjusted(34, 0, -4, 0), Qt::AlignLeft | Qt::AlignVCenter,
                      index.data(Qt::DisplayRole).toString());
    painter->restore();
  }
};

QPushButton* action(const char* name, const QString& text, const QString& tip, QWidget* parent) {
  auto* button = new QPushButton(text, parent);
  button->setObjectName(QLatin1String(name));
  button->setToolTip(tip);
  button->setAutoDefault(false);
  return button;
}

} // namespace

HostRunsDialog::HostRunsDialog(RemoteRuns& joined, QWidget* parent)
    : QDialog(parent), joined_(joined), thread_(new HostThread(this)), looking_(new HostThread(this)),
      clock_(new QTimer(this)) {
  setObjectName(QStringLiteral("hostRunsDialog"));
  setWindowTitle(tr("Runs on a Host"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 16, 16, 16);
  column->setSpacing(12);
  column->addWidget(top());
  pages_ = new QStackedWidget(this);
  table_ = new QTableView(pages_);
  table_->setObjectName(QStringLiteral("hostRuns"));
  table_->setAccessibleName(tr("Runs"));
  model_ = new QStandardItemModel(0, ColumnCount, this);
  model_->setHorizontalHeaderLabels(
      {tr("State"), tr("Run"), tr("Progress"), tr("Started"), tr("Took"), tr("Slurm job"), tr("From"), tr("Result")});
  for (const int right : {Progress, Took, Result})
    model_->horizontalHeaderItem(right)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
  filter_ = new QSortFilterProxyModel(this);
  filter_->setSourceModel(model_);
  filter_->setSortRole(SortRole);
  filter_->setFilterRole(SearchRole);
  filter_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  filter_->setFilterKeyColumn(State);
  table_->setModel(filter_);
  table_->setItemDelegateForColumn(State, new StateDelegate(table_));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setShowGrid(false);
  table_->setWordWrap(false);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(32);
  table_->horizontalHeader()->setSectionResizeMode(Title, QHeaderView::Stretch);
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table_->horizontalHeader()->setHighlightSections(false);
  const int widths[ColumnCount] = {120, 0, 72, 96, 72, 76, 104, 84};
  for (int i = 0; i < ColumnCount; ++i)
    if (widths[i] > 0) table_->setColumnWidth(i, widths[i]);
  table_->setSortingEnabled(true);
  table_->sortByColumn(Age, Qt::DescendingOrder);
  pages_->addWidget(table_);
  pages_->addWidget(words());
  column->addWidget(pages_, 1);
  column->addWidget(foot());
  resize(960, 560);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &HostRunsDialog::refreshButtons);
  connect(table_, &QTableView::doubleClicked, this, &HostRunsDialog::followRun);
  clock_->setInterval(lookMs);
  connect(clock_, &QTimer::timeout, this, &HostRunsDialog::lookAgain);
  reloadHosts();
}

void rememberHost(const QString& name) { QSettings().setValue(QLatin1String(lastHost), name); }

QWidget* HostRunsDialog::top() {
  auto* bar = new QWidget(this);
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  hosts_ = new ChoiceBox(bar);
  hosts_->setObjectName(QStringLiteral("runsHost"));
  hosts_->setAccessibleName(tr("Host"));
  hosts_->setMinimumWidth(200);
  search_ = new QLineEdit(bar);
  search_->setObjectName(QStringLiteral("runsSearch"));
  search_->setPlaceholderText(tr("Search title, analysis, state, machine, job"));
  search_->setClearButtonEnabled(true);
  refresh_ = new QToolButton(bar);
  refresh_->setObjectName(QStringLiteral("runsRefresh"));
  refresh_->setIcon(icon(QStringLiteral("loop")));
  refresh_->setToolTip(tr("Look again  (F5)"));
  refresh_->setAccessibleName(tr("Look again"));
  refresh_->setShortcut(QKeySequence::Refresh);
  row->addWidget(hosts_);
  row->addWidget(search_, 1);
  row->addWidget(refresh_);
  connect(hosts_, &QComboBox::activated, this, [this] {
    rememberHost(host());
    refresh();
  });
  connect(search_, &QLineEdit::textChanged, this, [this](const QString& text) {
    filter_->setFilterFixedString(text.trimmed());
    refreshButtons();
  });
  connect(refresh_, &QToolButton::clicked, this, &HostRunsDialog::refresh);
  return bar;
}

QWidget* HostRunsDialog::words() {
  auto* page = new QWidget(this);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(48, 24, 48, 24);
  column->setSpacing(8);
  sentence_ = new QLabel(page);
  sentence_->setObjectName(QStringLiteral("runsSentence"));
  details_ = new QLabel(page);
  details_->setProperty("tone", QStringLiteral("muted"));
  details_->setProperty("textSize", QStringLiteral("small"));
  for (QLabel* label : {sentence_, details_}) {
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignHCenter);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  }
  help_ = action("runsHelp", {}, {}, page);
  connect(help_, &QPushButton::clicked, this, [this] {
    if (helping_) helping_();
  });
  edit_ = action("runsEdit", tr("Look at This Host…"), tr("Its settings, and the test of them"), page);
  connect(edit_, &QPushButton::clicked, this, [this] { Q_EMIT hostsRequested(host()); });
  auto* choices = new QHBoxLayout;
  choices->setSpacing(8);
  choices->addStretch(1);
  choices->addWidget(edit_);
  choices->addWidget(help_);
  choices->addStretch(1);
  column->addStretch(2);
  column->addWidget(sentence_);
  column->addWidget(details_);
  column->addSpacing(8);
  column->addLayout(choices);
  column->addStretch(3);
  return page;
}

QWidget* HostRunsDialog::foot() {
  auto* bar = new QWidget(this);
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  status_ = new QLabel(bar);
  status_->setObjectName(QStringLiteral("runsStatus"));
  status_->setProperty("tone", QStringLiteral("muted"));
  status_->setWordWrap(true);
  cancel_ = action("runsCancel", tr("Cancel Run…"), tr("End the run over there"), bar);
  fetch_ = action("runsFetch", tr("Fetch and Open"), tr("Bring its result here, whatever its size, and show it"), bar);
  follow_ = action("runsFollow", tr("Follow"), tr("Into the list of jobs, with its log from the beginning"), bar);
  follow_->setProperty("tone", QStringLiteral("accent"));
  connect(cancel_, &QPushButton::clicked, this, &HostRunsDialog::cancelRun);
  connect(fetch_, &QPushButton::clicked, this, &HostRunsDialog::fetchRun);
  connect(follow_, &QPushButton::clicked, this, &HostRunsDialog::followRun);
  row->addWidget(status_, 1);
  row->addWidget(cancel_);
  row->addWidget(fetch_);
  row->addWidget(follow_);
  return bar;
}

QString HostRunsDialog::host() const { return hosts_->currentData().toString(); }

void HostRunsDialog::reloadHosts() {
  const QString before = host();
  hosts_->clear();
  for (const remote::ListedProfile& listed : remote::listProfiles())
    if (listed.error.empty())
      hosts_->addItem(icon(QStringLiteral("terminal")), str(listed.profile.name), str(listed.profile.name));
  const QString wanted = before.isEmpty() ? QSettings().value(QLatin1String(lastHost)).toString() : before;
  hosts_->setCurrentIndex(std::max(0, hosts_->findData(wanted)));
  hosts_->setEnabled(hosts_->count() > 0);
  if (hosts_->count() == 0)
    say(tr("There is no host yet."), tr("A host is a machine that you reach with ssh, where analyses can run."),
        tr("Set Up a Host…"), [this] { Q_EMIT hostsRequested({}); });
  else if (isVisible() && listed_.isEmpty() && !busy())
    refresh();
  refreshButtons();
}

void HostRunsDialog::present(const QString& wanted) {
  reloadHosts();
  const QString last = wanted.isEmpty() ? QSettings().value(QLatin1String(lastHost)).toString() : wanted;
  if (const int row = hosts_->findData(last); row >= 0) hosts_->setCurrentIndex(row);
  if (!wanted.isEmpty()) rememberHost(wanted);
  show();
  raise();
  activateWindow();
  refresh();
}

void HostRunsDialog::showEvent(QShowEvent* event) {
  clock_->start();
  QDialog::showEvent(event);
}

void HostRunsDialog::hideEvent(QHideEvent* event) {
  clock_->stop();
  if (busy()) { // nobody waits for it any more
    delete thread_;
    thread_ = new HostThread(this);
    listed_.clear();
  }
  QDialog::hideEvent(event);
}

void HostRunsDialog::say(const QString& text, const QString& details, const QString& button,
                         std::function<void()> run) {
  sentence_->setText(text);
  details_->setText(details);
  details_->setVisible(!details.isEmpty());
  help_->setText(button);
  help_->setVisible(!button.isEmpty());
  edit_->hide();
  helping_ = std::move(run);
  pages_->setCurrentIndex(static_cast<int>(Page::Words));
}

void HostRunsDialog::told(const HostProblem& problem) {
  const bool again = problem.signIn;
  say(problem.text, problem.details, again ? tr("Sign In…") : tr("Try Again"), [this] { refresh(); });
  edit_->show();
}

void HostRunsDialog::refresh() {
  const QString name = host();
  if (name.isEmpty()) return;
  if (busy()) {
    delete thread_;
    thread_ = new HostThread(this);
  }
  if (listed_ != name) {
    runs_.clear();
    listed_.clear();
    say(tr("Asking %1…").arg(name), {}, tr("Stop"), [this, name] {
      delete thread_;
      thread_ = new HostThread(this);
      say(tr("%1 was not asked.").arg(name), {}, tr("Try Again"), [this] { refresh(); });
      refreshButtons();
    });
  }
  status_->setText(tr("Looking…"));
  using Found = std::pair<std::vector<remote::HostRun>, HostProblem>;
  thread_->start(
      [name = name.toStdString()](const std::atomic<bool>& stop) {
        Found found;
        found.second = problemOf([&] {
          const remote::HostProfile profile = remote::findProfile(name);
          const auto link = remote::linkTo(profile, remote::Prompts::Dialog, &stop);
          found.first = remote::runsOf(*link, profile);
        });
        return found;
      },
      [this, name](Found found) {
        status_->clear();
        if (found.second) {
          listed_.clear();
          told(found.second);
        } else {
          listed_ = name;
          runs_ = std::move(found.first);
          fill();
        }
        refreshButtons();
      });
  refreshButtons();
}

void HostRunsDialog::lookAgain() {
  const QString name = host();
  if (busy() || looking_->busy() || name.isEmpty() || listed_ != name) return;
  using Found = std::pair<std::vector<remote::HostRun>, HostProblem>;
  looking_->start(
      [name = name.toStdString()](const std::atomic<bool>& stop) {
        Found found;
        found.second = problemOf([&] {
          const remote::HostProfile profile = remote::findProfile(name);
          const auto link = remote::linkTo(profile, remote::Prompts::None, &stop);
          found.first = remote::runsOf(*link, profile);
        });
        return found;
      },
      [this, name](Found found) {
        if (busy() || listed_ != name || !isVisible()) return;
        status_->setText(found.second.text);
        if (!found.second) runs_ = std::move(found.first);
        fill(); // the ages, in any case
        refreshButtons();
      });
}

void HostRunsDialog::fill() {
  const int scrolled = table_->verticalScrollBar()->value();
  const QString before = current() ? str(current()->path) : QString();
  model_->setRowCount(0);
  const double now = jobs::now();
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const remote::HostRun& run = runs_[i];
    const jobs::RunState state = stateOf(run);
    const double begun = run.started > 0 ? run.started : run.created;
    const double took = run.started > 0 ? (run.ended > 0 ? run.ended : now) - run.started : 0;
    const QString title = str(run.title.empty() ? run.plugin : run.title);
    const QString from = run.from.empty() ? tr("there") : str(run.from);
    const bool over = jobs::isFinal(state);
    const std::pair<QString, QVariant> cells[ColumnCount] = {
        {stateWord(state), static_cast<int>(state)},
        {title, title},
        {over ? QString() : tr("%1 %").arg(std::lround(100 * run.progress)), run.progress},
        {begun > 0 ? ageText(now - begun) : QString(), begun},
        {took > 0 ? durationText(took) : QString(), took},
        {str(run.slurm), str(run.slurm).toLongLong()},
        {from, from},
        {run.resultSize > 0 ? QLocale::c().formattedDataSize(run.resultSize, 1, QLocale::DataSizeSIFormat) : QString(),
         QVariant::fromValue(run.resultSize)}};
    QList<QStandardItem*> row;
    for (const auto& [text, sort] : cells) {
      auto* item = new QStandardItem(text);
      item->setData(sort, SortRole);
      item->setToolTip(run.message.empty() ? str(run.path) : str(run.path) + QLatin1Char('\n') + str(run.message));
      row << item;
    }
    row[State]->setData(static_cast<int>(state), StateRole);
    row[State]->setData(static_cast<int>(i), IndexRole);
    row[State]->setData(
        QStringList{title, str(run.plugin), cells[State].first, from, str(run.slurm), str(run.path)}.join(
            QLatin1Char(' ')),
        SearchRole);
    for (const int right : {Progress, Took, Result})
      row[right]->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    model_->appendRow(row);
  }
  if (runs_.empty())
    say(tr("Nothing has run on %1 yet.").arg(listed_),
        tr("Choose it under “Run on” beside an analysis; runs that were started over there are listed, too."), {}, {});
  else
    pages_->setCurrentIndex(static_cast<int>(Page::Runs));
  for (int row = 0; row < filter_->rowCount(); ++row) {
    const int index = filter_->index(row, State).data(IndexRole).toInt();
    if (str(runs_[static_cast<std::size_t>(index)].path) == before) table_->selectRow(row);
  }
  if (!current() && filter_->rowCount() > 0) table_->selectRow(0);
  table_->verticalScrollBar()->setValue(scrolled);
}

const remote::HostRun* HostRunsDialog::current() const {
  const QModelIndexList rows = table_->selectionModel()->selectedRows(State);
  if (rows.isEmpty()) return nullptr;
  const auto index = static_cast<std::size_t>(rows[0].data(IndexRole).toInt());
  return index < runs_.size() ? &runs_[index] : nullptr;
}

void HostRunsDialog::refreshButtons() {
  const remote::HostRun* run = pages_->currentIndex() == static_cast<int>(Page::Runs) ? current() : nullptr;
  const bool ready = run && !busy();
  const bool over = run && jobs::isFinal(stateOf(*run));
  follow_->setEnabled(ready);
  follow_->setText(over ? tr("Add to Jobs") : tr("Follow"));
  cancel_->setEnabled(ready && !over);
  fetch_->setEnabled(ready && over && stateOf(*run) == jobs::RunState::Succeeded);
  refresh_->setEnabled(!host().isEmpty());
}

void HostRunsDialog::followRun() { attach(false); }
void HostRunsDialog::fetchRun() { attach(true); }

void HostRunsDialog::attach(bool fetch) {
  const remote::HostRun* run = current();
  if (!run || busy()) return;
  status_->setText(tr("Attaching to %1…").arg(str(run->title.empty() ? run->plugin : run->title)));
  using Attached = std::pair<std::string, HostProblem>;
  thread_->start(
      [name = listed_.toStdString(), there = run->path](const std::atomic<bool>& stop) {
        Attached attached;
        attached.second = problemOf([&] {
          const remote::HostProfile profile = remote::findProfile(name);
          const auto link = remote::linkTo(profile, remote::Prompts::Dialog, &stop);
          attached.first = remote::attachRun(*link, profile, there);
        });
        return attached;
      },
      [this, fetch](const Attached& attached) {
        status_->clear();
        refreshButtons();
        if (attached.second) {
          told(attached.second);
          return;
        }
        const QString path = str(attached.first);
        if (fetch)
          joined_.joinAndFetch(path);
        else
          joined_.join(path);
        status_->setText(fetch ? tr("Its result is being brought here.") : tr("It is in the list of jobs now."));
        Q_EMIT joinedRun(path);
      });
  refreshButtons();
}

void HostRunsDialog::cancelRun() {
  const remote::HostRun* run = current();
  if (!run || busy() || jobs::isFinal(stateOf(*run))) return;
  const QString title = str(run->title.empty() ? run->plugin : run->title);
  auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Cancel Run"), tr("Cancel “%1” on %2?").arg(title, listed_),
                              QMessageBox::NoButton, this);
  box->setObjectName(QStringLiteral("cancelQuestion"));
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->setInformativeText(run->from.empty() ? tr("It was started over there.")
                                            : tr("It was started from %1.").arg(str(run->from)));
  QPushButton* yes = box->addButton(tr("Cancel the Run"), QMessageBox::DestructiveRole);
  box->setDefaultButton(box->addButton(tr("Let It Go On"), QMessageBox::RejectRole));
  connect(yes, &QPushButton::clicked, this, [this, there = run->path, name = listed_.toStdString()] {
    if (busy()) return;
    status_->setText(tr("Cancelling…"));
    thread_->start(
        [name, there](const std::atomic<bool>& stop) {
          return problemOf([&] {
            const auto link = remote::linkTo(remote::findProfile(name), remote::Prompts::Dialog, &stop);
            link->ask("run.cancel", {{"path", there}});
            for (int i = 0; i < 40 && !stop; ++i) { // it has some seconds to end
              if (link->ask("run.look", {{"path", there}, {"from", 0}}).value("final", false)) break;
              QThread::msleep(200);
            }
          });
        },
        [this](const HostProblem& problem) {
          status_->clear();
          if (problem)
            told(problem);
          else
            refresh();
          refreshButtons();
        });
    refreshButtons();
  });
  box->open();
}

} // namespace discern::desktop
