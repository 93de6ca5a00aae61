#include "io/archive/module/unpack.h"

#include "data/error.h"
#include "io/cache/user_cache.h"
#include "io/file_text.h"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <unistd.h>

namespace discern::io {

namespace {

namespace fs = std::filesystem;

constexpr double mostBytes = 4e9, mostCached = 8e9, mostRatio = 1100;
constexpr std::size_t mostFiles = 20000, longestName = 1000;
constexpr const char *wholeMark = "whole", *contentFolder = "content";

struct Free {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using Archive = std::unique_ptr<archive, Free>;

Archive openArchive(const File& file) {
  Archive handle(archive_read_new());
  archive_read_support_filter_gzip(handle.get());
  archive_read_support_filter_bzip2(handle.get());
  archive_read_support_filter_xz(handle.get());
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
  const fs::path path = fs::path(text).lexically_normal();
  for (const fs::path& part : path)
    if (part == ".." || part.string().size() > 255) return {};
  return path == "." ? fs::path() : path;
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
    const char* raw = archive_entry_pathname(entry);
    const fs::path name = safeName(raw);
    if (type != AE_IFREG || archive_entry_hardlink(entry) != nullptr || name.empty()) {
      leftOut.push_back(cleanText(raw ? raw : "?"));
      continue;
    }
    if (archive_entry_is_encrypted(entry))
      throw data::ReadError(file.path(), "\"" + cleanText(name.string()) + "\" in it is encrypted; unpack it first");
    use(entry, name);
  }
}

void extract(const File& file, const fs::path& folder, std::vector<std::string>& leftOut) {
  const Archive handle = openArchive(file);
  std::error_code made;
  fs::create_directories(folder, made);
  std::vector<char> buffer(1 << 16);
  double written = 0;
  eachFile(file, handle.get(), leftOut, [&](archive_entry*, const fs::path& name) {
    const fs::path to = folder / name;
    std::error_code problem;
    fs::create_directories(to.parent_path(), problem);
    std::ofstream out(to, std::ios::binary | std::ios::trunc);
    for (;;) {
      const la_ssize_t got = archive_read_data(handle.get(), buffer.data(), buffer.size());
      if (got == 0) break;
      if (got < 0)
        throw data::ReadError(file.path(), "\"" + cleanText(name.string()) +
                                               "\" in it can't be unpacked: " + archive_error_string(handle.get()));
      written += static_cast<double>(got);
      if (written > mostBytes)
        throw data::ReadError(file.path(), "the archive holds more than " + byteText(mostBytes) + "; unpack it first");
      out.write(buffer.data(), got);
    }
    out.close();
    if (!out) throw data::ReadError(file.path(), "there is no room to unpack the archive in " + folder.string());
  });
}

/// Sizes as the archive states them, before anything is written.
void survey(const File& file, Unpacked& unpacked, std::vector<std::string>& leftOut) {
  const Archive handle = openArchive(file);
  double bytes = 0;
  std::size_t files = 0;
  unpacked.members = eachFile(file, handle.get(), leftOut, [&](archive_entry* entry, const fs::path&) {
    bytes += archive_entry_size_is_set(entry) ? static_cast<double>(archive_entry_size(entry)) : 0;
    if (++files > mostFiles)
      throw data::ReadError(file.path(),
                            "the archive holds more than " + std::to_string(mostFiles) + " files; unpack it first");
    if (bytes > mostBytes || bytes > static_cast<double>(file.size()) * mostRatio)
      throw data::ReadError(
          file.path(),
          "the archive of " + byteText(static_cast<double>(file.size())) + " says that it holds more than " +
              byteText(std::min(mostBytes, static_cast<double>(file.size()) * mostRatio)) + "; unpack it first");
  });
  unpacked.format = (archive_format(handle.get()) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP ? "ZIP" : "tar";
}

double sizeOf(const fs::path& folder) {
  double bytes = 0;
  std::error_code problem;
  for (fs::recursive_directory_iterator at(folder, problem), end; at != end; at.increment(problem))
    if (at->is_regular_file(problem)) bytes += static_cast<double>(at->file_size(problem));
  return bytes;
}

/// Removes what was unpacked longest ago.
void makeRoom(const fs::path& folder, const fs::path& spared) {
  std::error_code problem;
  std::vector<std::pair<fs::file_time_type, fs::path>> all;
  double bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    bytes += sizeOf(entry.path());
    if (entry.path() != spared) all.emplace_back(entry.last_write_time(problem), entry.path());
  }
  std::sort(all.begin(), all.end());
  for (const auto& [time, path] : all) {
    if (bytes <= mostCached) return;
    bytes -= sizeOf(path);
    fs::remove_all(path, problem);
  }
}

} // namespace

Unpacked unpack(const File& file) {
  const std::string cache = cacheFolder("archives"), stamp = fileStamp(file.path());
  if (cache.empty() || stamp.empty())
    throw data::ReadError(file.path(),
                          "an archive is unpacked into the cache (~/.cache/discern), which can't be written; "
                          "unpack it first");
  Unpacked unpacked;
  std::vector<std::string> leftOut;
  survey(file, unpacked, leftOut);
  const fs::path folder = fs::path(cache) / hexOf(hashOf(std::as_bytes(std::span(stamp))));
  std::error_code problem;
  if (!fs::exists(folder / wholeMark, problem)) {
    std::string part = folder.string() + ".XXXXXX";
    if (!::mkdtemp(part.data()))
      throw data::ReadError(file.path(), "there is no room to unpack the archive in " + cache);
    try {
      std::vector<std::string> again;
      extract(file, fs::path(part) / contentFolder, again);
      std::ofstream(fs::path(part) / wholeMark) << stamp;
      fs::rename(part, folder, problem);
      if (problem && !fs::exists(folder / wholeMark)) { // half of it lies there, from a time before
        fs::remove_all(folder, problem);
        fs::rename(part, folder);
      }
    } catch (...) {
      fs::remove_all(part, problem);
      throw;
    }
    fs::remove_all(part, problem); // where another process was first
    makeRoom(cache, folder);
  }
  fs::last_write_time(folder, fs::file_time_type::clock::now(), problem);
  unpacked.folder = (folder / contentFolder).string();
  if (!leftOut.empty())
    unpacked.warnings.push_back(std::to_string(leftOut.size()) + (leftOut.size() == 1 ? " entry" : " entries") +
                                " of the archive left out, a link or with a name that leads out of it: \"" +
                                leftOut[0] + "\"");
  return unpacked;
}

} // namespace discern::io
