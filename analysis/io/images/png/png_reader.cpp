#include "io/images/png/png_reader.h"

#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/images/resolution.h"
#include "io/whole/whole_field.h"

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <cstring>
#include <png.h>

namespace discern::io {

namespace {

/// What the chunks in front of the pixels say.
struct PngHeader {
  std::uint32_t width = 0, height = 0;
  int bits = 0, colour = 0;
  bool transparency = false; ///< a tRNS chunk
  double perMetreX = 0, perMetreY = 0;
  std::int64_t dataBytes = 0; ///< of all IDAT chunks
  std::map<std::string, std::string> texts;

  /// Components as they are given out.
  [[nodiscard]] int components() const {
    switch (colour) {
    case PNG_COLOR_TYPE_GRAY:
      return 1;
    case PNG_COLOR_TYPE_GRAY_ALPHA:
      return 2;
    case PNG_COLOR_TYPE_RGB_ALPHA:
      return 4;
    default:
      return transparency ? 4 : 3;
    }
  }
};

std::uint32_t bigEndian(const std::byte* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i)
    value = value << 8 | std::to_integer<std::uint32_t>(at[i]);
  return value;
}

/// Walks over the chunks without inflating any.
PngHeader readHeader(const File& file) {
  PngHeader header;
  bool ended = false;
  for (std::int64_t at = 8; !ended;) {
    std::array<std::byte, 8> head;
    if (at + 12 > file.size())
      throw data::ReadError(file.path(), "the PNG is cut short: no end mark (IEND) before the file ends at byte " +
                                             std::to_string(file.size()));
    file.readAt(at, head);
    const std::int64_t length = bigEndian(head.data());
    const std::string name(reinterpret_cast<const char*>(head.data()) + 4, 4);
    if (at == 8 && (name != "IHDR" || length != 13))
      throw data::ReadError(file.path(), "the PNG does not begin with its header (IHDR)");
    if (at > 8 && name == "IHDR")
      throw data::ReadError(file.path(), "the PNG has a second header (IHDR) at byte " + std::to_string(at));
    if (length > file.size() - at - 12)
      throw data::ReadError(file.path(), "the PNG is cut short: a piece \"" + cleanText(name) + "\" of " +
                                             byteText(static_cast<double>(length)) + " begins at byte " +
                                             std::to_string(at) + " of " + std::to_string(file.size()));
    constexpr std::int64_t textLimit = 4096;
    std::vector<std::byte> content(static_cast<std::size_t>(std::min(length, textLimit)));
    const bool wanted = name == "IHDR" || name == "pHYs" || name == "tEXt";
    if (wanted) file.readAt(at + 8, content);
    if (name == "IHDR") {
      header.width = bigEndian(content.data());
      header.height = bigEndian(content.data() + 4);
      header.bits = std::to_integer<int>(content[8]);
      header.colour = std::to_integer<int>(content[9]);
    } else if (name == "tRNS") {
      header.transparency = true;
    } else if (name == "pHYs" && length == 9 && std::to_integer<int>(content[8]) == 1) {
      header.perMetreX = bigEndian(content.data());
      header.perMetreY = bigEndian(content.data() + 4);
    } else if (name == "tEXt") {
      const std::string_view all(reinterpret_cast<const char*>(content.data()), content.size());
      const auto end = all.find('\0');
      if (end != std::string_view::npos && header.texts.size() < 32)
        header.texts[cleanText(all.substr(0, end))] = cleanText(all.substr(end + 1));
    } else if (name == "IDAT") {
      header.dataBytes += length;
    }
    ended = name == "IEND";
    at += length + 12;
  }
  return header;
}

/// libpng's state for one decoding. Its errors come by longjmp, so that nothing with a destructor may be made in `run`.
struct Decoder {
  const File& file;
  std::int64_t at = 0;
  std::array<char, 200> message{};
  png_structp png = nullptr;
  png_infop info = nullptr;

