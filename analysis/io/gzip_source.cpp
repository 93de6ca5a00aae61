#include "io/gzip_source.h"

#include "io/cache/gzip_index.h"
#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <zlib.h>

namespace discern::io {

namespace {

constexpr std::int64_t pointSpacing = 8 << 20;
constexpr std::size_t windowBytes = 32768;
constexpr std::int64_t blockBytes = 256 << 10;
constexpr std::size_t mostBlocks = 256;
constexpr std::size_t pointsBetweenSaves = 64;

} // namespace

/// Inflates forwards from the beginning or from a point. Knows files of several gzip members.
class GzipSource::Stream {
public:
  explicit Stream(const File& file, std::int64_t begin = 0) : file_(file), in_(begin) { start(15 + 32); }
  Stream(const File& file, const GzipPoint& point) : file_(file), in_(point.in), out_(point.out), raw_(true) {
    start(-15);
    if (point.bits != 0) {
      std::array<std::byte, 1> before{};
      file_.readAt(in_ - 1, before);
      inflatePrime(&z_, point.bits, std::to_integer<int>(before[0]) >> (8 - point.bits));
    }
    inflateSetDictionary(&z_, reinterpret_cast<const Bytef*>(point.window.data()),
                         static_cast<uInt>(point.window.size()));
  }
  ~Stream() { inflateEnd(&z_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] std::int64_t position() const { return out_; }
  [[nodiscard]] bool ended() const { return ended_; }

  /// Fills `out`, or less at the end of the file. `points`, when given, gets a point for every stretch that has none
  /// yet.
  std::size_t read(std::span<std::byte> out, std::vector<GzipPoint>* points) {
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
  void addPoint(std::vector<GzipPoint>& points) const {
    if (!points.empty() && out_ < points.back().out + pointSpacing) return;
    if (out_ < pointSpacing) return;
    GzipPoint point;
    point.out = out_;
    point.in = in_ - z_.avail_in;
    point.bits = z_.data_type & 7;
    point.window.resize(windowBytes);
    uInt length = windowBytes;
    if (inflateGetDictionary(const_cast<z_streamp>(&z_), reinterpret_cast<Bytef*>(point.window.data()), &length) !=
        Z_OK)
      return;
    point.window.resize(length);
    point.next = GzipIndex::bytesAround(file_, point.in);
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

GzipSource::~GzipSource() { saveIndex(); }

data::ReadError GzipSource::cutShort(std::int64_t end) const {
  return {file_->path(), "the file is cut short: it inflates to " + byteText(static_cast<double>(end)) + ", and " +
                             byteText(static_cast<double>(need_)) + " are needed"};
}

void GzipSource::loadIndex() const {
  if (index_) return;
  index_ = std::make_unique<GzipIndex>(*file_, begin_);
  auto known = index_->load();
  savedPoints_ = known.size();
  if (known.size() > points_.size()) points_ = std::move(known);
}

void GzipSource::saveIndex() const {
  if (!index_ || points_.size() <= savedPoints_) return;
  savedPoints_ = points_.size();
  try {
    index_->save(points_);
  } catch (const std::exception&) { // without room for it there is no index
  }
}

/// Makes the stream stand at `offset` or, better than any other place known, before it.
void GzipSource::start(std::int64_t offset) const {
  if (offset >= pointSpacing) loadIndex();
  GzipPoint* best = nullptr;
  const auto after = std::upper_bound(points_.begin(), points_.end(), offset,
                                      [](std::int64_t o, const GzipPoint& p) { return o < p.out; });
  if (after != points_.begin()) best = &*std::prev(after);
  const std::int64_t from = best ? best->out : 0;
  if (stream_ && stream_->position() <= offset && stream_->position() >= from) return;
  if (best && (GzipIndex::bytesAround(*file_, best->in) != best->next || (index_ && !index_->fill(*best)))) {
    // The file was written to since the point was made, or the index replaced. Without points all is read as it is now.
    points_.clear();
    savedPoints_ = 0;
    best = nullptr;
  }
  stream_ = best ? std::make_unique<Stream>(*file_, *best) : std::make_unique<Stream>(*file_, begin_);
}

GzipSource::Block& GzipSource::blankBlock(std::int64_t number) const {
  Block fresh;
  if (blocks_.size() >= mostBlocks) {
    const auto oldest = std::min_element(blocks_.begin(), blocks_.end(),
                                         [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
    fresh.bytes = std::move(oldest->second.bytes);
    blocks_.erase(oldest);
  }
  if (!fresh.bytes) fresh.bytes = std::make_unique_for_overwrite<std::byte[]>(blockBytes);
  return blocks_.insert_or_assign(number, std::move(fresh)).first->second;
}

/// The block, from memory or inflated together with those that are passed on the way to it.
const GzipSource::Block& GzipSource::block(std::int64_t number) const {
  if (const auto found = blocks_.find(number); found != blocks_.end()) {
    found->second.used = ++clock_;
    return found->second;
  }
  start(number * blockBytes);
  while (true) {
    const std::int64_t here = stream_->position() / blockBytes, begin = here * blockBytes;
    const std::int64_t missing = stream_->position() - begin; // a point lies within a block
    Block& block = blankBlock(here);
    block.used = ++clock_;
    const std::int64_t count = std::min(blockBytes, need_ - begin) - missing;
    std::int64_t got = 0;
    try {
      got = static_cast<std::int64_t>(
          stream_->read({block.bytes.get() + missing, static_cast<std::size_t>(count)}, &points_));
    } catch (const data::ReadError&) {
      block.size = stream_->position() - begin;
      block.failure = std::current_exception();
      stream_.reset();
      if (here == number) return block; // what lies before the damage can be had, if that is what was asked for
      blocks_.erase(here);
      throw;
    }
    if (points_.size() >= savedPoints_ + std::max(pointsBetweenSaves, savedPoints_ / 2) || stream_->position() == need_)
      saveIndex();
    if (got < count && here != number) {
      const std::int64_t end = stream_->position();
      blocks_.erase(here);
      stream_.reset();
      throw cutShort(end);
    }
    block.size = missing + got;
    if (here == number) return block;
    if (missing != 0) blocks_.erase(here);
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
      if (keptSize_ < end) throw cutShort(keptSize_);
      std::memcpy(out.data(), kept_.get() + offset, out.size());
      return;
    }
    for (std::int64_t at = offset; at < end;) {
      const std::int64_t number = at / blockBytes, within = at - number * blockBytes;
      const Block& source = block(number);
      const std::int64_t count = std::min(end - at, std::min(blockBytes, need_ - number * blockBytes) - within);
      if (within + count > source.size) {
        const std::int64_t reached = number * blockBytes + source.size;
        const std::exception_ptr failure = source.failure;
        blocks_.erase(number);
        if (failure) std::rethrow_exception(failure);
        throw cutShort(reached);
      }
      std::memcpy(out.data() + (at - offset), source.bytes.get() + within, static_cast<std::size_t>(count));
      at += count;
    }
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
