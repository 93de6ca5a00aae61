#include "methods/segmentation/connected_components.h"

#include "methods/parallel/progress_meter.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace discern::methods {
namespace {

/// Appends the runs of one row.
void appendRuns(const std::uint8_t* mask, std::int32_t n, std::int32_t row, std::vector<Run>& runs) {
  std::int32_t x = 0;
  while (x < n) {
    const auto* begin = std::find_if(mask + x, mask + n, [](std::uint8_t m) { return m != 0; });
    if (begin == mask + n) return;
    const auto* end = std::find(begin, mask + n, std::uint8_t{0});
    runs.push_back({row, static_cast<std::int32_t>(begin - mask), static_cast<std::int32_t>(end - mask), 0});
    x = static_cast<std::int32_t>(end - mask);
  }
}

/// Sets of runs, each named by its first run.
class DisjointSets {
public:
  explicit DisjointSets(std::size_t n) : parent_(n) {
    for (std::size_t i = 0; i < n; ++i)
      parent_[i] = static_cast<std::int32_t>(i);
  }
  std::int32_t find(std::int32_t i) {
    while (at(i) != i) {
      at(i) = at(at(i));
      i = at(i);
    }
    return i;
  }
  void join(std::int32_t a, std::int32_t b) {
    a = find(a);
    b = find(b);
    if (a != b) at(std::max(a, b)) = std::min(a, b);
  }

private:
  std::int32_t& at(std::int32_t i) { return parent_[static_cast<std::size_t>(i)]; }
  std::vector<std::int32_t> parent_;
};

/// Joins the runs of two rows that touch; `reach` is 1 where corners count.
void joinRows(const std::vector<Run>& runs, std::int32_t a, std::int32_t aEnd, std::int32_t b, std::int32_t bEnd,
              std::int32_t reach, DisjointSets& sets) {
  while (a < aEnd && b < bEnd) {
    const Run& first = runs[static_cast<std::size_t>(a)];
    const Run& second = runs[static_cast<std::size_t>(b)];
    if (first.x0 < second.x1 + reach && second.x0 < first.x1 + reach) sets.join(a, b);
    if (first.x1 < second.x1)
      ++a;
    else
      ++b;
  }
}

} // namespace

Components connectedComponents(std::span<const std::uint8_t> mask, const Shape3& shape, Connectivity connectivity,
                               const Progress& progress, int threads) {
  requireShape(shape, mask.size(), "the mask");
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max() - 1;
  const std::int64_t nx = shape[0], ny = shape[1], nz = shape[2];
  if (nx > most || ny * nz > most) throw std::invalid_argument("the mask is too large: more than 2^31 rows or columns");
  threads = threadCount(threads);
  ProgressMeter meter(progress, 2 * ny * nz);

  std::vector<std::vector<Run>> perPlane(static_cast<std::size_t>(nz));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
  for (std::int64_t z = 0; z < nz; ++z) {
    for (std::int64_t y = 0; y < ny && !meter.stopped(); ++y) {
      const std::int64_t row = z * ny + y;
      appendRuns(mask.data() + row * nx, static_cast<std::int32_t>(nx), static_cast<std::int32_t>(row),
                 perPlane[static_cast<std::size_t>(z)]);
      meter.advance(1);
    }
  }

  Components result;
  std::size_t total = 0;
  for (const auto& runs : perPlane)
    total += runs.size();
  if (total > static_cast<std::size_t>(most)) throw std::invalid_argument("the mask has more than 2^31 runs");
  result.runs.reserve(total);
  for (const auto& runs : perPlane)
    result.runs.insert(result.runs.end(), runs.begin(), runs.end());
  std::vector<std::int32_t> rowStart(static_cast<std::size_t>(ny * nz) + 1);
  for (const Run& run : result.runs)
    ++rowStart[static_cast<std::size_t>(run.row) + 1];
  for (std::size_t row = 1; row < rowStart.size(); ++row)
    rowStart[row] += rowStart[row - 1];

  DisjointSets sets(total);
  const std::int32_t reach = connectivity == Connectivity::Corners ? 1 : 0;
  const auto join = [&](std::int64_t a, std::int64_t b) {
    const auto i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
    joinRows(result.runs, rowStart[i], rowStart[i + 1], rowStart[j], rowStart[j + 1], reach, sets);
  };
  for (std::int64_t z = 0; z < nz && !meter.stopped(); ++z)
    for (std::int64_t y = 0; y < ny && !meter.stopped(); ++y) {
      const std::int64_t row = z * ny + y;
      if (y > 0) join(row, row - 1);
      if (z > 0)
        for (std::int64_t dy = -reach; dy <= reach; ++dy)
          if (y + dy >= 0 && y + dy < ny) join(row, row - ny + dy);
      meter.advance(1);
    }
  meter.finish();

  std::vector<std::int32_t> number(total);
  for (std::size_t i = 0; i < total; ++i) {
    Run& run = result.runs[i];
    const auto root = static_cast<std::size_t>(sets.find(static_cast<std::int32_t>(i)));
    if (root == i) {
      number[i] = result.count();
      result.sizes.push_back(0);
    }
    run.component = number[root];
    result.sizes[static_cast<std::size_t>(run.component)] += run.x1 - run.x0;
  }
  return result;
}

std::int32_t labelComponents(std::span<const std::uint8_t> mask, const Shape3& shape, Connectivity connectivity,
                             std::span<std::int32_t> labels, const Progress& progress, int threads) {
  requireShape(shape, labels.size(), "the labels");
  const Components components = connectedComponents(mask, shape, connectivity, progress, threads);
  std::fill(labels.begin(), labels.end(), 0);
  for (const Run& run : components.runs)
    std::fill_n(labels.data() + run.row * shape[0] + run.x0, run.x1 - run.x0, run.component + 1);
  return components.count();
}

} // namespace discern::methods
