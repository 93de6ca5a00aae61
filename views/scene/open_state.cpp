#include "scene/open_state.h"

#include "data/address.h"
#include "data/error.h"
#include "scene/placement.h"
#include "session/colour_scale.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>

namespace discern::scene {
namespace {

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// A file that calls itself the truth is taken at its word.
bool saysTruth(const std::string& name) {
  constexpr std::array hints{"truth", "groundtruth", "ground_truth", "reference", "manual"};
  const std::string words = lowered(name);
  return std::any_of(hints.begin(), hints.end(),
                     [&](const char* hint) { return words.find(hint) != std::string::npos; });
}

/// Values on both sides of a zero that means something: differences from a mean or from another field.
bool isSigned(const data::FieldInfo& field) {
  const std::string words = lowered(field.name + " " + field.quantity);
  constexpr std::array hints{"anom", "difference", "residual", "attribution", "bias", "vorticity"};
  return std::any_of(hints.begin(), hints.end(),
                     [&](const char* hint) { return words.find(hint) != std::string::npos; });
}

/// What fields are compared by. A number without a unit may be anything.
std::string quantityOf(const data::FieldInfo& field) {
  if (field.labels || (field.quantity.empty() && (field.unit.empty() || field.unit == "1"))) return {};
  const std::string what = field.quantity.empty() ? field.name : field.quantity;
  return field.unit.empty() ? what : what + " (" + field.unit + ")";
}

/// What a file is mainly about: its largest field, the first of several.
const data::FieldInfo* mainField(const data::DatasetInfo& dataset) {
  const auto size = [](const data::FieldInfo& field) { return field.voxels() * field.time.size; };
  const auto largest =
      std::max_element(dataset.fields.begin(), dataset.fields.end(),
                       [&](const data::FieldInfo& a, const data::FieldInfo& b) { return size(a) < size(b); });
  return largest == dataset.fields.end() ? nullptr : &*largest;
}

std::string freshId(const session::State& state) {
  int last = 0;
  for (const session::Layer& layer : state.layers)
    if (layer.id.size() > 1 && layer.id[0] == 'L') last = std::max(last, std::atoi(layer.id.c_str() + 1));
  return "L" + std::to_string(last + 1);
}

} // namespace

session::Layer layerFor(const data::DatasetInfo& dataset, const std::string& field) {
  const data::FieldInfo* info = field.empty() ? mainField(dataset) : dataset.field(field);
  if (!info && field.empty() && !dataset.grids.empty()) { // a shape without values
    session::Layer layer;
    layer.path = dataset.path;
    layer.grid = dataset.grids.front().name;
    layer.name = data::fileNameOf(dataset.path);
    return layer;
  }
  if (!info && field.empty() && !dataset.tables.empty())
    throw data::UsageError(dataset.path +
                           ": holds only tables, which can't be a layer; open it without a role to see them");
  if (!info)
    throw data::UsageError(dataset.path +
                           (field.empty() ? ": holds no field to draw" : ": has no field called \"" + field + "\""));
  session::Layer layer;
  layer.path = dataset.path;
  layer.field = info->name;
  layer.name = data::fileNameOf(dataset.path);
  layer.quantity = quantityOf(*info);
  if (dataset.fields.size() > 1) layer.name += " · " + info->name;
  if (info->labels) {
    layer.role = saysTruth(layer.name) ? session::Role::Truth : session::Role::Prediction;
  } else if (isSigned(*info)) {
    layer.colormap = "blue-white-red";
    layer.symmetric = true;
  } else if (info->frame == data::Frame::LonLat || onGrid(*info)) {
    layer.colormap = "viridis";
  }
  return layer;
}

bool opensAsTables(const data::DatasetInfo& dataset) {
  constexpr std::int64_t mostColumns = 16;
  if (dataset.tables.empty()) return false;
  // Tables of numbers are fields as well, of an archive one for each file.
  const bool narrow = !dataset.fields.empty() &&
                      std::all_of(dataset.fields.begin(), dataset.fields.end(), [](const data::FieldInfo& field) {
                        return (field.name == "matrix" || field.name.ends_with(": matrix")) && field.shape[0] > 1 &&
                               field.shape[0] <= mostColumns && field.shape[1] > mostColumns;
                      });
  if (narrow) return true;
  const bool placeless = std::all_of(dataset.grids.begin(), dataset.grids.end(),
                                     [](const data::GridInfo& grid) { return grid.kind == data::GridKind::Network; });
  return placeless && std::all_of(dataset.fields.begin(), dataset.fields.end(),
                                  [](const data::FieldInfo& field) { return onGrid(field); });
}

std::vector<session::Table> tablesOf(const data::DatasetInfo& dataset, const std::string& name) {
  std::vector<session::Table> tables;
  const std::string file = data::fileNameOf(dataset.path);
  constexpr std::size_t mostAtOnce = 8; // the others are opened by name
  for (const data::TableInfo& info : dataset.tables) {
    if (!name.empty() && info.name != name) continue;
    if (tables.size() == mostAtOnce) break;
    session::Table table;
    table.path = dataset.path;
    table.table = info.name;
    table.name = dataset.tables.size() > 1 || !dataset.fields.empty() ? file + " · " + info.name : file;
    tables.push_back(std::move(table));
  }
  if (tables.empty())
    throw data::UsageError(dataset.path +
                           (name.empty() ? ": holds no table" : ": has no table called \"" + name + "\""));
  return tables;
}

void addTables(session::State& state, std::vector<session::Table> tables) {
  std::string first;
  for (session::Table& table : tables) {
    int last = 0;
    for (const session::Table& other : state.tables)
      if (other.id.size() > 1 && other.id[0] == 'T') last = std::max(last, std::atoi(other.id.c_str() + 1));
    table.id = "T" + std::to_string(last + 1);
    if (first.empty()) first = table.id;
    state.tables.push_back(std::move(table));
  }
  if (!first.empty()) state.active = state.table = first;
}

data::Vec3 middleOf(const data::FieldInfo& field) {
  data::Vec3 index{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    index[axis] = std::floor(static_cast<double>(field.shape[axis]) / 2);
  return field.world(index);
}

std::string addLayer(session::State& state, session::Layer layer, const data::DatasetInfo& dataset) {
  const bool first = state.layers.empty();
  layer.id = freshId(state);
  const std::string id = layer.id;
  if (const auto field = placedField(dataset, layer); field && first) {
    state.cursor = middleOf(*field);
    state.time = std::clamp<std::int64_t>(state.time, 0, std::max<std::int64_t>(0, field->time.size - 1));
    if (field->frame == data::Frame::LonLat)
      state.layout = "map";
    else if (field->isVolume() || onGrid(*field))
      state.layout = "four-up";
    else
      state.layout = "single";
  }
  session::takeSharedScale(state, layer);
  state.layers.push_back(std::move(layer));
  state.active = id;
  return id;
}

} // namespace discern::scene
