#pragma once
#include "data/affine.h"
#include "data/scalar_type.h"
#include "data/sky.h"

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace discern::data {

using Index3 = std::array<std::int64_t, 3>;

/// What world coordinates mean.
enum class Frame {
  VoxelIndex,     ///< no physical placement is known: world = index
  RasMillimetres, ///< brain: +x right, +y anterior, +z superior, mm
  LonLat,         ///< x longitude in degrees east, y latitude in degrees north, z a level
  Cartesian       ///< physical, right-handed, in FieldInfo::worldUnit
};
[[nodiscard]] std::string_view nameOf(Frame frame);         ///< "voxel", "ras", "lonlat", "cartesian"
[[nodiscard]] Frame frameFromName(const std::string& name); ///< throws UsageError for another name

/// The time axis of a field. `values` are in `unit`, one a step; empty when the steps have no known physical time.
struct TimeAxis {
  std::int64_t size = 1;
  std::string unit;           ///< "s", "days since 1979-01-01 00:00:00"; empty: unknown
  std::string calendar;       ///< CF calendar when `unit` has a reference date, else empty
  std::vector<double> values; ///< size entries, or empty
  /// What a person reads for step `i`: "2016-06-01 12:00", "14.0 s" or "step 3".
  [[nodiscard]] std::string label(std::int64_t i) const;
  [[nodiscard]] bool operator==(const TimeAxis&) const = default;
};

/// What the elements of a field are.
enum class Support {
  Voxels, ///< of the field's own regular grid
  Points, ///< of the grid FieldInfo::grid
  Cells   ///< of the grid FieldInfo::grid
};
[[nodiscard]] std::string_view nameOf(Support support); ///< "voxels", "points", "cells"

/// Everything known about a field before one value is read. Axes are x, y, z (x fastest in memory), then time, then
/// component.
struct FieldInfo {
  std::string name;     ///< unique in its dataset
  std::string quantity; ///< what is measured, for a person: "Geopotential height anomaly"; may be empty
  std::string unit;     ///< UDUNITS spelling; empty: none or unknown
  ScalarType type = ScalarType::Float32;
  Index3 shape{1, 1, 1}; ///< voxels along x, y, z
  int components = 1;
  TimeAxis time;
  int levels = 1; ///< resolutions on offer; voxel i of level L stands for the voxels i·2^L … (i+1)·2^L − 1 of each axis
                  ///< that has them (ceil division): by the first of them, or by their mean (labels: most frequent)
  Affine indexToWorld;
  Frame frame = Frame::VoxelIndex;
  std::string worldUnit; ///< "mm", "µm", "degrees", "px"
  std::string transform; ///< where indexToWorld came from: "sform", "qform", "none", "coordinates", "resolution"
  std::array<std::vector<double>, 3>
      coordinates; ///< per axis, world coordinate of each index where the axis is irregular, else empty
  std::array<std::string, 3> axisNames{"x", "y", "z"};
  std::optional<double> missing; ///< integer fields only: the value that means "missing". Floating fields use NaN.
  bool labels = false;           ///< whole numbers that name things, 0 = background
  std::map<std::int64_t, std::string> labelNames;
  std::string source; ///< provenance in one line: file format, or plugin id and version
  Support support = Support::Voxels;
  std::string grid; ///< of points and cells: the name of their grid. The shape is then {count, 1, 1}, blocks one after
                    ///< the other
  bool tabular = false; ///< of cells: the shape is {columns, rows, layers} instead, each layer on all cells of the grid
  bool whole = false;   ///< the first read takes all of the field into memory, whatever is asked of it
  std::optional<SkyInfo> sky; ///< of a field on the sky, or along a spectrum

  [[nodiscard]] std::int64_t voxels() const { return shape[0] * shape[1] * shape[2]; }
  [[nodiscard]] bool isVolume() const { return shape[0] > 1 && shape[1] > 1 && shape[2] > 1; }
  [[nodiscard]] Index3 shapeAt(int level) const;
  /// Index → world, through `coordinates` where an axis has them (linear between entries), else the affine.
  [[nodiscard]] Vec3 world(const Vec3& index) const;
  [[nodiscard]] Vec3 index(const Vec3& world) const;
  /// (lo, hi) of the world-space box that holds every voxel whole.
  [[nodiscard]] std::pair<Vec3, Vec3> worldBounds() const;
};

void to_json(nlohmann::json&, const TimeAxis&);
void from_json(const nlohmann::json&, TimeAxis&);
void to_json(nlohmann::json&, const FieldInfo&);
void from_json(const nlohmann::json&, FieldInfo&);

} // namespace discern::data
