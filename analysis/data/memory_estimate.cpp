#include "data/memory_estimate.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace discern::data {

double memoryOf(const GridInfo& grid) { return grid.bytes; }

double memoryOf(const DatasetInfo& dataset, const FieldInfo& field) {
  const double size = static_cast<double>(sizeOf(field.type)), values = static_cast<double>(field.voxels());
  if (field.support == Support::Voxels)
    return field.whole ? values * size * static_cast<double>(field.time.size) * field.components : 0;
  const auto grid = std::find_if(dataset.grids.begin(), dataset.grids.end(),
                                 [&](const GridInfo& each) { return each.name == field.grid; });
  const double shown = field.tabular ? values / static_cast<double>(field.shape[2]) : values;
  return (grid == dataset.grids.end() ? 0 : grid->bytes) + shown * (size + sizeof(float)); // as stored, and as drawn
}

double memoryOf(const TableInfo& table) {
  return static_cast<double>(table.rows) * static_cast<double>(table.columns.size()) * sizeof(double);
}

double memoryOf(const DatasetInfo& dataset) {
  double most = 0;
  for (const FieldInfo& field : dataset.fields)
    most = std::max(most, memoryOf(dataset, field));
  for (const GridInfo& grid : dataset.grids)
    most = std::max(most, memoryOf(grid));
  for (const TableInfo& table : dataset.tables)
    most = std::max(most, memoryOf(table));
  return most;
}

std::string memoryText(double bytes) {
  constexpr std::array units{"bytes", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 999.5 && unit + 1 < units.size(); ++unit)
    bytes /= 1000;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
  return text.data();
}

} // namespace discern::data
