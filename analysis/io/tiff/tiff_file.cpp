#include "io/tiff/tiff_file.h"

#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <tiffio.h>

namespace discern::io {

namespace {

int keepMessage(TIFF*, void* text, const char*, const char* format, va_list arguments) {
  std::array<char, 300> line{};
  std::vsnprintf(line.data(), line.size(), format, arguments);
  *static_cast<std::string*>(text) = cleanText(line.data());
  return 1; // libtiff's own handler, which prints, is not called
}

int dropMessage(TIFF*, void*, const char*, const char*, va_list) { return 1; }

float halfToFloat(std::uint16_t half) {
  const int exponent = (half >> 10) & 31;
  const int mantissa = half & 1023;
  float value = 0;
  if (exponent == 31)
    value = mantissa ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
  else if (exponent == 0)
    value = std::ldexp(static_cast<float>(mantissa), -24);
  else
    value = std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
  return half & 0x8000 ? -value : value;
}

/// By how much a codec can shrink at most: of the others, a blank page of CCITT G4 the most, a bit a row.
double greatestRatio(std::uint16_t compression) {
  switch (compression) {
  case COMPRESSION_NONE:
    return 1;
  case COMPRESSION_PACKBITS:
    return 64;
  case COMPRESSION_LZW:
    return 3000;
  case COMPRESSION_DEFLATE:
  case COMPRESSION_ADOBE_DEFLATE:
    return 1032;
  default:
    return 1e5;
  }
}

std::int64_t rowBytes(const TiffFormat& f, std::int64_t width) {
  return (width * f.bits * (f.separate ? 1 : f.samples) + 7) / 8;
}

constexpr std::int64_t largestBlock = std::int64_t{1} << 31;

} // namespace

data::ScalarType tiffType(const std::string& path, const TiffFormat& f) {
  using data::ScalarType;
  const auto refuse = [&](const std::string& what) -> ScalarType {
    throw data::ReadError(path, "its pixels are " + what +
                                    ", which can't be read; expected whole numbers of 1, 8, 16, 32 or 64 "
                                    "bits or floating-point numbers of 16, 32 or 64");
  };
  switch (f.sampleFormat) {
  case SAMPLEFORMAT_UINT:
  case SAMPLEFORMAT_VOID:
    switch (f.bits) {
    case 1:
    case 8:
      return ScalarType::UInt8;
    case 16:
      return ScalarType::UInt16;
    case 32:
      return ScalarType::UInt32;
    case 64:
      return ScalarType::UInt64;
    default:
      return refuse("unsigned numbers of " + std::to_string(f.bits) + " bits");
    }
  case SAMPLEFORMAT_INT:
    switch (f.bits) {
    case 8:
      return ScalarType::Int8;
    case 16:
      return ScalarType::Int16;
    case 32:
      return ScalarType::Int32;
    case 64:
      return ScalarType::Int64;
    default:
      return refuse("signed numbers of " + std::to_string(f.bits) + " bits");
    }
  case SAMPLEFORMAT_IEEEFP:
    switch (f.bits) {
    case 16:
    case 32:
      return ScalarType::Float32;
    case 64:
      return ScalarType::Float64;
    default:
      return refuse("floating-point numbers of " + std::to_string(f.bits) + " bits");
    }
  default:
    return refuse("complex numbers");
  }
}

TiffHandle::TiffHandle(const File& file) : file_(file) {
  TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options, keepMessage, &message_);
  TIFFOpenOptionsSetWarningHandlerExtR(options, dropMessage, nullptr);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, std::max<tmsize_t>(64 << 20, 2 * file.size()));
  tiff_ = TIFFOpenExt(file.path().c_str(), "rm", options); // no mmap: a file that shrinks must not end the program
  TIFFOpenOptionsFree(options);
  if (!tiff_)
    throw data::ReadError(file.path(),
                          "the TIFF can't be opened; it is damaged or cut short (" + message("no reason given") + ")");
  directory_ = TIFFCurrentDirOffset(tiff_);
}

TiffHandle::~TiffHandle() { TIFFClose(tiff_); }

std::string TiffHandle::message(const std::string& otherwise) const { return message_.empty() ? otherwise : message_; }

void TiffHandle::select(const TiffPage& page) {
  if (directory_ == page.directory) return;
  message_.clear();
  blockValid_ = false;
  if (!TIFFSetSubDirectory(tiff_, page.directory))
    throw data::ReadError(file_.path(), "a page can't be found any more (" + message("no reason given") + ")");
  directory_ = page.directory;
}

