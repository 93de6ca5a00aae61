#include "scene/plot/table_axes.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace discern::scene {
namespace {

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool isNumbers(const data::ColumnInfo& column) { return column.type != data::ColumnType::Text; }

const data::ColumnInfo* columnOf(const std::vector<data::ColumnInfo>& columns, const std::string& name) {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const data::ColumnInfo& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

template <std::size_t N>
bool isCalled(const data::ColumnInfo& column, const std::array<const char*, N>& names) {
  const std::string name = lowered(column.name);
  return std::any_of(names.begin(), names.end(), [&](const char* one) { return name == one; });
}

bool isTime(const data::ColumnInfo& column) {
  return column.unit.find(" since ") != std::string::npos ||
         isCalled(column, std::array{"time", "t", "date", "datetime", "timestamp", "mjd", "jd", "year"});
}

bool isLongitude(const data::ColumnInfo& column) {
  return isCalled(column, std::array{"lon", "long", "longitude", "x_lon", "ra"});
}

bool isLatitude(const data::ColumnInfo& column) {
  return isCalled(column, std::array{"lat", "latitude", "y_lat", "dec"});
}

template <typename Test>
std::string firstOf(const std::vector<data::ColumnInfo>& columns, const Test& test) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const data::ColumnInfo& column) { return isNumbers(column) && test(column); });
  return found == columns.end() ? std::string() : found->name;
}

} // namespace

TableAxes axesOf(const session::Table& table, const std::vector<data::ColumnInfo>& columns) {
  const auto usable = [&](const std::string& name) {
    const data::ColumnInfo* column = columnOf(columns, name);
    return name == data::rowColumn || (column && isNumbers(*column));
  };
  TableAxes axes;
  for (const std::string& name : table.y)
    if (usable(name)) axes.y.push_back(name);
  if (!table.x.empty() && usable(table.x)) axes.x = table.x;
  if (axes.x.empty() && axes.y.empty()) axes.x = firstOf(columns, isTime);
  if (axes.x.empty() && axes.y.empty()) {
    axes.x = firstOf(columns, isLongitude);
    const std::string latitude = firstOf(columns, isLatitude);
    if (!axes.x.empty() && !latitude.empty()) axes.y = {latitude};
  }
  if (axes.x.empty()) axes.x = firstOf(columns, isTime);
  if (axes.x.empty()) axes.x = data::rowColumn;
  if (!axes.y.empty()) return axes;
  const std::string first =
      firstOf(columns, [&](const data::ColumnInfo& column) { return column.name != axes.x && !isTime(column); });
  const std::string other = firstOf(columns, [&](const data::ColumnInfo& column) { return column.name != axes.x; });
  if (!first.empty() || !other.empty()) axes.y = {first.empty() ? other : first};
  return axes;
}

std::string columnTitle(const std::vector<data::ColumnInfo>& columns, const std::string& name) {
  if (name == data::rowColumn) return "row";
  const data::ColumnInfo* column = columnOf(columns, name);
  return column && !column->unit.empty() && column->unit != "1" ? name + " (" + column->unit + ")" : name;
}

} // namespace discern::scene
