#pragma once
#include "data/block.h"
#include "scene/colour/shared_scale.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace discern::scene {

/// A feed whose ticket has the purpose p asks with the purposes from p × this on: the block, the statistics, up to two
/// prefetches, four coarse blocks.
inline constexpr int purposesOfAFeed = 8;

/// What one layer of one panel has asked of the provider and what has come: the block on show stays until the next is
/// there. Destroying a feed is safe while requests are under way. Used on the thread of the panel.
class Feed {
public:
  /// `changed` is called when a reply arrives, also from within want() where the provider answers at once.
  Feed(data::FieldProvider& provider, data::FieldProvider::Ticket ticket, std::function<void()> changed);
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// Asks for `slab`, once, and once more when the provider has better levels or the file changed. Another key drops
  /// what was there. Of data that are far away, a coarser block comes first, and the slab itself once that is there and
  /// still wanted; up to four coarse blocks are under way at once, so that the picture follows a hand that is faster
  /// than the link.
  void want(const data::FieldProvider::Key& key, const data::Slab& slab, data::Priority priority);
  /// Asks for the statistics of a time and component, and of the fields on the same colour scale, once, and once more
  /// when the provider has better ones.
  void wantStatistics(const data::FieldProvider::Key& key, std::int64_t time, int component,
                      std::vector<StatisticsOf> peers);
  /// Has the provider bring a slab into its cache (of data that are far away, a coarser one); nobody waits for it.
  void prefetch(const data::FieldProvider::Key& key, const data::Slab& slab, int place);
  /// Nothing is wanted any more, nothing is shown.
  void clear();

  [[nodiscard]] data::BlockPtr block() const;
  [[nodiscard]] const data::Statistics* statistics() const;
  [[nodiscard]] const data::Statistics* scaleStatistics() const; ///< of all fields on the same colour scale
  /// The block on show is the one that was last asked for (or asking failed), and so the statistics.
  [[nodiscard]] bool settled() const;
  /// What went wrong since the last call; empty: nothing.
  [[nodiscard]] std::string takeError();

private:
  struct Desk;
  /// The slab to have first, where `slab` is far away and large.
  [[nodiscard]] std::optional<data::Slab> first(const data::FieldProvider::Key& key, const data::Slab& slab) const;
  static void ask(data::FieldProvider& provider, data::FieldProvider::Ticket ticket, const std::shared_ptr<Desk>& desk,
                  data::Priority priority);
  static void askCoarse(data::FieldProvider& provider, data::FieldProvider::Ticket ticket,
                        const std::shared_ptr<Desk>& desk, data::Priority priority);
  data::FieldProvider& provider_;
  data::FieldProvider::Ticket ticket_;
  std::shared_ptr<Desk> desk_; ///< shared with the replies, which hold it weakly
};

} // namespace discern::scene
