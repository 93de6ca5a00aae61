#pragma once
#include "io/file.h"

#include <string>
#include <vector>

namespace discern::io {

/// A place in a gzip or zlib file to start inflating from: the beginning of a deflate block, as in zlib's zran example.
struct GzipPoint {
  std::int64_t out = 0;          ///< so many bytes have been inflated before it
  std::int64_t in = 0;           ///< the byte of the file that is read next
  int bits = 0;                  ///< so many bits of the byte before `in` belong to the block
  std::uint32_t next = 0;        ///< CRC-32 of the 4 KB of the file around `in`: they must still be these
  std::vector<std::byte> window; ///< at most 32 KB that were inflated before it; of a loaded point empty at first
  std::int64_t windowAt = 0;     ///< where it is in the index that the point was loaded from; 0: nowhere
  std::uint32_t windowSize = 0, windowCrc = 0;
};

/// Points that are kept in the user's cache, one file for each compressed file: index/HASH.idx, where the hash is of
/// the file's path, size, times, inode and first 64 KB, and of the place where the stream begins. All of that is also
/// in the index and compared when it is read, and so are CRC-32s. One that doesn't fit is no index.
class GzipIndex {
public:
  static constexpr std::int64_t mostBytes = std::int64_t{1} << 30; ///< all indices together

  GzipIndex(const File& file, std::int64_t begin);

  /// Points in the order of the file, or none. Their windows stay in the index: some 40 bytes a point are read.
  [[nodiscard]] std::vector<GzipPoint> load() const;
  /// Reads the window of a loaded point. False when it isn't there any more; a damaged index is removed.
  [[nodiscard]] bool fill(GzipPoint& point) const;
  /// Does nothing when the file was changed since this index was made, or nothing can be written.
  /// The windows of all points are in memory then.
  void save(std::vector<GzipPoint>& points) const;

  /// What `next` of a point at `in` must be. Throws data::ReadError when the file gives way.
  [[nodiscard]] static std::uint32_t bytesAround(const File& file, std::int64_t in);

private:
  std::string path_, identity_, folder_, name_;
};

} // namespace discern::io
