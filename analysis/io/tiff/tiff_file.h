#pragma once
#include "io/file.h"
#include "io/tiff/geo_tags.h"

#include "data/scalar_type.h"

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

struct tiff;

namespace discern::io {

/// How the pixels of a page are kept.
struct TiffFormat {
  std::int64_t width = 0, height = 0;
  int bits = 0, samples = 1, sampleFormat = 1; ///< of one pixel; 1 unsigned, 2 signed, 3 floating
  bool separate = false;                       ///< one plane a sample
  bool tiled = false, compressed = false;
  std::uint16_t compression = 1, photometric = 1;
  std::int64_t blockWidth = 0, blockHeight = 0; ///< of a strip or tile
  [[nodiscard]] bool operator==(const TiffFormat&) const = default;
};

struct TiffPage {
  std::uint64_t directory = 0; ///< its offset in the file
  TiffFormat format;
  std::int64_t dataOffset = -1; ///< of the pixels when they lie uncompressed in one piece, else -1
};

/// One libtiff handle with its messages caught. Not for two threads at once; TiffFile lends them.
class TiffHandle {
public:
  explicit TiffHandle(const File& file);
  ~TiffHandle();
  TiffHandle(const TiffHandle&) = delete;
  TiffHandle& operator=(const TiffHandle&) = delete;

  [[nodiscard]] tiff* get() const { return tiff_; }
  /// The last message of libtiff, or `otherwise`.
  [[nodiscard]] std::string message(const std::string& otherwise) const;
  /// Makes the page current.
  void select(const TiffPage& page);
  /// Reads pixels x0…x1, y0…y1 of one sample of the current page, in `bytes` a pixel (1-bit pixels come as bytes, half
  /// floats as float).
  void read(const TiffPage& page, int sample, std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1,
            std::byte* out);

private:
  const std::vector<std::byte>& block(const TiffPage& page, std::uint32_t index, std::int64_t rows);
  const File& file_;
  tiff* tiff_ = nullptr;
  std::string message_;
  std::uint64_t directory_ = 0;      ///< of the current page
  std::uint64_t blockDirectory_ = 0; ///< where block_ comes from
  std::uint32_t blockIndex_ = 0;
  std::vector<std::byte> block_;
  bool blockValid_ = false;
};

/// The pages of a TIFF file, and handles to read them by several threads at once.
class TiffFile {
public:
  /// Reads every page's tags. Throws data::ReadError for a file that is cut short or lies about its sizes.
  explicit TiffFile(std::shared_ptr<const File> file);
  ~TiffFile();

  [[nodiscard]] const std::vector<TiffPage>& pages() const { return pages_; }
  [[nodiscard]] const std::shared_ptr<const File>& file() const { return file_; }
  [[nodiscard]] bool swapped() const { return swapped_; }
  [[nodiscard]] const std::string& description() const { return description_; }
  [[nodiscard]] const std::string& software() const { return software_; }
  [[nodiscard]] int reducedPages() const { return reduced_; } ///< thumbnails and pyramid levels, left out of pages()
  [[nodiscard]] const GeoTags& geo() const { return geo_; }   ///< of the first page
  double resolutionX = 0, resolutionY = 0;                    ///< pixels a unit, 0: not said
  int resolutionUnit = 1;                                     ///< 1 none, 2 inch, 3 cm
  int orientation = 1;

  /// Pixels of one sample of a page; from any thread.
  void read(const TiffPage& page, int sample, std::int64_t x0, std::int64_t x1, std::int64_t y0, std::int64_t y1,
            std::byte* out) const;

private:
  void addPage(TiffHandle& handle);
  std::shared_ptr<const File> file_;
  std::vector<TiffPage> pages_;
  bool swapped_ = false;
  int reduced_ = 0;
  GeoTags geo_;
  std::string description_, software_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<TiffHandle>> idle_;
};

/// The element type of a format; half floats widen to Float32. Throws data::ReadError for one that can't be read.
[[nodiscard]] data::ScalarType tiffType(const std::string& path, const TiffFormat& format);

} // namespace discern::io
