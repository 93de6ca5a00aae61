#pragma once
#include <chrono>
#include <cstdint>
#include <deque>

namespace discern::channel {

/// How much may be on its way at once. The window opens while what is sent arrives without waiting, and closes when it
/// begins to queue, so that a fast link is filled and on a slow one an urgent answer never stands behind seconds of
/// others. Queueing is told from the link's own delay by the shortest way there and back of late.
class SendWindow {
public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::uint64_t least = 256u << 10, first = 1u << 20, most = 32u << 20; ///< bytes

  [[nodiscard]] bool isOpen() const { return sent_ - got_ < size_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  void sent(std::uint64_t bytes, Clock::time_point now);
  /// So many bytes have arrived altogether.
  void received(std::uint64_t total, Clock::time_point now);

private:
  struct Mark {
    std::uint64_t upTo = 0;
    Clock::time_point when;
  };
  std::uint64_t sent_ = 0, got_ = 0, size_ = first;
  std::deque<Mark> marks_;
  Clock::duration shortest_ = Clock::duration::max(), shortestLately_ = Clock::duration::max();
  Clock::time_point since_{}, closed_{}; ///< of shortestLately_; when the window was last made smaller
};

} // namespace discern::channel
