#pragma once
#include "scene/colour/mapper.h"
#include "scene/volume/grid3d.h"
#include "session/state.h"

#include <optional>
#include <vector>

namespace discern::scene {

/// What a camera sees of a volume: the box of all that rays through the panel meet until little light is left, and the
/// size of a pixel where the nearest of it is.
struct LookedAt {
  IndexBox box;
  double pixel = 1; ///< world units
};

/// How a ray's light fades in a volume: see opacityCurve().
struct Fading {
  ColorScale scale;
  std::vector<std::array<double, 2>> curve; ///< place in the range → opacity over `unit`
  double unit = 1;                          ///< world units
};

/// Follows a few hundred rays through the whole of a field at a coarse level. nullopt: the camera sees nothing of it.
[[nodiscard]] std::optional<LookedAt> lookedAt(const data::FieldInfo& field, const data::Block& whole,
                                               const Fading& fading, const session::View3D& view, int width,
                                               int height);

/// The part of a finer level than that of `whole` that shows `seen` as sharply as the screen and the limits allow;
/// nullopt when no finer level would. It has a voxel more on each side than innerOf() shows, where the field has one.
[[nodiscard]] std::optional<data::Slab> detailFor(const data::FieldInfo& field, const data::Slab& whole,
                                                  const LookedAt& seen, const Limits3D& limits);

/// What is drawn of a detail: all but the voxels at its sides, which are there so that light and colour go on across
/// them.
[[nodiscard]] IndexBox innerOf(const data::FieldInfo& field, const data::Slab& detail);

/// Whether a detail that is there shows all of what is seen, and as finely as `wanted`.
[[nodiscard]] bool serves(const data::FieldInfo& field, const data::Slab& detail, const data::Slab& wanted,
                          const LookedAt& seen);

} // namespace discern::scene
