#pragma once
#include "scene/panel.h"

#include <cstdint>
#include <vector>
#include <vtkSmartPointer.h>

namespace discern::render {

class OffscreenWindow;

/// A picture with transparency: four bytes a pixel, blue, green, red, alpha, colours multiplied by alpha (cairo's
/// ARGB32 on little-endian machines), first row at the top.
struct Canvas {
  int width = 0, height = 0;
  std::vector<std::uint8_t> bgra;
};

/// A picture in memory, RGB, first row at the top.
struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;
  Picture() = default;
  Picture(int w, int h, const scene::Rgb& colour);
  [[nodiscard]] std::uint8_t* at(int x, int y) {
    return &rgb[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x))];
  }
  [[nodiscard]] const std::uint8_t* at(int x, int y) const { return const_cast<Picture*>(this)->at(x, y); }
  /// Copies `other` so that its upper left corner lies at (x, y).
  void paste(const Picture& other, int x, int y);
};

/// Hosts one panel in a render window of its own in the current OpenGL context (see GlContext).
class Offscreen {
public:
  Offscreen(scene::Panel& panel, int width, int height);
  ~Offscreen();
  Offscreen(const Offscreen&) = delete;
  Offscreen& operator=(const Offscreen&) = delete;
  void resize(int width, int height);
  /// Until the panel is complete, at most `seconds`.
  void wait(double seconds) const;
  /// Draws once, small: what is written over a picture in space is described only then.
  void settle();
  /// Draws a part of the picture, as large as the panel or smaller, into the same part of `canvas`, which is as large
  /// as the panel. Rectangles from the upper left corner. `transparent`: without the background.
  struct Rectangle {
    int x, y, width, height;
  };
  void tile(const Rectangle& part, bool transparent, Canvas& canvas);
  [[nodiscard]] vtkRenderWindow* window() const;
  /// Waits until the panel is complete (at most `seconds`), renders, and reads the pixels back.
  [[nodiscard]] Picture grab(double seconds = 120);

private:
  scene::Panel& panel_;
  int width_, height_;
  vtkSmartPointer<OffscreenWindow> window_;
};

} // namespace discern::render
