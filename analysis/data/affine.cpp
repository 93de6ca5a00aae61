#include "data/affine.h"

#include <cmath>
#include <stdexcept>

namespace discern::data {

Affine Affine::scaling(const Vec3& spacing, const Vec3& origin) {
  return Affine{{spacing[0], 0, 0, origin[0], 0, spacing[1], 0, origin[1], 0, 0, spacing[2], origin[2], 0, 0, 0, 1}};
}

Vec3 Affine::apply(const Vec3& p) const {
  Vec3 world;
  for (std::size_t row = 0; row < 3; ++row)
    world[row] = m[4 * row] * p[0] + m[4 * row + 1] * p[1] + m[4 * row + 2] * p[2] + m[4 * row + 3];
  return world;
}

Affine Affine::inverse() const {
  const double a = m[0], b = m[1], c = m[2], d = m[4], e = m[5], f = m[6], g = m[8], h = m[9], i = m[10];
  const double determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (determinant == 0 || !std::isfinite(determinant))
    throw std::domain_error("the map from index to world is singular");
  const double s = 1 / determinant;
  Affine inverse;
  inverse.m = {(e * i - f * h) * s,
               (c * h - b * i) * s,
               (b * f - c * e) * s,
               0,
               (f * g - d * i) * s,
               (a * i - c * g) * s,
               (c * d - a * f) * s,
               0,
               (d * h - e * g) * s,
               (b * g - a * h) * s,
               (a * e - b * d) * s,
               0,
               0,
               0,
               0,
               1};
  for (std::size_t row = 0; row < 3; ++row)
    inverse.m[4 * row + 3] =
        -(inverse.m[4 * row] * m[3] + inverse.m[4 * row + 1] * m[7] + inverse.m[4 * row + 2] * m[11]);
  return inverse;
}

Vec3 Affine::spacing() const {
  Vec3 length;
  for (std::size_t column = 0; column < 3; ++column)
    length[column] = std::hypot(m[column], m[4 + column], m[8 + column]);
  return length;
}

} // namespace discern::data
