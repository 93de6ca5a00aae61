#pragma once
#include "io/tables/delimited/record_reader.h"

#include <optional>

namespace discern::io {

/// What the beginning of a text table tells.
struct Sniffed {
  Dialect dialect;
  std::size_t columns = 0;
  bool header = false;   ///< the first record has the names
  bool units = false;    ///< the second has the units
  bool rowNames = false; ///< the header has one name less than the rows have cells (R's write.table)
  bool numbers = false;  ///< every cell of the head's rows is a number or missing
  std::vector<std::string> names, unitNames; ///< one a column; units may be empty
  std::vector<std::string> comments;         ///< without their mark
  std::vector<std::string> skipped;          ///< lines before the table
  std::vector<std::string> remarks;          ///< what had to be assumed, for the warnings
};

/// What a file's name says: a table (".csv", ".tsv"), text that may be one (".txt", ".dat"), or nothing.
enum class Named { Nothing, Text, Table };

/// Nothing when the text is plainly not a table. `head` is the content's beginning (up to 1 MB), `whole` when it is all
/// of it.
[[nodiscard]] std::optional<Sniffed> sniff(std::string_view head, bool whole, Named named);

/// How much of the content `sniff` is given.
inline constexpr std::size_t sniffBytes = 1 << 20;

} // namespace discern::io
