#include "files_in.h"

#include "data/error.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace discern::runner {

using nlohmann::json;

namespace {

constexpr std::size_t most = 20'000; ///< entries

std::string homeFolder() {
  if (const char* home = std::getenv("HOME"); home && *home == '/') return home;
  const passwd* entry = ::getpwuid(::getuid());
  return entry && entry->pw_dir ? entry->pw_dir : "/";
}

std::string reasonOf(int error) {
  switch (error) {
  case ENOENT:
    return "there is no such folder";
  case ENOTDIR:
    return "this is no folder";
  case EACCES:
  case EPERM:
    return "you have no permission to look into this folder";
  default:
    return std::strerror(error);
  }
}

std::string resolved(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), std::free);
  if (!real) throw data::ReadError(path, reasonOf(errno));
  return real.get();
}

} // namespace

json filesIn(const json& params) {
  std::string path = params.value("path", std::string());
  const bool hidden = params.value("hidden", false);
  if (path.find('\0') != std::string::npos) throw data::UsageError("a path has no zero byte");
  const std::string home = homeFolder();
  if (path.empty() || path == "~") path = home;
  if (path.starts_with("~/")) path = home + path.substr(1);
  if (path.front() != '/') throw data::UsageError(path + ": a folder is named by its whole path, from / on");
  path = resolved(path);
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
  if (!folder) throw data::ReadError(path, reasonOf(errno));
  json entries = json::array();
  std::size_t more = 0;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == ".." || (!hidden && name.front() == '.')) continue;
    if (entries.size() >= most) {
      ++more;
      continue;
    }
    struct stat status {};
    const bool known = ::fstatat(::dirfd(folder.get()), name.c_str(), &status, 0) == 0; // of what a link leads to
    const char* kind = "other";
    if (known && S_ISDIR(status.st_mode)) kind = "folder";
    if (known && S_ISREG(status.st_mode)) kind = "file";
    entries.push_back({{"name", name},
                       {"kind", kind},
                       {"size", known ? static_cast<std::int64_t>(status.st_size) : 0},
                       {"time", known ? static_cast<std::int64_t>(status.st_mtim.tv_sec) : 0}});
  }
  return {{"path", path}, {"home", home}, {"entries", std::move(entries)}, {"more", more}};
}

} // namespace discern::runner
