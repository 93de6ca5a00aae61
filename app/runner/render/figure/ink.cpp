#include "figure/ink.h"

#include <cairo-ft.h>
#include <cmath>
#include <filesystem>
#include <ft2build.h>
#include FT_FREETYPE_H

namespace discern::render {

/// The theme's typeface, plain and bold.
struct Ink::Fonts {
  FT_Library library = nullptr;
  FT_Face plainFace = nullptr, boldFace = nullptr;
  cairo_font_face_t *plain = nullptr, *bold = nullptr;

  cairo_font_face_t* load(const std::string& file, FT_Face& face) const {
    if (file.empty() || !library || FT_New_Face(library, file.c_str(), 0, &face) != 0) return nullptr;
    return cairo_ft_font_face_create_for_ft_face(face, FT_LOAD_NO_HINTING);
  }
};

namespace {

/// "Inter-Medium.otf" → "Inter-Bold.otf" beside it, where there is one.
std::string boldBeside(const std::string& file) {
  const std::filesystem::path path(file);
  const std::string stem = path.stem().string();
  const auto bold = path.parent_path() / (stem.substr(0, stem.find('-')) + "-Bold" + path.extension().string());
  std::error_code none;
  return std::filesystem::exists(bold, none) ? bold.string() : file;
}

void setColour(cairo_t* context, const scene::Rgb& colour, double opacity) {
  cairo_set_source_rgba(context, colour[0], colour[1], colour[2], opacity);
}

void drawPath(cairo_t* context, const scene::Drawing::Path& path) {
  using Kind = scene::Drawing::Path::Kind;
  if (path.points.empty()) return;
  setColour(context, path.colour, path.opacity);
  if (path.kind == Kind::Dots) {
    for (const auto& [x, y] : path.points) {
      cairo_new_sub_path(context);
      cairo_arc(context, x, y, path.width / 2, 0, 2 * M_PI);
      cairo_fill(context);
    }
    return;
  }
  for (std::size_t i = 0; i < path.points.size(); ++i) {
    const auto& [x, y] = path.points[i];
    if (i == 0 || (path.kind == Kind::Segments && i % 2 == 0))
      cairo_move_to(context, x, y);
    else
      cairo_line_to(context, x, y);
  }
  if (path.kind == Kind::Fill) {
    cairo_close_path(context);
    cairo_fill(context);
    return;
  }
  cairo_set_line_width(context, path.width);
  cairo_set_line_cap(context, path.square ? CAIRO_LINE_CAP_SQUARE : CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke(context);
}

} // namespace

Ink::Ink(const scene::Theme& theme) : fonts_(std::make_unique<Fonts>()) {
  FT_Init_FreeType(&fonts_->library);
  fonts_->plain = fonts_->load(theme.fontFile, fonts_->plainFace);
  fonts_->bold = fonts_->load(boldBeside(theme.fontFile), fonts_->boldFace);
  if (!fonts_->plain)
    fonts_->plain = cairo_toy_font_face_create("sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  if (!fonts_->bold)
    fonts_->bold = cairo_toy_font_face_create("sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
}

Ink::~Ink() {
  cairo_font_face_destroy(fonts_->plain);
  cairo_font_face_destroy(fonts_->bold);
  cairo_debug_reset_static_data(); // lets go of the faces before the library goes
  if (fonts_->plainFace) FT_Done_Face(fonts_->plainFace);
  if (fonts_->boldFace) FT_Done_Face(fonts_->boldFace);
  FT_Done_FreeType(fonts_->library);
}

void Ink::draw(cairo_t* context, const scene::Drawing::Text& text) const {
  cairo_set_font_face(context, text.bold ? fonts_->bold : fonts_->plain);
  cairo_set_font_size(context, text.size);
  cairo_text_extents_t extents;
  cairo_text_extents(context, text.words.c_str(), &extents);
  cairo_save(context);
  cairo_translate(context, text.x, text.y);
  cairo_rotate(context, text.angle * M_PI / 180);
  cairo_scale(context, 1, -1); // letters stand upright in a picture whose y grows upwards
  cairo_move_to(context, -text.share * extents.x_advance, 0);
  setColour(context, text.colour, 1);
  cairo_show_text(context, text.words.c_str());
  cairo_restore(context);
}

void Ink::draw(cairo_t* context, const scene::Drawing& drawing, bool transparent, bool pixels) const {
  for (const auto& item : drawing.items) {
    if (const auto* text = std::get_if<scene::Drawing::Text>(&item)) {
      draw(context, *text);
      continue;
    }
    const auto& path = std::get<scene::Drawing::Path>(item);
    const bool veil = path.veil && transparent;
    if (veil && !pixels) continue;
    cairo_save(context);
    if (veil) cairo_set_operator(context, CAIRO_OPERATOR_ATOP); // only where there is something
    if (path.clip) {
      const auto& [x0, y0, x1, y1] = *path.clip;
      cairo_rectangle(context, x0, y0, x1 - x0, y1 - y0);
      cairo_clip(context);
    }
    drawPath(context, path);
    cairo_restore(context);
  }
}

void Ink::draw(cairo_t* context, const Figure& figure, bool pixels) const {
  if (!figure.transparent) {
    setColour(context, figure.theme.surface, 1);
    cairo_paint(context);
  }
  for (const Part& part : figure.parts) {
    cairo_save(context);
    cairo_rectangle(context, part.x, part.y, part.width, part.height);
    cairo_clip(context);
    if (!figure.transparent) {
      setColour(context, figure.theme.canvas, 1);
      cairo_paint(context);
    }
    if (part.picture) {
      const Canvas& canvas = *part.picture;
      // cairo's surfaces end at 32767 pixels, files of vectors have smaller pictures rather than one vast one.
      constexpr int side = 8192;
      for (int y = 0; y < canvas.height; y += side)
        for (int x = 0; x < canvas.width; x += side) {
          const int wide = std::min(side, canvas.width - x), tall = std::min(side, canvas.height - y);
          auto* bytes = const_cast<unsigned char*>(
              &canvas.bgra[4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(canvas.width) +
                                static_cast<std::size_t>(x))]);
          cairo_surface_t* surface = cairo_image_surface_create_for_data(
              bytes, figure.transparent ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24, wide, tall, 4 * canvas.width);
          cairo_set_source_surface(context, surface, part.x + x, part.y + y);
          cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST);
          cairo_rectangle(context, part.x + x, part.y + y, wide, tall);
          cairo_fill(context);
          cairo_surface_destroy(surface);
        }
    }
    cairo_translate(context, part.x, part.y + part.height);
    cairo_scale(context, 1, -1);
    draw(context, part.drawing, figure.transparent, pixels);
    cairo_restore(context);
  }
}

} // namespace discern::render
