#include "scene/map/map_frame.h"

#include "scene/format.h"
#include "scene/map/map_grid.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

constexpr double barTall = 10, barWide = 320; ///< logical pixels

void graticule(Overlay& overlay, const MapSight& sight, bool labels) {
  const double scale = overlay.scale();
  const double thin = std::max(1.0, std::round(scale));
  const Overlay::Style style{11, overlay.theme().muted, Overlay::Anchor::Centre, false, false};
  const double right = sight.left + sight.width, top = sight.bottom + sight.height;
  const double tick = 4 * scale;
  const double lonStep = graticuleStep(sight.width * sight.perPixel, static_cast<int>(sight.width / (88 * scale)));
  double free = -1e9; // right end of the last label
  const double first = std::ceil(sight.west / lonStep - 1e-9), last = std::floor(sight.east() / lonStep + 1e-9);
  for (double line = 0; line <= last - first; ++line) { // from left to right
    const double lon = (sight.sky ? last - line : first + line) * lonStep;
    const double x = std::round(sight.x(lon));
    if (x > sight.left + 1 && x < right - 1)
      overlay.rectangle({x - thin / 2, sight.bottom, x + thin / 2, top}, {0, 0, 0}, 0.16);
    if (!labels) continue;
    overlay.rectangle({x - thin / 2, sight.bottom - tick, x + thin / 2, sight.bottom}, overlay.theme().muted);
    const std::string words = sight.sky ? skyMeridianLabel(lon) : meridianLabel(lon);
    const double half = overlay.sizeOf(words, style)[0] / 2;
    if (x - half < free + 8 * scale || x + half > overlay.width() || x - half < 0) continue;
    overlay.text(x, sight.bottom - tick - 8 * scale, words, style);
    free = x + half;
  }
  const double latStep = graticuleStep(sight.height * sight.perPixel, static_cast<int>(sight.height / (56 * scale)));
  Overlay::Style beside = style;
  beside.horizontal = Overlay::Anchor::Right;
  for (double lat = std::ceil(sight.south / latStep - 1e-9) * latStep; lat <= sight.north() + 1e-9; lat += latStep) {
    const double y = std::round(sight.y(lat));
    if (y > sight.bottom + 1 && y < top - 1)
      overlay.rectangle({sight.left, y - thin / 2, right, y + thin / 2}, {0, 0, 0}, 0.16);
    if (!labels) continue;
    overlay.rectangle({sight.left - tick, y - thin / 2, sight.left, y + thin / 2}, overlay.theme().muted);
    overlay.text(sight.left - tick - 4 * scale, y, sight.sky ? skyParallelLabel(lat) : parallelLabel(lat), beside);
  }
}

void outline(Overlay& overlay, const MapSight& sight) {
  const double thin = std::max(1.0, std::round(overlay.scale()));
  const double x0 = sight.left, y0 = sight.bottom, x1 = x0 + sight.width, y1 = y0 + sight.height;
  const Rgb& ink = overlay.theme().muted;
  overlay.rectangle({x0 - thin, y0 - thin, x1 + thin, y0}, ink);
  overlay.rectangle({x0 - thin, y1, x1 + thin, y1 + thin}, ink);
  overlay.rectangle({x0 - thin, y0, x0, y1}, ink);
  overlay.rectangle({x1, y0, x1 + thin, y1}, ink);
}

void crosshair(Overlay& overlay, const MapSight& sight, const std::array<double, 2>& at) {
  const double scale = overlay.scale(), thick = std::max(1.0, std::round(scale)), gap = 8 * scale;
  double longitude = at[0] - 360 * std::floor((at[0] - sight.west) / 360);
  const double x = std::round(sight.x(longitude)), y = std::round(sight.y(at[1]));
  const double x0 = sight.left, y0 = sight.bottom, x1 = x0 + sight.width, y1 = y0 + sight.height;
  // Accent on a light halo: it has to stand out against every colour of the map.
  const auto line = [&](double ax, double ay, double bx, double by) {
    const double left = std::max(ax, x0), low = std::max(ay, y0), right = std::min(bx, x1), high = std::min(by, y1);
    if (right <= left || high <= low) return;
    const bool upright = bx - ax < by - ay;
    overlay.rectangle({left - (upright ? thick : 0), low - (upright ? 0 : thick), right + (upright ? thick : 0),
                       high + (upright ? 0 : thick)},
                      {1, 1, 1}, 0.45);
    overlay.rectangle({left, low, right, high}, {0.05, 0.25, 0.55}, 0.95);
  };
  const double half = thick / 2;
  if (x >= x0 && x <= x1) {
    line(x - half, y0, x - half + thick, y - gap);
    line(x - half, y + gap, x - half + thick, y1);
  }
  if (y >= y0 && y <= y1) {
    line(x0, y - half, x - gap, y - half + thick);
    line(x + gap, y - half, x1, y - half + thick);
  }
}

