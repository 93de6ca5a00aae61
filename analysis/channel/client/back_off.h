#pragma once
#include <algorithm>
#include <chrono>

namespace discern::channel {

/// How long to wait before the next try: 1 s, twice as long after each failure, 30 s at most.
class BackOff {
public:
  explicit BackOff(std::chrono::milliseconds first = std::chrono::seconds(1)) : first_(first), next_(first) {}
  std::chrono::milliseconds failed() {
    const auto wait = next_;
    next_ = std::min<std::chrono::milliseconds>(next_ * 2, first_ * 30);
    return wait;
  }
  void succeeded() { next_ = first_; }

private:
  std::chrono::milliseconds first_, next_;
};

} // namespace discern::channel
