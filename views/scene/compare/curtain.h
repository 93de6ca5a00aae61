#pragma once
#include "scene/compare/sides.h"

#include <string>

class vtkActor;

namespace discern::scene {

class Overlay;

/// The part of a panel that shows a layer: everything, one side of an upright line, or every other square.
struct Curtain {
  enum class Kind { None, Swipe, Checkerboard };
  Kind kind = Kind::None;
  bool second = false; ///< right of the line, or the squares that the first layer leaves
  double at = 0;       ///< Swipe: the line, device pixels from the left edge of the window
  double tile = 64;    ///< Checkerboard: the side of a square, device pixels
  bool operator==(const Curtain&) const = default;
};

/// What "swipe" and "checkerboard" leave of `layer` in a panel of `width` device pixels; other modes leave all.
[[nodiscard]] Curtain curtainOf(const std::string& mode, const session::Layer& layer, const session::State& state,
                                int width, double scale);

/// Has an actor drawn within its part alone: fragments elsewhere are dropped. The same curtain again costs nothing.
void hang(vtkActor& actor, const Curtain& before, const Curtain& now);

/// Where a window draws a part of a picture whose lower left corner is (x, y) of the whole, device pixels: curtains
/// hang as in the whole. Nothing for an actor without one.
void shiftCurtain(vtkActor& actor, double x, double y);

/// The curtain of an actor, in pixels of the whole; its kind is None where there is none.
[[nodiscard]] Curtain curtainOf(vtkActor& actor);

/// The line of "swipe" with its handle and the names of both sides; nothing in other modes.
void drawCurtain(Overlay& overlay, const std::string& mode, const session::State& state);

} // namespace discern::scene
