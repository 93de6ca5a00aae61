#include "methods/segmentation/markers.h"

#include "methods/morphology/maximum_filter.h"
#include "methods/parallel/progress_meter.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <unordered_map>

namespace discern::methods {
namespace {

using Index3 = std::array<std::int64_t, 3>;

struct Volume {
  std::span<const float> values;
  std::span<const std::uint8_t> mask;
  Shape3 shape;

  [[nodiscard]] float at(std::int64_t i) const { return values[static_cast<std::size_t>(i)]; }
  [[nodiscard]] Index3 place(std::int64_t i) const {
    return {i % shape[0], (i / shape[0]) % shape[1], i / (shape[0] * shape[1])};
  }
};

/// True when no voxel within `radius` of voxel (x, y, z) is greater than it.
bool greatestInBox(const Volume& volume, const Index3& centre, const Index3& radius) {
  Index3 lo, hi;
  for (std::size_t a = 0; a < 3; ++a) {
    lo[a] = std::max<std::int64_t>(0, centre[a] - radius[a]);
    hi[a] = std::min(volume.shape[a] - 1, centre[a] + radius[a]);
  }
  const std::int64_t nx = volume.shape[0], ny = volume.shape[1];
  const float value = volume.at((centre[2] * ny + centre[1]) * nx + centre[0]);
  for (std::int64_t z = lo[2]; z <= hi[2]; ++z)
    for (std::int64_t y = lo[1]; y <= hi[1]; ++y) {
      const float* row = volume.values.data() + (z * ny + y) * nx;
      for (std::int64_t x = lo[0]; x <= hi[0]; ++x)
        if (row[x] > value) return false;
    }
  return true;
}

/// Voxels of the mask that nothing among their up to 26 neighbours exceeds, ascending.
std::vector<std::int64_t> touchingMaxima(const Volume& volume, ProgressMeter& meter, int threads) {
  const std::int64_t nx = volume.shape[0], ny = volume.shape[1], nz = volume.shape[2];
  std::vector<std::vector<std::int64_t>> perPlane(static_cast<std::size_t>(nz));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
  for (std::int64_t z = 0; z < nz; ++z) {
    auto& found = perPlane[static_cast<std::size_t>(z)];
    for (std::int64_t y = 0; y < ny && !meter.stopped(); ++y) {
      const std::int64_t row = (z * ny + y) * nx;
      for (std::int64_t x = 0; x < nx; ++x) {
        const std::int64_t i = row + x;
        if (volume.mask[static_cast<std::size_t>(i)] == 0) continue;
        const float v = volume.at(i);
        if ((x > 0 && volume.at(i - 1) > v) || (x + 1 < nx && volume.at(i + 1) > v)) continue;
        if ((y > 0 && volume.at(i - nx) > v) || (y + 1 < ny && volume.at(i + nx) > v)) continue;
        if (greatestInBox(volume, {x, y, z}, {1, 1, 1})) found.push_back(i);
      }
      meter.advance(nx);
    }
  }
  std::vector<std::int64_t> all;
  for (const auto& found : perPlane)
    all.insert(all.end(), found.begin(), found.end());
  return all;
}

/// Keeps the candidates that are the greatest in their whole box.
void keepGreatest(const Volume& volume, const Index3& radius, std::vector<std::int64_t>& candidates,
                  ProgressMeter& meter, int threads) {
  const auto count = static_cast<std::int64_t>(candidates.size());
  const std::int64_t n = voxelCount(volume.shape);
  double box = 1;
  for (std::size_t a = 0; a < 3; ++a)
    box *= static_cast<double>(std::min(2 * radius[a] + 1, volume.shape[a]));
  std::vector<std::uint8_t> keep(candidates.size());
  if (box * static_cast<double>(count) >
      40.0 * static_cast<double>(n)) { // wide plateaus: filter the whole volume instead
    const auto greatest = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(n));
    const Progress watch = [&meter](double) {
      meter.advance(0);
      return !meter.stopped();
    };
    try {
      maximumFilter(volume.values, volume.shape, radius, {greatest.get(), static_cast<std::size_t>(n)}, watch, threads);
    } catch (const Cancelled&) {
      return; // the meter tells the caller
    }
    for (std::size_t i = 0; i < candidates.size(); ++i)
      keep[i] = volume.at(candidates[i]) >= greatest[static_cast<std::size_t>(candidates[i])] ? 1 : 0;
  } else {
#pragma omp parallel for num_threads(threads) schedule(dynamic, 64)
    for (std::int64_t i = 0; i < count; ++i) {
      if (meter.stopped()) continue;
      const auto at = static_cast<std::size_t>(i);
      keep[at] = greatestInBox(volume, volume.place(candidates[at]), radius) ? 1 : 0;
      if (i % 16 == 0) meter.advance(0);
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (keep[i]) candidates[kept++] = candidates[i];
  candidates.resize(kept);
}

/// One voxel for each group of touching candidates of equal value: the one nearest to the group's centroid.
std::vector<std::int64_t> onePerPlateau(const Volume& volume, const Spacing3& spacing,
                                        const std::vector<std::int64_t>& candidates, ProgressMeter& meter) {
  std::vector<std::uint8_t> seen(candidates.size());
  std::vector<std::int64_t> result;
  std::vector<std::size_t> plateau;
  for (std::size_t first = 0; first < candidates.size(); ++first) {
    if (seen[first] || meter.stopped()) continue;
    plateau.assign(1, first);
    seen[first] = 1;
    const float value = volume.at(candidates[first]);
    std::array<double, 3> centroid{0, 0, 0};
    for (std::size_t next = 0; next < plateau.size() && !meter.stopped(); ++next) {
      const Index3 p = volume.place(candidates[plateau[next]]);
      for (std::size_t a = 0; a < 3; ++a)
        centroid[a] += static_cast<double>(p[a]);
      for (std::int64_t z = std::max<std::int64_t>(p[2] - 1, 0); z <= std::min(p[2] + 1, volume.shape[2] - 1); ++z)
        for (std::int64_t y = std::max<std::int64_t>(p[1] - 1, 0); y <= std::min(p[1] + 1, volume.shape[1] - 1); ++y) {
          const std::int64_t row = (z * volume.shape[1] + y) * volume.shape[0];
          const std::int64_t last = row + std::min(p[0] + 1, volume.shape[0] - 1);
          auto at = std::lower_bound(candidates.begin(), candidates.end(), row + std::max<std::int64_t>(p[0] - 1, 0));
          for (; at != candidates.end() && *at <= last; ++at) {
            const auto other = static_cast<std::size_t>(at - candidates.begin());
            if (seen[other] || volume.at(*at) != value) continue;
            seen[other] = 1;
            plateau.push_back(other);
          }
        }
      if (next % 1024 == 1023) meter.advance(0);
    }
    for (double& c : centroid)
      c /= static_cast<double>(plateau.size());
    std::int64_t best = -1;
    double nearest = 0;
    for (const std::size_t member : plateau) {
      const Index3 p = volume.place(candidates[member]);
      double distance = 0;
      for (std::size_t a = 0; a < 3; ++a) {
        const double d = (static_cast<double>(p[a]) - centroid[a]) * spacing[a];
        distance += d * d;
      }
      if (best < 0 || distance < nearest || (distance == nearest && candidates[member] < best))
        best = candidates[member], nearest = distance;
    }
    result.push_back(best);
    if (first % 1024 == 1023) meter.advance(0);
  }
  return result;
}

/// Drops, from the greatest down, what is closer than `distance` along every axis to one that was kept.
std::vector<std::int64_t> spaced(const Volume& volume, const Spacing3& spacing, double distance,
                                 std::vector<std::int64_t> maxima, ProgressMeter& meter) {
  std::sort(maxima.begin(), maxima.end(), [&](std::int64_t a, std::int64_t b) {
    return volume.at(a) != volume.at(b) ? volume.at(a) > volume.at(b) : a < b;
  });
  // Kept maxima in cells as wide as the distance: whatever is too close lies in one of 27 cells.
  Index3 cell, cells;
  for (std::size_t a = 0; a < 3; ++a) {
    cell[a] = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::min(std::ceil(distance / spacing[a]), 1e15)));
    cells[a] = volume.shape[a] / cell[a] + 1;
  }
  std::unordered_map<std::int64_t, std::vector<std::int64_t>> kept;
  const auto crowded = [&](const Index3& p) {
    for (std::int64_t z = p[2] / cell[2] - 1; z <= p[2] / cell[2] + 1; ++z)
      for (std::int64_t y = p[1] / cell[1] - 1; y <= p[1] / cell[1] + 1; ++y)
        for (std::int64_t x = p[0] / cell[0] - 1; x <= p[0] / cell[0] + 1; ++x) {
          if (x < 0 || y < 0 || z < 0 || x >= cells[0] || y >= cells[1] || z >= cells[2]) continue;
          const auto found = kept.find((z * cells[1] + y) * cells[0] + x);
          if (found == kept.end()) continue;
          for (const std::int64_t other : found->second) {
            const Index3 q = volume.place(other);
            bool close = true;
            for (std::size_t a = 0; a < 3; ++a)
              close = close && static_cast<double>(std::abs(p[a] - q[a])) * spacing[a] < distance;
            if (close) return true;
          }
        }
    return false;
  };
  std::vector<std::int64_t> result;
  for (std::size_t i = 0; i < maxima.size() && !meter.stopped(); ++i) {
    const Index3 p = volume.place(maxima[i]);
    if (i % 256 == 0) meter.advance(0);
    if (crowded(p)) continue;
    kept[((p[2] / cell[2]) * cells[1] + p[1] / cell[1]) * cells[0] + p[0] / cell[0]].push_back(maxima[i]);
    result.push_back(maxima[i]);
  }
  std::sort(result.begin(), result.end());
  return result;
}

} // namespace

