#pragma once
#include "data/block.h"
#include "session/state.h"

#include <QString>

namespace discern::desktop {

/// Why a layer is doubtful as the truth: what was expected, what was found, and the way out. Empty: nothing speaks
/// against it, as far as is known of its file and of the prediction's.
[[nodiscard]] QString truthDoubt(const session::State& state, const data::FieldProvider& provider,
                                 const session::Layer& layer);

/// Why two layers can't be compared label by label; empty: they can, as far as is known.
[[nodiscard]] QString comparisonDoubt(const data::FieldProvider& provider, const session::Layer& truth,
                                      const session::Layer& prediction);

} // namespace discern::desktop
