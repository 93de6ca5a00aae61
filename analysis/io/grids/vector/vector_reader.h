#pragma once
#include "io/reader.h"

namespace discern::io {

/// Layers of geographic features: GeoPackage, ESRI shapefile. Each layer is a grid (polygons cut into triangles, lines,
/// points) with its numeric attributes as fields on the cells, and a table of all attributes, a row a feature.
[[nodiscard]] bool isVector(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openVector(const Candidate& candidate);

} // namespace discern::io
