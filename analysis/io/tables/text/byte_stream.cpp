#include "io/tables/text/byte_stream.h"

#include "io/gzip_source.h"

#include <algorithm>
#include <bzlib.h>
#include <cstring>
#include <lzma.h>
#include <vector>
#include <zlib.h>

namespace discern::io {

namespace {

constexpr std::size_t pieceBytes = 1 << 18;

class PlainStream final : public ByteStream {
public:
  explicit PlainStream(std::shared_ptr<const File> file) : file_(std::move(file)) {}
  std::size_t read(std::span<char> out) override {
    const auto count = static_cast<std::size_t>(
        std::min<std::int64_t>(static_cast<std::int64_t>(out.size()), file_->size() - offset_));
    file_->readAt(offset_, std::as_writable_bytes(out.first(count)));
    offset_ += static_cast<std::int64_t>(count);
    return count;
  }

private:
  std::shared_ptr<const File> file_;
  std::int64_t offset_ = 0;
};

class TextStream final : public ByteStream {
public:
  explicit TextStream(std::string_view text) : text_(text) {}
  std::size_t read(std::span<char> out) override {
    const std::size_t count = std::min(out.size(), text_.size());
    std::copy_n(text_.data(), count, out.data());
    text_.remove_prefix(count);
    return count;
  }

private:
  std::string_view text_;
};

class GzipStream final : public ByteStream {
public:
  explicit GzipStream(std::shared_ptr<const File> file) : file_(file), compressed_(file), in_(pieceBytes) {
    inflateInit2(&z_, 15 + 32);
  }
  ~GzipStream() override { inflateEnd(&z_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  std::size_t read(std::span<char> out) override {
    z_.next_out = reinterpret_cast<Bytef*>(out.data());
    z_.avail_out = static_cast<uInt>(out.size());
    while (z_.avail_out > 0 && !ended_) {
      if (z_.avail_in == 0) {
        z_.avail_in = static_cast<uInt>(compressed_.read(in_));
        z_.next_in = reinterpret_cast<Bytef*>(in_.data());
      }
      if (z_.avail_in == 0) {
        if (!between_) throw data::ReadError(file_->path(), "the gzip data is cut short");
        break;
      }
      if (between_ && *z_.next_in != 0x1F) break; // padding behind the last member
      between_ = false;
      const int state = inflate(&z_, Z_NO_FLUSH);
      if (state == Z_STREAM_END) {
        inflateReset(&z_);
        between_ = true;
      } else if (state != Z_OK && state != Z_BUF_ERROR) {
        throw data::ReadError(file_->path(),
                              std::string("the gzip data is damaged: ") + (z_.msg != nullptr ? z_.msg : "no message"));
      }
    }
    const std::size_t count = out.size() - z_.avail_out;
    if (count < out.size()) ended_ = true;
    return count;
  }

private:
  std::shared_ptr<const File> file_;
  PlainStream compressed_;
  std::vector<char> in_;
  z_stream z_{};
  bool between_ = false, ended_ = false;
};

class XzStream final : public ByteStream {
public:
  explicit XzStream(std::shared_ptr<const File> file) : file_(file), compressed_(file), in_(pieceBytes) {
    constexpr std::uint64_t mostMemory = 512 << 20; // a dictionary size is the file's word alone
    if (lzma_stream_decoder(&z_, mostMemory, LZMA_CONCATENATED) != LZMA_OK)
      throw data::ReadError(file_->path(), "the xz library can't be started");
  }
  ~XzStream() override { lzma_end(&z_); }
  XzStream(const XzStream&) = delete;
  XzStream& operator=(const XzStream&) = delete;

  std::size_t read(std::span<char> out) override {
    z_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    z_.avail_out = out.size();
    while (z_.avail_out > 0 && !ended_) {
      bool last = false;
      if (z_.avail_in == 0) {
        z_.avail_in = compressed_.read(in_);
        z_.next_in = reinterpret_cast<const std::uint8_t*>(in_.data());
        last = z_.avail_in == 0;
      }
      const lzma_ret state = lzma_code(&z_, last ? LZMA_FINISH : LZMA_RUN);
      if (state == LZMA_STREAM_END)
        ended_ = true;
      else if (state != LZMA_OK)
        throw data::ReadError(file_->path(), state == LZMA_BUF_ERROR        ? "the xz data is cut short"
                                             : state == LZMA_MEMLIMIT_ERROR ? "the xz data needs more than 512 MB"
                                                                            : "the xz data is damaged");
    }
    return out.size() - z_.avail_out;
  }

private:
  std::shared_ptr<const File> file_;
  PlainStream compressed_;
  std::vector<char> in_;
  lzma_stream z_ = LZMA_STREAM_INIT;
  bool ended_ = false;
};

class Bzip2Stream final : public ByteStream {
public:
  explicit Bzip2Stream(std::shared_ptr<const File> file) : file_(file), compressed_(file), in_(pieceBytes) { start(); }
  ~Bzip2Stream() override { BZ2_bzDecompressEnd(&z_); }
  Bzip2Stream(const Bzip2Stream&) = delete;
  Bzip2Stream& operator=(const Bzip2Stream&) = delete;

  std::size_t read(std::span<char> out) override {
    z_.next_out = out.data();
    z_.avail_out = static_cast<unsigned>(out.size());
    while (z_.avail_out > 0 && !ended_) {
      if (z_.avail_in == 0) {
        z_.avail_in = static_cast<unsigned>(compressed_.read(in_));
        z_.next_in = in_.data();
      }
      if (z_.avail_in == 0) {
        if (!between_) throw data::ReadError(file_->path(), "the bzip2 data is cut short");
        ended_ = true;
        break;
      }
      between_ = false;
      const int state = BZ2_bzDecompress(&z_);
      if (state == BZ_STREAM_END) {
        const bz_stream before = z_;
        BZ2_bzDecompressEnd(&z_);
        start();
        z_.next_in = before.next_in;
        z_.avail_in = before.avail_in;
        z_.next_out = before.next_out;
        z_.avail_out = before.avail_out;
        between_ = true;
      } else if (state != BZ_OK) {
        throw data::ReadError(file_->path(), "the bzip2 data is damaged");
      }
    }
    return out.size() - z_.avail_out;
  }

private:
  void start() {
    z_ = {};
    if (BZ2_bzDecompressInit(&z_, 0, 0) != BZ_OK)
      throw data::ReadError(file_->path(), "the bzip2 library can't be started");
  }
  std::shared_ptr<const File> file_;
  PlainStream compressed_;
  std::vector<char> in_;
  bz_stream z_{};
  bool between_ = false, ended_ = false;
};

bool isBzip2(std::span<const std::byte> head) {
  constexpr std::string_view magic = "BZh";
  return head.size() >= magic.size() && std::memcmp(head.data(), magic.data(), magic.size()) == 0;
}

constexpr std::string_view xzMagic("\xFD"
                                   "7zXZ\0",
                                   6);

} // namespace

std::unique_ptr<ByteStream> streamOf(std::shared_ptr<const File> file) {
  const auto head = file->head(6);
  if (GzipSource::isGzip(head)) return std::make_unique<GzipStream>(std::move(file));
  if (isBzip2(head)) return std::make_unique<Bzip2Stream>(std::move(file));
  if (head.size() == 6 && std::memcmp(head.data(), xzMagic.data(), 6) == 0)
    return std::make_unique<XzStream>(std::move(file));
  return std::make_unique<PlainStream>(std::move(file));
}

std::unique_ptr<ByteStream> streamOf(std::string_view text) { return std::make_unique<TextStream>(text); }

std::string textHead(const std::shared_ptr<const File>& file, std::size_t count) {
  std::string head;
  try {
    const auto stream = streamOf(file);
    while (head.size() < count) {
      const std::size_t before = head.size();
      head.resize(std::min(count, before + (1 << 14)));
      std::size_t got = 0;
      try {
        got = stream->read(std::span(head).subspan(before));
      } catch (...) {
        head.resize(before);
        throw;
      }
      if (got < head.size() - before) {
        head.resize(before + got);
        break;
      }
    }
  } catch (const data::ReadError&) {
    // What came before the damage is enough to recognise a format; reading it reports the damage.
  }
  return head;
}

std::string candidateText(const Candidate& candidate) {
  if (candidate.begins(xzMagic) || isBzip2(candidate.head)) return textHead(candidate.file, 4096);
  return std::string(candidate.text());
}

LineReader::LineReader(std::string path, std::unique_ptr<ByteStream> stream)
    : path_(std::move(path)), stream_(std::move(stream)) {}

bool LineReader::fill() {
  if (ended_) return false;
  if (at_ > 0) {
    buffer_.erase(0, at_);
    end_ -= at_;
    at_ = 0;
  }
  if (end_ > (256U << 20))
    throw data::ReadError(path_, "line " + std::to_string(number_ + 1) +
                                     " is longer than 256 MB; no text table has such lines");
  buffer_.resize(std::max<std::size_t>(end_ + pieceBytes, 2 * end_));
  const std::size_t got = stream_->read(std::span(buffer_).subspan(end_));
  ended_ = end_ + got < buffer_.size();
  end_ += got;
  if (lineEnd_ == 0) lineEnd_ = std::memchr(buffer_.data(), '\n', end_) == nullptr && end_ > 0 ? '\r' : '\n';
  return got > 0;
}

bool LineReader::next(std::string_view& line) {
  std::size_t searched = at_;
  for (;;) {
    const void* found = end_ > searched ? std::memchr(buffer_.data() + searched, lineEnd_, end_ - searched) : nullptr;
    if (found != nullptr) {
      const auto stop = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
      line = std::string_view(buffer_).substr(at_, stop - at_);
      at_ = stop + 1;
      break;
    }
    const std::size_t kept = end_ - at_;
    if (fill()) {
      searched = at_ + kept;
      continue;
    }
    if (at_ == end_) return false;
    line = std::string_view(buffer_).substr(at_, end_ - at_);
    at_ = end_;
    break;
  }
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (number_ == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  ++number_;
  return true;
}

} // namespace discern::io
