#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace discern::data {

/// Where a file on another machine is, written `ssh://HOST/absolute/path` wherever a path may stand. HOST is the name
/// of a host profile, or whatever ssh takes: `name`, `user@name`, `user@name:port`. In the path, whatever is
/// not a letter, a digit or one of -._~/@+,= is percent-encoded; what isn't encoded is understood too.
struct Address {
  std::string host; ///< never empty, never begins with "-"
  std::string path; ///< absolute, as the other machine knows it

  [[nodiscard]] std::string text() const;
  /// Throws UsageError when `text` begins with "ssh://" and is no address.
  [[nodiscard]] static Address from(std::string_view text);
};

/// True for what begins with "ssh://"; anything else is a path on this machine.
[[nodiscard]] bool isRemote(std::string_view path);
/// The host of an address; empty for a path on this machine, and for what only looks like an address.
[[nodiscard]] std::string hostOf(std::string_view path);
/// The last part of a path or an address, for a person.
[[nodiscard]] std::string fileNameOf(std::string_view path);

} // namespace discern::data