const std::vector<std::byte>& TiffHandle::block(const TiffPage& page, std::uint32_t index, std::int64_t rows) {
  if (blockValid_ && blockDirectory_ == page.directory && blockIndex_ == index) return block_;
  blockValid_ = false;
  const TiffFormat& f = page.format;
  const std::int64_t need = rows * rowBytes(f, f.blockWidth);
  message_.clear();
  tmsize_t got = -1;
  if (f.tiled) {
    block_.resize(static_cast<std::size_t>(std::max<std::int64_t>(need, TIFFTileSize(tiff_))));
    got = TIFFReadEncodedTile(tiff_, index, block_.data(), static_cast<tmsize_t>(block_.size()));
  } else {
    block_.resize(static_cast<std::size_t>(need));
    got = TIFFReadEncodedStrip(tiff_, index, block_.data(), need);
  }
  if (got < need)
    throw data::ReadError(file_.path(), std::string("the pixels of a ") + (f.tiled ? "tile" : "strip") +
                                            " are damaged or cut short (" + message("fewer bytes than expected") + ")");
  blockDirectory_ = page.directory;
  blockIndex_ = index;
  blockValid_ = true;
  return block_;
}

void TiffHandle::read(const TiffPage& page, int sample, std::int64_t x0, std::int64_t x1, std::int64_t y0,
                      std::int64_t y1, std::byte* out) {
  select(page);
  const TiffFormat& f = page.format;
  const bool half = f.sampleFormat == SAMPLEFORMAT_IEEEFP && f.bits == 16;
  const std::int64_t bytes = half ? 4 : std::max(1, f.bits / 8);
  const std::int64_t stored = f.bits / 8, step = stored * (f.separate ? 1 : f.samples);
  const std::int64_t first = f.separate ? 0 : sample;
  const std::int64_t width = x1 - x0;
  for (std::int64_t by = y0 / f.blockHeight; by * f.blockHeight < y1; ++by) {
    for (std::int64_t bx = x0 / f.blockWidth; bx * f.blockWidth < x1; ++bx) {
      const std::int64_t top = by * f.blockHeight, left = bx * f.blockWidth;
      const auto index =
          f.tiled ? TIFFComputeTile(tiff_, static_cast<std::uint32_t>(left), static_cast<std::uint32_t>(top), 0,
                                    static_cast<std::uint16_t>(sample))
                  : TIFFComputeStrip(tiff_, static_cast<std::uint32_t>(top), static_cast<std::uint16_t>(sample));
      const std::int64_t rows = f.tiled ? f.blockHeight : std::min(f.blockHeight, f.height - top);
      const std::vector<std::byte>& pixels = block(page, index, rows);
      const std::int64_t line = rowBytes(f, f.blockWidth);
      const std::int64_t fromX = std::max(x0, left), toX = std::min(x1, left + f.blockWidth);
      for (std::int64_t y = std::max(y0, top); y < std::min(y1, top + rows); ++y) {
        const std::byte* row = pixels.data() + (y - top) * line;
        std::byte* to = out + ((y - y0) * width + (fromX - x0)) * bytes;
        if (f.bits == 1) {
          for (std::int64_t x = fromX; x < toX; ++x, ++to) {
            const std::int64_t bit = (x - left) * (f.separate ? 1 : f.samples) + first;
            *to = (row[bit / 8] >> (7 - bit % 8)) & std::byte{1};
          }
        } else if (half) {
          for (std::int64_t x = fromX; x < toX; ++x, to += 4) {
            std::uint16_t raw = 0;
            std::memcpy(&raw, row + (x - left) * step + first * stored, 2);
            const float value = halfToFloat(raw);
            std::memcpy(to, &value, 4);
          }
        } else if (step == stored) {
          std::memcpy(to, row + (fromX - left) * stored, static_cast<std::size_t>((toX - fromX) * stored));
        } else {
          for (std::int64_t x = fromX; x < toX; ++x, to += stored)
            std::memcpy(to, row + (x - left) * step + first * stored, static_cast<std::size_t>(stored));
        }
      }
    }
  }
}

