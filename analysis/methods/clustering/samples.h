#pragma once
#include <cstddef>
#include <span>

namespace discern::methods {

/// Points in a space of features: `features` numbers each, one point after the other. All must be finite.
struct Samples {
  std::span<const double> values;
  std::size_t features = 1;

  [[nodiscard]] std::size_t count() const { return values.size() / features; }
  [[nodiscard]] std::span<const double> operator[](std::size_t i) const {
    return values.subspan(i * features, features);
  }
};

/// Throws std::invalid_argument, which names the first point with a value that is not finite, or values that are no
/// whole number of points.
void checkSamples(const Samples& samples);

[[nodiscard]] inline double squaredDistance(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

} // namespace discern::methods
