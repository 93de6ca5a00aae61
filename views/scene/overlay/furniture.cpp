#include "scene/overlay/furniture.h"

#include "scene/format.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

constexpr double margin = 12; ///< logical pixels between the edge of a panel and what stands in its corners

} // namespace

Rgb haloOf(const Rgb& colour) {
  const double light = 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2];
  return light > 0.4 ? Rgb{0, 0, 0} : Rgb{1, 1, 1};
}

std::vector<double> barTicks(const ColourBar& bar, int count) {
  const auto [low, high] = bar.scale.range;
  const int steps = stepsOf(*bar.map, bar.scale);
  std::vector<double> ticks;
  if (steps > 0 && steps <= count) {
    ticks.reserve(static_cast<std::size_t>(steps) + 1);
    for (int step = 0; step <= steps; ++step)
      ticks.push_back(valueAt(bar.scale, static_cast<double>(step) / steps));
    return ticks;
  }
  if (!bar.scale.logarithmic) return roundTicks(low, high, count);
  const double first = std::ceil(std::log10(low) - 1e-9), last = std::floor(std::log10(high) + 1e-9);
  const double step = std::max(1.0, std::ceil((last - first + 1) / count));
  for (double power = first; power <= last; power += step)
    ticks.push_back(std::pow(10.0, power));
  return ticks.size() >= 2 ? ticks : roundTicks(low, high, count);
}

std::string barTitle(const ColourBar& bar) {
  if (bar.unit.empty() || bar.unit == "1") return bar.quantity;
  return bar.quantity.empty() ? bar.unit : bar.quantity + " (" + bar.unit + ")";
}

void drawBarColours(Overlay& overlay, const ColourBar& bar, const Overlay::Box& box, bool upright) {
  const double from = upright ? box.y0 : box.x0, to = upright ? box.y1 : box.x1;
  const int steps = stepsOf(*bar.map, bar.scale);
  const int bands = steps > 0 ? steps : std::max(2, static_cast<int>(to - from));
  for (int band = 0; band < bands; ++band) {
    // Each reaches to the end, under those that follow: no seams where a file of vectors is drawn at another size.
    const double a = from + (to - from) * band / bands;
    const Rgb colour = colourAt(*bar.map, bar.scale, (band + 0.5) / bands);
    overlay.rectangle(upright ? Overlay::Box{box.x0, a, box.x1, to} : Overlay::Box{a, box.y0, to, box.y1}, colour);
  }
  const auto tip = [&](double at, double sign, const Rgb& colour) {
    const double thick = upright ? box.x1 - box.x0 : box.y1 - box.y0;
    const double apex = at + sign * 0.7 * thick;
    if (upright)
      overlay.triangle({box.x0, at, box.x1, at, (box.x0 + box.x1) / 2, apex}, colour);
    else
      overlay.triangle({at, box.y0, at, box.y1, apex, (box.y0 + box.y1) / 2}, colour);
  };
  if (bar.scale.below) tip(from, -1, *bar.scale.below);
  if (bar.scale.above) tip(to, 1, *bar.scale.above);
}

void drawColourBar(Overlay& overlay, const ColourBar& bar) {
  if (!bar.map) return;
  const double scale = overlay.scale(), edge = margin * scale;
  const double wide = 10 * scale, pad = 6 * scale;
  const double tipBelow = bar.scale.below ? 8 * scale : 0, tipAbove = bar.scale.above ? 8 * scale : 0;
  const double bottom = edge + 4 * scale + tipBelow;
  const double titleTall = (bar.quantity.empty() && bar.unit.empty() ? 0 : 20 * scale) + tipAbove;
  // The plate ends below the letter in the middle of the right edge.
  const double tall = std::min(132 * scale, 0.5 * overlay.height() - 12 * scale - titleTall - pad - bottom);
  if (tall < 40 * scale || overlay.width() < 120 * scale) return; // no room: the probe has the numbers
  const Overlay::Style style{11, overlay.theme().text, Overlay::Anchor::Right, false, false};
  const Overlay::Style heading{11, overlay.theme().muted, Overlay::Anchor::Right, false, false};
  const std::vector<double> ticks = barTicks(bar, std::clamp(static_cast<int>(tall / (24 * scale)), 2, 6));
  double widest = 0;
  std::vector<std::string> words;
  for (const double tick : ticks) {
    words.push_back(formatNumber(tick));
    widest = std::max(widest, overlay.sizeOf(words.back(), style)[0]);
  }
  std::string title = barTitle(bar);
  const bool hasUnit = !bar.unit.empty() && bar.unit != "1";
  const double room = 0.4 * overlay.width(); // beyond that it would cover the data
  if (overlay.sizeOf(title, heading)[0] > room) {
    const std::string unit = hasUnit ? "… (" + bar.unit + ")" : "…";
    std::string part = bar.quantity;
    while (!part.empty() && overlay.sizeOf(part + unit, heading)[0] > room) {
      while (part.size() > 1 && (static_cast<unsigned char>(part.back()) & 0xC0) == 0x80)
        part.pop_back(); // a letter may be several bytes
      part.pop_back();
    }
    title = part + unit;
  }
  const double titleWide = overlay.sizeOf(title, heading)[0];
  const double right = overlay.width() - edge, left = right - wide;
  overlay.plate({std::min(left - 7 * scale - widest, right - titleWide) - pad, bottom - tipBelow - pad - 2 * scale,
                 right + pad, bottom + tall + pad + titleTall});
  drawBarColours(overlay, bar, {left, bottom, right, bottom + tall}, true);
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double y = bottom + tall * placeIn(bar.scale, ticks[i]);
    const double thick = std::max(1.0, std::round(scale));
    overlay.rectangle({left - 4 * scale, y - thick / 2, left, y + thick / 2}, overlay.theme().muted);
    overlay.text(left - 7 * scale, y, words[i], style);
  }
  overlay.text(right, bottom + tall + tipAbove + 14 * scale, title, heading);
}

