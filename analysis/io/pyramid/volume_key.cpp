#include "io/pyramid/volume_key.h"

#include "io/cache/user_cache.h"
#include "io/file.h"
#include "io/gzip_source.h"

#include <algorithm>
#include <cstdio>
#include <sys/stat.h>

namespace discern::io {

namespace {

constexpr int layoutVersion = 1;
constexpr std::int64_t blocks = 64, blockBytes = 4096, rows = 16;

std::uint64_t hashOfFile(const File& file, std::uint64_t hash) {
  std::vector<std::byte> block;
  for (std::int64_t i = 0; i < blocks; ++i) {
    const std::int64_t length = std::min(blockBytes, file.size());
    block.resize(static_cast<std::size_t>(length));
    file.readAt((file.size() - length) / (blocks - 1) * i, block);
    hash = hashOf(block, hash);
  }
  return hash;
}

/// Of rows along x, one in each of as many slices.
std::uint64_t hashOfRows(const data::FieldSource& field, std::int64_t time, int component, std::uint64_t hash) {
  const data::FieldInfo& info = field.info();
  std::vector<std::byte> row;
  for (std::int64_t i = 0; i < rows; ++i) {
    data::Slab slab{{{0, 0, 0}, info.shape}, time, component, 0};
    slab.box.hi[0] = std::min<std::int64_t>(info.shape[0], 1024);
    for (const std::size_t axis : {1, 2}) {
      slab.box.lo[axis] = (2 * i + 1) * info.shape[axis] / (2 * rows);
      slab.box.hi[axis] = slab.box.lo[axis] + 1;
    }
    row.resize(static_cast<std::size_t>(slab.box.voxels()) * data::sizeOf(info.type));
    field.read(slab, row);
    hash = hashOf(row, hash);
  }
  return hash;
}

} // namespace

bool isSequential(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 2 &&
         GzipSource::isGzip(File(path).head(2));
}

std::string volumeIdentity(const std::string& path, const data::FieldSource& field, std::int64_t time, int component) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  const data::FieldInfo& info = field.info();
  std::uint64_t hash = hashOf({});
  if (S_ISREG(status.st_mode) && status.st_size > 0) hash = hashOfFile(File(path), hash);
  if (!isSequential(path)) hash = hashOfRows(field, time, component, hash);
  char numbers[256];
  std::snprintf(numbers, sizeof numbers, "%d\n%llu %llu %lld %lld.%09ld\n%s\n%s %lld %lld %lld %d\n%lld %d\n",
                layoutVersion, static_cast<unsigned long long>(status.st_dev),
                static_cast<unsigned long long>(status.st_ino), static_cast<long long>(status.st_size),
                static_cast<long long>(status.st_mtim.tv_sec), status.st_mtim.tv_nsec, hexOf(hash).c_str(),
                std::string(data::nameOf(info.type)).c_str(), static_cast<long long>(info.shape[0]),
                static_cast<long long>(info.shape[1]), static_cast<long long>(info.shape[2]), info.labels ? 1 : 0,
                static_cast<long long>(time), component);
  return numbers + info.name;
}

} // namespace discern::io
