#include "channel/server/send_window.h"

#include <algorithm>

namespace discern::channel {

void SendWindow::sent(std::uint64_t bytes, Clock::time_point now) {
  sent_ += bytes;
  marks_.push_back({sent_, now});
}

void SendWindow::received(std::uint64_t total, Clock::time_point now) {
  constexpr std::chrono::milliseconds patience{60}; // of queueing
  constexpr std::chrono::seconds memory{10};
  total = std::min(total, sent_);
  if (total <= got_) return;
  const std::uint64_t fresh = total - got_;
  got_ = total;
  Clock::duration way{-1};
  while (!marks_.empty() && marks_.front().upTo <= total) {
    way = now - marks_.front().when;
    marks_.pop_front();
  }
  if (way < Clock::duration::zero()) return;
  shortestLately_ = std::min(shortestLately_, way);
  shortest_ = std::min(shortest_, way);
  if (now - since_ > memory) {
    shortest_ = shortestLately_;
    shortestLately_ = way;
    since_ = now;
  }
  if (way - shortest_ < patience) {
    size_ = std::min(most, size_ + fresh);
  } else if (now - closed_ > way) {
    size_ = std::max(least, size_ * 3 / 4);
    closed_ = now;
  }
}

} // namespace discern::channel