void drawScaleBar(Overlay& overlay, double worldPerPixel, const std::string& unit) {
  const double scale = overlay.scale(), edge = margin * scale;
  const double length = roundLength(std::min(0.22 * overlay.width(), 120 * scale) * worldPerPixel);
  if (!(length > 0) || !std::isfinite(length)) return;
  const double pixels = length / worldPerPixel;
  const std::string words = formatNumber(length) + (unit.empty() ? "" : " " + unit);
  const Overlay::Style style{11, overlay.theme().text, Overlay::Anchor::Centre, false, false};
  const double wide = std::max(pixels, overlay.sizeOf(words, style)[0]);
  const double middle = edge + wide / 2, bottom = edge, pad = 6 * scale;
  overlay.plate({edge - pad, bottom - pad, edge + wide + pad, bottom + 26 * scale});
  const double thick = std::max(2.0, std::round(2 * scale));
  const Rgb& ink = overlay.theme().text;
  overlay.rectangle({middle - pixels / 2, bottom, middle + pixels / 2, bottom + thick}, ink);
  overlay.text(middle, bottom + thick + 11 * scale, words, style);
}

void drawLegend(Overlay& overlay, const std::vector<LegendRow>& rows, double top) {
  if (rows.empty()) return;
  const double scale = overlay.scale(), edge = margin * scale, pad = 6 * scale;
  const double row = 18 * scale, swatch = 10 * scale;
  const Overlay::Style style{11, overlay.theme().text, Overlay::Anchor::Left, false, false};
  double widest = 0;
  for (const LegendRow& entry : rows)
    widest = std::max(widest, overlay.sizeOf(entry.words, style)[0]);
  const double left = overlay.width() - edge - widest - swatch - 6 * scale;
  const double upper = overlay.height() - top * scale;
  overlay.plate({left - pad, upper - row * static_cast<double>(rows.size()) - pad / 2, overlay.width() - edge + pad,
                 upper + pad / 2});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double y = std::round(upper - row * (static_cast<double>(i) + 0.5));
    const Overlay::Box square{left, y - swatch / 2, left + swatch, y + swatch / 2};
    if (rows[i].outlined) {
      const double thin = std::max(1.0, std::round(1 * scale)), line = std::max(2.0, std::round(1.5 * scale));
      const auto shrunk = [&](double by) {
        return Overlay::Box{square.x0 + by, square.y0 + by, square.x1 - by, square.y1 - by};
      };
      overlay.rectangle(square, haloOf(rows[i].colour));
      overlay.rectangle(shrunk(thin), rows[i].colour);
      overlay.rectangle(shrunk(thin + line), haloOf(rows[i].colour));
      overlay.rectangle(shrunk(2 * thin + line), overlay.theme().canvas);
    } else {
      overlay.rectangle(square, rows[i].colour);
    }
    overlay.text(left + swatch + 6 * scale, y, rows[i].words, style);
  }
}

void drawEdgeLetters(Overlay& overlay, const EdgeLetters& letters, bool strong) {
  const double scale = overlay.scale(), edge = 12 * scale;
  Overlay::Style style{strong ? 13.0 : 11.0, strong ? overlay.theme().text : overlay.theme().muted,
                       Overlay::Anchor::Centre, true, false};
  const double x = overlay.width() / 2.0, y = overlay.height() / 2.0;
  const auto beside = [&](const std::string& words, Overlay::Anchor side, double at, double inner) {
    const bool fits = overlay.sizeOf(words, style)[0] < 2 * (edge - inner);
    style.horizontal = fits ? Overlay::Anchor::Centre : side; // a word begins, or ends, at the edge
    overlay.text(fits ? at : side == Overlay::Anchor::Left ? inner : overlay.width() - inner, y, words, style);
    style.horizontal = Overlay::Anchor::Centre;
  };
  beside(letters.left, Overlay::Anchor::Left, edge, 4 * scale);
  beside(letters.right, Overlay::Anchor::Right, overlay.width() - edge, 4 * scale);
  overlay.text(x, overlay.height() - edge, letters.up, style);
  overlay.text(x, edge, letters.down, style);
}

void drawCrosshair(Overlay& overlay, double x, double y) {
  const double thick = std::max(1.0, std::round(overlay.scale()));
  const double gap = 8 * overlay.scale();
  const double left = std::floor(x - thick / 2 + 0.5), low = std::floor(y - thick / 2 + 0.5);
  // Seen on black data and on a white canvas alike: a light theme's dark accent is lightened.
  Rgb colour = overlay.theme().accent;
  if (!overlay.theme().dark)
    for (double& part : colour)
      part = 0.7 * part + 0.3;
  const double opacity = 0.8;
  const double wide = overlay.width(), tall = overlay.height();
  if (x >= 0 && x <= wide) {
    if (y - gap > 0) overlay.rectangle({left, 0, left + thick, std::min(y - gap, tall)}, colour, opacity);
    if (y + gap < tall) overlay.rectangle({left, std::max(0.0, y + gap), left + thick, tall}, colour, opacity);
  }
  if (y >= 0 && y <= tall) {
    if (x - gap > 0) overlay.rectangle({0, low, std::min(x - gap, wide), low + thick}, colour, opacity);
    if (x + gap < wide) overlay.rectangle({std::max(0.0, x + gap), low, wide, low + thick}, colour, opacity);
  }
}

} // namespace discern::scene
