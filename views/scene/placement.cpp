#include "scene/placement.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {

namespace {

constexpr std::int64_t steps = 100; ///< of the cursor through a grid, along its longest side

const data::GridInfo* gridNamed(const data::DatasetInfo& dataset, const std::string& name) {
  for (const data::GridInfo& grid : dataset.grids)
    if (grid.name == name) return &grid;
  return nullptr;
}

} // namespace

std::optional<data::FieldInfo> placedField(const data::DatasetInfo& dataset, const session::Layer& layer) {
  data::FieldInfo placed;
  if (layer.grid.empty()) {
    const data::FieldInfo* field = dataset.field(layer.field);
    if (!field) return std::nullopt;
    if (!onGrid(*field)) return *field;
    placed = *field;
  } else {
    placed.name.clear(); // a grid alone has no values
    placed.support = data::Support::Points;
    placed.grid = layer.grid;
  }
  const data::GridInfo* grid = gridNamed(dataset, placed.grid);
  if (!grid) return std::nullopt;
  placed.frame = grid->frame;
  placed.worldUnit = grid->worldUnit;
  placed.transform = grid->transform;
  const data::FieldInfo own = placed;
  placed.coordinates = {};
  placed.levels = 1;
  if (!grid->sky.empty()) placed.sky.emplace().system = grid->sky;
  if (placed.time.size <= 1) placed.time = grid->time;
  double longest = 0;
  for (std::size_t axis = 0; axis < 3; ++axis)
    longest = std::max(longest, grid->hi[axis] - grid->lo[axis]);
  const double step = longest > 0 ? longest / static_cast<double>(steps) : 1;
  placed.indexToWorld = data::Affine{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double length = grid->hi[axis] - grid->lo[axis];
    const bool flat = !(length > step * 1e-3);
    placed.shape[axis] = flat ? 1 : std::max<std::int64_t>(2, static_cast<std::int64_t>(length / step + 0.5));
    const double side = flat ? step : length / static_cast<double>(placed.shape[axis]);
    placed.indexToWorld.m[5 * axis] = side;
    placed.indexToWorld.m[4 * axis + 3] = flat ? grid->lo[axis] : grid->lo[axis] + side / 2;
  }
  if (own.tabular) {
    placed.shape[2] = own.shape[2];
    placed.coordinates[2] = own.coordinates[2];
    placed.indexToWorld.m[10] = own.indexToWorld.m[10];
    placed.indexToWorld.m[11] = own.indexToWorld.m[11];
  }
  return placed;
}

data::Section sectionAcross(std::size_t axis, const data::Vec3& point) {
  data::Section section{point, {0, 0, 0}};
  section.normal[axis] = 1;
  return section;
}

std::int64_t layerAt(const data::FieldInfo& placed, const data::Vec3& world) {
  if (!placed.tabular || placed.shape[2] <= 1) return 0;
  const double place = placed.index(world)[2];
  return std::isfinite(place) ? std::clamp<std::int64_t>(std::llround(place), 0, placed.shape[2] - 1) : 0;
}

data::ShapeRequest shapeOf(const data::FieldInfo& placed, const session::Layer& layer, std::int64_t time,
                           const data::Vec3& world) {
  data::ShapeRequest request;
  request.path = layer.path;
  request.grid = placed.grid;
  request.field = placed.name;
  request.time = std::clamp<std::int64_t>(time, 0, std::max<std::int64_t>(0, placed.time.size - 1));
  request.component = std::clamp(layer.component, 0, std::max(0, placed.components - 1));
  request.layer = layerAt(placed, world);
  return request;
}

} // namespace discern::scene
