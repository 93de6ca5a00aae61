#include "methods/clustering/similarity_graph.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace discern::methods {
namespace {

void check(const Link& link, std::int64_t nodes, std::size_t place) {
  const auto told = [&](const std::string& problem) {
    return std::invalid_argument("link " + std::to_string(place + 1) + ", of the nodes " + std::to_string(link.from) +
                                 " and " + std::to_string(link.to) + ", " + problem);
  };
  if (link.from >= nodes || link.to >= nodes)
    throw told("leaves the graph, which has " + std::to_string(nodes) + " nodes");
  if (!std::isfinite(link.weight)) throw told("has the weight " + std::to_string(link.weight) + ": not a number");
  if (link.weight < 0)
    throw told("has the weight " + std::to_string(link.weight) + ": similarities must not be below 0");
}

/// One entry for each node: the weights given from here are above 0, those given from there below.
std::size_t takenTogether(std::span<Neighbour> list, BothWays bothWays) {
  std::sort(list.begin(), list.end(), [](const Neighbour& a, const Neighbour& b) {
    return a.node != b.node ? a.node < b.node : a.weight < b.weight;
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < list.size();) {
    const std::uint32_t node = list[i].node;
    float here = 0, there = 0;
    for (; i < list.size() && list[i].node == node; ++i) {
      here = std::max(here, list[i].weight);
      there = std::max(there, -list[i].weight);
    }
    list[kept++] = {node, bothWays == BothWays::Sum ? here + there : std::max(here, there)};
  }
  return kept;
}

} // namespace

SimilarityGraph similarityGraph(std::int64_t nodes, std::vector<Link>&& links, BothWays bothWays, LinkCounts* counts) {
  if (nodes < 0 || nodes >= std::numeric_limits<std::uint32_t>::max())
    throw std::invalid_argument("a graph of " + std::to_string(nodes) + " nodes: up to 2^32 - 2 are possible");
  LinkCounts left;
  SimilarityGraph graph;
  graph.starts.assign(static_cast<std::size_t>(nodes) + 1, 0);
  for (std::size_t i = 0; i < links.size(); ++i) {
    const Link& link = links[i];
    check(link, nodes, i);
    if (link.from == link.to) {
      ++left.loops;
    } else if (link.weight == 0) {
      ++left.zeros;
    } else {
      ++graph.starts[link.from + 1];
      if (bothWays != BothWays::Apart) ++graph.starts[link.to + 1];
    }
  }
  for (std::size_t node = 1; node < graph.starts.size(); ++node)
    graph.starts[node] += graph.starts[node - 1];
  graph.neighbours.resize(static_cast<std::size_t>(graph.starts.back()));
  for (const Link& link : links) { // a node's start moves on to its end, which is the next one's start
    if (link.from == link.to || link.weight == 0) continue;
    graph.neighbours[static_cast<std::size_t>(graph.starts[link.from]++)] = {link.to, link.weight};
    if (bothWays != BothWays::Apart)
      graph.neighbours[static_cast<std::size_t>(graph.starts[link.to]++)] = {link.from, -link.weight};
  }
  links = {};
  std::int64_t from = 0, kept = 0;
  for (std::size_t node = 0; node + 1 < graph.starts.size(); ++node) {
    const std::int64_t to = graph.starts[node];
    const std::span list(graph.neighbours.data() + from, static_cast<std::size_t>(to - from));
    const std::size_t size = takenTogether(list, bothWays);
    std::copy_n(list.begin(), size, graph.neighbours.begin() + kept);
    graph.starts[node] = kept;
    kept += static_cast<std::int64_t>(size);
    from = to;
  }
  left.repeated = (from - kept) / (bothWays == BothWays::Apart ? 1 : 2);
  graph.starts.back() = kept;
  graph.neighbours.resize(static_cast<std::size_t>(kept));
  if (counts) *counts = left;
  return graph;
}

void keepLists(SimilarityGraph& graph, std::uint32_t rank, std::uint32_t size) {
  std::int64_t from = 0, kept = 0;
  for (std::size_t node = 0; node + 1 < graph.starts.size(); ++node) {
    const std::int64_t to = graph.starts[node + 1];
    if (node % size == rank) {
      std::copy(graph.neighbours.begin() + from, graph.neighbours.begin() + to, graph.neighbours.begin() + kept);
      kept += to - from;
    }
    graph.starts[node + 1] = kept;
    from = to;
  }
  graph.neighbours.resize(static_cast<std::size_t>(kept));
  graph.neighbours.shrink_to_fit();
}

} // namespace discern::methods
