#include "compose.h"

#include <algorithm>
#include <cmath>

namespace discern::render {

Picture drawState(const session::State& state, data::FieldProvider& provider, const scene::Theme& theme, int width,
                  int height, double scale, const std::function<void(const std::string&)>& report) {
  const scene::Grid grid = scene::gridOf(state, provider);
  const int gap = static_cast<int>(std::lround(2 * scale));
  Picture whole(width, height, theme.surface);
  // The cells share what the gaps leave; the last row and column take the odd pixel.
  const auto edge = [&](int total, int parts, int i) {
    return static_cast<int>(std::int64_t{i} * (total + gap) / parts);
  };
  for (std::size_t i = 0; i < grid.panels.size(); ++i) {
    const int row = static_cast<int>(i) / grid.columns, column = static_cast<int>(i) % grid.columns;
    const int x = edge(width, grid.columns, column), y = edge(height, grid.rows, row);
    const int wide = edge(width, grid.columns, column + 1) - gap - x, tall = edge(height, grid.rows, row + 1) - gap - y;
    if (wide < 1 || tall < 1) continue;
    const auto panel = scene::makePanel(grid.panels[i], {provider, theme, scale, [] {}, report});
    Offscreen offscreen(*panel, wide, tall);
    panel->update(state);
    whole.paste(offscreen.grab(), x, y);
  }
  return whole;
}

} // namespace discern::render
