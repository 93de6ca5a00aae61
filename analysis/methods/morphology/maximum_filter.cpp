#include "methods/morphology/maximum_filter.h"

#include "methods/parallel/progress_meter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace discern::methods {
namespace {

/// Lines of n voxels, `stride` apart, `lines` of them side by side at each of `groups` places `groupStride` apart.
struct Lines {
  std::int64_t n = 1, stride = 1, lines = 1, groups = 1, groupStride = 0;
};

/// Windows of 1, 2, 4… voxels, each the greater of two of half its length; the last step overlaps two of them.
void maximumAlong(float* data, const Lines& axis, std::int64_t radius, ProgressMeter& meter, int threads) {
  constexpr std::int64_t width = 32;
  const std::int64_t blocks = (axis.lines + width - 1) / width, padded = axis.n + 2 * radius, window = 2 * radius + 1;
#pragma omp parallel num_threads(threads)
  {
    std::vector<float> block(static_cast<std::size_t>(padded * width));
#pragma omp for schedule(dynamic, 1)
    for (std::int64_t job = 0; job < axis.groups * blocks; ++job) {
      if (meter.stopped()) continue;
      const std::int64_t first = (job % blocks) * width, count = std::min(width, axis.lines - first);
      float* base = data + (job / blocks) * axis.groupStride + first;
      std::fill(block.begin(), block.end(), -std::numeric_limits<float>::infinity());
      for (std::int64_t i = 0; i < axis.n; ++i)
        std::copy_n(base + i * axis.stride, count, block.data() + (i + radius) * width);
      const auto widen = [&](std::int64_t from, std::int64_t by) { // windows that begin at row i: `from` → `from + by`
        const std::int64_t rows = padded - from - by + 1;
        for (std::int64_t k = 0; k < rows * width; ++k) {
          float& value = block[static_cast<std::size_t>(k)];
          const float other = block[static_cast<std::size_t>(k + by * width)];
          value = other > value ? other : value;
        }
      };
      std::int64_t size = 1;
      for (; 2 * size <= window; size *= 2)
        widen(size, size);
      if (size < window) widen(size, window - size);
      for (std::int64_t i = 0; i < axis.n; ++i)
        std::copy_n(block.data() + i * width, count, base + i * axis.stride);
      meter.advance(axis.n * count);
    }
  }
}

} // namespace

void maximumFilter(std::span<const float> in, const Shape3& shape, const std::array<std::int64_t, 3>& radius,
                   std::span<float> out, const Progress& progress, int threads) {
  requireShape(shape, in.size(), "the image");
  requireShape(shape, out.size(), "the filtered image");
  for (const std::int64_t r : radius)
    if (r < 0) throw std::invalid_argument("the radius of a maximum filter must not be negative");
  threads = threadCount(threads);
  const auto n = static_cast<std::int64_t>(in.size());
#pragma omp parallel for num_threads(threads)
  for (std::int64_t i = 0; i < n; ++i) {
    const float v = in[static_cast<std::size_t>(i)];
    out[static_cast<std::size_t>(i)] = std::isnan(v) ? -std::numeric_limits<float>::infinity() : v;
  }
  const std::int64_t nx = shape[0], ny = shape[1], nz = shape[2];
  const std::array<Lines, 3> axes{Lines{nx, 1, 1, ny * nz, nx}, Lines{ny, nx, nx, nz, nx * ny},
                                  Lines{nz, nx * ny, nx * ny, 1, 0}};
  ProgressMeter meter(progress, 3 * n);
  for (std::size_t a = 0; a < 3; ++a) {
    // No window reaches further than across the whole axis.
    const std::int64_t reach = std::min(radius[a], axes[a].n - 1);
    if (reach > 0) maximumAlong(out.data(), axes[a], reach, meter, threads);
  }
  meter.finish();
}

} // namespace discern::methods
