#include "compose.h"

#include <algorithm>
#include <cmath>

namespace discern::render {

Picture drawState(const session::State& state, data::FieldProvider& provider, const scene::Theme& theme, int width,
                  int height, double scale, const std::function<void(const std::string&)>& report) {
  const int gap = static_cast<int>(std::lround(2 * scale));
  Picture whole(width, height, theme.surface);
  const auto draw = [&](const std::string& name, int x, int y, int wide, int tall) {
    if (wide < 1 || tall < 1) return;
    const auto panel = scene::makePanel(name, {provider, theme, scale, [] {}, report});
    Offscreen offscreen(*panel, wide, tall);
    panel->update(state);
    whole.paste(offscreen.grab(), x, y);
  };
  const scene::Grid grid = scene::gridOf(state, provider);
  // The plot of the table in front stands below the views, as in the window.
  const session::Table* table = state.tableOf(state.table);
  const bool plot = table && table->plotted && (state.maximised.empty() || grid.panels.empty());
  constexpr double plotShare = 0.4;
  const int above = !plot ? height : grid.panels.empty() ? -gap : static_cast<int>(height * (1 - plotShare));
  if (plot) draw("table", 0, above + gap, width, height - above - gap);
  // The cells share what the gaps leave; the last row and column take the odd pixel.
  const auto edge = [&](int total, int parts, int i) {
    return static_cast<int>(std::int64_t{i} * (total + gap) / parts);
  };
  for (std::size_t i = 0; i < grid.panels.size(); ++i) {
    const int row = static_cast<int>(i) / grid.columns, column = static_cast<int>(i) % grid.columns;
    const int x = edge(width, grid.columns, column), y = edge(above, grid.rows, row);
    draw(grid.panels[i], x, y, edge(width, grid.columns, column + 1) - gap - x,
         edge(above, grid.rows, row + 1) - gap - y);
  }
  return whole;
}

} // namespace discern::render
