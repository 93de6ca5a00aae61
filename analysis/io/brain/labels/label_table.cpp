#include "io/brain/labels/label_table.h"

#include <algorithm>
#include <limits>

namespace discern::io {

std::map<std::int64_t, std::string> namesOf(const std::vector<LabelEntry>& entries) {
  std::map<std::int64_t, std::string> names;
  for (const LabelEntry& entry : entries)
    names.emplace(entry.key, entry.name);
  return names;
}

data::Table tableOf(const std::string& name, const std::vector<LabelEntry>& entries) {
  data::Table table;
  table.info.name = name;
  table.info.columns = {"label", "name"};
  const bool coloured = std::any_of(entries.begin(), entries.end(), [](const auto& e) { return e.colour.has_value(); });
  if (coloured) table.info.columns.insert(table.info.columns.end(), {"red", "green", "blue", "alpha"});
  table.info.units.resize(table.info.columns.size());
  table.info.rows = static_cast<std::int64_t>(entries.size());
  table.numbers.resize(table.info.columns.size());
  table.texts.resize(table.info.columns.size());
  for (const LabelEntry& entry : entries) {
    table.numbers[0].push_back(static_cast<double>(entry.key));
    table.texts[1].push_back(entry.name);
    for (std::size_t i = 0; coloured && i < 4; ++i)
      table.numbers[2 + i].push_back(entry.colour ? (*entry.colour)[i] : std::numeric_limits<double>::quiet_NaN());
  }
  return table;
}

} // namespace discern::io
