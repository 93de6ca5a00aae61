#include "methods/clustering/markov_meter.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace discern::methods {
namespace {

constexpr std::int64_t askInterval = 20'000'000; // ns

std::int64_t nanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

} // namespace

MarkovMeter::MarkovMeter(const MarkovListener& listener, std::int64_t nodes, double chaosAtEnd)
    : listener_(listener), chaosAtEnd_(chaosAtEnd) {
  state_.nodes = nodes;
}

void MarkovMeter::begin(int iteration, double chaos, std::int64_t columns) noexcept {
  const std::lock_guard lock(asking_);
  iteration_ = iteration;
  chaos_ = chaos;
  firstChaos_ = std::max(firstChaos_, chaos);
  columns_ = columns;
  done_ = 0;
}

/// What has settled is done. Of the rest the residual tells, on a logarithmic scale from its greatest to its end; the
/// iteration in hand counts as a twentieth of what is left.
double MarkovMeter::estimate() const noexcept {
  const auto nodes = static_cast<double>(std::max<std::int64_t>(1, state_.nodes));
  const double settled = static_cast<double>(settled_.load(std::memory_order_relaxed)) / nodes;
  double rest = 0;
  if (chaos_ > 0 && firstChaos_ > chaosAtEnd_)
    rest = std::clamp(std::log(firstChaos_ / chaos_) / std::log(firstChaos_ / chaosAtEnd_), 0.0, 1.0);
  const double iteration =
      columns_ > 0 ? static_cast<double>(done_.load(std::memory_order_relaxed)) / static_cast<double>(columns_) : 0;
  rest += (1 - rest) * 0.05 * std::min(1.0, iteration);
  return std::min(1.0, settled + (1 - settled) * rest);
}

bool MarkovMeter::goOn() noexcept {
  if (!listener_ || ended()) return !ended();
  if (nanoseconds() - asked_.load(std::memory_order_relaxed) < askInterval) return true;
  const std::unique_lock lock(asking_, std::try_to_lock);
  if (!lock || ended()) return !ended();
  try {
    state_.iteration = iteration_;
    state_.chaos = chaos_;
    state_.settled = settled_.load(std::memory_order_relaxed);
    state_.fraction = std::max(state_.fraction, estimate());
    const MarkovAnswer answer = listener_(state_);
    if (answer == MarkovAnswer::Stop) throw Cancelled{};
    if (answer == MarkovAnswer::WindUp) ended_ = true;
  } catch (...) {
    thrown_ = std::current_exception();
    failed_ = true;
    ended_ = true;
  }
  asked_.store(nanoseconds(), std::memory_order_relaxed);
  return !ended();
}

void MarkovMeter::rethrow() const {
  if (thrown_) std::rethrow_exception(thrown_);
}

} // namespace discern::methods
