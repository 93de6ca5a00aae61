#include "desktop/jobs/run_table.h"

#include "desktop/jobs/job_words.h"
#include "desktop/jobs/state_badge.h"
#include "desktop/session/place.h"
#include "desktop/theme/appearance.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QDateTime>
#include <QLocale>
#include <QPainter>
#include <QStyle>
#include <algorithm>
#include <numeric>
#include <utility>

namespace discern::desktop {

namespace {

QString str(const std::string& text) { return QString::fromStdString(text); }

/// The names of a run's input files; `paths`: in full.
QStringList inputsOf(const jobs::Snapshot& run, bool paths) {
  QStringList names;
  if (!run.job.is_object() || !run.job.contains("inputs") || !run.job["inputs"].is_object()) return names;
  for (const auto& [name, input] : run.job["inputs"].items()) {
    if (!input.is_object() || !input.contains("path") || !input["path"].is_string()) continue;
    const QString path = str(input["path"].get<std::string>());
    const QString folder = folderText(path);
    const QString shown =
        paths ? folder + (folder.endsWith(QLatin1Char('/')) ? QString() : QStringLiteral("/")) + shortName(path)
              : shortName(path);
    if (!names.contains(shown)) names << shown;
  }
  return names;
}

double createdAt(const jobs::Snapshot& run) {
  if (run.started > 0) return run.started;
  return run.job.is_object() && run.job.contains("created") && run.job["created"].is_number()
             ? run.job["created"].get<double>()
             : 0;
}

double tookSeconds(const jobs::Snapshot& run) {
  if (run.wallSeconds > 0) return run.wallSeconds;
  if (run.started <= 0) return 0;
  const double end = run.ended > 0 ? run.ended : static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000;
  return std::max(0.0, end - run.started);
}

/// Today's by the hour, this year's by day and month.
QString whenText(double seconds) {
  if (seconds <= 0) return {};
  const QDateTime when = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(seconds * 1000));
  const QDate today = QDate::currentDate();
  if (when.date() == today) return RunTable::tr("Today, %1").arg(when.toString(QStringLiteral("HH:mm")));
  if (when.date() == today.addDays(-1))
    return RunTable::tr("Yesterday, %1").arg(when.toString(QStringLiteral("HH:mm")));
  return QLocale::c().toString(when, when.date().year() == today.year() ? QStringLiteral("d MMM, HH:mm")
                                                                        : QStringLiteral("d MMM yyyy, HH:mm"));
}

/// How a run that goes on stands: its place in the queue, or how far it is.
QString progressText(const jobs::Snapshot& run) {
  if (jobs::isFinal(run.state)) return {};
  if (run.detached) return RunTable::tr("Left to itself");
  if (run.unwatched) return RunTable::tr("Nobody here follows it");
  if (!run.note.empty()) return str(run.note);
  if (run.state == jobs::RunState::Queued) return {};
  const QString percent = RunTable::tr("%1 %").arg(static_cast<int>(100 * std::clamp(run.progress, 0.0, 1.0)));
  return run.phase.empty() ? percent : QStringLiteral("%1 · %2").arg(percent, str(run.phase));
}

} // namespace

