#include "methods/clustering/markov_clusters.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace discern::methods {

JoinedSets::JoinedSets(std::size_t nodes) : parent_(nodes) { std::iota(parent_.begin(), parent_.end(), 0U); }

std::uint32_t JoinedSets::rootOf(std::uint32_t node) {
  while (parent_[node] != node)
    node = parent_[node] = parent_[parent_[node]];
  return node;
}

void JoinedSets::join(std::uint32_t a, std::uint32_t b) {
  a = rootOf(a);
  b = rootOf(b);
  if (a != b) parent_[std::max(a, b)] = std::min(a, b);
}

namespace {

float greatestOf(const FlowColumn& column) {
  float greatest = 0;
  for (const Neighbour& entry : column)
    greatest = std::max(greatest, entry.weight);
  return greatest;
}

/// The node of the greatest entry, the lowest of equal ones.
std::uint32_t strongestOf(const FlowColumn& column) {
  const Neighbour* best = column.begin();
  for (const Neighbour& entry : column)
    if (entry.weight > best->weight) best = &entry;
  return best->node;
}

template <typename F>
void forStrong(const FlowColumn& column, F&& f) {
  const float least = greatestOf(column) / 2;
  for (const Neighbour& entry : column)
    if (entry.weight >= least) f(entry.node);
}

} // namespace

void readClusters(std::span<const FlowColumn> columns, std::span<std::uint32_t> representative) {
  const auto n = static_cast<std::uint32_t>(columns.size());
  JoinedSets systems(n);
  std::vector<std::uint8_t> attractor(n, 0);
  for (std::uint32_t j = 0; j < n; ++j)
    if (columns[j].count > 0) forStrong(columns[j], [&](std::uint32_t i) { attractor[j] |= i == j ? 1 : 0; });
  for (std::uint32_t j = 0; j < n; ++j)
    if (attractor[j] != 0)
      forStrong(columns[j], [&](std::uint32_t i) {
        if (attractor[i] != 0) systems.join(i, j);
      });
  // Who flows to no attractor follows its strongest entries; a circle on that way becomes a system.
  std::vector<std::uint32_t> onWay(n, 0);
  std::uint32_t way = 0;
  for (std::uint32_t j = 0; j < n; ++j) {
    if (columns[j].count == 0 || attractor[j] != 0) continue;
    bool flows = false;
    forStrong(columns[j], [&](std::uint32_t i) { flows = flows || attractor[i] != 0; });
    if (flows) continue;
    ++way;
    std::uint32_t at = j;
    while (attractor[at] == 0 && onWay[at] != way) {
      onWay[at] = way;
      at = strongestOf(columns[at]);
    }
    if (attractor[at] != 0) continue;
    for (std::uint32_t around = at; attractor[around] == 0; around = strongestOf(columns[around])) {
      attractor[around] = 1;
      systems.join(around, at);
    }
  }
  std::map<std::vector<std::uint32_t>, std::uint32_t> shared; // several systems → the first node that flows to them
  std::vector<std::uint32_t> roots;
  for (std::uint32_t j = 0; j < n; ++j) {
    if (columns[j].count == 0) continue;
    if (attractor[j] != 0) {
      representative[j] = systems.rootOf(j);
      continue;
    }
    roots.clear();
    forStrong(columns[j], [&](std::uint32_t i) {
      if (attractor[i] != 0) roots.push_back(systems.rootOf(i));
    });
    if (roots.empty()) {
      std::uint32_t at = j;
      while (attractor[at] == 0)
        at = strongestOf(columns[at]);
      roots.push_back(systems.rootOf(at));
    }
    std::sort(roots.begin(), roots.end());
    roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
    representative[j] = roots.size() == 1 ? roots.front() : shared.emplace(roots, j).first->second;
  }
}

std::int64_t numberClusters(std::span<const std::uint32_t> representative, std::vector<std::int32_t>& cluster) {
  const std::size_t n = representative.size();
  std::vector<std::uint32_t> size(n, 0), first(n, static_cast<std::uint32_t>(n));
  for (std::size_t node = n; node-- > 0;) {
    ++size[representative[node]];
    first[representative[node]] = static_cast<std::uint32_t>(node);
  }
  std::vector<std::uint32_t> order;
  for (std::uint32_t r = 0; r < n; ++r)
    if (size[r] > 0) order.push_back(r);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return size[a] != size[b] ? size[a] > size[b] : first[a] < first[b];
  });
  for (std::uint32_t rank = 0; rank < order.size(); ++rank)
    size[order[rank]] = rank;
  cluster.resize(n);
  for (std::size_t node = 0; node < n; ++node)
    cluster[node] = static_cast<std::int32_t>(size[representative[node]]);
  return static_cast<std::int64_t>(order.size());
}

} // namespace discern::methods
