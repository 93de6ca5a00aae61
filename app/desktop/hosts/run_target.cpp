#include "desktop/hosts/run_target.h"

#include "desktop/analyses/choice_box.h"
#include "desktop/analyses/fold_button.h"
#include "desktop/form/bound_edit.h"
#include "desktop/hosts/host_runs_dialog.h"
#include "desktop/hosts/resource_fields.h"
#include "desktop/theme/icons.h"
#include "jobs/run_directory.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QStyle>
#include <QThread>
#include <QVBoxLayout>
#include <algorithm>

namespace discern::desktop {

using nlohmann::json;

namespace {

enum Roles { KindRole = Qt::UserRole, NameRole };

QString str(const std::string& text) { return QString::fromStdString(text); }

/// `typed` where it says something, else the profile's own.
remote::Resources merged(const remote::Resources& profile, const remote::Resources& typed) {
  json all = profile;
  all.update(json(typed));
  return remote::resourcesOf(all);
}

/// What of `wanted` is not the profile's own anyway.
remote::Resources beyond(const remote::Resources& profile, const remote::Resources& wanted) {
  json all = wanted;
  const json own = profile;
  for (const auto& [name, value] : own.items())
    if (all.contains(name) && all[name] == value) all.erase(name);
  return remote::resourcesOf(all);
}

} // namespace

RunTarget::RunTarget(const Analysis& analysis, QWidget* parent)
    : QWidget(parent), id_(analysis.id), mpi_(analysis.mpi), folder_(!analysis.folder.empty()),
      box_(new ChoiceBox(this)), ranksLine_(new QWidget(this)), ranks_(new BoundEdit(ranksLine_)),
      limitLine_(new QWidget(this)), memory_(new QLineEdit(limitLine_)), hint_(new QLabel(this)),
      fold_(new FoldButton(tr("What to ask for"), this)), resources_(new ResourceFields(1, this)),
      send_(new QCheckBox(tr("Send the analysis along"), this)), limitMessage_(new QLabel(this)) {
  setObjectName(QStringLiteral("runTarget"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(8);
  box_->setObjectName(QStringLiteral("runOn"));
  box_->setAccessibleName(tr("Run on"));
  box_->setToolTip(tr("The machine that does the work"));
  column->addWidget(box_);
  hint_->setObjectName(QStringLiteral("runOnHint"));
  hint_->setProperty("tone", QStringLiteral("muted"));
  hint_->setProperty("textSize", QStringLiteral("small"));
  hint_->setWordWrap(true);
  column->addWidget(hint_);
  auto* ranks = new QHBoxLayout(ranksLine_);
  ranks->setContentsMargins(0, 0, 0, 0);
  ranks->addWidget(new QLabel(tr("MPI ranks"), ranksLine_), 1);
  ranks_->setObjectName(QStringLiteral("ranks"));
  ranks_->setRange(2, 1024);
  ranks_->setValue(std::max(2, QThread::idealThreadCount()));
  ranks_->setAccessibleName(tr("MPI ranks"));
  ranks->addWidget(ranks_);
  column->addWidget(ranksLine_);
  auto* limit = new QHBoxLayout(limitLine_);
  limit->setContentsMargins(0, 0, 0, 0);
  auto* limitName = new QLabel(tr("Memory at most"), limitLine_);
  limitName->setBuddy(memory_);
  limit->addWidget(limitName, 1);
  memory_->setObjectName(QStringLiteral("memoryLimit"));
  memory_->setPlaceholderText(tr("no limit"));
  memory_->setToolTip(tr("A run that needs more is ended, and says how much it held: 4 GB, 500 MB"));
  memory_->setAccessibleName(tr("Memory at most"));
  memory_->setMaximumWidth(120);
  limit->addWidget(memory_);
  column->addWidget(limitLine_);
  limitMessage_->setObjectName(QStringLiteral("memoryMessage"));
  limitMessage_->setProperty("tone", QStringLiteral("bad"));
  limitMessage_->setText(tr("An amount of memory, such as 4 GB or 500 MB."));
  limitMessage_->setWordWrap(true);
  limitMessage_->hide();
  column->addWidget(limitMessage_);
  connect(memory_, &QLineEdit::textChanged, this, &RunTarget::refresh);
  fold_->setObjectName(QStringLiteral("resourcesFold"));
  fold_->setToolTip(tr("Partition, time, memory: what Slurm is asked for"));
  column->addWidget(fold_);
  column->addWidget(resources_);
  send_->setObjectName(QStringLiteral("sendPlugin"));
  send_->setToolTip(tr("For a host that doesn't have it: the analysis' folder is copied there, for this run"));
  column->addWidget(send_);
  connect(fold_, &FoldButton::folded, this, &RunTarget::refresh);
  connect(box_, &QComboBox::activated, this, [this](int index) {
    if (kind() != Kind::Setup) return;
    box_->setCurrentIndex(before_);
    Q_EMIT setupRequested();
    (void)index;
  });
  connect(box_, &QComboBox::currentIndexChanged, this, [this] {
    if (filling_ || kind() == Kind::Setup) return;
    before_ = box_->currentIndex();
    own_.reset();
    resources_->setResources({});
    refresh();
  });
  connect(resources_, &ResourceFields::changed, this, &RunTarget::changed);
  connect(send_, &QCheckBox::toggled, this, &RunTarget::changed);
  connect(ranks_, &QSpinBox::valueChanged, this, &RunTarget::changed);
  reload();
  const json last =
      json::parse(QSettings().value(QStringLiteral("runOn/") + str(id_)).toString().toStdString(), nullptr, false);
  if (last.is_object()) setPlace(last);
}

void RunTarget::reload() {
  filling_ = true;
  const Kind kindBefore = box_->count() > 0 ? kind() : Kind::Here;
  const QString hostBefore = host();
  hosts_ = remote::listProfiles();
  box_->clear();
  const auto add = [this](const QString& sign, const QString& text, Kind kind, const QString& name) {
    box_->addItem(entryIcon(sign), text);
    box_->setItemData(box_->count() - 1, static_cast<int>(kind), KindRole);
    box_->setItemData(box_->count() - 1, name, NameRole);
  };
  add(QStringLiteral("cube"), tr("This computer"), Kind::Here, {});
  if (mpi_) add(QStringLiteral("cube"), tr("This computer, as MPI ranks"), Kind::Ranks, {});
  for (const remote::ListedProfile& listed : hosts_) {
    const QString name = str(listed.profile.name);
    const bool slurm = listed.profile.scheduler == remote::Scheduler::Slurm;
    add(listed.error.empty() ? QStringLiteral("terminal") : QStringLiteral("warning"),
        !listed.error.empty() ? tr("%1 (can't be used)").arg(name)
        : slurm               ? tr("%1 · Slurm").arg(name)
                              : name,
        Kind::Host, name);
    box_->setItemData(box_->count() - 1, str(listed.error.empty() ? listed.profile.destination : listed.error),
                      Qt::ToolTipRole);
    if (auto* model = qobject_cast<QStandardItemModel*>(box_->model()); model && !listed.error.empty())
      model->item(box_->count() - 1)->setEnabled(false);
  }
  box_->insertSeparator(box_->count());
  add(QStringLiteral("plus"), hosts_.empty() ? tr("Set up a host…") : tr("Hosts…"), Kind::Setup, {});
  filling_ = false;
  choose(kindBefore == Kind::Ranks ? QStringLiteral("mpi:%1").arg(ranks_->value()) : hostBefore);
  followInputs();
}

bool RunTarget::usable(const QString& host) const {
  return std::ranges::any_of(hosts_, [&](const remote::ListedProfile& listed) {
    return str(listed.profile.name) == host && listed.error.empty();
  });
}

QString RunTarget::on() const { return kind() == Kind::Ranks ? QStringLiteral("mpi:%1").arg(ranks_->value()) : host(); }

void RunTarget::setInputs(const std::map<QString, QString>& files) {
  if (files == inputs_) return;
  inputs_ = files;
  followInputs();
}

void RunTarget::followInputs() {
  QStringList far;
  for (const auto& [host, file] : inputs_)
    if (!host.isEmpty()) far << host;
  if (far.size() == 1 && host() != far.front() && usable(far.front())) {
    const QString before = own_.value_or(on());
    choose(far.front());
    own_ = before;
  } else if (far.isEmpty() && own_) {
    choose(*own_);
  }
  refresh();
}

RunTarget::Kind RunTarget::kind() const { return static_cast<Kind>(box_->currentData(KindRole).toInt()); }

QString RunTarget::host() const {
  return box_->count() > 0 && kind() == Kind::Host ? box_->currentData(NameRole).toString() : QString();
}

std::optional<remote::HostProfile> RunTarget::profile() const {
  const std::string name = host().toStdString();
  const auto found = std::ranges::find_if(hosts_, [&](const remote::ListedProfile& listed) {
    return !name.empty() && listed.profile.name == name && listed.error.empty();
  });
  return found == hosts_.end() ? std::nullopt : std::optional(found->profile);
}

/// "", "process", "mpi:4" or a host's name.
void RunTarget::choose(const QString& on) {
  int row = 0;
  for (int i = 0; i < box_->count(); ++i) {
    const auto kind = static_cast<Kind>(box_->itemData(i, KindRole).toInt());
    if (on.startsWith(QLatin1String("mpi:")) ? kind == Kind::Ranks && mpi_
                                             : kind == Kind::Host && box_->itemData(i, NameRole).toString() == on)
      row = i;
  }
  own_.reset();
  if (const int count = on.startsWith(QLatin1String("mpi:")) ? on.mid(4).toInt() : 0; count > 1)
    ranks_->setValue(count);
  filling_ = true;
  box_->setCurrentIndex(row);
  filling_ = false;
  before_ = row;
  refresh();
}

void RunTarget::setPlace(const json& job) {
  choose(job.contains("on") && job["on"].is_string() ? str(job["on"].get<std::string>()) : QString());
  const auto bytes = job.contains("memoryLimitBytes") && job["memoryLimitBytes"].is_number_integer()
                         ? job["memoryLimitBytes"].get<std::int64_t>()
                         : std::int64_t{0};
  memory_->setText(bytes > 0 ? memoryText(static_cast<int>(bytes >> 20)) : QString());
  send_->setChecked(job.contains("sendPlugin") && job["sendPlugin"] != false && folder_);
  remote::Resources typed;
  try {
    if (const auto mine = profile(); mine && job.contains("resources"))
      typed = beyond(mine->resources, remote::resourcesOf(job["resources"]));
  } catch (const std::exception&) {
    // of an earlier version, or written by hand: the profile's own
  }
  resources_->setResources(typed);
  if (!(typed == remote::Resources{})) fold_->setOpen(true);
  refresh();
}

json RunTarget::place() const {
  switch (kind()) {
  case Kind::Ranks: {
    json place = limited();
    place["on"] = "mpi:" + std::to_string(ranks_->value());
    return place;
  }
  case Kind::Host: {
    json place{{"on", host().toStdString()}};
    if (const auto mine = profile(); mine && mine->scheduler == remote::Scheduler::Slurm)
      place["resources"] = merged(mine->resources, resources_->resources());
    if (send_->isChecked()) place["sendPlugin"] = true;
    return place;
  }
  default:
    return limited();
  }
}

json RunTarget::limited() const {
  const int megabytes = memory_->text().trimmed().isEmpty() ? 0 : memoryMbFrom(memory_->text());
  return megabytes > 0 ? json{{"memoryLimitBytes", std::int64_t{megabytes} << 20}} : json::object();
}

void RunTarget::remember() const {
  if (!host().isEmpty()) rememberHost(host());
  if (own_) return; // the inputs chose, not the person
  const json place = this->place();
  const QString key = QStringLiteral("runOn/") + str(id_);
  if (place.empty())
    QSettings().remove(key);
  else
    QSettings().setValue(key, str(place.dump()));
}

QStringList RunTarget::problems() const {
  const auto mine = profile();
  QStringList far;
  for (const auto& [host, file] : inputs_)
    if (!host.isEmpty()) far << host;
  if (far.size() > 1)
    return {tr("“%1” is on %2 and “%3” on %4: inputs of one run must lie on one host, or on this computer.")
                .arg(inputs_.at(far[0]), far[0], inputs_.at(far[1]), far[1])};
  if (far.size() == 1 && host() != far.front())
    return {usable(far.front()) ? tr("“%1” is on %2: choose %2 to run on, or copy the file here first.")
                                      .arg(inputs_.at(far.front()), far.front())
                                : tr("“%1” is on %2: set up %2 as a host to run there, or copy the file here first.")
                                      .arg(inputs_.at(far.front()), far.front())};
  if (!mine && !memory_->text().trimmed().isEmpty() && memoryMbFrom(memory_->text()) <= 0)
    return {tr("“Memory at most” is no amount of memory: 4 GB, for example")};
  return mine && mine->scheduler == remote::Scheduler::Slurm ? resources_->problems() : QStringList();
}

void RunTarget::refresh() {
  const auto mine = profile();
  const bool slurm = mine && mine->scheduler == remote::Scheduler::Slurm;
  ranksLine_->setVisible(kind() == Kind::Ranks);
  limitLine_->setVisible(kind() == Kind::Here || kind() == Kind::Ranks);
  fold_->setVisible(slurm);
  resources_->setVisible(slurm && fold_->isOpen());
  if (mine) resources_->setDefaults(mine->resources);
  send_->setVisible(mine.has_value());
  send_->setEnabled(folder_);
  const bool bad =
      limitLine_->isVisibleTo(this) && !memory_->text().trimmed().isEmpty() && memoryMbFrom(memory_->text()) <= 0;
  limitMessage_->setVisible(bad);
  if (memory_->property("invalid").toBool() != bad) {
    memory_->setProperty("invalid", bad);
    memory_->style()->unpolish(memory_);
    memory_->style()->polish(memory_);
  }
  showHint();
  Q_EMIT changed();
}

void RunTarget::showHint() {
  const bool there = inputs_.contains(host()), elsewhere = inputs_.size() > (there ? 1U : 0U);
  QString text;
  if (host().isEmpty())
    text = QString();
  else if (own_ && !elsewhere)
    text = tr("Chosen because “%1” is there: nothing is sent.").arg(inputs_.at(host()));
  else if (own_)
    text = tr("Chosen because “%1” is there; the other inputs are sent there once.").arg(inputs_.at(host()));
  else if (there && !elsewhere)
    text = tr("The inputs are there: nothing is sent.");
  else if (there)
    text = tr("“%1” is there; the other inputs are sent there once.").arg(inputs_.at(host()));
  else if (elsewhere)
    text = tr("Inputs are sent to %1 once.").arg(host());
  if (!host().isEmpty()) text += QLatin1Char(' ') + tr("The run goes on when this window is closed.");
  hint_->setText(text.trimmed());
  hint_->setVisible(!text.isEmpty());
}

} // namespace discern::desktop
