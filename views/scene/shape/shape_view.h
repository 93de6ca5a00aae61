#pragma once
#include "scene/shape/shape_feed.h"
#include "scene/shape/shape_picture.h"
#include "scene/slice/look.h"

namespace discern::scene {

/// One shape of a layer: on its way, and in the picture.
struct ShapeView {
  ShapeFeed feed;
  ShapePicture picture;
};

/// What a layer's look makes of its shape; `plain` (where there are no values) and what belongs to slices are left to
/// the caller.
[[nodiscard]] ShapePicture::Look shapeLook(data::ShapePtr shape, const Look& look, const session::Layer& layer,
                                           const Theme& theme, double scale);

} // namespace discern::scene
