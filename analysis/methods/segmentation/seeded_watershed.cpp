#include "methods/segmentation/seeded_watershed.h"

#include "methods/filters/gaussian.h"
#include "methods/morphology/distance_transform.h"
#include "methods/segmentation/markers.h"
#include "methods/segmentation/small_objects.h"
#include "methods/segmentation/watershed.h"
#include "methods/thresholds/otsu.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>

namespace discern::methods {
namespace {

/// The phases, and the share of the whole each takes (as measured on a 256³ volume of blobs).
struct Phase {
  std::string_view name;
  double from, to;
};
constexpr Phase smoothing{"Smoothing", 0, 0.2}, thresholding{"Threshold", 0.2, 0.3};
constexpr Phase distances{"Distance transform", 0.3, 0.6}, marking{"Markers", 0.6, 0.7};
constexpr Phase flooding{"Watershed", 0.7, 0.95}, cleaning{"Small objects", 0.95, 1};

/// The progress of one phase, which is announced here and now.
Progress begin(const PhasedProgress& progress, const Phase& phase) {
  if (!progress) return {};
  if (!progress(phase.name, phase.from)) throw Cancelled{};
  return [&progress, phase](double fraction) {
    return progress(phase.name, phase.from + (phase.to - phase.from) * fraction);
  };
}

std::array<double, 3> inVoxels(double length, const Shape3& shape, const Spacing3& spacing) {
  std::array<double, 3> voxels{0, 0, 0};
  for (std::size_t a = 0; a < 3; ++a)
    if (shape[a] > 1) voxels[a] = length / spacing[a];
  return voxels;
}

void require(const SeededWatershedParameters& p) {
  const auto length = [](double value) { return value >= 0 && std::isfinite(value); };
  if (!length(p.smoothing) || !length(p.distanceSmoothing))
    throw std::invalid_argument("the smoothing must be finite and not below zero");
  if (!length(p.minimumDistance))
    throw std::invalid_argument("the minimum distance between markers must be finite and not below zero");
  if (p.threshold && !std::isfinite(*p.threshold)) throw std::invalid_argument("the threshold must be a finite number");
  if (p.minimumVoxels < 0) throw std::invalid_argument("the smallest size of an object must not be below zero");
}

/// Smooths where there is something to smooth, and counts what is missing.
std::int64_t smooth(std::span<const float> image, const Shape3& shape, const std::array<double, 3>& sigma,
                    std::span<float> out, const Progress& progress, int threads) {
  const auto n = static_cast<std::int64_t>(image.size());
  std::int64_t missing = 0;
#pragma omp parallel for num_threads(threads) reduction(+ : missing)
  for (std::int64_t i = 0; i < n; ++i)
    missing += std::isfinite(image[static_cast<std::size_t>(i)]) ? 0 : 1;
  if (missing > 0)
    gaussianFilterSkippingMissing(image, shape, sigma, out, progress, threads);
  else
    gaussianFilter(image, shape, sigma, out, progress, threads);
  return missing;
}

/// 1 on the foreground's side of the threshold, else 0 (also where a value is missing). Returns how many are 1.
std::int64_t classify(std::span<const float> image, double threshold, Foreground foreground,
                      std::span<std::uint8_t> mask, int threads) {
  const auto n = static_cast<std::int64_t>(image.size());
  const bool bright = foreground == Foreground::Bright;
  std::int64_t count = 0;
#pragma omp parallel for num_threads(threads) reduction(+ : count)
  for (std::int64_t i = 0; i < n; ++i) {
    const auto value = static_cast<double>(image[static_cast<std::size_t>(i)]);
    const bool inside = std::isfinite(value) && (bright ? value > threshold : value <= threshold);
    mask[static_cast<std::size_t>(i)] = inside ? 1 : 0;
    count += inside ? 1 : 0;
  }
  return count;
}

} // namespace

SeededWatershedResult seededWatershed(std::span<const float> image, const Shape3& shape, const Spacing3& spacing,
                                      const SeededWatershedParameters& parameters, const PhasedProgress& progress) {
  requireShape(shape, image.size(), "the image");
  requireSpacing(spacing);
  require(parameters);
  const int threads = threadCount(parameters.threads);
  const std::size_t n = image.size();
  const auto work = std::make_unique_for_overwrite<float[]>(n); // the smoothed image, then the distance map
  const std::span<float> map(work.get(), n);
  const auto maskMemory = std::make_unique_for_overwrite<std::uint8_t[]>(n);
  const std::span<std::uint8_t> mask(maskMemory.get(), n);
  SeededWatershedResult result;

  result.missingVoxels =
      smooth(image, shape, inVoxels(parameters.smoothing, shape, spacing), map, begin(progress, smoothing), threads);
  const Progress threshold = begin(progress, thresholding);
  result.threshold =
      parameters.threshold ? *parameters.threshold : static_cast<double>(otsuThreshold(map, 256, threshold, threads));
  result.foregroundVoxels = classify(map, result.threshold, parameters.foreground, mask, threads);

  // Squared distances put the voxels in the same order, and are whole numbers where the spacing is 1.
  const Progress distance = begin(progress, distances);
  if (parameters.distanceSmoothing > 0) {
    distanceTransform(mask, shape, spacing, map, distance, threads);
    // Without any background there is nothing to smooth but infinity.
    if (result.foregroundVoxels < static_cast<std::int64_t>(n))
      gaussianFilter(map, shape, inVoxels(parameters.distanceSmoothing, shape, spacing), map, distance, threads);
  } else {
    squaredDistanceTransform(mask, shape, spacing, map, distance, threads);
  }

  const std::vector<std::int64_t> peaks =
      localMaxima(map, mask, shape, spacing, parameters.minimumDistance, begin(progress, marking), threads);
  std::vector<Seed> seeds;
  seeds.reserve(peaks.size());
  for (const std::int64_t peak : peaks)
    seeds.push_back({peak, static_cast<std::int32_t>(seeds.size()) + 1});
  result.markers = static_cast<std::int32_t>(seeds.size());

  const Progress flood = begin(progress, flooding);
  result.labels.resize(n);
  watershed(map, seeds, mask, shape, parameters.connectivity, FloodFrom::Maxima, result.labels, flood, threads);

  const Progress clean = begin(progress, cleaning);
  const SmallObjectsRemoved small = removeSmallObjects(result.labels, parameters.minimumVoxels, clean, threads);
  result.removed = small.removed;
  result.instances = small.kept;
  return result;
}

} // namespace discern::methods
