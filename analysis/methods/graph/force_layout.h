#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace discern::methods {

/// An edge of an undirected graph.
struct WeightedEdge {
  std::int32_t a = 0, b = 0;
  double weight = 1; ///< above 0: the stronger, the nearer
};

/// Places of nodes in the unit square so that edges are short and nodes stand apart: springs and repulsion with falling
/// temperature (T. M. J. Fruchterman, E. M. Reingold, 1991), from a circle in the order given, so that the same graph
/// has the same picture. O(rounds × n²). Parts that nothing joins stay near the middle by a weak pull. Throws
/// std::invalid_argument for an edge of a node that isn't there, or a weight that is not above 0.
[[nodiscard]] std::vector<std::array<double, 2>> forceLayout(std::size_t nodes, std::span<const WeightedEdge> edges,
                                                             int rounds = 200);

} // namespace discern::methods
