#include "methods/clustering/kmeans.h"

#include "methods/parallel/progress_meter.h"

#include <algorithm>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>

namespace discern::methods {
namespace {

constexpr std::size_t block = 1024; // points whose sums are one, so that they add up alike on any number of threads

class Lloyd {
public:
  Lloyd(const Samples& samples, std::vector<double> centers, const KMeansOptions& options)
      : samples_(samples), options_(options), clusters_(centers.size() / samples.features),
        blocks_((samples.count() + block - 1) / block), distances_(samples.count()),
        sums_(blocks_ * (clusters_ * (samples.features + 1) + 1)) {
    result_.centers = std::move(centers);
    result_.cluster.resize(samples.count());
  }

  KMeansResult run(double limit, const Progress& progress) {
    bool same = false;
    while (!result_.converged && result_.iterations < options_.mostIterations) {
      if (progress && !progress(static_cast<double>(result_.iterations) / options_.mostIterations)) throw Cancelled{};
      same = !assign() && result_.iterations > 0;
      ++result_.iterations;
      const double moved = moveCenters();
      result_.converged = same || moved <= limit;
    }
    if (!same) assign(); // the labels are those of the centres
    double inertia = 0;
    for (std::size_t b = 0; b < blocks_; ++b)
      inertia += sumsOf(b)[clusters_ * (samples_.features + 1)];
    result_.inertia = inertia;
    return std::move(result_);
  }

private:
  [[nodiscard]] double* sumsOf(std::size_t b) { return &sums_[b * (clusters_ * (samples_.features + 1) + 1)]; }
  [[nodiscard]] std::span<const double> center(std::size_t c) const {
    return std::span(result_.centers).subspan(c * samples_.features, samples_.features);
  }

  /// True when a point has changed its cluster.
  bool assign() {
    bool changed = false;
    const std::size_t features = samples_.features;
#pragma omp parallel for num_threads(threadCount(options_.threads)) schedule(static) reduction(|| : changed)
    for (std::size_t b = 0; b < blocks_; ++b) {
      double* const sums = sumsOf(b);
      std::fill_n(sums, clusters_ * (features + 1) + 1, 0.0);
      for (std::size_t i = b * block; i < std::min(samples_.count(), (b + 1) * block); ++i) {
        double least = std::numeric_limits<double>::infinity();
        std::size_t nearest = 0;
        for (std::size_t c = 0; c < clusters_; ++c)
          if (const double d = squaredDistance(samples_[i], center(c)); d < least) {
            least = d;
            nearest = c;
          }
        changed = changed || result_.cluster[i] != static_cast<std::int32_t>(nearest);
        result_.cluster[i] = static_cast<std::int32_t>(nearest);
        distances_[i] = least;
        double* const own = sums + nearest * (features + 1);
        for (std::size_t f = 0; f < features; ++f)
          own[f] += samples_[i][f];
        own[features] += 1;
        sums[clusters_ * (features + 1)] += least;
      }
    }
    return changed;
  }

  /// Σ of the squares of the ways that the centres go.
  double moveCenters() {
    const std::size_t features = samples_.features;
    std::vector<double> all(clusters_ * (features + 1), 0.0);
    for (std::size_t b = 0; b < blocks_; ++b)
      for (std::size_t i = 0; i < all.size(); ++i)
        all[i] += sumsOf(b)[i];
    relocateEmpty(all);
    double moved = 0;
    for (std::size_t c = 0; c < clusters_; ++c)
      for (std::size_t f = 0; f < features; ++f) {
        double& at = result_.centers[c * features + f];
        const double to = all[c * (features + 1) + f] / all[c * (features + 1) + features];
        moved += (to - at) * (to - at);
        at = to;
      }
    return moved;
  }

  void relocateEmpty(std::vector<double>& all) {
    const std::size_t features = samples_.features;
    for (std::size_t c = 0; c < clusters_; ++c) {
      if (all[c * (features + 1) + features] > 0) continue;
      const auto far =
          static_cast<std::size_t>(std::max_element(distances_.begin(), distances_.end()) - distances_.begin());
      const auto from = static_cast<std::size_t>(result_.cluster[far]);
      for (std::size_t f = 0; f < features; ++f) {
        all[from * (features + 1) + f] -= samples_[far][f];
        all[c * (features + 1) + f] = samples_[far][f];
      }
      all[from * (features + 1) + features] -= 1;
      all[c * (features + 1) + features] = 1;
      distances_[far] = -1;
      result_.cluster[far] = static_cast<std::int32_t>(c);
    }
  }

  const Samples& samples_;
  const KMeansOptions& options_;
  const std::size_t clusters_, blocks_;
  std::vector<double> distances_;
  std::vector<double> sums_; ///< of each block: for each cluster its points' sum and number; and the squared distances
  KMeansResult result_;
};

double meanVariance(const Samples& samples) {
  const auto n = static_cast<double>(samples.count());
  double all = 0;
  for (std::size_t f = 0; f < samples.features; ++f) {
    double mean = 0, squares = 0;
    for (std::size_t i = 0; i < samples.count(); ++i)
      mean += samples[i][f] / n;
    for (std::size_t i = 0; i < samples.count(); ++i)
      squares += (samples[i][f] - mean) * (samples[i][f] - mean) / n;
    all += squares;
  }
  return all / static_cast<double>(samples.features);
}

void check(const Samples& samples, std::size_t clusters) {
  checkSamples(samples);
  if (clusters < 1 || clusters > samples.count())
    throw std::invalid_argument(std::to_string(clusters) + " clusters of " + std::to_string(samples.count()) +
                                " points: there must be at least one, and not more than points");
}

std::vector<double> plusPlus(const Samples& samples, std::size_t clusters, std::mt19937_64& random) {
  const auto uniform = [&random] { return static_cast<double>(random() >> 11U) * 0x1.0p-53; };
  std::vector<double> centers, nearest(samples.count(), std::numeric_limits<double>::infinity());
  auto next = std::min(samples.count() - 1, static_cast<std::size_t>(uniform() * static_cast<double>(samples.count())));
  for (;;) {
    const auto point = samples[next];
    centers.insert(centers.end(), point.begin(), point.end());
    if (centers.size() == clusters * samples.features) return centers;
    double sum = 0;
    for (std::size_t i = 0; i < samples.count(); ++i)
      sum += nearest[i] = std::min(nearest[i], squaredDistance(samples[i], point));
    double left = uniform() * sum;
    next = 0;
    while (next + 1 < samples.count() && (left -= nearest[next]) >= 0)
      ++next;
  }
}

} // namespace

KMeansResult kMeansFrom(const Samples& samples, std::vector<double> centers, const KMeansOptions& options,
                        const Progress& progress) {
  check(samples, centers.size() / std::max<std::size_t>(1, samples.features));
  return Lloyd(samples, std::move(centers), options).run(options.tolerance * meanVariance(samples), progress);
}

KMeansResult kMeans(const Samples& samples, const KMeansOptions& options, const Progress& progress) {
  check(samples, options.clusters);
  const double limit = options.tolerance * meanVariance(samples);
  std::mt19937_64 random(options.seed);
  KMeansResult best;
  for (int start = 0; start < std::max(1, options.starts); ++start) {
    const double from = static_cast<double>(start) / std::max(1, options.starts);
    const double to = static_cast<double>(start + 1) / std::max(1, options.starts);
    auto one =
        Lloyd(samples, plusPlus(samples, options.clusters, random), options).run(limit, part(progress, from, to));
    if (start == 0 || one.inertia < best.inertia) best = std::move(one);
  }
  return best;
}

} // namespace discern::methods
