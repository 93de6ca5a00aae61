#include "methods/hierarchy/linkage.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <omp.h>
#include <stdexcept>
#include <utility>

namespace discern::methods {
namespace {

/// Of the merged cluster to another: `a`, `b` the distances of its parts to that one, `between` theirs (Lance and
/// Williams).
double merged(Linkage how, double a, double b, double between, double na, double nb, double nc) {
  switch (how) {
  case Linkage::Single:
    return std::min(a, b);
  case Linkage::Complete:
    return std::max(a, b);
  case Linkage::Average:
    return (na * a + nb * b) / (na + nb);
  case Linkage::Ward:
    break;
  }
  const double t = 1 / (na + nb + nc);
  return std::sqrt(std::max(0.0, (na + nc) * t * a * a + (nb + nc) * t * b * b - nc * t * between * between));
}

} // namespace

std::vector<double> rowDistances(std::span<const double> values, std::size_t rows, std::size_t columns, int threads) {
  if (values.size() != rows * columns) throw std::invalid_argument("a matrix has rows × columns numbers");
  std::vector<double> distances(rows < 2 ? 0 : rows * (rows - 1) / 2);
  const auto count = static_cast<std::int64_t>(rows);
#pragma omp parallel for schedule(dynamic, 4) num_threads(threads > 0 ? threads : omp_get_max_threads())
  for (std::int64_t i = 0; i < count; ++i) {
    const double* a = values.data() + static_cast<std::size_t>(i) * columns;
    for (std::size_t j = static_cast<std::size_t>(i) + 1; j < rows; ++j) {
      const double* b = values.data() + j * columns;
      double sum = 0;
      std::size_t common = 0;
      for (std::size_t k = 0; k < columns; ++k) {
        const double difference = a[k] - b[k];
        if (std::isnan(difference)) continue;
        sum += difference * difference;
        ++common;
      }
      distances[pairPlace(rows, static_cast<std::size_t>(i), j)] =
          common == 0 ? std::numeric_limits<double>::quiet_NaN()
                      : std::sqrt(sum * static_cast<double>(columns) / static_cast<double>(common));
    }
  }
  double farthest = 0;
  for (const double distance : distances)
    if (std::isfinite(distance)) farthest = std::max(farthest, distance);
  for (double& distance : distances)
    if (!std::isfinite(distance)) distance = farthest;
  return distances;
}

std::vector<Merge> linkage(std::vector<double> distances, std::size_t n, Linkage how) {
  if (n == 0 || distances.size() != n * (n - 1) / 2)
    throw std::invalid_argument("n elements have n (n − 1) / 2 distances");
  for (const double distance : distances)
    if (!std::isfinite(distance) || distance < 0) throw std::invalid_argument("distances must be finite, not negative");
  std::vector<Merge> merges; // of places, not yet of clusters: in the order of the chain
  merges.reserve(n - 1);
  std::vector<std::int32_t> size(n, 1), chain;
  const auto distance = [&](std::size_t i, std::size_t j) -> double& {
    return distances[i < j ? pairPlace(n, i, j) : pairPlace(n, j, i)];
  };
  std::size_t first = 0; // of the places that are still there
  while (merges.size() + 1 < n) {
    if (chain.empty()) {
      while (size[first] == 0)
        ++first;
      chain.push_back(static_cast<std::int32_t>(first));
    }
    std::size_t x = 0, y = 0;
    double nearest = 0;
    for (;;) {
      x = static_cast<std::size_t>(chain.back());
      // Of equal ones the cluster before in the chain, so that the chain ends.
      nearest = std::numeric_limits<double>::infinity();
      y = x;
      if (chain.size() > 1) {
        y = static_cast<std::size_t>(chain[chain.size() - 2]);
        nearest = distance(x, y);
      }
      for (std::size_t i = 0; i < n; ++i) {
        if (size[i] == 0 || i == x) continue;
        const double d = distance(x, i);
        if (d < nearest) {
          nearest = d;
          y = i;
        }
      }
      if (chain.size() > 1 && y == static_cast<std::size_t>(chain[chain.size() - 2])) break;
      chain.push_back(static_cast<std::int32_t>(y));
    }
    chain.resize(chain.size() - 2);
    if (x > y) std::swap(x, y);
    const double nx = size[x], ny = size[y];
    merges.push_back({static_cast<std::int32_t>(x), static_cast<std::int32_t>(y), nearest, 0});
    size[x] = 0;
    size[y] = static_cast<std::int32_t>(nx + ny);
    for (std::size_t i = 0; i < n; ++i)
      if (size[i] > 0 && i != y) distance(i, y) = merged(how, distance(i, x), distance(i, y), nearest, nx, ny, size[i]);
  }
  std::stable_sort(merges.begin(), merges.end(), [](const Merge& a, const Merge& b) { return a.height < b.height; });
  // From places to clusters.
  std::vector<std::int32_t> root(2 * n - 1), elements(2 * n - 1, 1);
  std::iota(root.begin(), root.end(), 0);
  const auto find = [&](std::int32_t at) {
    std::int32_t top = at;
    while (root[static_cast<std::size_t>(top)] != top)
      top = root[static_cast<std::size_t>(top)];
    while (root[static_cast<std::size_t>(at)] != top)
      at = std::exchange(root[static_cast<std::size_t>(at)], top);
    return top;
  };
  for (std::size_t m = 0; m < merges.size(); ++m) {
    const auto cluster = static_cast<std::int32_t>(n + m);
    std::int32_t a = find(merges[m].a), b = find(merges[m].b);
    if (a > b) std::swap(a, b);
    const std::int32_t together = elements[static_cast<std::size_t>(a)] + elements[static_cast<std::size_t>(b)];
    merges[m] = {a, b, merges[m].height, together};
    elements[static_cast<std::size_t>(cluster)] = together;
    root[static_cast<std::size_t>(a)] = root[static_cast<std::size_t>(b)] = cluster;
  }
  return merges;
}

} // namespace discern::methods
