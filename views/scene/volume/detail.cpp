#include "scene/volume/detail.h"

#include "scene/volume/camera.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace discern::scene {
namespace {

constexpr int raysAcross = 24;
constexpr double begins = 0.03;   ///< so much opacity gathered: what is before it is hardly seen
constexpr double endsAt = 0.93;   ///< and what is behind this neither
constexpr double noticed = 0.08;  ///< a ray that gathers less meets nothing
constexpr std::int64_t tile = 16; ///< details are cut in steps of so many voxels

data::Vec3 minus(const data::Vec3& a, const data::Vec3& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
data::Vec3 along(const data::Vec3& from, const data::Vec3& way, double t) {
  return {from[0] + t * way[0], from[1] + t * way[1], from[2] + t * way[2]};
}
data::Vec3 cross(const data::Vec3& a, const data::Vec3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
double lengthOf(const data::Vec3& v) { return std::hypot(v[0], v[1], v[2]); }
data::Vec3 unit(const data::Vec3& v) {
  const double length = lengthOf(v);
  return length > 0 ? data::Vec3{v[0] / length, v[1] / length, v[2] / length} : v;
}

double opacityAt(const std::vector<std::array<double, 2>>& curve, double place) {
  for (std::size_t i = 1; i < curve.size(); ++i)
    if (place <= curve[i][0]) {
      const double width = curve[i][0] - curve[i - 1][0];
      const double part = width > 0 ? (place - curve[i - 1][0]) / width : 1;
      return curve[i - 1][1] + part * (curve[i][1] - curve[i - 1][1]);
    }
  return curve.empty() ? 0 : curve.back()[1];
}

/// Light that 256 places of the range take from a ray on one step.
class Dimming {
public:
  Dimming(const Fading& fading, double step) : fading_(fading) {
    for (std::size_t i = 0; i < taken_.size(); ++i)
      taken_[i] = 1 - std::pow(1 - opacityAt(fading.curve, static_cast<double>(i) / 255), step / fading.unit);
  }
  [[nodiscard]] double at(double value, const std::optional<double>& missing) const {
    if (std::isnan(value) || (missing && value == *missing)) return 0;
    const auto [low, high] = fading_.scale.range;
    double place = (value - low) / (high - low);
    if (fading_.scale.logarithmic) place = value <= low ? 0 : std::log(value / low) / std::log(high / low);
    return taken_[static_cast<std::size_t>(std::clamp(place, 0.0, 1.0) * 255)];
  }

private:
  const Fading& fading_;
  std::array<double, 256> taken_{};
};

/// From where to where a ray is inside a box; empty when it misses it.
std::pair<double, double> inside(const data::Vec3& from, const data::Vec3& way, const data::Vec3& lo,
                                 const data::Vec3& hi) {
  double enter = 0, leave = std::numeric_limits<double>::infinity();
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (std::abs(way[axis]) < 1e-12) {
      if (from[axis] < lo[axis] || from[axis] > hi[axis]) return {1, 0};
      continue;
    }
    const double a = (lo[axis] - from[axis]) / way[axis], b = (hi[axis] - from[axis]) / way[axis];
    enter = std::max(enter, std::min(a, b));
    leave = std::min(leave, std::max(a, b));
  }
  return {enter, leave};
}

void include(IndexBox& box, const data::Vec3& point) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lo[axis] = std::min(box.lo[axis], point[axis]);
    box.hi[axis] = std::max(box.hi[axis], point[axis]);
  }
}

double finestSpacing(const data::FieldInfo& field) {
  const data::Vec3 spacing = levelToWorld(field, 0).spacing();
  double finest = std::numeric_limits<double>::infinity();
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (field.shape[axis] > 1 && spacing[axis] > 0) finest = std::min(finest, spacing[axis]);
  return std::isfinite(finest) ? finest : 1;
}

} // namespace

