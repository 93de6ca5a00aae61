#include "data/dataset_info.h"

#include <nlohmann/json.hpp>

namespace discern::data {

const FieldInfo* DatasetInfo::field(std::string_view name) const {
  for (const FieldInfo& candidate : fields)
    if (name.empty() || candidate.name == name) return &candidate;
  return nullptr;
}

void to_json(nlohmann::json& json, const DatasetInfo& info) {
  json = {{"path", info.path},     {"format", info.format},     {"alone", info.alone},
          {"fields", info.fields}, {"warnings", info.warnings}, {"attributes", info.attributes}};
  json["grids"] = info.grids;
  auto& tables = json["tables"] = nlohmann::json::array();
  for (const TableInfo& table : info.tables)
    tables.push_back({{"name", table.name}, {"columns", table.columns}, {"units", table.units}, {"rows", table.rows}});
}

void from_json(const nlohmann::json& json, DatasetInfo& info) {
  info = DatasetInfo{};
  info.path = json.value("path", "");
  info.format = json.value("format", "");
  info.alone = json.value("alone", false);
  info.fields = json.value("fields", std::vector<FieldInfo>{});
  info.grids = json.value("grids", std::vector<GridInfo>{});
  info.warnings = json.value("warnings", std::vector<std::string>{});
  info.attributes = json.value("attributes", info.attributes);
  for (const auto& table : json.value("tables", nlohmann::json::array()))
    info.tables.push_back({table.value("name", ""), table.value("columns", std::vector<std::string>{}),
                           table.value("units", std::vector<std::string>{}), table.value("rows", std::int64_t{0})});
}

} // namespace discern::data
