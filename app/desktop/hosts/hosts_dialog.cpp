#include "desktop/hosts/hosts_dialog.h"

#include "desktop/hosts/host_form.h"
#include "desktop/hosts/host_list_delegate.h"
#include "desktop/hosts/host_test_view.h"
#include "desktop/theme/icons.h"

#include <QDesktopServices>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStyle>
#include <QTabBar>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>

namespace discern::desktop {

namespace {

enum Pages { Empty, Broken, Editor };
enum Tabs { Settings, Test };

QString str(const std::string& text) { return QString::fromStdString(text); }

QToolButton* sideButton(const char* name, const QString& tip, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setIcon(icon(QLatin1String(name)));
  button->setToolTip(tip);
  button->setAccessibleName(tip);
  return button;
}

QLabel* paragraph(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

} // namespace

HostsDialog::HostsDialog(QWidget* parent) : QDialog(parent) {
  setObjectName(QStringLiteral("hostsDialog"));
  setWindowTitle(tr("Hosts"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  row->addWidget(side());
  auto* rule = new QFrame(this);
  rule->setStyleSheet(QStringLiteral("QFrame { background: palette(mid); border: none; }"));
  rule->setFixedWidth(1);
  row->addWidget(rule);
  pages_ = new QStackedWidget(this);
  pages_->addWidget(emptyPage());
  pages_->addWidget(brokenPage());
  pages_->addWidget(editor());
  row->addWidget(pages_, 1);
  resize(960, 720);
  reload({});
}

QWidget* HostsDialog::side() {
  auto* side = new QWidget(this);
  side->setFixedWidth(232);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(8, 12, 8, 8);
  column->setSpacing(8);
  list_ = new QListWidget(side);
  list_->setObjectName(QStringLiteral("hostList"));
  list_->setAccessibleName(tr("Hosts"));
  list_->setItemDelegate(new HostListDelegate(list_));
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setMouseTracking(true);
  connect(list_, &QListWidget::currentRowChanged, this, [this] {
    if (!filling_) showCurrent();
  });
  column->addWidget(list_, 1);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(4);
  auto* add = sideButton("plus", tr("Add a host"), side);
  add->setObjectName(QStringLiteral("addHost"));
  duplicate_ = sideButton("copy", tr("Duplicate this host"), side);
  duplicate_->setObjectName(QStringLiteral("duplicateHost"));
  remove_ = sideButton("trash", tr("Remove this host"), side);
  remove_->setObjectName(QStringLiteral("removeHost"));
  connect(add, &QToolButton::clicked, this, &HostsDialog::addHost);
  connect(duplicate_, &QToolButton::clicked, this, &HostsDialog::duplicateHost);
  connect(remove_, &QToolButton::clicked, this, &HostsDialog::removeHost);
  buttons->addWidget(add);
  buttons->addWidget(duplicate_);
  buttons->addStretch(1);
  buttons->addWidget(remove_);
  column->addLayout(buttons);
  return side;
}

QWidget* HostsDialog::emptyPage() {
  auto* page = new QWidget(this);
  page->setObjectName(QStringLiteral("noHosts"));
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(64, 48, 64, 48);
  column->setSpacing(12);
  column->addStretch(2);
  auto* title = new QLabel(tr("Run analyses where the machines are"), page);
  title->setProperty("textSize", QStringLiteral("title"));
  title->setWordWrap(true);
  column->addWidget(title);
  column->addWidget(
      paragraph(tr("A host is another machine that you reach with ssh: a workstation down the hall, or the login node "
                   "of a cluster. With a host set up, any analysis can run there while you watch it here. Its inputs "
                   "are sent once, its result comes back, and it goes on when the connection is lost or this window "
                   "is closed."),
                page));
  auto* needs =
      paragraph(tr("You need a sign-in that works with “ssh” in a terminal, and Discern installed there."), page);
  needs->setProperty("tone", QStringLiteral("muted"));
  column->addWidget(needs);
  column->addSpacing(8);
  auto* add = new QPushButton(tr("Add a Host"), page);
  add->setObjectName(QStringLiteral("addFirstHost"));
  add->setProperty("tone", QStringLiteral("accent"));
  add->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
  connect(add, &QPushButton::clicked, this, &HostsDialog::addHost);
  column->addWidget(add);
  column->addStretch(3);
  return page;
}

QWidget* HostsDialog::brokenPage() {
  auto* page = new QWidget(this);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(24, 24, 24, 16);
  column->setSpacing(12);
  auto* title = new QLabel(tr("This profile can't be used"), page);
  title->setProperty("textSize", QStringLiteral("strong"));
  broken_ = paragraph({}, page);
  broken_->setObjectName(QStringLiteral("brokenProfile"));
  broken_->setProperty("tone", QStringLiteral("bad"));
  auto* hint = paragraph(tr("Mend the file with any editor, then read it again; or remove it."), page);
  hint->setProperty("tone", QStringLiteral("muted"));
  auto* open = new QPushButton(tr("Open File"), page);
  auto* again = new QPushButton(tr("Read Again"), page);
  again->setObjectName(QStringLiteral("readAgain"));
  connect(open, &QPushButton::clicked, this, [this] {
    if (const Entry* entry = current()) QDesktopServices::openUrl(QUrl::fromLocalFile(str(entry->listed.file)));
  });
  connect(again, &QPushButton::clicked, this, [this] {
    if (const Entry* entry = current()) reload(str(entry->listed.profile.name));
    Q_EMIT hostsChanged();
  });
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(open);
  buttons->addWidget(again);
  buttons->addStretch(1);
  column->addWidget(title);
  column->addWidget(broken_);
  column->addWidget(hint);
  column->addLayout(buttons);
  column->addStretch(1);
  return page;
}

QWidget* HostsDialog::editor() {
  auto* page = new QWidget(this);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  tabBar_ = new QTabBar(page);
  tabBar_->setObjectName(QStringLiteral("hostTabs"));
  tabBar_->addTab(tr("Settings"));
  tabBar_->addTab(tr("Test"));
  tabBar_->setExpanding(false);
  auto* top = new QHBoxLayout;
  top->setContentsMargins(12, 4, 12, 0);
  top->addWidget(tabBar_);
  top->addStretch(1);
  column->addLayout(top);
  auto* rule = new QFrame(page);
  rule->setObjectName(QStringLiteral("rule"));
  column->addWidget(rule);

  tabs_ = new QStackedWidget(page);
  scroll_ = new QScrollArea(tabs_);
  scroll_->setWidgetResizable(true);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  form_ = new HostForm;
  scroll_->setWidget(form_);
  auto* testScroll = new QScrollArea(tabs_);
  testScroll->setWidgetResizable(true);
  testScroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  test_ = new HostTestView;
  testScroll->setWidget(test_);
  tabs_->addWidget(scroll_);
  tabs_->addWidget(testScroll);
  column->addWidget(tabs_, 1);
  connect(tabBar_, &QTabBar::currentChanged, tabs_, &QStackedWidget::setCurrentIndex);

  auto* line = new QFrame(page);
  line->setObjectName(QStringLiteral("rule"));
  column->addWidget(line);
  auto* foot = new QHBoxLayout;
  foot->setContentsMargins(24, 12, 16, 12);
  foot->setSpacing(8);
  status_ = new QLabel(page);
  status_->setObjectName(QStringLiteral("hostStatus"));
  status_->setWordWrap(true);
  testButton_ = new QPushButton(tr("Test"), page);
  testButton_->setObjectName(QStringLiteral("testHost"));
  testButton_->setToolTip(tr("Sign in, look for discern-run, run a job of one second and fetch its result"));
  revert_ = new QPushButton(tr("Revert"), page);
  revert_->setObjectName(QStringLiteral("revertHost"));
  revert_->setToolTip(tr("Back to what is saved"));
  save_ = new QPushButton(tr("Save"), page);
  save_->setObjectName(QStringLiteral("saveHost"));
  save_->setProperty("tone", QStringLiteral("accent"));
  for (QPushButton* button : {testButton_, revert_, save_})
    button->setAutoDefault(false);
  foot->addWidget(status_, 1);
  foot->addWidget(testButton_);
  foot->addWidget(revert_);
  foot->addWidget(save_);
  column->addLayout(foot);
  connect(form_, &HostForm::changed, this, &HostsDialog::takeForm);
  connect(testButton_, &QPushButton::clicked, this, &HostsDialog::testHost);
  connect(save_, &QPushButton::clicked, this, &HostsDialog::saveHost);
  connect(revert_, &QPushButton::clicked, this, [this] {
    Entry* entry = current();
    if (!entry) return;
    entry->draft.reset();
    if (entry->listed.file.empty())
      reload({});
    else
      showCurrent();
    refreshList();
  });
  connect(test_, &HostTestView::finished, this, [this] { refreshButtons(); });
  return page;
}

void HostsDialog::reload(const QString& wanted) {
  std::vector<Entry> kept; // drafts outlive a look at the disk
  for (Entry& entry : entries_)
    if (entry.draft) kept.push_back(std::move(entry));
  entries_.clear();
  for (remote::ListedProfile& listed : remote::listProfiles())
    entries_.push_back({std::move(listed), std::nullopt});
  for (Entry& entry : kept) {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& other) {
      return !entry.listed.file.empty() && other.listed.file == entry.listed.file;
    });
    if (found == entries_.end())
      entries_.push_back({{}, std::move(entry.draft)});
    else
      found->draft = std::move(entry.draft);
  }
  filling_ = true;
  list_->clear();
  int row = entries_.empty() ? -1 : 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    list_->addItem(new QListWidgetItem);
    if (str(entries_[i].shown().name) == wanted) row = static_cast<int>(i);
  }
  list_->setCurrentRow(row);
  filling_ = false;
  refreshList();
  showCurrent();
}

void HostsDialog::refreshList() {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    const remote::HostProfile& profile = entry.shown();
    QListWidgetItem* item = list_->item(static_cast<int>(i));
    const QString name = profile.name.empty() ? tr("New host") : str(profile.name);
    const bool broken = !entry.listed.error.empty() && !entry.draft;
    item->setText(name);
    item->setData(HostListDelegate::Line, broken ? tr("can't be used") : str(profile.destination));
    item->setData(HostListDelegate::Tag, profile.scheduler == remote::Scheduler::Slurm ? tr("Slurm") : QString());
    item->setData(HostListDelegate::Broken, broken);
    item->setData(HostListDelegate::Unsaved, entry.draft.has_value());
    item->setToolTip(broken ? str(entry.listed.error) : str(profile.destination));
  }
  list_->viewport()->update();
}

