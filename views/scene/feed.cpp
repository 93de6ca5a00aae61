#include "scene/feed.h"

namespace discern::scene {

using data::FieldProvider;

struct Feed::Desk {
  std::function<void()> changed;
  FieldProvider::Key key;
  std::optional<data::Slab> wanted;
  std::uint64_t revision = 0; ///< of the file, when that was asked
  data::BlockPtr block;
  bool waiting = false;
  struct Asked {
    FieldProvider::Key key;
    std::int64_t time = 0;
    int component = 0;
    std::uint64_t revision = 0;
    bool operator==(const Asked&) const = default;
  };
  std::optional<Asked> asked;
  std::optional<data::Statistics> statistics;
  bool waitingForStatistics = false;
  std::string error;
};

Feed::Feed(FieldProvider& provider, FieldProvider::Ticket ticket, std::function<void()> changed)
    : provider_(provider), ticket_{ticket.owner, ticket.purpose * purposesOfAFeed}, desk_(std::make_shared<Desk>()) {
  desk_->changed = std::move(changed);
}

Feed::~Feed() = default;

void Feed::want(const FieldProvider::Key& key, const data::Slab& slab, data::Priority priority) {
  Desk& desk = *desk_;
  const std::uint64_t revision = slab.level == 0 || slab.single ? 0 : provider_.revision(key.path);
  if (desk.key == key && desk.wanted == slab && desk.revision == revision) return;
  if (desk.key != key) desk.block.reset();
  desk.key = key;
  desk.revision = revision;
  desk.wanted = slab;
  desk.waiting = true;
  provider_.read(key, slab, priority, ticket_,
                 [weak = std::weak_ptr(desk_), slab](FieldProvider::Reply<data::BlockPtr> reply) {
                   const auto at = weak.lock();
                   if (!at || at->wanted != slab) return;
                   at->waiting = false;
                   if (reply.error.empty() && reply.value)
                     at->block = std::move(reply.value);
                   else
                     at->error = reply.error.empty() ? "a part of the data did not come" : reply.error;
                   at->changed();
                 });
}

void Feed::wantStatistics(const FieldProvider::Key& key, std::int64_t time, int component) {
  Desk& desk = *desk_;
  const Desk::Asked asked{key, time, component, provider_.revision(key.path)};
  if (desk.asked == asked) return;
  if (desk.asked && desk.asked->key != key) desk.statistics.reset();
  desk.asked = asked;
  desk.waitingForStatistics = true;
  provider_.statistics(key, time, component, {ticket_.owner, ticket_.purpose + 1},
                       [weak = std::weak_ptr(desk_), asked](FieldProvider::Reply<data::Statistics> reply) {
                         const auto at = weak.lock();
                         if (!at || at->asked != asked) return;
                         at->waitingForStatistics = false;
                         if (reply.error.empty())
                           at->statistics = std::move(reply.value);
                         else
                           at->error = reply.error;
                         at->changed();
                       });
}

void Feed::prefetch(const FieldProvider::Key& key, const data::Slab& slab, int place) {
  provider_.read(key, slab, data::Priority::Background, {ticket_.owner, ticket_.purpose + 2 + place % 6},
                 [](const FieldProvider::Reply<data::BlockPtr>&) {});
}

void Feed::clear() {
  desk_->wanted.reset();
  desk_->block.reset();
  desk_->waiting = false;
}

data::BlockPtr Feed::block() const { return desk_->block; }
const data::Statistics* Feed::statistics() const { return desk_->statistics ? &*desk_->statistics : nullptr; }
bool Feed::settled() const { return !desk_->waiting && !desk_->waitingForStatistics; }
std::string Feed::takeError() { return std::exchange(desk_->error, {}); }

} // namespace discern::scene
