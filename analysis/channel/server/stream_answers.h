#pragma once
#include "channel/server/answers.h"
#include "channel/server/send_window.h"

#include <condition_variable>
#include <map>
#include <set>
#include <thread>

namespace discern::channel {

/// For a link slower than memory: payloads and long answers go in pieces, packed where that pays, the most urgent
/// first whatever is half sent; what became stale is not sent; no more is on its way than the link carries.
class StreamAnswers final : public Answers {
public:
  /// When nobody reads `output` any more, `goneEvent` is raised once.
  StreamAnswers(int output, int goneEvent);
  ~StreamAnswers() override;
  void say(std::string line) override;
  /// Waits while much waits already, unless the answer is urgent (priority 0).
  void answer(std::int64_t id, int priority, const nlohmann::json& result, const Payload& payload) override;
  void drop(std::int64_t id, bool begun) override;
  void done(std::int64_t id) override;
  void received(std::uint64_t bytes) override;
  void stop() override;

private:
  struct Piece {
    std::int64_t id = 0;
    std::string bytes;
    std::size_t counted = 0; ///< of them, by the window
  };
  using Key = std::pair<int, std::uint64_t>; ///< priority, order
  /// False when nobody wants it any more.
  bool enqueue(int priority, Piece piece);
  bool enqueueParts(std::int64_t id, int priority, const Payload& payload, bool text);
  bool starves(); ///< the link could carry more than there is
  void write();

  const int output_, goneEvent_;
  std::mutex mutex_; ///< guards what follows
  std::condition_variable ready_, room_, out_;
  std::map<Key, Piece> queue_;
  std::size_t queued_ = 0; ///< bytes
  std::uint64_t order_ = 0;
  std::uint64_t said_ = 0, saidOut_ = 0; ///< lines of say(), in their order: asked for, written
  std::set<std::int64_t> unwanted_;      ///< they are being answered, and nobody waits any more
  SendWindow window_;
  bool open_ = true;
  std::thread writer_; ///< the last member: it uses the others
};

} // namespace discern::channel
