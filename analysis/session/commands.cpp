#include "colour_scale.h"
#include "data/error.h"
#include "session/session.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace discern::session {

using nlohmann::json;

namespace {

[[noreturn]] void refuse(const std::string& why) { throw data::UsageError(why); }

auto findLayer(State& state, const std::string& id) {
  const auto found =
      std::find_if(state.layers.begin(), state.layers.end(), [&](const Layer& layer) { return layer.id == id; });
  if (found == state.layers.end()) refuse("there is no layer \"" + id + "\"");
  return found;
}

Vec3 finiteVector(const json& value, const char* what) {
  const auto vector = value.get<Vec3>();
  if (!std::all_of(vector.begin(), vector.end(), [](double x) { return std::isfinite(x); }))
    refuse(std::string(what) + " must be three finite numbers");
  return vector;
}

std::string oneOf(const std::string& value, std::span<const char* const> choices, const char* what) {
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return value;
  std::string list;
  for (const char* choice : choices)
    list += (list.empty() ? "" : ", ") + std::string(choice);
  refuse("\"" + value + "\" is no " + what + "; known are " + list);
}

std::string oneOf(const std::string& value, std::initializer_list<const char*> choices, const char* what) {
  return oneOf(value, std::span(choices.begin(), choices.size()), what);
}

/// "L7" after "L6", even when L6 has been removed since.
std::string freshId(const State& state) {
  long highest = 0;
  for (const Layer& layer : state.layers)
    if (layer.id.size() > 1 && layer.id[0] == 'L') highest = std::max(highest, std::atol(layer.id.c_str() + 1));
  return "L" + std::to_string(highest + 1);
}

auto findTable(State& state, const std::string& id) {
  const auto found =
      std::find_if(state.tables.begin(), state.tables.end(), [&](const Table& table) { return table.id == id; });
  if (found == state.tables.end()) refuse("there is no table \"" + id + "\"");
  return found;
}

void addTable(State& state, const json& args) {
  auto table = args.at("table").get<Table>();
  if (table.path.empty()) refuse("a table needs the path of its file");
  if (table.id.empty()) {
    long highest = 0;
    for (const Table& other : state.tables)
      if (other.id.size() > 1 && other.id[0] == 'T') highest = std::max(highest, std::atol(other.id.c_str() + 1));
    table.id = "T" + std::to_string(highest + 1);
  }
  if (state.tableOf(table.id) != nullptr) refuse("there is a table \"" + table.id + "\" already");
  if (!args.value("behind", false) || state.table.empty()) state.active = state.table = table.id;
  state.tables.push_back(std::move(table));
}

void removeTable(State& state, const json& args) {
  const std::string id = args.at("id");
  const auto next = state.tables.erase(findTable(state, id));
  state.selection.erase(id);
  state.plots.erase(id);
  if (state.table == id) {
    state.table = state.tables.empty() ? "" : next != state.tables.end() ? next->id : state.tables.back().id;
  }
  if (state.active != id) return;
  state.active = !state.table.empty() ? state.table : state.layers.empty() ? "" : state.layers.back().id;
}

void setTable(State& state, const json& args) {
  Table& table = *findTable(state, args.at("id"));
  json merged = table;
  for (const auto& [key, value] : args.items()) {
    if (!merged.contains(key)) refuse("a table has no property \"" + key + "\"");
    merged[key] = value;
  }
  Table next = merged.get<Table>();
  next.marks = oneOf(next.marks, {"automatic", "lines", "points"}, "way to draw a plot");
  // Another column has other numbers: what was in sight says nothing of them.
  if (next.x != table.x) state.plots.erase(table.id);
  if (next.y != table.y)
    if (const auto plot = state.plots.find(table.id); plot != state.plots.end()) plot->second.y.reset();
  table = std::move(next);
}

auto findDiagram(State& state, const std::string& id) {
  const auto found = std::find_if(state.diagrams.begin(), state.diagrams.end(),
                                  [&](const Diagram& diagram) { return diagram.id == id; });
  if (found == state.diagrams.end()) refuse("there is no plot \"" + id + "\"");
  return found;
}

void addDiagram(State& state, const json& args) {
  auto diagram = args.at("diagram").get<Diagram>();
  if (std::find(diagramKinds.begin(), diagramKinds.end(), diagram.kind) == diagramKinds.end())
    refuse("\"" + diagram.kind + "\" is no kind of plot");
  if (diagram.id.empty()) {
    long highest = 0;
    for (const Diagram& other : state.diagrams)
      if (other.id.size() > 1 && other.id[0] == 'D') highest = std::max(highest, std::atol(other.id.c_str() + 1));
    diagram.id = "D" + std::to_string(highest + 1);
  }
  if (state.diagramOf(diagram.id) != nullptr) refuse("there is a plot \"" + diagram.id + "\" already");
  state.diagram = diagram.id;
  state.diagrams.push_back(std::move(diagram));
}

void removeDiagram(State& state, const json& args) {
  const std::string id = args.at("id");
  const auto removed = findDiagram(state, id);
  if (state.maximised == removed->kind + ":" + id) state.maximised.clear();
  const auto next = state.diagrams.erase(removed);
  state.plots.erase(id);
  if (state.diagram == id)
    state.diagram = state.diagrams.empty() ? "" : next != state.diagrams.end() ? next->id : state.diagrams.back().id;
}

void setDiagram(State& state, const json& args) {
  Diagram& diagram = *findDiagram(state, args.at("id"));
  const Diagram before = diagram;
  for (const auto& [key, value] : args.items()) {
    if (key == "name" || key == "x" || key == "y")
      (key == "name" ? diagram.name : key == "x" ? diagram.x : diagram.y) = value.get<std::string>();
    else if (key == "options")
      for (const auto& [option, choice] : value.items())
        diagram.options[option] = choice.get<std::string>();
    else if (key != "id")
      refuse("a plot has no property \"" + key + "\" that can be changed");
  }
  if (diagram.x != before.x || diagram.y != before.y || diagram.options != before.options)
    state.plots.erase(diagram.id); // other numbers: what was in sight says nothing of them
}

void selectVoxels(State& state, const json& args) {
  auto voxels = args.get<VoxelSelection>();
  for (const VoxelSelection::Condition& condition : voxels.all) {
    (void)findLayer(state, condition.layer);
    if (!condition.outline.empty()) (void)findLayer(state, condition.against);
    if (!condition.outline.empty() && condition.outline.size() < 3) refuse("an outline needs three corners or more");
    for (const auto& corner : condition.outline)
      if (!std::isfinite(corner[0]) || !std::isfinite(corner[1])) refuse("the corners of an outline must be finite");
  }
  state.voxels = std::move(voxels);
}

void setPlot(State& state, const json& args) {
  PlotRange& range = state.plots[args.at("plot").get<std::string>()];
  for (auto [name, axis] : {std::pair{"x", &range.x}, {"y", &range.y}}) {
    if (!args.contains(name)) continue;
    axis->reset();
    if (args.at(name).is_null()) continue;
    const auto bounds = args.at(name).get<std::array<double, 2>>();
    if (!std::isfinite(bounds[0]) || !std::isfinite(bounds[1]) || !(bounds[0] < bounds[1]))
      refuse("an axis of a plot needs two finite numbers, the lower first");
    *axis = bounds;
  }
  if (!range.x && !range.y) state.plots.erase(args.at("plot").get<std::string>());
}

void setActive(State& state, const json& args) {
  const std::string id = args.at("id");
  if (state.tableOf(id) != nullptr)
    state.table = id;
  else
    (void)findLayer(state, id);
  state.active = id;
}

void addLayer(State& state, const json& args) {
  auto layer = args.at("layer").get<Layer>();
  if (layer.path.empty()) refuse("a layer needs the path of its file");
  if (layer.id.empty()) layer.id = freshId(state);
  if (state.layer(layer.id) != nullptr) refuse("there is a layer \"" + layer.id + "\" already");
  state.active = layer.id;
  if (layer.role == Role::Prediction) state.comparison.prediction = layer.id;
  if (layer.role == Role::Truth) state.comparison.truth = layer.id;
  checkScale(layer);
  takeSharedScale(state, layer);
  state.layers.push_back(std::move(layer));
}

void removeLayer(State& state, const json& args) {
  const std::string id = args.at("id");
  state.layers.erase(findLayer(state, id));
  state.selection.erase(id);
  if (std::any_of(state.voxels.all.begin(), state.voxels.all.end(), [&](const VoxelSelection::Condition& condition) {
        return condition.layer == id || condition.against == id;
      }))
    state.voxels = {};
  if (state.active == id) state.active = state.layers.empty() ? state.table : state.layers.back().id;
  if (state.comparison.prediction == id || state.comparison.truth == id) {
    if (state.comparison.prediction == id) state.comparison.prediction.clear();
    if (state.comparison.truth == id) state.comparison.truth.clear();
    state.comparison.result.clear();
    state.comparison.selected = -1;
  }
}

void moveLayer(State& state, const json& args) {
  const auto from = findLayer(state, args.at("id"));
  Layer layer = std::move(*from);
  state.layers.erase(from);
  const auto index = std::clamp<std::ptrdiff_t>(args.at("index").get<std::ptrdiff_t>(), 0,
                                                static_cast<std::ptrdiff_t>(state.layers.size()));
  state.layers.insert(state.layers.begin() + index, std::move(layer));
}

void setLayer(State& state, const json& args) {
  Layer& layer = *findLayer(state, args.at("id"));
  json merged = layer;
  for (const auto& [key, value] : args.items()) {
    if (!merged.contains(key)) refuse("a layer has no property \"" + key + "\"");
    merged[key] = value;
  }
  const Role before = layer.role;
  layer = merged.get<Layer>();
  layer.opacity = std::clamp(layer.opacity, 0.0, 1.0);
  if (layer.range &&
      !(std::isfinite((*layer.range)[0]) && std::isfinite((*layer.range)[1]) && (*layer.range)[0] <= (*layer.range)[1]))
    refuse("a colour range needs two finite numbers, the lower first");
  checkScale(layer);
  if (args.contains("ownScale") && !layer.ownScale) takeSharedScale(state, layer);
  shareScale(state, layer, args);
  if (layer.role == before) return;
  Comparison& comparison = state.comparison;
  if (comparison.prediction == layer.id || comparison.truth == layer.id) {
    comparison.result.clear();
    comparison.selected = -1;
  }
  if (comparison.prediction == layer.id) comparison.prediction.clear();
  if (comparison.truth == layer.id) comparison.truth.clear();
  if (layer.role == Role::Prediction) comparison.prediction = layer.id;
  if (layer.role == Role::Truth) comparison.truth = layer.id;
}

void setView3d(State& state, const json& args) {
  View3D& view = state.view3d;
  view.position = finiteVector(args.at("position"), "a camera position");
  view.focal = finiteVector(args.at("focal"), "a focal point");
  view.up = finiteVector(args.at("up"), "an up direction");
  view.parallelScale = args.value("parallelScale", 0.0);
  view.parallel = args.value("parallel", false);
}

void setDisplay(State& state, const json& args) {
  state.radiological = args.value("radiological", state.radiological);
  state.interpolate = args.value("interpolate", state.interpolate);
  state.crosshair = args.value("crosshair", state.crosshair);
  state.title = args.value("title", state.title);
  const std::string vision = args.value("vision", state.vision);
  state.vision = vision.empty() ? vision : oneOf(vision, {"protan", "deutan", "tritan"}, "way to see colours");
  state.projection3d =
      oneOf(args.value("projection3d", state.projection3d), {"volume", "planes", "surfaces"}, "3D display");
}

void setComparison(State& state, const json& args) {
  Comparison& comparison = state.comparison;
  for (const char* side : {"prediction", "truth"}) {
    const std::string id = args.value(side, side == std::string("truth") ? comparison.truth : comparison.prediction);
    if (!id.empty() && state.layer(id) == nullptr) refuse("there is no layer \"" + id + "\" to compare");
    (side == std::string("truth") ? comparison.truth : comparison.prediction) = id;
  }
  if (args.contains("result") && args.at("result") != comparison.result) comparison.selected = -1;
  comparison.result = args.value("result", comparison.result);
  comparison.mode = oneOf(args.value("mode", comparison.mode), comparisonModes, "way to compare");
  comparison.selected = args.value("selected", comparison.selected);
}

void setCurtain(State& state, const json& args) {
  const double at = args.at("at");
  if (!std::isfinite(at)) refuse("the place of the curtain must be a number from 0 to 1");
  state.comparison.curtain = std::clamp(at, 0.0, 1.0);
}

using Change = void (*)(State&, const json&);

struct Entry {
  const char* name;
  Change change;
  const char* text; ///< for the history
  bool merges;      ///< with the step before, when that is of the same kind and about the same thing
};

constexpr Entry entries[] = {
    {"addLayer", addLayer, "Add layer", false},
    {"removeLayer", removeLayer, "Remove layer", false},
    {"moveLayer", moveLayer, "Reorder layers", false},
    {"setLayer", setLayer, "Change", true},
    {"addTable", addTable, "Open table", false},
    {"removeTable", removeTable, "Close table", false},
    {"setTable", setTable, "Change table", true},
    {"setPlot", setPlot, "Move plot", true},
    {"addDiagram", addDiagram, "Add plot", false},
    {"removeDiagram", removeDiagram, "Close plot", false},
    {"setDiagram", setDiagram, "Change plot", false},
    {"showDiagram", [](State& s, const json& a) { s.diagram = findDiagram(s, a.at("id"))->id; }, "Show plot", true},
    {"selectVoxels", selectVoxels, "Select voxels", false},
    {"setActive", setActive, "Choose layer", true},
    {"setCursor", [](State& s, const json& a) { s.cursor = finiteVector(a.at("world"), "a cursor"); }, "Move cursor",
     true},
    {"setTime", [](State& s, const json& a) { s.time = std::max<std::int64_t>(0, a.at("step").get<std::int64_t>()); },
     "Change time", true},
    {"setLayout",
     [](State& s, const json& a) {
       s.layout = oneOf(a.at("layout"), {"single", "side-by-side", "four-up", "map"}, "layout");
       s.panels = a.value("panels", std::vector<std::string>{});
       s.maximised.clear();
     },
     "Change layout", false},
    {"setMaximised", [](State& s, const json& a) { s.maximised = a.at("panel"); }, "Maximise view", false},
    {"setView2d",
     [](State& s, const json& a) {
       const double height = a.at("height");
       if (!std::isfinite(height) || height < 0) refuse("the height of a view must be finite and not negative");
       s.views2d[a.at("panel")] = {finiteVector(a.at("centre"), "the centre of a view"), height};
     },
     "Move view", true},
    {"setView3d", setView3d, "Move 3D camera", true},
    {"setDisplay", setDisplay, "Change display", false},
    {"select",
     [](State& s, const json& a) {
       s.selection = a.at("selection").get<decltype(s.selection)>();
       std::erase_if(s.selection, [](const auto& entry) { return entry.second.empty(); });
     },
     "Select", true},
    {"setComparison", setComparison, "Change comparison", false},
    {"setCurtain", setCurtain, "Move curtain", true},
    {"showDisagreement",
     [](State& s, const json& a) {
       s.comparison.selected = a.at("row");
       s.cursor = finiteVector(a.at("world"), "the place of a disagreement");
       if (a.contains("selection")) s.selection = a.at("selection").get<decltype(s.selection)>();
       for (auto& [panel, view] : s.views2d)
         view.centre = s.cursor;
     },
     "Go to disagreement", true},
    {"addRun",
     [](State& s, const json& a) {
       const std::string path = a.at("path");
       if (std::find(s.runs.begin(), s.runs.end(), path) == s.runs.end()) s.runs.push_back(path);
     },
     "Start analysis", false},
    {"removeRun", [](State& s, const json& a) { std::erase(s.runs, a.at("path").get<std::string>()); }, "Forget run",
     false},
    {"replaceState", [](State& s, const json& a) { s = a.at("state").get<State>(); }, "Open session", false},
};

const Entry* entryOf(const std::string& name) {
  for (const Entry& entry : entries)
    if (name == entry.name) return &entry;
  return nullptr;
}

} // namespace

