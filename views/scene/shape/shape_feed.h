#pragma once
#include "data/block.h"

namespace discern::scene {

/// One shape on its way from the provider: asks when what is wanted changes, keeps the old one until the new one is
/// there.
class ShapeFeed {
public:
  /// `changed` is called when a shape came, or didn't.
  ShapeFeed(data::FieldProvider& provider, data::FieldProvider::Ticket ticket, std::function<void()> changed);
  ~ShapeFeed();
  void want(const data::ShapeRequest& request);
  /// Nothing is wanted any more, nothing is shown.
  void clear();
  [[nodiscard]] data::ShapePtr shape() const;
  [[nodiscard]] bool settled() const;
  /// What went wrong since the last call; empty: nothing.
  [[nodiscard]] std::string takeError();

private:
  struct Desk;
  data::FieldProvider& provider_;
  data::FieldProvider::Ticket ticket_;
  std::shared_ptr<Desk> desk_; ///< shared with the replies, which hold it weakly
};

} // namespace discern::scene
