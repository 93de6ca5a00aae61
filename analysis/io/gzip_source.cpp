#include "io/gzip_source.h"

#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <zlib.h>

namespace discern::io {

namespace {

constexpr std::int64_t pointSpacing = 8 << 20;
constexpr std::size_t windowBytes = 32768;

} // namespace

/// A place to start inflating from: at the beginning of a deflate block.
struct GzipSource::Point {
  std::int64_t out = 0, in = 0;
  int bits = 0; ///< so many bits of the byte before `in` belong to the block
  std::vector<Bytef> window;
};

/// Inflates forwards from the beginning or from a point. Knows files of several gzip members.
class GzipSource::Stream {
public:
  explicit Stream(const File& file, std::int64_t begin = 0) : file_(file), in_(begin) { start(15 + 32); }
  Stream(const File& file, const Point& point) : file_(file), in_(point.in), out_(point.out), raw_(true) {
    start(-15);
    if (point.bits != 0) {
      std::array<std::byte, 1> before{};
      file_.readAt(in_ - 1, before);
      inflatePrime(&z_, point.bits, std::to_integer<int>(before[0]) >> (8 - point.bits));
    }
    inflateSetDictionary(&z_, point.window.data(), static_cast<uInt>(point.window.size()));
  }
  ~Stream() { inflateEnd(&z_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] std::int64_t position() const { return out_; }
  [[nodiscard]] bool ended() const { return ended_; }

  /// Fills `out`, or less at the end of the file. `points`, when given, gets a point for every stretch that has none
  /// yet.
  std::size_t read(std::span<std::byte> out, std::vector<Point>* points) {
    std::size_t done = 0;
    while (done < out.size() && !ended_) {
      if (z_.avail_in == 0 && !refill()) break;
      const auto room = static_cast<uInt>(std::min<std::size_t>(out.size() - done, 1U << 30));
      z_.next_out = reinterpret_cast<Bytef*>(out.data() + done);
      z_.avail_out = room;
      const int state = inflate(&z_, points ? Z_BLOCK : Z_NO_FLUSH);
      done += room - z_.avail_out;
      out_ += room - z_.avail_out;
      if (state == Z_STREAM_END)
        nextMember();
      else if (state == Z_BUF_ERROR && z_.avail_in == 0)
        continue;
      else if (state != Z_OK)
        throw data::ReadError(file_.path(), "the gzip data is damaged near byte " + std::to_string(in_ - z_.avail_in) +
                                                (z_.msg ? std::string(" (") + z_.msg + ")" : std::string()));
      else if (points && (z_.data_type & 128) && !(z_.data_type & 64))
        addPoint(*points);
    }
    return done;
  }

private:
  void start(int windowBits) {
    z_ = {};
    if (inflateInit2(&z_, windowBits) != Z_OK) throw std::runtime_error("zlib can't start");
  }
  bool refill() {
    const auto count =
        static_cast<std::size_t>(std::min<std::int64_t>(static_cast<std::int64_t>(buffer_.size()), file_.size() - in_));
    if (count == 0) return false;
    file_.readAt(in_, std::span(buffer_).first(count));
    in_ += static_cast<std::int64_t>(count);
    z_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
    z_.avail_in = static_cast<uInt>(count);
    return true;
  }
  /// After the end of a member: another one may follow; anything else behind it is ignored, as gzip does.
  void nextMember() {
    std::int64_t next = in_ - z_.avail_in + (raw_ ? 8 : 0);
    std::array<std::byte, 2> magic{};
    if (next + 18 > file_.size()) {
      ended_ = true;
      return;
    }
    file_.readAt(next, magic);
    if (!isGzip(magic)) {
      ended_ = true;
      return;
    }
    in_ = next;
    raw_ = false;
    inflateEnd(&z_);
    start(15 + 32);
  }
  void addPoint(std::vector<Point>& points) const {
    if (!points.empty() && out_ < points.back().out + pointSpacing) return;
    if (out_ < pointSpacing) return;
    Point point;
    point.out = out_;
    point.in = in_ - z_.avail_in;
    point.bits = z_.data_type & 7;
    point.window.resize(windowBytes);
    uInt length = windowBytes;
    if (inflateGetDictionary(const_cast<z_streamp>(&z_), point.window.data(), &length) != Z_OK) return;
    point.window.resize(length);
    points.push_back(std::move(point));
  }

  const File& file_;
  z_stream z_{};
  std::vector<std::byte> buffer_ = std::vector<std::byte>(64 << 10);
  std::int64_t in_ = 0;  ///< read from the file so far
  std::int64_t out_ = 0; ///< inflated so far
  bool raw_ = false, ended_ = false;
};

GzipSource::GzipSource(std::shared_ptr<const File> file, std::int64_t need, std::int64_t keep, std::int64_t begin)
    : file_(std::move(file)), need_(need), keep_(keep), begin_(begin) {}

GzipSource::~GzipSource() = default;

void GzipSource::seek(std::int64_t offset) const {
  const Point* best = nullptr;
  const auto after = std::upper_bound(points_.begin(), points_.end(), offset,
                                      [](std::int64_t o, const Point& p) { return o < p.out; });
  if (after != points_.begin()) best = &*std::prev(after);
  const std::int64_t from = best ? best->out : 0;
  if (stream_ && stream_->position() <= offset && stream_->position() >= from) {
    // The stream stands nearer than any point.
  } else {
    stream_ = best ? std::make_unique<Stream>(*file_, *best) : std::make_unique<Stream>(*file_, begin_);
  }
  std::vector<std::byte> skipped(1 << 20);
  while (stream_->position() < offset) {
    const auto count = static_cast<std::size_t>(
        std::min<std::int64_t>(static_cast<std::int64_t>(skipped.size()), offset - stream_->position()));
    if (stream_->read(std::span(skipped).first(count), &points_) < count) {
      const std::int64_t end = stream_->position();
      stream_.reset();
      throw data::ReadError(file_->path(), "the file is cut short: it inflates to " +
                                               byteText(static_cast<double>(end)) + ", and " +
                                               byteText(static_cast<double>(need_)) + " are needed");
    }
  }
}

void GzipSource::readAt(std::int64_t offset, std::span<std::byte> out) const {
  const std::int64_t end = offset + static_cast<std::int64_t>(out.size());
  if (offset < 0 || end > need_) throw data::ReadError(file_->path(), "data beyond the end was asked for");
  const std::lock_guard lock(mutex_);
  try {
    if (need_ <= keep_) {
      if (!kept_) kept_ = std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(need_));
      if (keptSize_ < end) {
        if (!stream_) {
          stream_ = std::make_unique<Stream>(*file_, begin_);
          keptSize_ = 0;
        }
        keptSize_ += static_cast<std::int64_t>(
            stream_->read({kept_.get() + keptSize_, static_cast<std::size_t>(end - keptSize_)}, nullptr));
        if (keptSize_ == need_) stream_.reset();
      }
      if (keptSize_ < end)
        throw data::ReadError(file_->path(), "the file is cut short: it inflates to " +
                                                 byteText(static_cast<double>(keptSize_)) + ", and " +
                                                 byteText(static_cast<double>(need_)) + " are needed");
      std::memcpy(out.data(), kept_.get() + offset, out.size());
      return;
    }
    seek(offset);
    if (stream_->read(out, &points_) < out.size())
      throw data::ReadError(file_->path(), "the file is cut short: it inflates to " +
                                               byteText(static_cast<double>(stream_->position())) + ", and " +
                                               byteText(static_cast<double>(need_)) + " are needed");
  } catch (...) {
    stream_.reset(); // a stream that failed is of no further use
    throw;
  }
}

void GzipSource::checkWhole() const {
  std::array<std::byte, 1> last{};
  readAt(need_ - 1, last);
}

std::vector<std::byte> GzipSource::head(const File& file, std::int64_t count) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(count));
  Stream stream(file);
  bytes.resize(stream.read(bytes, nullptr));
  if (bytes.empty()) throw data::ReadError(file.path(), "the gzip data is empty or cut short");
  return bytes;
}

