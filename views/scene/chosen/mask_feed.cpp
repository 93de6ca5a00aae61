#include "scene/chosen/mask_feed.h"

#include "data/plot/ask.h"
#include "scene/diagram/sources.h"

namespace discern::scene {
namespace {

constexpr int maskPurpose = 0;

} // namespace

MaskFeed::MaskFeed(const Context& context, std::function<void()> changed)
    : context_(context), changed_(std::move(changed)) {}

MaskFeed::~MaskFeed() = default;

void MaskFeed::want(const session::State& state, const std::optional<data::Slab>& slab) {
  const bool any = slab && !state.voxels.all.empty();
  const data::VoxelRule rule = any ? chosenVoxels(state, context_.provider) : data::VoxelRule{};
  if (rule.empty()) {
    asked_.clear();
    block_.reset();
    *waiting_ = false;
    return;
  }
  const data::MaskRequest request{rule, rule.all.front().of.path, rule.all.front().of.field, *slab};
  std::string asked = nlohmann::json(request).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (asked == asked_) return;
  asked_ = std::move(asked);
  *waiting_ = true;
  data::ask<data::MaskAnswer>(
      context_.provider, request, data::Priority::Cursor, {this, maskPurpose},
      [weak = std::weak_ptr(waiting_), this, of = *slab,
       mine = asked_](data::FieldProvider::Reply<data::MaskAnswer> reply) {
        const auto waiting = weak.lock();
        if (!waiting || mine != asked_) return;
        *waiting = false;
        block_.reset();
        if (!reply.error.empty()) {
          if (context_.report) context_.report(reply.error);
        } else if (reply.value.inside.size() == static_cast<std::size_t>(of.box.voxels())) {
          auto bytes = std::make_shared<std::vector<std::uint8_t>>(std::move(reply.value.inside));
          auto block = std::make_shared<data::Block>();
          block->slab = of;
          block->type = data::ScalarType::UInt8;
          block->bytes = std::shared_ptr<const std::byte>(bytes, reinterpret_cast<const std::byte*>(bytes->data()));
          block_ = std::move(block);
        }
        changed_();
      });
}

} // namespace discern::scene
