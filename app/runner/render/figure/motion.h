#pragma once
#include "data/block.h"
#include "scene/theme.h"
#include "session/state.h"

namespace discern::render {

/// The states of an animation. `motion`: "time" (every step), "time:FROM:TO" or "time:FROM:TO:STEP" (steps from 0, both
/// ends included), "orbit" or "orbit:FRAMES" (once round the 3D view, about the direction that is up). Needs a current
/// OpenGL context. Throws data::UsageError.
[[nodiscard]] std::vector<session::State> framesOf(const std::string& motion, const session::State& state,
                                                   data::FieldProvider& provider, const scene::Theme& theme);

} // namespace discern::render