HostsDialog::Entry* HostsDialog::current() {
  const int row = list_->currentRow();
  return row >= 0 && row < static_cast<int>(entries_.size()) ? &entries_[static_cast<std::size_t>(row)] : nullptr;
}

QStringList HostsDialog::namesBut(const Entry* entry) const {
  QStringList names;
  for (const Entry& other : entries_)
    if (&other != entry) names << str(other.shown().name);
  return names;
}

QStringList HostsDialog::names() const {
  QStringList names;
  for (const Entry& entry : entries_)
    names << str(entry.shown().name);
  return names;
}

void HostsDialog::showCurrent() {
  test_->clear();
  tabBar_->setCurrentIndex(Settings);
  const Entry* entry = current();
  if (!entry) {
    pages_->setCurrentIndex(Empty);
  } else if (!entry->listed.error.empty() && !entry->draft) {
    broken_->setText(str(entry->listed.error));
    pages_->setCurrentIndex(Broken);
  } else {
    filling_ = true;
    form_->setProfile(entry->shown(), namesBut(entry));
    filling_ = false;
    scroll_->ensureVisible(0, 0);
    pages_->setCurrentIndex(Editor);
  }
  refreshButtons();
}

void HostsDialog::takeForm() {
  Entry* entry = current();
  if (filling_ || !entry) return;
  const remote::HostProfile typed = form_->profile();
  const bool same = !entry->listed.file.empty() && typed == entry->listed.profile && form_->problems().isEmpty();
  entry->draft = same ? std::nullopt : std::optional(typed);
  refreshList();
  refreshButtons();
}

