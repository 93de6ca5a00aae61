#pragma once
#include "data/dataset_info.h"

namespace discern::data {

/// Bytes of memory that reading a part takes in the process that reads it, as far as the headers tell. Fields that are
/// read in boxes take next to nothing: 0.
[[nodiscard]] double memoryOf(const DatasetInfo& dataset, const FieldInfo& field);
[[nodiscard]] double memoryOf(const GridInfo& grid);
/// A number takes 8 bytes; what may be text is reckoned as such a number, too.
[[nodiscard]] double memoryOf(const TableInfo& table);
/// The largest of all parts that may be shown at once: one grid with one field, a field, or a table.
[[nodiscard]] double memoryOf(const DatasetInfo& dataset);

/// "1.2 GB", powers of ten.
[[nodiscard]] std::string memoryText(double bytes);

} // namespace discern::data
