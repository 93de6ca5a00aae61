#pragma once
#include "data/field_source.h"
#include "data/table/table_request.h"

#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace discern::data {

/// A table in memory and what is asked of it. Every member may be called from any thread. All throw UsageError for a
/// column that isn't there or a filter that makes no sense.
class TableView {
public:
  explicit TableView(Table table);
  [[nodiscard]] const std::vector<ColumnInfo>& columns() const { return columns_; }
  [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(rows_); }
  [[nodiscard]] double bytes() const { return bytes_; } ///< of memory, about

  [[nodiscard]] TableRows page(const RowsRequest& request) const;
  [[nodiscard]] ColumnSummary summary(const ColumnRequest& request) const;
  [[nodiscard]] Curve points(const PointsRequest& request) const;

private:
  using Order = std::vector<std::uint32_t>; ///< rows of the table
  using OrderPtr = std::shared_ptr<const Order>;
  [[nodiscard]] OrderPtr order(const TableQuery& query) const;
  [[nodiscard]] Order matching(const TableQuery& query) const;
  void sort(Order& rows, const TableQuery& query) const;
  [[nodiscard]] std::size_t column(const std::string& name) const;
  /// The number in a cell; rowColumn: the row's own.
  [[nodiscard]] std::function<double(std::size_t row)> numbersOf(const std::string& name) const;

  Table table_;
  std::vector<ColumnInfo> columns_;
  std::size_t rows_ = 0;
  double bytes_ = 0;
  mutable std::mutex mutex_;
  mutable std::list<std::pair<TableQuery, OrderPtr>> orders_; ///< the last few, most recent first
};

/// The values of `field` along one of its axes. Throws UsageError for an axis or a place that isn't there.
[[nodiscard]] Curve lineThrough(const FieldSource& field, const LineRequest& request);

} // namespace discern::data
