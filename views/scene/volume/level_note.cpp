#include "scene/volume/level_note.h"

#include "scene/format.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

/// "1.6 mm", "0.4 × 0.4 × 2 mm" or "4 px": the voxels of a level.
std::string voxelText(const data::FieldInfo& field, int level) {
  const data::Vec3 spacing = field.indexToWorld.spacing();
  const auto stride = static_cast<double>(std::int64_t{1} << level);
  std::string text;
  const bool cubes = std::max({spacing[0], spacing[1], spacing[2]}) - std::min({spacing[0], spacing[1], spacing[2]}) <
                     1e-3 * spacing[0];
  for (std::size_t axis = 0; axis < (cubes ? 1 : 3); ++axis)
    text += (axis > 0 ? " × " : "") + formatNumber(spacing[axis] * (field.shape[axis] > 1 ? stride : 1), 3);
  return text + (field.worldUnit.empty() ? "" : " " + field.worldUnit);
}

} // namespace

std::string levelNote(const data::FieldInfo& field, const LevelNote& note) {
  std::string text = "level " + std::to_string(note.level) + " of " + std::to_string(note.levels - 1) + ": " +
                     voxelText(field, note.level) + " voxels";
  if (note.detail >= 0) text += ", refined in view to " + voxelText(field, note.detail);
  return text;
}

std::string particleNote(const data::Shape& shape) {
  if (shape.particles == 0) return {};
  const auto millions = [](std::uint64_t count) { return formatNumber(static_cast<double>(count) / 1e6, 3); };
  return millions(shape.vertices.size()) + " of " + millions(shape.particles) + " million particles";
}

} // namespace discern::scene
