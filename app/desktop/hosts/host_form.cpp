#include "desktop/hosts/host_form.h"

#include "desktop/analyses/choice_box.h"
#include "desktop/hosts/resource_fields.h"
#include "desktop/hosts/ssh_hosts.h"
#include "desktop/theme/icons.h"

#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QCompleter>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPlainTextEdit>
#include <QStringListModel>
#include <QStyle>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace discern::desktop {

namespace {

constexpr double gigabyte = 1e9;

QString str(const std::string& text) { return QString::fromStdString(text); }

std::string bytes(const QLineEdit* edit) { return edit->text().trimmed().toStdString(); }

std::vector<std::string> wordsOf(const QString& text, QChar between) {
  std::vector<std::string> words;
  for (const QString& word : text.split(between, Qt::SkipEmptyParts))
    if (!word.trimmed().isEmpty()) words.push_back(word.trimmed().toStdString());
  return words;
}

QString joined(const std::vector<std::string>& words, QChar between) {
  QStringList list;
  for (const std::string& word : words)
    list << str(word);
  return list.join(between);
}

QLineEdit* line(const QString& name, const QString& example, QWidget* parent) {
  auto* edit = new QLineEdit(parent);
  edit->setObjectName(QStringLiteral("host.") + name);
  edit->setPlaceholderText(example);
  return edit;
}

/// Suggestions that are in nobody's way: a click beside them does what it would do without them, and they go when what
/// is typed is one of them.
class Completions final : public QCompleter {
public:
  explicit Completions(QObject* parent) : QCompleter(parent) {
    list_ = popup(); // which makes it
    list_->setObjectName(QStringLiteral("completions"));
  }
  void leaveWhenTyped(const QString& text) {
    if (completionCount() == 1 && currentCompletion() == text) list_->hide();
  }
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (watched == list_ && event->type() == QEvent::MouseButtonPress) {
      const auto* press = static_cast<QMouseEvent*>(event);
      const QPoint at = press->globalPosition().toPoint();
      if (!list_->rect().contains(list_->mapFromGlobal(at))) {
        list_->hide();
        QWidget* below = QApplication::widgetAt(at);
        if (!below || below->window() != widget()->window()) return true;
        QWidget* taker = below;
        while (taker && !(taker->focusPolicy() & Qt::ClickFocus))
          taker = taker->isWindow() ? nullptr : taker->parentWidget();
        if (taker) taker->setFocus(Qt::MouseFocusReason);
        QMouseEvent again(QEvent::MouseButtonPress, below->mapFromGlobal(QPointF(at)), QPointF(at), press->button(),
                          press->buttons(), press->modifiers());
        QCoreApplication::sendEvent(below, &again);
        return true;
      }
    }
    return QCompleter::eventFilter(watched, event);
  }

private:
  QAbstractItemView* list_ = nullptr;
};

template <class Property>
void setStyled(QWidget* widget, const char* property, const Property& value) {
  if (widget->property(property) == QVariant(value)) return;
  widget->setProperty(property, value);
  widget->style()->unpolish(widget);
  widget->style()->polish(widget);
}

} // namespace

