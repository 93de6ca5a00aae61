#pragma once
#include "data/table/table_request.h"
#include "session/state.h"

namespace discern::scene {

/// What a table's plot shows: column below (data::rowColumn: the number of the row) and columns upright.
struct TableAxes {
  std::string x;
  std::vector<std::string> y; ///< empty: the table has no numbers
};

/// What the table asks for where it has such columns of numbers; else, below: a time, a longitude, or the row; upright:
/// the latitude of that longitude, or the first other column of numbers.
[[nodiscard]] TableAxes axesOf(const session::Table& table, const std::vector<data::ColumnInfo>& columns);

/// "depth (km)"; rowColumn: "row".
[[nodiscard]] std::string columnTitle(const std::vector<data::ColumnInfo>& columns, const std::string& name);

} // namespace discern::scene
