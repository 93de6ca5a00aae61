#pragma once
#include "data/block.h"
#include "table/cell_text.h"

#include <QAbstractTableModel>
#include <array>
#include <list>
#include <map>
#include <memory>

namespace discern::views {

/// Rows of a table of any size for a QTableView: pages come from the provider when they are looked at, and only some
/// are kept. Rows that are on their way are written "…".
class TableModel final : public QAbstractTableModel {
  Q_OBJECT
public:
  enum Roles {
    DetailRole = Qt::UserRole, ///< heading: unit and type
    MissingRole                ///< cell: true where there is no value
  };
  explicit TableModel(data::FieldProvider& provider, QObject* parent = nullptr);

  /// Shows the rows that a query leaves. The rows before stay until the new ones are there; `shown` or `failed`
  /// follows.
  void show(const std::string& path, const std::string& table, const data::TableQuery& query);
  void clear();
  [[nodiscard]] bool waiting() const { return waiting_; }
  [[nodiscard]] const std::vector<data::ColumnInfo>& columns() const { return columns_; }
  [[nodiscard]] std::int64_t total() const { return total_; }
  [[nodiscard]] std::int64_t matching() const { return matching_; }
  /// Which row of the table stands in a row shown; −1: not known yet.
  [[nodiscard]] std::int64_t sourceRow(int row) const;
  /// Every row stands where it does in the file.
  [[nodiscard]] bool inFileOrder() const { return shown_.query == data::TableQuery{}; }
  [[nodiscard]] const data::RowsRequest& request() const { return shown_; }
  /// Pages held, for tests of what is kept.
  [[nodiscard]] std::size_t pages() const { return pages_.size(); }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
  void shown();
  void failed(const QString& why); ///< the rows before are still there

private:
  using Page = std::shared_ptr<const data::TableRows>;
  struct Held {
    std::int64_t number = 0;
    Page rows;
  };
  [[nodiscard]] const data::TableRows* page(std::int64_t number) const; ///< asks for it when it isn't there
  void keep(std::int64_t number, data::TableRows rows) const;
  void ask(std::int64_t number) const;
  void take(data::TableRows first);

  data::FieldProvider& provider_;
  data::RowsRequest shown_, wanted_;
  std::vector<data::ColumnInfo> columns_;
  std::vector<ColumnFormat> formats_;
  std::int64_t total_ = 0, matching_ = 0;
  std::int64_t pageRows_ = 256;
  bool waiting_ = false;
  // What a look at the rows changes.
  static constexpr std::size_t kept_ = 32, lanes_ = 4;
  mutable std::list<Held> pages_; ///< most recently used first
  mutable std::map<std::int64_t, std::list<Held>::iterator> byNumber_;
  mutable std::array<std::int64_t, lanes_> asked_{-1, -1, -1, -1}; ///< pages on their way, one a ticket
  mutable std::size_t lane_ = 0;
};

} // namespace discern::views
