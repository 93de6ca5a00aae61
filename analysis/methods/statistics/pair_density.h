#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace discern::methods {

/// How often pairs (x, y) fall into each cell of a grid. A pair with a value that is not finite is missing; of `mask`,
/// empty or one entry a pair, only those that are not 0 count.
struct PairDensity {
  std::vector<std::uint32_t> counts; ///< `across` × `up` cells, x fastest
  std::int64_t inside = 0;           ///< pairs in the cells
};

/// Equal cells between the bounds, the last of each axis with its upper end. Threads: the result is the same for any
/// number. Throws std::invalid_argument for unequal lengths, no cells or bounds that are not in order.
[[nodiscard]] PairDensity pairDensity(std::span<const float> x, std::span<const float> y,
                                      std::span<const std::uint8_t> mask, const std::array<double, 2>& xRange,
                                      const std::array<double, 2>& yRange, int across, int up, int threads = 0);

/// Ranges, and how the values of pairs go together.
struct PairMoments {
  std::int64_t count = 0, missing = 0;
  std::array<double, 2> xRange{0, 0}, yRange{0, 0}; ///< of pairs with both values
  double correlation = 0;                           ///< Pearson's; NaN where one does not vary
};
[[nodiscard]] PairMoments pairMoments(std::span<const float> x, std::span<const float> y, int threads = 0);

/// Counts values in equal bins between the bounds, the last one with its upper end; mask as above.
[[nodiscard]] std::vector<std::uint32_t> valueCounts(std::span<const float> values, std::span<const std::uint8_t> mask,
                                                     const std::array<double, 2>& range, int bins, int threads = 0);

/// Which points lie inside a polygon (even–odd rule; an edge counts as inside on one side), written into `inside` as 0
/// or 1. `xs` and `ys` of equal length. Points with a value that is not finite lie outside.
void insidePolygon(std::span<const float> xs, std::span<const float> ys, std::span<const std::array<double, 2>> polygon,
                   std::span<std::uint8_t> inside, int threads = 0);

} // namespace discern::methods
