#include "data/sky.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace discern::data {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

nlohmann::json numberOrNull(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(); }

double numberFrom(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number() ? found->get<double>() : nothing;
}

} // namespace

std::array<std::string, 2> SkyInfo::names() const {
  if (system == "galactic" || system == "supergalactic") return {"l", "b"};
  if (system == "ecliptic") return {"λ", "β"};
  if (system.starts_with("ICRS") || system.starts_with("FK") || system == "GAPPT") return {"RA", "Dec"};
  return {"longitude", "latitude"};
}

SkyPosition::SkyPosition() : longitude(nothing), latitude(nothing), spectral(nothing) {}

void to_json(nlohmann::json& json, const SkyInfo& info) {
  json = {{"system", info.system},     {"projection", info.projection},     {"axes", info.axes},
          {"signs", info.signs},       {"spectralName", info.spectralName}, {"spectralUnit", info.spectralUnit},
          {"spectral", info.spectral}, {"spectralAxis", info.spectralAxis}};
}

void from_json(const nlohmann::json& json, SkyInfo& info) {
  info = SkyInfo{};
  info.system = json.value("system", "");
  info.projection = json.value("projection", "");
  info.axes = json.value("axes", info.axes);
  info.signs = json.value("signs", info.signs);
  info.spectralName = json.value("spectralName", "");
  info.spectralUnit = json.value("spectralUnit", "");
  info.spectral = json.value("spectral", std::vector<double>{});
  info.spectralAxis = json.value("spectralAxis", -1);
}

void to_json(nlohmann::json& json, const SkyPosition& at) {
  json = {{"longitude", numberOrNull(at.longitude)},
          {"latitude", numberOrNull(at.latitude)},
          {"spectral", numberOrNull(at.spectral)}};
}

void from_json(const nlohmann::json& json, SkyPosition& at) {
  at.longitude = numberFrom(json, "longitude");
  at.latitude = numberFrom(json, "latitude");
  at.spectral = numberFrom(json, "spectral");
}

} // namespace discern::data
