#include "data/error.h"
#include "data/field_info.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace discern::data {

namespace {

Support supportFromName(const std::string& name) {
  for (const Support support : {Support::Voxels, Support::Points, Support::Cells})
    if (nameOf(support) == name) return support;
  throw UsageError("\"" + name + "\" is no support of a field; known are voxels, points, cells");
}

ScalarType typeFromName(const std::string& name) {
  if (const auto type = scalarTypeFromName(name)) return *type;
  throw UsageError("\"" + name + "\" is no element type; known are int8 … float64");
}

} // namespace

Frame frameFromName(const std::string& name) {
  for (const Frame frame : {Frame::VoxelIndex, Frame::RasMillimetres, Frame::LonLat, Frame::Cartesian})
    if (nameOf(frame) == name) return frame;
  throw UsageError("\"" + name + "\" is no coordinate frame; known are voxel, ras, lonlat, cartesian");
}

void to_json(nlohmann::json& json, const TimeAxis& time) {
  json = {{"size", time.size}, {"unit", time.unit}, {"calendar", time.calendar}, {"values", time.values}};
}

void from_json(const nlohmann::json& json, TimeAxis& time) {
  time.size = json.value("size", std::int64_t{1});
  time.unit = json.value("unit", "");
  time.calendar = json.value("calendar", "");
  time.values = json.value("values", std::vector<double>{});
}

void to_json(nlohmann::json& json, const FieldInfo& info) {
  json = {{"name", info.name},
          {"quantity", info.quantity},
          {"unit", info.unit},
          {"type", std::string(nameOf(info.type))},
          {"shape", info.shape},
          {"components", info.components},
          {"time", info.time},
          {"levels", info.levels},
          {"affine", info.indexToWorld.m},
          {"frame", std::string(nameOf(info.frame))},
          {"worldUnit", info.worldUnit},
          {"transform", info.transform},
          {"coordinates", info.coordinates},
          {"axes", info.axisNames},
          {"labels", info.labels},
          {"source", info.source}};
  if (info.support != Support::Voxels) {
    json["support"] = std::string(nameOf(info.support));
    json["grid"] = info.grid;
    if (info.tabular) json["tabular"] = true;
  }
  if (info.whole) json["whole"] = true;
  if (info.sky) json["sky"] = *info.sky;
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
  info.time = json.value("time", TimeAxis{});
  info.levels = json.value("levels", 1);
  info.indexToWorld.m = json.value("affine", Affine{}.m);
  info.frame = frameFromName(json.value("frame", "voxel"));
  info.worldUnit = json.value("worldUnit", "");
  info.transform = json.value("transform", "none");
  info.coordinates = json.value("coordinates", info.coordinates);
  info.axisNames = json.value("axes", info.axisNames);
  info.labels = json.value("labels", false);
  info.source = json.value("source", "");
  info.support = supportFromName(json.value("support", "voxels"));
  info.grid = json.value("grid", "");
  info.tabular = json.value("tabular", false);
  info.whole = json.value("whole", false);
  if (json.contains("sky")) info.sky = json.at("sky").get<SkyInfo>();
  if (json.contains("missing")) info.missing = json.at("missing").get<double>();
  if (json.contains("labelNames"))
    for (const auto& [label, name] : json.at("labelNames").items())
      info.labelNames[std::stoll(label)] = name;
}

} // namespace discern::data
