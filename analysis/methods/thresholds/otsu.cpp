#include "methods/thresholds/otsu.h"

#include "methods/parallel/progress_meter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace discern::methods {
namespace {

constexpr std::int64_t chunk = 1 << 15; // values between two looks at the clock

struct Range {
  float low = std::numeric_limits<float>::infinity();
  float high = -std::numeric_limits<float>::infinity();
};

Range finiteRange(std::span<const float> values, ProgressMeter& meter, int threads) {
  const auto n = static_cast<std::int64_t>(values.size());
  const std::int64_t chunks = (n + chunk - 1) / chunk;
  float low = std::numeric_limits<float>::infinity(), high = -low;
#pragma omp parallel for num_threads(threads) schedule(static) reduction(min : low) reduction(max : high)
  for (std::int64_t c = 0; c < chunks; ++c) {
    if (meter.stopped()) continue;
    const std::int64_t end = std::min(n, (c + 1) * chunk);
    constexpr float most = std::numeric_limits<float>::max();
    for (std::int64_t i = c * chunk; i < end; ++i) {
      const float v = values[static_cast<std::size_t>(i)];
      const bool finite = v >= -most && v <= most;
      low = finite && v < low ? v : low;
      high = finite && v > high ? v : high;
    }
    meter.advance(end - c * chunk);
  }
  return {low, high};
}

/// The edges of equal bins over a range, rounded as numpy.histogram rounds them.
std::vector<float> binEdges(const Range& range, int bins) {
  const float width = range.high - range.low;
  const double step = static_cast<double>(width / static_cast<float>(bins));
  std::vector<float> edges(static_cast<std::size_t>(bins) + 1);
  for (int i = 0; i <= bins; ++i)
    edges[static_cast<std::size_t>(i)] = static_cast<float>(i * step + range.low);
  edges.back() = range.high;
  return edges;
}

std::vector<std::int64_t> histogram(std::span<const float> values, const Range& range, const std::vector<float>& edges,
                                    ProgressMeter& meter, int threads) {
  const auto n = static_cast<std::int64_t>(values.size());
  const std::int64_t chunks = (n + chunk - 1) / chunk;
  const auto bins = static_cast<int>(edges.size()) - 1;
  const float scale = static_cast<float>(bins) / (range.high - range.low);
  std::vector<std::int64_t> total(static_cast<std::size_t>(bins));
#pragma omp parallel num_threads(threads)
  {
    std::vector<std::int64_t> counts(total.size());
#pragma omp for schedule(static)
    for (std::int64_t c = 0; c < chunks; ++c) {
      if (meter.stopped()) continue;
      const std::int64_t end = std::min(n, (c + 1) * chunk);
      for (std::int64_t i = c * chunk; i < end; ++i) {
        const float v = values[static_cast<std::size_t>(i)];
        if (!(v >= range.low && v <= range.high)) continue;
        const float place = (v - range.low) * scale;
        int bin = place < static_cast<float>(bins) ? static_cast<int>(place) : bins - 1;
        // The product may have been rounded across an edge; the edges decide.
        bin -= v < edges[static_cast<std::size_t>(bin)] ? 1 : 0;
        bin += bin + 1 < bins && v >= edges[static_cast<std::size_t>(bin) + 1] ? 1 : 0;
        ++counts[static_cast<std::size_t>(std::max(bin, 0))];
      }
      meter.advance(end - c * chunk);
    }
#pragma omp critical(discern_otsu_histogram)
    std::transform(total.begin(), total.end(), counts.begin(), total.begin(), std::plus<>());
  }
  return total;
}

} // namespace

float otsuThreshold(std::span<const float> values, int bins, const Progress& progress, int threads) {
  if (bins < 2 || bins > 1 << 20) throw std::invalid_argument("Otsu's threshold needs between 2 and 2^20 bins");
  threads = threadCount(threads);
  ProgressMeter meter(progress, 2 * static_cast<std::int64_t>(values.size()));
  const Range range = finiteRange(values, meter, threads);
  if (!meter.stopped() && range.low > range.high) return std::numeric_limits<float>::quiet_NaN();
  if (!meter.stopped() && range.low == range.high) return range.low;
  const auto edges = binEdges(range, bins);
  const auto counts = histogram(values, range, edges, meter, threads);
  meter.finish();

  const auto size = static_cast<std::size_t>(bins);
  std::vector<double> centres(size), weightAbove(size + 1), sumAbove(size + 1);
  for (std::size_t i = 0; i < size; ++i)
    centres[i] = static_cast<double>((edges[i] + edges[i + 1]) / 2.0F);
  for (std::size_t i = size; i-- > 0;) {
    weightAbove[i] = weightAbove[i + 1] + static_cast<double>(counts[i]);
    sumAbove[i] = sumAbove[i + 1] + static_cast<double>(counts[i]) * centres[i];
  }
  double weightBelow = 0, sumBelow = 0, best = -1;
  std::size_t at = 0;
  for (std::size_t i = 0; i + 1 < size; ++i) {
    weightBelow += static_cast<double>(counts[i]);
    sumBelow += static_cast<double>(counts[i]) * centres[i];
    const double apart = sumBelow / weightBelow - sumAbove[i + 1] / weightAbove[i + 1];
    const double between = weightBelow * weightAbove[i + 1] * apart * apart;
    if (between > best) best = between, at = i;
  }
  return static_cast<float>(centres[at]);
}

} // namespace discern::methods
