#include "desktop/browse/host_browser.h"

#include "channel/client/client.h"
#include "data/address.h"
#include "data/error.h"
#include "desktop/browse/folder_model.h"
#include "desktop/browse/path_bar.h"
#include "desktop/hosts/ssh_hosts.h"
#include "desktop/session/off_thread.h"
#include "desktop/theme/appearance.h"
#include "desktop/theme/icons.h"
#include "remote/host_profile.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStyle>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>
#include <nlohmann/json.hpp>

namespace discern::desktop {

namespace {

constexpr int listing = 0; ///< what a ticket is for

QToolButton* button(const char* sign, const QString& tip, QWidget* parent) {
  auto* made = new QToolButton(parent);
  made->setIcon(icon(QLatin1String(sign)));
  made->setIconSize({18, 18});
  made->setToolTip(tip);
  made->setAccessibleName(tip);
  return made;
}

} // namespace

HostBrowser::HostBrowser(channel::Client& client, const Appearance& appearance, bool remember, QWidget* parent)
    : QDialog(parent), client_(client), clientLives_(&client), appearance_(appearance), memory_(remember),
      hosts_(new QComboBox(this)), up_(button("up", tr("Up  (Alt+Up)"), this)),
      home_(button("home", tr("Home folder  (Alt+Home)"), this)), path_(new PathBar(this)),
      filter_(new QLineEdit(this)), places_(new QListWidget(this)), list_(new QTreeView(this)),
      model_(new FolderModel(this)), order_(new FolderOrder(this)), status_(new QLabel(this)),
      hidden_(new QCheckBox(tr("Show hidden"), this)), open_(nullptr) {
  setObjectName(QStringLiteral("hostBrowser"));
  setWindowTitle(tr("Open on a Host"));
  build();
  connect(hosts_->lineEdit(), &QLineEdit::returnPressed, this, [this] { connectTo(hosts_->currentText().trimmed()); });
  connect(hosts_, &QComboBox::activated, this, [this] { connectTo(hosts_->currentText().trimmed()); });
  connect(up_, &QToolButton::clicked, this, &HostBrowser::up);
  connect(home_, &QToolButton::clicked, this, [this] { go({}); });
  connect(path_, &PathBar::requested, this, [this](const QString& folder) {
    filter_->setFocus();
    go(folder);
  });
  connect(filter_, &QLineEdit::textChanged, this, [this](const QString& words) {
    order_->setWords(words);
    if (order_->rowCount() > 0) list_->setCurrentIndex(order_->index(0, 0));
    if (!path_->path().isEmpty()) sayCount();
    refreshButtons();
  });
  connect(list_, &QTreeView::activated, this, &HostBrowser::activate);
  connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &HostBrowser::refreshButtons);
  connect(places_, &QListWidget::itemClicked, this,
          [this](const QListWidgetItem* item) { go(item->data(Qt::UserRole).toString()); });
  connect(hidden_, &QCheckBox::toggled, this, [this] { go(folder()); });
  connect(&client_, &channel::Client::hostChanged, this, &HostBrowser::followHost);
  const auto shortcut = [this](const char* keys, auto run) {
    connect(new QShortcut(QKeySequence(QLatin1String(keys)), this), &QShortcut::activated, this, run);
  };
  shortcut("Alt+Up", [this] { up(); });
  shortcut("Alt+Home", [this] { go({}); });
  shortcut("Ctrl+L", [this] { path_->edit(); });
  shortcut("F5", [this] { go(folder()); });
  refreshButtons();
}

HostBrowser::~HostBrowser() {
  if (clientLives_) clientLives_->forgetOwner(this); // of a window that closes, the client goes first
}

