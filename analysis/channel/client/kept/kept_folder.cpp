#include "channel/client/kept/kept_folder.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <vector>

namespace discern::channel {
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds pause{30};             ///< after something could not be written
constexpr std::int64_t spare = std::int64_t{1} << 30; ///< bytes of the disk that are left alone …
constexpr std::int64_t spareShare = 20;               ///< … of a small disk, one in so many
constexpr std::string_view partly = ".part-";         ///< begins the name of what is being written
constexpr std::chrono::hours abandoned{1};            ///< its writer is gone
constexpr std::int64_t countShare = 16;               ///< all is counted again after one in so many bytes

std::int64_t onDisk(const struct stat& status) { return static_cast<std::int64_t>(status.st_blocks) * 512; }

/// The whole of a file; empty when it isn't there or is larger than a block can be.
std::string contentOf(const std::string& name) {
  const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return {};
  struct stat status {};
  std::string bytes;
  if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
      static_cast<std::size_t>(status.st_size) <= KeptFolder::largestBlock + (std::size_t{1} << 20))
    bytes.resize(static_cast<std::size_t>(status.st_size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::read(file, bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  ::futimens(file, nullptr);
  ::close(file);
  return bytes;
}

/// Under another name first: who reads finds all of it or nothing.
bool write(const std::string& folder, const std::string& name, std::string_view bytes) {
  std::string part = folder + '/' + std::string(partly) + "XXXXXX";
  const int file = ::mkostemp(part.data(), O_CLOEXEC); // for its owner alone
  if (file < 0) return false;
  bool good = true;
  while (good && !bytes.empty()) {
    const ssize_t put = ::write(file, bytes.data(), bytes.size());
    good = put > 0 || (put < 0 && errno == EINTR);
    if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  good = ::close(file) == 0 && good;
  good = good && ::rename(part.c_str(), (folder + '/' + name).c_str()) == 0;
  if (!good) ::unlink(part.c_str());
  return good;
}

bool makeFolders(const std::string& root, const std::string& folder) {
  std::error_code problem;
  if (fs::create_directories(root, problem)) ::chmod(root.c_str(), 0700); // what others must not read there
  fs::create_directories(folder, problem);
  return ::access(folder.c_str(), W_OK | X_OK) == 0;
}

} // namespace

std::string KeptFolder::usual() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  if (cache && *cache == '/') return std::string(cache) + "/discern/remote";
  return home && *home ? std::string(home) + "/.cache/discern/remote" : std::string();
}

std::string KeptFolder::contentFolder(const std::string& path, const std::string& identity) const {
  return folder_ + '/' + folderOfFile(path) + '/' + folderOfContent(identity);
}

std::unordered_set<std::string> KeptFolder::blocksOf(const std::string& path, const std::string& identity) {
  std::unordered_set<std::string> blocks;
  const fs::path wanted = contentFolder(path, identity);
  std::error_code problem;
  for (fs::directory_iterator it(wanted.parent_path(), problem), end; !problem && it != end; it.increment(problem)) {
    std::error_code kept;
    if (it->path() != wanted) fs::remove_all(it->path(), kept);
  }
  problem.clear();
  for (fs::directory_iterator it(wanted, problem), end; !problem && it != end; it.increment(problem))
    if (std::string name = it->path().filename().string(); !name.starts_with(partly)) blocks.insert(std::move(name));
  return blocks;
}

data::BlockPtr KeptFolder::load(const BlockName& name) const {
  const std::string file = contentFolder(name.path, name.identity) + '/' + fileOfBlock(name);
  const std::string bytes = contentOf(file);
  data::BlockPtr block = unpackBlock(name, bytes);
  if (!block) ::unlink(file.c_str());
  return block;
}

bool KeptFolder::hasRoomOnDisk(std::int64_t bytes) const {
  struct statvfs status {};
  if (::statvfs(folder_.c_str(), &status) != 0) return false;
  const auto unit = static_cast<std::int64_t>(status.f_frsize);
  const auto left = static_cast<std::int64_t>(status.f_bavail) * unit;
  return left - bytes >= std::min(spare, static_cast<std::int64_t>(status.f_blocks) * unit / spareShare);
}

bool KeptFolder::save(const BlockName& name, const data::Block& block) {
  const auto now = std::chrono::steady_clock::now();
  if (folder_.empty() || block.size() > largestBlock || now < nextTry_) return false;
  nextTry_ = now + pause;
  const std::string folder = contentFolder(name.path, name.identity);
  if (!makeFolders(folder_, folder) || !hasRoomOnDisk(static_cast<std::int64_t>(block.size()))) return false;
  const std::string bytes = packBlock(name, block);
  if (static_cast<std::int64_t>(bytes.size()) > most_ / 4) {
    nextTry_ = {};
    return false;
  }
  if (!write(folder, fileOfBlock(name), bytes)) return false;
  nextTry_ = {};
  constexpr std::int64_t unit = 4096; // of most disks
  const std::int64_t taken = (static_cast<std::int64_t>(bytes.size()) + unit - 1) / unit * unit;
  const bool first = unseen_ < 0;
  unseen_ = std::max<std::int64_t>(unseen_, 0) + taken;
  if (first || unseen_ > most_ / countShare) keepWithin();
  return true;
}

/// Counts all that is there, for others write as well, and drops what was used least recently.
void KeptFolder::keepWithin() {
  struct Entry {
    timespec used{};
    std::int64_t bytes = 0;
    std::string path;
  };
  unseen_ = 0;
  std::vector<Entry> entries;
  std::int64_t total = 0;
  const std::time_t old = std::time(nullptr) - std::chrono::seconds(abandoned).count();
  std::error_code problem;
  for (fs::recursive_directory_iterator it(folder_, problem), end; !problem && it != end; it.increment(problem)) {
    struct stat status {}; // others may be tidying up as well
    if (::lstat(it->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (it->path().filename().string().starts_with(partly) && status.st_mtim.tv_sec < old) {
      ::unlink(it->path().c_str());
      continue;
    }
    entries.push_back({status.st_mtim, onDisk(status), it->path().string()});
    total += entries.back().bytes;
  }
  if (total <= most_ - most_ / countShare) return;
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.used.tv_sec, a.used.tv_nsec) < std::pair(b.used.tv_sec, b.used.tv_nsec);
  });
  for (const Entry& entry : entries) {
    if (total <= most_ - most_ / 8) break;
    if (::unlink(entry.path.c_str()) == 0 || errno == ENOENT) total -= entry.bytes;
    const fs::path content = fs::path(entry.path).parent_path();
    if (::rmdir(content.c_str()) == 0) ::rmdir(content.parent_path().c_str()); // the last one
  }
}

} // namespace discern::channel
