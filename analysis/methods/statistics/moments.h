#pragma once
#include <cstdint>
#include <limits>
#include <span>

namespace discern::methods {

/// Count, mean, spread and range of weighted values. Values that are not finite are counted as missing and left out.
struct Moments {
  std::int64_t count = 0, missing = 0;
  double weight = 0;
  double mean = 0;
  double squares = 0; ///< Σ w (x − mean)²
  double minimum = std::numeric_limits<double>::infinity();
  double maximum = -std::numeric_limits<double>::infinity();

  /// √(squares / weight), of the population; NaN without a value.
  [[nodiscard]] double standardDeviation() const;
};

/// Of values that all have the same weight, 0 or more. Two passes: exact to rounding however far the mean lies from
/// zero.
[[nodiscard]] Moments momentsOf(std::span<const double> values, double weight = 1);

/// Of both together. T. F. Chan, G. H. Golub, R. J. LeVeque, Updating formulae and a pairwise algorithm for computing
/// sample variances, COMPSTAT 1982.
[[nodiscard]] Moments merged(const Moments& a, const Moments& b);

/// Adds the values to equal bins between `lower` and `upper`; the last bin holds `upper`, too. Values outside and
/// those that are not finite are left out. Throws std::invalid_argument unless lower < upper and there is a bin.
void addToHistogram(std::span<const double> values, double lower, double upper, std::span<std::int64_t> bins);

} // namespace discern::methods
