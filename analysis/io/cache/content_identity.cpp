#include "io/cache/content_identity.h"

#include "io/cache/user_cache.h"
#include "io/fields/array/axes.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <span>
#include <sys/stat.h>

namespace discern::io {

namespace {

constexpr int valuesVersion = 1; ///< to be raised when a reader comes to give other values for the same file
constexpr std::time_t young = 2; ///< seconds

} // namespace

std::string contentIdentity(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const std::time_t changed = std::max(status.st_mtim.tv_sec, status.st_ctim.tv_sec);
  if (std::time(nullptr) - changed <= young) return {};
  const std::string axes = allSavedAxes(path);
  char text[200];
  std::snprintf(text, sizeof text, "%d %lld %llu %lld.%09ld %lld.%09ld %s", valuesVersion,
                static_cast<long long>(status.st_size), static_cast<unsigned long long>(status.st_ino),
                static_cast<long long>(status.st_mtim.tv_sec), status.st_mtim.tv_nsec,
                static_cast<long long>(status.st_ctim.tv_sec), status.st_ctim.tv_nsec,
                axes.empty() ? "-" : hexOf(hashOf(std::as_bytes(std::span(axes)))).c_str());
  return text;
}

} // namespace discern::io
