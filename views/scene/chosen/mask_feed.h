#pragma once
#include "data/plot/plot_request.h"
#include "scene/panel.h"

namespace discern::scene {

/// Which voxels of a slab State::voxels means, as a block of 0 and 1; the data service works it out. What was there
/// stays until the answer comes. Destroying a feed is safe while it is asked. Used on the thread of the panel.
class MaskFeed {
public:
  /// `changed` is called when an answer arrived, also from within want() where the provider answers at once.
  MaskFeed(const Context& context, std::function<void()> changed);
  ~MaskFeed();
  MaskFeed(const MaskFeed&) = delete;
  MaskFeed& operator=(const MaskFeed&) = delete;

  /// Asks for a slab of the layer that the rule begins with, once. Nothing: nothing is chosen, or it isn't in sight.
  void want(const session::State& state, const std::optional<data::Slab>& slab);
  [[nodiscard]] const data::BlockPtr& block() const { return block_; } ///< nullptr: none
  [[nodiscard]] bool settled() const { return !*waiting_; }

private:
  const Context& context_;
  std::function<void()> changed_;
  std::string asked_;
  data::BlockPtr block_;
  std::shared_ptr<bool> waiting_ = std::make_shared<bool>(false);
};

} // namespace discern::scene
