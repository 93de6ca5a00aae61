#include "data/alignment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace discern::data {

namespace {

constexpr double degrees = 180 / std::numbers::pi;
constexpr double tolerance = 0.01;   ///< of a voxel
constexpr double leastTurn = 0.05;   ///< degrees that are called a rotation
constexpr double leastScale = 0.002; ///< relative difference of voxel sizes that is called one

std::string printed(const char* format, double value) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::string shapeText(const Index3& shape) {
  std::string text = std::to_string(shape[0]) + " × " + std::to_string(shape[1]);
  return shape[2] > 1 ? text + " × " + std::to_string(shape[2]) : text;
}

std::string sizeText(const FieldInfo& field) {
  const Vec3 step = field.indexToWorld.spacing();
  const bool flat = field.shape[2] == 1;
  const std::string unit = field.worldUnit.empty() ? "" : " " + field.worldUnit;
  const bool cube =
      std::abs(step[0] - step[1]) < 1e-3 * step[0] && (flat || std::abs(step[0] - step[2]) < 1e-3 * step[0]);
  if (cube) return printed("%.4g", step[0]) + unit;
  std::string text = printed("%.4g", step[0]) + " × " + printed("%.4g", step[1]);
  if (!flat) text += " × " + printed("%.4g", step[2]);
  return text + unit;
}

std::string frameName(const FieldInfo& field) {
  switch (field.frame) {
  case Frame::VoxelIndex:
    return "voxel index";
  case Frame::RasMillimetres:
    return "RAS mm";
  case Frame::LonLat:
    return field.sky ? (field.sky->system.empty() ? "sky" : field.sky->system + " sky") : "longitude and latitude";
  case Frame::Cartesian:
    break;
  }
  return field.worldUnit.empty() ? "Cartesian without a unit" : "Cartesian " + field.worldUnit;
}

bool irregular(const FieldInfo& field) {
  return std::any_of(field.coordinates.begin(), field.coordinates.end(), [](const auto& c) { return !c.empty(); });
}

double finest(const FieldInfo& field) {
  const Vec3 step = field.indexToWorld.spacing();
  double least = 0;
  for (std::size_t a = 0; a < 3; ++a)
    if (field.shape[a] > 1 && step[a] > 0 && (least == 0 || step[a] < least)) least = step[a];
  return least > 0 ? least : 1;
}

/// The corners of `a` lie where `map` says in the indices of `b`, to within the tolerance.
template <typename Map>
bool agrees(const FieldInfo& a, const FieldInfo& b, const Map& map) {
  const double near = tolerance * std::min(finest(a), finest(b));
  for (unsigned corner = 0; corner < 8; ++corner) {
    Vec3 index{};
    for (unsigned axis = 0; axis < 3; ++axis)
      index[axis] = (corner >> axis & 1U) != 0U ? static_cast<double>(a.shape[axis] - 1) : 0;
    const Vec3 p = a.world(index), q = b.world(map(index));
    for (std::size_t axis = 0; axis < 3; ++axis)
      if (!(std::abs(p[axis] - q[axis]) <= near)) return false;
  }
  return true;
}

/// Some order and direction of the axes makes the voxels of both the same.
bool turned(const FieldInfo& a, const FieldInfo& b) {
  std::array<std::size_t, 3> order{0, 1, 2};
  do {
    if (b.shape[order[0]] != a.shape[0] || b.shape[order[1]] != a.shape[1] || b.shape[order[2]] != a.shape[2]) continue;
    for (unsigned flips = 0; flips < 8; ++flips) {
      const auto map = [&](const Vec3& index) {
        Vec3 to{};
        for (unsigned axis = 0; axis < 3; ++axis)
          to[order[axis]] =
              (flips >> axis & 1U) != 0U ? static_cast<double>(a.shape[axis] - 1) - index[axis] : index[axis];
        return to;
      };
      if (agrees(a, b, map)) return true;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

/// The angle in degrees between the axes of two grids, whatever their order and direction.
double rotationBetween(const Affine& a, const Affine& b) {
  const auto column = [](const Affine& affine, std::size_t axis) {
    Vec3 direction{affine.m[axis], affine.m[4 + axis], affine.m[8 + axis]};
    const double length = std::hypot(direction[0], direction[1], direction[2]);
    for (double& part : direction)
      part = length > 0 ? part / length : 0;
    return direction;
  };
  double best = -3;
  std::array<std::size_t, 3> order{0, 1, 2};
  do {
    double trace = 0; // of the rotation, were every axis turned the nearer way round
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const Vec3 p = column(a, axis), q = column(b, order[axis]);
      trace += std::abs(p[0] * q[0] + p[1] * q[1] + p[2] * q[2]);
    }
    best = std::max(best, trace);
  } while (std::next_permutation(order.begin(), order.end()));
  return std::acos(std::clamp((best - 1) / 2, -1.0, 1.0)) * degrees;
}

bool overlap(const FieldInfo& a, const FieldInfo& b) {
  const auto [aLow, aHigh] = a.worldBounds();
  const auto [bLow, bHigh] = b.worldBounds();
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (aHigh[axis] < bLow[axis] || bHigh[axis] < aLow[axis]) {
      const bool meridian = a.frame == Frame::LonLat && axis == 0; // counted from another one
      if (!meridian) return false;
    }
  return true;
}

/// Between the nearest voxel of `b` and the first of `a`, in world units.
double shiftBetween(const FieldInfo& a, const FieldInfo& b) {
  const Vec3 at = a.world({0, 0, 0});
  Vec3 index = b.index(at);
  for (double& place : index)
    place = std::round(place);
  const Vec3 nearest = b.world(index);
  return std::hypot(at[0] - nearest[0], at[1] - nearest[1], at[2] - nearest[2]);
}

void add(std::string& list, const std::string& words) { list += (list.empty() ? "" : ", ") + words; }

} // namespace

Alignment alignmentOf(const FieldInfo& a, const FieldInfo& b) {
  const bool units = a.frame == Frame::Cartesian && a.worldUnit != b.worldUnit;
  const auto skyOf = [](const FieldInfo& field) {
    return field.frame == Frame::LonLat && field.sky ? field.sky->system : std::string();
  };
  if (a.frame != b.frame || units || skyOf(a) != skyOf(b))
    return {Alignment::Kind::NoCommonFrame, frameName(a) + " and " + frameName(b)};
  if (a.support != Support::Voxels || b.support != Support::Voxels) {
    const bool one = a.support == b.support && a.grid == b.grid && a.shape == b.shape && a.source == b.source;
    return {one ? Alignment::Kind::Same : Alignment::Kind::Unknown, {}};
  }
  const bool uneven = irregular(a) || irregular(b);
  if (a.shape == b.shape && a.coordinates == b.coordinates && agrees(a, b, [](const Vec3& index) { return index; }))
    return {};
  if (!uneven && turned(a, b)) return {Alignment::Kind::Turned, "the axes run in another order or direction"};
  Alignment apart{Alignment::Kind::Apart, {}};
  if (uneven) add(apart.difference, "unevenly spaced axes");
  const Vec3 p = a.indexToWorld.spacing(), q = b.indexToWorld.spacing();
  std::array<double, 3> mine{p[0], p[1], p[2]}, theirs{q[0], q[1], q[2]};
  std::sort(mine.begin(), mine.end());
  std::sort(theirs.begin(), theirs.end());
  bool sizes = false;
  for (std::size_t axis = 0; axis < 3; ++axis)
    sizes = sizes || std::abs(mine[axis] - theirs[axis]) > leastScale * theirs[axis];
  const double turn = rotationBetween(a.indexToWorld, b.indexToWorld);
  if (!uneven && sizes) add(apart.difference, sizeText(a) + " and " + sizeText(b) + " voxels");
  if (turn > leastTurn) add(apart.difference, "rotated " + printed("%.1f°", turn));
  if (!uneven && !sizes && turn <= leastTurn) {
    const double shift = shiftBetween(a, b);
    if (shift > tolerance * finest(a))
      add(apart.difference, "shifted by " + printed("%.3g", shift) + (a.worldUnit.empty() ? "" : " " + a.worldUnit));
    if (a.shape != b.shape) add(apart.difference, shapeText(a.shape) + " and " + shapeText(b.shape) + " voxels");
  }
  apart.meet = overlap(a, b);
  if (!apart.meet) add(apart.difference, "they don't overlap");
  if (apart.difference.empty()) apart.difference = "they cover other places";
  return apart;
}

std::string noteOf(const Alignment& alignment) {
  switch (alignment.kind) {
  case Alignment::Kind::Apart:
    return (alignment.meet ? "Only roughly aligned: " : "In other places: ") + alignment.difference +
           ". Each is shown at its own place in world space, nothing is resampled.";
  case Alignment::Kind::NoCommonFrame:
    return "No common frame: " + alignment.difference +
           ". Their positions can't be compared; each is shown at its own coordinates.";
  case Alignment::Kind::Same:
  case Alignment::Kind::Turned:
  case Alignment::Kind::Unknown:
    break;
  }
  return {};
}

std::string whyNoLabels(const FieldInfo& field) {
  if (!isFloating(field.type) || field.labels) return {};
  std::string found = "\"" + field.name + "\" holds " + std::string(nameOf(field.type)) + " values";
  if (!field.unit.empty() && field.unit != "1") found += " in " + field.unit;
  return "Labels were expected, whole numbers that name objects with 0 as background, and " + found +
         ". Choose a field of labels, or make one of it first: Seeded watershed does, or convert it to whole numbers.";
}

std::string whyNotVoxelByVoxel(const FieldInfo& truth, const FieldInfo& prediction) {
  const Alignment alignment = alignmentOf(truth, prediction);
  if (alignment.kind == Alignment::Kind::Same) return {};
  std::string found;
  switch (alignment.kind) {
  case Alignment::Kind::Turned:
    found = "they have the same voxels, but " + alignment.difference;
    break;
  case Alignment::Kind::NoCommonFrame:
    found = "their frames are " + alignment.difference;
    break;
  case Alignment::Kind::Apart:
    found = "their grids differ: " + alignment.difference;
    break;
  case Alignment::Kind::Same:
  case Alignment::Kind::Unknown:
    found = "they lie on different meshes";
    break;
  }
  return "A truth on the grid of the prediction was expected, and " + found +
         ". Nothing is resampled silently: bring one onto the other's grid first, or choose a pair that shares one.";
}

} // namespace discern::data
