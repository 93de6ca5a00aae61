#include "session/state.h"
#include "data/error.h"

#include <nlohmann/json.hpp>

namespace discern::session {

using nlohmann::json;

namespace {

std::string nameOf(Role role) {
  switch (role) {
  case Role::Prediction:
    return "prediction";
  case Role::Truth:
    return "truth";
  case Role::Image:
    break;
  }
  return "image";
}

Role roleFromName(const std::string& name) {
  for (const Role role : {Role::Image, Role::Prediction, Role::Truth})
    if (nameOf(role) == name) return role;
  throw data::UsageError("\"" + name + "\" is no role of a layer; known are image, prediction, truth");
}

} // namespace

bool Layer::sharesScale(const Layer& other) const {
  return !quantity.empty() && quantity == other.quantity && component == other.component && !ownScale &&
         !other.ownScale && role == Role::Image && other.role == Role::Image;
}

const Layer* State::layer(const std::string& id) const {
  for (const Layer& candidate : layers)
    if (candidate.id == id) return &candidate;
  return nullptr;
}

const Table* State::tableOf(const std::string& id) const {
  for (const Table& candidate : tables)
    if (candidate.id == id) return &candidate;
  return nullptr;
}

const Diagram* State::diagramOf(const std::string& id) const {
  for (const Diagram& candidate : diagrams)
    if (candidate.id == id) return &candidate;
  return nullptr;
}

void to_json(json& out, const Layer& layer) {
  out = {{"id", layer.id},
         {"path", layer.path},
         {"field", layer.field},
         {"grid", layer.grid},
         {"name", layer.name},
         {"role", nameOf(layer.role)},
         {"visible", layer.visible},
         {"opacity", layer.opacity},
         {"colormap", layer.colormap},
         {"range", nullptr},
         {"invert", layer.invert},
         {"logarithmic", layer.logarithmic},
         {"symmetric", layer.symmetric},
         {"steps", layer.steps},
         {"belowColor", layer.belowColor},
         {"aboveColor", layer.aboveColor},
         {"missingColor", layer.missingColor},
         {"rangeLocked", layer.rangeLocked},
         {"ownScale", layer.ownScale},
         {"quantity", layer.quantity},
         {"opacityPoints", layer.opacityPoints},
         {"opacityOnSlices", layer.opacityOnSlices},
         {"outline", layer.outline},
         {"component", layer.component}};
  if (layer.range) out["range"] = *layer.range;
}

void from_json(const json& in, Layer& layer) {
  const Layer fallback;
  layer.id = in.value("id", fallback.id);
  layer.path = in.value("path", fallback.path);
  layer.field = in.value("field", fallback.field);
  layer.grid = in.value("grid", fallback.grid);
  layer.name = in.value("name", fallback.name);
  layer.role = roleFromName(in.value("role", nameOf(fallback.role)));
  layer.visible = in.value("visible", fallback.visible);
  layer.opacity = in.value("opacity", fallback.opacity);
  layer.colormap = in.value("colormap", fallback.colormap);
  layer.range.reset();
  if (in.contains("range") && !in.at("range").is_null()) layer.range = in.at("range").get<std::array<double, 2>>();
  layer.invert = in.value("invert", fallback.invert);
  layer.logarithmic = in.value("logarithmic", fallback.logarithmic);
  layer.symmetric = in.value("symmetric", fallback.symmetric);
  layer.steps = in.value("steps", fallback.steps);
  layer.belowColor = in.value("belowColor", fallback.belowColor);
  layer.aboveColor = in.value("aboveColor", fallback.aboveColor);
  layer.missingColor = in.value("missingColor", fallback.missingColor);
  layer.rangeLocked = in.value("rangeLocked", fallback.rangeLocked);
  layer.ownScale = in.value("ownScale", fallback.ownScale);
  layer.quantity = in.value("quantity", fallback.quantity);
  layer.opacityPoints = in.value("opacityPoints", fallback.opacityPoints);
  layer.opacityOnSlices = in.value("opacityOnSlices", fallback.opacityOnSlices);
  layer.outline = in.value("outline", fallback.outline);
  layer.component = in.value("component", fallback.component);
}

void to_json(json& out, const Table& table) {
  out = {{"id", table.id},
         {"path", table.path},
         {"table", table.table},
         {"name", table.name},
         {"filter", table.filter},
         {"sort", table.sort},
         {"descending", table.descending},
         {"plotted", table.plotted},
         {"x", table.x},
         {"y", table.y},
         {"marks", table.marks}};
}

void from_json(const json& in, Table& table) {
  const Table fallback;
  table.id = in.value("id", fallback.id);
  table.path = in.value("path", fallback.path);
  table.table = in.value("table", fallback.table);
  table.name = in.value("name", fallback.name);
  table.filter = in.value("filter", fallback.filter);
  table.sort = in.value("sort", fallback.sort);
  table.descending = in.value("descending", fallback.descending);
  table.plotted = in.value("plotted", fallback.plotted);
  table.x = in.value("x", fallback.x);
  table.y = in.value("y", fallback.y);
  table.marks = in.value("marks", fallback.marks);
}

void to_json(json& out, const Diagram& diagram) {
  out = {{"id", diagram.id}, {"kind", diagram.kind}, {"name", diagram.name},
         {"x", diagram.x},   {"y", diagram.y},       {"options", diagram.options}};
}

void from_json(const json& in, Diagram& diagram) {
  diagram = {in.value("id", ""), in.value("kind", ""), in.value("name", ""),
             in.value("x", ""),  in.value("y", ""),    in.value("options", diagram.options)};
}

void to_json(json& out, const VoxelSelection& voxels) {
  json all = json::array();
  for (const VoxelSelection::Condition& condition : voxels.all) {
    json& one = all.emplace_back(json{{"layer", condition.layer}});
    if (!condition.labels.empty()) one["labels"] = condition.labels;
    if (condition.range) one["range"] = *condition.range;
    if (condition.outline.empty()) continue;
    one["against"] = condition.against;
    one["outline"] = condition.outline;
  }
  out = {{"name", voxels.name}, {"all", all}};
}

void from_json(const json& in, VoxelSelection& voxels) {
  voxels = {in.value("name", ""), {}};
  for (const json& one : in.value("all", json::array())) {
    VoxelSelection::Condition condition;
    condition.layer = one.at("layer");
    condition.labels = one.value("labels", condition.labels);
    if (one.contains("range")) condition.range = one.at("range").get<std::array<double, 2>>();
    condition.against = one.value("against", "");
    condition.outline = one.value("outline", condition.outline);
    voxels.all.push_back(std::move(condition));
  }
}

void to_json(json& out, const State& state) {
  json views = json::object();
  for (const auto& [panel, view] : state.views2d)
    views[panel] = {{"centre", view.centre}, {"height", view.height}};
  json plots = json::object();
  for (const auto& [plot, range] : state.plots) {
    json& entry = plots[plot] = json::object();
    if (range.x) entry["x"] = *range.x;
    if (range.y) entry["y"] = *range.y;
  }
  const View3D& view3d = state.view3d;
  const Comparison& comparison = state.comparison;
  out = {{"version", State::version},
         {"title", state.title},
         {"layers", state.layers},
         {"layout", state.layout},
         {"maximised", state.maximised},
         {"panels", state.panels},
         {"active", state.active},
         {"cursor", state.cursor},
         {"time", state.time},
         {"views2d", views},
         {"view3d",
          {{"position", view3d.position},
           {"focal", view3d.focal},
           {"up", view3d.up},
           {"parallelScale", view3d.parallelScale},
           {"parallel", view3d.parallel}}},
         {"radiological", state.radiological},
         {"interpolate", state.interpolate},
         {"crosshair", state.crosshair},
         {"vision", state.vision},
         {"projection3d", state.projection3d},
         {"selection", state.selection},
         {"comparison",
          {{"prediction", comparison.prediction},
           {"truth", comparison.truth},
           {"result", comparison.result},
           {"mode", comparison.mode},
           {"curtain", comparison.curtain},
           {"selected", comparison.selected}}},
         {"runs", state.runs},
         {"tables", state.tables},
         {"table", state.table},
         {"plots", plots},
         {"diagrams", state.diagrams},
         {"diagram", state.diagram},
         {"voxels", state.voxels}};
}

void from_json(const json& in, State& state) {
  const int version = in.at("version");
  if (version > State::version)
    throw data::UsageError("the session is of version " + std::to_string(version) + ", this program knows up to " +
                           std::to_string(State::version) + ": open it with a newer Discern");
  state = State{};
  state.title = in.value("title", state.title);
  state.layers = in.value("layers", state.layers);
  state.layout = in.value("layout", state.layout);
  state.maximised = in.value("maximised", state.maximised);
  state.panels = in.value("panels", state.panels);
  state.active = in.value("active", state.active);
  state.cursor = in.value("cursor", state.cursor);
  state.time = in.value("time", state.time);
  const json views = in.value("views2d", json::object());
  for (const auto& [panel, view] : views.items())
    state.views2d[panel] = {view.at("centre").get<Vec3>(), view.at("height").get<double>()};
  if (in.contains("view3d")) {
    const json& view = in.at("view3d");
    state.view3d = {view.value("position", Vec3{}), view.value("focal", Vec3{}), view.value("up", Vec3{0, 0, 1}),
                    view.value("parallelScale", 0.0), view.value("parallel", false)};
  }
  state.radiological = in.value("radiological", state.radiological);
  state.interpolate = in.value("interpolate", state.interpolate);
  state.crosshair = in.value("crosshair", state.crosshair);
  state.vision = in.value("vision", state.vision);
  state.projection3d = in.value("projection3d", state.projection3d);
  state.selection = in.value("selection", state.selection);
  if (in.contains("comparison")) {
    const json& comparison = in.at("comparison");
    state.comparison = {comparison.value("prediction", ""), comparison.value("truth", ""),
                        comparison.value("result", ""),     comparison.value("mode", "overlay"),
                        comparison.value("selected", -1),   comparison.value("curtain", 0.5)};
  }
  state.runs = in.value("runs", state.runs);
  state.tables = in.value("tables", state.tables);
  state.table = in.value("table", state.table);
  state.diagrams = in.value("diagrams", state.diagrams);
  state.diagram = in.value("diagram", state.diagram);
  state.voxels = in.value("voxels", state.voxels);
  const json plots = in.value("plots", json::object());
  for (const auto& [plot, entry] : plots.items()) {
    PlotRange& range = state.plots[plot];
    if (entry.contains("x")) range.x = entry.at("x").get<std::array<double, 2>>();
    if (entry.contains("y")) range.y = entry.at("y").get<std::array<double, 2>>();
  }
}

} // namespace discern::session
