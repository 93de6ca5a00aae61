#include "methods/morphology/distance_transform.h"

#include "methods/parallel/progress_meter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace discern::methods {
namespace {

constexpr float endless = std::numeric_limits<float>::infinity();

/// Squared distance along one row to the nearest background voxel of that row.
void firstAxis(const std::uint8_t* mask, std::int64_t n, float step, float* out) {
  std::int64_t x = 0;
  while (x < n) {
    if (mask[x] == 0) {
      out[x++] = 0;
      continue;
    }
    const std::int64_t begin = x;
    while (x < n && mask[x] != 0)
      ++x;
    const bool wallBefore = begin > 0, wallAfter = x < n;
    for (std::int64_t i = begin; i < x; ++i) {
      const float before = wallBefore ? static_cast<float>(i - begin + 1) : endless;
      const float after = wallAfter ? static_cast<float>(x - i) : endless;
      const float d = std::min(before, after) * step;
      out[i] = d * d;
    }
  }
}

constexpr std::int64_t width = 16; // neighbouring lines that are worked on together, one beside the other
constexpr int nearby = 48;         // voxels; up to here trying all neighbours of a line is the faster way

/// Lines of n voxels, `width` of them side by side: element i of line c is block[i * width + c].
struct LineBlock {
  std::vector<float> in, out;
  std::vector<float> most; ///< the greatest of the lines at i
  explicit LineBlock(std::int64_t n)
      : in(static_cast<std::size_t>(n * width)), out(in.size()), most(static_cast<std::size_t>(n)) {}
};

/// min over j of in[j] + (h (i - j))², where |i - j| need not go beyond √in[i] / h: for blocks of short distances.
void tryNeighbours(LineBlock& block, std::int64_t n, float h2) {
  for (std::int64_t i = 0; i < n; ++i) {
    float best[width];
    const float* centre = block.in.data() + i * width;
    for (std::int64_t c = 0; c < width; ++c)
      best[c] = centre[c];
    float limit = block.most[static_cast<std::size_t>(i)];
    for (std::int64_t k = 1;; ++k) {
      const float step = h2 * static_cast<float>(k * k);
      if (step >= limit) break;
      // Beyond the ends lies nothing; the line's own value can't improve itself.
      const float* before = i - k >= 0 ? centre - k * width : centre;
      const float* after = i + k < n ? centre + k * width : centre;
      for (std::int64_t c = 0; c < width; ++c) {
        const float nearer = before[c] < after[c] ? before[c] : after[c];
        const float candidate = nearer + step;
        best[c] = candidate < best[c] ? candidate : best[c];
      }
      if (k % 4 == 0) limit = *std::max_element(best, best + width);
    }
    std::copy_n(best, width, block.out.data() + i * width);
  }
}

/// The lower envelope of parabolas that stand on the sites of one line: O(n) however long the distances.
class Envelope {
public:
  explicit Envelope(std::int64_t length) : sites_(static_cast<std::size_t>(length) + 2) {}

  /// out[i] = min over j of in[j] + (h (i - j))² of line c.
  /// Between two background voxels (0) nothing beyond them can be nearer, so each stretch of foreground stands alone.
  void transform(LineBlock& block, std::int64_t c, std::int64_t n, double h2) {
    const auto f = [&](std::int64_t i) { return block.in[static_cast<std::size_t>(i * width + c)]; };
    std::int64_t i = 0;
    while (i < n) {
      if (f(i) == 0) {
        block.out[static_cast<std::size_t>(i++ * width + c)] = 0;
        continue;
      }
      const std::int64_t begin = i;
      while (i < n && f(i) != 0)
        ++i;
      const std::size_t count = build(f, std::max<std::int64_t>(begin - 1, 0), std::min(i + 1, n), h2);
      std::size_t k = 0;
      for (std::int64_t p = begin; p < i; ++p) {
        float& out = block.out[static_cast<std::size_t>(p * width + c)];
        out = endless;
        if (count == 0) continue;
        while (k + 1 < count && sites_[k + 1].from < static_cast<double>(p))
          ++k;
        const auto apart = static_cast<double>(p - sites_[k].at);
        out = static_cast<float>(h2 * apart * apart + sites_[k].f);
      }
    }
  }

private:
  struct Site {
    double from = 0;   ///< the parabola is the lowest from here on
    double height = 0; ///< f / h² + i², so that two parabolas cross at (height₂ - height₁) / 2(i₂ - i₁)
    std::int64_t at = 0;
    double f = 0;
  };

