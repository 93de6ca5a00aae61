#pragma once
#include "data/field_source.h"
#include "io/tables/r/r_value.h"

#include <string>
#include <vector>

namespace discern::io {

/// A vector as a column: numbers, or texts. Factors are texts; dates and times seconds since 1970; differences of time
/// and 64-bit whole numbers (package bit64) what they stand for. `unit` as in TableInfo. False for what is no column.
struct RColumn {
  std::string name, unit;
  std::vector<double> numbers;
  std::vector<std::string> texts;
};
[[nodiscard]] bool toColumn(const RValue& value, RColumn& column);

/// The table of a data frame, or of a list of vectors of one length: row names that are texts come first, matrices in
/// it as "NAME.COLUMN". `left` gets the names of columns that are no columns of numbers or texts.
[[nodiscard]] data::Table frameTable(const std::string& name, const RValue& frame, std::vector<std::string>& left);

/// A table of the columns, which must be of one length; names are made unique.
[[nodiscard]] data::Table tableOf(const std::string& name, std::vector<RColumn> columns);

/// The lengths of a matrix or array, rows first; empty for what has none that fit its values.
[[nodiscard]] std::vector<std::int64_t> dimensionsOf(const RValue& value);

} // namespace discern::io
