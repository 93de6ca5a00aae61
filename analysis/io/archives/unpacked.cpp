#include "io/archives/unpacked.h"

#include "data/error.h"
#include "io/cache/user_cache.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace discern::io {
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t mostKept = std::int64_t{8} << 30;
constexpr std::int64_t longestAbout = 4 << 20;
constexpr const char* membersName = "members";
constexpr const char* aboutName = "about.json";

std::span<const std::byte> bytesOf(const std::string& text) { return std::as_bytes(std::span(text)); }

/// What an earlier run made of an archive of this stamp; no folder: nothing.
Unpacked found(const fs::path& place, const std::string& stamp) {
  Unpacked result;
  const auto about = readCached((place / aboutName).string(), longestAbout);
  const auto json = nlohmann::json::parse(reinterpret_cast<const char*>(about.data()),
                                          reinterpret_cast<const char*>(about.data()) + about.size(), nullptr, false);
  std::error_code unknown;
  if (!json.is_object() || json.value("stamp", "") != stamp || !fs::is_directory(place / membersName, unknown))
    return result;
  result.members = json.value("members", std::int64_t{0});
  result.warnings = json.value("warnings", std::vector<std::string>());
  result.folder = (place / membersName).string();
  return result;
}

/// Removes the longest unused until all together are small enough. What was used within the last hour stays: another
/// window may be reading it.
void tidyUp(const fs::path& folder, const fs::path& spared) {
  struct Entry {
    fs::file_time_type used;
    std::int64_t size = 0;
    fs::path path;
  };
  std::vector<Entry> entries;
  std::int64_t total = 0;
  std::error_code problem;
  for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
    Entry entry{fs::file_time_type::min(), 0, it->path()};
    std::error_code gone;
    for (fs::recursive_directory_iterator file(it->path(), gone), last; !gone && file != last; file.increment(gone)) {
      std::error_code none;
      if (file->is_regular_file(none)) entry.size += static_cast<std::int64_t>(file->file_size(none));
    }
    std::error_code none;
    const auto used = fs::last_write_time(it->path() / aboutName, none);
    entry.used = none ? fs::last_write_time(it->path(), gone) : used;
    total += entry.size;
    if (entry.path != spared && fs::file_time_type::clock::now() - entry.used > std::chrono::hours(1))
      entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.used < b.used; });
  for (const Entry& entry : entries) {
    if (total <= mostKept) break;
    std::error_code kept;
    fs::remove_all(entry.path, kept);
    if (!kept) total -= entry.size;
  }
}

/// A folder that is removed unless it was given its name.
class Draft {
public:
  explicit Draft(const fs::path& place) : path_(place.string() + ".XXXXXX") {
    if (!::mkdtemp(path_.data())) path_.clear();
  }
  ~Draft() {
    std::error_code problem;
    if (!path_.empty()) fs::remove_all(path_, problem);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  bool rename(const fs::path& place) {
    if (std::rename(path_.c_str(), place.c_str()) != 0) return false;
    path_.clear();
    return true;
  }

private:
  std::string path_;
};

} // namespace

Unpacked unpackedArchive(const std::string& archive, const std::function<void(Unpacked&)>& fill) {
  const std::string folder = cacheFolder("archives");
  const std::string stamp = fileStamp(archive);
  const auto unwritable = [&](const std::string& why) {
    return data::ReadError(archive, "an archive is unpacked before it is read, into the folder discern/archives of "
                                    "your cache, and " +
                                        why + "; set XDG_CACHE_HOME to a folder that can be written, or unpack it");
  };
  if (folder.empty()) throw unwritable("that can't be made or written");
  const fs::path place = fs::path(folder) / hexOf(hashOf(bytesOf(stamp)));
  if (Unpacked before = found(place, stamp); !before.folder.empty()) return before;

  Draft draft(place);
  if (draft.path().empty()) throw unwritable(std::string("no folder can be made there: ") + std::strerror(errno));
  Unpacked result;
  result.folder = (fs::path(draft.path()) / membersName).string();
  std::error_code problem;
  if (!fs::create_directory(result.folder, problem)) throw unwritable("it can't be written: " + problem.message());
  fill(result);
  const std::string about =
      nlohmann::json{{"stamp", stamp}, {"members", result.members}, {"warnings", result.warnings}}.dump(
          -1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (!writeCached((fs::path(draft.path()) / aboutName).string(), bytesOf(about)))
    throw unwritable("it can't be written");
  if (!draft.rename(place)) {
    // Another process was faster, or what lies there is of another state of the archive.
    if (Unpacked before = found(place, stamp); !before.folder.empty()) return before;
    fs::remove_all(place, problem);
    if (!draft.rename(place)) throw unwritable(std::string("it can't be given its name: ") + std::strerror(errno));
  }
  result.folder = (place / membersName).string();
  tidyUp(folder, place);
  return result;
}

} // namespace discern::io