void HostBrowser::build() {
  hosts_->setEditable(true);
  hosts_->setInsertPolicy(QComboBox::NoInsert);
  hosts_->lineEdit()->setPlaceholderText(tr("A host, as ssh knows it: name or user@name"));
  hosts_->setAccessibleName(tr("Host"));
  filter_->setPlaceholderText(tr("Type to narrow the list"));
  filter_->setClearButtonEnabled(true);
  filter_->setAccessibleName(tr("Narrow the list"));
  filter_->installEventFilter(this);
  order_->setSourceModel(model_);
  list_->setModel(order_);
  list_->setObjectName(QStringLiteral("rows"));
  list_->setRootIsDecorated(false);
  list_->setUniformRowHeights(true);
  list_->setSortingEnabled(true);
  list_->sortByColumn(FolderModel::Name, Qt::AscendingOrder);
  list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  list_->setAllColumnsShowFocus(true);
  list_->setAccessibleName(tr("Files"));
  list_->installEventFilter(this);
  QHeaderView* header = list_->header();
  header->setStretchLastSection(false);
  header->setSectionResizeMode(FolderModel::Name, QHeaderView::Stretch);
  header->setSectionResizeMode(FolderModel::Size, QHeaderView::Fixed);
  header->setSectionResizeMode(FolderModel::Changed, QHeaderView::Fixed);
  header->resizeSection(FolderModel::Size, 96);
  header->resizeSection(FolderModel::Changed, 144);
  places_->setAccessibleName(tr("Places"));
  places_->setMinimumWidth(150);
  places_->setIconSize({16, 16});
  status_->setWordWrap(true);
  status_->setTextInteractionFlags(Qt::TextSelectableByMouse);

  auto* top = new QHBoxLayout;
  top->setSpacing(12);
  auto* hostLabel = new QLabel(tr("Host"), this);
  hostLabel->setBuddy(hosts_);
  top->addWidget(hostLabel);
  top->addWidget(hosts_, 1);
  auto* where = new QHBoxLayout;
  where->setSpacing(4);
  where->addWidget(up_);
  where->addWidget(home_);
  where->addSpacing(4);
  where->addWidget(path_, 1);
  filter_->setFixedWidth(220);
  where->addWidget(filter_);
  auto* split = new QSplitter(this);
  split->setChildrenCollapsible(false);
  split->addWidget(places_);
  split->addWidget(list_);
  split->setStretchFactor(1, 1);
  split->setSizes({170, 600});
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
  open_ = buttons->addButton(tr("Open"), QDialogButtonBox::AcceptRole);
  open_->setAutoDefault(false);
  open_->setProperty("tone", "accent");
  buttons->button(QDialogButtonBox::Cancel)->setAutoDefault(false);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, &HostBrowser::openChosen);
  auto* below = new QHBoxLayout;
  below->setSpacing(16);
  below->addWidget(status_, 1);
  below->addWidget(hidden_);
  below->addWidget(buttons);

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 16, 16, 12);
  column->setSpacing(12);
  column->addLayout(top);
  column->addLayout(where);
  column->addWidget(split, 1);
  column->addLayout(below);
  resize(860, 560);
}

void HostBrowser::showEvent(QShowEvent* event) {
  QDialog::showEvent(event);
  if (host_.isEmpty())
    hosts_->setFocus();
  else
    filter_->setFocus();
}

void HostBrowser::start(const QString& host) {
  listHosts();
  const QStringList before = HostMemory::hosts();
  const QString first = !host.isEmpty() ? host : before.isEmpty() ? QString() : before.front();
  if (first.isEmpty()) {
    say(tr("Choose a host, or type its name as for ssh."), "muted");
    return;
  }
  hosts_->setEditText(first);
  connectTo(first);
}

/// Profiles, what the ssh configuration names, and hosts of late. The first two are files, and so are not read here.
void HostBrowser::listHosts() {
  offThread(
      this,
      [] {
        std::vector<std::pair<QString, QString>> found; // name, what is said of it
        for (const remote::ListedProfile& each : remote::listProfiles())
          if (each.error.empty())
            found.emplace_back(QString::fromStdString(each.profile.name),
                               QString::fromStdString(each.profile.destination));
        for (const QString& host : sshHosts(usersSshConfig()))
          if (std::none_of(found.begin(), found.end(), [&host](const auto& entry) { return entry.first == host; }))
            found.emplace_back(host, usersSshConfig());
        return found;
      },
      [this](const std::vector<std::pair<QString, QString>>& profiles) {
        const QString typed = hosts_->currentText();
        hosts_->clear();
        QStringList names;
        for (const auto& profile : profiles) {
          hosts_->addItem(icon(QStringLiteral("host")), profile.first);
          hosts_->setItemData(hosts_->count() - 1, profile.second, Qt::ToolTipRole);
          names << profile.first;
        }
        for (const QString& host : HostMemory::hosts())
          if (!names.contains(host)) hosts_->addItem(icon(QStringLiteral("history")), host);
        hosts_->setEditText(typed);
      });
}

