#pragma once
#include "methods/grid.h"
#include "methods/parallel/progress.h"
#include "methods/segmentation/connectivity.h"

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace discern::methods {

/// Which side of the threshold the objects are on: above it, or at and below it.
enum class Foreground { Bright, Dark };

struct SeededWatershedParameters {
  double smoothing = 1;              ///< sigma of the Gaussian on the image, world units; 0: none
  std::optional<double> threshold{}; ///< in the unit of the image; empty: Otsu's, of the smoothed image
  Foreground foreground = Foreground::Bright;
  double distanceSmoothing = 0; ///< sigma of the Gaussian on the distance map, world units; 0: none
  double minimumDistance = 5;   ///< between two markers, world units
  Connectivity connectivity = Connectivity::Faces;
  std::int64_t minimumVoxels = 0; ///< objects with fewer are removed
  int threads = 0;                ///< 0: all that OpenMP offers
};

struct SeededWatershedResult {
  std::vector<std::int32_t> labels;                            ///< 0 background, 1…instances
  double threshold = std::numeric_limits<double>::quiet_NaN(); ///< the one used; NaN when no value is finite
  std::int64_t foregroundVoxels = 0;                           ///< on the foreground's side of the threshold
  std::int64_t missingVoxels = 0;                              ///< not finite in the image: background
  std::int32_t markers = 0;
  std::int32_t instances = 0; ///< markers less removed
  std::int32_t removed = 0;   ///< objects below minimumVoxels
};

/// Called with the phase and the fraction of the whole that is done; returning false stops the computation. The phases
/// are, in this order, "Smoothing", "Threshold", "Distance transform", "Markers", "Watershed", "Small objects"; each is
/// reported at least once. Called from the working threads, never from two at once.
using PhasedProgress = std::function<bool(std::string_view phase, double fraction)>;

/// Parts touching objects: smooth → threshold → distance transform of the foreground → markers at the maxima of the
/// distance → watershed of the inverted distance inside the foreground → drop small objects. The steps are the
/// functions beside this one. The result does not depend on the number of threads. Throws std::invalid_argument for a
/// wrong shape, spacing or parameter, and Cancelled.
[[nodiscard]] SeededWatershedResult seededWatershed(std::span<const float> image, const Shape3& shape,
                                                    const Spacing3& spacing,
                                                    const SeededWatershedParameters& parameters,
                                                    const PhasedProgress& progress = {});

} // namespace discern::methods
