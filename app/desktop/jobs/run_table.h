#pragma once
#include "jobs/run_directory.h"

#include <QAbstractTableModel>
#include <QStyledItemDelegate>
#include <map>
#include <set>
#include <vector>

class QAbstractItemView;

namespace discern::desktop {

class Appearance;

/// All runs of this machine as a table, one a row.
class RunTable final : public QAbstractTableModel {
  Q_OBJECT
public:
  enum Column { State, Title, Input, Host, Progress, Started, Took, Disk, ColumnCount };
  enum Role { SortRole = Qt::UserRole + 1, StateRole };
  using QAbstractTableModel::QAbstractTableModel;

  /// Newest first. Rows of runs that were there keep their place for whoever holds an index.
  void show(std::vector<jobs::Snapshot> runs);
  void setDisk(const std::string& path, std::int64_t bytes);
  /// The runs whose size is not known, or was taken while they were at work.
  [[nodiscard]] std::vector<std::string> unmeasured() const;
  [[nodiscard]] const jobs::Snapshot& run(int row) const { return runs_[static_cast<std::size_t>(row)]; }
  [[nodiscard]] const std::vector<jobs::Snapshot>& runs() const { return runs_; }
  [[nodiscard]] std::int64_t disk(const std::string& path) const; ///< -1: not known yet
  /// Of all runs whose size is known.
  [[nodiscard]] std::int64_t totalDisk() const;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
  [[nodiscard]] QVariant text(const jobs::Snapshot& run, int column) const;
  [[nodiscard]] QVariant sortKey(const jobs::Snapshot& run, int column) const;

  std::vector<jobs::Snapshot> runs_;
  std::map<std::string, std::int64_t> disk_;
  std::set<std::string> settled_; ///< ended when they were measured
};

/// Draws the cells of a table of runs: the pointer lights up a whole row, for a row is what a click means.
class RunDelegate final : public QStyledItemDelegate {
  Q_OBJECT
public:
  explicit RunDelegate(QAbstractItemView* view);
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  /// `option`, under the pointer where its row is.
  [[nodiscard]] QStyleOptionViewItem asRow(const QStyleOptionViewItem& option, const QModelIndex& index) const;

protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

private:
  void hover(int row);
  QAbstractItemView* view_;
  int row_ = -1;
};

/// Draws a run's state: its sign and its word, in its colour.
class RunStateDelegate final : public QStyledItemDelegate {
  Q_OBJECT
public:
  RunStateDelegate(const Appearance& appearance, QAbstractItemView* view, const RunDelegate& rows);
  void paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const override;

private:
  const Appearance& appearance_;
  const RunDelegate& rows_;
};

/// "1.2 GB"
[[nodiscard]] QString diskText(std::int64_t bytes);

} // namespace discern::desktop
