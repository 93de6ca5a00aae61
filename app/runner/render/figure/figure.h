#pragma once
#include "offscreen.h"
#include "scene/overlay/drawing.h"
#include "session/state.h"

#include <atomic>
#include <functional>
#include <optional>
#include <stdexcept>

namespace discern::render {

/// What is drawn of one view: its rectangle in the figure (device pixels, from the upper left), pixels where it has
/// any, and over them lines and letters, in the view's own pixels from its lower left corner.
struct Part {
  int x = 0, y = 0, width = 0, height = 0;
  std::optional<Canvas> picture;
  scene::Drawing drawing;
};

/// A figure before it is written in a format.
struct Figure {
  int width = 0, height = 0; ///< device pixels
  double dpi = 96;           ///< device pixels an inch of paper
  scene::Theme theme;
  bool transparent = false; ///< no background; the veils behind letters are left out
  std::vector<Part> parts;
  std::string title, session; ///< of the session; its text (session::textOf), empty: not kept
};

struct Cancelled : std::runtime_error {
  Cancelled() : std::runtime_error("cancelled") {}
};

struct FigureRequest {
  int width = 1280, height = 960; ///< device pixels
  double scale = 1;               ///< device pixels a logical pixel
  double dpi = 96;
  bool transparent = false;
  bool asOnScreen =
      false;          ///< letters and lines are pixels of the graphics, too: the window's own picture, to the pixel
  std::string vision; ///< as seen by other eyes (scene/colour/vision.h); empty: as is
  int tile = 4096;    ///< side of what the graphics draw at once, device pixels
  std::function<void(const std::string&)> report; ///< a sentence about what could be drawn only in part
  std::function<void(double)> progress;           ///< 0…1; may be empty
  std::function<bool()> cancelled;                ///< asked between tiles; may be empty
};

/// Draws a state as the window's centre shows it: the panels of its grid, two logical pixels of surface colour between
/// them, and below them the plot of the table in front. Needs a current OpenGL context. Throws Cancelled, and
/// data::UsageError when the figure is too large.
[[nodiscard]] Figure drawFigure(const session::State& state, data::FieldProvider& provider, const scene::Theme& theme,
                                const FigureRequest& request);

/// Pixels of the figure with all that is on it.
[[nodiscard]] Canvas flatten(const Figure& figure);

// Each returns the whole file.
[[nodiscard]] std::string pngOf(const Canvas& canvas, double dpi, bool transparent, const std::string& session);
[[nodiscard]] std::string svgOf(const Figure& figure);
[[nodiscard]] std::string pdfOf(const Figure& figure);

} // namespace discern::render
