#include "geometry/grid_view.h"

#include "data/block.h"
#include "data/error.h"
#include "geometry/extract.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vtkDataSet.h>
#include <vtkPolyData.h>
#include <vtkUnstructuredGrid.h>

namespace discern::geometry {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// One number a point or cell: of a field of columns × rows × layers, those of a layer.
std::shared_ptr<const std::vector<float>> valuesOf(const data::FieldSource& field, std::int64_t time, int component,
                                                   std::int64_t layer) {
  const data::FieldInfo& info = field.info();
  data::Slab slab{{{0, 0, 0}, info.shape}, time, component, 0};
  slab.box.lo[2] = layer;
  slab.box.hi[2] = layer + 1;
  const std::int64_t count = slab.box.voxels();
  std::vector<std::byte> bytes(static_cast<std::size_t>(count) * sizeOf(info.type));
  field.read(slab, bytes);
  auto values = std::make_shared<std::vector<float>>();
  values->reserve(static_cast<std::size_t>(count));
  data::dispatch(info.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* from = reinterpret_cast<const T*>(bytes.data());
    for (std::int64_t i = 0; i < count; ++i) {
      const bool missing = info.missing && static_cast<double>(from[i]) == *info.missing;
      values->push_back(missing ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(from[i]));
    }
  });
  return values;
}

std::int64_t within(std::int64_t time, const data::TimeAxis& axis) {
  return std::clamp<std::int64_t>(time, 0, axis.size - 1);
}

/// Surfaces and particles have no inside: the nearest point is what is read.
bool isThin(vtkDataSet& piece) {
  return vtkPolyData::SafeDownCast(&piece) || piece.GetNumberOfCells() == 0 || piece.GetMaxCellSize() <= 2;
}

} // namespace

GridView::Loaded GridView::load(const data::ShapeRequest& request) const {
  const std::shared_ptr<const data::FieldSource> field =
      request.field.empty() ? nullptr : dataset_->field(request.field);
  if (field && field->info().support == data::Support::Voxels)
    throw data::UsageError("field " + request.field + " lies on voxels, not on a grid");
  const auto source = dataset_->grid(!request.grid.empty() ? request.grid : field ? field->info().grid : "");
  const std::int64_t gridTime = within(request.time, source->info().time);
  const std::lock_guard lock(mutex_); // all views ask at once when a file opens: one of them reads for the others
  Loaded wanted = last_;
  if (wanted.gridName != source->info().name || wanted.gridTime != gridTime) {
    wanted.grid = source->read(gridTime);
    if (!wanted.grid) throw data::UsageError("grid " + source->info().name + " is empty");
    wanted.gridName = source->info().name;
    wanted.gridTime = gridTime;
    wanted.around = source->info().frame == data::Frame::LonLat;
    wanted.flat.reset();
    wanted.finders = std::make_shared<Finders>();
  }
  if (!field) {
    wanted.values.reset();
    wanted.field.clear();
  } else {
    const data::FieldInfo& info = field->info();
    if (request.component < 0 || request.component >= info.components)
      throw data::UsageError("field " + info.name + ": component " + std::to_string(request.component) +
                             " asked, it has " + std::to_string(info.components));
    const std::int64_t time = within(request.time, info.time);
    if (request.layer < 0 || request.layer >= info.shape[2])
      throw data::UsageError("field " + info.name + ": layer " + std::to_string(request.layer) + " asked, it has " +
                             std::to_string(info.shape[2]));
    if (!wanted.values || wanted.field != info.name || wanted.time != time || wanted.component != request.component ||
        wanted.layer != request.layer) {
      wanted.values = valuesOf(*field, time, request.component, request.layer);
      wanted.layer = request.layer;
      wanted.field = info.name;
      wanted.time = time;
      wanted.component = request.component;
      wanted.support = info.support;
    }
  }
  last_ = wanted;
  return wanted;
}

data::Shape GridView::shape(const data::ShapeRequest& request) const {
  const Loaded loaded = load(request);
  return extract(*loaded.grid, {loaded.values.get(), loaded.support}, request.section);
}

