#include "methods/statistics/pair_density.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <omp.h>
#include <stdexcept>

namespace discern::methods {
namespace {

int threadsOf(int asked) { return asked > 0 ? asked : omp_get_max_threads(); }

/// The cell of a value; `cells` when it lies outside (or is NaN, which fails both comparisons).
struct Axis {
  float low, high;
  float perUnit;
  std::uint32_t cells;
  Axis(const std::array<double, 2>& range, int count)
      : low(static_cast<float>(range[0])), high(static_cast<float>(range[1])),
        perUnit(static_cast<float>(count / (range[1] - range[0]))), cells(static_cast<std::uint32_t>(count)) {}
  [[nodiscard]] std::uint32_t of(float value) const {
    if (!(value >= low && value <= high)) return cells;
    return std::min(static_cast<std::uint32_t>((value - low) * perUnit), cells - 1);
  }
};

void check(const std::array<double, 2>& range, int cells) {
  if (!(range[0] < range[1]) || !std::isfinite(range[0]) || !std::isfinite(range[1]) || cells < 1)
    throw std::invalid_argument("an axis needs at least one cell, and bounds with the lower first");
}

/// One edge of a polygon, for the crossing test.
struct EdgeTest {
  double x0, y0, x1, y1, slope; ///< slope: across for each step up
};

bool crosses(const std::vector<EdgeTest>& edges, double x, double y) {
  bool inside = false;
  for (const EdgeTest& e : edges)
    if ((e.y0 > y) != (e.y1 > y) && x < e.slope * (y - e.y0) + e.x0) inside = !inside;
  return inside;
}

} // namespace

PairDensity pairDensity(std::span<const float> x, std::span<const float> y, std::span<const std::uint8_t> mask,
                        const std::array<double, 2>& xRange, const std::array<double, 2>& yRange, int across, int up,
                        int threads) {
  check(xRange, across);
  check(yRange, up);
  if (x.size() != y.size() || (!mask.empty() && mask.size() != x.size()))
    throw std::invalid_argument("both values of a pair, and its mask, are needed");
  const Axis ax(xRange, across), ay(yRange, up);
  PairDensity result;
  result.counts.resize(static_cast<std::size_t>(across) * static_cast<std::size_t>(up));
  const auto count = static_cast<std::int64_t>(x.size());
  std::int64_t inside = 0;
#pragma omp parallel num_threads(threadsOf(threads)) reduction(+ : inside)
  {
    // What lies outside, or isn't meant, goes to a cell of its own or adds nothing: no branch depends on the values.
    const std::size_t cells = result.counts.size();
    std::vector<std::uint32_t> mine(cells + 1);
#pragma omp for schedule(static) nowait
    for (std::int64_t i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const std::uint32_t cx = ax.of(x[at]), cy = ay.of(y[at]);
      const bool outside = (cx == ax.cells) | (cy == ay.cells);
      const std::size_t cell = outside ? cells : static_cast<std::size_t>(cy) * ax.cells + cx;
      mine[cell] += mask.empty() || mask[at] != 0 ? 1U : 0U;
    }
#pragma omp critical
    for (std::size_t c = 0; c < cells; ++c) {
      result.counts[c] += mine[c];
      inside += mine[c];
    }
  }
  result.inside = inside;
  return result;
}

PairMoments pairMoments(std::span<const float> x, std::span<const float> y, int threads) {
  if (x.size() != y.size()) throw std::invalid_argument("both values of a pair are needed");
  constexpr std::int64_t piece = 1 << 16;
  const auto count = static_cast<std::int64_t>(x.size()), pieces = (count + piece - 1) / piece;
  struct Part {
    std::int64_t n = 0;
    double mx = 0, my = 0, sxx = 0, syy = 0, sxy = 0;
    float xl = std::numeric_limits<float>::infinity(), xh = -xl, yl = xl, yh = -xl;
  };
  std::vector<Part> parts(static_cast<std::size_t>(pieces));
#pragma omp parallel for schedule(static) num_threads(threadsOf(threads))
  for (std::int64_t p = 0; p < pieces; ++p) {
    Part part;
    const auto from = static_cast<std::size_t>(p * piece),
               to = static_cast<std::size_t>(std::min(count, (p + 1) * piece));
    double sx = 0, sy = 0;
    for (std::size_t i = from; i < to; ++i) {
      if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
      ++part.n;
      sx += x[i];
      sy += y[i];
      part.xl = std::min(part.xl, x[i]);
      part.xh = std::max(part.xh, x[i]);
      part.yl = std::min(part.yl, y[i]);
      part.yh = std::max(part.yh, y[i]);
    }
    if (part.n > 0) {
      part.mx = sx / static_cast<double>(part.n);
      part.my = sy / static_cast<double>(part.n);
    }
    for (std::size_t i = from; i < to; ++i) {
      if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
      const double dx = x[i] - part.mx, dy = y[i] - part.my;
      part.sxx += dx * dx;
      part.syy += dy * dy;
      part.sxy += dx * dy;
    }
    parts[static_cast<std::size_t>(p)] = part;
  }
  Part all;
  for (const Part& part : parts) { // in order, so that the sum is the same for any number of threads
    if (part.n == 0) continue;
    const auto a = static_cast<double>(all.n), b = static_cast<double>(part.n), n = a + b;
    const double dx = part.mx - all.mx, dy = part.my - all.my;
    all.sxx += part.sxx + dx * dx * a * b / n;
    all.syy += part.syy + dy * dy * a * b / n;
    all.sxy += part.sxy + dx * dy * a * b / n;
    all.mx += dx * b / n;
    all.my += dy * b / n;
    all.n += part.n;
    all.xl = std::min(all.xl, part.xl);
    all.xh = std::max(all.xh, part.xh);
    all.yl = std::min(all.yl, part.yl);
    all.yh = std::max(all.yh, part.yh);
  }
  PairMoments result;
  result.count = all.n;
  result.missing = count - all.n;
  if (all.n > 0) {
    result.xRange = {all.xl, all.xh};
    result.yRange = {all.yl, all.yh};
  }
  result.correlation =
      all.sxx > 0 && all.syy > 0 ? all.sxy / std::sqrt(all.sxx * all.syy) : std::numeric_limits<double>::quiet_NaN();
  return result;
}

std::vector<std::uint32_t> valueCounts(std::span<const float> values, std::span<const std::uint8_t> mask,
                                       const std::array<double, 2>& range, int bins, int threads) {
  check(range, bins);
  if (!mask.empty() && mask.size() != values.size()) throw std::invalid_argument("a mask has an entry for each value");
  const Axis axis(range, bins);
  std::vector<std::uint32_t> counts(static_cast<std::size_t>(bins));
  const auto count = static_cast<std::int64_t>(values.size());
#pragma omp parallel num_threads(threadsOf(threads))
  {
    std::vector<std::uint32_t> mine(counts.size() + 1);
#pragma omp for schedule(static) nowait
    for (std::int64_t i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (mask.empty() || mask[at] != 0) ++mine[axis.of(values[at])];
    }
#pragma omp critical
    for (std::size_t c = 0; c < counts.size(); ++c)
      counts[c] += mine[c];
  }
  return counts;
}

void insidePolygon(std::span<const float> xs, std::span<const float> ys, std::span<const std::array<double, 2>> polygon,
                   std::span<std::uint8_t> inside, int threads) {
  if (xs.size() != ys.size() || inside.size() != xs.size())
    throw std::invalid_argument("both coordinates of a point, and a place for its answer, are needed");
  std::vector<EdgeTest> edges;
  std::array<double, 4> box{1, 1, 0, 0};
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const auto &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
    edges.push_back({a[0], a[1], b[0], b[1], a[1] != b[1] ? (b[0] - a[0]) / (b[1] - a[1]) : 0});
    if (i == 0) box = {a[0], a[1], a[0], a[1]};
    box = {std::min(box[0], a[0]), std::min(box[1], a[1]), std::max(box[2], a[0]), std::max(box[3], a[1])};
  }
  // A raster of the box answers for most points: cells that no edge touches lie inside or outside as a whole. For the
  // others, the edges that pass their row decide.
  constexpr int cells = 512;
  enum : std::uint8_t { Outside = 0, Inside = 1, Edge = 2 };
  std::vector<std::uint8_t> raster(static_cast<std::size_t>(cells) * cells, Outside);
  std::vector<std::vector<EdgeTest>> passing(cells);
  const double wide = (box[2] - box[0]) / cells, tall = (box[3] - box[1]) / cells;
  const bool rastered = wide > 0 && tall > 0 && polygon.size() >= 3;
  const auto cellOf = [](double value, double from, double size) {
    return std::clamp(static_cast<int>((value - from) / size), 0, cells - 1);
  };
  if (rastered) {
    for (const EdgeTest& e : edges) { // every cell in the rows that an edge passes, between its ends in that row
      const int bottom = cellOf(std::min(e.y0, e.y1), box[1], tall), top = cellOf(std::max(e.y0, e.y1), box[1], tall);
      // A row more on each side: the points are floats, and rounding must not decide.
      for (int row = std::max(0, bottom - 1); row <= std::min(cells - 1, top + 1); ++row)
        passing[static_cast<std::size_t>(row)].push_back(e);
      for (int row = bottom; row <= top; ++row) {
        double from = std::min(e.x0, e.x1), to = std::max(e.x0, e.x1);
        if (e.y0 != e.y1) {
          const auto at = [&](double y) {
            return e.x0 + (e.x1 - e.x0) * std::clamp((y - e.y0) / (e.y1 - e.y0), 0.0, 1.0);
          };
          const double one = at(box[1] + row * tall), other = at(box[1] + (row + 1) * tall);
          from = std::min(one, other);
          to = std::max(one, other);
        }
        const int last = std::min(cells - 1, cellOf(to, box[0], wide) + 1);
        for (int column = std::max(0, cellOf(from, box[0], wide) - 1); column <= last; ++column)
          for (int beside = std::max(0, row - 1); beside <= std::min(cells - 1, row + 1); ++beside)
            raster[static_cast<std::size_t>(beside) * cells + static_cast<std::size_t>(column)] = Edge;
      }
    }
    for (int row = 0; row < cells; ++row)
      for (int column = 0; column < cells; ++column) {
        std::uint8_t& cell = raster[static_cast<std::size_t>(row) * cells + static_cast<std::size_t>(column)];
        const bool in = cell != Edge && crosses(passing[static_cast<std::size_t>(row)], box[0] + (column + 0.5) * wide,
                                                box[1] + (row + 0.5) * tall);
        if (in) cell = Inside;
      }
  }
  if (!rastered) {
    std::fill(inside.begin(), inside.end(), std::uint8_t{Outside});
    return;
  }
  // By value: an array of bytes may be the same memory as anything, so that what is shared would be read anew each
  // time.
  struct Test {
    const float *xs, *ys;
    std::uint8_t* inside;
    const std::uint8_t* raster;
    const std::vector<EdgeTest>* passing;
    float x0, y0, x1, y1, perX, perY;
    void run(std::size_t from, std::size_t to) const {
      const Test t = *this;
      for (std::size_t i = from; i < to; ++i) {
        const float x = t.xs[i], y = t.ys[i];
        const bool near = (x >= t.x0) & (x <= t.x1) & (y >= t.y0) & (y <= t.y1);
        const int column = std::min(static_cast<int>(near ? (x - t.x0) * t.perX : 0.0F), cells - 1);
        const int row = std::min(static_cast<int>(near ? (y - t.y0) * t.perY : 0.0F), cells - 1);
        std::uint8_t answer = t.raster[static_cast<std::size_t>(row) * cells + static_cast<std::size_t>(column)];
        answer = near ? answer : std::uint8_t{Outside};
        if (answer == Edge) answer = crosses(t.passing[static_cast<std::size_t>(row)], x, y) ? Inside : Outside;
        t.inside[i] = answer;
      }
    }
  };
  const Test test{xs.data(),
                  ys.data(),
                  inside.data(),
                  raster.data(),
                  passing.data(),
                  static_cast<float>(box[0]),
                  static_cast<float>(box[1]),
                  static_cast<float>(box[2]),
                  static_cast<float>(box[3]),
                  static_cast<float>(1 / wide),
                  static_cast<float>(1 / tall)};
  constexpr std::int64_t piece = 1 << 16;
  const auto count = static_cast<std::int64_t>(xs.size()), pieces = (count + piece - 1) / piece;
#pragma omp parallel for schedule(dynamic) num_threads(threadsOf(threads))
  for (std::int64_t p = 0; p < pieces; ++p)
    test.run(static_cast<std::size_t>(p * piece), static_cast<std::size_t>(std::min(count, (p + 1) * piece)));
}

} // namespace discern::methods
