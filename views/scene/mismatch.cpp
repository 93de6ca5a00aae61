#include "scene/mismatch.h"

#include "scene/placement.h"

namespace discern::scene {

std::vector<Mismatch> mismatches(const session::State& state, const data::FieldProvider& provider, bool visibleOnly) {
  std::vector<Mismatch> found;
  std::optional<data::FieldInfo> base;
  std::string baseName;
  for (const session::Layer& layer : state.layers) {
    if (visibleOnly && !layer.visible) continue;
    const data::DatasetInfo* dataset = provider.info(layer.path);
    auto field = dataset ? placedField(*dataset, layer) : std::nullopt;
    if (!field) continue;
    if (!base) {
      base = std::move(field);
      baseName = layer.name;
      continue;
    }
    data::Alignment alignment = data::alignmentOf(*base, *field);
    if (!data::noteOf(alignment).empty()) found.push_back({layer.id, layer.name, baseName, std::move(alignment)});
  }
  return found;
}

std::string shortNote(const data::Alignment& alignment) {
  switch (alignment.kind) {
  case data::Alignment::Kind::Apart:
    return alignment.meet ? "only roughly aligned" : "elsewhere";
  case data::Alignment::Kind::NoCommonFrame:
    return "other frame";
  case data::Alignment::Kind::Same:
  case data::Alignment::Kind::Turned:
  case data::Alignment::Kind::Unknown:
    break;
  }
  return {};
}

} // namespace discern::scene
