#pragma once
#include "methods/clustering/samples.h"
#include "methods/parallel/progress.h"

#include <cstdint>
#include <vector>

namespace discern::methods {

struct KMeansOptions {
  std::size_t clusters = 8;
  int starts = 10;          ///< seedings that are tried; the one with the least inertia counts
  int mostIterations = 300; ///< of each
  double tolerance =
      1e-4; ///< settled when the centres move by less: Σ move² ≤ tolerance · mean variance of the features
  std::uint64_t seed = 0;
  int threads = 0;
};

struct KMeansResult {
  std::vector<std::int32_t> cluster; ///< of each point, from 0
  std::vector<double> centers;       ///< as the points: one after the other
  double inertia = 0;                ///< Σ of the squared distances to the centres
  int iterations = 0;
  bool converged = false;
};

/// Lloyd's iterations from given centres: each point to its nearest centre (the first of equal ones), each centre to
/// the mean of its points. A centre without points goes to the point that lies farthest from its own. As scikit-learn's
/// KMeans(init=centers, n_init=1, algorithm="lloyd"). Cost O(points · clusters · features) an iteration. The result is
/// the same for any number of threads. S. P. Lloyd, IEEE Trans. Inf. Theory 28 (1982) 129,
/// doi:10.1109/TIT.1982.1056489. Throws std::invalid_argument (see checkSamples; no centres, more than points) and
/// Cancelled.
[[nodiscard]] KMeansResult kMeansFrom(const Samples& samples, std::vector<double> centers,
                                      const KMeansOptions& options = {}, const Progress& progress = {});

/// The best of several starts, each seeded by k-means++: a point is the next centre with a chance that grows with the
/// square of its distance to the nearest one so far. D. Arthur, S. Vassilvitskii, SODA 2007, 1027.
[[nodiscard]] KMeansResult kMeans(const Samples& samples, const KMeansOptions& options = {},
                                  const Progress& progress = {});

} // namespace discern::methods
