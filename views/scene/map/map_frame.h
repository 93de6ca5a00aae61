#pragma once
#include "scene/overlay/furniture.h"
#include "scene/overlay/overlay.h"

#include <optional>
#include <string>

namespace discern::scene {

/// Which part of the globe lies where on the panel. Longitudes are those of the view: they go on past ±180 or 360.
struct MapSight {
  double left = 0, bottom = 0, width = 1, height = 1; ///< the map's rectangle, whole device pixels
  double west = -180, south = -90;                    ///< its lower left corner in degrees
  double perPixel = 1;                                ///< degrees a pixel, both ways
  bool sky = false;                                   ///< seen from inside: longitudes rise to the left
  [[nodiscard]] double east() const { return west + width * perPixel; }
  [[nodiscard]] double north() const { return south + height * perPixel; }
  [[nodiscard]] double x(double longitude) const {
    const double along = (longitude - west) / perPixel;
    return sky ? left + width - along : left + along;
  }
  [[nodiscard]] double longitude(double x) const { return west + (sky ? left + width - x : x - left) * perPixel; }
  [[nodiscard]] double y(double latitude) const { return bottom + (latitude - south) / perPixel; }
};

/// What stands around a map.
struct MapFrame {
  MapSight sight;
  std::string heading, date; ///< upper left, upper right
  std::optional<ColourBar> bar;
  std::optional<std::array<double, 2>> cursor; ///< longitude, latitude
  bool crosshair = true;
  std::vector<LegendRow> legend;
};

/// Space in logical pixels that the frame takes on each side of the map.
struct MapMargins {
  double left, right, top, bottom;
};
/// Less where the panel is small: then numbers are in the probe only.
[[nodiscard]] MapMargins mapMargins(double width, double height, bool bar);

void drawMapFrame(Overlay& overlay, const MapFrame& frame);

} // namespace discern::scene
