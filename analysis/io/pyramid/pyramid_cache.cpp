#include "io/pyramid/pyramid_cache.h"

#include "io/cache/user_cache.h"
#include "io/file_text.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <span>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <vector>

namespace discern::io {
namespace fs = std::filesystem;

PyramidCache::PyramidCache(std::string folder, std::int64_t most) : folder_(std::move(folder)), most_(most) {
  if (folder_.empty()) folder_ = cacheFolder("pyramid");
}

std::string PyramidCache::folderOf(const std::string& identity, bool make) const {
  if (folder_.empty() || identity.empty()) return {};
  const std::string folder = folder_ + "/" + hexOf(hashOf(std::as_bytes(std::span(identity))));
  std::error_code problem;
  if (make) fs::create_directories(folder, problem);
  return fs::is_directory(folder, problem) ? folder : std::string();
}

std::string PyramidCache::refusal(std::int64_t bytes) const {
  if (folder_.empty() || ::access(folder_.c_str(), W_OK | X_OK) != 0)
    return (folder_.empty() ? std::string("the cache folder") : folder_) +
           " can't be written to; name another with XDG_CACHE_HOME";
  if (bytes > most_)
    return "they would take " + byteText(static_cast<double>(bytes)) + " of the cache, which keeps " +
           byteText(static_cast<double>(most_)) + " at most";
  struct statvfs status {};
  if (::statvfs(folder_.c_str(), &status) != 0) return {};
  const auto left = static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
  if (left - bytes < std::min(spare, static_cast<std::int64_t>(status.f_blocks * status.f_frsize / 20)))
    return "they would take " + byteText(static_cast<double>(bytes)) + ", and the disk of " + folder_ + " has " +
           byteText(static_cast<double>(left)) + " left";
  return {};
}

void PyramidCache::touch(const std::string& folder) { ::utimensat(AT_FDCWD, folder.c_str(), nullptr, 0); }

void PyramidCache::keepWithin(const std::string& spared) const {
  struct Entry {
    fs::file_time_type used;
    std::int64_t size = 0;
    fs::path path;
  };
  if (folder_.empty()) return;
  std::vector<Entry> entries;
  std::int64_t total = 0;
  std::error_code problem;
  for (fs::directory_iterator it(folder_, problem), end; !problem && it != end; it.increment(problem)) {
    std::error_code gone; // another service may be tidying up as well
    if (!it->is_directory(gone)) continue;
    Entry entry{it->last_write_time(gone), 0, it->path()};
    for (fs::directory_iterator file(entry.path, gone), last; !gone && file != last; file.increment(gone)) {
      std::error_code unknown;
      const auto size = static_cast<std::int64_t>(file->file_size(unknown));
      if (!unknown) entry.size += size;
    }
    total += entry.size;
    if (entry.path != spared) entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.used < b.used; });
  for (const Entry& entry : entries) {
    if (total <= most_) break;
    std::error_code kept;
    fs::remove_all(entry.path, kept);
    if (!kept) total -= entry.size;
  }
}

} // namespace discern::io
