#include "data/grid_info.h"
#include "data/error.h"

#include <array>
#include <nlohmann/json.hpp>

namespace discern::data {

namespace {

constexpr std::array kinds{
    std::pair{GridKind::Surface, "surface"},       std::pair{GridKind::Lines, "lines"},
    std::pair{GridKind::Particles, "particles"},   std::pair{GridKind::Atoms, "atoms"},
    std::pair{GridKind::Structured, "structured"}, std::pair{GridKind::Unstructured, "unstructured"},
    std::pair{GridKind::Adaptive, "adaptive"},     std::pair{GridKind::Network, "network"},
};

GridKind kindFromName(const std::string& name) {
  for (const auto& [kind, known] : kinds)
    if (name == known) return kind;
  throw UsageError("\"" + name +
                   "\" is no kind of grid; known are surface, lines, particles, atoms, structured, "
                   "unstructured, adaptive, network");
}

} // namespace

std::string_view nameOf(GridKind kind) {
  for (const auto& [known, name] : kinds)
    if (known == kind) return name;
  return "";
}

void to_json(nlohmann::json& json, const GridInfo& info) {
  json = {{"name", info.name},
          {"kind", std::string(nameOf(info.kind))},
          {"points", info.points},
          {"cells", info.cells},
          {"blocks", info.blocks},
          {"levels", info.levels},
          {"frame", std::string(nameOf(info.frame))},
          {"worldUnit", info.worldUnit},
          {"transform", info.transform},
          {"time", info.time},
          {"bytes", info.bytes},
          {"source", info.source}};
  if (!info.sky.empty()) json["sky"] = info.sky;
  if (info.lo[0] <= info.hi[0]) json["bounds"] = {info.lo, info.hi};
}

void from_json(const nlohmann::json& json, GridInfo& info) {
  info = GridInfo{};
  info.name = json.at("name");
  info.kind = kindFromName(json.at("kind"));
  info.points = json.value("points", std::int64_t{0});
  info.cells = json.value("cells", std::int64_t{0});
  info.blocks = json.value("blocks", std::int64_t{1});
  info.levels = json.value("levels", 1);
  info.frame = frameFromName(json.value("frame", "cartesian"));
  info.worldUnit = json.value("worldUnit", "");
  info.transform = json.value("transform", "");
  info.time = json.value("time", TimeAxis{});
  info.bytes = json.value("bytes", 0.0);
  info.source = json.value("source", "");
  info.sky = json.value("sky", "");
  info.lo = {1, 1, 1}; // unknown
  if (json.contains("bounds")) {
    info.lo = json.at("bounds").at(0);
    info.hi = json.at("bounds").at(1);
  }
}

} // namespace discern::data
