#pragma once
#include "data/affine.h"

#include <cstddef>
#include <span>
#include <stdexcept>
#include <vector>

namespace discern::io {

/// A geometry taken apart: corners in the order they come, z 0 where there is none. Rings are closed, without the first
/// corner at their end again; the first ring of a polygon is its outside.
struct Shapes {
  using Ring = std::vector<data::Vec3>;
  std::vector<std::vector<Ring>> polygons;
  std::vector<Ring> lines;
  Ring points;
};

/// Adds the geometry of a GeoPackage blob (https://www.geopackage.org/spec131/#gpb_format): a header, then ISO WKB.
/// Throws std::runtime_error with what is wrong; curves are not read.
void addGeometry(std::span<const std::byte> blob, Shapes& shapes);

} // namespace discern::io
