#pragma once
#include "data/field_info.h"

namespace discern::data {

/// How the grids of two fields lie to each other.
struct Alignment {
  enum class Kind {
    Same,    ///< every voxel of one is the voxel of the same index of the other
    Turned,  ///< the same voxels at the same places, but the axes run in another order or direction
    Apart,   ///< one frame, other voxels: shown over each other in world space
    Unknown, ///< on a mesh, in the same frame: there are no voxels to compare
    NoCommonFrame
  };
  Kind kind = Kind::Same;
  /// What differs, for a person: "2 mm and 1 mm voxels, rotated 3.0°"; empty: nothing does.
  std::string difference;
  bool meet = true; ///< they share some room; false: each lies elsewhere
};

/// The tolerance is a hundredth of the smaller voxel, over the whole of both fields.
[[nodiscard]] Alignment alignmentOf(const FieldInfo& a, const FieldInfo& b);

/// The sentence for a note: "Only roughly aligned: 2 mm and 1 mm voxels, rotated 3.0°. Each is shown at its own place
/// in world space, nothing is resampled."; empty where nothing need be said.
[[nodiscard]] std::string noteOf(const Alignment& alignment);

/// Why `field` can't be one side of a comparison of labels: what was expected, what was found, and the way out. Empty:
/// it can.
[[nodiscard]] std::string whyNoLabels(const FieldInfo& field);
/// Why two fields can't be compared voxel by voxel; empty: they can.
[[nodiscard]] std::string whyNotVoxelByVoxel(const FieldInfo& truth, const FieldInfo& prediction);

} // namespace discern::data
