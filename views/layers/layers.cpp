#include "layers/layers.h"

#include <algorithm>

namespace discern::views {

data::FieldProvider::Key keyOf(const session::Layer& layer) { return {layer.path, layer.field}; }

const data::FieldInfo* infoOf(const data::FieldProvider& provider, const session::Layer& layer) {
  const data::DatasetInfo* dataset = provider.info(layer.path);
  return dataset ? dataset->field(layer.field) : nullptr;
}

const session::Layer* contrastLayer(const session::State& state, const data::FieldProvider& provider) {
  const auto measures = [&](const session::Layer& layer) {
    const data::FieldInfo* info = infoOf(provider, layer);
    return info && !info->labels && layer.role == session::Role::Image;
  };
  const session::Layer* active = state.layer(state.active);
  if (active && measures(*active)) return active;
  for (auto layer = state.layers.rbegin(); layer != state.layers.rend(); ++layer)
    if (layer->visible && measures(*layer)) return &*layer;
  return nullptr;
}

const session::Layer* timeLayer(const session::State& state, const data::FieldProvider& provider) {
  const session::Layer* best = nullptr;
  std::int64_t most = 1;
  for (const session::Layer& layer : state.layers) {
    const data::FieldInfo* info = infoOf(provider, layer);
    if (!info || info->time.size <= 1) continue;
    if (layer.id == state.active) return &layer;
    if (info->time.size > most) {
      most = info->time.size;
      best = &layer;
    }
  }
  return best;
}

std::int64_t stepOf(const session::State& state, const data::FieldInfo& info) {
  return std::clamp<std::int64_t>(state.time, 0, std::max<std::int64_t>(0, info.time.size - 1));
}

} // namespace discern::views
