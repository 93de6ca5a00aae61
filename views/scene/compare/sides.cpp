#include "scene/compare/sides.h"

namespace discern::scene {

const session::Layer* sideOf(const session::State& state, session::Role role) {
  const bool truth = role == session::Role::Truth;
  const std::string& named = truth ? state.comparison.truth : state.comparison.prediction;
  if (const session::Layer* layer = named.empty() ? nullptr : state.layer(named)) return layer;
  for (auto layer = state.layers.rbegin(); layer != state.layers.rend(); ++layer)
    if (layer->role == role && layer->visible) return &*layer;
  return nullptr;
}

Sides sidesOf(const session::State& state) {
  const session::Layer *prediction = sideOf(state, session::Role::Prediction),
                       *truth = sideOf(state, session::Role::Truth);
  if (prediction && truth && prediction != truth) return {prediction, truth};
  Sides sides;
  for (auto layer = state.layers.rbegin(); layer != state.layers.rend(); ++layer) {
    if (!layer->visible || layer->opacity <= 0) continue;
    if (sides.first) return {sides.first, &*layer};
    sides.first = &*layer;
  }
  return {};
}

} // namespace discern::scene
