#include "colour_scale.h"

#include "data/error.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace discern::session {

using nlohmann::json;

namespace {

/// The properties that make a colour scale; opacity is each layer's own.
constexpr std::array scaleProperties{"colormap", "range",      "invert",     "logarithmic",  "symmetric",
                                     "steps",    "belowColor", "aboveColor", "missingColor", "rangeLocked"};

void copyScale(const json& from, json& to, const auto& wanted) {
  for (const char* property : scaleProperties)
    if (wanted(property)) to[property] = from.at(property);
}

void checkColour(const std::string& colour, bool mayBeClear) {
  if (colour.empty() || (mayBeClear && colour == "clear")) return;
  if (colour.size() == 7 && colour[0] == '#' && colour.find_first_not_of("0123456789abcdefABCDEF", 1) == colour.npos)
    return;
  throw data::UsageError("a colour is written like #2b4a75, not \"" + colour + "\"");
}

} // namespace

void checkScale(const Layer& layer) {
  checkColour(layer.belowColor, false);
  checkColour(layer.aboveColor, false);
  checkColour(layer.missingColor, true);
  if (layer.steps < 0 || layer.steps == 1 || layer.steps > 64)
    throw data::UsageError("a colour scale has from 2 to 64 steps, or 0 for a smooth one");
  double last = 0;
  for (const auto& [place, opacity] : layer.opacityPoints) {
    if (!(place >= last && place <= 1 && opacity >= 0 && opacity <= 1))
      throw data::UsageError("opacity points are pairs from 0 to 1, in the order of the range");
    last = place;
  }
  if (layer.opacityPoints.size() == 1) throw data::UsageError("an opacity curve has two points or more");
}

void takeSharedScale(const State& state, Layer& layer) {
  const auto first = std::find_if(state.layers.begin(), state.layers.end(),
                                  [&](const Layer& other) { return other.id != layer.id && other.sharesScale(layer); });
  if (first == state.layers.end()) return;
  json mine = layer;
  copyScale(*first, mine, [](const char*) { return true; });
  layer = mine.get<Layer>();
}

void shareScale(State& state, const Layer& from, const json& properties) {
  const json scale = from;
  const std::string id = from.id;
  for (Layer& other : state.layers) {
    if (other.id == id || !other.sharesScale(from)) continue;
    json theirs = other;
    copyScale(scale, theirs, [&](const char* property) { return properties.contains(property); });
    other = theirs.get<Layer>();
  }
}

} // namespace discern::session