std::vector<std::int64_t> localMaxima(std::span<const float> values, std::span<const std::uint8_t> mask,
                                      const Shape3& shape, const Spacing3& spacing, double minimumDistance,
                                      const Progress& progress, int threads) {
  requireShape(shape, values.size(), "the map of maxima");
  requireShape(shape, mask.size(), "the mask");
  requireSpacing(spacing);
  if (!(minimumDistance >= 0) || !std::isfinite(minimumDistance))
    throw std::invalid_argument("the minimum distance between markers must be finite and not below zero");
  threads = threadCount(threads);
  const Volume volume{values, mask, shape};
  Index3 radius;
  for (std::size_t a = 0; a < 3; ++a) { // a hair more, so that 6 mm at 0.6 mm are 10 voxels
    const double voxels = std::floor(minimumDistance / spacing[a] * (1 + 1e-12));
    radius[a] = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::min(voxels, static_cast<double>(shape[a]))));
  }
  ProgressMeter meter(progress, voxelCount(shape));
  std::vector<std::int64_t> candidates = touchingMaxima(volume, meter, threads);
  keepGreatest(volume, radius, candidates, meter, threads);
  std::vector<std::int64_t> maxima = onePerPlateau(volume, spacing, candidates, meter);
  maxima = spaced(volume, spacing, minimumDistance, std::move(maxima), meter);
  meter.finish();
  return maxima;
}

} // namespace discern::methods
