#include "channel/client/block_cache.h"

#include <cstring>

namespace discern::channel {

namespace {

std::size_t pages(std::size_t bytes) { return (bytes + 4095) / 4096 * 4096; }

bool holds(const data::Box& outer, const data::Box& inner) {
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (inner.lo[axis] < outer.lo[axis] || inner.hi[axis] > outer.hi[axis]) return false;
  return true;
}

bool isVolume(const data::Box& box) {
  const data::Index3 shape = box.shape();
  return shape[0] > 1 && shape[1] > 1 && shape[2] > 1;
}

std::string identityWithoutBox(const data::FieldProvider::Key& key, data::Slab slab) {
  slab.box = {};
  return identity(key, slab);
}

} // namespace

std::string identity(const data::FieldProvider::Key& key, const data::Slab& slab) {
  std::string text;
  text.reserve(key.path.size() + key.field.size() + 96);
  text += key.path;
  text += '\0';
  text += key.field;
  text += '\0';
  const auto add = [&text](std::int64_t number) { text.append(reinterpret_cast<const char*>(&number), sizeof number); };
  for (const auto number : slab.box.lo)
    add(number);
  for (const auto number : slab.box.hi)
    add(number);
  add(slab.time);
  add(slab.component);
  add(slab.level);
  add(slab.single ? 1 : 0);
  return text;
}

data::BlockPtr BlockCache::find(const data::FieldProvider::Key& key, const data::Slab& slab) {
  const auto found = bySlab_.find(identity(key, slab));
  if (found == bySlab_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->block;
}

data::BlockPtr BlockCache::findAround(const data::FieldProvider::Key& key, const data::Slab& slab) {
  const auto [begin, end] = volumes_.equal_range(identityWithoutBox(key, slab));
  for (auto it = begin; it != end; ++it) {
    if (!holds(it->second->block->slab.box, slab.box)) continue;
    entries_.splice(entries_.begin(), entries_, it->second);
    return it->second->block;
  }
  return nullptr;
}

void BlockCache::insert(const data::FieldProvider::Key& key, data::BlockPtr block) {
  const std::size_t size = pages(block->size());
  if (size > budget_) return;
  std::string name = identity(key, block->slab);
  if (const auto found = bySlab_.find(name); found != bySlab_.end()) erase(found->second);
  while (!entries_.empty() && (bytes_ + size > budget_ || entries_.size() >= maxBlocks_))
    erase(std::prev(entries_.end()));
  entries_.push_front({key, std::move(block)});
  const data::Slab& slab = entries_.front().block->slab;
  if (isVolume(slab.box)) volumes_.emplace(identityWithoutBox(key, slab), entries_.begin());
  bySlab_.emplace(std::move(name), entries_.begin());
  bytes_ += size;
}

void BlockCache::erase(const std::string& path) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->key.path == path) erase(entry);
    entry = next;
  }
}

void BlockCache::eraseCoarse(const data::FieldProvider::Key& key) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->key == key && entry->block->slab.level > 0 && !entry->block->slab.single) erase(entry);
    entry = next;
  }
}

void BlockCache::erase(Entries::iterator entry) {
  const data::Slab& slab = entry->block->slab;
  bytes_ -= pages(entry->block->size());
  bySlab_.erase(identity(entry->key, slab));
  if (isVolume(slab.box)) {
    const auto [begin, end] = volumes_.equal_range(identityWithoutBox(entry->key, slab));
    for (auto it = begin; it != end; ++it)
      if (it->second == entry) {
        volumes_.erase(it);
        break;
      }
  }
  entries_.erase(entry);
}

data::BlockPtr cut(const data::Block& block, const data::Slab& slab) {
  const std::size_t size = data::sizeOf(block.type);
  const data::Index3 from = block.slab.box.shape(), to = slab.box.shape();
  auto part = std::make_shared<data::Block>();
  part->slab = slab;
  part->type = block.type;
  const std::shared_ptr<std::byte[]> bytes(new std::byte[part->size()]);
  const std::byte* const origin = block.bytes.get();
  std::byte* out = bytes.get();
  const auto offset = [&](std::int64_t i, std::int64_t j, std::int64_t k) {
    const data::Index3& lo = block.slab.box.lo;
    return static_cast<std::size_t>(((k - lo[2]) * from[1] + (j - lo[1])) * from[0] + i - lo[0]) * size;
  };
  const std::size_t row = static_cast<std::size_t>(to[0]) * size;
  for (std::int64_t k = slab.box.lo[2]; k < slab.box.hi[2]; ++k)
    for (std::int64_t j = slab.box.lo[1]; j < slab.box.hi[1]; ++j, out += row)
      std::memcpy(out, origin + offset(slab.box.lo[0], j, k), row);
  part->bytes = {bytes, bytes.get()};
  return part;
}

} // namespace discern::channel
