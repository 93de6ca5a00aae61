#include "scene/colour/vision.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {

std::array<double, 9> visionMatrix(const std::string& vision) {
  if (vision == "protan")
    return {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998};
  if (vision == "deutan")
    return {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881};
  if (vision == "tritan")
    return {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900};
  return {1, 0, 0, 0, 1, 0, 0, 0, 1};
}

Rgb seenWith(const std::array<double, 9>& matrix, const Rgb& colour) {
  Rgb linear{}, seen{};
  for (std::size_t i = 0; i < 3; ++i)
    linear[i] = colour[i] <= 0.04045 ? colour[i] / 12.92 : std::pow((colour[i] + 0.055) / 1.055, 2.4);
  for (std::size_t i = 0; i < 3; ++i) {
    const double part =
        std::clamp(matrix[3 * i] * linear[0] + matrix[3 * i + 1] * linear[1] + matrix[3 * i + 2] * linear[2], 0.0, 1.0);
    seen[i] = part <= 0.0031308 ? 12.92 * part : 1.055 * std::pow(part, 1 / 2.4) - 0.055;
  }
  return seen;
}

} // namespace discern::scene
