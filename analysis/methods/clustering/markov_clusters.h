#pragma once
#include "methods/clustering/markov_column.h"

namespace discern::methods {

/// Sets of nodes that are joined more and more.
class JoinedSets {
public:
  explicit JoinedSets(std::size_t nodes);
  [[nodiscard]] std::uint32_t rootOf(std::uint32_t node); ///< the lowest node of its set
  void join(std::uint32_t a, std::uint32_t b);

private:
  std::vector<std::uint32_t> parent_;
};

/// Reads clusters out of a flow matrix: representative[j] becomes a node of j's cluster, the same for all of it, for
/// every column that is not empty. The strong entries of a column are those of at least half its greatest. A node with
/// a strong entry of its own is an attractor; attractors that flow strongly to each other are one system; a node
/// belongs to the systems it flows strongly to, and nodes with the same several systems are a cluster of their own.
/// Where the process has not ended a node may flow to no attractor: then it follows its strongest entries until it
/// comes to one, or to a circle, which is one system.
void readClusters(std::span<const FlowColumn> columns, std::span<std::uint32_t> representative);

} // namespace discern::methods
