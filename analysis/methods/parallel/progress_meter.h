#pragma once
#include "methods/parallel/progress.h"

#include <atomic>
#include <cstdint>
#include <mutex>

namespace discern::methods {

/// Turns the work that threads report into calls of a Progress. For the inside of parallel loops:
///
///   ProgressMeter meter(progress, rows);
///   #pragma omp parallel for
///   for (row…) { if (meter.stopped()) continue; …; meter.advance(1); }
///   meter.finish();
class ProgressMeter {
public:
  ProgressMeter(const Progress& progress, std::int64_t total);

  /// Adds work done. Cheap enough for every few microseconds of work; never throws, so that it is safe inside OpenMP.
  void advance(std::int64_t work) noexcept;
  [[nodiscard]] bool stopped() const noexcept { return stopped_.load(std::memory_order_relaxed); }

  /// After the loop: throws Cancelled when the callback answered false, or what the callback itself threw.
  void finish();

private:
  const Progress& progress_;
  const double total_;
  std::atomic<std::int64_t> done_{0}, lastCall_{0};
  std::atomic<bool> stopped_{false};
  std::mutex calling_;
  std::exception_ptr thrown_;
};

/// A Progress that fills the part [from, to] of another.
[[nodiscard]] Progress part(const Progress& whole, double from, double to);

} // namespace discern::methods
