#pragma once
#include "scene/chosen/mask_feed.h"
#include "scene/slice/layer_picture.h"

namespace discern::scene {

/// The voxels that State::voxels means, on one slice: a veil in the accent colour with an outline.
class ChosenVoxels {
public:
  /// `changed`: see MaskFeed.
  ChosenVoxels(const Context& context, vtkRenderer* renderer, std::function<void()> changed);
  [[nodiscard]] MaskFeed& feed() { return feed_; }
  [[nodiscard]] const MaskFeed& feed() const { return feed_; }
  /// `field`: of the layer that the rule begins with; nullptr hides it.
  void draw(const data::FieldInfo* field, const Plane& plane, const Cut& cut, const Theme& theme, double scale);
  void raise() { picture_.raise(); }

private:
  struct Drawn {
    data::BlockPtr block;
    Plane plane;
    Cut cut;
    Rgb colour{};
    double scale = 0;
    bool operator==(const Drawn&) const = default;
  };
  MaskFeed feed_;
  LayerPicture picture_;
  Drawn drawn_;
};

} // namespace discern::scene
