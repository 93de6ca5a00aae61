#include "desktop/browse/folder_model.h"

#include "desktop/theme/icons.h"

#include <QLocale>
#include <nlohmann/json.hpp>

namespace discern::desktop {

using Entry = FolderModel::Entry;

namespace {

/// "run2" before "run10", whatever the case. (QCollator can't, where the locale is C.)
bool countedLess(const QString& a, const QString& b) {
  qsizetype i = 0, j = 0;
  const auto number = [](const QString& text, qsizetype& at) {
    while (at < text.size() - 1 && text[at] == QLatin1Char('0') && text[at + 1].isDigit())
      ++at;
    const qsizetype from = at;
    while (at < text.size() && text[at].isDigit())
      ++at;
    return text.mid(from, at - from);
  };
  while (i < a.size() && j < b.size()) {
    if (a[i].isDigit() && b[j].isDigit()) {
      const QString first = number(a, i), second = number(b, j);
      if (first.size() != second.size()) return first.size() < second.size();
      if (first != second) return first < second;
      continue;
    }
    const QChar first = a[i].toCaseFolded(), second = b[j].toCaseFolded();
    if (first != second) return first < second;
    ++i;
    ++j;
  }
  if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
  return a < b;
}

} // namespace

void FolderModel::setEntries(std::vector<Entry> entries) {
  beginResetModel();
  entries_ = std::move(entries);
  endResetModel();
}

int FolderModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

QVariant FolderModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Entry& entry = entries_[static_cast<std::size_t>(index.row())];
  const bool folder = entry.kind == Entry::Kind::Folder;
  if (role == Qt::DisplayRole && index.column() == Name) return entry.name;
  if (role == Qt::DisplayRole && index.column() == Size)
    return folder ? QString() : QLocale().formattedDataSize(entry.size, 1, QLocale::DataSizeSIFormat);
  if (role == Qt::DisplayRole && index.column() == Changed)
    return QLocale().toString(entry.time, QStringLiteral("yyyy-MM-dd  HH:mm"));
  if (role == Qt::DecorationRole && index.column() == Name)
    return icon(folder ? QStringLiteral("folder") : QStringLiteral("file"));
  if (role == Qt::TextAlignmentRole && index.column() == Size) return int(Qt::AlignRight | Qt::AlignVCenter);
  if (role == Qt::AccessibleTextRole && index.column() == Name)
    return folder ? tr("%1, folder").arg(entry.name) : entry.name;
  return {};
}

QVariant FolderModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) return int((section == Size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  return section == Name ? tr("Name") : section == Size ? tr("Size") : tr("Changed");
}

Qt::ItemFlags FolderModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return {};
  const bool usable = entries_[static_cast<std::size_t>(index.row())].kind != Entry::Kind::Other;
  return usable ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags;
}

FolderOrder::FolderOrder(QObject* parent) : QSortFilterProxyModel(parent) {}

void FolderOrder::setWords(const QString& words) {
  words_ = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  invalidateFilter();
}

bool FolderOrder::filterAcceptsRow(int row, const QModelIndex&) const {
  const QString& name = static_cast<const FolderModel*>(sourceModel())->entry(row).name;
  return std::all_of(words_.begin(), words_.end(),
                     [&name](const QString& word) { return name.contains(word, Qt::CaseInsensitive); });
}

bool FolderOrder::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const auto* model = static_cast<const FolderModel*>(sourceModel());
  const Entry &a = model->entry(left.row()), &b = model->entry(right.row());
  const bool folderA = a.kind == Entry::Kind::Folder, folderB = b.kind == Entry::Kind::Folder;
  if (folderA != folderB) return folderA == (sortOrder() == Qt::AscendingOrder); // first in either order
  if (left.column() == FolderModel::Size && a.size != b.size && !folderA) return a.size < b.size;
  if (left.column() == FolderModel::Changed && a.time != b.time) return a.time < b.time;
  return countedLess(a.name, b.name);
}

std::vector<Entry> entriesFrom(const nlohmann::json& answer) {
  std::vector<Entry> entries;
  const nlohmann::json list = answer.value("entries", nlohmann::json::array());
  entries.reserve(list.size());
  for (const nlohmann::json& each : list) {
    Entry entry;
    entry.name = QString::fromStdString(each.value("name", std::string()));
    const std::string kind = each.value("kind", std::string());
    entry.kind = kind == "folder" ? Entry::Kind::Folder : kind == "file" ? Entry::Kind::File : Entry::Kind::Other;
    entry.size = each.value("size", std::int64_t{0});
    entry.time = QDateTime::fromSecsSinceEpoch(each.value("time", std::int64_t{0}));
    entries.push_back(std::move(entry));
  }
  return entries;
}

} // namespace discern::desktop
