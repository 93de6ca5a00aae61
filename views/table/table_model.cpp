#include "table/table_model.h"

#include "style/style.h"

#include <QPointer>
#include <algorithm>
#include <cmath>
#include <limits>

namespace discern::views {
namespace {

constexpr std::int64_t cellsOfPage = 40'000, mostRows = 512, leastRows = 32;
constexpr int firstPurpose = 1, pagePurpose = 2; ///< of the tickets; pages: one a lane, counting on

QString typeText(data::ColumnType type) {
  switch (type) {
  case data::ColumnType::Integer:
    return TableModel::tr("integer");
  case data::ColumnType::Number:
    return TableModel::tr("number");
  case data::ColumnType::Text:
    break;
  }
  return TableModel::tr("text");
}

} // namespace

TableModel::TableModel(data::FieldProvider& provider, QObject* parent)
    : QAbstractTableModel(parent), provider_(provider) {}

void TableModel::clear() {
  beginResetModel();
  shown_ = wanted_ = {};
  columns_.clear();
  formats_.clear();
  pages_.clear();
  byNumber_.clear();
  asked_.fill(-1);
  total_ = matching_ = 0;
  waiting_ = false;
  endResetModel();
}

void TableModel::show(const std::string& path, const std::string& table, const data::TableQuery& query) {
  if (path != shown_.path || table != shown_.table) clear();
  wanted_ = {};
  wanted_.path = path;
  wanted_.table = table;
  wanted_.query = query;
  // As many rows as fit a page; how many columns there are is known as soon as the file is open.
  std::size_t columns = 1;
  if (const data::DatasetInfo* dataset = provider_.info(path))
    for (const data::TableInfo& info : dataset->tables)
      if (table.empty() || info.name == table) columns = std::max(columns, info.columns.size());
  wanted_.count = std::clamp(cellsOfPage / static_cast<std::int64_t>(columns), leastRows, mostRows);
  waiting_ = true;
  provider_.rows(wanted_, data::Priority::Cursor, {this, firstPurpose},
                 [model = QPointer<TableModel>(this)](data::FieldProvider::Reply<data::TableRows> reply) {
                   if (!model) return;
                   model->waiting_ = false;
                   if (!reply.error.empty())
                     Q_EMIT model->failed(text(reply.error));
                   else
                     model->take(std::move(reply.value));
                 });
}

void TableModel::take(data::TableRows first) {
  beginResetModel();
  const bool other = columns_ != first.columns;
  shown_ = wanted_;
  columns_ = first.columns;
  total_ = first.total;
  matching_ = first.matching;
  pageRows_ = shown_.count;
  if (other) {
    formats_.clear();
    for (std::size_t i = 0; i < columns_.size(); ++i)
      formats_.push_back(ColumnFormat::fitting(columns_[i].type, first.numbers[i]));
  }
  pages_.clear();
  byNumber_.clear();
  asked_.fill(-1);
  keep(0, std::move(first));
  endResetModel();
  Q_EMIT shown();
}

void TableModel::keep(std::int64_t number, data::TableRows rows) const {
  pages_.push_front({number, std::make_shared<const data::TableRows>(std::move(rows))});
  byNumber_[number] = pages_.begin();
  if (pages_.size() <= kept_) return;
  byNumber_.erase(pages_.back().number);
  pages_.pop_back();
}

const data::TableRows* TableModel::page(std::int64_t number) const {
  if (const auto found = byNumber_.find(number); found != byNumber_.end()) {
    pages_.splice(pages_.begin(), pages_, found->second);
    return found->second->rows.get();
  }
  ask(number);
  return nullptr;
}

/// At most a page a lane is on its way: who scrolls far drops what was asked for on the way.
void TableModel::ask(std::int64_t number) const {
  if (std::find(asked_.begin(), asked_.end(), number) != asked_.end()) return;
  lane_ = (lane_ + 1) % lanes_;
  asked_[lane_] = number;
  data::RowsRequest request = shown_;
  request.from = number * pageRows_;
  request.count = pageRows_;
  auto* self = const_cast<TableModel*>(this);
  provider_.rows(request, data::Priority::Cursor, {this, pagePurpose + static_cast<int>(lane_)},
                 [model = QPointer<TableModel>(self), number, lane = lane_,
                  query = shown_.query](data::FieldProvider::Reply<data::TableRows> reply) {
                   if (!model || model->asked_[lane] != number || !(model->shown_.query == query)) return;
                   model->asked_[lane] = -1;
                   if (!reply.error.empty()) {
                     Q_EMIT model->failed(text(reply.error));
                     return;
                   }
                   const auto count = static_cast<int>(reply.value.rows.size());
                   if (count == 0) return;
                   model->keep(number, std::move(reply.value));
                   const auto first = static_cast<int>(number * model->pageRows_);
                   Q_EMIT model->dataChanged(model->index(first, 0),
                                             model->index(first + count - 1, model->columnCount() - 1));
                   Q_EMIT model->headerDataChanged(Qt::Vertical, first, first + count - 1);
                 });
}

std::int64_t TableModel::sourceRow(int row) const {
  if (inFileOrder()) return row;
  const auto found = byNumber_.find(row / pageRows_);
  if (found == byNumber_.end()) return -1;
  const auto at = static_cast<std::size_t>(row % pageRows_);
  const auto& rows = found->second->rows->rows;
  return at < rows.size() ? rows[at] : -1;
}

int TableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0
                          : static_cast<int>(std::min<std::int64_t>(matching_, std::numeric_limits<int>::max() / 64));
}

int TableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

QVariant TableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) return {};
  const auto column = static_cast<std::size_t>(index.column());
  const bool words = columns_[column].type == data::ColumnType::Text;
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (words ? Qt::AlignLeft : Qt::AlignRight)));
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != MissingRole) return {};
  const data::TableRows* rows = page(index.row() / pageRows_);
  const auto at = static_cast<std::size_t>(index.row() % pageRows_);
  if (!rows || at >= rows->rows.size()) return role == Qt::DisplayRole ? QVariant(QStringLiteral("…")) : QVariant();
  if (words) {
    const std::string& cell = rows->texts[column][at];
    if (role == MissingRole) return cell.empty();
    if (role == Qt::DisplayRole) {
      if (cell.empty()) return QStringLiteral("—");
      constexpr qsizetype most = 300; // letters: more than a column shows
      return text(cell).left(most).replace(QLatin1Char('\n'), QLatin1Char(' '));
    }
    return cell.size() > 24 ? QVariant(text(cell)) : QVariant();
  }
  const double value = rows->numbers[column][at];
  if (role == MissingRole) return std::isnan(value);
  if (role == Qt::DisplayRole) return cellText(value, formats_[column]);
  const QString exact = exactText(value);
  return exact == cellText(value, formats_[column]) || exact.isEmpty() ? QVariant() : QVariant(exact);
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Vertical) {
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | Qt::AlignRight));
    if (role != Qt::DisplayRole) return {};
    const std::int64_t row = sourceRow(section);
    return row < 0 ? QString() : QString::number(row + 1);
  }
  if (section < 0 || section >= columnCount()) return {};
  const data::ColumnInfo& column = columns_[static_cast<std::size_t>(section)];
  const QString type = typeText(column.type);
  const QString detail = column.unit.empty() ? type : QStringLiteral("%1 · %2").arg(text(column.unit), type);
  switch (role) {
  case Qt::DisplayRole:
    return text(column.name);
  case DetailRole:
    return detail;
  case Qt::ToolTipRole:
    return tr("%1\n%2\nClick to sort; right-click for more").arg(text(column.name), detail);
  case Qt::TextAlignmentRole:
    return QVariant::fromValue(
        Qt::Alignment(Qt::AlignVCenter | (column.type == data::ColumnType::Text ? Qt::AlignLeft : Qt::AlignRight)));
  default:
    return {};
  }
}

} // namespace discern::views