std::vector<std::byte> GzipSource::whole(const File& file, std::int64_t most) {
  std::vector<std::byte> bytes;
  Stream stream(file);
  std::size_t done = 0;
  do {
    bytes.resize(std::min(static_cast<std::size_t>(most) + 1, std::max<std::size_t>(1 << 16, 2 * done)));
    const std::size_t got = stream.read(std::span(bytes).subspan(done), nullptr);
    done += got;
    if (static_cast<std::int64_t>(done) > most)
      throw data::ReadError(file.path(), "it inflates to more than " + byteText(static_cast<double>(most)) +
                                             "; a file of this format is read whole");
    if (got == 0 && !stream.ended())
      throw data::ReadError(file.path(), "the gzip data is cut short after " + byteText(static_cast<double>(done)));
  } while (!stream.ended());
  bytes.resize(done);
  return bytes;
}

std::uint32_t GzipSource::statedSize(const File& file) {
  std::array<std::byte, 4> last{};
  if (file.size() < 18) return 0;
  file.readAt(file.size() - 4, last);
  std::uint32_t size = 0;
  std::memcpy(&size, last.data(), sizeof size);
  return size;
}

bool GzipSource::isGzip(std::span<const std::byte> head) {
  return head.size() >= 2 && head[0] == std::byte{0x1f} && head[1] == std::byte{0x8b};
}

} // namespace discern::io
