#pragma once
#include "figure/figure.h"

#include <cairo.h>
#include <memory>

namespace discern::render {

/// Draws a figure with cairo, in device pixels from the upper left corner; the same for pixels and for PDF.
class Ink {
public:
  explicit Ink(const scene::Theme& theme);
  ~Ink();
  Ink(const Ink&) = delete;
  Ink& operator=(const Ink&) = delete;
  /// `pixels`: the target has pixels, so that a veil can be laid where something is to be veiled alone.
  void draw(cairo_t* context, const Figure& figure, bool pixels) const;

private:
  void draw(cairo_t* context, const scene::Drawing& drawing, bool transparent, bool pixels) const;
  void draw(cairo_t* context, const scene::Drawing::Text& text) const;
  struct Fonts;
  std::unique_ptr<Fonts> fonts_;
};

} // namespace discern::render
