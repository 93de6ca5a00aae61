#pragma once
#include "channel/client/kept/block_file.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_set>

namespace discern::channel {

/// Blocks of files on other machines, kept in a folder of this one within a number of bytes, each in a file of its own:
/// FOLDER/file/content/block. Several programs may use one folder. Nothing here throws: what can't be read isn't there,
/// what can't be written isn't kept. Not for several threads.
class KeptFolder {
public:
  static constexpr std::int64_t usualBytes = std::int64_t{4} << 30;
  /// Larger blocks are not kept.
  static constexpr std::size_t largestBlock = std::size_t{256} << 20;

  /// `bytes`: the most that all blocks may take on the disk.
  KeptFolder(std::string folder, std::int64_t bytes) : folder_(std::move(folder)), most_(bytes) {}

  /// `$XDG_CACHE_HOME/discern/remote`, or `~/.cache/discern/remote`; empty when there is neither.
  [[nodiscard]] static std::string usual();

  /// Names of the blocks (fileOfBlock) that there are of a file with that content. What is there of other contents of
  /// the same file is removed.
  [[nodiscard]] std::unordered_set<std::string> blocksOf(const std::string& path, const std::string& identity);
  /// The block, marked as used now; nullptr when it isn't there. A damaged one is removed.
  [[nodiscard]] data::BlockPtr load(const BlockName& name) const;
  /// Keeps a block, and drops those that were used least recently where there is no room. False when it isn't kept.
  bool save(const BlockName& name, const data::Block& block);

private:
  [[nodiscard]] std::string contentFolder(const std::string& path, const std::string& identity) const;
  [[nodiscard]] bool hasRoomOnDisk(std::int64_t bytes) const;
  void keepWithin();

  std::string folder_;
  std::int64_t most_;
  std::int64_t unseen_ = -1;                        ///< bytes written since all was counted; below zero: never counted
  std::chrono::steady_clock::time_point nextTry_{}; ///< after a failure
};

} // namespace discern::channel
