#pragma once
#include "channel/client/kept/kept_folder.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace discern::channel {

/// A KeptFolder at work: a thread of its own reads and writes, reading first. The other members return at once, on any
/// thread.
class KeptBlocks {
public:
  /// `notify` is called on the thread when there are findings after there were none.
  KeptBlocks(KeptFolder folder, std::function<void()> notify);
  ~KeptBlocks(); ///< what waits to be written is not

  struct Finding {
    std::int64_t id = 0;
    data::BlockPtr block; ///< nullptr: it isn't there
  };

  /// Looks what there is of a file whose content is known now. Of its other contents nothing is kept any more.
  void look(const std::string& path, const std::string& identity);
  /// Whether the block is there, as far as that is known: `unsaid` before look() has come to an end.
  [[nodiscard]] bool has(const BlockName& name, bool unsaid) const;
  /// Reads a block; see take().
  void find(std::int64_t id, BlockName name);
  void cancel(std::int64_t id);
  /// Writes a block, unless too much waits already.
  void keep(BlockName name, data::BlockPtr block);
  [[nodiscard]] std::vector<Finding> take();
  /// Everything that was asked for is done.
  [[nodiscard]] bool idle() const;

private:
  struct Look {
    std::string path, identity;
  };
  struct Find {
    std::int64_t id = 0;
    BlockName name;
  };
  struct Keep {
    BlockName name;
    data::BlockPtr block;
  };
  static constexpr std::size_t mostWaiting = std::size_t{256} << 20; ///< bytes to be written
  static std::string folderOf(const BlockName& name);
  void run();
  bool work(std::unique_lock<std::mutex>& lock);

  KeptFolder folder_; ///< of the thread alone
  const std::function<void()> notify_;
  mutable std::mutex mutex_; ///< guards what follows
  std::condition_variable wake_;
  std::deque<Look> looks_;
  std::deque<Find> finds_;
  std::deque<Keep> keeps_;
  std::size_t waiting_ = 0;                                      ///< bytes in keeps_
  std::map<std::string, std::unordered_set<std::string>> known_; ///< by folder: the blocks that are there
  std::vector<Finding> findings_;
  bool working_ = false, stopping_ = false;
  std::thread thread_; ///< the last member: it uses the others
};

} // namespace discern::channel
