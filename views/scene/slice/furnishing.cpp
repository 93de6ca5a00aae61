#include "scene/slice/furnishing.h"

#include "scene/compare/curtain.h"
#include "scene/format.h"
#include "scene/overlay/furniture.h"
#include "scene/placement.h"
#include "scene/sky_text.h"

#include <array>
#include <cmath>

namespace discern::scene {
namespace {

std::size_t nth(int axis) { return static_cast<std::size_t>(axis); }

bool isBrain(const data::FieldInfo& field) { return field.frame == data::Frame::RasMillimetres; }

EdgeLetters lettersOf(const data::FieldInfo& field, const Plane& plane) {
  EdgeLetters letters;
  if (isBrain(field)) {
    constexpr std::array plus{"R", "A", "S"}, minus{"L", "P", "I"};
    const auto toward = [&](int axis, double sign) { return sign > 0 ? plus[nth(axis)] : minus[nth(axis)]; };
    letters.right = toward(plane.rightAxis, plane.rightSign);
    letters.left = toward(plane.rightAxis, -plane.rightSign);
    letters.up = toward(plane.upAxis, plane.upSign);
    letters.down = toward(plane.upAxis, -plane.upSign);
    return letters;
  }
  // A name stands where its axis leads to; of the sky and the spectrum, where the coordinate rises.
  std::array<std::string, 3> names{"x", "y", "z"};
  std::array<double, 3> signs{1, 1, 1};
  if (field.sky) {
    const auto [lon, lat] = field.sky->names();
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const bool degrees = field.frame == data::Frame::LonLat && axis < 2; // the world's axes are those of the sky
      const std::string& name = degrees ? (axis == 0 ? lon : lat) : field.sky->axes[axis];
      if (name.empty()) continue;
      names[axis] = name;
      if (!degrees) signs[axis] = field.sky->signs[axis];
    }
  }
  const std::size_t right = nth(plane.rightAxis), up = nth(plane.upAxis);
  (plane.rightSign * signs[right] > 0 ? letters.right : letters.left) = names[right];
  (plane.upSign * signs[up] > 0 ? letters.up : letters.down) = names[up];
  return letters;
}

/// "z = 15 µm · 16/31", where the slice is one of several.
std::string placeOf(const Furnishing& what) {
  const data::FieldInfo& field = *what.leading;
  const Cut cut = cutOf(field, what.plane, what.state.cursor);
  const std::int64_t count = field.shape[nth(cut.normal)];
  if (count <= 1) return {};
  data::Vec3 index = field.index(what.state.cursor);
  index[nth(cut.normal)] = static_cast<double>(cut.slice);
  constexpr std::array names{"x", "y", "z"};
  const double world = field.world(index)[nth(what.plane.normalAxis)];
  const std::string unit = field.worldUnit.empty() ? "" : " " + field.worldUnit;
  const bool meshed = onGrid(field); // cut where the cursor is, not at one of so many slices
  const double at = meshed ? what.state.cursor[nth(what.plane.normalAxis)] : world;
  const double nought = 1e-6 * field.indexToWorld.spacing()[nth(cut.normal)];
  std::string place =
      std::string(names[nth(what.plane.normalAxis)]) + " = " + formatNumber(std::abs(at) < nought ? 0 : at) + unit;
  if (field.sky && field.sky->spectralAxis == cut.normal && !field.sky->spectral.empty())
    place = spectralText(field.sky->spectral[static_cast<std::size_t>(cut.slice)], field.sky->spectralUnit);
  return meshed ? place : place + " · " + std::to_string(cut.slice + 1) + "/" + std::to_string(count);
}

void drawHeader(const Furnishing& what) {
  const double s = what.scale, y = what.height - 14 * s;
  const Overlay::Style title{12, what.theme.text, Overlay::Anchor::Left, true, true};
  const Overlay::Style place{12, what.theme.muted, Overlay::Anchor::Left, true, false};
  const Overlay::Box box = what.overlay.text(12 * s, y, planeTitle(what.panel, *what.leading), title);
  // What does not end before the letter in the middle is left out, the least needed first: the time, the slice's
  // number.
  const double room = what.width / 2.0 - 14 * s;
  const auto fits = [&](double x, const std::string& words) {
    return x + what.overlay.sizeOf(words, place)[0] <= room;
  };
  std::string words = placeOf(what);
  const double x = box.x1 + 4 * s;
  if (const auto number = words.rfind(" · "); number != std::string::npos && !fits(x, words)) words.resize(number);
  Overlay::Box last = what.overlay.text(x, y, words, place);
  const auto append = [&](const std::string& more) {
    if (fits(last.x1 + 4 * s, more)) last = what.overlay.text(last.x1 + 4 * s, y, more, place);
  };
  if (what.first && what.leading->time.size > 1) append(what.leading->time.label(what.state.time));
  if (what.level > 0) append("level " + std::to_string(what.level) + " of " + std::to_string(what.leading->levels - 1));
}

/// The upper right corner. Returns how far down it reaches, in logical pixels.
double drawBadge(const Furnishing& what) {
  if (what.leading->sky && !what.leading->sky->system.empty()) {
    const Overlay::Style style{11, what.theme.muted, Overlay::Anchor::Right, true, false};
    what.overlay.text(what.width - 12 * what.scale, what.height - 14 * what.scale, what.leading->sky->system, style);
    return 28;
  }
  if (!isBrain(*what.leading)) return 8;
  const double s = what.scale, right = what.width - 12 * s;
  double top = 14;
  if (what.plane.rightAxis == 0) {
    const Overlay::Style style{11, what.theme.muted, Overlay::Anchor::Right, true, false};
    what.overlay.text(right, what.height - top * s, what.plane.rightSign < 0 ? "radiological" : "neurological", style);
    top += 18;
  }
  if (what.leading->transform == "none") {
    const Overlay::Style style{11, what.theme.warn, Overlay::Anchor::Right, true, false};
    what.overlay.text(right, what.height - top * s, "orientation assumed", style);
    top += 18;
  }
  return top - 4;
}

void drawLegends(const Furnishing& what, double top) {
  if (!what.first) return;
  std::vector<LegendRow> rows;
  if (what.difference) {
    rows = {{"missed", what.theme.missed},
            {"spurious", what.theme.spurious},
            {"split", what.theme.split},
            {"merged", what.theme.merged}};
  } else if (what.showsTruth && what.showsPrediction) {
    rows = {{"truth", what.theme.truth, true}, {"prediction", what.theme.prediction}};
  }
  drawLegend(what.overlay, rows, top);
}

void drawBars(const Furnishing& what) {
  const bool pixels = what.leading->frame == data::Frame::VoxelIndex && what.leading->worldUnit.empty();
  drawScaleBar(what.overlay, what.sight.worldPerPixel, pixels ? "px" : what.leading->worldUnit);
  if (!what.first || !what.image || !what.look || !what.map) return;
  const data::FieldInfo& field = *what.imageField;
  drawColourBar(what.overlay, {!field.quantity.empty() ? field.quantity
                               : !onGrid(field)        ? what.image->name
                                                       : field.name,
                               field.unit, what.map, what.look->scale});
}

} // namespace

void furnishSlice(const Furnishing& what) {
  what.overlay.begin(what.width, what.height, what.scale);
  if (what.leading) {
    if (what.state.crosshair) {
      const Point2 cursor = what.plane.flatten(what.state.cursor);
      drawCrosshair(what.overlay, (cursor.u - what.sight.low.u) / what.sight.worldPerPixel,
                    (cursor.v - what.sight.low.v) / what.sight.worldPerPixel);
    }
    drawEdgeLetters(what.overlay, lettersOf(*what.leading, what.plane), isBrain(*what.leading));
    drawHeader(what);
    drawLegends(what, drawBadge(what));
    drawBars(what);
    drawCurtain(what.overlay, what.mode, what.state);
  }
  what.overlay.end();
}

} // namespace discern::scene
