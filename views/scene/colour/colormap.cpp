#include "scene/colour/colormap.h"

#include "data/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace discern::scene {

namespace {

/// Place of a kind in lists.
std::size_t rank(const std::string& kind) {
  constexpr std::array kinds{"sequential", "diverging", "cyclic", "categorical"};
  return static_cast<std::size_t>(std::find(kinds.begin(), kinds.end(), kind) - kinds.begin());
}

} // namespace

Rgb ColorMap::at(double t) const {
  if (kind == "categorical") {
    const double part = std::clamp(t, 0.0, 1.0) * static_cast<double>(colors.size());
    return colors[std::min(static_cast<std::size_t>(part), colors.size() - 1)];
  }
  const double place = std::clamp(t, 0.0, 1.0) * static_cast<double>(colors.size() - 1);
  const auto left = std::min(static_cast<std::size_t>(place), colors.size() - 2);
  const double part = place - static_cast<double>(left);
  Rgb colour{};
  for (std::size_t c = 0; c < 3; ++c)
    colour[c] = (1 - part) * colors[left][c] + part * colors[left + 1][c];
  return colour;
}

ColorMap loadColorMap(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw data::ReadError(file, "this colour map can't be read");
  const nlohmann::json json = nlohmann::json::parse(in, nullptr, false);
  if (!json.is_object() || !json.contains("colors") || !json["colors"].is_array() || json["colors"].size() < 2)
    throw data::ReadError(file, "expected a colour map with two or more \"colors\"");
  ColorMap map;
  map.name = json.value("name", std::filesystem::path(file).stem().string());
  map.title = json.value("title", map.name);
  map.kind = json.value("kind", "sequential");
  map.source = json.value("source", "");
  map.licence = json.value("licence", "");
  for (const auto& entry : json["colors"]) {
    const std::string hex = entry.is_string() ? entry.get<std::string>() : "";
    if (hex.size() != 7 || hex[0] != '#' || hex.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos)
      throw data::ReadError(file, "expected colours like \"#2b4a75\", found " + entry.dump());
    const auto part = [&](std::size_t at) { return std::stoi(hex.substr(at, 2), nullptr, 16) / 255.0; };
    map.colors.push_back({part(1), part(3), part(5)});
  }
  return map;
}

ColorMap colorMapNamed(const std::string& name) {
  const bool plain = !name.empty() && name.find('/') == std::string::npos && name[0] != '.';
  if (!plain) throw data::ReadError(name, "this is not the name of a colour map");
  return loadColorMap(resourceFolder() + "/colormaps/" + name + ".json");
}

const ColorMap& ColorMapShelf::get(const std::string& name, const std::function<void(const std::string&)>& report) {
  const auto found = maps_.find(name);
  if (found != maps_.end()) return found->second;
  ColorMap map{name, "Grey", "sequential", "", "", {{0, 0, 0}, {1, 1, 1}}};
  try {
    map = colorMapNamed(name);
  } catch (const data::ReadError& error) {
    if (report) report(std::string(error.what()) + "; drawn in grey");
  }
  return maps_.emplace(name, std::move(map)).first->second;
}

std::vector<ColorMap> colorMaps() {
  std::vector<ColorMap> maps;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(resourceFolder() + "/colormaps", none))
    if (entry.path().extension() == ".json") maps.push_back(loadColorMap(entry.path().string()));
  std::sort(maps.begin(), maps.end(), [](const ColorMap& a, const ColorMap& b) {
    return a.kind != b.kind ? rank(a.kind) < rank(b.kind) : a.title < b.title;
  });
  return maps;
}

} // namespace discern::scene
