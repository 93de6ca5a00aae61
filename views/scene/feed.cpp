#include "scene/feed.h"

#include "scene/coarse.h"

#include <array>
#include <utility>

namespace discern::scene {

using data::FieldProvider;

struct Feed::Desk {
  std::function<void()> changed;
  FieldProvider::Key key;
  std::optional<data::Slab> wanted;
  std::uint64_t revision = 0, generation = 0; ///< of the file, when that was asked
  data::BlockPtr block;
  bool waiting = false;
  bool fine = false;                ///< the wanted slab itself was asked for, and did not come yet
  std::optional<data::Slab> coarse; ///< to be had before the wanted one
  std::array<bool, 5> busy{};       ///< coarse slabs under way
  bool behind = false;              ///< that of the wanted slab isn't asked for yet
  int turn = 0, shown = 0;          ///< counts what was wanted; of the block on show
  std::optional<StatisticsOf> asked;
  std::vector<StatisticsOf> askedPeers;
  std::optional<ScaleStatistics> statistics;
  bool waitingForStatistics = false;
  std::string error;
};

Feed::Feed(FieldProvider& provider, FieldProvider::Ticket ticket, std::function<void()> changed)
    : provider_(provider), ticket_{ticket.owner, ticket.purpose * purposesOfAFeed}, desk_(std::make_shared<Desk>()) {
  desk_->changed = std::move(changed);
}

Feed::~Feed() = default;

std::optional<data::Slab> Feed::first(const FieldProvider::Key& key, const data::Slab& slab) const {
  if (provider_.isNear(key, slab)) return std::nullopt;
  const data::DatasetInfo* dataset = provider_.info(key.path);
  const data::FieldInfo* field = dataset ? dataset->field(key.field) : nullptr;
  return field ? coarserOf(*field, slab) : std::nullopt;
}

void Feed::want(const FieldProvider::Key& key, const data::Slab& slab, data::Priority priority) {
  Desk& desk = *desk_;
  const std::uint64_t revision = slab.level == 0 || slab.single ? 0 : provider_.revision(key.path);
  const std::uint64_t generation = provider_.generation(key.path);
  if (desk.key == key && desk.wanted == slab && desk.revision == revision && desk.generation == generation) return;
  if (desk.key != key) desk.block.reset();
  desk.key = key;
  desk.revision = revision;
  desk.generation = generation;
  desk.wanted = slab;
  desk.waiting = true;
  ++desk.turn;
  desk.behind = false;
  desk.coarse = first(key, slab);
  if (desk.coarse)
    askCoarse(provider_, ticket_, desk_, priority);
  else
    ask(provider_, ticket_, desk_, priority);
}

void Feed::ask(FieldProvider& provider, FieldProvider::Ticket ticket, const std::shared_ptr<Desk>& desk,
               data::Priority priority) {
  const data::Slab slab = *desk->wanted;
  desk->fine = true;
  desk->busy[0] = false; // whose purpose this has
  provider.read(desk->key, slab, priority, ticket,
                [weak = std::weak_ptr(desk), slab](FieldProvider::Reply<data::BlockPtr> reply) {
                  const auto at = weak.lock();
                  if (!at || at->wanted != slab) return;
                  at->waiting = at->fine = false;
                  at->shown = at->turn;
                  if (reply.error.empty() && reply.value)
                    at->block = std::move(reply.value);
                  else
                    at->error = reply.error.empty() ? "a part of the data did not come" : reply.error;
                  at->changed();
                });
}

/// What is under way is let come, else nothing ever would while the hand moves; when too much is, the newest waits.
void Feed::askCoarse(FieldProvider& provider, FieldProvider::Ticket ticket, const std::shared_ptr<Desk>& desk,
                     data::Priority priority) {
  std::size_t slot = 0; // in place of the slab wanted before: of it, no more is to come
  if (!std::exchange(desk->fine, false))
    while (++slot < desk->busy.size() && desk->busy[slot]) {
    }
  desk->behind = slot == desk->busy.size();
  if (desk->behind) return;
  desk->busy[slot] = true;
  const int purpose = ticket.purpose + (slot == 0 ? 0 : 3 + static_cast<int>(slot));
  provider.read(desk->key, *desk->coarse, priority, {ticket.owner, purpose},
                [weak = std::weak_ptr(desk), &provider, ticket, key = desk->key, turn = desk->turn, slot,
                 priority](FieldProvider::Reply<data::BlockPtr> reply) {
                  const auto at = weak.lock();
                  if (!at) return;
                  at->busy[slot] = false;
                  if (at->key != key || !at->wanted) return;
                  if (reply.value && turn > at->shown) {
                    at->block = std::move(reply.value);
                    at->shown = turn;
                  }
                  if (at->turn == turn && at->waiting && !at->fine)
                    ask(provider, ticket, at, priority);
                  else if (at->behind && at->coarse)
                    askCoarse(provider, ticket, at, priority);
                  at->changed();
                });
}

void Feed::wantStatistics(const FieldProvider::Key& key, std::int64_t time, int component,
                          std::vector<StatisticsOf> peers) {
  Desk& desk = *desk_;
  const StatisticsOf asked{key, time, component, provider_.revision(key.path), provider_.generation(key.path)};
  if (desk.asked == asked && desk.askedPeers == peers) return;
  if (desk.asked && desk.asked->key != key) desk.statistics.reset();
  desk.asked = asked;
  desk.askedPeers = peers;
  desk.waitingForStatistics = true;
  askScale(provider_, asked, peers, {ticket_.owner, ticket_.purpose + 1},
           [weak = std::weak_ptr(desk_), asked, peers](FieldProvider::Reply<ScaleStatistics> reply) {
             const auto at = weak.lock();
             if (!at || at->asked != asked || at->askedPeers != peers) return;
             at->waitingForStatistics = false;
             if (reply.error.empty())
               at->statistics = std::move(reply.value);
             else
               at->error = reply.error;
             at->changed();
           });
}

void Feed::prefetch(const FieldProvider::Key& key, const data::Slab& slab, int place) {
  provider_.read(key, first(key, slab).value_or(slab), data::Priority::Background,
                 {ticket_.owner, ticket_.purpose + 2 + place % 2}, [](const FieldProvider::Reply<data::BlockPtr>&) {});
}

void Feed::clear() {
  desk_->wanted.reset();
  desk_->block.reset();
  desk_->waiting = desk_->fine = false;
}

data::BlockPtr Feed::block() const { return desk_->block; }
const data::Statistics* Feed::statistics() const { return desk_->statistics ? &desk_->statistics->own : nullptr; }
const data::Statistics* Feed::scaleStatistics() const {
  return desk_->statistics ? &desk_->statistics->scale : nullptr;
}
bool Feed::settled() const { return !desk_->waiting && !desk_->waitingForStatistics; }
std::string Feed::takeError() { return std::exchange(desk_->error, {}); }

} // namespace discern::scene
