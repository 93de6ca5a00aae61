#include "scene/shape/shape_feed.h"

#include "scene/feed.h"

namespace discern::scene {

using data::FieldProvider;

struct ShapeFeed::Desk {
  std::function<void()> changed;
  std::optional<data::ShapeRequest> wanted;
  std::uint64_t generation = 0; ///< of the file, when that was asked
  data::ShapePtr shape;
  bool waiting = false;
  std::string error;
};

ShapeFeed::ShapeFeed(FieldProvider& provider, FieldProvider::Ticket ticket, std::function<void()> changed)
    : provider_(provider), ticket_{ticket.owner, ticket.purpose * purposesOfAFeed}, desk_(std::make_shared<Desk>()) {
  desk_->changed = std::move(changed);
}

ShapeFeed::~ShapeFeed() = default;

void ShapeFeed::want(const data::ShapeRequest& request) {
  Desk& desk = *desk_;
  const std::uint64_t generation = provider_.generation(request.path);
  if (desk.wanted == request && desk.generation == generation) return;
  desk.generation = generation;
  if (desk.wanted && (desk.wanted->path != request.path || desk.wanted->grid != request.grid ||
                      desk.wanted->section.has_value() != request.section.has_value()))
    desk.shape.reset();
  desk.wanted = request;
  desk.waiting = true;
  provider_.shape(request, data::Priority::Visible, ticket_,
                  [weak = std::weak_ptr(desk_), request](FieldProvider::Reply<data::ShapePtr> reply) {
                    const auto at = weak.lock();
                    if (!at || at->wanted != request) return;
                    at->waiting = false;
                    if (reply.error.empty() && reply.value)
                      at->shape = std::move(reply.value);
                    else
                      at->error = reply.error.empty() ? "a part of the grid did not come" : reply.error;
                    at->changed();
                  });
}

void ShapeFeed::clear() {
  desk_->wanted.reset();
  desk_->shape.reset();
  desk_->waiting = false;
}

data::ShapePtr ShapeFeed::shape() const { return desk_->shape; }
bool ShapeFeed::settled() const { return !desk_->waiting; }
std::string ShapeFeed::takeError() { return std::exchange(desk_->error, {}); }

} // namespace discern::scene
