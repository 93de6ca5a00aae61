#include "desktop/hosts/resource_fields.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QStyle>
#include <array>
#include <cmath>

namespace discern::desktop {

namespace {

struct Kind {
  const char *name, *label, *example, *help;
};

// In the order of a form: where, how much, how long.
constexpr std::array kinds{
    Kind{"partition", QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "Partition"), "",
         QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "The queue: sinfo lists those of the site")},
    Kind{"account", QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "Account"), "",
         QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "Whose hours are spent, where the site asks for it")},
    Kind{"qos", QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "Quality of service"), "",
         QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "Where the site has several")},
    Kind{"minutes", QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "Wall time"), "1:30",
         QT_TRANSLATE_NOOP("discern::desktop::ResourceFields",
                           "After so long Slurm ends the job: minutes, or hours:minutes")},
    Kind{"nodes", QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "Nodes"), "1",
         QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "Machines that work together")},
    Kind{"tasks", QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "MPI ranks"), "1",
         QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "More than one only for analyses that use MPI")},
    Kind{"cpusPerTask", QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "CPUs per rank"), "8",
         QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "Threads of the analysis, or of each rank")},
    Kind{"memoryMb", QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "Memory per node"), "16 GB",
         QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "With a unit; a bare number is MB")},
    Kind{"gpus", QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "GPUs per node"), "0",
         QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "Asked for as --gres=gpu:N")},
    Kind{"extra", QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "More options"), "--constraint=a100",
         QT_TRANSLATE_NOOP("discern::desktop::ResourceFields", "Of sbatch, with spaces between")},
};

void mark(QWidget* edit, bool invalid) {
  if (edit->property("invalid").toBool() == invalid) return;
  edit->setProperty("invalid", invalid);
  edit->style()->unpolish(edit);
  edit->style()->polish(edit);
}

QString textOf(const remote::Resources& resources, const std::string& name) {
  const auto number = [](int value) { return value > 0 ? QString::number(value) : QString(); };
  if (name == "partition") return QString::fromStdString(resources.partition);
  if (name == "account") return QString::fromStdString(resources.account);
  if (name == "qos") return QString::fromStdString(resources.qos);
  if (name == "nodes") return number(resources.nodes);
  if (name == "tasks") return number(resources.tasks);
  if (name == "cpusPerTask") return number(resources.cpusPerTask);
  if (name == "gpus") return number(resources.gpus);
  if (name == "memoryMb") return resources.memoryMb > 0 ? memoryText(resources.memoryMb) : QString();
  if (name == "minutes") return resources.minutes > 0 ? minutesText(resources.minutes) : QString();
  QStringList words;
  for (const std::string& word : resources.extra)
    words << QString::fromStdString(word);
  return words.join(QLatin1Char(' '));
}

} // namespace

int memoryMbFrom(const QString& text) {
  static const QRegularExpression form(QStringLiteral("^\\s*(\\d+(?:[.,]\\d+)?)\\s*([MmGgTt]?)(?:i?[Bb])?\\s*$"));
  const auto match = form.match(text);
  if (!match.hasMatch()) return -1;
  const double value = match.captured(1).replace(QLatin1Char(','), QLatin1Char('.')).toDouble();
  const QString unit = match.captured(2).toUpper();
  const double mb = value * (unit == QLatin1String("G") ? 1024 : unit == QLatin1String("T") ? 1024 * 1024 : 1);
  return mb <= 1e8 ? static_cast<int>(std::lround(mb)) : -1;
}

QString memoryText(int memoryMb) {
  return memoryMb % 1024 == 0 ? QStringLiteral("%1 GB").arg(memoryMb / 1024) : QStringLiteral("%1 MB").arg(memoryMb);
}

int minutesFrom(const QString& text) {
  static const QRegularExpression plain(QStringLiteral("^\\s*(\\d{1,6})\\s*(?:m|min|minutes)?\\s*$")),
      hours(QStringLiteral("^\\s*(\\d{1,4}(?:[.,]\\d+)?)\\s*(?:h|hours?)\\s*$")),
      clock(QStringLiteral("^\\s*(?:(\\d{1,3})-)?(\\d{1,4}):(\\d{2})\\s*$"));
  if (const auto match = plain.match(text); match.hasMatch()) return match.captured(1).toInt();
  if (const auto match = hours.match(text); match.hasMatch())
    return static_cast<int>(std::lround(60 * match.captured(1).replace(QLatin1Char(','), QLatin1Char('.')).toDouble()));
  if (const auto match = clock.match(text); match.hasMatch() && match.captured(3).toInt() < 60)
    return (match.captured(1).toInt() * 24 + match.captured(2).toInt()) * 60 + match.captured(3).toInt();
  return -1;
}

