#include "methods/segmentation/watershed.h"

#include "methods/segmentation/connected_components.h"
#include "methods/segmentation/flood.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace discern::methods {
namespace {

/// Elements sorted into groups, in their old order within a group.
template <typename T>
struct Grouped {
  std::vector<T> items;
  std::vector<std::size_t> start; ///< group g is items[start[g]] up to items[start[g + 1]]
  [[nodiscard]] std::span<const T> of(std::size_t group) const {
    return {items.data() + start[group], start[group + 1] - start[group]};
  }
};

template <typename T, typename GroupOf>
Grouped<T> grouped(const std::vector<T>& items, std::size_t groups, GroupOf groupOf) {
  Grouped<T> result{std::vector<T>(items.size()), std::vector<std::size_t>(groups + 1)};
  for (const T& item : items)
    ++result.start[groupOf(item) + 1];
  std::partial_sum(result.start.begin(), result.start.end(), result.start.begin());
  std::vector<std::size_t> next(result.start.begin(), result.start.end() - 1);
  for (const T& item : items)
    result.items[next[groupOf(item)]++] = item;
  return result;
}

struct PlacedSeed {
  Seed seed;
  std::int32_t component = 0;
};

/// The seeds that lie in the mask, with their components, in the order given.
std::vector<PlacedSeed> place(std::span<const Seed> seeds, const Shape3& shape, const std::vector<Run>& runs) {
  std::vector<PlacedSeed> placed;
  std::vector<std::int64_t> taken;
  taken.reserve(seeds.size());
  for (const Seed& seed : seeds) {
    if (seed.index < 0 || seed.index >= voxelCount(shape))
      throw std::invalid_argument("a seed lies outside the volume");
    if (seed.label < 1) throw std::invalid_argument("the label of a seed must be 1 or more");
    taken.push_back(seed.index);
    const auto row = static_cast<std::int32_t>(seed.index / shape[0]),
               x = static_cast<std::int32_t>(seed.index % shape[0]);
    // The first run that ends behind the seed.
    const auto run = std::partition_point(
        runs.begin(), runs.end(), [row, x](const Run& r) { return r.row < row || (r.row == row && r.x1 <= x); });
    if (run != runs.end() && run->row == row && run->x0 <= x) placed.push_back({seed, run->component});
  }
  std::sort(taken.begin(), taken.end());
  if (std::adjacent_find(taken.begin(), taken.end()) != taken.end())
    throw std::invalid_argument("two seeds lie in the same voxel");
  return placed;
}

bool oneLabel(std::span<const PlacedSeed> seeds) {
  return std::all_of(seeds.begin(), seeds.end(),
                     [&](const PlacedSeed& s) { return s.seed.label == seeds.front().seed.label; });
}

} // namespace

void watershed(std::span<const float> values, std::span<const Seed> seeds, std::span<const std::uint8_t> mask,
               const Shape3& shape, Connectivity connectivity, FloodFrom from, std::span<std::int32_t> labels,
               const Progress& progress, int threads) {
  requireShape(shape, values.size(), "the map to flood");
  requireShape(shape, mask.size(), "the mask");
  requireShape(shape, labels.size(), "the labels");
  threads = threadCount(threads);
  const std::int64_t n = voxelCount(shape);
#pragma omp parallel for num_threads(threads)
  for (std::int64_t i = 0; i < n; ++i)
    labels[static_cast<std::size_t>(i)] = 0;

  const Components components = connectedComponents(mask, shape, connectivity, part(progress, 0, 0.1), threads);
  const auto count = static_cast<std::size_t>(components.count());
  const auto runs = grouped(components.runs, count, [](const Run& r) { return static_cast<std::size_t>(r.component); });
  const auto placed = grouped(place(seeds, shape, components.runs), count,
                              [](const PlacedSeed& s) { return static_cast<std::size_t>(s.component); });

  // Components with seeds, the largest first, so that the threads end together.
  std::vector<std::size_t> order;
  std::int64_t work = 0;
  for (std::size_t c = 0; c < count; ++c)
    if (!placed.of(c).empty()) {
      order.push_back(c);
      work += components.sizes[c];
    }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return components.sizes[a] > components.sizes[b]; });

  const Progress flooding = part(progress, 0.1, 1);
  ProgressMeter meter(flooding, work);
  std::exception_ptr thrown;
#pragma omp parallel num_threads(threads)
  {
    Flood flood(values, shape, connectivity, from);
    std::vector<Seed> own;
#pragma omp for schedule(dynamic, 1)
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (meter.stopped()) continue;
      const std::size_t c = order[i];
      const auto inside = placed.of(c);
      if (oneLabel(inside)) { // it reaches everything
        for (const Run& run : runs.of(c))
          std::fill_n(labels.begin() + run.row * shape[0] + run.x0, run.x1 - run.x0, inside.front().seed.label);
        meter.advance(components.sizes[c]);
        continue;
      }
      own.clear();
      for (const PlacedSeed& s : inside)
        own.push_back(s.seed);
      try {
        flood.component(runs.of(c), own, labels, meter);
      } catch (...) {
#pragma omp critical(discern_watershed_thrown)
        thrown = std::current_exception();
      }
    }
  }
  if (thrown) std::rethrow_exception(thrown);
  meter.finish();
}

void watershed(std::span<const float> values, std::span<const std::int32_t> markers, std::span<const std::uint8_t> mask,
               const Shape3& shape, Connectivity connectivity, FloodFrom from, std::span<std::int32_t> labels,
               const Progress& progress, int threads) {
  requireShape(shape, markers.size(), "the markers");
  std::vector<Seed> seeds;
  for (std::size_t i = 0; i < markers.size(); ++i)
    if (markers[i] > 0) seeds.push_back({static_cast<std::int64_t>(i), markers[i]});
  watershed(values, seeds, mask, shape, connectivity, from, labels, progress, threads);
}

} // namespace discern::methods
