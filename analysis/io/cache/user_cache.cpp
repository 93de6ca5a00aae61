#include "io/cache/user_cache.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace discern::io {
namespace fs = std::filesystem;

std::string cacheFolder(const std::string& kind) {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  fs::path base;
  if (cache && *cache == '/') // the specification: relative paths are to be ignored
    base = cache;
  else if (home && *home)
    base = fs::path(home) / ".cache";
  else
    return {};
  const fs::path folder = base / "discern" / kind;
  std::error_code problem;
  fs::create_directories(folder, problem);
  return ::access(folder.c_str(), R_OK | W_OK | X_OK) == 0 ? folder.string() : std::string();
}

std::string fileStamp(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  std::error_code problem;
  const fs::path whole = fs::weakly_canonical(path, problem);
  char numbers[160];
  std::snprintf(numbers, sizeof numbers, "\n%lld %lld.%09ld %lld.%09ld %llu", static_cast<long long>(status.st_size),
                static_cast<long long>(status.st_mtim.tv_sec), status.st_mtim.tv_nsec,
                static_cast<long long>(status.st_ctim.tv_sec), status.st_ctim.tv_nsec,
                static_cast<unsigned long long>(status.st_ino));
  return (problem ? path : whole.string()) + numbers;
}

std::uint64_t hashOf(std::span<const std::byte> bytes, std::uint64_t hash) {
  for (const std::byte b : bytes)
    hash = (hash ^ std::to_integer<std::uint64_t>(b)) * 1099511628211ULL;
  return hash;
}

std::string hexOf(std::uint64_t hash) {
  char name[20];
  std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(hash));
  return name;
}

std::vector<std::byte> readCached(const std::string& path, std::int64_t most) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > most) return {};
  return readCachedPart(path, 0, static_cast<std::size_t>(status.st_size));
}

std::vector<std::byte> readCachedPart(const std::string& path, std::int64_t offset, std::size_t count) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::vector<std::byte> bytes(count);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got =
        ::pread(file, bytes.data() + done, bytes.size() - done, offset + static_cast<std::int64_t>(done));
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  ::futimens(file, nullptr); // used now; a file of someone else stays as it is
  ::close(file);
  return bytes;
}

bool writeCached(const std::string& path, std::span<const std::byte> bytes) {
  // A name of its own: two processes may write the same thing at once, and each renames a whole one.
  std::string part = path + ".XXXXXX";
  const int file = ::mkstemp(part.data());
  if (file < 0) return false;
  bool good = true;
  while (good && !bytes.empty()) {
    const ssize_t put = ::write(file, bytes.data(), bytes.size());
    good = put > 0;
    if (good) bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  good = ::close(file) == 0 && good;
  good = good && std::rename(part.c_str(), path.c_str()) == 0;
  if (!good) ::unlink(part.c_str());
  return good;
}

void keepWithin(const std::string& folder, std::int64_t most, const std::string& spared) {
  struct Entry {
    fs::file_time_type used;
    std::int64_t size;
    fs::path path;
  };
  std::vector<Entry> entries;
  std::int64_t total = 0;
  std::error_code problem;
  for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
    std::error_code gone; // another process may be tidying up as well
    if (!it->is_regular_file(gone)) continue;
    Entry entry{it->last_write_time(gone), static_cast<std::int64_t>(it->file_size(gone)), it->path()};
    if (gone) continue;
    total += entry.size;
    if (entry.path != spared) entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.used < b.used; });
  for (const Entry& entry : entries) {
    if (total <= most) break;
    std::error_code kept;
    if (fs::remove(entry.path, kept)) total -= entry.size;
  }
}

} // namespace discern::io
