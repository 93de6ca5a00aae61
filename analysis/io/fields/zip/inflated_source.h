#pragma once
#include "io/file.h"

#include <mutex>

namespace discern::io {

/// A part of another source.
class PartSource final : public ByteSource {
public:
  PartSource(std::shared_ptr<const ByteSource> whole, std::int64_t begin, std::int64_t size, std::string path);
  void readAt(std::int64_t offset, std::span<std::byte> out) const override;

private:
  std::shared_ptr<const ByteSource> whole_;
  std::int64_t begin_, size_;
  std::string path_;
};

/// The inflated bytes of a deflated part of a file. Nothing is inflated before it is asked for; then all of it is kept
/// up to 256 MB, and larger ones are inflated again from the start where a read goes back.
class InflatedSource final : public ByteSource {
public:
  enum class Wrapping { None, Zlib }; ///< ZIP's members have none
  /// Throws data::ReadError when `size` is more than so many bytes can inflate to.
  InflatedSource(std::shared_ptr<const File> file, std::int64_t begin, std::int64_t packed, std::int64_t size,
                 Wrapping wrapping);
  ~InflatedSource() override;
  void readAt(std::int64_t offset, std::span<std::byte> out) const override;
  /// At most the first `count` inflated bytes, of a part of unknown size.
  [[nodiscard]] static std::vector<std::byte> head(const File& file, std::int64_t begin, std::int64_t packed,
                                                   std::size_t count, Wrapping wrapping);

private:
  class Stream;
  std::shared_ptr<const File> file_;
  std::int64_t begin_, packed_, size_;
  Wrapping wrapping_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<Stream> stream_;
  mutable std::vector<std::byte> kept_;
};

} // namespace discern::io
