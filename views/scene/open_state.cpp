#include "scene/open_state.h"

#include "data/error.h"
#include "scene/placement.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <filesystem>

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
    layer.name = std::filesystem::path(dataset.path).filename().string();
    return layer;
  }
  if (!info && field.empty() && !dataset.tables.empty())
    throw data::UsageError(dataset.path +
                           ": holds only tables, which have no picture; \"discern-run convert\" writes them as CSV");
  if (!info)
    throw data::UsageError(dataset.path +
                           (field.empty() ? ": holds no field to draw" : ": has no field called \"" + field + "\""));
  session::Layer layer;
  layer.path = dataset.path;
  layer.field = info->name;
  layer.name = std::filesystem::path(dataset.path).filename().string();
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
  state.layers.push_back(std::move(layer));
  state.active = id;
  return id;
}

} // namespace discern::scene
