#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace discern::methods {

/// How far apart two clusters are: the nearest pair, the farthest pair, the mean of all pairs, or by how much the sum
/// of squares grows (Ward 1963; distances must then be Euclidean).
enum class Linkage { Single, Complete, Average, Ward };

/// One merge: clusters `a` < `b` become cluster n + (its place). Clusters below n are the single elements.
struct Merge {
  std::int32_t a = 0, b = 0;
  double height = 0;
  std::int32_t size = 0; ///< elements below it
};

/// Where the distance of i < j lies among the n (n − 1) / 2 of all pairs, row after row.
[[nodiscard]] constexpr std::size_t pairPlace(std::size_t n, std::size_t i, std::size_t j) {
  return i * n - i * (i + 1) / 2 + (j - i - 1);
}

/// Euclidean distances between the rows of a matrix (`columns` numbers each). A coordinate that is NaN in either row is
/// left out and the rest scaled up for it; rows without any in common are as far apart as the farthest.
[[nodiscard]] std::vector<double> rowDistances(std::span<const double> values, std::size_t rows, std::size_t columns,
                                               int threads = 0);

/// Agglomerative clustering by the chain of nearest neighbours, O(n²) (Müllner 2011); n − 1 merges, lowest first, as
/// SciPy's `linkage` gives them. `distances` as pairPlace() lays them out. Throws std::invalid_argument for another
/// number of distances or one that is negative or not finite.
[[nodiscard]] std::vector<Merge> linkage(std::vector<double> distances, std::size_t n, Linkage how);

} // namespace discern::methods
