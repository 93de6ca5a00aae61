#include "data/error.h"
#include "figure/figure.h"
#include "figure/ink.h"
#include "session/embedded.h"

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <png.h>
#include <stdexcept>

namespace discern::render {

Canvas flatten(const Figure& figure) {
  Canvas canvas{figure.width, figure.height, {}};
  const std::size_t row = 4 * static_cast<std::size_t>(figure.width);
  canvas.bgra.resize(row * static_cast<std::size_t>(figure.height));
  const Ink ink(figure.theme);
  constexpr int band = 2048; // cairo's surfaces end at 32767 rows
  for (int y = 0; y < figure.height; y += band) {
    const int tall = std::min(band, figure.height - y);
    cairo_surface_t* surface =
        cairo_image_surface_create_for_data(&canvas.bgra[row * static_cast<std::size_t>(y)], CAIRO_FORMAT_ARGB32,
                                            figure.width, tall, static_cast<int>(row));
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
      cairo_surface_destroy(surface);
      throw data::UsageError("a figure can be at most 32767 pixels wide");
    }
    cairo_t* context = cairo_create(surface);
    cairo_translate(context, 0, -y);
    ink.draw(context, figure, true);
    cairo_destroy(context);
    cairo_surface_destroy(surface);
  }
  return canvas;
}

namespace {

[[noreturn]] void fail(png_structp, png_const_charp why) { throw std::runtime_error(std::string("PNG: ") + why); }

void warn(png_structp, png_const_charp) {}

void append(png_structp png, png_bytep bytes, png_size_t count) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(bytes), count);
}

void addText(png_structp png, png_infop info, const char* key, const std::string& words) {
  png_text text{};
  text.compression = PNG_ITXT_COMPRESSION_NONE;
  text.key = const_cast<char*>(key);
  text.text = const_cast<char*>(words.c_str());
  text.itxt_length = words.size();
  png_set_text(png, info, &text, 1);
}

/// One row as PNG wants it: red, green, blue, where wanted alpha, not multiplied.
void convertRow(const std::uint8_t* from, int width, bool alpha, std::vector<png_byte>& to) {
  png_byte* out = to.data();
  for (int x = 0; x < width; ++x, from += 4) {
    const unsigned a = from[3];
    for (const int c : {2, 1, 0})
      *out++ = !alpha || a == 255 ? from[c]
               : a == 0           ? png_byte{0}
                                  : static_cast<png_byte>(std::min(255U, (255U * from[c] + a / 2) / a));
    if (alpha) *out++ = static_cast<png_byte>(a);
  }
}

} // namespace

std::string pngOf(const Canvas& canvas, double dpi, bool transparent, const std::string& session) {
  std::string file;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, fail, warn);
  png_infop info = png_create_info_struct(png);
  try {
    png_set_write_fn(png, &file, append, nullptr);
    png_set_IHDR(png, info, static_cast<png_uint_32>(canvas.width), static_cast<png_uint_32>(canvas.height), 8,
                 transparent ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    const auto perMetre = static_cast<png_uint_32>(std::lround(dpi / 0.0254));
    png_set_pHYs(png, info, perMetre, perMetre, PNG_RESOLUTION_METER);
    png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
    addText(png, info, "Software", "Discern");
    if (!session.empty()) addText(png, info, session::embeddedKey, session);
    png_write_info(png, info);
    std::vector<png_byte> row(static_cast<std::size_t>(canvas.width) * (transparent ? 4 : 3));
    for (int y = 0; y < canvas.height; ++y) {
      convertRow(&canvas.bgra[4 * static_cast<std::size_t>(y) * static_cast<std::size_t>(canvas.width)], canvas.width,
                 transparent, row);
      png_write_row(png, row.data());
    }
    png_write_end(png, info);
  } catch (...) {
    png_destroy_write_struct(&png, &info);
    throw;
  }
  png_destroy_write_struct(&png, &info);
  return file;
}

} // namespace discern::render
