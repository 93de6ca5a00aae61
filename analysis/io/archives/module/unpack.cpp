#include "unpack.h"

#include "data/error.h"
#include "io/file_text.h"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <unistd.h>

namespace discern::io {
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t mostMembers = 10000;
constexpr std::int64_t mostBytes = std::int64_t{8} << 30;
constexpr std::int64_t anyRatioBelow = 64 << 20; ///< a small archive of one long row of zeros is no attack
constexpr std::int64_t mostRatio = 500;
constexpr std::size_t pieceBytes = 1 << 18;

using Handle = std::unique_ptr<archive, decltype(&archive_read_free)>;

Handle opened(const std::string& path) {
  Handle handle(archive_read_new(), archive_read_free);
  archive* a = handle.get();
  archive_read_support_format_zip(a);
  archive_read_support_format_tar(a);
  archive_read_support_filter_gzip(a);
  archive_read_support_filter_bzip2(a);
  archive_read_support_filter_xz(a);
  archive_read_support_filter_zstd(a);
  if (archive_read_open_filename(a, path.c_str(), pieceBytes) < ARCHIVE_WARN) {
    const char* why = archive_error_string(a);
    throw data::ReadError(path, std::string("the archive can't be opened: ") + (why ? why : "no message"));
  }
  return handle;
}

/// A member's path as one below our folder; nothing for one that leads elsewhere.
std::optional<fs::path> safePath(const std::string& name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string::npos) return std::nullopt;
  fs::path safe;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    const std::string part = name.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == ".." || part.size() > 255 || ++depth > 32) return std::nullopt;
    safe /= part;
  }
  return safe;
}

class Unpacking {
public:
  Unpacking(const std::string& path, Unpacked& into) : path_(path), into_(into), size_(sizeOfFile(path)) {}

  void run() {
    checkList();
    const Handle handle = opened(path_);
    archive* a = handle.get();
    for (;;) {
      archive_entry* entry = nullptr;
      const int state = archive_read_next_header(a, &entry);
      if (state == ARCHIVE_EOF) break;
      if (state < ARCHIVE_WARN) {
        stopped(a);
        break;
      }
      count();
      if (!member(a, entry)) break;
    }
    for (const auto& [why, names] : left_)
      into_.warnings.push_back("Left out: " + why + " (" + names.first +
                               (names.second > 3 ? ", " + std::to_string(names.second - 3) + " more" : "") + ").");
    if (written_ == 0 && !left_.empty())
      throw data::ReadError(path_, "nothing of the archive can be read: " + left_.begin()->first + " (" +
                                       left_.begin()->second.first + ")");
    if (written_ == 0) throw data::ReadError(path_, "the archive has no files in it");
  }

private:
  static std::int64_t sizeOfFile(const std::string& path) {
    std::error_code unknown;
    const auto size = fs::file_size(path, unknown);
    return unknown ? 0 : static_cast<std::int64_t>(size);
  }

  /// What a ZIP archive says of itself, before anything is written.
  void checkList() {
    const Handle handle = opened(path_);
    archive* a = handle.get();
    archive_entry* entry = nullptr;
    std::int64_t total = 0, members = 0;
    for (;;) {
      const int state = archive_read_next_header(a, &entry);
      if (state == ARCHIVE_FATAL && members == 0) {
        const char* why = archive_error_string(a);
        throw data::ReadError(path_, std::string("the archive is damaged: ") + (why ? why : "no message"));
      }
      if (state == ARCHIVE_EOF || state < ARCHIVE_WARN) break;
      if ((archive_format(a) & ARCHIVE_FORMAT_BASE_MASK) != ARCHIVE_FORMAT_ZIP) return; // tar has no list
      if (++members > mostMembers) tooMany();
      const std::int64_t size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;
      if (size < 0 || size > mostBytes) tooMuch(static_cast<double>(size));
      checkTotal(total += size);
    }
    std::error_code unknown;
    const auto space = fs::space(into_.folder, unknown);
    if (!unknown && space.available < static_cast<std::uintmax_t>(total))
      throw data::ReadError(path_, "unpacked, its members take " + byteText(static_cast<double>(total)) +
                                       ", and the cache's disk has only " +
                                       byteText(static_cast<double>(space.available)) +
                                       "; make room, or set XDG_CACHE_HOME to a folder elsewhere");
  }

