#include "scene/panel.h"

#include "scene/diagram/sources.h"
#include "scene/placement.h"
#include "scene/plot/linear.h"
#include "scene/slice/plane.h"

#include <algorithm>

namespace discern::scene {
namespace {

/// The field that decides what kind of views fit: that of the active layer, else of the first whose file is known.
std::optional<data::FieldInfo> leadingField(const session::State& state, const data::FieldProvider& provider) {
  const auto fieldOf = [&](const session::Layer& layer) -> std::optional<data::FieldInfo> {
    const data::DatasetInfo* dataset = provider.info(layer.path);
    return dataset ? placedField(*dataset, layer) : std::nullopt;
  };
  if (const session::Layer* active = state.layer(state.active))
    if (auto field = fieldOf(*active)) return field;
  for (const session::Layer& layer : state.layers)
    if (auto field = fieldOf(layer)) return field;
  return std::nullopt;
}

/// The slice that shows a picture of one voxel's thickness face on.
std::string facing(const data::FieldInfo& field) {
  if (field.shape[2] == 1) return "axial";
  return field.shape[1] == 1 ? "coronal" : "sagittal";
}

/// Of longitudes and latitudes, in one plane: a grid that has heights is seen from all sides instead.
bool isMap(const data::FieldInfo& field) {
  return field.frame == data::Frame::LonLat && (!onGrid(field) || field.tabular || field.shape[2] == 1);
}

Grid arranged(std::vector<std::string> panels) {
  const int count = static_cast<int>(panels.size());
  const int columns = count <= 1 ? 1 : count <= 4 ? 2 : 3;
  return {std::move(panels), std::max(1, (count + columns - 1) / columns), columns};
}

} // namespace

std::string titleOf(const std::string& panel, const session::State& state, const data::FieldProvider& provider) {
  if (panel == "volume") return "3D";
  if (panel == "map") return "Map";
  if (panel == "course") return "Time course";
  if (panel == "line") return "Line";
  if (panel == "table") return "Plot";
  if (const std::size_t colon = panel.find(':'); colon != std::string::npos) {
    const session::Diagram* diagram = state.diagramOf(panel.substr(colon + 1));
    return diagram ? diagramName(*diagram, state) : kindName(panel.substr(0, colon));
  }
  const auto field = leadingField(state, provider);
  return field ? planeTitle(panel, *field) : std::string();
}

Grid gridOf(const session::State& state, const data::FieldProvider& provider) {
  // A plot can have the whole room where there are only tables.
  const bool plot = state.maximised.find(':') != std::string::npos;
  if (state.layers.empty() && !plot) return {{}, 0, 0};
  if (!state.maximised.empty()) return {{state.maximised}, 1, 1};
  const auto field = leadingField(state, provider);
  const bool meshed = field && onGrid(*field);
  if (field && lineAxis(*field)) return {{"line"}, 1, 1};
  if (state.layout == "map" || (field && isMap(*field))) return {{"map"}, 1, 1};
  if (state.layout == "single") return {{state.panels.empty() ? std::string("axial") : state.panels.front()}, 1, 1};
  if (state.layout == "side-by-side") {
    if (state.panels.empty()) return {{"axial", "volume"}, 1, 2};
    return {state.panels, 1, static_cast<int>(state.panels.size())};
  }
  if (field && !meshed && !field->isVolume()) return {{facing(*field)}, 1, 1};
  return arranged({"axial", "coronal", "sagittal", "volume"});
}

} // namespace discern::scene
