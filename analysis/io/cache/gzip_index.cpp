#include "io/cache/gzip_index.h"

#include "io/cache/user_cache.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <zlib.h>

namespace discern::io {

namespace {

// Layout, little-endian: magic, bytes of the table, CRC-32 of the table; the table; the windows one after the other.
// The table: length of the identity, number of points; the identity; then for each point out, in, bits, next, length
// and CRC-32 of its window.
constexpr std::string_view magic = "DISCIDX2";
constexpr std::size_t headBytes = magic.size() + 8;
constexpr std::uint32_t tableMost = 64 << 20;
constexpr std::size_t windowMost = 32768;

std::uint32_t crcOf(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

template <typename T>
void put(std::vector<std::byte>& to, T value) {
  const auto* from = reinterpret_cast<const std::byte*>(&value);
  to.insert(to.end(), from, from + sizeof value);
}

/// Takes values off the front; says so when there are not enough bytes.
class Taker {
public:
  explicit Taker(std::span<const std::byte> bytes) : left_(bytes) {}
  template <typename T>
  bool take(T& value) {
    if (left_.size() < sizeof value) return false;
    std::memcpy(&value, left_.data(), sizeof value);
    left_ = left_.subspan(sizeof value);
    return true;
  }
  bool take(std::size_t count, std::span<const std::byte>& bytes) {
    if (left_.size() < count) return false;
    bytes = left_.first(count);
    left_ = left_.subspan(count);
    return true;
  }
  [[nodiscard]] std::span<const std::byte> left() const { return left_; }

private:
  std::span<const std::byte> left_;
};

} // namespace

GzipIndex::GzipIndex(const File& file, std::int64_t begin) : path_(file.path()) {
  const std::string stamp = fileStamp(path_);
  folder_ = stamp.empty() ? std::string() : cacheFolder("index");
  if (folder_.empty()) return;
  const auto head = file.head(64 << 10);
  identity_ = stamp + "\n" + std::to_string(begin) + "\n" + std::to_string(file.size()) + "\n" + hexOf(hashOf(head));
  name_ = folder_ + "/" + hexOf(hashOf(std::as_bytes(std::span(identity_)))) + ".idx";
}

std::vector<GzipPoint> GzipIndex::load() const {
  if (name_.empty()) return {};
  const auto head = readCachedPart(name_, 0, headBytes);
  Taker start(head);
  std::span<const std::byte> mark, identity;
  std::uint32_t bytes = 0, crc = 0, length = 0, count = 0;
  if (!start.take(magic.size(), mark) || std::memcmp(mark.data(), magic.data(), magic.size()) != 0 ||
      !start.take(bytes) || !start.take(crc) || bytes > tableMost)
    return {};
  const auto table = readCachedPart(name_, headBytes, bytes);
  if (table.size() != bytes || crcOf(table) != crc) return {};
  Taker taker(table);
  if (!taker.take(length) || !taker.take(count) || !taker.take(length, identity)) return {};
  if (identity.size() != identity_.size() || std::memcmp(identity.data(), identity_.data(), identity.size()) != 0)
    return {};
  std::vector<GzipPoint> points;
  std::int64_t at = static_cast<std::int64_t>(headBytes) + bytes;
  for (std::uint32_t i = 0; i < count; ++i) {
    GzipPoint point;
    std::int32_t bits = 0;
    if (!taker.take(point.out) || !taker.take(point.in) || !taker.take(bits) || !taker.take(point.next) ||
        !taker.take(point.windowSize) || !taker.take(point.windowCrc) || point.windowSize > windowMost)
      return {};
    if (bits < 0 || bits > 7 || point.in < 1 || (!points.empty() && point.out <= points.back().out)) return {};
    point.bits = bits;
    point.windowAt = at;
    at += point.windowSize;
    points.push_back(std::move(point));
  }
  return points;
}

bool GzipIndex::fill(GzipPoint& point) const {
  if (point.windowAt == 0 || !point.window.empty()) return true;
  auto window = readCachedPart(name_, point.windowAt, point.windowSize);
  if (window.size() != point.windowSize || crcOf(window) != point.windowCrc) {
    for (const GzipPoint& now : load()) // the index may have been written anew, and the window have moved
      if (now.out == point.out && now.windowAt != point.windowAt && now.windowCrc == point.windowCrc) {
        point.windowAt = now.windowAt;
        return fill(point);
      }
    std::remove(name_.c_str()); // damaged: the next one is made anew
    return false;
  }
  point.window = std::move(window);
  return true;
}

void GzipIndex::save(std::vector<GzipPoint>& points) const {
  if (name_.empty() || points.empty()) return;
  if (!identity_.starts_with(fileStamp(path_) + "\n")) return; // it is another file by now
  if (load().size() >= points.size()) return;                  // another process came farther
  std::vector<std::byte> table, windows;
  put(table, static_cast<std::uint32_t>(identity_.size()));
  put(table, static_cast<std::uint32_t>(points.size()));
  const auto identity = std::as_bytes(std::span(identity_));
  table.insert(table.end(), identity.begin(), identity.end());
  windows.reserve(points.size() * windowMost);
  for (GzipPoint& point : points) {
    if (!fill(point)) return; // another process has changed the index
    put(table, point.out);
    put(table, point.in);
    put(table, static_cast<std::int32_t>(point.bits));
    put(table, point.next);
    put(table, static_cast<std::uint32_t>(point.window.size()));
    put(table, crcOf(point.window));
    windows.insert(windows.end(), point.window.begin(), point.window.end());
  }
  std::vector<std::byte> body;
  body.reserve(headBytes + table.size() + windows.size());
  for (const char c : magic)
    body.push_back(static_cast<std::byte>(c));
  put(body, static_cast<std::uint32_t>(table.size()));
  put(body, crcOf(table));
  body.insert(body.end(), table.begin(), table.end());
  body.insert(body.end(), windows.begin(), windows.end());
  if (table.size() <= tableMost && static_cast<std::int64_t>(body.size()) <= mostBytes && writeCached(name_, body))
    keepWithin(folder_, mostBytes, name_);
}

std::uint32_t GzipIndex::bytesAround(const File& file, std::int64_t in) {
  const std::int64_t from = std::clamp<std::int64_t>(in - 2048, 0, file.size());
  std::vector<std::byte> bytes(static_cast<std::size_t>(std::min<std::int64_t>(4096, file.size() - from)));
  file.readAt(from, bytes);
  return crcOf(bytes);
}

} // namespace discern::io