/// Made at the first search; null: a grid that VTK searches without one.
const CellFinder* GridView::finderOf(vtkDataSet& piece, Finders& finders) {
  auto* mesh = vtkUnstructuredGrid::SafeDownCast(&piece);
  if (!mesh) return nullptr;
  const auto [at, fresh] = finders.try_emplace(&piece);
  if (fresh) at->second = CellFinder::make(*mesh);
  return at->second.get();
}

data::GridReading GridView::probe(const data::ShapeRequest& request, const data::Vec3& world) const {
  Loaded loaded = load(request);
  const std::lock_guard lock(mutex_); // the locators that are made at the first search
  data::GridReading reading;
  reading.value = nothing;
  if (auto* poly = FlatCells::flat(loaded.grid); poly && loaded.support == data::Support::Cells) {
    if (!loaded.flat) loaded.flat = std::make_shared<const FlatCells>(*poly);
    if (last_.grid == loaded.grid) last_.flat = loaded.flat;
    reading.cell = loaded.flat->at(world[0], world[1], loaded.around);
    if (reading.cell >= 0 && loaded.values)
      reading.value = static_cast<double>((*loaded.values)[static_cast<std::size_t>(reading.cell)]);
    return reading;
  }
  double nearest = std::numeric_limits<double>::infinity();
  forEachPiece(*loaded.grid, [&](vtkDataSet& piece, std::int64_t firstPoint, std::int64_t firstCell) {
    std::array<double, 6> bounds{};
    piece.GetBounds(bounds.data());
    double size = 0;
    for (std::size_t a = 0; a < 3; ++a)
      size = std::max(size, bounds[2 * a + 1] - bounds[2 * a]);
    for (std::size_t a = 0; a < 3; ++a)
      if (world[a] < bounds[2 * a] - 0.02 * size || world[a] > bounds[2 * a + 1] + 0.02 * size) return;
    const bool onPoints = loaded.support == data::Support::Points;
    const auto value = [&](std::int64_t index) {
      return loaded.values ? static_cast<double>((*loaded.values)[static_cast<std::size_t>(index)]) : nothing;
    };
    data::Vec3 at = world;
    if (isThin(piece)) {
      const vtkIdType point = piece.FindPoint(at.data());
      if (point < 0) return;
      data::Vec3 found{};
      piece.GetPoint(point, found.data());
      const double distance = std::hypot(found[0] - at[0], found[1] - at[1], found[2] - at[2]);
      if (distance > 0.05 * size || distance >= nearest) return;
      nearest = distance;
      reading.cell = firstPoint + point;
      if (onPoints) {
        reading.value = value(reading.cell);
      } else if (loaded.values) {
        std::array<double, 64> weights{};
        data::Vec3 parametric{};
        int sub = 0;
        const vtkIdType cell = piece.GetMaxCellSize() <= 64 ? piece.FindCell(at.data(), nullptr, -1, size * size * 1e-4,
                                                                             sub, parametric.data(), weights.data())
                                                            : -1;
        if (cell >= 0) reading.value = value(firstCell + cell);
      }
      return;
    }
    std::vector<double> weights(static_cast<std::size_t>(piece.GetMaxCellSize()) + 8);
    data::Vec3 parametric{};
    int sub = 0;
    const CellFinder* finder = finderOf(piece, *loaded.finders);
    const vtkIdType cell =
        finder ? finder->at(at, size * 1e-8, weights)
               : piece.FindCell(at.data(), nullptr, -1, size * size * 1e-16, sub, parametric.data(), weights.data());
    if (cell < 0) return;
    if (reading.cell >= 0 && vtkDataSet::SafeDownCast(&piece)->GetLength() >= nearest) return; // the finest box counts
    nearest = piece.GetLength();
    reading.cell = firstCell + cell;
    if (!onPoints) {
      reading.value = value(reading.cell);
      return;
    }
    vtkNew<vtkIdList> points;
    piece.GetCellPoints(cell, points);
    double sum = 0;
    for (vtkIdType i = 0; i < points->GetNumberOfIds(); ++i)
      sum += weights[static_cast<std::size_t>(i)] * value(firstPoint + points->GetId(i));
    reading.value = loaded.values ? sum : nothing;
  });
  return reading;
}

} // namespace discern::geometry