  explicit Decoder(const File& from) : file(from) {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, [](png_structp, png_const_charp) {});
    if (png) info = png_create_info_struct(png);
    if (!info) throw std::bad_alloc();
    png_set_read_fn(png, this, fill);
  }
  ~Decoder() { png_destroy_read_struct(&png, &info, nullptr); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  [[noreturn]] static void fail(png_structp from, png_const_charp text) {
    auto* self = static_cast<Decoder*>(png_get_error_ptr(from));
    std::strncpy(self->message.data(), text, self->message.size() - 1);
    png_longjmp(from, 1);
  }
  static void fill(png_structp from, png_bytep out, std::size_t count) {
    auto* self = static_cast<Decoder*>(png_get_io_ptr(from));
    bool whole = true;
    try { // an exception must not cross libpng
      self->file.readAt(self->at, std::as_writable_bytes(std::span(out, count)));
    } catch (const data::ReadError&) {
      whole = false;
    }
    if (!whole) png_error(from, "the file ends too early");
    self->at += static_cast<std::int64_t>(count);
  }

  /// Fills `rows` (each of `rowBytes`); false when libpng gave up.
  bool run(const PngHeader& header, png_bytepp rows, std::size_t rowBytes) {
    if (setjmp(png_jmpbuf(png))) return false;
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_read_info(png, info);
    png_set_packing(png); // grey of 1, 2 and 4 bits: one number a byte
    if (header.colour == PNG_COLOR_TYPE_PALETTE) {
      png_set_palette_to_rgb(png);
      if (header.transparency) png_set_tRNS_to_alpha(png);
    } else if (header.colour == PNG_COLOR_TYPE_RGB && header.transparency) {
      png_set_tRNS_to_alpha(png);
    }
    if (header.bits == 16 && std::endian::native == std::endian::little) png_set_swap(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != rowBytes) png_error(png, "its rows are of another length than its header says");
    png_read_image(png, rows);
    png_read_end(png, nullptr);
    return true;
  }
};

std::vector<std::byte> decode(const File& file, const PngHeader& header) {
  const auto components = static_cast<std::size_t>(header.components()), element = header.bits == 16 ? 2UL : 1UL;
  const std::size_t width = header.width, height = header.height, rowBytes = width * components * element;
  std::vector<std::byte> pixels(rowBytes * height);
  std::vector<png_bytep> rows(height);
  for (std::size_t y = 0; y < height; ++y)
    rows[y] = reinterpret_cast<png_bytep>(pixels.data() + y * rowBytes);
  Decoder decoder(file);
  if (!decoder.run(header, rows.data(), rowBytes))
    throw data::ReadError(file.path(), std::string("the PNG is damaged: ") + cleanText(decoder.message.data()));
  if (components == 1) return pixels;
  std::vector<std::byte> planes(pixels.size());
  const std::size_t count = width * height;
  for (std::size_t c = 0; c < components; ++c)
    for (std::size_t i = 0; i < count; ++i)
      std::memcpy(planes.data() + (c * count + i) * element, pixels.data() + (i * components + c) * element, element);
  return planes;
}

} // namespace

std::shared_ptr<data::Dataset> openPng(const std::shared_ptr<const File>& file) {
  const std::string& path = file->path();
  const PngHeader header = readHeader(*file);
  const bool bitsFit =
      header.bits == 8 || header.bits == 16 || header.bits == 1 || header.bits == 2 || header.bits == 4;
  const bool colourFits =
      header.colour == 0 || header.colour == 2 || header.colour == 3 || header.colour == 4 || header.colour == 6;
  if (!bitsFit || !colourFits || header.width == 0 || header.height == 0)
    throw data::ReadError(path, "the PNG header speaks of " + std::to_string(header.width) + " × " +
                                    std::to_string(header.height) + " pixels, colour type " +
                                    std::to_string(header.colour) + ", " + std::to_string(header.bits) +
                                    " bits, which no PNG has");
  const int components = header.components();
  const bool palette = header.colour == PNG_COLOR_TYPE_PALETTE;
  // Deflate makes at most 1032 bytes of one.
  const double samples = palette || header.colour == 0 ? 1 : components;
  const double packed = static_cast<double>(header.width) * header.height * header.bits * samples / 8;
  if (packed > static_cast<double>(header.dataBytes) * 1032 + 64)
    throw data::ReadError(path, "the header promises " + std::to_string(header.width) + " × " +
                                    std::to_string(header.height) + " pixels, more than its " +
                                    byteText(static_cast<double>(header.dataBytes)) + " of pixels can hold");
  const double bytes = static_cast<double>(header.width) * header.height * components * (header.bits == 16 ? 2 : 1);
  if (bytes > wholeLimit)
    throw data::ReadError(path, "the image takes " + byteText(bytes) + " of memory; a PNG is decoded whole, up to " +
                                    byteText(wholeLimit));

  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = "PNG";
  dataset.alone = true;
  dataset.attributes = header.texts;
  data::FieldInfo info;
  info.type = header.bits == 16 ? data::ScalarType::UInt16 : data::ScalarType::UInt8;
  info.shape = {header.width, header.height, 1};
  info.components = components;
  info.transform = "none";
  info.worldUnit = "px";
  info.levels = levelsFor(info.shape);
  info.labels = components == 1 && speaksOfLabels(stemOf(path));
  info.name = info.labels ? "labels" : "image";
  info.source = "PNG, " + std::to_string(header.bits) + " bits";
  setResolution(header.perMetreX, header.perMetreY, info, dataset.attributes);
  if (palette) dataset.warnings.push_back("The colours of its palette are shown, not the indices.");
  if (header.colour == PNG_COLOR_TYPE_GRAY && header.transparency)
    dataset.warnings.push_back("One grey value is marked as transparent; that is not shown.");
  auto load = [file, header] { return decode(*file, header); };
  return std::make_shared<FieldsDataset>(std::move(dataset),
                                         FieldsDataset::Fields{wholeField(std::move(info), std::move(load))});
}

} // namespace discern::io