TiffFile::TiffFile(std::shared_ptr<const File> file) : file_(std::move(file)) {
  auto handle = std::make_unique<TiffHandle>(*file_);
  TIFF* tif = handle->get();
  swapped_ = TIFFIsByteSwapped(tif) != 0;
  const auto text = [&](std::uint32_t tag) {
    const char* value = nullptr;
    return TIFFGetField(tif, tag, &value) && value ? cleanText(value) : std::string();
  };
  description_ = text(TIFFTAG_IMAGEDESCRIPTION);
  software_ = text(TIFFTAG_SOFTWARE);
  float resolution = 0;
  if (TIFFGetField(tif, TIFFTAG_XRESOLUTION, &resolution) && std::isfinite(resolution)) resolutionX = resolution;
  if (TIFFGetField(tif, TIFFTAG_YRESOLUTION, &resolution) && std::isfinite(resolution)) resolutionY = resolution;
  std::uint16_t value = 0;
  if (TIFFGetFieldDefaulted(tif, TIFFTAG_RESOLUTIONUNIT, &value)) resolutionUnit = value;
  if (TIFFGetFieldDefaulted(tif, TIFFTAG_ORIENTATION, &value)) orientation = value;
  geo_ = readGeoTags(tif);
  bool more = true;
  while (more) {
    addPage(*handle);
    if (TIFFLastDirectory(tif)) break;
    more = TIFFReadDirectory(tif) == 1;
    if (!more)
      throw data::ReadError(file_->path(), "page " + std::to_string(pages_.size() + 1) +
                                               " can't be read; the file is damaged or cut short (" +
                                               handle->message("no reason given") + ")");
  }
  if (pages_.empty()) throw data::ReadError(file_->path(), "the TIFF has no image in it");
}

TiffFile::~TiffFile() = default;

