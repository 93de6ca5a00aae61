#include "methods/clustering/gaussian_mixture.h"

#include "methods/clustering/kmeans.h"
#include "methods/parallel/progress_meter.h"

#include <Eigen/Cholesky>
#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>

namespace discern::methods {

std::size_t GaussianMixture::parameters() const {
  return components() * (features + features * (features + 1) / 2) + components() - 1;
}

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstPoints = Eigen::Map<const Matrix>;

class Maximisation {
public:
  Maximisation(const Samples& samples, const GaussianMixtureOptions& options, std::size_t components)
      : options_(options), n_(static_cast<Eigen::Index>(samples.count())),
        d_(static_cast<Eigen::Index>(samples.features)), k_(static_cast<Eigen::Index>(components)),
        points_(samples.values.data(), n_, d_), shares_(n_, k_) {
    result_.mixture.features = samples.features;
    result_.cluster.resize(samples.count());
  }

  GaussianMixtureResult run(GaussianMixture mixture, const Progress& progress) {
    result_.mixture = std::move(mixture);
    double before = -std::numeric_limits<double>::infinity();
    while (!result_.converged && result_.iterations < options_.mostIterations) {
      if (progress && !progress(static_cast<double>(result_.iterations) / options_.mostIterations)) throw Cancelled{};
      const double likelihood = expect();
      maximise();
      ++result_.iterations;
      result_.converged = std::abs(likelihood - before) < options_.tolerance;
      before = likelihood;
    }
    result_.meanLogLikelihood = expect();
    for (Eigen::Index i = 0; i < n_; ++i) {
      Eigen::Index best = 0;
      shares_.row(i).maxCoeff(&best);
      result_.cluster[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(best);
    }
    const auto n = static_cast<double>(n_);
    result_.bic = -2 * n * result_.meanLogLikelihood + static_cast<double>(result_.mixture.parameters()) * std::log(n);
    return std::move(result_);
  }

  GaussianMixture fromClusters(std::span<const std::int32_t> cluster) {
    shares_.setZero();
    for (Eigen::Index i = 0; i < n_; ++i)
      shares_(i, cluster[static_cast<std::size_t>(i)]) = 1;
    maximise();
    return result_.mixture;
  }

private:
  /// The shares of the components in each point; gives the mean logarithm of its likelihood.
  double expect() {
    const GaussianMixture& m = result_.mixture;
    const int threads = threadCount(options_.threads);
    for (Eigen::Index k = 0; k < k_; ++k) {
      const Matrix covariance = ConstPoints(m.covariances.data() + k * d_ * d_, d_, d_);
      const Eigen::LLT<Eigen::MatrixXd> cholesky(covariance);
      if (cholesky.info() != Eigen::Success)
        throw std::runtime_error(
            "the covariance of component " + std::to_string(k + 1) +
            " is not positive definite: too few of the points are in it. Ask for fewer components, or "
            "for more regularization");
      const Eigen::MatrixXd lower = cholesky.matrixL();
      const double norm = -0.5 * static_cast<double>(d_) * std::log(2 * std::numbers::pi) -
                          lower.diagonal().array().log().sum() + std::log(m.weights[static_cast<std::size_t>(k)]);
      const Eigen::Map<const Eigen::VectorXd> mean(m.means.data() + k * d_, d_);
#pragma omp parallel for num_threads(threads) schedule(static)
      for (Eigen::Index i = 0; i < n_; ++i) {
        const Eigen::VectorXd from = points_.row(i).transpose() - mean;
        shares_(i, k) = norm - 0.5 * lower.triangularView<Eigen::Lower>().solve(from).squaredNorm();
      }
    }
    Eigen::VectorXd logs(n_);
#pragma omp parallel for num_threads(threads) schedule(static)
    for (Eigen::Index i = 0; i < n_; ++i) {
      const double most = shares_.row(i).maxCoeff();
      logs(i) = most + std::log((shares_.row(i).array() - most).exp().sum());
      shares_.row(i) = (shares_.row(i).array() - logs(i)).exp();
    }
    return logs.mean();
  }

  void maximise() {
    GaussianMixture& m = result_.mixture;
    m.weights.resize(static_cast<std::size_t>(k_));
    m.means.resize(static_cast<std::size_t>(k_ * d_));
    m.covariances.resize(static_cast<std::size_t>(k_ * d_ * d_));
    constexpr double least = 10 * std::numeric_limits<double>::epsilon();
#pragma omp parallel for num_threads(threadCount(options_.threads)) schedule(static)
    for (Eigen::Index k = 0; k < k_; ++k) {
      const double count = shares_.col(k).sum() + least;
      const Eigen::VectorXd mean = points_.transpose() * shares_.col(k) / count;
      Matrix covariance = Matrix::Zero(d_, d_);
      for (Eigen::Index i = 0; i < n_; ++i) {
        const Eigen::VectorXd from = points_.row(i).transpose() - mean;
        covariance.noalias() += shares_(i, k) / count * from * from.transpose();
      }
      covariance.diagonal().array() += options_.regularization;
      m.weights[static_cast<std::size_t>(k)] = count / static_cast<double>(n_);
      Eigen::Map<Eigen::VectorXd>(m.means.data() + k * d_, d_) = mean;
      Eigen::Map<Matrix>(m.covariances.data() + k * d_ * d_, d_, d_) = covariance;
    }
    double sum = 0;
    for (const double weight : m.weights)
      sum += weight;
    for (double& weight : m.weights)
      weight /= sum;
  }

  const GaussianMixtureOptions& options_;
  const Eigen::Index n_, d_, k_;
  const ConstPoints points_;
  Matrix shares_; ///< of each component in each point
  GaussianMixtureResult result_;
};

} // namespace

GaussianMixtureResult gaussianMixtureFrom(const Samples& samples, GaussianMixture mixture,
                                          const GaussianMixtureOptions& options, const Progress& progress) {
  checkSamples(samples);
  const std::size_t k = mixture.components(), d = samples.features;
  if (k < 1 || mixture.features != d || mixture.means.size() != k * d || mixture.covariances.size() != k * d * d)
    throw std::invalid_argument("the mixture to begin with is not one of points with " + std::to_string(d) +
                                " features");
  if (samples.count() < 1) throw std::invalid_argument("there are no points");
  return Maximisation(samples, options, k).run(std::move(mixture), progress);
}

GaussianMixtureResult gaussianMixture(const Samples& samples, const GaussianMixtureOptions& options,
                                      const Progress& progress) {
  KMeansOptions seeding;
  seeding.clusters = options.components;
  seeding.starts = options.starts;
  seeding.seed = options.seed;
  seeding.threads = options.threads;
  const auto first = kMeans(samples, seeding, part(progress, 0, 0.3));
  GaussianMixture start = Maximisation(samples, options, options.components).fromClusters(first.cluster);
  return gaussianMixtureFrom(samples, std::move(start), options, part(progress, 0.3, 1));
}

} // namespace discern::methods
