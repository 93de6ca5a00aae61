#include "scene/diagram/sources.h"

#include "scene/map/map_grid.h"
#include "scene/placement.h"
#include "scene/slice/look.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {

const data::FieldInfo* voxelField(const session::State& state, const data::FieldProvider& provider,
                                  const std::string& id) {
  const session::Layer* layer = state.layer(id);
  const data::DatasetInfo* dataset = layer ? provider.info(layer->path) : nullptr;
  const data::FieldInfo* field = dataset && layer->grid.empty() ? dataset->field(layer->field) : nullptr;
  return field && !onGrid(*field) ? field : nullptr;
}

std::optional<data::FieldRef> fieldRef(const session::State& state, const data::FieldProvider& provider,
                                       const std::string& id) {
  const data::FieldInfo* field = voxelField(state, provider, id);
  if (!field) return std::nullopt;
  const session::Layer& layer = *state.layer(id);
  return data::FieldRef{layer.path, field->name, layer.component,
                        std::clamp<std::int64_t>(state.time, 0, field->time.size - 1)};
}

data::VoxelRule chosenVoxels(const session::State& state, const data::FieldProvider& provider) {
  data::VoxelRule rule;
  for (const session::VoxelSelection::Condition& condition : state.voxels.all) {
    const auto of = fieldRef(state, provider, condition.layer);
    if (!of) return {};
    data::VoxelCondition& one =
        rule.all.emplace_back(data::VoxelCondition{*of, condition.labels, condition.range, {}, {}});
    if (condition.outline.empty()) continue;
    const auto against = fieldRef(state, provider, condition.against);
    if (!against) return {};
    one.against = *against;
    one.outline = condition.outline;
  }
  if (!rule.empty()) return rule;
  for (auto layer = state.layers.rbegin(); layer != state.layers.rend(); ++layer) {
    const auto chosen = state.selection.find(layer->id);
    if (chosen == state.selection.end() || chosen->second.empty()) continue;
    if (const auto of = fieldRef(state, provider, layer->id)) {
      rule.all.push_back({*of, chosen->second, std::nullopt, {}, {}});
      return rule;
    }
  }
  return rule;
}

std::optional<data::Index3> voxelAt(const data::FieldInfo& field, const data::Vec3& world) {
  data::Index3 voxel{};
  const data::Vec3 index = field.index(world);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!std::isfinite(index[axis])) return std::nullopt;
    voxel[axis] = static_cast<std::int64_t>(std::floor(index[axis] + 0.5 - 1e-9));
  }
  if (field.frame == data::Frame::LonLat) {
    const auto cell = mapGrid(field).cellAt(world[0], world[1]);
    if (!cell) return std::nullopt;
    voxel = {(*cell)[0], (*cell)[1], std::clamp<std::int64_t>(voxel[2], 0, field.shape[2] - 1)};
  }
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (voxel[axis] < 0 || voxel[axis] >= field.shape[axis]) return std::nullopt;
  return voxel;
}

SourceList sourcesOf(SourceKind kind, const session::State& state, const data::FieldProvider& provider) {
  SourceList list;
  const auto add = [&](const session::Layer& layer) {
    const data::FieldInfo* field = voxelField(state, provider, layer.id);
    if (!field) return;
    const bool labels = drawsLabels(layer, *field);
    const bool fits = kind == SourceKind::Values    ? !labels
                      : kind == SourceKind::Labels  ? labels
                      : kind == SourceKind::Courses ? field->time.size > 1
                      : kind == SourceKind::Matrices
                          ? field->shape[2] == 1 && field->shape[0] > 1 && field->shape[1] > 1 && field->components == 1
                          : true;
    if (fits) list.emplace_back(layer.id, layer.name);
  };
  // The active one first: it is what a new plot starts from.
  if (const session::Layer* active = state.layer(state.active)) add(*active);
  for (const session::Layer& layer : state.layers)
    if (layer.id != state.active) add(layer);
  if (kind != SourceKind::Matrices) return list;
  SourceList tables;
  for (const session::Table& table : state.tables)
    tables.emplace_back(table.id, table.name);
  const bool tableFirst = state.tableOf(state.active) != nullptr;
  list.insert(tableFirst ? list.begin() : list.end(), tables.begin(), tables.end());
  return list;
}

std::string sourceName(const session::State& state, const std::string& id) {
  if (const session::Layer* layer = state.layer(id)) return layer->name;
  if (const session::Table* table = state.tableOf(id)) return table->name;
  return {};
}

