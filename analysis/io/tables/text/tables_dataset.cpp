#include "io/tables/text/tables_dataset.h"

namespace discern::io {

namespace {

std::vector<data::Table> emptyTables(const std::vector<LazyTable>& tables) {
  std::vector<data::Table> list;
  list.reserve(tables.size());
  for (const LazyTable& table : tables)
    list.push_back({table.info, {}, {}});
  return list;
}

} // namespace

TablesDataset::TablesDataset(data::DatasetInfo info, std::vector<LazyTable> tables, FieldsDataset::Fields fields,
                             FieldsDataset::Grids grids)
    : tables_(std::move(tables)), parts_(std::move(info), std::move(fields), emptyTables(tables_), std::move(grids)) {}

data::Table TablesDataset::table(std::string_view name) const {
  const std::string found = parts_.table(name).info.name; // throws for a name that isn't there
  for (const LazyTable& table : tables_)
    if (table.info.name == found) return table.load();
  throw data::UsageError(info().path + " has no table " + found);
}

} // namespace discern::io
