#include "methods/segmentation/small_objects.h"

#include "methods/parallel/progress_meter.h"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <vector>

namespace discern::methods {
namespace {

constexpr std::int64_t chunk = 1 << 16; // voxels between two looks at the clock

} // namespace

SmallObjectsRemoved removeSmallObjects(std::span<std::int32_t> labels, std::int64_t minimumVoxels,
                                       const Progress& progress, int threads) {
  threads = threadCount(threads);
  const auto n = static_cast<std::int64_t>(labels.size());
  const std::int64_t chunks = (n + chunk - 1) / chunk;
  ProgressMeter meter(progress, 3 * n);

  std::int32_t least = 0, most = 0;
#pragma omp parallel for num_threads(threads) schedule(static) reduction(min : least) reduction(max : most)
  for (std::int64_t c = 0; c < chunks; ++c) {
    if (meter.stopped()) continue;
    const std::int64_t end = std::min(n, (c + 1) * chunk);
    for (std::int64_t i = c * chunk; i < end; ++i) {
      least = std::min(least, labels[static_cast<std::size_t>(i)]);
      most = std::max(most, labels[static_cast<std::size_t>(i)]);
    }
    meter.advance(end - c * chunk);
  }
  if (least < 0) throw std::invalid_argument("a label is negative");

  const std::size_t numbers = static_cast<std::size_t>(most) + 1;
  std::vector<std::int64_t> sizes(numbers);
#pragma omp parallel num_threads(threads)
  {
    std::vector<std::int64_t> own(numbers);
#pragma omp for schedule(static)
    for (std::int64_t c = 0; c < chunks; ++c) {
      if (meter.stopped()) continue;
      const std::int64_t end = std::min(n, (c + 1) * chunk);
      for (std::int64_t i = c * chunk; i < end; ++i)
        ++own[static_cast<std::size_t>(labels[static_cast<std::size_t>(i)])];
      meter.advance(end - c * chunk);
    }
#pragma omp critical(discern_small_objects)
    std::transform(sizes.begin(), sizes.end(), own.begin(), sizes.begin(), std::plus<>());
  }

  SmallObjectsRemoved result;
  std::vector<std::int32_t> renamed(numbers);
  bool same = true;
  for (std::size_t label = 1; label < numbers; ++label) {
    if (sizes[label] == 0) continue;
    if (sizes[label] < minimumVoxels) {
      ++result.removed;
      result.voxels += sizes[label];
      same = false;
    } else {
      renamed[label] = ++result.kept;
      same = same && renamed[label] == static_cast<std::int32_t>(label);
    }
  }
  if (!same && !meter.stopped()) {
#pragma omp parallel for num_threads(threads) schedule(static)
    for (std::int64_t c = 0; c < chunks; ++c) {
      if (meter.stopped()) continue;
      const std::int64_t end = std::min(n, (c + 1) * chunk);
      for (std::int64_t i = c * chunk; i < end; ++i) {
        std::int32_t& label = labels[static_cast<std::size_t>(i)];
        label = renamed[static_cast<std::size_t>(label)];
      }
      meter.advance(end - c * chunk);
    }
  }
  meter.finish();
  return result;
}

} // namespace discern::methods
