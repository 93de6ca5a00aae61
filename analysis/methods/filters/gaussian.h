#pragma once
#include "methods/grid.h"
#include "methods/parallel/progress.h"

#include <span>

namespace discern::methods {

/// Separable Gaussian smoothing, `sigma` in voxels along x, y, z (0: that axis is left alone). The kernel is cut at
/// four sigma and the volume is mirrored at its faces (d c b a | a b c d | d c b a), as scipy.ndimage.gaussian_filter
/// does. A NaN spreads over the kernel's reach. `out` may be `in`. Throws std::invalid_argument for a negative or
/// endless sigma, and Cancelled.
void gaussianFilter(std::span<const float> in, const Shape3& shape, const std::array<double, 3>& sigma,
                    std::span<float> out, const Progress& progress = {}, int threads = 0);

/// The same over the known voxels alone: the smoothed values divided by the smoothed presence of a value. Voxels that
/// aren't finite in `in` are NaN in `out` and lend nothing to the others.
void gaussianFilterSkippingMissing(std::span<const float> in, const Shape3& shape, const std::array<double, 3>& sigma,
                                   std::span<float> out, const Progress& progress = {}, int threads = 0);

} // namespace discern::methods