QString minutesText(int minutes) {
  return minutes < 60 ? QStringLiteral("%1 min").arg(minutes)
                      : QStringLiteral("%1:%2").arg(minutes / 60).arg(minutes % 60, 2, 10, QLatin1Char('0'));
}

ResourceFields::ResourceFields(int columns, QWidget* parent) : QWidget(parent), problem_(new QLabel(this)) {
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(16);
  grid->setVerticalSpacing(8);
  int at = 0;
  for (const Kind& kind : kinds) {
    Field field{new QLineEdit(this), tr(kind.label)};
    field.edit->setObjectName(QStringLiteral("resource.") + QLatin1String(kind.name));
    field.edit->setAccessibleName(field.label);
    field.edit->setToolTip(tr(kind.help));
    auto* label = new QLabel(field.label, this);
    label->setBuddy(field.edit);
    label->setToolTip(tr(kind.help));
    if (columns == 1) {
      grid->addWidget(label, at, 0);
      grid->addWidget(field.edit, at, 1);
      grid->setColumnStretch(1, 1);
    } else { // the label above its field
      const int row = 2 * (at / columns), column = at % columns;
      const int span = at + 1 == static_cast<int>(kinds.size()) ? columns - column : 1; // the last takes what is left
      grid->addWidget(label, row, column);
      grid->addWidget(field.edit, row + 1, column, 1, span);
      grid->setColumnStretch(column, 1);
    }
    connect(field.edit, &QLineEdit::textChanged, this, [this] {
      refresh();
      Q_EMIT changed();
    });
    fields_.emplace(kind.name, field);
    ++at;
  }
  problem_->setProperty("tone", QStringLiteral("bad"));
  problem_->setProperty("textSize", QStringLiteral("small"));
  problem_->setObjectName(QStringLiteral("resourceProblem"));
  problem_->setWordWrap(true);
  problem_->hide();
  grid->addWidget(problem_, 2 * at + 2, 0, 1, std::max(2, columns));
  setDefaults({});
}

void ResourceFields::setDefaults(const remote::Resources& defaults) {
  for (const Kind& kind : kinds) {
    const QString own = textOf(defaults, kind.name);
    const bool none = own.isEmpty();
    fields_.at(kind.name).edit->setPlaceholderText(none ? tr("site's default") : own);
  }
}

void ResourceFields::setResources(const remote::Resources& resources) {
  for (const auto& [name, field] : fields_)
    field.edit->setText(textOf(resources, name));
}

QString ResourceFields::problemOf(const std::string& name, remote::Resources& into) const {
  const Field& field = fields_.at(name);
  const QString text = field.edit->text().trimmed();
  if (text.isEmpty()) return {};
  const auto number = [&](int value, const QString& expected) {
    if (value < 0) return tr("%1: “%2” is no %3.").arg(field.label, text, expected);
    setResource(into, name, std::to_string(value));
    return QString();
  };
  if (name == "memoryMb") return number(memoryMbFrom(text), tr("amount of memory; 16 GB, for example"));
  if (name == "minutes") return number(minutesFrom(text), tr("time; 90, 1:30 or 2 h, for example"));
  if (name == "extra") {
    for (const QString& word : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
      if (!word.startsWith(QLatin1Char('-'))) return tr("%1: “%2” is no option of sbatch.").arg(field.label, word);
      into.extra.push_back(word.toStdString());
    }
    return {};
  }
  if (name == "partition" || name == "account" || name == "qos") {
    if (text.contains(QLatin1Char(' '))) return tr("%1: one name, without spaces.").arg(field.label);
    setResource(into, name, text.toStdString());
    return {};
  }
  bool whole = false;
  const int value = text.toInt(&whole);
  return number(whole && value <= 1'000'000 ? value : -1, tr("whole number"));
}

remote::Resources ResourceFields::resources() const {
  remote::Resources resources;
  for (const Kind& kind : kinds)
    (void)problemOf(kind.name, resources);
  return resources;
}

QStringList ResourceFields::problems() const {
  remote::Resources ignored;
  QStringList problems;
  for (const Kind& kind : kinds)
    if (const QString problem = problemOf(kind.name, ignored); !problem.isEmpty()) problems << problem;
  return problems;
}

void ResourceFields::refresh() {
  remote::Resources ignored;
  QStringList all;
  for (const auto& [name, field] : fields_) {
    const QString problem = problemOf(name, ignored);
    mark(field.edit, !problem.isEmpty());
    if (!problem.isEmpty()) all << problem;
  }
  problem_->setText(all.join(QLatin1Char('\n')));
  problem_->setVisible(!all.isEmpty());
}

QLineEdit* ResourceFields::field(const std::string& name) const { return fields_.at(name).edit; }

} // namespace discern::desktop
