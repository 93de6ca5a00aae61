#include "channel/client/kept/kept_blocks.h"

#include <utility>

namespace discern::channel {

KeptBlocks::KeptBlocks(KeptFolder folder, std::function<void()> notify)
    : folder_(std::move(folder)), notify_(std::move(notify)), thread_([this] { run(); }) {}

KeptBlocks::~KeptBlocks() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

std::string KeptBlocks::folderOf(const BlockName& name) {
  return folderOfFile(name.path) + '/' + folderOfContent(name.identity);
}

void KeptBlocks::look(const std::string& path, const std::string& identity) {
  const std::lock_guard lock(mutex_);
  looks_.push_back({path, identity});
  wake_.notify_one();
}

bool KeptBlocks::has(const BlockName& name, bool unsaid) const {
  const std::string folder = folderOf(name), file = fileOfBlock(name);
  const std::lock_guard lock(mutex_);
  const auto known = known_.find(folder);
  return known == known_.end() ? unsaid : known->second.contains(file);
}

void KeptBlocks::find(std::int64_t id, BlockName name) {
  const std::lock_guard lock(mutex_);
  finds_.push_back({id, std::move(name)});
  wake_.notify_one();
}

void KeptBlocks::cancel(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(finds_, [id](const Find& find) { return find.id == id; });
}

void KeptBlocks::keep(BlockName name, data::BlockPtr block) {
  const std::size_t bytes = block->size();
  const std::lock_guard lock(mutex_);
  if (bytes > KeptFolder::largestBlock || waiting_ + bytes > mostWaiting) return;
  waiting_ += bytes;
  keeps_.push_back({std::move(name), std::move(block)});
  wake_.notify_one();
}

std::vector<KeptBlocks::Finding> KeptBlocks::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(findings_, {});
}

bool KeptBlocks::idle() const {
  const std::lock_guard lock(mutex_);
  return !working_ && looks_.empty() && finds_.empty() && keeps_.empty();
}

void KeptBlocks::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    working_ = true;
    if (work(lock)) continue;
    working_ = false;
    wake_.wait(lock, [this] { return stopping_ || !looks_.empty() || !finds_.empty() || !keeps_.empty(); });
  }
}

/// One thing of what waits, without the lock; false when nothing does.
bool KeptBlocks::work(std::unique_lock<std::mutex>& lock) {
  if (!looks_.empty()) {
    const Look look = std::move(looks_.front());
    looks_.pop_front();
    lock.unlock();
    auto blocks = folder_.blocksOf(look.path, look.identity);
    const std::string file = folderOfFile(look.path) + '/';
    lock.lock();
    std::erase_if(known_, [&file](const auto& entry) { return entry.first.starts_with(file); });
    known_[file + folderOfContent(look.identity)] = std::move(blocks);
    return true;
  }
  if (!finds_.empty()) {
    const Find find = std::move(finds_.front());
    finds_.pop_front();
    lock.unlock();
    data::BlockPtr block = folder_.load(find.name);
    lock.lock();
    if (const auto known = known_.find(folderOf(find.name)); !block && known != known_.end())
      known->second.erase(fileOfBlock(find.name));
    findings_.push_back({find.id, std::move(block)});
    if (findings_.size() > 1) return true;
    lock.unlock();
    notify_();
    lock.lock();
    return true;
  }
  if (keeps_.empty()) return false;
  const Keep keep = std::move(keeps_.front());
  keeps_.pop_front();
  lock.unlock();
  const bool kept = folder_.save(keep.name, *keep.block);
  lock.lock();
  waiting_ -= keep.block->size();
  if (const auto known = known_.find(folderOf(keep.name)); kept && known != known_.end())
    known->second.insert(fileOfBlock(keep.name));
  return true;
}

} // namespace discern::channel
