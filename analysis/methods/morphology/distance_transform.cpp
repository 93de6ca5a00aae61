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

/// The lower envelope of parabolas that stand on the sites of one line.
class Envelope {
public:
  explicit Envelope(std::int64_t length) : sites_(static_cast<std::size_t>(length) + 2) {}

  /// Replaces f[i], squared distances within the axes seen so far, by min over j of f[j] + (h (i - j))².
  /// Between two background voxels (f = 0) nothing beyond them can be nearer, so each stretch of foreground stands
  /// alone.
  void transform(float* f, std::int64_t n, double h2) {
    std::int64_t i = 0;
    while (i < n) {
      if (f[i] == 0) {
        ++i;
        continue;
      }
      const std::int64_t begin = i;
      while (i < n && f[i] != 0)
        ++i;
      stretch(f, begin, i, std::max<std::int64_t>(begin - 1, 0), std::min(i + 1, n), h2);
    }
  }

private:
  struct Site {
    double from = 0;   ///< the parabola is the lowest from here on
    double height = 0; ///< f / h² + i², so that two parabolas cross at (height₂ - height₁) / 2(i₂ - i₁)
    std::int64_t at = 0;
    double f = 0;
  };

  void stretch(float* f, std::int64_t begin, std::int64_t end, std::int64_t firstSite, std::int64_t lastSite,
               double h2) {
    std::size_t count = 0;
    for (std::int64_t q = firstSite; q < lastSite; ++q) {
      if (f[q] == endless) continue;
      Site site{-std::numeric_limits<double>::infinity(), f[q] / h2 + static_cast<double>(q * q), q, f[q]};
      while (count > 0) {
        const Site& last = sites_[count - 1];
        site.from = (site.height - last.height) / static_cast<double>(2 * (q - last.at));
        if (site.from > last.from) break;
        --count;
      }
      if (count == 0) site.from = -std::numeric_limits<double>::infinity();
      sites_[count++] = site;
    }
    if (count == 0) return;
    std::size_t k = 0;
    for (std::int64_t p = begin; p < end; ++p) {
      while (k + 1 < count && sites_[k + 1].from < static_cast<double>(p))
        ++k;
      const auto apart = static_cast<double>(p - sites_[k].at);
      f[p] = static_cast<float>(h2 * apart * apart + sites_[k].f);
    }
  }

  std::vector<Site> sites_;
};

/// One further axis: lines of n voxels `stride` apart. The lines start at `lines` neighbouring voxels of each of
/// `groups` places that are `groupStride` apart. Neighbouring lines are copied together, so that memory is read in
/// order.
void furtherAxis(float* data, std::int64_t n, std::int64_t stride, std::int64_t lines, std::int64_t groups,
                 std::int64_t groupStride, double step, ProgressMeter& meter, int threads) {
  constexpr std::int64_t width = 16;
  const std::int64_t blocks = (lines + width - 1) / width;
#pragma omp parallel num_threads(threads)
  {
    std::vector<float> block(static_cast<std::size_t>(width * n));
    Envelope envelope(n);
#pragma omp for schedule(dynamic, 4)
    for (std::int64_t job = 0; job < groups * blocks; ++job) {
      if (meter.stopped()) continue;
      const std::int64_t first = (job % blocks) * width, count = std::min(width, lines - first);
      float* base = data + (job / blocks) * groupStride + first;
      float most = 0;
      for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t c = 0; c < count; ++c) {
          const float v = base[i * stride + c];
          block[static_cast<std::size_t>(c * n + i)] = v;
          most = std::max(most, v);
        }
      if (most > 0) {
        for (std::int64_t c = 0; c < count; ++c)
          envelope.transform(block.data() + c * n, n, step * step);
        for (std::int64_t i = 0; i < n; ++i)
          for (std::int64_t c = 0; c < count; ++c)
            base[i * stride + c] = block[static_cast<std::size_t>(c * n + i)];
      }
      meter.advance(n * count);
    }
  }
}

void transform(std::span<const std::uint8_t> mask, const Shape3& shape, const Spacing3& spacing, std::span<float> out,
               ProgressMeter& meter, int threads) {
  const auto [nx, ny, nz] = shape;
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
