#pragma once
#include "io/tables/delimited/sniff.h"

namespace discern::io {

/// What a column of a text table is.
struct ColumnPlan {
  std::string name, unit;
  bool number = true;
};

/// A column that is worked out from others: seconds since 1970 of times, or the number of a code such as "08123".
struct DerivedColumn {
  enum class Kind { Time, Code, YearDayHour, YearMonthDay };
  Kind kind = Kind::Time;
  std::string name, unit;
  std::vector<std::size_t> from; ///< columns: the text; or year, day of year, hour; or year, month, day, hour, minute
};

/// How a text table is read, and what was found on the way.
struct TablePlan {
  std::string path;
  std::shared_ptr<const File> file;
  Sniffed head;
  std::vector<ColumnPlan> columns;
  std::vector<DerivedColumn> derived;
  std::int64_t rows = 0;
  std::vector<std::string> warnings;
};

/// Looks through the first 16 MB for what the columns are, and counts the rows of the rest.
[[nodiscard]] TablePlan survey(std::shared_ptr<const File> file, Sniffed head);

/// Reads the table. A column that was planned as numbers and turns out to hold words is read as text.
[[nodiscard]] data::Table readTable(const TablePlan& plan, const data::TableInfo& info);

/// The numbers of a table without a header, row after row. `columns` numbers a row; missing ones are NaN.
[[nodiscard]] std::vector<double> readMatrix(const TablePlan& plan);

} // namespace discern::io
