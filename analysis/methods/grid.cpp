#include "methods/grid.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace discern::methods {

void requireShape(const Shape3& shape, std::size_t size, const char* what) {
  for (const std::int64_t extent : shape)
    if (extent < 1) throw std::invalid_argument(std::string(what) + ": every dimension must be at least 1");
  // Divided rather than multiplied, so that absurd shapes can't wrap around to the right size.
  const auto n = static_cast<std::int64_t>(size);
  const bool fits = n % shape[0] == 0 && (n / shape[0]) % shape[1] == 0 && n / shape[0] / shape[1] == shape[2];
  if (n == 0 || !fits)
    throw std::invalid_argument(std::string(what) + " has " + std::to_string(size) + " elements, but the shape is " +
                                std::to_string(shape[0]) + " × " + std::to_string(shape[1]) + " × " +
                                std::to_string(shape[2]));
}

void requireSpacing(const Spacing3& spacing) {
  for (const double step : spacing)
    if (!(step > 0) || !std::isfinite(step))
      throw std::invalid_argument("the spacing must be finite and above zero along every axis");
}

} // namespace discern::methods
