#include "figure/figure.h"

#include "data/error.h"
#include "scene/colour/vision.h"
#include "scene/figure/harvest.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace discern::render {
namespace {

constexpr std::int64_t mostPixels = 600'000'000;

struct Cell {
  std::string panel;
  int x, y, width, height;
};

std::vector<Cell> cellsOf(const session::State& state, const data::FieldProvider& provider, int width, int height,
                          double scale) {
  std::vector<Cell> cells;
  const int gap = static_cast<int>(std::lround(2 * scale));
  const scene::Grid grid = scene::gridOf(state, provider);
  // The plot of the table in front stands below the views, as in the window.
  const session::Table* table = state.tableOf(state.table);
  const bool plot = table && table->plotted && (state.maximised.empty() || grid.panels.empty());
  constexpr double plotShare = 0.4;
  const int above = !plot ? height : grid.panels.empty() ? -gap : static_cast<int>(height * (1 - plotShare));
  if (plot) cells.push_back({"table", 0, above + gap, width, height - above - gap});
  // The cells share what the gaps leave; the last row and column take the odd pixel.
  const auto edge = [&](int total, int parts, int i) {
    return static_cast<int>(std::int64_t{i} * (total + gap) / parts);
  };
  cells.reserve(grid.panels.size() + 1);
  for (std::size_t i = 0; i < grid.panels.size(); ++i) {
    const int row = static_cast<int>(i) / grid.columns, column = static_cast<int>(i) % grid.columns;
    const int x = edge(width, grid.columns, column), y = edge(above, grid.rows, row);
    cells.push_back({grid.panels[i], x, y, edge(width, grid.columns, column + 1) - gap - x,
                     edge(above, grid.rows, row + 1) - gap - y});
  }
  std::erase_if(cells, [](const Cell& cell) { return cell.width < 1 || cell.height < 1; });
  return cells;
}

/// Colours of lines and letters as other eyes see them.
void see(scene::Drawing& drawing, const std::array<double, 9>& eyes) {
  for (auto& item : drawing.items)
    std::visit([&](auto& thing) { thing.colour = scene::seenWith(eyes, thing.colour); }, item);
}

void see(Canvas& canvas, const std::array<double, 9>& eyes) {
  for (std::size_t i = 0; i + 3 < canvas.bgra.size(); i += 4) {
    std::uint8_t* pixel = &canvas.bgra[i];
    if (pixel[3] == 0) continue;
    const double alpha = pixel[3];
    const scene::Rgb seen = scene::seenWith(eyes, {pixel[2] / alpha, pixel[1] / alpha, pixel[0] / alpha});
    for (std::size_t c = 0; c < 3; ++c)
      pixel[2 - c] = static_cast<std::uint8_t>(std::lround(alpha * seen[c]));
  }
}

void see(scene::Theme& theme, const std::array<double, 9>& eyes) {
  for (scene::Rgb* colour : {&theme.canvas, &theme.surface})
    *colour = scene::seenWith(eyes, *colour);
}

Canvas canvasOf(const Picture& picture) {
  Canvas canvas{picture.width, picture.height, {}};
  canvas.bgra.resize(4 * (picture.rgb.size() / 3));
  for (std::size_t pixel = 0; pixel < picture.rgb.size() / 3; ++pixel) {
    for (std::size_t c = 0; c < 3; ++c)
      canvas.bgra[4 * pixel + 2 - c] = picture.rgb[3 * pixel + c];
    canvas.bgra[4 * pixel + 3] = 255;
  }
  return canvas;
}

Canvas drawTiles(Offscreen& offscreen, const Cell& cell, const FigureRequest& request,
                 const std::function<void(double)>& progress) {
  Canvas canvas{cell.width, cell.height, {}};
  canvas.bgra.resize(4 * static_cast<std::size_t>(cell.width) * static_cast<std::size_t>(cell.height));
  const int side = std::max(64, request.tile);
  const int across = (cell.width + side - 1) / side, down = (cell.height + side - 1) / side;
  for (int row = 0; row < down; ++row)
    for (int column = 0; column < across; ++column) {
      if (request.cancelled && request.cancelled()) throw Cancelled();
      // Tiles of one size, or the graphics would make room anew for each.
      const int x0 = cell.width * column / across, x1 = cell.width * (column + 1) / across;
      const int y0 = cell.height * row / down, y1 = cell.height * (row + 1) / down;
      offscreen.tile({x0, y0, x1 - x0, y1 - y0}, request.transparent, canvas);
      if (progress) progress(static_cast<double>(row * across + column + 1) / (across * down));
    }
  return canvas;
}

} // namespace

Figure drawFigure(const session::State& state, data::FieldProvider& provider, const scene::Theme& theme,
                  const FigureRequest& request) {
  if (std::int64_t{request.width} * request.height > mostPixels)
    throw data::UsageError("a figure of " + std::to_string(request.width) + " × " + std::to_string(request.height) +
                           " pixels is too large; " + std::to_string(mostPixels / 1'000'000) +
                           " million are the most: choose fewer dots per inch");
  Figure figure{request.width, request.height, request.dpi, theme, request.transparent, {}, state.title, {}};
  const std::vector<Cell> cells = cellsOf(state, provider, request.width, request.height, request.scale);
  figure.parts.reserve(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Cell& cell = cells[i];
    if (request.cancelled && request.cancelled()) throw Cancelled();
    const auto panel = scene::makePanel(cell.panel, {provider, theme, request.scale, [] {}, request.report});
    Offscreen offscreen(*panel, cell.width, cell.height);
    panel->update(state);
    offscreen.wait(120);
    offscreen.settle();
    if (request.asOnScreen) {
      figure.parts.push_back({cell.x, cell.y, cell.width, cell.height, canvasOf(offscreen.grab()), {}});
      if (request.progress) request.progress(static_cast<double>(i + 1) / static_cast<double>(cells.size()));
      continue;
    }
    const scene::Harvest harvest(*panel, offscreen.window());
    Part part{cell.x, cell.y, cell.width, cell.height, std::nullopt, harvest.drawing()};
    const auto progress = [&](double share) {
      if (request.progress) request.progress((static_cast<double>(i) + share) / static_cast<double>(cells.size()));
    };
    if (harvest.leavesPicture()) part.picture = drawTiles(offscreen, cell, request, progress);
    progress(1);
    figure.parts.push_back(std::move(part));
  }
  if (!request.vision.empty()) {
    const auto eyes = scene::visionMatrix(request.vision);
    see(figure.theme, eyes);
    for (Part& part : figure.parts) {
      see(part.drawing, eyes);
      if (part.picture) see(*part.picture, eyes);
    }
  }
  return figure;
}

} // namespace discern::render
