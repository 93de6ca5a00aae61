#include "data/field_info.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace discern::data {

namespace {

/// Linear through the table; beyond its ends with the slope of the first or last interval.
double interpolate(const std::vector<double>& table, double at) {
  if (table.size() == 1) return table[0];
  const auto last = static_cast<double>(table.size() - 1);
  const auto cell = static_cast<std::size_t>(std::clamp(std::floor(at), 0.0, last - 1));
  return table[cell] + (at - static_cast<double>(cell)) * (table[cell + 1] - table[cell]);
}

/// The inverse of `interpolate` for a monotonic table.
double locate(const std::vector<double>& table, double value) {
  if (table.size() == 1) return 0;
  const bool rising = table.back() > table.front();
  const auto above = std::partition_point(table.begin() + 1, table.end() - 1,
                                          [&](double entry) { return rising ? entry <= value : entry >= value; });
  const auto cell = static_cast<std::size_t>(above - table.begin()) - 1;
  const double width = table[cell + 1] - table[cell];
  return static_cast<double>(cell) + (width == 0 ? 0 : (value - table[cell]) / width);
}

} // namespace

std::string_view nameOf(Frame frame) {
  switch (frame) {
  case Frame::VoxelIndex:
    return "voxel";
  case Frame::RasMillimetres:
    return "ras";
  case Frame::LonLat:
    return "lonlat";
  case Frame::Cartesian:
    break;
  }
  return "cartesian";
}

std::string_view nameOf(Support support) {
  switch (support) {
  case Support::Voxels:
    return "voxels";
  case Support::Points:
    return "points";
  case Support::Cells:
    break;
  }
  return "cells";
}

Index3 FieldInfo::shapeAt(int level) const {
  const std::int64_t stride = std::int64_t{1} << std::clamp(level, 0, 40);
  Index3 at;
  for (std::size_t axis = 0; axis < 3; ++axis)
    at[axis] = (shape[axis] + stride - 1) / stride;
  return at;
}

Vec3 FieldInfo::world(const Vec3& index) const {
  Vec3 world = indexToWorld.apply(index);
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (!coordinates[axis].empty()) world[axis] = interpolate(coordinates[axis], index[axis]);
  return world;
}

Vec3 FieldInfo::index(const Vec3& world) const {
  Vec3 index = indexToWorld.inverse().apply(world);
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (!coordinates[axis].empty()) index[axis] = locate(coordinates[axis], world[axis]);
  return index;
}

std::pair<Vec3, Vec3> FieldInfo::worldBounds() const {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Vec3 lo{infinity, infinity, infinity}, hi{-infinity, -infinity, -infinity};
  for (unsigned corner = 0; corner < 8; ++corner) {
    Vec3 index;
    for (unsigned axis = 0; axis < 3; ++axis)
      index[axis] = (corner >> axis & 1U) != 0U ? static_cast<double>(shape[axis]) - 0.5 : -0.5;
    const Vec3 point = world(index);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      lo[axis] = std::min(lo[axis], point[axis]);
      hi[axis] = std::max(hi[axis], point[axis]);
    }
  }
  return {lo, hi};
}

} // namespace discern::data
