#pragma once
#include "io/file.h"

#include <exception>
#include <map>
#include <mutex>

namespace discern::io {

class GzipIndex;
struct GzipPoint;

/// The inflated bytes of a gzip file. Little is inflated beyond what is asked for. Small files (inflated up to 256 MB)
/// are kept in memory once read. Of larger ones the last 64 MB are, in blocks, and places to start from, one every 8
/// MB, which are also kept in the user's cache (cache/gzip_index.h).
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
  /// Inflated bytes from a multiple of the block size on; fewer than a block where the file ends or is damaged.
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::int64_t size = 0;
    std::uint64_t used = 0;
    std::exception_ptr failure; ///< why there are fewer
  };
  void start(std::int64_t offset) const;
  const Block& block(std::int64_t number) const;
  Block& blankBlock(std::int64_t number) const;
  void loadIndex() const;
  void saveIndex() const;
  [[nodiscard]] data::ReadError cutShort(std::int64_t end) const;
  std::shared_ptr<const File> file_;
  std::int64_t need_, keep_, begin_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<Stream> stream_;
  mutable std::unique_ptr<GzipIndex> index_; ///< there once a place beyond the first point was asked for
  mutable std::vector<GzipPoint> points_;
  mutable std::size_t savedPoints_ = 0;
  mutable std::map<std::int64_t, Block> blocks_;
  mutable std::uint64_t clock_ = 0;
  mutable std::unique_ptr<std::byte[]> kept_;
  mutable std::int64_t keptSize_ = 0; ///< so many bytes of kept_ are there
};

} // namespace discern::io
