#include "methods/parallel/progress_meter.h"

#include <algorithm>
#include <chrono>
#include <omp.h>

namespace discern::methods {
namespace {

constexpr std::int64_t pollInterval = 20'000'000; // ns

std::int64_t nanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

} // namespace

int threadCount(int requested) { return requested > 0 ? requested : omp_get_max_threads(); }

ProgressMeter::ProgressMeter(const Progress& progress, std::int64_t total)
    : progress_(progress), total_(static_cast<double>(std::max<std::int64_t>(total, 1))) {}

void ProgressMeter::advance(std::int64_t work) noexcept {
  const std::int64_t done = done_.fetch_add(work, std::memory_order_relaxed) + work;
  if (!progress_ || stopped()) return;
  if (nanoseconds() - lastCall_.load(std::memory_order_relaxed) < pollInterval) return;
  const std::unique_lock lock(calling_, std::try_to_lock);
  if (!lock || stopped()) return;
  try {
    if (!progress_(std::min(1.0, static_cast<double>(done) / total_))) stopped_ = true;
  } catch (...) {
    thrown_ = std::current_exception();
    stopped_ = true;
  }
  lastCall_.store(nanoseconds(), std::memory_order_relaxed);
}

void ProgressMeter::finish() {
  if (thrown_) std::rethrow_exception(thrown_);
  if (stopped() || (progress_ && !progress_(1.0))) throw Cancelled{};
}

Progress part(const Progress& whole, double from, double to) {
  if (!whole) return {};
  return [&whole, from, to](double fraction) { return whole(from + (to - from) * fraction); };
}

} // namespace discern::methods
