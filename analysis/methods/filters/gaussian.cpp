#include "methods/filters/gaussian.h"

#include "methods/parallel/progress_meter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <vector>

namespace discern::methods {
namespace {

/// Weights 0…radius of a symmetric kernel that sums to 1.
std::vector<float> halfKernel(double sigma) {
  if (sigma < 1e-15) return {1.0F};
  const int radius = static_cast<int>(4.0 * sigma + 0.5);
  std::vector<double> weights(static_cast<std::size_t>(radius) + 1);
  double sum = 0;
  for (int i = 0; i <= radius; ++i) {
    weights[static_cast<std::size_t>(i)] = std::exp(-0.5 * i * i / (sigma * sigma));
    sum += weights[static_cast<std::size_t>(i)] * (i == 0 ? 1 : 2);
  }
  std::vector<float> half(weights.size());
  std::transform(weights.begin(), weights.end(), half.begin(), [sum](double w) { return static_cast<float>(w / sum); });
  return half;
}

/// Where index i of an axis of n voxels, mirrored at its ends, comes from.
std::int64_t mirrored(std::int64_t i, std::int64_t n) {
  if (i >= 0 && i < n) return i;
  const std::int64_t period = 2 * n;
  const std::int64_t wrapped = ((i % period) + period) % period;
  return wrapped < n ? wrapped : period - 1 - wrapped;
}

/// out[x] = w[0]·before[0][x] + Σ w[k]·(before[k][x] + after[k][x]), for n columns. `out` is none of the inputs.
void weightedRows(const std::vector<const float*>& before, const std::vector<const float*>& after,
                  const std::vector<float>& weights, std::int64_t n, float* __restrict out) {
  constexpr std::int64_t block = 16; // columns whose sums stay in registers
  const std::size_t taps = weights.size();
  std::int64_t x = 0;
  for (; x + block <= n; x += block) {
    float sum[block];
    const float* centre = before[0] + x;
    for (std::int64_t i = 0; i < block; ++i)
      sum[i] = weights[0] * centre[i];
    for (std::size_t k = 1; k < taps; ++k) {
      const float w = weights[k];
      const float* a = before[k] + x;
      const float* b = after[k] + x;
      for (std::int64_t i = 0; i < block; ++i)
        sum[i] += w * (a[i] + b[i]);
    }
    for (std::int64_t i = 0; i < block; ++i)
      out[x + i] = sum[i];
  }
  for (; x < n; ++x) {
    float sum = weights[0] * before[0][x];
    for (std::size_t k = 1; k < taps; ++k)
      sum += weights[k] * (before[k][x] + after[k][x]);
    out[x] = sum;
  }
}

/// The rows around row i of n, `stride` apart from `base`, mirrored at the ends.
void rowsAround(const float* base, std::int64_t stride, std::int64_t i, std::int64_t n,
                std::vector<const float*>& before, std::vector<const float*>& after) {
  for (std::size_t k = 0; k < before.size(); ++k) {
    const auto offset = static_cast<std::int64_t>(k);
    before[k] = base + mirrored(i - offset, n) * stride;
    after[k] = base + mirrored(i + offset, n) * stride;
  }
}

/// Smooths along x and y, one plane after the other.
void smoothPlanes(const float* in, const Shape3& shape, const std::vector<float>& alongX,
                  const std::vector<float>& alongY, float* out, ProgressMeter& meter, int threads) {
  const std::int64_t nx = shape[0], ny = shape[1], nz = shape[2];
  const auto reachX = static_cast<std::int64_t>(alongX.size()) - 1;
#pragma omp parallel num_threads(threads)
  {
    std::vector<float> row(static_cast<std::size_t>(nx + 2 * reachX));
    const auto plane = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(nx * ny));
    std::vector<const float*> beforeX(alongX.size()), afterX(alongX.size());
    std::vector<const float*> beforeY(alongY.size()), afterY(alongY.size());
    for (std::size_t k = 0; k < alongX.size(); ++k) {
      beforeX[k] = row.data() + reachX - static_cast<std::int64_t>(k);
      afterX[k] = row.data() + reachX + static_cast<std::int64_t>(k);
    }
#pragma omp for schedule(dynamic, 1)
    for (std::int64_t z = 0; z < nz; ++z) {
      for (std::int64_t y = 0; y < ny && !meter.stopped(); ++y) {
        const float* source = in + (z * ny + y) * nx;
        std::copy(source, source + nx, row.data() + reachX);
        for (std::int64_t k = 1; k <= reachX; ++k) {
          row[static_cast<std::size_t>(reachX - k)] = source[mirrored(-k, nx)];
          row[static_cast<std::size_t>(reachX + nx - 1 + k)] = source[mirrored(nx - 1 + k, nx)];
        }
        weightedRows(beforeX, afterX, alongX, nx, plane.get() + y * nx);
        if (y % 16 == 0) meter.advance(0);
      }
      for (std::int64_t y = 0; y < ny && !meter.stopped(); ++y) {
        rowsAround(plane.get(), nx, y, ny, beforeY, afterY);
        weightedRows(beforeY, afterY, alongY, nx, out + (z * ny + y) * nx);
        if (y % 16 == 0) meter.advance(0);
      }
      meter.advance(nx * ny);
    }
  }
}

/// Smooths along z in place.
void smoothAcrossPlanes(float* data, const Shape3& shape, const std::vector<float>& alongZ, ProgressMeter& meter,
                        int threads) {
  const std::int64_t nx = shape[0], ny = shape[1], nz = shape[2];
  const std::int64_t plane = nx * ny;
  constexpr std::int64_t width = 256; // columns at a time: a slab of them fits the cache
  const std::int64_t blocks = (plane + width - 1) / width;
#pragma omp parallel num_threads(threads)
  {
    const auto slab = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(width * nz));
    std::vector<const float*> before(alongZ.size()), after(alongZ.size());
#pragma omp for schedule(dynamic, 1)
    for (std::int64_t b = 0; b < blocks; ++b) {
      if (meter.stopped()) continue;
      const std::int64_t first = b * width, n = std::min(width, plane - first);
      for (std::int64_t z = 0; z < nz; ++z)
        std::copy_n(data + z * plane + first, n, slab.get() + z * width);
      for (std::int64_t z = 0; z < nz; ++z) {
        rowsAround(slab.get(), width, z, nz, before, after);
        weightedRows(before, after, alongZ, n, data + z * plane + first);
      }
      meter.advance(n * nz);
    }
  }
}

} // namespace