QString diskText(std::int64_t bytes) {
  return QLocale::c().formattedDataSize(bytes, bytes < 1'000'000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

void RunTable::show(std::vector<jobs::Snapshot> runs) {
  std::set<std::string> here;
  for (const jobs::Snapshot& run : runs)
    here.insert(run.path);
  for (int row = rowCount() - 1; row >= 0; --row) {
    if (here.contains(runs_[static_cast<std::size_t>(row)].path)) continue;
    beginRemoveRows({}, row, row);
    runs_.erase(runs_.begin() + row);
    endRemoveRows();
  }
  std::map<std::string, int> rows;
  for (int row = 0; row < rowCount(); ++row)
    rows[runs_[static_cast<std::size_t>(row)].path] = row;
  std::vector<jobs::Snapshot> fresh;
  for (jobs::Snapshot& run : runs) {
    const auto known = rows.find(run.path);
    if (known == rows.end()) {
      fresh.push_back(std::move(run));
      continue;
    }
    jobs::Snapshot& mine = runs_[static_cast<std::size_t>(known->second)];
    if (mine == run && jobs::isFinal(run.state)) continue;
    mine = std::move(run);
    Q_EMIT dataChanged(index(known->second, 0), index(known->second, ColumnCount - 1));
  }
  if (fresh.empty()) return;
  beginInsertRows({}, 0, static_cast<int>(fresh.size()) - 1);
  runs_.insert(runs_.begin(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
  endInsertRows();
}

void RunTable::setDisk(const std::string& path, std::int64_t bytes) {
  const auto at = std::ranges::find(runs_, path, &jobs::Snapshot::path);
  if (at == runs_.end()) return;
  disk_[path] = bytes;
  if (jobs::isFinal(at->state)) settled_.insert(path);
  const QModelIndex cell = index(static_cast<int>(at - runs_.begin()), Disk);
  Q_EMIT dataChanged(cell, cell);
}

std::vector<std::string> RunTable::unmeasured() const {
  std::vector<std::string> paths;
  for (const jobs::Snapshot& run : runs_)
    if (!settled_.contains(run.path)) paths.push_back(run.path);
  return paths;
}

std::int64_t RunTable::disk(const std::string& path) const {
  const auto known = disk_.find(path);
  return known == disk_.end() ? -1 : known->second;
}

std::int64_t RunTable::totalDisk() const {
  return std::accumulate(runs_.begin(), runs_.end(), std::int64_t{0}, [this](std::int64_t sum, const auto& run) {
    return sum + std::max<std::int64_t>(0, disk(run.path));
  });
}

int RunTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(runs_.size());
}
int RunTable::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant RunTable::text(const jobs::Snapshot& run, int column) const {
  switch (column) {
  case State:
    return stateWord(run.state);
  case Title:
    return str(run.title.empty() ? run.plugin : run.title);
  case Input:
    return inputsOf(run, false).join(QStringLiteral(", "));
  case Host:
    return str(run.host);
  case Progress:
    return progressText(run);
  case Started:
    return whenText(createdAt(run));
  case Took: {
    const double seconds = tookSeconds(run);
    if (run.started <= 0 && seconds <= 0) return {};
    return seconds < 10 && jobs::isFinal(run.state) ? tr("%1 s").arg(seconds, 0, 'f', 1) : durationText(seconds);
  }
  default:
    return disk(run.path) < 0 ? QVariant() : diskText(disk(run.path));
  }
}

QVariant RunTable::sortKey(const jobs::Snapshot& run, int column) const {
  switch (column) {
  case Progress:
    return jobs::isFinal(run.state) ? -1.0 : run.progress;
  case Started:
    return createdAt(run);
  case Took:
    return tookSeconds(run);
  case Disk:
    return static_cast<qlonglong>(disk(run.path));
  case State:
    return static_cast<int>(run.state);
  default:
    return text(run, column).toString().toLower();
  }
}

QVariant RunTable::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const jobs::Snapshot& run = runs_[static_cast<std::size_t>(index.row())];
  switch (role) {
  case Qt::DisplayRole:
    return text(run, index.column());
  case SortRole:
    return sortKey(run, index.column());
  case StateRole:
    return static_cast<int>(run.state);
  case Qt::TextAlignmentRole:
    return index.column() >= Took ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                  : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
  case Qt::ToolTipRole:
    if (index.column() == State && !run.message.empty()) return str(run.message);
    if (index.column() == State && !run.note.empty()) return str(run.note);
    if (index.column() == Host || index.column() == Progress) return text(run, index.column());
    if (index.column() == Input) return inputsOf(run, true).join(QLatin1Char('\n'));
    if (index.column() == Title)
      return QStringLiteral("%1\n%2\n%3").arg(text(run, Title).toString(), str(run.plugin), str(run.path));
    if (index.column() == Started && createdAt(run) > 0)
      return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(createdAt(run) * 1000)).toString(Qt::ISODate);
    return {};
  default:
    return {};
  }
}

QVariant RunTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return section >= Took ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  switch (section) {
  case State:
    return tr("State");
  case Title:
    return tr("Run");
  case Input:
    return tr("Input");
  case Host:
    return tr("Host");
  case Progress:
    return tr("Progress");
  case Started:
    return tr("Started");
  case Took:
    return tr("Took");
  default:
    return tr("On disk");
  }
}

RunDelegate::RunDelegate(QAbstractItemView* view) : QStyledItemDelegate(view), view_(view) {
  view->setMouseTracking(true);
  view->viewport()->installEventFilter(this);
  connect(view, &QAbstractItemView::entered, this, [this](const QModelIndex& index) { hover(index.row()); });
  connect(view, &QAbstractItemView::viewportEntered, this, [this] { hover(-1); });
}

bool RunDelegate::eventFilter(QObject* watched, QEvent* event) {
  if (watched == view_->viewport() && event->type() == QEvent::Leave) hover(-1);
  return QStyledItemDelegate::eventFilter(watched, event);
}

void RunDelegate::hover(int row) {
  if (std::exchange(row_, row) != row) view_->viewport()->update();
}

QStyleOptionViewItem RunDelegate::asRow(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyleOptionViewItem whole = option;
  whole.state.setFlag(QStyle::State_MouseOver, index.row() == row_);
  return whole;
}

void RunDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyledItemDelegate::paint(painter, asRow(option, index), index);
}

RunStateDelegate::RunStateDelegate(const Appearance& appearance, QAbstractItemView* view, const RunDelegate& rows)
    : QStyledItemDelegate(view), appearance_(appearance), rows_(rows) {}

void RunStateDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const {
  const QStyleOptionViewItem option = rows_.asRow(given, index);
  const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
  style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget); // selection and hover
  const auto state = static_cast<jobs::RunState>(index.data(RunTable::StateRole).toInt());
  const QColor colour = appearance_.tokens()[stateTone(state)];
  painter->save();
  painter->setFont(option.font);
  painter->translate(option.rect.left() + 4, option.rect.center().y() - 8);
  StateBadge::paint(*painter, state, false, colour);
  painter->restore();
  painter->save();
  painter->setPen(colour);
  painter->drawText(option.rect.adjusted(30, 0, -4, 0), Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
  painter->restore();
}

} // namespace discern::desktop