void TiffFile::addPage(TiffHandle& handle) {
  TIFF* tif = handle.get();
  const std::string where = "page " + std::to_string(pages_.size() + 1 + static_cast<std::size_t>(reduced_)) + ": ";
  std::uint32_t kind = 0;
  if (TIFFGetField(tif, TIFFTAG_SUBFILETYPE, &kind) && (kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) &&
      !pages_.empty()) {
    ++reduced_;
    return;
  }
  TiffPage page;
  page.directory = TIFFCurrentDirOffset(tif);
  TiffFormat& f = page.format;
  std::uint32_t width = 0, height = 0;
  std::uint16_t bits = 1, samples = 1, format = 1, planar = 1;
  if (!TIFFGetField(tif, TIFFTAG_IMAGEWIDTH, &width) || !TIFFGetField(tif, TIFFTAG_IMAGELENGTH, &height) ||
      width == 0 || height == 0)
    throw data::ReadError(file_->path(), where + "it gives no width and height");
  TIFFGetFieldDefaulted(tif, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tif, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetFieldDefaulted(tif, TIFFTAG_SAMPLEFORMAT, &format);
  TIFFGetFieldDefaulted(tif, TIFFTAG_PLANARCONFIG, &planar);
  TIFFGetFieldDefaulted(tif, TIFFTAG_COMPRESSION, &f.compression);
  TIFFGetField(tif, TIFFTAG_PHOTOMETRIC, &f.photometric);
  f.width = width;
  f.height = height;
  f.bits = bits;
  f.samples = std::max<int>(samples, 1);
  f.sampleFormat = format;
  f.separate = planar == PLANARCONFIG_SEPARATE && f.samples > 1;
  f.tiled = TIFFIsTiled(tif) != 0;
  f.compressed = f.compression != COMPRESSION_NONE;
  static_cast<void>(tiffType(file_->path(), f)); // throws for what can't be read
  if (f.compressed && !TIFFIsCODECConfigured(f.compression))
    throw data::ReadError(file_->path(), where + "its compression (scheme " + std::to_string(f.compression) +
                                             ") is not known to libtiff here");
  if (f.photometric == PHOTOMETRIC_YCBCR && f.compression != COMPRESSION_JPEG)
    throw data::ReadError(file_->path(), where + "its pixels are in YCbCr colours, which can't be read");
  if (f.tiled) {
    std::uint32_t tileWidth = 0, tileHeight = 0;
    TIFFGetField(tif, TIFFTAG_TILEWIDTH, &tileWidth);
    TIFFGetField(tif, TIFFTAG_TILELENGTH, &tileHeight);
    f.blockWidth = tileWidth;
    f.blockHeight = tileHeight;
  } else {
    std::uint32_t rows = height;
    TIFFGetFieldDefaulted(tif, TIFFTAG_ROWSPERSTRIP, &rows);
    f.blockWidth = width;
    f.blockHeight = std::min(rows, height);
  }
  const double blockBytes = static_cast<double>(f.blockWidth) * static_cast<double>(f.blockHeight) * f.bits / 8 *
                            (f.separate ? 1 : f.samples);
  if (f.blockWidth <= 0 || f.blockHeight <= 0 || blockBytes > static_cast<double>(largestBlock))
    throw data::ReadError(file_->path(), where + "a strip or tile of " + byteText(blockBytes) +
                                             " was found; between 1 byte and " + byteText(largestBlock) +
                                             " were expected");

  // Every piece must lie within the file, and be able to hold what it promises.
  const std::uint32_t blocks = f.tiled ? TIFFNumberOfTiles(tif) : TIFFNumberOfStrips(tif);
  const auto fileSize = static_cast<std::uint64_t>(file_->size());
  const std::int64_t across = (f.width + f.blockWidth - 1) / f.blockWidth,
                     down = (f.height + f.blockHeight - 1) / f.blockHeight;
  if (static_cast<double>(across) * static_cast<double>(down) * (f.separate ? f.samples : 1) >
      static_cast<double>(fileSize) * 2)
    throw data::ReadError(file_->path(), where + "the header promises " + std::to_string(width) + " × " +
                                             std::to_string(height) + " pixels, more than a file of " +
                                             byteText(static_cast<double>(fileSize)) + " can hold");
  if (static_cast<std::int64_t>(blocks) < across * down * (f.separate ? f.samples : 1))
    throw data::ReadError(file_->path(), where + "the header promises " + std::to_string(width) + " × " +
                                             std::to_string(height) + " pixels, and has " + std::to_string(blocks) +
                                             " pieces for them");
  bool contiguous = !f.compressed && !f.tiled && !f.separate && f.bits >= 8 && !(f.sampleFormat == 3 && f.bits == 16);
  std::uint64_t next = 0;
  const double ratio = greatestRatio(f.compression);
  for (std::uint32_t i = 0; i < blocks; ++i) {
    int failed = 0;
    const std::uint64_t offset = TIFFGetStrileOffsetWithErr(tif, i, &failed);
    const std::uint64_t count = failed ? 0 : TIFFGetStrileByteCountWithErr(tif, i, &failed);
    if (failed)
      throw data::ReadError(file_->path(),
                            where + "the places of its pixels can't be read; the file is damaged or cut short");
    if (offset == 0 && count == 0) // a hole, which some writers leave for empty tiles
      throw data::ReadError(file_->path(), where + "pixels are missing (piece " + std::to_string(i + 1) + " of " +
                                               std::to_string(blocks) + ")");
    if (offset > fileSize || count > fileSize - offset)
      throw data::ReadError(file_->path(), where + "its pixels reach to byte " + std::to_string(offset + count) +
                                               ", but the file ends at byte " + std::to_string(fileSize) +
                                               "; it is cut short");
    const std::int64_t top = f.tiled ? 0 : static_cast<std::int64_t>(i) % down * f.blockHeight;
    const std::int64_t rows = f.tiled ? f.blockHeight : std::min(f.blockHeight, f.height - top);
    const std::int64_t need = rows * rowBytes(f, f.blockWidth);
    if (static_cast<double>(need) > static_cast<double>(count) * ratio + 64)
      throw data::ReadError(file_->path(), where + "the header promises " + std::to_string(width) + " × " +
                                               std::to_string(height) + " pixels, more than its data can hold");
    contiguous = contiguous && (i == 0 || offset == next);
    if (i == 0 && contiguous) page.dataOffset = static_cast<std::int64_t>(offset);
    next = offset + static_cast<std::uint64_t>(need);
  }
  if (!contiguous) page.dataOffset = -1;
  pages_.push_back(page);
}

void TiffFile::read(const TiffPage& page, int sample, std::int64_t x0, std::int64_t x1, std::int64_t y0,
                    std::int64_t y1, std::byte* out) const {
  std::unique_ptr<TiffHandle> handle;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      handle = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!handle) handle = std::make_unique<TiffHandle>(*file_);
  handle->read(page, sample, x0, x1, y0, y1, out); // a handle that failed is not used again
  const std::lock_guard lock(mutex_);
  if (idle_.size() < 8) idle_.push_back(std::move(handle));
}

} // namespace discern::io
