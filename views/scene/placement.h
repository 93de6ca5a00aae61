#pragma once
#include "data/dataset_info.h"
#include "data/shape.h"
#include "session/state.h"

namespace discern::scene {

/// The field of a layer as the panels place it. A field on voxels is itself. A field on a grid, or a grid alone, stands
/// as its box, cut into steps: `shape`, `indexToWorld` and `frame` are those of the box, everything else is the field's
/// own (`support` tells). Nothing when the dataset has no such field or grid.
[[nodiscard]] std::optional<data::FieldInfo> placedField(const data::DatasetInfo& dataset, const session::Layer& layer);

/// True of values on the points or cells of a grid, and of a grid alone.
[[nodiscard]] inline bool onGrid(const data::FieldInfo& field) { return field.support != data::Support::Voxels; }

/// The plane across a world axis, through a point.
[[nodiscard]] data::Section sectionAcross(std::size_t axis, const data::Vec3& point);

/// Which layer of a field on a flat grid a world position is in; 0 of other fields.
[[nodiscard]] std::int64_t layerAt(const data::FieldInfo& placed, const data::Vec3& world);

/// What to draw of a layer on a grid. `world`: the cursor, which chooses the layer of values.
[[nodiscard]] data::ShapeRequest shapeOf(const data::FieldInfo& placed, const session::Layer& layer, std::int64_t time,
                                         const data::Vec3& world);

} // namespace discern::scene