void HostBrowser::connectTo(const QString& host) {
  if (host.isEmpty()) return;
  try {
    (void)data::Address::from(data::Address{host.toStdString(), "/"}.text());
  } catch (const data::UsageError&) {
    return say(tr("“%1” can't be the name of a host.").arg(host), "bad");
  }
  if (host.contains(QLatin1Char('/'))) return say(tr("“%1” can't be the name of a host.").arg(host), "bad");
  host_ = host;
  homeFolder_.clear();
  model_->setEntries({});
  path_->setPath({});
  filter_->clear();
  showPlaces();
  const QStringList folders = HostMemory::folders(host);
  go(folders.isEmpty() ? QString() : folders.front());
  filter_->setFocus();
}

void HostBrowser::go(const QString& folder) {
  if (host_.isEmpty()) return;
  const bool new_ = client_.hostState(host_.toStdString()).kind != channel::HostState::Kind::Reachable;
  say(new_ ? tr("Connecting to %1…").arg(host_)
           : tr("Looking into %1…").arg(folder.isEmpty() ? tr("the home folder") : folder),
      "muted");
  client_.callOn(host_.toStdString(), "files", {{"path", folder.toStdString()}, {"hidden", hidden_->isChecked()}},
                 [this, host = host_](const data::FieldProvider::Reply<nlohmann::json>& reply) {
                   if (host != host_) return;
                   if (!reply.error.empty()) return say(QString::fromStdString(reply.error), "bad");
                   homeFolder_ = QString::fromStdString(reply.value.value("home", std::string()));
                   model_->setEntries(entriesFrom(reply.value));
                   path_->setPath(QString::fromStdString(reply.value.value("path", std::string())));
                   filter_->clear();
                   list_->scrollToTop();
                   if (order_->rowCount() > 0) list_->setCurrentIndex(order_->index(0, 0));
                   unlisted_ = reply.value.value("more", std::int64_t{0});
                   sayCount();
                   showPlaces();
                   refreshButtons();
                 },
                 {this, listing});
}

void HostBrowser::followHost(const QString& host) {
  if (host != host_) return;
  using Kind = channel::HostState::Kind;
  const channel::HostState state = client_.hostState(host.toStdString());
  QString why = QString::fromStdString(state.reason); // half a sentence, or a whole one that begins with the host
  if (!why.startsWith(host)) why = tr("%1 can't be reached: %2").arg(host, why);
  if (!why.endsWith(QLatin1Char('.'))) why += QLatin1Char('.');
  if (state.kind == Kind::Unreachable) say(tr("%1 It is tried again by itself.").arg(why), "warn");
  if (state.kind == Kind::Refused) say(why, "bad");
  if (state.kind == Kind::Reachable && path_->path().isEmpty()) go({});
}

/// How much there is, and how much of it the typed words leave.
void HostBrowser::sayCount() {
  const int all = model_->rowCount(), shown = order_->rowCount();
  QString words = all == 0 ? tr("Nothing here") : all == 1 ? tr("1 entry") : tr("%L1 entries").arg(all);
  if (unlisted_ > 0) words = tr("The first %L1 of %L2 entries").arg(all).arg(all + unlisted_);
  if (!filter_->text().trimmed().isEmpty() && all > 0)
    words = shown == 0 ? tr("Nothing fits “%1” · %2").arg(filter_->text().trimmed(), words)
                       : tr("%L1 shown · %2").arg(shown).arg(words);
  say(words, unlisted_ > 0 ? "warn" : "muted");
}

void HostBrowser::say(const QString& words, const char* tone) {
  status_->setText(words);
  status_->setProperty("tone", tone);
  status_->style()->unpolish(status_);
  status_->style()->polish(status_);
}

