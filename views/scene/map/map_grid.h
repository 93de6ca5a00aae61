#pragma once
#include "data/field_info.h"

#include <array>
#include <optional>
#include <vector>

namespace discern::scene {

/// The cells of a longitude/latitude field: edges in degrees, in the order of the indices, so that they ascend or
/// descend as the data do. Edges lie halfway between cell centres; the outermost ones half a cell out, latitudes held
/// to ±90. Longitudes that jump by 360° within the data are counted on.
struct MapGrid {
  std::vector<double> lon, lat; ///< one more than there are cells
  bool closed = false;          ///< goes round the whole globe

  [[nodiscard]] double west() const { return std::min(lon.front(), lon.back()); }
  [[nodiscard]] double east() const { return std::max(lon.front(), lon.back()); }
  [[nodiscard]] double south() const { return std::min(lat.front(), lat.back()); }
  [[nodiscard]] double north() const { return std::max(lat.front(), lat.back()); }
  /// The same meridian as the data count it, where they reach it: in [west, west + 360).
  [[nodiscard]] double counted(double longitude) const;
  /// Column and row of the cell that holds a place; none outside.
  [[nodiscard]] std::optional<std::array<std::int64_t, 2>> cellAt(double longitude, double latitude) const;
};

/// Of every 2^level-th voxel: a sample stands for the part of the data nearest to it.
[[nodiscard]] MapGrid mapGrid(const data::FieldInfo& field, int level = 0);

/// "60° W", "0°", "30° N", "180°": a degree for the frame of a map, any multiple of 360 added.
[[nodiscard]] std::string meridianLabel(double longitude);
[[nodiscard]] std::string parallelLabel(double latitude);

/// The same of the sky: "60°" in [0°, 360°), "+30°", "−30°".
[[nodiscard]] std::string skyMeridianLabel(double longitude);
[[nodiscard]] std::string skyParallelLabel(double latitude);

/// A grid that lies in the bounds of a field, as one cell.
[[nodiscard]] MapGrid boundsGrid(const data::FieldInfo& field);

/// The step of a graticule in degrees that gives at most `count` lines over `span`.
[[nodiscard]] double graticuleStep(double span, int count);

} // namespace discern::scene
