#include "data/error.h"
#include "data/field_info.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace discern::data {

namespace {

Frame frameFromName(const std::string& name) {
  for (const Frame frame : {Frame::VoxelIndex, Frame::RasMillimetres, Frame::LonLat, Frame::Cartesian})
    if (nameOf(frame) == name) return frame;
  throw UsageError("\"" + name + "\" is no coordinate frame; known are voxel, ras, lonlat, cartesian");
}

ScalarType typeFromName(const std::string& name) {
  if (const auto type = scalarTypeFromName(name)) return *type;
  throw UsageError("\"" + name + "\" is no element type; known are int8 … float64");
}

} // namespace

void to_json(nlohmann::json& json, const FieldInfo& info) {
  json = {{"name", info.name},
          {"quantity", info.quantity},
          {"unit", info.unit},
          {"type", std::string(nameOf(info.type))},
          {"shape", info.shape},
          {"components", info.components},
          {"time",
           {{"size", info.time.size},
            {"unit", info.time.unit},
            {"calendar", info.time.calendar},
            {"values", info.time.values}}},
          {"levels", info.levels},
          {"affine", info.indexToWorld.m},
          {"frame", std::string(nameOf(info.frame))},
          {"worldUnit", info.worldUnit},
          {"transform", info.transform},
          {"coordinates", info.coordinates},
          {"axes", info.axisNames},
          {"labels", info.labels},
          {"source", info.source}};
  if (info.missing) json["missing"] = *info.missing;
  if (!info.labelNames.empty()) {
    nlohmann::json names = nlohmann::json::object();
    for (const auto& [label, name] : info.labelNames)
      names[std::to_string(label)] = name;
    json["labelNames"] = names;
  }
}

void from_json(const nlohmann::json& json, FieldInfo& info) {
  info = FieldInfo{};
  info.name = json.at("name");
  info.quantity = json.value("quantity", "");
  info.unit = json.value("unit", "");
  info.type = typeFromName(json.at("type"));
  info.shape = json.at("shape");
  info.components = json.value("components", 1);
  if (json.contains("time")) {
    const auto& time = json.at("time");
    info.time.size = time.value("size", std::int64_t{1});
    info.time.unit = time.value("unit", "");
    info.time.calendar = time.value("calendar", "");
    info.time.values = time.value("values", std::vector<double>{});
  }
  info.levels = json.value("levels", 1);
  info.indexToWorld.m = json.value("affine", Affine{}.m);
  info.frame = frameFromName(json.value("frame", "voxel"));
  info.worldUnit = json.value("worldUnit", "");
  info.transform = json.value("transform", "none");
  info.coordinates = json.value("coordinates", info.coordinates);
  info.axisNames = json.value("axes", info.axisNames);
  info.labels = json.value("labels", false);
  info.source = json.value("source", "");
  if (json.contains("missing")) info.missing = json.at("missing").get<double>();
  if (json.contains("labelNames"))
    for (const auto& [label, name] : json.at("labelNames").items())
      info.labelNames[std::stoll(label)] = name;
}

void to_json(nlohmann::json& json, const DatasetInfo& info) {
  json = {{"path", info.path},
          {"format", info.format},
          {"fields", info.fields},
          {"warnings", info.warnings},
          {"attributes", info.attributes}};
  auto& tables = json["tables"] = nlohmann::json::array();
  for (const TableInfo& table : info.tables)
    tables.push_back({{"name", table.name}, {"columns", table.columns}, {"units", table.units}, {"rows", table.rows}});
}

void from_json(const nlohmann::json& json, DatasetInfo& info) {
  info = DatasetInfo{};
  info.path = json.value("path", "");
  info.format = json.value("format", "");
  info.fields = json.value("fields", std::vector<FieldInfo>{});
  info.warnings = json.value("warnings", std::vector<std::string>{});
  info.attributes = json.value("attributes", info.attributes);
  for (const auto& table : json.value("tables", nlohmann::json::array()))
    info.tables.push_back({table.value("name", ""), table.value("columns", std::vector<std::string>{}),
                           table.value("units", std::vector<std::string>{}), table.value("rows", std::int64_t{0})});
}

} // namespace discern::data
