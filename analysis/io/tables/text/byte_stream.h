#pragma once
#include "io/reader.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace discern::io {

/// Bytes from the first to the last, a piece at a time. One thread at a time.
class ByteStream {
public:
  virtual ~ByteStream() = default;
  /// Fills `out` as far as there are bytes; fewer only at the end. Throws ReadError when the file gives way.
  virtual std::size_t read(std::span<char> out) = 0;
};

/// The content of a file, inflated when it is gzip (all members), bzip2 or xz.
[[nodiscard]] std::unique_ptr<ByteStream> streamOf(std::shared_ptr<const File> file);
/// Text that is already in memory; it must outlive the stream.
[[nodiscard]] std::unique_ptr<ByteStream> streamOf(std::string_view text);

/// The first `count` bytes of the content, inflated; fewer when there are not that many. Damage behind the first
/// bytes is not reported.
[[nodiscard]] std::string textHead(const std::shared_ptr<const File>& file, std::size_t count);

/// The head of a candidate, inflated also when it is bzip2 or xz.
[[nodiscard]] std::string candidateText(const Candidate& candidate);

/// Lines of a stream, without their ends (LF, CRLF, or CR alone where the first piece has no LF).
class LineReader {
public:
  /// `path` is for messages. A line longer than 256 MB ends in a ReadError.
  LineReader(std::string path, std::unique_ptr<ByteStream> stream);
  /// The next line, valid until the next call; false at the end.
  bool next(std::string_view& line);
  [[nodiscard]] std::int64_t number() const { return number_; } ///< of the line that came last, from 1

private:
  bool fill();
  std::string path_;
  std::unique_ptr<ByteStream> stream_;
  std::string buffer_;
  std::size_t at_ = 0, end_ = 0;
  char lineEnd_ = 0;
  bool ended_ = false;
  std::int64_t number_ = 0;
};

} // namespace discern::io