void HostsDialog::refreshButtons() {
  const Entry* entry = current();
  const bool editing = pages_->currentIndex() == Editor && entry;
  duplicate_->setEnabled(editing);
  remove_->setEnabled(entry != nullptr);
  const QStringList problems = editing ? form_->problems() : QStringList();
  const bool fresh = entry && entry->listed.file.empty();
  const bool changed = entry && entry->draft.has_value();
  save_->setEnabled(editing && problems.isEmpty() && (changed || fresh));
  revert_->setEnabled(editing && (changed || fresh));
  revert_->setText(fresh ? tr("Discard") : tr("Revert"));
  testButton_->setEnabled(editing && problems.isEmpty() && !test_->running());
  testButton_->setText(test_->stateOf(1).isEmpty() ? tr("Test") : tr("Test Again"));
  status_->setText(!problems.isEmpty() ? problems.first() : changed ? tr("Not saved yet.") : QString());
  status_->setProperty("tone", QStringLiteral("muted"));
  status_->style()->unpolish(status_);
  status_->style()->polish(status_);
}

void HostsDialog::add(remote::HostProfile profile) {
  entries_.push_back({{}, std::move(profile)});
  filling_ = true;
  list_->addItem(new QListWidgetItem);
  list_->setCurrentRow(list_->count() - 1);
  filling_ = false;
  refreshList();
  showCurrent();
  form_->focusFirst();
}

