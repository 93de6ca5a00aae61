#pragma once
#include <QAbstractTableModel>
#include <QDateTime>
#include <QSortFilterProxyModel>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace discern::desktop {

/// What is in a folder of another machine: name, size, time of change.
class FolderModel final : public QAbstractTableModel {
  Q_OBJECT
public:
  enum Column { Name, Size, Changed, Columns };
  struct Entry {
    enum class Kind { Folder, File, Other }; ///< Other: a device, or a link that leads nowhere
    QString name;
    Kind kind = Kind::File;
    qint64 size = 0; ///< bytes
    QDateTime time;
  };
  using QAbstractTableModel::QAbstractTableModel;
  void setEntries(std::vector<Entry> entries);
  [[nodiscard]] const Entry& entry(int row) const { return entries_[static_cast<std::size_t>(row)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : Columns; }
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
  std::vector<Entry> entries_;
};

/// Folders first, names as a person counts ("run2" before "run10"); only those that hold every typed word.
class FolderOrder final : public QSortFilterProxyModel {
  Q_OBJECT
public:
  explicit FolderOrder(QObject* parent = nullptr);
  void setWords(const QString& words);

protected:
  [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
  [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
  QStringList words_;
};

/// The entries of an answer to `files`.
[[nodiscard]] std::vector<FolderModel::Entry> entriesFrom(const nlohmann::json& answer);

} // namespace discern::desktop