HostForm::HostForm(QWidget* parent)
    : QWidget(parent), name_(line(QStringLiteral("name"), tr("cluster"), this)),
      destination_(line(QStringLiteral("destination"), tr("you@login.example.org"), this)),
      port_(line(QStringLiteral("port"), tr("as ssh is configured"), this)),
      config_(line(QStringLiteral("sshConfig"), QStringLiteral("~/.ssh/config"), this)),
      runner_(line(QStringLiteral("runner"), QStringLiteral("discern-run"), this)),
      scratch_(line(QStringLiteral("scratch"), QStringLiteral("~/.local/state/discern"), this)),
      launcher_(line(QStringLiteral("launcher"), QStringLiteral("srun --mpi=pmix"), this)),
      fetch_(line(QStringLiteral("fetchUpTo"), QStringLiteral("2"), this)), prologue_(new QPlainTextEdit(this)),
      scheduler_(new ChoiceBox(this)), resources_(new ResourceFields(3)) {
  setObjectName(QStringLiteral("hostForm"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(24, 16, 24, 24);
  column->setSpacing(8);

  QGridLayout* reach = section(tr("How it is reached"));
  add(reach, QStringLiteral("name"), tr("Name"), name_,
      tr("How you call it; also in addresses such as ssh://cluster/data/brain.nii.gz."));
  add(reach, QStringLiteral("destination"), tr("Destination"), destination_,
      tr("As after “ssh” in a terminal: you@machine, or a Host of ~/.ssh/config. Jump hosts, keys and one-time codes "
         "work as there."));
  add(reach, QStringLiteral("port"), tr("Port"), port_, tr("Only where it is not what ssh's configuration says."));
  add(reach, QStringLiteral("sshConfig"), tr("ssh configuration"), config_,
      tr("Another file in place of ~/.ssh/config."));
  QAction* browse = config_->addAction(icon(QStringLiteral("folder")), QLineEdit::TrailingPosition);
  browse->setToolTip(tr("Choose a file"));
  connect(browse, &QAction::triggered, this, [this] {
    auto* dialog = new QFileDialog(this, tr("ssh Configuration"), QFileInfo(usersSshConfig()).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setFilter(QDir::Files | QDir::AllDirs | QDir::Hidden);
    connect(dialog, &QFileDialog::fileSelected, config_, &QLineEdit::setText);
    dialog->open();
  });

  QGridLayout* work = section(tr("How work is done there"));
  add(work, QStringLiteral("runner"), tr("discern-run"), runner_,
      tr("The program there: its name where it is on the PATH, or a path. ~ and $VARIABLES are those of the host."));
  add(work, QStringLiteral("scratch"), tr("Scratch folder"), scratch_,
      tr("Runs and inputs are kept in “discern” below it; on a cluster, a file system that the nodes share."));
  prologue_->setObjectName(QStringLiteral("host.prologue"));
  prologue_->setPlaceholderText(QStringLiteral("module load hdf5"));
  prologue_->setTabChangesFocus(true);
  prologue_->setProperty("field", true);
  prologue_->setFixedHeight(64);
  add(work, QStringLiteral("prologue"), tr("Before it starts"), prologue_,
      tr("Shell lines that come before discern-run, at sign-in and in each job."));
  fetch_->setMaximumWidth(120);
  add(work, QStringLiteral("fetchUpTo"), tr("Bring results up to, GB"), fetch_,
      tr("A larger result stays there and is read over the connection, piece by piece."));

  QGridLayout* queue = section(tr("How runs are started"));
  scheduler_->setObjectName(QStringLiteral("host.scheduler"));
  scheduler_->addItem(tr("At once, as a process"), static_cast<int>(remote::Scheduler::None));
  scheduler_->addItem(tr("By Slurm"), static_cast<int>(remote::Scheduler::Slurm));
  add(queue, QStringLiteral("scheduler"), tr("Scheduler"), scheduler_, QString());
  add(queue, QStringLiteral("launcher"), tr("MPI launcher"), launcher_, QString());

  slurm_ = new QWidget(this);
  slurm_->setObjectName(QStringLiteral("slurmSection"));
  auto* box = new QVBoxLayout(slurm_);
  box->setContentsMargins(0, 8, 0, 0);
  box->setSpacing(8);
  auto* title = new QLabel(tr("What a job asks for, unless a run says otherwise"), slurm_);
  title->setProperty("tone", QStringLiteral("muted"));
  resources_->setParent(slurm_);
  box->addWidget(title);
  box->addWidget(resources_);
  column->addWidget(slurm_);
  column->addStretch(1);

  auto* completer = new Completions(this);
  completer->setModel(new QStringListModel(sshHosts(usersSshConfig()), completer));
  completer->setCaseSensitivity(Qt::CaseInsensitive);
  completer->setFilterMode(Qt::MatchContains);
  destination_->setCompleter(completer);
  connect(
      destination_, &QLineEdit::textEdited, this,
      [this, completer] { completer->leaveWhenTyped(destination_->text()); },
      Qt::QueuedConnection); // after the list was shown
  connect(config_, &QLineEdit::editingFinished, this, [this, completer] {
    const QString own = config_->text().trimmed();
    static_cast<QStringListModel*>(completer->model())->setStringList(sshHosts(own.isEmpty() ? usersSshConfig() : own));
  });
  for (QLineEdit* edit : {name_, destination_, port_, config_, runner_, scratch_, launcher_, fetch_})
    connect(edit, &QLineEdit::textChanged, this, &HostForm::refresh);
  connect(prologue_, &QPlainTextEdit::textChanged, this, &HostForm::refresh);
  connect(scheduler_, &QComboBox::currentIndexChanged, this, &HostForm::refresh);
  connect(resources_, &ResourceFields::changed, this, &HostForm::refresh);
}

QGridLayout* HostForm::section(const QString& title) {
  auto* column = static_cast<QVBoxLayout*>(layout());
  if (column->count() > 0) column->addSpacing(16);
  auto* heading = new QLabel(title, this);
  heading->setProperty("textSize", QStringLiteral("strong"));
  column->addWidget(heading);
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(16);
  grid->setVerticalSpacing(2);
  grid->setColumnMinimumWidth(0, 144);
  grid->setColumnStretch(1, 1);
  column->addLayout(grid);
  return grid;
}

void HostForm::add(QGridLayout* grid, const QString& key, const QString& label, QWidget* editor, const QString& help) {
  const int row = grid->rowCount();
  auto* name = new QLabel(label, this);
  name->setBuddy(editor);
  auto* words = new QLabel(help, this);
  words->setObjectName(QStringLiteral("help.") + key);
  words->setProperty("tone", QStringLiteral("muted"));
  words->setProperty("textSize", QStringLiteral("small"));
  words->setWordWrap(true);
  editor->setAccessibleName(label);
  editor->setAccessibleDescription(help);
  const bool tall = qobject_cast<QPlainTextEdit*>(editor) != nullptr;
  grid->addWidget(name, row, 0, tall ? Qt::AlignTop : Qt::AlignVCenter);
  grid->addWidget(editor, row, 1);
  grid->addWidget(words, row + 1, 1);
  grid->setRowMinimumHeight(row + 2, 4);
  rows_.emplace(key, Row{words, help, editor});
}

void HostForm::setProfile(const remote::HostProfile& profile, const QStringList& taken) {
  filling_ = true;
  taken_ = taken;
  name_->setText(str(profile.name));
  destination_->setText(str(profile.destination));
  port_->setText(profile.port > 0 ? QString::number(profile.port) : QString());
  config_->setText(str(profile.sshConfig));
  runner_->setText(profile.runner == remote::HostProfile{}.runner ? QString() : str(profile.runner));
  scratch_->setText(str(profile.scratch));
  launcher_->setText(joined(profile.launcher, QLatin1Char(' ')));
  prologue_->setPlainText(joined(profile.prologue, QLatin1Char('\n')));
  fetch_->setText(QString::number(static_cast<double>(profile.fetchUpTo) / gigabyte, 'g', 10));
  scheduler_->setCurrentIndex(scheduler_->findData(static_cast<int>(profile.scheduler)));
  resources_->setResources(profile.resources);
  filling_ = false;
  Q_EMIT config_->editingFinished();
  refresh();
}

remote::HostProfile HostForm::profile() const {
  remote::HostProfile profile;
  profile.name = bytes(name_);
  profile.destination = bytes(destination_);
  profile.port = port_->text().trimmed().toInt();
  profile.sshConfig = bytes(config_);
  if (!bytes(runner_).empty()) profile.runner = bytes(runner_);
  profile.scratch = bytes(scratch_);
  profile.launcher = wordsOf(launcher_->text(), QLatin1Char(' '));
  profile.prologue = wordsOf(prologue_->toPlainText(), QLatin1Char('\n'));
  bool number = false;
  const double wanted = fetch_->text().trimmed().toDouble(&number);
  if (number && wanted >= 0 && wanted < 1e6) profile.fetchUpTo = std::llround(wanted * gigabyte);
  profile.scheduler = static_cast<remote::Scheduler>(scheduler_->currentData().toInt());
  profile.resources = resources_->resources();
  return profile;
}

std::map<QString, QString> HostForm::wrong() const {
  std::map<QString, QString> wrong;
  const QString name = name_->text().trimmed(), destination = destination_->text().trimmed(),
                port = port_->text().trimmed(), scratch = scratch_->text().trimmed(),
                config = config_->text().trimmed(), fetch = fetch_->text().trimmed();
  if (name.isEmpty())
    wrong[QStringLiteral("name")] = tr("A name is needed.");
  else if (!remote::validHostName(name.toStdString()))
    wrong[QStringLiteral("name")] = tr("Letters, digits, “-”, “_” and “.” only, beginning with a letter or digit.");
  else if (taken_.contains(name))
    wrong[QStringLiteral("name")] = tr("There is a host of this name already.");
  if (destination.isEmpty())
    wrong[QStringLiteral("destination")] = tr("A destination is needed: you@machine, or a Host of ~/.ssh/config.");
  else if (destination.startsWith(QLatin1Char('-')))
    wrong[QStringLiteral("destination")] = tr("It can't begin with “-”: ssh would take it for an option.");
  else if (destination.contains(QLatin1Char(' ')))
    wrong[QStringLiteral("destination")] = tr("One word, without spaces; options belong into ~/.ssh/config.");
  if (bool whole = false; !port.isEmpty() && (port.toInt(&whole) < 1 || !whole || port.toInt() > 65535))
    wrong[QStringLiteral("port")] = tr("A number from 1 to 65535.");
  if (!config.isEmpty() && !QFileInfo(config).isFile())
    wrong[QStringLiteral("sshConfig")] = tr("There is no such file here.");
  if (!scratch.isEmpty() && !QStringLiteral("/~$").contains(scratch[0]))
    wrong[QStringLiteral("scratch")] = tr("An absolute folder, or one that begins with ~ or $VARIABLE.");
  bool number = false;
  const double most = fetch.toDouble(&number);
  if (!number || most < 0 || most >= 1e6) wrong[QStringLiteral("fetchUpTo")] = tr("A number of gigabytes, 0 or more.");
  return wrong;
}

QStringList HostForm::problems() const {
  QStringList problems;
  for (const auto& [key, words] : wrong())
    problems << words;
  const bool slurm = scheduler_->currentData().toInt() == static_cast<int>(remote::Scheduler::Slurm);
  if (slurm) problems << resources_->problems();
  if (problems.isEmpty()) {
    const remote::HostProfile mine = profile();
    try {
      (void)remote::profileOf(mine.name, remote::toJson(mine), mine.name);
    } catch (const std::exception& error) {
      problems << QString::fromUtf8(error.what());
    }
  }
  return problems;
}

void HostForm::refresh() {
  if (filling_) return;
  const auto problems = wrong();
  for (const auto& [key, row] : rows_) {
    const auto found = problems.find(key);
    // An empty form isn't blamed for what has not been typed yet.
    const auto* edit = qobject_cast<QLineEdit*>(row.editor);
    const bool untouched = edit && edit->text().isEmpty() && !edit->isModified();
    const bool bad = found != problems.end() && !untouched;
    setStyled(row.editor, "invalid", bad);
    setStyled(row.help, "tone", bad ? QStringLiteral("bad") : QStringLiteral("muted"));
    row.help->setText(bad ? found->second : row.words);
  }
  const bool slurm = scheduler_->currentData().toInt() == static_cast<int>(remote::Scheduler::Slurm);
  slurm_->setVisible(slurm);
  launcher_->setPlaceholderText(slurm ? QStringLiteral("srun --mpi=pmix") : QStringLiteral("mpirun"));
  rows_.at(QStringLiteral("scheduler"))
      .help->setText(slurm ? tr("sbatch, squeue and scancel are used over there.")
                           : tr("For a workstation, or a machine of your own."));
  rows_.at(QStringLiteral("launcher"))
      .help->setText(tr("Starts the ranks of an analysis that uses MPI; as the site's manual says."));
  Q_EMIT changed();
}

void HostForm::focusFirst() { (name_->text().isEmpty() ? name_ : destination_)->setFocus(Qt::OtherFocusReason); }

} // namespace discern::desktop
