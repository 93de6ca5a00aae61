#include "methods/clustering/samples.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace discern::methods {

void checkSamples(const Samples& samples) {
  if (samples.features == 0) throw std::invalid_argument("points need at least one feature");
  if (samples.values.size() % samples.features != 0)
    throw std::invalid_argument(std::to_string(samples.values.size()) + " values are no whole number of points of " +
                                std::to_string(samples.features) + " features");
  for (std::size_t i = 0; i < samples.values.size(); ++i)
    if (!std::isfinite(samples.values[i]))
      throw std::invalid_argument("point " + std::to_string(i / samples.features + 1) + " has no value in feature " +
                                  std::to_string(i % samples.features + 1));
}

} // namespace discern::methods