std::string kindName(const std::string& kind) {
  if (kind == "matrix") return "Matrix";
  if (kind == "scatter") return "Scatter";
  if (kind == "histogram") return "Histogram";
  if (kind == "spectrum") return "Power spectrum";
  if (kind == "spectrogram") return "Spectrogram";
  if (kind == "confusion") return "Confusion";
  if (kind == "groups") return "Boxes by label";
  if (kind == "carpet") return "Carpet";
  if (kind == "parallel") return "Parallel coordinates";
  if (kind == "pairs") return "Scatter matrix";
  if (kind == "network") return "Network";
  return kind;
}

std::string diagramName(const session::Diagram& diagram, const session::State& state) {
  if (!diagram.name.empty()) return diagram.name;
  const std::string x = sourceName(state, diagram.x), y = sourceName(state, diagram.y);
  if (x.empty()) return kindName(diagram.kind);
  if (diagram.kind == "scatter" && !y.empty()) return y + " against " + x;
  if (diagram.kind == "groups" && !y.empty()) return x + " by " + y;
  if (diagram.kind == "confusion" && !y.empty()) return "Confusion of " + x + " and " + y;
  return kindName(diagram.kind) + " of " + x;
}

std::string axisWords(const session::State& state, const data::FieldProvider& provider, const std::string& id) {
  const data::FieldInfo* field = voxelField(state, provider, id);
  if (!field) return sourceName(state, id);
  // Layers of one quantity are told apart by their names.
  std::string words = sourceName(state, id);
  if (!field->quantity.empty() && words.find(field->quantity) == std::string::npos) words += ": " + field->quantity;
  if (!field->unit.empty() && field->unit != "1") words += " (" + field->unit + ")";
  return words;
}

std::optional<session::Diagram> suggested(const std::string& kind, const session::State& state,
                                          const data::FieldProvider& provider, std::string& why) {
  session::Diagram diagram;
  diagram.kind = kind;
  const auto list = [&](SourceKind of) { return sourcesOf(of, state, provider); };
  const auto first = [&](SourceKind of, const char* missing) {
    const SourceList all = list(of);
    if (all.empty()) why = missing;
    return all.empty() ? std::string() : all.front().first;
  };
  if (kind == "matrix" || kind == "network") {
    diagram.x = first(SourceKind::Matrices, "It needs a layer in one plane, or a table");
  } else if (kind == "scatter") {
    const SourceList values = list(SourceKind::Values);
    const auto second = std::find_if(values.begin(), values.end(), [&](const auto& other) {
      const data::FieldInfo *a = voxelField(state, provider, values.front().first),
                            *b = voxelField(state, provider, other.first);
      return other.first != values.front().first && a->shape == b->shape;
    });
    if (values.empty() || second == values.end()) {
      why = "It needs two layers of values on one grid";
      return std::nullopt;
    }
    diagram.x = values.front().first;
    diagram.y = second->first;
  } else if (kind == "histogram") {
    diagram.x = first(SourceKind::Values, "It needs a layer of values");
  } else if (kind == "spectrum" || kind == "spectrogram") {
    diagram.x = first(SourceKind::Courses, "It needs a layer with time");
  } else if (kind == "carpet") {
    diagram.x = first(SourceKind::Courses, "It needs a layer with time");
    for (const auto& [id, name] : diagram.x.empty() ? SourceList() : list(SourceKind::Labels))
      if (voxelField(state, provider, id)->shape == voxelField(state, provider, diagram.x)->shape) {
        diagram.y = id;
        break;
      }
  } else if (kind == "confusion") {
    const SourceList labels = list(SourceKind::Labels);
    const auto has = [&](const std::string& id) {
      return std::any_of(labels.begin(), labels.end(), [&](const auto& one) { return one.first == id; });
    };
    diagram.x = state.comparison.truth;
    diagram.y = state.comparison.prediction;
    if (!has(diagram.x) || !has(diagram.y)) {
      if (labels.size() < 2) {
        why = "It needs two layers of labels: a truth and a prediction";
        return std::nullopt;
      }
      diagram.x = labels[1].first;
      diagram.y = labels[0].first;
    }
  } else if (kind == "groups") {
    const SourceList values = list(SourceKind::Values), labels = list(SourceKind::Labels);
    for (const auto& value : values)
      for (const auto& label : labels)
        if (diagram.x.empty() &&
            voxelField(state, provider, value.first)->shape == voxelField(state, provider, label.first)->shape) {
          diagram.x = value.first;
          diagram.y = label.first;
        }
    if (diagram.x.empty()) why = "It needs a layer of values and one of labels on one grid";
  } else if (kind == "parallel" || kind == "pairs") {
    diagram.x = !state.table.empty() ? state.table : std::string();
    if (diagram.x.empty()) why = "It needs a table";
  }
  if (diagram.x.empty()) return std::nullopt;
  return diagram;
}

} // namespace discern::scene
