#pragma once
#include "scene/colour/mapper.h"
#include "scene/overlay/overlay.h"

#include <string>
#include <vector>

namespace discern::scene {

/// The lower right corner: a bar from low to high with round ticks, quantity and unit above it.
struct ColourBar {
  std::string quantity, unit;
  const ColorMap* map = nullptr;
  ColorScale scale;
};
/// Numbers beside a bar: the borders of its steps where they are few, else round numbers or powers of ten.
[[nodiscard]] std::vector<double> barTicks(const ColourBar& bar, int count);
/// The colours from `low` to `high` along one axis of the box, a triangle at an end with a colour of its own for what
/// lies beyond.
void drawBarColours(Overlay& overlay, const ColourBar& bar, const Overlay::Box& box, bool upright);
/// "temperature (K)"
[[nodiscard]] std::string barTitle(const ColourBar& bar);
void drawColourBar(Overlay& overlay, const ColourBar& bar);

/// The lower left corner: a bar of a round length.
void drawScaleBar(Overlay& overlay, double worldPerPixel, const std::string& unit);

/// Rows of a swatch and a word, from the upper right corner, below `top` (distance from the upper edge, logical
/// pixels).
struct LegendRow {
  std::string words;
  Rgb colour{1, 1, 1};
  bool outlined = false; ///< a frame instead of a filled square
};
void drawLegend(Overlay& overlay, const std::vector<LegendRow>& rows, double top);

/// Letters, or short words, at the middle of the left, right, upper and lower edge; empty: none there.
struct EdgeLetters {
  std::string left, right, up, down;
};
void drawEdgeLetters(Overlay& overlay, const EdgeLetters& letters, bool strong);

/// Two thin lines through (x, y), with a gap around it.
void drawCrosshair(Overlay& overlay, double x, double y);

/// Black or white, whichever stands out against `colour`.
[[nodiscard]] Rgb haloOf(const Rgb& colour);

} // namespace discern::scene
