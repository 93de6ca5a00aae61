#include "methods/statistics/moments.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace discern::methods {

double Moments::standardDeviation() const {
  return weight > 0 ? std::sqrt(squares / weight) : std::numeric_limits<double>::quiet_NaN();
}

Moments momentsOf(std::span<const double> values, double weight) {
  Moments result;
  double sum = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) {
      ++result.missing;
      continue;
    }
    ++result.count;
    sum += value;
    result.minimum = std::min(result.minimum, value);
    result.maximum = std::max(result.maximum, value);
  }
  if (result.count == 0) return result;
  result.mean = sum / static_cast<double>(result.count);
  for (const double value : values)
    if (std::isfinite(value)) result.squares += (value - result.mean) * (value - result.mean);
  result.squares *= weight;
  result.weight = weight * static_cast<double>(result.count);
  return result;
}

Moments merged(const Moments& a, const Moments& b) {
  Moments both;
  both.count = a.count + b.count;
  both.missing = a.missing + b.missing;
  both.weight = a.weight + b.weight;
  both.minimum = std::min(a.minimum, b.minimum);
  both.maximum = std::max(a.maximum, b.maximum);
  if (both.weight <= 0) return both;
  const double share = b.weight / both.weight, difference = b.mean - a.mean;
  both.mean = a.weight > 0 ? a.mean + share * difference : b.mean;
  both.squares = a.squares + b.squares + difference * difference * a.weight * share;
  return both;
}

void addToHistogram(std::span<const double> values, double lower, double upper, std::span<std::int64_t> bins) {
  if (!(lower < upper) || bins.empty()) throw std::invalid_argument("a histogram needs a bin and lower < upper");
  const double scale = static_cast<double>(bins.size()) / (upper - lower);
  for (const double value : values)
    if (value >= lower && value <= upper)
      ++bins[std::min(bins.size() - 1, static_cast<std::size_t>((value - lower) * scale))];
}

} // namespace discern::methods
