#include "scene/map/map_shape.h"

#include <vtkPolyData.h>

namespace discern::scene {

MapShape::MapShape(data::FieldProvider& provider, data::FieldProvider::Ticket ticket, vtkRenderer* renderer,
                   std::function<void()> changed)
    : feed(provider, ticket, std::move(changed)), body_(renderer) {}

void MapShape::show(const ShapePicture::Look& look, const ColorMap& map) {
  if (shown_ != look) {
    body_.setData(shapeBody(look, map));
    body_.setColoured(!look.shape->values.empty());
    body_.setStroke(look.plain, 1.5 * look.pixels, look.shape->values.empty() ? look.opacity : 1);
    body_.setPointSize(4 * look.pixels);
    shown_ = look;
  }
  body_.show(true);
}

void MapShape::hide() {
  body_.show(false);
  shown_.reset();
}

void MapShape::place(double shift, int ordinal, bool around) { body_.place(shift, 0.01 * ordinal, around); }

} // namespace discern::scene
