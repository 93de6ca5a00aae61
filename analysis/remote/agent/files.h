#pragma once
/// Files, as an agent's client asks for them. Each throws HostError with the code of the fault.
#include "jobs/content_hash.h"

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace discern::remote::files {

/// `~`, `$NAME` and `${NAME}` at the beginning or between slashes are replaced; the path is absolute after.
[[nodiscard]] std::string expanded(const std::string& path);
/// `path` itself; refuses one that is not absolute. Nothing in it is replaced: a file may be named "$HOME".
[[nodiscard]] std::string absolute(const std::string& path);
/// {"exists", "kind": "file"|"folder"|"other", "size", "modified", "writable"}
[[nodiscard]] nlohmann::json look(const std::string& path);
/// {"free": bytes for this user}; of the nearest folder that exists
[[nodiscard]] nlohmann::json space(const std::string& path);
void makeFolder(const std::string& path);
/// {"sha256", "size"}
[[nodiscard]] nlohmann::json hash(const std::string& path);
/// {"files": [{"path", "size"}]} below a folder, sorted
[[nodiscard]] nlohmann::json tree(const std::string& path);

/// Files that come and go in pieces. Their hashes are taken on the way, when the pieces are in order.
class Transfers {
public:
  /// Writes at `offset`; the file and its folder are made. Returns its size after.
  std::int64_t write(const std::string& path, std::int64_t offset, std::string_view bytes);
  [[nodiscard]] std::string read(const std::string& path, std::int64_t offset, std::int64_t length);
  /// Gives a part its final name when its SHA-256 is `sha256`; otherwise it is removed, and false comes back.
  bool publish(const std::string& part, const std::string& path, const std::string& sha256, int mode);
  /// {"sha256", "size"}; without reading it again when it was just read, and has not changed since
  [[nodiscard]] nlohmann::json hash(const std::string& path);

private:
  struct Passage {
    jobs::Sha256 hash;
    std::int64_t until = 0;
    double modified = 0; ///< when it began
  };
  void pass(const std::string& path, std::int64_t offset, std::string_view bytes, double modified);
  std::map<std::string, Passage> passages_;
};

} // namespace discern::remote::files