void HostsDialog::addHost() { add({}); }

void HostsDialog::duplicateHost() {
  const Entry* entry = current();
  if (!entry) return;
  remote::HostProfile copy = entry->shown();
  const QString base = str(copy.name);
  QString name = base + QStringLiteral("-copy");
  for (int i = 2; names().contains(name); ++i)
    name = base + QStringLiteral("-copy%1").arg(i);
  copy.name = name.toStdString();
  add(std::move(copy));
}

void HostsDialog::removeHost() {
  const Entry* entry = current();
  if (!entry) return;
  const auto drop = [this] {
    const int row = list_->currentRow();
    if (row < 0) return;
    Entry& gone = entries_[static_cast<std::size_t>(row)];
    if (!gone.listed.file.empty()) remote::removeProfile(gone.listed.profile.name);
    entries_.erase(entries_.begin() + row);
    const QString next = entries_.empty()
                             ? QString()
                             : str(entries_[std::min(static_cast<std::size_t>(row), entries_.size() - 1)].shown().name);
    reload(next);
    Q_EMIT hostsChanged();
  };
  if (entry->listed.file.empty()) { // nothing is lost that was ever kept
    drop();
    return;
  }
  auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Remove Host"),
                              tr("Remove “%1”?").arg(str(entry->listed.profile.name)), QMessageBox::Cancel, this);
  box->setObjectName(QStringLiteral("removeQuestion"));
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->setInformativeText(tr("Its profile is deleted. Runs that are there go on and stay where they are, but can't be "
                             "followed from here without it."));
  QPushButton* remove = box->addButton(tr("Remove"), QMessageBox::DestructiveRole);
  box->setDefaultButton(QMessageBox::Cancel);
  connect(remove, &QPushButton::clicked, this, drop);
  box->open();
}

