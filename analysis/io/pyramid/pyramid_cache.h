#pragma once
#include <cstdint>
#include <string>

namespace discern::io {

/// The folder of all pyramids: one folder each, named by a hash of what it belongs to. Any number of services use it at
/// once. Nothing here throws.
class PyramidCache {
public:
  /// `folder` empty: the user's cache, `$XDG_CACHE_HOME/discern/pyramid`. `most`: bytes of all pyramids together.
  explicit PyramidCache(std::string folder = {}, std::int64_t most = defaultMost);

  static constexpr std::int64_t defaultMost = std::int64_t{16} << 30;
  static constexpr std::int64_t spare = std::int64_t{1} << 30; ///< of the disk, which is left free

  /// The folder of what `identity` names; empty when there is nowhere to keep it. `make`: make it when it isn't there.
  [[nodiscard]] std::string folderOf(const std::string& identity, bool make) const;
  /// Why `bytes` more can't be kept, as a sentence; empty: they can, or can after others were removed.
  [[nodiscard]] std::string refusal(std::int64_t bytes) const;
  /// Marks a pyramid as used now.
  static void touch(const std::string& folder);
  /// Removes whole pyramids, the longest unused first, until all are `most` bytes together. `spared` stays.
  void keepWithin(const std::string& spared) const;
  [[nodiscard]] std::int64_t most() const { return most_; }
  [[nodiscard]] const std::string& folder() const { return folder_; } ///< empty: nowhere

private:
  std::string folder_;
  std::int64_t most_;
};

} // namespace discern::io
