#include "io/archive/module/unpack.h"

#include "data/error.h"
#include "io/cache/user_cache.h"
#include "io/file_text.h"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <unistd.h>

namespace discern::io {

namespace {

namespace fs = std::filesystem;

constexpr double mostBytes = 4e9, mostCached = 8e9;
/// From this size on, what inflates to more than so many times the archive is made to fill disks: deflate itself can do
/// 1032 times, real tables stay below 50.
constexpr double anyRatioBelow = 64e6, mostRatio = 500;
constexpr std::size_t mostFiles = 20000, longestName = 1000;
constexpr const char *aboutName = "about.json", *contentFolder = "content";
constexpr std::int64_t longestAbout = 4 << 20;

struct Free {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using Archive = std::unique_ptr<archive, Free>;

Archive openArchive(const File& file) {
  Archive handle(archive_read_new());
  archive_read_support_filter_gzip(handle.get());
  archive_read_support_filter_bzip2(handle.get());
  archive_read_support_filter_xz(handle.get());
  archive_read_support_filter_zstd(handle.get());
  archive_read_support_format_zip_seekable(handle.get());
  archive_read_support_format_tar(handle.get());
  constexpr std::size_t piece = 1 << 16;
  if (archive_read_open_filename(handle.get(), file.path().c_str(), piece) != ARCHIVE_OK)
    throw data::ReadError(file.path(), std::string("the archive can't be read: ") + archive_error_string(handle.get()));
  return handle;
}

/// A name that stays below the folder it is unpacked into; empty for any other.
fs::path safeName(const char* raw) {
  const std::string text = raw ? raw : "";
  if (text.empty() || text.size() > longestName || text.front() == '/') return {};
  for (const char letter : text)
    if (static_cast<unsigned char>(letter) < ' ' || letter == '\\') return {};
  for (const fs::path& part : fs::path(text))
    if (part == ".." || part.string().size() > 255) return {};
  const fs::path path = fs::path(text).lexically_normal();
  return path == "." ? fs::path() : path;
}

void checkSize(const File& file, double bytes) {
  const double most = std::min(mostBytes, std::max(anyRatioBelow, static_cast<double>(file.size()) * mostRatio));
  if (bytes > most)
    throw data::ReadError(file.path(), "the archive of " + byteText(static_cast<double>(file.size())) +
                                           " says that it holds more than " + byteText(most) + "; unpack it first");
}

/// Calls `use(entry, name)` for each regular file, tells what is left out, and gives how many entries there are.
std::size_t eachFile(const File& file, archive* handle, std::vector<std::string>& leftOut,
                     const std::function<void(archive_entry*, const fs::path&)>& use) {
  archive_entry* entry = nullptr;
  for (std::size_t members = 0;; ++members) {
    const int state = archive_read_next_header(handle, &entry);
    if (state == ARCHIVE_EOF) return members;
    if (state != ARCHIVE_OK && state != ARCHIVE_WARN)
      throw data::ReadError(file.path(), std::string("the archive is damaged: ") + archive_error_string(handle));
    const auto type = archive_entry_filetype(entry);
    if (type == AE_IFDIR) continue;
    const char* utf8 = archive_entry_pathname_utf8(entry); // the other depends on the locale
    const char* raw = utf8 ? utf8 : archive_entry_pathname(entry);
    const fs::path name = safeName(raw);
    if (type != AE_IFREG || archive_entry_hardlink(entry) != nullptr || name.empty()) {
      leftOut.push_back(cleanText(raw ? raw : "?"));
      continue;
    }
    use(entry, name);
  }
}

void extract(const File& file, const fs::path& folder, std::vector<std::string>& leftOut,
             std::vector<std::string>& warnings) {
  const Archive handle = openArchive(file);
  std::error_code made;
  fs::create_directories(folder, made);
  std::vector<char> buffer(1 << 16);
  double written = 0;
  std::vector<std::string> refused, damaged;
  std::string why;
  std::size_t good = 0;
  eachFile(file, handle.get(), leftOut, [&](archive_entry* entry, const fs::path& name) {
    if (archive_entry_is_encrypted(entry)) {
      refused.push_back(cleanText(name.string()));
      return;
    }
    const fs::path to = folder / name;
    std::error_code problem;
    fs::create_directories(to.parent_path(), problem);
    if (problem || fs::exists(to, problem)) { // a name that is there already, or that is a file's
      damaged.push_back(cleanText(name.string()));
      if (why.empty()) why = "its name comes twice";
      return;
    }
    std::ofstream out(to, std::ios::binary | std::ios::trunc);
    for (;;) {
      const la_ssize_t got = archive_read_data(handle.get(), buffer.data(), buffer.size());
      if (got == 0) break;
      if (got < 0) {
        if (why.empty())
          why = archive_error_string(handle.get()) ? archive_error_string(handle.get()) : "it is damaged";
        damaged.push_back(cleanText(name.string()));
        out.close();
        fs::remove(to, problem);
        return;
      }
      written += static_cast<double>(got);
      checkSize(file, written);
      out.write(buffer.data(), got);
    }
    out.close();
    if (!out) throw data::ReadError(file.path(), "there is no room to unpack the archive in " + folder.string());
    ++good;
  });
  const auto tell = [&](const std::vector<std::string>& names, const std::string& reason) {
    if (names.empty()) return;
    if (good == 0) throw data::ReadError(file.path(), "\"" + names[0] + "\" in it " + reason);
    warnings.push_back(std::to_string(names.size()) + " of the archive's files left out: \"" + names[0] + "\" " +
                       reason);
  };
  tell(refused, "is encrypted; unpack it with its password");
  tell(damaged, "can't be unpacked: " + cleanText(why));
}

/// Sizes as the archive states them, before anything is written.
double survey(const File& file, Unpacked& unpacked, std::vector<std::string>& leftOut) {
  const Archive handle = openArchive(file);
  double bytes = 0;
  std::size_t files = 0;
  unpacked.members = eachFile(file, handle.get(), leftOut, [&](archive_entry* entry, const fs::path&) {
    bytes += archive_entry_size_is_set(entry) ? static_cast<double>(archive_entry_size(entry)) : 0;
    if (++files > mostFiles)
      throw data::ReadError(file.path(),
                            "the archive holds more than " + std::to_string(mostFiles) + " files; unpack it first");
    checkSize(file, bytes);
  });
  unpacked.format = (archive_format(handle.get()) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP ? "ZIP" : "tar";
  return bytes;
}

double sizeOf(const fs::path& folder) {
  double bytes = 0;
  std::error_code problem;
  for (fs::recursive_directory_iterator at(folder, problem), end; at != end; at.increment(problem))
    if (at->is_regular_file(problem)) bytes += static_cast<double>(at->file_size(problem));
  return bytes;
}

/// Removes what was used longest ago; nothing of the last hour, which another window may be reading.
void makeRoom(const fs::path& folder, const fs::path& spared) {
  std::error_code problem;
  std::vector<std::pair<fs::file_time_type, fs::path>> all;
  double bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    bytes += sizeOf(entry.path());
    const auto about = fs::last_write_time(entry.path() / aboutName, problem);
    const auto used = problem ? entry.last_write_time(problem) : about;
    if (entry.path() != spared && fs::file_time_type::clock::now() - used > std::chrono::hours(1))
      all.emplace_back(used, entry.path());
  }
  std::sort(all.begin(), all.end());
  for (const auto& [time, path] : all) {
    if (bytes <= mostCached) return;
    bytes -= sizeOf(path);
    fs::remove_all(path, problem);
  }
}

/// What an earlier run unpacked of a file that is still the same. Reading what is known of it marks it as used.
std::optional<Unpacked> found(const fs::path& folder, const std::string& stamp) {
  const auto about = readCached((folder / aboutName).string(), longestAbout);
  const auto* text = reinterpret_cast<const char*>(about.data());
  const auto json = nlohmann::json::parse(text, text + about.size(), nullptr, false);
  std::error_code unknown;
  if (!json.is_object() || json.value("stamp", "") != stamp || !fs::is_directory(folder / contentFolder, unknown))
    return std::nullopt;
  return Unpacked{(folder / contentFolder).string(), json.value("format", "ZIP"), json.value("members", std::size_t{0}),
                  json.value("warnings", std::vector<std::string>())};
}

void checkRoom(const File& file, const std::string& cache, double bytes) {
  std::error_code unknown;
  const auto space = fs::space(cache, unknown);
  if (!unknown && static_cast<double>(space.available) < bytes)
    throw data::ReadError(file.path(), "unpacked it takes " + byteText(bytes) + ", and the disk of the cache has " +
                                           byteText(static_cast<double>(space.available)) +
                                           " left; make room, or set XDG_CACHE_HOME to a folder elsewhere");
}

} // namespace

Unpacked unpack(const File& file) {
  const std::string cache = cacheFolder("archives"), stamp = fileStamp(file.path());
  if (cache.empty() || stamp.empty())
    throw data::ReadError(file.path(), "an archive is unpacked into the cache (~/.cache/discern), which can't be "
                                       "written; set XDG_CACHE_HOME to a folder that can be, or unpack it first");
  const fs::path folder = fs::path(cache) / hexOf(hashOf(std::as_bytes(std::span(stamp))));
  if (auto before = found(folder, stamp)) return *before;

  Unpacked unpacked;
  std::vector<std::string> leftOut, again;
  checkRoom(file, cache, survey(file, unpacked, leftOut));
  std::error_code problem;
  std::string part = folder.string() + ".XXXXXX";
  if (!::mkdtemp(part.data())) throw data::ReadError(file.path(), "there is no room to unpack the archive in " + cache);
  try {
    extract(file, fs::path(part) / contentFolder, again, unpacked.warnings);
    if (!leftOut.empty())
      unpacked.warnings.push_back(std::to_string(leftOut.size()) + (leftOut.size() == 1 ? " entry" : " entries") +
                                  " of the archive left out, a link or with a name that leads out of it: \"" +
                                  leftOut[0] + "\"");
    const std::string about = nlohmann::json{
        {"stamp", stamp},
        {"format", unpacked.format},
        {"members", unpacked.members},
        {"warnings",
         unpacked.warnings}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (!writeCached((fs::path(part) / aboutName).string(), std::as_bytes(std::span(about))))
      throw data::ReadError(file.path(), "there is no room to unpack the archive in " + cache);
    fs::rename(part, folder, problem);
    if (problem && !found(folder, stamp)) { // half of it lies there, from a time before
      fs::remove_all(folder, problem);
      fs::rename(part, folder);
    }
  } catch (...) {
    fs::remove_all(part, problem);
    throw;
  }
  fs::remove_all(part, problem); // where another process was first
  makeRoom(cache, folder);
  unpacked.folder = (folder / contentFolder).string();
  return unpacked;
}

} // namespace discern::io
