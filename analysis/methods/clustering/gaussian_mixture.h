#pragma once
#include "methods/clustering/samples.h"
#include "methods/parallel/progress.h"

#include <cstdint>
#include <vector>

namespace discern::methods {

/// Normal distributions side by side: p(x) = Σ_k w_k N(x; μ_k, Σ_k).
struct GaussianMixture {
  std::size_t features = 1;
  std::vector<double> weights;     ///< w_k, together 1
  std::vector<double> means;       ///< one after the other
  std::vector<double> covariances; ///< features × features each, symmetric

  [[nodiscard]] std::size_t components() const { return weights.size(); }
  /// How many numbers can be chosen freely: of each component d mean values and d (d + 1) / 2 covariances, and the
  /// weights but one.
  [[nodiscard]] std::size_t parameters() const;
};

struct GaussianMixtureOptions {
  std::size_t components = 1;
  double tolerance = 1e-3;      ///< settled when the mean logarithmic likelihood changes by less
  double regularization = 1e-6; ///< added to the diagonal of each covariance
  int mostIterations = 100;
  int starts = 10; ///< of the k-means that it begins with
  std::uint64_t seed = 0;
  int threads = 0;
};

struct GaussianMixtureResult {
  GaussianMixture mixture;
  std::vector<std::int32_t> cluster; ///< of each point the component that it most likely comes from
  double meanLogLikelihood = 0;      ///< of a point, natural logarithm
  double bic = 0;                    ///< −2 Σ log p(x) + parameters · log(points): the least is the best model
  int iterations = 0;
  bool converged = false;
};

/// Expectation and maximisation from a given mixture, with full covariances, as scikit-learn's GaussianMixture with
/// weights_init, means_init and precisions_init. Cost O(points · components · features²) an iteration. The same result
/// for any number of threads. A. P. Dempster, N. M. Laird, D. B. Rubin, J. R. Stat. Soc. B 39 (1977) 1; BIC: G.
/// Schwarz, Ann. Stat. 6 (1978) 461, doi:10.1214/aos/1176344136. Throws std::invalid_argument (see checkSamples; a
/// mixture of other sizes), std::runtime_error when a covariance is not positive definite, naming its component, and
/// Cancelled.
[[nodiscard]] GaussianMixtureResult gaussianMixtureFrom(const Samples& samples, GaussianMixture mixture,
                                                        const GaussianMixtureOptions& options = {},
                                                        const Progress& progress = {});

/// The same from the clusters of k-means.
[[nodiscard]] GaussianMixtureResult gaussianMixture(const Samples& samples, const GaussianMixtureOptions& options = {},
                                                    const Progress& progress = {});

} // namespace discern::methods
