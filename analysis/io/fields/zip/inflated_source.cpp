#include "io/fields/zip/inflated_source.h"

#include "data/error.h"
#include "io/file_text.h"

#include <algorithm>
#include <zlib.h>

namespace discern::io {

namespace {

constexpr std::int64_t keepAtMost = 256 << 20;
constexpr double mostRatio = 1040; ///< deflate can't do better than 1032

} // namespace

PartSource::PartSource(std::shared_ptr<const ByteSource> whole, std::int64_t begin, std::int64_t size, std::string path)
    : whole_(std::move(whole)), begin_(begin), size_(size), path_(std::move(path)) {}

void PartSource::readAt(std::int64_t offset, std::span<std::byte> out) const {
  if (offset < 0 || offset + static_cast<std::int64_t>(out.size()) > size_)
    throw data::ReadError(path_, "more bytes were needed than the part of the file has");
  whole_->readAt(begin_ + offset, out);
}

/// Inflates from front to back.
class InflatedSource::Stream {
public:
  Stream(const File& file, std::int64_t begin, std::int64_t packed, Wrapping wrapping)
      : file_(file), at_(begin), end_(begin + packed), buffer_(64 << 10) {
    if (inflateInit2(&z_, wrapping == Wrapping::None ? -15 : 15) != Z_OK) throw std::runtime_error("zlib can't start");
  }
  ~Stream() { inflateEnd(&z_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// So many bytes as there are, at most out.size().
  std::size_t next(std::span<std::byte> out) {
    constexpr std::size_t piece = 1 << 30;
    std::size_t done = 0;
    while (done < out.size() && !ended_) {
      if (z_.avail_in == 0) {
        const auto size =
            static_cast<std::size_t>(std::min<std::int64_t>(static_cast<std::int64_t>(buffer_.size()), end_ - at_));
        if (size == 0) break;
        file_.readAt(at_, std::span(buffer_).first(size));
        at_ += static_cast<std::int64_t>(size);
        z_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
        z_.avail_in = static_cast<uInt>(size);
      }
      const std::size_t room = std::min(out.size() - done, piece);
      z_.next_out = reinterpret_cast<Bytef*>(out.data() + done);
      z_.avail_out = static_cast<uInt>(room);
      const int status = inflate(&z_, Z_NO_FLUSH);
      done += room - z_.avail_out;
      if (status == Z_STREAM_END)
        ended_ = true;
      else if (status != Z_OK && status != Z_BUF_ERROR)
        throw data::ReadError(file_.path(), "the compressed data is damaged");
    }
    offset += static_cast<std::int64_t>(done);
    return done;
  }
  std::int64_t offset = 0; ///< of the next inflated byte

private:
  const File& file_;
  std::int64_t at_, end_;
  std::vector<std::byte> buffer_;
  z_stream z_{};
  bool ended_ = false;
};

InflatedSource::InflatedSource(std::shared_ptr<const File> file, std::int64_t begin, std::int64_t packed,
                               std::int64_t size, Wrapping wrapping)
    : file_(std::move(file)), begin_(begin), packed_(packed), size_(size), wrapping_(wrapping) {
  if (size < 0 || static_cast<double>(size) > mostRatio * static_cast<double>(packed) + 1024)
    throw data::ReadError(file_->path(), "the header promises " + byteText(static_cast<double>(size)) + " of " +
                                             byteText(static_cast<double>(packed)) +
                                             " compressed; no compression is that good, the file is damaged");
}

InflatedSource::~InflatedSource() = default;

std::vector<std::byte> InflatedSource::head(const File& file, std::int64_t begin, std::int64_t packed,
                                            std::size_t count, Wrapping wrapping) {
  std::vector<std::byte> bytes(count);
  Stream stream(file, begin, packed, wrapping);
  bytes.resize(stream.next(bytes));
  return bytes;
}

void InflatedSource::readAt(std::int64_t offset, std::span<std::byte> out) const {
  const auto fail = [&] { throw data::ReadError(file_->path(), "the compressed data ends early; it is cut short"); };
  if (offset < 0 || offset + static_cast<std::int64_t>(out.size()) > size_) fail();
  const std::lock_guard lock(mutex_);
  if (size_ <= keepAtMost) {
    if (kept_.empty() && size_ > 0) {
      std::vector<std::byte> all(static_cast<std::size_t>(size_));
      Stream stream(*file_, begin_, packed_, wrapping_);
      if (stream.next(all) != all.size()) fail();
      kept_ = std::move(all);
    }
    std::copy_n(kept_.begin() + offset, out.size(), out.begin());
    return;
  }
  if (!stream_ || stream_->offset > offset) stream_ = std::make_unique<Stream>(*file_, begin_, packed_, wrapping_);
  std::vector<std::byte> skipped(1 << 20);
  while (stream_->offset < offset) {
    const auto step = static_cast<std::size_t>(
        std::min<std::int64_t>(offset - stream_->offset, static_cast<std::int64_t>(skipped.size())));
    if (stream_->next(std::span(skipped).first(step)) != step) fail();
  }
  if (stream_->next(out) != out.size()) fail();
}

} // namespace discern::io