State apply(const State& state, const Command& command) {
  const Entry* entry = entryOf(command.name);
  if (entry == nullptr) refuse("there is no command \"" + command.name + "\"");
  State next = state;
  try {
    entry->change(next, command.args);
  } catch (const json::exception& error) {
    refuse("command " + command.name + ": " + error.what());
  }
  return next;
}

/// A property of a layer, as a person calls it.
std::string wordsOf(const std::string& property) {
  constexpr std::array words{std::pair{"belowColor", "colour below"},
                             std::pair{"aboveColor", "colour above"},
                             std::pair{"missingColor", "colour of missing values"},
                             std::pair{"rangeLocked", "range lock"},
                             std::pair{"ownScale", "sharing of the scale"},
                             std::pair{"opacityPoints", "opacity curve"},
                             std::pair{"opacityOnSlices", "opacity on slices"},
                             std::pair{"steps", "colour steps"},
                             std::pair{"colormap", "colour map"}};
  for (const auto& [name, text] : words)
    if (property == name) return text;
  return property;
}

std::string describe(const Command& command) {
  const Entry* entry = entryOf(command.name);
  if (entry == nullptr) return command.name;
  std::string text = entry->text;
  if (command.name == "addLayer") return text + " " + command.args.at("layer").value("name", "");
  if (command.name == "addTable") return text + " " + command.args.at("table").value("name", "");
  if (command.name == "setTable") {
    if (command.args.contains("filter")) return "Filter table";
    if (command.args.contains("sort")) return "Sort table";
    return command.args.contains("name") ? "Rename table" : "Change plot";
  }
  if (command.name == "setLayer") {
    std::string properties;
    for (const auto& [key, value] : command.args.items())
      if (key != "id") properties += (properties.empty() ? "" : ", ") + wordsOf(key);
    return text + " " + properties;
  }
  return text;
}

/// Steps that a person makes by the dozen in one gesture count as one.
bool merges(const Command& before, const Command& after) {
  const Entry* entry = entryOf(after.name);
  if (entry == nullptr || !entry->merges || before.name != after.name) return false;
  if (after.name == "setView2d") return before.args.at("panel") == after.args.at("panel");
  if (after.name == "setPlot") return before.args.at("plot") == after.args.at("plot");
  if (after.name == "setTable") // typing a filter is one step
    return before.args.size() == 2 && after.args.size() == 2 && before.args.at("id") == after.args.at("id") &&
           before.args.contains("filter") && after.args.contains("filter");
  if (after.name == "setLayer") {
    if (before.args.size() != after.args.size()) return false;
    for (const auto& [key, value] : after.args.items())
      if (!before.args.contains(key) || (key == "id" && before.args.at(key) != value)) return false;
    // A tick box or a choice is one step each; a dragged number is one for the whole drag.
    return std::all_of(after.args.begin(), after.args.end(), [](const json& value) { return !value.is_boolean(); }) &&
           (after.args.contains("range") || after.args.contains("opacity") || after.args.contains("opacityPoints"));
  }
  return true;
}

} // namespace discern::session
