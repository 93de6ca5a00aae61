#pragma once
#include "data/alignment.h"
#include "data/block.h"
#include "session/state.h"

#include <string>
#include <vector>

namespace discern::scene {

/// A layer whose voxels are not those of the lowest layer: it is drawn over it in world space all the same.
struct Mismatch {
  std::string layer;          ///< id
  std::string name, baseName; ///< of the layer, and of the lowest one
  data::Alignment alignment;  ///< Apart or NoCommonFrame
};

/// Of all layers whose files are known, in their order. `visibleOnly`: hidden ones are left out, as what they lie over.
[[nodiscard]] std::vector<Mismatch> mismatches(const session::State& state, const data::FieldProvider& provider,
                                               bool visibleOnly);

/// "only roughly aligned", "elsewhere" or "other frame": for a tree row, or the head of a view.
[[nodiscard]] std::string shortNote(const data::Alignment& alignment);

} // namespace discern::scene
