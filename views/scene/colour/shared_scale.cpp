#include "scene/colour/shared_scale.h"

#include "scene/colour/mapper.h"

#include <algorithm>
#include <memory>

namespace discern::scene {
namespace {

using data::FieldProvider;

struct Round {
  FieldProvider& provider;
  std::vector<StatisticsOf> peers;
  FieldProvider::Ticket ticket;
  std::function<void(FieldProvider::Reply<ScaleStatistics>)> done;
  ScaleStatistics found;
};

/// One after the other: they are many only where they are quick.
void askNext(const std::shared_ptr<Round>& round) {
  if (round->peers.empty()) {
    round->done({std::move(round->found), {}});
    return;
  }
  const StatisticsOf peer = round->peers.back();
  round->peers.pop_back();
  round->provider.statistics(peer.key, peer.time, peer.component, round->ticket,
                             [round](FieldProvider::Reply<data::Statistics> reply) {
                               if (reply.error.empty()) {
                                 data::Statistics& all = round->found.scale;
                                 all.low = std::min(all.low, reply.value.low);
                                 all.high = std::max(all.high, reply.value.high);
                                 all.min = std::min(all.min, reply.value.min);
                                 all.max = std::max(all.max, reply.value.max);
                               }
                               askNext(round);
                             });
}

} // namespace

std::vector<StatisticsOf> scalePeers(const session::State& state, const session::Layer& layer,
                                     const FieldProvider& provider) {
  std::vector<StatisticsOf> peers;
  if (layer.range) return peers;
  for (const session::Layer& other : state.layers) {
    if (other.id == layer.id || !other.sharesScale(layer)) continue;
    const data::DatasetInfo* dataset = provider.info(other.path);
    const data::FieldInfo* field = dataset ? dataset->field(other.field) : nullptr;
    if (!field || (other.path == layer.path && other.field == layer.field)) continue;
    peers.push_back({{other.path, field->name},
                     statisticsTime(*field),
                     other.component,
                     provider.revision(other.path),
                     provider.generation(other.path)});
  }
  return peers;
}

void askScale(FieldProvider& provider, const StatisticsOf& own, std::vector<StatisticsOf> peers,
              FieldProvider::Ticket ticket, std::function<void(FieldProvider::Reply<ScaleStatistics>)> done) {
  const auto round = std::make_shared<Round>(Round{provider, std::move(peers), ticket, std::move(done), {}});
  provider.statistics(own.key, own.time, own.component, ticket, [round](FieldProvider::Reply<data::Statistics> reply) {
    if (!reply.error.empty()) {
      round->done({{}, reply.error});
      return;
    }
    round->found = {reply.value, std::move(reply.value)};
    askNext(round);
  });
}

} // namespace discern::scene
