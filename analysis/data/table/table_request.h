#pragma once
#include "data/field_info.h"

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

/// What is asked of a table, or of a line through a field, and what comes back: as much as a screen shows, whatever the
/// size of the data.
namespace discern::data {

/// What the cells of a column are.
enum class ColumnType {
  Integer, ///< whole numbers
  Number,
  Text
};
[[nodiscard]] std::string_view nameOf(ColumnType type); ///< "integer", "number", "text"

/// Stands for a column that every table has: the number of the row in the file, from 1.
inline constexpr const char* rowColumn = "#";

struct ColumnInfo {
  std::string name, unit;
  ColumnType type = ColumnType::Number;
  [[nodiscard]] bool operator==(const ColumnInfo&) const = default;
};

/// Which rows of a table, and in which order.
struct TableQuery {
  /// Numbers of a column inside bounds, both included.
  struct Between {
    std::string column;
    double low = 0, high = 0;
    [[nodiscard]] bool operator==(const Between&) const = default;
  };
  std::string filter;          ///< see row_filter.h; empty: every row
  std::vector<Between> within; ///< and all of these
  std::string sort;            ///< a column; empty: the order of the file. Missing values come last either way
  bool descending = false;
  [[nodiscard]] bool operator==(const TableQuery&) const = default;
};

/// Some of the rows that a query leaves.
struct RowsRequest {
  std::string path, table; ///< table empty: the first
  TableQuery query;
  std::int64_t from = 0, count = 0; ///< places in the order of the query; what lies behind its end is left out
  bool cells = true;                ///< false: the numbers of the rows alone
  std::vector<std::int64_t> locate; ///< rows of the table whose places are asked for
};

struct TableRows {
  std::int64_t total = 0;                      ///< rows of the table
  std::int64_t matching = 0;                   ///< rows that the query leaves
  std::int64_t from = 0;                       ///< place of the first row here
  std::vector<std::int64_t> places;            ///< of each row that was to be located; −1: the query leaves it out
  std::vector<std::int64_t> rows;              ///< of each row here: which row of the table it is, from 0
  std::vector<ColumnInfo> columns;             ///< all of the table
  std::vector<std::vector<double>> numbers;    ///< one a column, missing: NaN; empty where the column is text
  std::vector<std::vector<std::string>> texts; ///< one a column, missing: empty; empty where it is numbers
};

/// What a column holds in the rows that a query leaves (its order does not matter).
struct ColumnRequest {
  std::string path, table;
  TableQuery query;
  std::string column;
};

struct ColumnSummary {
  std::int64_t rows = 0, missing = 0;
  double min = 0, max = 0, mean = 0, deviation = 0; ///< NaN where there are no numbers
  std::int64_t distinct = 0;                        ///< texts; at most `mostDistinct` are counted
  static constexpr std::int64_t mostDistinct = 100'000;
};

/// Two columns against each other, thinned to what a plot of so many pixels can show.
struct PointsRequest {
  std::string path, table;
  TableQuery query;
  std::string x, y;                            ///< columns of numbers, or rowColumn
  std::optional<std::array<double, 2>> xRange; ///< what is in sight; nothing: all
  int across = 1000, up = 500;                 ///< pixels of the plot
  std::vector<std::int64_t> keep;              ///< rows whose points are wanted whatever is thinned
};

/// The values of a field along one of its axes, thinned in the same way.
struct LineRequest {
  std::string path, field;
  int axis = 0;       ///< 0 … 2: x, y, z; 3: time
  Index3 at{0, 0, 0}; ///< where the other axes stand
  std::int64_t time = 0;
  int component = 0;
  std::int64_t from = 0, to = 0; ///< indices along the axis, half-open
  int across = 1000;
};

/// What is drawn of a line or of points. Where there are more than can be told apart, each pixel's first, lowest,
/// highest and last values stand for all.
struct Curve {
  std::vector<double> x, y;                   ///< for fields: x is the index along the axis
  std::vector<std::int64_t> index;            ///< of each: the row of the table, or the index along the axis
  bool ordered = true;                        ///< x never falls: the points can be joined
  bool thinned = false;                       ///< there are more
  std::int64_t count = 0;                     ///< points in sight, thinned or not
  std::array<double, 2> xExtent{}, yExtent{}; ///< of all, in sight or not; low > high: there are none
  std::vector<double> keptX, keptY;           ///< of PointsRequest::keep, NaN where there is none
};

void to_json(nlohmann::json&, const ColumnInfo&);
void from_json(const nlohmann::json&, ColumnInfo&);
void to_json(nlohmann::json&, const TableQuery&);
void from_json(const nlohmann::json&, TableQuery&);
void to_json(nlohmann::json&, const RowsRequest&);
void from_json(const nlohmann::json&, RowsRequest&);
void to_json(nlohmann::json&, const TableRows&);
void from_json(const nlohmann::json&, TableRows&);
void to_json(nlohmann::json&, const ColumnRequest&);
void from_json(const nlohmann::json&, ColumnRequest&);
void to_json(nlohmann::json&, const ColumnSummary&);
void from_json(const nlohmann::json&, ColumnSummary&);
void to_json(nlohmann::json&, const PointsRequest&);
void from_json(const nlohmann::json&, PointsRequest&);
void to_json(nlohmann::json&, const LineRequest&);
void from_json(const nlohmann::json&, LineRequest&);
void to_json(nlohmann::json&, const Curve&);
void from_json(const nlohmann::json&, Curve&);

} // namespace discern::data
