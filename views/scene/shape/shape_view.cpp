#include "scene/shape/shape_view.h"

namespace discern::scene {

ShapePicture::Look shapeLook(data::ShapePtr shape, const Look& look, const session::Layer& layer, const Theme& theme,
                             double scale) {
  ShapePicture::Look picture;
  picture.shape = std::move(shape);
  picture.labels = look.labels;
  if (look.labels) picture.blank = 0;
  picture.colormap = look.labels ? "grey" : look.colormap;
  picture.scale = look.scale;
  picture.opacity = layer.opacity;
  picture.outline = theme.muted;
  picture.pixels = scale;
  return picture;
}

} // namespace discern::scene
