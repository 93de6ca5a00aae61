#pragma once
#include "methods/clustering/markov.h"

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>

namespace discern::methods {

/// Tells a listener how far the process is, from whichever thread works, and keeps what it answered.
class MarkovMeter {
public:
  MarkovMeter(const MarkovListener& listener, std::int64_t nodes, double chaosAtEnd);

  void settle(std::int64_t nodes) noexcept { settled_.fetch_add(nodes, std::memory_order_relaxed); }
  /// An iteration of `columns` columns begins; `chaos` is what the last one left.
  void begin(int iteration, double chaos, std::int64_t columns) noexcept;
  void advance(std::int64_t columns) noexcept { done_.fetch_add(columns, std::memory_order_relaxed); }
  /// Asks the listener when it is time to. False: the work is to end. Never throws, so that it is safe inside OpenMP.
  bool goOn() noexcept;
  void end() noexcept { ended_ = true; }
  [[nodiscard]] bool ended() const noexcept { return ended_.load(std::memory_order_relaxed); }
  /// The listener said Stop, or threw: what is made from here on is thrown away.
  [[nodiscard]] bool failed() const noexcept { return failed_.load(std::memory_order_relaxed); }
  /// Outside of parallel regions: throws Cancelled when the listener said Stop, or what it threw itself.
  void rethrow() const;

private:
  [[nodiscard]] double estimate() const noexcept;

  const MarkovListener& listener_;
  const double chaosAtEnd_;
  MarkovState state_;
  std::atomic<std::int64_t> settled_{0}, done_{0}, asked_{0};
  std::atomic<bool> ended_{false}, failed_{false};
  std::int64_t columns_ = 0;
  int iteration_ = 0;
  double chaos_ = 0, firstChaos_ = 0;
  std::mutex asking_;
  std::exception_ptr thrown_;
};

} // namespace discern::methods