  template <typename F>
  std::size_t build(const F& f, std::int64_t firstSite, std::int64_t lastSite, double h2) {
    std::size_t count = 0;
    for (std::int64_t q = firstSite; q < lastSite; ++q) {
      if (f(q) == endless) continue;
      Site site{-std::numeric_limits<double>::infinity(), f(q) / h2 + static_cast<double>(q * q), q, f(q)};
      while (count > 0) {
        const Site& last = sites_[count - 1];
        site.from = (site.height - last.height) / static_cast<double>(2 * (q - last.at));
        if (site.from > last.from) break;
        --count;
      }
      if (count == 0) site.from = -std::numeric_limits<double>::infinity();
      sites_[count++] = site;
    }
    return count;
  }

  std::vector<Site> sites_;
};

/// One further axis: lines of n voxels `stride` apart. The lines start at `lines` neighbouring voxels of each of
/// `groups` places that are `groupStride` apart. Neighbouring lines are copied together, so that memory is read in
/// order.
void furtherAxis(float* data, std::int64_t n, std::int64_t stride, std::int64_t lines, std::int64_t groups,
                 std::int64_t groupStride, double step, ProgressMeter& meter, int threads) {
  const std::int64_t blocks = (lines + width - 1) / width;
  const double h2 = step * step;
#pragma omp parallel num_threads(threads)
  {
    LineBlock block(n);
    Envelope envelope(n);
#pragma omp for schedule(dynamic, 4)
    for (std::int64_t job = 0; job < groups * blocks; ++job) {
      if (meter.stopped()) continue;
      const std::int64_t first = (job % blocks) * width, count = std::min(width, lines - first);
      float* base = data + (job / blocks) * groupStride + first;
      float most = 0;
      for (std::int64_t i = 0; i < n; ++i) {
        float* row = block.in.data() + i * width;
        std::copy_n(base + i * stride, count, row);
        std::fill_n(row + count, width - count, 0.0F);
        float& greatest = block.most[static_cast<std::size_t>(i)];
        greatest = 0;
        for (std::int64_t c = 0; c < width; ++c)
          greatest = row[c] > greatest ? row[c] : greatest;
        most = std::max(most, greatest);
      }
      if (most > 0) {
        if (most <= h2 * nearby * nearby)
          tryNeighbours(block, n, static_cast<float>(h2));
        else
          for (std::int64_t c = 0; c < count; ++c)
            envelope.transform(block, c, n, h2);
        for (std::int64_t i = 0; i < n; ++i)
          std::copy_n(block.out.data() + i * width, count, base + i * stride);
      }
      meter.advance(n * count);
    }
  }
}

void transform(std::span<const std::uint8_t> mask, const Shape3& shape, const Spacing3& spacing, std::span<float> out,
               ProgressMeter& meter, int threads) {
  const std::int64_t nx = shape[0], ny = shape[1], nz = shape[2];
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16)
  for (std::int64_t row = 0; row < ny * nz; ++row) {
    if (meter.stopped()) continue;
    firstAxis(mask.data() + row * nx, nx, static_cast<float>(spacing[0]), out.data() + row * nx);
    meter.advance(nx);
  }
  if (ny > 1) furtherAxis(out.data(), ny, nx, nx, nz, nx * ny, spacing[1], meter, threads);
  if (nz > 1) furtherAxis(out.data(), nz, nx * ny, nx * ny, 1, 0, spacing[2], meter, threads);
}

void require(std::span<const std::uint8_t> mask, const Shape3& shape, const Spacing3& spacing, std::span<float> out) {
  requireShape(shape, mask.size(), "the mask");
  requireShape(shape, out.size(), "the distance map");
  requireSpacing(spacing);
}

} // namespace

void squaredDistanceTransform(std::span<const std::uint8_t> mask, const Shape3& shape, const Spacing3& spacing,
                              std::span<float> squared, const Progress& progress, int threads) {
  require(mask, shape, spacing, squared);
  ProgressMeter meter(progress, 3 * voxelCount(shape));
  transform(mask, shape, spacing, squared, meter, threadCount(threads));
  meter.finish();
}

void distanceTransform(std::span<const std::uint8_t> mask, const Shape3& shape, const Spacing3& spacing,
                       std::span<float> distance, const Progress& progress, int threads) {
  require(mask, shape, spacing, distance);
  threads = threadCount(threads);
  ProgressMeter meter(progress, 3 * voxelCount(shape));
  transform(mask, shape, spacing, distance, meter, threads);
  const std::int64_t n = voxelCount(shape);
#pragma omp parallel for num_threads(threads)
  for (std::int64_t i = 0; i < n; ++i)
    distance[static_cast<std::size_t>(i)] = std::sqrt(distance[static_cast<std::size_t>(i)]);
  meter.finish();
}

} // namespace discern::methods
