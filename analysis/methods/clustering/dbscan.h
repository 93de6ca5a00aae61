#pragma once
#include "methods/clustering/samples.h"
#include "methods/parallel/progress.h"

#include <cstdint>
#include <vector>

namespace discern::methods {

struct DbscanResult {
  std::vector<std::int32_t> cluster; ///< of each point, from 0 in the order of their first core points; −1: noise
  std::vector<std::uint8_t> core;    ///< 1: has enough points around it
  std::int32_t clusters = 0;
};

/// Clusters by density: a point with at least `least` points (itself counted) within `radius` is a core point; core
/// points within the radius of each other are one cluster; other points within the radius of a core point belong to the
/// first of the clusters that reach them; the rest is noise. As scikit-learn's DBSCAN(eps=radius, min_samples=least).
/// Neighbours come from a k-d tree: about O(n log n) in few dimensions, O(n²) in many.
/// M. Ester, H.-P. Kriegel, J. Sander, X. Xu, KDD 1996, 226.
/// Throws std::invalid_argument (see checkSamples; a radius that is not above 0) and Cancelled.
[[nodiscard]] DbscanResult dbscan(const Samples& samples, double radius, int least, const Progress& progress = {},
                                  int threads = 0);

} // namespace discern::methods