QString HostBrowser::folder() const { return path_->path(); }
QString HostBrowser::status() const { return status_->text(); }

void HostBrowser::showPlaces() {
  places_->clear();
  const auto add = [this](const char* sign, const QString& text, const QString& target) {
    auto* item = new QListWidgetItem(icon(QLatin1String(sign)), text, places_);
    item->setData(Qt::UserRole, target);
    item->setToolTip(target.isEmpty() ? tr("The home folder") : target);
  };
  add("home", tr("Home"), {});
  add("host", tr("Root"), QStringLiteral("/"));
  for (const QString& folder : HostMemory::folders(host_)) {
    const QString name = folder.section(QLatin1Char('/'), -1);
    if (!name.isEmpty() && folder != homeFolder_) add("history", name, folder);
  }
}

void HostBrowser::activate(const QModelIndex& index) {
  if (!index.isValid()) return;
  const FolderModel::Entry& entry = model_->entry(order_->mapToSource(index).row());
  if (entry.kind == FolderModel::Entry::Kind::Folder)
    return go((folder() == QLatin1String("/") ? QString() : folder()) + QLatin1Char('/') + entry.name);
  openChosen();
}

void HostBrowser::openChosen() {
  QStringList addresses;
  const QModelIndexList rows = list_->selectionModel()->selectedRows();
  if (rows.size() == 1 &&
      model_->entry(order_->mapToSource(rows.front()).row()).kind == FolderModel::Entry::Kind::Folder)
    return activate(rows.front());
  for (const QModelIndex& index : rows) {
    const FolderModel::Entry& entry = model_->entry(order_->mapToSource(index).row());
    if (entry.kind != FolderModel::Entry::Kind::File) continue;
    const data::Address address{host_.toStdString(), (folder() + QLatin1Char('/') + entry.name).toStdString()};
    addresses << QString::fromStdString(data::Address::from(address.text()).text());
  }
  if (addresses.isEmpty()) return;
  memory_.add(host_, folder());
  accept();
  Q_EMIT chosen(addresses);
}

void HostBrowser::refreshButtons() {
  open_->setEnabled(!list_->selectionModel()->selectedRows().isEmpty());
  const bool there = !path_->path().isEmpty();
  up_->setEnabled(there && path_->path() != QLatin1String("/"));
  home_->setEnabled(!host_.isEmpty());
  hidden_->setEnabled(there);
}

void HostBrowser::up() {
  const QString path = folder();
  if (path.isEmpty() || path == QLatin1String("/")) return;
  const QString above = path.section(QLatin1Char('/'), 0, -2);
  go(above.isEmpty() ? QStringLiteral("/") : above);
}

/// The keyboard stays in the line that narrows; what moves in a list moves in the list.
bool HostBrowser::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return QDialog::eventFilter(watched, event);
  auto* key = static_cast<QKeyEvent*>(event);
  const bool inFilter = watched == filter_;
  switch (key->key()) {
  case Qt::Key_Up:
  case Qt::Key_Down:
  case Qt::Key_PageUp:
  case Qt::Key_PageDown:
    if (!inFilter || key->modifiers() != Qt::NoModifier) break;
    QCoreApplication::sendEvent(list_, event);
    return true;
  case Qt::Key_Return:
  case Qt::Key_Enter:
    if (list_->selectionModel()->selectedRows().size() > 1)
      openChosen();
    else
      activate(list_->currentIndex());
    return true;
  case Qt::Key_Backspace:
    if (inFilter && !filter_->text().isEmpty()) break;
    up();
    return true;
  case Qt::Key_Escape:
    if (!inFilter || filter_->text().isEmpty()) break;
    filter_->clear();
    return true;
  default:
    if (!inFilter && !key->text().isEmpty() && key->text().front().isPrint() && key->modifiers() == Qt::NoModifier) {
      filter_->setFocus();
      QCoreApplication::sendEvent(filter_, event);
      return true;
    }
  }
  return QDialog::eventFilter(watched, event);
}

} // namespace discern::desktop
