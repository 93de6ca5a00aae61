#pragma once
#include "scene/theme.h"

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace discern::scene {

/// Lines, areas and letters of a picture as such, for files that keep them so: device pixels, origin bottom left, in
/// the order in which they are laid over each other.
struct Drawing {
  struct Path {
    enum class Kind {
      Fill,     ///< the polygon of the points
      Stroke,   ///< a line through all points
      Segments, ///< a line from the first point to the second, from the third to the fourth, …
      Dots      ///< a disc of diameter `width` at each point
    };
    Kind kind = Kind::Fill;
    std::vector<std::array<double, 2>> points = {};
    Rgb colour{};
    double opacity = 1, width = 1;
    bool square = false; ///< ends of lines reach out by half the width
    bool veil = false;   ///< only there to set off what is written on it from the picture below
    std::optional<std::array<double, 4>> clip = std::nullopt; ///< x0, y0, x1, y1
  };
  struct Text {
    double x = 0, y = 0; ///< of the baseline, at `share` of the words' width
    std::string words;
    double size = 12; ///< of the font, pixels
    Rgb colour{};
    bool bold = false;
    double angle = 0; ///< degrees, anticlockwise
    double share = 0; ///< 0: (x, y) is where the words begin; 0.5: their middle; 1: their end
  };
  std::vector<std::variant<Path, Text>> items;

  void append(Drawing other) {
    items.insert(items.end(), std::make_move_iterator(other.items.begin()), std::make_move_iterator(other.items.end()));
  }
};

} // namespace discern::scene
