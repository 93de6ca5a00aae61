#pragma once
#include "scene/map/map_picture.h"
#include "scene/shape/shape_view.h"

namespace discern::scene {

/// A grid over longitudes and latitudes on the map, as the cells, lines or points that it is: curvilinear grids,
/// swaths, HEALPix, stations.
class MapShape {
public:
  MapShape(data::FieldProvider& provider, data::FieldProvider::Ticket ticket, vtkRenderer* renderer,
           std::function<void()> changed);
  ShapeFeed feed;
  void show(const ShapePicture::Look& look, const ColorMap& map);
  void hide();
  /// As MapPicture::place.
  void place(double shift, int ordinal, bool around);
  void setCurtain(const Curtain& curtain) { body_.setCurtain(curtain); }

private:
  Wrapped body_;
  std::optional<ShapePicture::Look> shown_;
};

} // namespace discern::scene