void gaussianFilter(std::span<const float> in, const Shape3& shape, const std::array<double, 3>& sigma,
                    std::span<float> out, const Progress& progress, int threads) {
  requireShape(shape, in.size(), "the image to smooth");
  requireShape(shape, out.size(), "the smoothed image");
  for (const double s : sigma)
    if (!(s >= 0) || s > 1e6)
      throw std::invalid_argument("the sigma of a Gaussian must be between 0 and a million voxels");
  threads = threadCount(threads);
  const std::int64_t n = voxelCount(shape);
  const auto alongX = halfKernel(sigma[0]), alongY = halfKernel(sigma[1]), alongZ = halfKernel(sigma[2]);
  ProgressMeter meter(progress, 2 * n);
  if (alongX.size() + alongY.size() > 2)
    smoothPlanes(in.data(), shape, alongX, alongY, out.data(), meter, threads);
  else if (in.data() != out.data())
    std::copy(in.begin(), in.end(), out.begin());
  if (alongZ.size() > 1 && !meter.stopped()) smoothAcrossPlanes(out.data(), shape, alongZ, meter, threads);
  meter.finish();
}

void gaussianFilterSkippingMissing(std::span<const float> in, const Shape3& shape, const std::array<double, 3>& sigma,
                                   std::span<float> out, const Progress& progress, int threads) {
  requireShape(shape, in.size(), "the image to smooth");
  requireShape(shape, out.size(), "the smoothed image");
  threads = threadCount(threads);
  const auto n = static_cast<std::int64_t>(in.size());
  const auto presence = std::make_unique_for_overwrite<float[]>(in.size());
  const auto known = std::make_unique_for_overwrite<std::uint8_t[]>(in.size());
#pragma omp parallel for num_threads(threads)
  for (std::int64_t i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    known[at] = std::isfinite(in[at]) ? 1 : 0;
    presence[at] = known[at] ? 1.0F : 0.0F;
    out[at] = known[at] ? in[at] : 0.0F;
  }
  gaussianFilter(out, shape, sigma, out, part(progress, 0.0, 0.5), threads);
  const std::span<float> weights(presence.get(), in.size());
  gaussianFilter(weights, shape, sigma, weights, part(progress, 0.5, 1.0), threads);
#pragma omp parallel for num_threads(threads)
  for (std::int64_t i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    out[at] = known[at] ? out[at] / presence[at] : std::numeric_limits<float>::quiet_NaN();
  }
}

} // namespace discern::methods
