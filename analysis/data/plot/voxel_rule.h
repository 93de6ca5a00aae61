#pragma once
#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// Voxels that are meant, told by a rule. A brush over ten million points is a few corners of a polygon, so that a
/// selection can be undone, kept in a session and sent to another machine; whoever draws a part of the data works out
/// which of its voxels are meant.
namespace discern::data {

/// One component of a field at one time.
struct FieldRef {
  std::string path, field; ///< field empty: the first
  int component = 0;
  std::int64_t time = 0;
  [[nodiscard]] bool operator==(const FieldRef&) const = default;
};

/// What the values of a voxel must be. A missing value meets no condition.
struct VoxelCondition {
  FieldRef of;
  std::set<std::int64_t> labels;              ///< one of these; empty: any
  std::optional<std::array<double, 2>> range; ///< both ends included
  FieldRef against;                           ///< upright axis of the outline
  std::vector<std::array<double, 2>> outline; ///< (of, against) lies inside this polygon; empty: anywhere
  [[nodiscard]] bool operator==(const VoxelCondition&) const = default;
};

/// Voxels that meet every condition; without conditions: none.
struct VoxelRule {
  std::vector<VoxelCondition> all;
  [[nodiscard]] bool empty() const { return all.empty(); }
  [[nodiscard]] bool operator==(const VoxelRule&) const = default;
};

void to_json(nlohmann::json&, const FieldRef&);
void from_json(const nlohmann::json&, FieldRef&);
void to_json(nlohmann::json&, const VoxelCondition&);
void from_json(const nlohmann::json&, VoxelCondition&);
void to_json(nlohmann::json&, const VoxelRule&);
void from_json(const nlohmann::json&, VoxelRule&);

} // namespace discern::data