std::optional<LookedAt> lookedAt(const data::FieldInfo& field, const data::Block& whole, const Fading& fading,
                                 const session::View3D& view, int width, int height) {
  const data::Affine toWorld = levelToWorld(field, whole.slab.level);
  data::Affine toIndex;
  try {
    toIndex = toWorld.inverse();
  } catch (const std::domain_error&) {
    return std::nullopt;
  }
  const data::Index3 shape = whole.slab.box.shape();
  const data::Vec3 low{-0.5, -0.5, -0.5};
  const data::Vec3 high{static_cast<double>(shape[0]) - 0.5, static_cast<double>(shape[1]) - 0.5,
                        static_cast<double>(shape[2]) - 0.5};
  const data::Vec3 gaze = minus(view.focal, view.position), forward = unit(gaze);
  const data::Vec3 right = unit(cross(forward, view.up)), up = cross(right, forward);
  const double aspect = static_cast<double>(width) / std::max(1, height);
  const double slope = std::tan(viewAngle / 2 * std::numbers::pi / 180);
  const double half = view.parallel ? view.parallelScale : lengthOf(gaze) * slope;
  const data::Vec3 spacing = toWorld.spacing();
  const Dimming dimming(fading, std::min({spacing[0], spacing[1], spacing[2]}));
  const auto stride = static_cast<double>(std::int64_t{1} << whole.slab.level);

  constexpr double infinity = std::numeric_limits<double>::infinity();
  LookedAt seen{{{infinity, infinity, infinity}, {-infinity, -infinity, -infinity}}, infinity};
  const int raysUp = std::max(4, static_cast<int>(std::lround(raysAcross / std::max(0.2, aspect))));
  for (int row = 0; row <= raysUp; ++row)
    for (int column = 0; column <= raysAcross; ++column) {
      const double u = (2.0 * column / raysAcross - 1) * half * aspect, v = (2.0 * row / raysUp - 1) * half;
      const data::Vec3 through = along(along(view.focal, right, u), up, v);
      const data::Vec3 start = view.parallel ? along(through, gaze, -1) : view.position;
      const data::Vec3 way = unit(minus(through, start));
      const data::Vec3 from = toIndex.apply(start), beyond = toIndex.apply(along(start, way, 1));
      const data::Vec3 step = minus(beyond, from); // of one world unit
      const auto [enter, leave] = inside(from, step, low, high);
      if (!(leave > enter)) continue;
      const double stepLength = std::min({spacing[0], spacing[1], spacing[2]});
      double light = 1, first = -1, last = -1;
      for (double t = enter + stepLength / 2; t < leave && light > 1 - endsAt; t += stepLength) {
        const data::Vec3 at = along(from, step, t);
        const data::Index3 voxel{std::llround(at[0]), std::llround(at[1]), std::llround(at[2])};
        const double taken = dimming.at(whole.value(voxel), field.missing);
        light *= 1 - taken;
        if (1 - light < begins) continue;
        if (first < 0) first = t;
        if (taken > 0) last = t;
      }
      if (1 - light < noticed || first < 0) continue;
      for (const double t : {first, std::max(first, last)}) {
        data::Vec3 at = along(from, step, t);
        for (std::size_t axis = 0; axis < 3; ++axis)
          at[axis] = field.shape[axis] == 1 ? 0 : at[axis] * stride + (stride - 1) / 2;
        include(seen.box, at);
      }
      const double depth = first * std::max(1e-9, forward[0] * way[0] + forward[1] * way[1] + forward[2] * way[2]);
      seen.pixel = std::min(seen.pixel, 2 * (view.parallel ? half : depth * slope) / std::max(1, height));
    }
  if (!std::isfinite(seen.pixel)) return std::nullopt;
  // Between the rays there is a little more.
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double margin = stride + (seen.box.hi[axis] - seen.box.lo[axis]) / 16;
    seen.box.lo[axis] -= margin;
    seen.box.hi[axis] += margin;
  }
  return seen;
}

std::optional<data::Slab> detailFor(const data::FieldInfo& field, const data::Slab& whole, const LookedAt& seen,
                                    const Limits3D& limits) {
  const double fine = finestSpacing(field);
  const int useful = std::clamp(static_cast<int>(std::floor(std::log2(std::max(1.0, seen.pixel / fine)))), 0, 40);
  for (int level = useful; level < whole.level; ++level) {
    data::Slab slab = whole;
    slab.level = level;
    const data::Index3 shape = field.shapeAt(level);
    const auto stride = static_cast<double>(std::int64_t{1} << level);
    bool some = true, fits = true;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto from = static_cast<std::int64_t>(std::floor((seen.box.lo[axis] + 0.5) / stride));
      const auto to = static_cast<std::int64_t>(std::ceil((seen.box.hi[axis] + 0.5) / stride));
      const auto down = static_cast<std::int64_t>(std::floor(static_cast<double>(from) / static_cast<double>(tile)));
      const auto up = static_cast<std::int64_t>(std::ceil(static_cast<double>(to) / static_cast<double>(tile)));
      slab.box.lo[axis] = std::clamp<std::int64_t>(down * tile - 1, 0, shape[axis]);
      slab.box.hi[axis] = std::clamp<std::int64_t>(up * tile + 1, 0, shape[axis]);
      some = some && slab.box.hi[axis] > slab.box.lo[axis];
      fits = fits && slab.box.hi[axis] - slab.box.lo[axis] <= limits.edge;
    }
    if (!some) return std::nullopt;
    if (fits && slab.box.voxels() <= limits.voxels) return slab;
  }
  return std::nullopt;
}

IndexBox innerOf(const data::FieldInfo& field, const data::Slab& detail) {
  data::Box inner = detail.box;
  const data::Index3 shape = field.shapeAt(detail.level);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (inner.lo[axis] > 0) ++inner.lo[axis];
    if (inner.hi[axis] < shape[axis]) --inner.hi[axis];
  }
  IndexBox box = finestOf(inner, detail.level);
  const auto stride = static_cast<double>(std::int64_t{1} << detail.level);
  for (std::size_t axis = 0; axis < 3; ++axis) { // at its ends, the field's own fade out
    if (inner.lo[axis] == 0) box.lo[axis] -= 2 * stride;
    if (inner.hi[axis] == shape[axis]) box.hi[axis] += 2 * stride;
  }
  return box;
}

bool serves(const data::FieldInfo& field, const data::Slab& detail, const data::Slab& wanted, const LookedAt& seen) {
  if (detail.level != wanted.level || detail.time != wanted.time || detail.component != wanted.component) return false;
  const IndexBox inner = innerOf(field, detail);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto end = static_cast<double>(field.shape[axis]) - 0.5;
    if (inner.lo[axis] > std::max(seen.box.lo[axis], -0.5) || inner.hi[axis] < std::min(seen.box.hi[axis], end))
      return false;
  }
  return true;
}

} // namespace discern::scene
