#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace discern::methods {

/// A similarity that was given for two nodes, in this order.
struct Link {
  std::uint32_t from = 0, to = 0;
  float weight = 0;
};

/// One node in the list of another, and their similarity.
struct Neighbour {
  std::uint32_t node = 0;
  float weight = 0;
};

/// A weighted graph: each node's neighbours, ascending, no node its own. 8 bytes for each direction of a
/// link and 8 for each node.
struct SimilarityGraph {
  std::vector<std::int64_t> starts{0}; ///< of each node's list, and the end of the last one
  std::vector<Neighbour> neighbours;

  [[nodiscard]] std::int64_t nodes() const { return static_cast<std::int64_t>(starts.size()) - 1; }
  [[nodiscard]] std::span<const Neighbour> of(std::int64_t node) const {
    const auto from = starts[static_cast<std::size_t>(node)], to = starts[static_cast<std::size_t>(node) + 1];
    return {neighbours.data() + from, static_cast<std::size_t>(to - from)};
  }
};

/// What becomes of the two directions of a pair. A pair that is given several times in one direction counts with its
/// greatest weight; a direction that is not given counts 0.
enum class BothWays {
  Greatest, ///< the greater of the two, as `mcl --abc` does
  Sum,      ///< A + Aᵀ, as HipMCL does
  Apart     ///< as they are: a node's neighbours are those it was the first of, as `mcl` does with its own matrices
};

/// What was left out or taken together on the way to a graph.
struct LinkCounts {
  std::int64_t loops = 0, zeros = 0, repeated = 0;
};

/// The graph of `links`, which are given up to be freed on the way: at the most 12 bytes for each link and 16 for each
/// of its two directions are in use at a time. Links of a node to itself and of weight 0 are left out and counted.
///
/// Throws std::invalid_argument for a link beyond `nodes`, a weight below 0 or not finite, and more than 2³² − 1 nodes.
[[nodiscard]] SimilarityGraph similarityGraph(std::int64_t nodes, std::vector<Link>&& links,
                                              BothWays bothWays = BothWays::Greatest, LinkCounts* counts = nullptr);

/// Empties the lists of all nodes but those with node mod size = rank, in place: what one of several ranks holds.
void keepLists(SimilarityGraph& graph, std::uint32_t rank, std::uint32_t size);

} // namespace discern::methods
