#pragma once
#include "io/file.h"

#include <mutex>

namespace discern::io {

/// The inflated bytes of a gzip file. Nothing is inflated beyond what is asked for. Small files (inflated up to 256 MB)
/// are kept in memory once read; of larger ones, places to start from are kept, one every 8 MB, as in zlib's zran
/// example.
class GzipSource final : public ByteSource {
public:
  static constexpr std::int64_t usualKeep = 256 << 20;

  /// `need`: so many inflated bytes are used; what lies behind them is never read. Up to `keep` they are kept in
  /// memory. `begin`: where in the file the gzip or zlib stream begins.
  GzipSource(std::shared_ptr<const File> file, std::int64_t need, std::int64_t keep = usualKeep,
             std::int64_t begin = 0);
  ~GzipSource() override;
  void readAt(std::int64_t offset, std::span<std::byte> out) const override;
  /// Inflates everything that is needed once, to learn whether it is whole. Throws data::ReadError when it isn't.
  void checkWhole() const;

  /// At most the first `count` inflated bytes. Throws data::ReadError when not even the first can be had.
  [[nodiscard]] static std::vector<std::byte> head(const File& file, std::int64_t count);
  /// Everything inflated, nothing checked but that the file is whole. Throws data::ReadError when it is cut short,
  /// damaged, or inflates to more than `most` bytes.
  [[nodiscard]] static std::vector<std::byte> whole(const File& file, std::int64_t most);
  /// The inflated size that the last four bytes of the file state (modulo 2^32; of the last member only).
  [[nodiscard]] static std::uint32_t statedSize(const File& file);
  [[nodiscard]] static bool isGzip(std::span<const std::byte> head);

private:
  class Stream;
  struct Point;
  void seek(std::int64_t offset) const;
  std::shared_ptr<const File> file_;
  std::int64_t need_, keep_, begin_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<Stream> stream_;
  mutable std::vector<Point> points_;
  mutable std::unique_ptr<std::byte[]> kept_;
  mutable std::int64_t keptSize_ = 0; ///< so many bytes of kept_ are there
};

} // namespace discern::io
