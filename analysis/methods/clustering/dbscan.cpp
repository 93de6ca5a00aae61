#include "methods/clustering/dbscan.h"

#include "methods/clustering/point_tree.h"
#include "methods/parallel/progress_meter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace discern::methods {

DbscanResult dbscan(const Samples& samples, double radius, int least, const Progress& progress, int threads) {
  checkSamples(samples);
  if (!(radius > 0) || !std::isfinite(radius))
    throw std::invalid_argument("the radius is " + std::to_string(radius) + "; it must be above 0");
  if (least < 1) throw std::invalid_argument("a core point has at least itself around it: 1 or more must be asked for");
  const std::size_t n = samples.count();
  const PointTree tree(samples);
  DbscanResult result;
  result.core.resize(n);
  ProgressMeter meter(progress, 2 * static_cast<std::int64_t>(n));
#pragma omp parallel for num_threads(threadCount(threads)) schedule(dynamic, 64)
  for (std::size_t i = 0; i < n; ++i) {
    if (meter.stopped()) continue;
    int around = 0;
    tree.within(samples[i], radius, [&around](std::uint32_t) { ++around; });
    result.core[i] = around >= least ? 1 : 0;
    meter.advance(1);
  }
  if (meter.stopped()) meter.finish();

  // From each core point that has no cluster yet, as far as core points reach; whoever is reached first keeps it.
  result.cluster.assign(n, -1);
  std::vector<std::uint32_t> open;
  for (std::size_t start = 0; start < n; ++start) {
    if (result.core[start] == 0 || result.cluster[start] >= 0) continue;
    const std::int32_t own = result.clusters++;
    result.cluster[start] = own;
    open.push_back(static_cast<std::uint32_t>(start));
    while (!open.empty() && !meter.stopped()) {
      const std::uint32_t at = open.back();
      open.pop_back();
      tree.within(samples[at], radius, [&](std::uint32_t other) {
        if (result.cluster[other] >= 0) return;
        result.cluster[other] = own;
        if (result.core[other] != 0) open.push_back(other);
      });
      meter.advance(1);
    }
  }
  meter.finish();
  return result;
}

} // namespace discern::methods
