#pragma once
#include "offscreen.h"

namespace discern::render {

/// Draws a state as the window's centre shows it: the panels of its grid, two logical pixels of surface colour between
/// them, and below them the plot of the table in front. `width` and `height` in device pixels. Needs a current OpenGL
/// context.
[[nodiscard]] Picture drawState(const session::State& state, data::FieldProvider& provider, const scene::Theme& theme,
                                int width, int height, double scale,
                                const std::function<void(const std::string&)>& report);

} // namespace discern::render
