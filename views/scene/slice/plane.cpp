#include "scene/slice/plane.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace discern::scene {
namespace {

constexpr std::int64_t wholeBelow = 2048 * 2048; ///< pixels: a slice up to this size is read whole
constexpr std::int64_t tile = 256;               ///< larger ones are read in multiples of this

std::size_t nth(int axis) { return static_cast<std::size_t>(axis); }

/// For each world axis the index axis that runs along it best, each used once.
std::array<int, 3> axesAlong(const data::FieldInfo& field) {
  const data::Vec3 spacing = field.indexToWorld.spacing();
  const auto along = [&](int world, int axis) {
    const double step = spacing[nth(axis)];
    return step > 0 ? std::abs(field.indexToWorld.m[nth(4 * world + axis)]) / step : 0;
  };
  std::array<int, 3> order{0, 1, 2}, best = order;
  double most = -1;
  do {
    const double sum = along(0, order[0]) + along(1, order[1]) + along(2, order[2]);
    if (sum > most + 1e-9) {
      most = sum;
      best = order;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

} // namespace

data::Vec3 Plane::raise(const Point2& point, double depth) const {
  data::Vec3 world{};
  world[nth(rightAxis)] = rightSign * point.u;
  world[nth(upAxis)] = upSign * point.v;
  world[nth(normalAxis)] = depth;
  return world;
}

bool isImage(const data::FieldInfo& field) {
  if (field.sky) return false;
  return field.frame == data::Frame::VoxelIndex ||
         (field.frame == data::Frame::Cartesian && field.transform == "resolution");
}

std::string planeTitle(const std::string& panel, const data::FieldInfo& field) {
  const bool body = field.frame == data::Frame::RasMillimetres;
  if (panel == "axial") return body ? "Axial" : "XY";
  if (panel == "coronal") return body ? "Coronal" : "XZ";
  return body ? "Sagittal" : "YZ";
}

Plane planeFor(const std::string& panel, const data::FieldInfo& field, bool radiological) {
  const bool image = isImage(field);
  const double down = image ? -1.0 : 1.0;
  // The sky is seen from inside: longitudes rise to the left.
  const bool sky = field.frame == data::Frame::LonLat && field.sky;
  const double right = sky || (field.frame == data::Frame::RasMillimetres && radiological) ? -1.0 : 1.0;
  if (panel == "coronal") return {0, 2, 1, right, down};
  if (panel == "sagittal") return {1, 2, 0, 1.0, down};
  return {0, 1, 2, right, down};
}

Cut cutOf(const data::FieldInfo& field, const Plane& plane, const data::Vec3& cursor) {
  Cut cut;
  cut.normal = axesAlong(field)[nth(plane.normalAxis)];
  cut.s = cut.normal == 0 ? 1 : 0;
  cut.t = cut.normal == 2 ? 1 : 2;
  const double place = field.index(cursor)[nth(cut.normal)];
  const auto count = field.shape[nth(cut.normal)];
  cut.inside = place > -0.5 - 1e-6 && place < static_cast<double>(count) - 0.5 + 1e-6;
  // Half-way between two slices the upper one is shown; rounding errors of the affine must not decide.
  const double rounded = std::floor(place + 0.5 + 1e-9);
  cut.slice = std::isfinite(rounded) ? std::clamp<std::int64_t>(static_cast<std::int64_t>(rounded), 0, count - 1) : 0;
  return cut;
}

data::Slab slabOf(const data::FieldInfo& field, const Plane& plane, const Cut& cut, const Sight& sight,
                  std::int64_t time, int component) {
  data::Slab slab;
  slab.time = std::clamp<std::int64_t>(time, 0, std::max<std::int64_t>(0, field.time.size - 1));
  slab.component = std::clamp(component, 0, std::max(0, field.components - 1));
  const data::Vec3 spacing = field.indexToWorld.spacing();
  const double finest = std::min(spacing[nth(cut.s)], spacing[nth(cut.t)]);
  const double voxelsPerPixel = finest > 0 ? sight.worldPerPixel / finest : 1;
  if (voxelsPerPixel >= 2)
    slab.level = std::clamp(static_cast<int>(std::floor(std::log2(voxelsPerPixel))), 0, std::max(0, field.levels - 1));
  data::Index3 shape = field.shapeAt(slab.level);
  slab.box = {{0, 0, 0}, shape};
  const std::int64_t stride = std::int64_t{1} << slab.level;
  const std::int64_t slice = std::clamp<std::int64_t>(cut.slice / stride, 0, shape[nth(cut.normal)] - 1);
  slab.box.lo[nth(cut.normal)] = slice;
  slab.box.hi[nth(cut.normal)] = slice + 1;
  if (slab.box.voxels() <= wholeBelow) return slab;
  // What is in sight, a quarter more on every side, in whole tiles.
  const double depth = field.world({0, 0, 0})[nth(plane.normalAxis)];
  std::array<double, 3> low{1e300, 1e300, 1e300}, high{-1e300, -1e300, -1e300};
  for (const Point2 corner :
       {sight.low, sight.high, Point2{sight.low.u, sight.high.v}, Point2{sight.high.u, sight.low.v}}) {
    const data::Vec3 index = field.index(plane.raise(corner, depth));
    for (std::size_t axis = 0; axis < 3; ++axis) {
      low[axis] = std::min(low[axis], index[axis] / static_cast<double>(stride));
      high[axis] = std::max(high[axis], index[axis] / static_cast<double>(stride));
    }
  }
  for (const int axis : {cut.s, cut.t}) {
    const double margin = (high[nth(axis)] - low[nth(axis)]) / 4;
    const auto length = static_cast<double>(shape[nth(axis)]);
    const double from = std::clamp(low[nth(axis)] - margin, 0.0, length - 1);
    const double to = std::clamp(high[nth(axis)] + margin, 0.0, length - 1);
    slab.box.lo[nth(axis)] = static_cast<std::int64_t>(from) / tile * tile;
    slab.box.hi[nth(axis)] = std::min(shape[nth(axis)], (static_cast<std::int64_t>(to) / tile + 1) * tile);
  }
  return slab;
}

Placement::Placement(const data::FieldInfo& field, const Plane& plane, const Cut& cut, const data::Slab& slab)
    : field_(field), plane_(plane), cut_(cut), slab_(slab) {
  const auto lines = [&](int axis) {
    const auto length = static_cast<double>(slab.box.hi[nth(axis)] - slab.box.lo[nth(axis)]);
    std::vector<double> places{0};
    const bool irregular =
        std::any_of(field.coordinates.begin(), field.coordinates.end(), [](const auto& c) { return !c.empty(); });
    if (irregular)
      for (double place = 1; place < length; ++place)
        places.push_back(place);
    places.push_back(length);
    return places;
  };
  linesS_ = lines(cut.s);
  linesT_ = lines(cut.t);
}

double Placement::fullIndex(double corner, int axis) const {
  const auto stride = static_cast<double>(std::int64_t{1} << slab_.level);
  const double index = (corner + static_cast<double>(slab_.box.lo[nth(axis)])) * stride - 0.5;
  return std::min(index, static_cast<double>(field_.shape[nth(axis)]) - 0.5);
}

Point2 Placement::at(double s, double t) const {
  data::Vec3 index{};
  index[nth(cut_.normal)] = static_cast<double>(cut_.slice);
  index[nth(cut_.s)] = fullIndex(s, cut_.s);
  index[nth(cut_.t)] = fullIndex(t, cut_.t);
  return plane_.flatten(field_.world(index));
}

} // namespace discern::scene
