#include "remote/agent/files.h"

#include "data/error.h"
#include "jobs/content_hash.h"
#include "remote/connection/errors.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace discern::remote::files {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse(const std::string& path, int problem) {
  const char* code = problem == ENOSPC || problem == EDQUOT ? "no-space" : problem == ENOENT ? "no-file" : "failed";
  throw HostError(Trouble::Refused, path + ": " + std::strerror(problem), code);
}

class Descriptor {
public:
  Descriptor(const std::string& path, int flags) : value_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (value_ < 0) refuse(path, errno);
  }
  ~Descriptor() { close(value_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int operator*() const { return value_; }

private:
  int value_;
};

} // namespace

std::string expanded(const std::string& path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (i == 0 && path[0] == '~' && (path.size() == 1 || path[1] == '/')) {
      const char* home = std::getenv("HOME");
      text += home ? home : "/tmp";
    } else if (path[i] == '$' && (i == 0 || path[i - 1] == '/')) {
      auto end = path.find('/', i);
      if (end == std::string::npos) end = path.size();
      std::string name = path.substr(i + 1, end - i - 1);
      if (name.size() > 2 && name.front() == '{' && name.back() == '}') name = name.substr(1, name.size() - 2);
      const char* value = std::getenv(name.c_str());
      if (!value || !*value)
        throw HostError(Trouble::Refused, "\"" + path + "\": $" + name + " is not set on this host", "bad-request");
      text += value;
      i = end - 1;
    } else {
      text += path[i];
    }
  }
  if (text.empty() || text[0] != '/')
    throw HostError(Trouble::Refused, "\"" + path + "\" must be an absolute path", "bad-request");
  return fs::path(text).lexically_normal().string();
}

std::string absolute(const std::string& path) {
  if (path.empty() || path[0] != '/')
    throw HostError(Trouble::Refused, "\"" + path + "\" must be an absolute path", "bad-request");
  return fs::path(path).lexically_normal().string();
}

nlohmann::json look(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return {{"exists", false}};
    refuse(path, errno);
  }
  return {{"exists", true},
          {"kind", S_ISREG(info.st_mode)   ? "file"
                   : S_ISDIR(info.st_mode) ? "folder"
                                           : "other"},
          {"size", static_cast<std::int64_t>(info.st_size)},
          {"modified", static_cast<double>(info.st_mtim.tv_sec) + 1e-9 * static_cast<double>(info.st_mtim.tv_nsec)},
          {"writable", access(path.c_str(), W_OK) == 0}};
}

nlohmann::json space(const std::string& path) {
  std::string at = path;
  struct statvfs info {};
  while (statvfs(at.c_str(), &info) != 0) {
    if ((errno != ENOENT && errno != ENOTDIR) || at.size() <= 1) refuse(at, errno);
    at = fs::path(at).parent_path().string();
  }
  return {{"free", static_cast<std::int64_t>(info.f_bavail) * static_cast<std::int64_t>(info.f_frsize)}};
}

void makeFolder(const std::string& path) {
  std::error_code problem;
  fs::create_directories(path, problem);
  if (problem) refuse(path, problem.value());
}

std::int64_t Transfers::write(const std::string& path, std::int64_t offset, std::string_view bytes) {
  if (offset < 0) throw HostError(Trouble::Refused, path + ": a negative place", "bad-request");
  makeFolder(fs::path(path).parent_path().string());
  const Descriptor file(path, O_WRONLY | O_CREAT);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = pwrite(*file, bytes.data() + done, bytes.size() - done, offset + static_cast<off_t>(done));
    if (count < 0) {
      if (errno == EINTR) continue;
      refuse(path, errno);
    }
    done += static_cast<std::size_t>(count);
  }
  pass(path, offset, bytes, 0);
  struct stat info {};
  fstat(*file, &info);
  return info.st_size;
}

std::string Transfers::read(const std::string& path, std::int64_t offset, std::int64_t length) {
  if (offset < 0 || length < 0) throw HostError(Trouble::Refused, path + ": a negative place", "bad-request");
  const Descriptor file(path, O_RDONLY);
  std::string bytes(static_cast<std::size_t>(std::min<std::int64_t>(length, 4 << 20)), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = pread(*file, bytes.data() + done, bytes.size() - done, offset + static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse(path, errno);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  pass(path, offset, bytes, look(path).value("modified", 0.0));
  return bytes;
}

void Transfers::pass(const std::string& path, std::int64_t offset, std::string_view bytes, double modified) {
  if (offset == 0) {
    Passage& fresh = passages_[path] = Passage{};
    fresh.modified = modified;
  }
  const auto passage = passages_.find(path);
  if (passage == passages_.end()) return;
  if (passage->second.until == offset) {
    passage->second.hash.add(bytes);
    passage->second.until += static_cast<std::int64_t>(bytes.size());
  } else {
    passages_.erase(passage);
  }
}

nlohmann::json hash(const std::string& path) {
  const nlohmann::json info = look(path);
  if (!info.value("exists", false)) refuse(path, ENOENT);
  try {
    return {{"sha256", jobs::sha256OfFile(path)}, {"size", info["size"]}};
  } catch (const data::ReadError& error) {
    throw HostError(Trouble::Refused, error.what(), "failed");
  }
}

bool Transfers::publish(const std::string& part, const std::string& path, const std::string& sha256, int mode) {
  auto known = passages_.extract(part);
  const bool whole = known && known.mapped().until == look(part).value("size", std::int64_t(-1));
  const std::string arrived = whole ? known.mapped().hash.hex() : files::hash(part)["sha256"].get<std::string>();
  if (arrived != sha256) {
    unlink(part.c_str());
    return false;
  }
  const Descriptor file(part, O_RDONLY);
  fchmod(*file, static_cast<mode_t>(mode & 0777));
  if (fdatasync(*file) != 0) refuse(part, errno);
  if (rename(part.c_str(), path.c_str()) != 0) refuse(path, errno);
  return true;
}

nlohmann::json Transfers::hash(const std::string& path) {
  const nlohmann::json now = look(path);
  if (auto known = passages_.extract(path); known && known.mapped().until == now.value("size", std::int64_t(-1)) &&
                                            std::abs(known.mapped().modified - now.value("modified", -1.0)) < 1e-6)
    return {{"sha256", known.mapped().hash.hex()}, {"size", now["size"]}};
  return files::hash(path);
}

nlohmann::json tree(const std::string& path) {
  std::vector<std::pair<std::string, std::int64_t>> found;
  std::error_code problem;
  for (fs::recursive_directory_iterator at(path, problem), end; !problem && at != end; at.increment(problem))
    if (at->is_regular_file(problem)) {
      found.emplace_back(fs::relative(at->path(), path, problem).string(),
                         static_cast<std::int64_t>(at->file_size(problem)));
      if (found.size() > 100'000)
        throw HostError(Trouble::Refused, path + " holds more than 100000 files", "bad-request");
    }
  if (problem) refuse(path, problem.value());
  std::ranges::sort(found);
  nlohmann::json files = nlohmann::json::array();
  for (const auto& [name, size] : found)
    files.push_back({{"path", name}, {"size", size}});
  return {{"files", files}};
}

} // namespace discern::remote::files
