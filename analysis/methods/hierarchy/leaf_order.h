#pragma once
#include "methods/hierarchy/linkage.h"

namespace discern::methods {

/// The elements as the tree has them from left to right, smaller cluster number first at each merge.
[[nodiscard]] std::vector<std::int32_t> leafOrder(std::span<const Merge> merges, std::size_t n);

/// Of all orders that the tree allows (each merge may be turned over), one whose neighbours are nearest: the sum of
/// distances along it is the least. Bar-Joseph, Gifford and Jaakkola 2001, O(n³) time, 8 n² bytes. `distances` as
/// pairPlace() lays them out.
[[nodiscard]] std::vector<std::int32_t> optimalLeafOrder(std::span<const Merge> merges,
                                                         std::span<const double> distances, std::size_t n);

/// The sum of distances between neighbours of an order.
[[nodiscard]] double pathLength(std::span<const std::int32_t> order, std::span<const double> distances, std::size_t n);

} // namespace discern::methods
