#pragma once
#include "data/field_source.h"
#include "data/table/table_request.h"

#include <functional>

namespace discern::data {

/// Which rows a line of words leaves.
///
///   carbon                      any cell holds "carbon", in capitals or not
///   depth > 3                   compares a column: < <= > >= = !=  (also ≤ ≥ ≠ ==)
///   name ~ "lake"               a cell of the column holds "lake"
///   depth = missing             no value there; != missing: some value
///   a > 3 and b = 1 or c < 0    `and` binds before `or`; there are no brackets
///   "wave height" <= 2 or # < 9 names with blanks as they are or in quotes; # is the number of the row
///
/// Numbers compare as numbers (a missing one is never smaller, larger or equal), texts without regard to capitals.
/// Throws UsageError, with a sentence, for a column that isn't there, a value that is missing or of another type.
[[nodiscard]] std::function<bool(std::size_t row)> rowFilter(const std::string& words, const Table& table,
                                                             const std::vector<ColumnInfo>& columns);

/// The place of a column by its name, or without regard to capitals; columns.size() when there is none.
[[nodiscard]] std::size_t columnNamed(const std::vector<ColumnInfo>& columns, std::string_view name);

/// Less, with capitals and small letters of ASCII alike.
[[nodiscard]] bool textLess(const std::string& a, const std::string& b);

} // namespace discern::data