/// `words`, or as much of their beginning as fits into `room` pixels.
std::string elided(const Overlay& overlay, const std::string& words, const Overlay::Style& style, double room) {
  std::string kept = words;
  std::string shown = words;
  while (!kept.empty() && overlay.sizeOf(shown, style)[0] > room) {
    do
      kept.pop_back();
    while (!kept.empty() && (static_cast<unsigned char>(kept.back()) & 0x80U) != 0); // whole characters only
    shown = kept + "…";
  }
  return kept.empty() ? std::string() : shown;
}

/// A horizontal bar under the map, with its title on the left of it.
void bar(Overlay& overlay, const MapSight& sight, const ColourBar& what) {
  if (!what.map) return;
  const double scale = overlay.scale();
  const Overlay::Style style{11, overlay.theme().text, Overlay::Anchor::Centre, false, false};
  const Overlay::Style heading{11, overlay.theme().muted, Overlay::Anchor::Right, false, false};
  const double wide = std::min(barWide * scale, 0.5 * sight.width), tall = barTall * scale;
  const double middle = sight.left + sight.width / 2;
  const double left = std::round(middle - wide / 2), bottom = std::round(sight.bottom - 40 * scale);
  drawBarColours(overlay, what, {left, bottom, left + wide, bottom + tall}, false);
  const double thin = std::max(1.0, std::round(scale));
  for (const double tick : barTicks(what, std::clamp(static_cast<int>(wide / (52 * scale)), 2, 8))) {
    const double x = std::round(left + wide * placeIn(what.scale, tick));
    overlay.rectangle({x - thin / 2, bottom - 3 * scale, x + thin / 2, bottom}, overlay.theme().muted);
    overlay.text(x, bottom - 10 * scale, formatNumber(tick), style);
  }
  std::string title = barTitle(what);
  title = elided(overlay, title, heading, left - 20 * scale);
  overlay.text(left - 12 * scale, bottom + tall / 2, title, heading);
}

} // namespace

MapMargins mapMargins(double width, double height, bool bar) {
  if (width < 260 || height < 160) return {4, 4, 4, 4};
  return {52, 20, 30, bar ? 62.0 : 28.0};
}

void drawMapFrame(Overlay& overlay, const MapFrame& frame) {
  const double scale = overlay.scale();
  const bool roomy = overlay.width() >= 260 * scale && overlay.height() >= 160 * scale;
  const MapSight& sight = frame.sight;
  graticule(overlay, sight, roomy);
  outline(overlay, sight);
  if (frame.crosshair && frame.cursor) crosshair(overlay, sight, *frame.cursor);
  if (roomy && frame.bar) bar(overlay, sight, *frame.bar);
  const double line = roomy ? sight.bottom + sight.height + 15 * scale : overlay.height() - 14 * scale;
  const Overlay::Style date{13, overlay.theme().text, Overlay::Anchor::Left, !roomy, true};
  const Overlay::Style heading{11, overlay.theme().muted, Overlay::Anchor::Right, false, false};
  const double left = roomy ? sight.left : 8 * scale;
  const Overlay::Box dated = overlay.text(left, line, frame.date, date);
  if (roomy && sight.left + sight.width - overlay.sizeOf(frame.heading, heading)[0] > dated.x1)
    overlay.text(sight.left + sight.width, line, frame.heading, heading);
  if (roomy && !frame.legend.empty()) {
    // Inside the map's upper right corner.
    const double top = (overlay.height() - sight.bottom - sight.height) / scale + 10;
    drawLegend(overlay, frame.legend, top);
  }
}

} // namespace discern::scene
