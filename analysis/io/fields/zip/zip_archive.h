#pragma once
#include "io/file.h"

#include <string>
#include <vector>

namespace discern::io {

/// What a ZIP archive holds, by its central directory (with ZIP64).
/// Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
class ZipArchive {
public:
  struct Member {
    std::string name;
    int method = 0; ///< 0 stored, 8 deflated
    bool encrypted = false;
    std::int64_t packed = 0, size = 0;
    std::int64_t header = 0; ///< where its local header is
  };
  /// Throws data::ReadError: no directory, or one that lies outside the file.
  explicit ZipArchive(std::shared_ptr<const File> file);
  [[nodiscard]] const std::vector<Member>& members() const { return members_; }
  /// The bytes of a member, stored ones read in place. Throws data::ReadError: encrypted, another method, outside the
  /// file.
  [[nodiscard]] std::shared_ptr<const ByteSource> open(const Member& member) const;
  /// At most the first `count` bytes of a member.
  [[nodiscard]] std::vector<std::byte> head(const Member& member, std::size_t count) const;

private:
  [[nodiscard]] std::int64_t dataOf(const Member& member) const;
  std::shared_ptr<const File> file_;
  std::vector<Member> members_;
};

} // namespace discern::io
