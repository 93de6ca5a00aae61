#include "blobs.h"

#include <algorithm>
#include <cmath>

namespace discern::benchmarks {
namespace {

/// SplitMix64: the same numbers with every compiler and library.
class Random {
public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  double uniform() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1.0p-53;
  }

private:
  std::uint64_t state_;
};

} // namespace

std::vector<float> blobs(std::int64_t edge, int crowding, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> image(static_cast<std::size_t>(edge * edge * edge));
  for (float& v : image) { // near enough to a normal distribution
    const double noise = random.uniform() + random.uniform() + random.uniform() - 1.5;
    v = static_cast<float>(20.0 + 20.0 * noise);
  }
  const double share = std::pow(static_cast<double>(edge) / 256.0, 3);
  const int balls = std::max(1, static_cast<int>(crowding * share));
  for (int ball = 0; ball < balls; ++ball) {
    const double cx = random.uniform() * static_cast<double>(edge), cy = random.uniform() * static_cast<double>(edge);
    const double cz = random.uniform() * static_cast<double>(edge), r = 8 + 8 * random.uniform();
    const auto low = [&](double c) { return std::max<std::int64_t>(0, static_cast<std::int64_t>(c - r)); };
    const auto high = [&](double c) { return std::min(edge - 1, static_cast<std::int64_t>(c + r) + 1); };
    for (std::int64_t z = low(cz); z <= high(cz); ++z)
      for (std::int64_t y = low(cy); y <= high(cy); ++y)
        for (std::int64_t x = low(cx); x <= high(cx); ++x) {
          const double dx = static_cast<double>(x) - cx, dy = static_cast<double>(y) - cy,
                       dz = static_cast<double>(z) - cz;
          if (dx * dx + dy * dy + dz * dz > r * r) continue;
          float& v = image[static_cast<std::size_t>((z * edge + y) * edge + x)];
          if (v < 80) v += 100;
        }
  }
  return image;
}

} // namespace discern::benchmarks