  void checkTotal(std::int64_t total) const {
    if (total > mostBytes || (total > anyRatioBelow && total / mostRatio > size_)) tooMuch(static_cast<double>(total));
  }
  [[noreturn]] void tooMuch(double total) const {
    throw data::ReadError(path_, "unpacked, its members take " + byteText(total) + " or more, and the archive has " +
                                     byteText(static_cast<double>(size_)) + "; more than " +
                                     byteText(static_cast<double>(mostBytes)) + ", or than " +
                                     std::to_string(mostRatio) + " times the archive, is not unpacked here");
  }
  [[noreturn]] void tooMany() const {
    throw data::ReadError(path_, "the archive has more than " + std::to_string(mostMembers) +
                                     " members; unpack it and open those that you want");
  }
  void count() {
    if (++into_.members > mostMembers) tooMany();
  }

  void leaveOut(const std::string& why, const std::string& name) {
    auto& [names, number] = left_[why];
    if (++number <= 3) names += (names.empty() ? "" : ", ") + name.substr(0, 100);
  }

  void stopped(archive* a) {
    const char* why = archive_error_string(a);
    leaveOut(std::string("what follows is damaged: ") + cleanText(why ? why : "no message"), "the rest");
  }

  /// False: nothing more can be read.
  bool member(archive* a, archive_entry* entry) {
    const char* utf8 = archive_entry_pathname_utf8(entry);
    const char* raw = utf8 ? utf8 : archive_entry_pathname(entry);
    const std::string name = cleanText(raw ? raw : "");
    const auto place = safePath(name);
    if (!place) {
      leaveOut("names that lead out of the archive's folder", name.empty() ? "a member without a name" : name);
      return true;
    }
    const auto type = archive_entry_filetype(entry);
    const fs::path target = fs::path(into_.folder) / *place;
    std::error_code problem;
    if (archive_entry_hardlink(entry) || archive_entry_symlink(entry) || (type != AE_IFREG && type != AE_IFDIR)) {
      leaveOut("links and devices", name);
    } else if (type == AE_IFDIR) {
      fs::create_directories(target, problem);
    } else if (archive_entry_is_data_encrypted(entry)) {
      leaveOut("encrypted; unpack it with its password", name);
    } else if (fs::create_directories(target.parent_path(), problem); problem) {
      leaveOut("no folder can be made for it", name);
    } else {
      return write(a, target, name);
    }
    return true;
  }

  bool write(archive* a, const fs::path& target, const std::string& name) {
    const int file = ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
      leaveOut(errno == EEXIST ? "a second member of the same name" : "it can't be written", name);
      return true;
    }
    bool whole = false, full = false;
    ssize_t got = 0;
    try {
      while ((got = archive_read_data(a, buffer_.data(), buffer_.size())) > 0 && !full) {
        checkTotal(total_ += got);
        for (std::span rest(buffer_.data(), static_cast<std::size_t>(got)); !rest.empty() && !full;) {
          const ssize_t put = ::write(file, rest.data(), rest.size());
          full = put <= 0;
          if (!full) rest = rest.subspan(static_cast<std::size_t>(put));
        }
      }
      whole = got == 0;
    } catch (...) {
      ::close(file);
      throw;
    }
    ::close(file);
    if (full)
      throw data::ReadError(path_, std::string("the cache can't take its members: ") + std::strerror(errno) +
                                       "; make room, or set XDG_CACHE_HOME to a folder elsewhere");
    if (whole) {
      ++written_;
      return true;
    }
    ::unlink(target.c_str());
    const char* why = archive_error_string(a);
    leaveOut(cleanText(why ? why : "it is damaged"), name);
    return got != ARCHIVE_FATAL;
  }

  const std::string& path_;
  Unpacked& into_;
  std::int64_t size_, total_ = 0, written_ = 0;
  std::array<char, pieceBytes> buffer_{};
  std::map<std::string, std::pair<std::string, int>> left_; ///< why → names, how many
};

} // namespace

void unpack(const std::string& archive, Unpacked& into) { std::make_unique<Unpacking>(archive, into)->run(); }

} // namespace discern::io
