#pragma once
#include "data/block.h"

#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>

namespace discern::channel {

/// The blocks that were read last, within a budget of bytes that is never exceeded. Not for several threads.
class BlockCache {
public:
  explicit BlockCache(std::size_t budget) : budget_(budget) {}

  /// The block of exactly that slab, or nullptr.
  [[nodiscard]] data::BlockPtr find(const data::FieldProvider::Key& key, const data::Slab& slab);
  /// A volume of the same time, component and level whose box holds that of `slab`, or nullptr.
  [[nodiscard]] data::BlockPtr findAround(const data::FieldProvider::Key& key, const data::Slab& slab);
  /// Drops what was used least recently until there is room; a block larger than the budget is not kept.
  void insert(const data::FieldProvider::Key& key, data::BlockPtr block);
  /// Drops all blocks of a file.
  void erase(const std::string& path);
  /// Drops the blocks of a field's coarser levels, but those of single voxels.
  void eraseCoarse(const data::FieldProvider::Key& key);

  [[nodiscard]] std::size_t bytes() const { return bytes_; } ///< as memory is taken: whole pages
  [[nodiscard]] std::size_t blocks() const { return entries_.size(); }

private:
  /// Each block is a mapping of its own, and the kernel gives a process 65530 of them.
  static constexpr std::size_t maxBlocks_ = 16'384;
  struct Entry {
    data::FieldProvider::Key key;
    data::BlockPtr block;
  };
  using Entries = std::list<Entry>;
  void erase(Entries::iterator entry);

  std::size_t budget_, bytes_ = 0;
  Entries entries_; ///< most recently used first
  std::unordered_map<std::string, Entries::iterator> bySlab_;
  std::unordered_multimap<std::string, Entries::iterator>
      volumes_; ///< blocks with more than one plane, by all but the box
};

/// What tells a slab of a field from any other.
[[nodiscard]] std::string identity(const data::FieldProvider::Key& key, const data::Slab& slab);

/// The part of `block` that `slab` names, copied.
[[nodiscard]] data::BlockPtr cut(const data::Block& block, const data::Slab& slab);

} // namespace discern::channel