void HostsDialog::testHost() {
  if (!form_->problems().isEmpty()) return;
  tabBar_->setCurrentIndex(Test);
  test_->start(form_->profile());
  refreshButtons();
}

bool HostsDialog::save(Entry& entry) {
  const remote::HostProfile profile = entry.shown();
  const std::string before = entry.listed.file.empty() ? std::string() : entry.listed.profile.name;
  try {
    remote::saveProfile(profile);
  } catch (const std::exception& error) {
    status_->setText(QString::fromUtf8(error.what()));
    return false;
  }
  if (!before.empty() && before != profile.name) remote::removeProfile(before);
  entry.listed.profile = profile;
  entry.listed.error.clear();
  entry.listed.file = remote::profilesFolder() + "/" + profile.name + ".json";
  entry.draft.reset();
  return true;
}

bool HostsDialog::saveHost() {
  Entry* entry = current();
  if (!entry || !form_->problems().isEmpty() || !save(*entry)) return false;
  const QString name = str(entry->listed.profile.name);
  const int tab = tabBar_->currentIndex();
  filling_ = true; // the form and a test beside it stay as they are
  form_->setProfile(entry->listed.profile, namesBut(entry));
  filling_ = false;
  tabBar_->setCurrentIndex(tab);
  refreshList();
  refreshButtons();
  status_->setText(tr("Saved."));
  Q_EMIT hostsChanged();
  return true;
}

void HostsDialog::present(const QString& name) {
  reload(name.isEmpty() && current() ? str(current()->shown().name) : name);
  show();
  raise();
  activateWindow();
}

bool HostsDialog::event(QEvent* event) {
  if (event->type() == QEvent::WindowActivate && isVisible()) {
    const std::vector<remote::ListedProfile> now = remote::listProfiles();
    const auto known = [this](const remote::ListedProfile& listed) {
      return std::ranges::any_of(entries_, [&listed](const Entry& entry) {
        return entry.listed.file == listed.file && entry.listed.error == listed.error &&
               entry.listed.profile == listed.profile;
      });
    };
    const auto files = std::ranges::count_if(entries_, [](const Entry& entry) { return !entry.listed.file.empty(); });
    if (files != std::ssize(now) || !std::ranges::all_of(now, known)) {
      reload(current() ? str(current()->shown().name) : QString());
      Q_EMIT hostsChanged();
    }
  }
  return QDialog::event(event);
}

void HostsDialog::reject() {
  QStringList unsaved;
  for (const Entry& entry : entries_)
    if (entry.draft && !(entry.listed.file.empty() && *entry.draft == remote::HostProfile{}))
      unsaved << (entry.draft->name.empty() ? tr("New host") : str(entry.draft->name));
  const auto leave = [this] {
    for (Entry& entry : entries_)
      entry.draft.reset();
    std::erase_if(entries_, [](const Entry& entry) { return entry.listed.file.empty(); });
    test_->clear();
    QDialog::reject();
  };
  if (unsaved.isEmpty()) {
    leave();
    return;
  }
  auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Hosts"),
                              tr("Save the changes to %1?").arg(unsaved.join(QStringLiteral(", "))),
                              QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
  box->setObjectName(QStringLiteral("unsavedQuestion"));
  box->setAttribute(Qt::WA_DeleteOnClose);
  connect(box->button(QMessageBox::Discard), &QPushButton::clicked, this, leave);
  connect(box->button(QMessageBox::Save), &QPushButton::clicked, this, [this, leave] {
    for (Entry& entry : entries_) {
      if (!entry.draft) continue;
      HostForm check; // each is checked as its form would be
      check.setProfile(*entry.draft, namesBut(&entry));
      if (check.problems().isEmpty() && save(entry)) continue;
      list_->setCurrentRow(static_cast<int>(&entry - entries_.data()));
      Q_EMIT hostsChanged();
      return;
    }
    Q_EMIT hostsChanged();
    leave();
  });
  box->open();
}

} // namespace discern::desktop
