#include "data/plot/voxel_rule.h"

#include <nlohmann/json.hpp>

namespace discern::data {

using nlohmann::json;

void to_json(json& out, const FieldRef& ref) {
  out = {{"path", ref.path}, {"field", ref.field}, {"component", ref.component}, {"time", ref.time}};
}

void from_json(const json& in, FieldRef& ref) {
  ref.path = in.at("path");
  ref.field = in.value("field", "");
  ref.component = in.value("component", 0);
  ref.time = in.value("time", std::int64_t{0});
}

void to_json(json& out, const VoxelCondition& condition) {
  out = {{"of", condition.of}};
  if (!condition.labels.empty()) out["labels"] = condition.labels;
  if (condition.range) out["range"] = *condition.range;
  if (condition.outline.empty()) return;
  out["against"] = condition.against;
  out["outline"] = condition.outline;
}

void from_json(const json& in, VoxelCondition& condition) {
  condition = {};
  condition.of = in.at("of");
  condition.labels = in.value("labels", std::set<std::int64_t>{});
  if (in.contains("range")) condition.range = in.at("range").get<std::array<double, 2>>();
  if (!in.contains("outline")) return;
  condition.against = in.at("against");
  condition.outline = in.at("outline").get<std::vector<std::array<double, 2>>>();
}

void to_json(json& out, const VoxelRule& rule) { out = {{"all", rule.all}}; }
void from_json(const json& in, VoxelRule& rule) { rule.all = in.value("all", std::vector<VoxelCondition>{}); }

} // namespace discern::data
