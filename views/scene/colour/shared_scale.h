#pragma once
#include "data/block.h"
#include "session/state.h"

#include <functional>
#include <vector>

namespace discern::scene {

/// What statistics are asked of.
struct StatisticsOf {
  data::FieldProvider::Key key;
  std::int64_t time = 0;
  int component = 0;
  std::uint64_t revision = 0, generation = 0; ///< of the file
  bool operator==(const StatisticsOf&) const = default;
};

/// The fields whose values decide, together with the layer's own, the automatic range of its colours: of the layers
/// that share its scale, as far as their files are open. Empty where the range is set.
[[nodiscard]] std::vector<StatisticsOf> scalePeers(const session::State& state, const session::Layer& layer,
                                                   const data::FieldProvider& provider);

/// The layer's own statistics, and those of its colour scale: the same, with the percentiles and extremes of all fields
/// on it. Peers whose statistics fail are left out.
struct ScaleStatistics {
  data::Statistics own, scale;
};
void askScale(data::FieldProvider& provider, const StatisticsOf& own, std::vector<StatisticsOf> peers,
              data::FieldProvider::Ticket ticket,
              std::function<void(data::FieldProvider::Reply<ScaleStatistics>)> done);

} // namespace discern::scene
