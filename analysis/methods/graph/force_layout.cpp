#include "methods/graph/force_layout.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace discern::methods {

std::vector<std::array<double, 2>> forceLayout(std::size_t nodes, std::span<const WeightedEdge> edges, int rounds) {
  const auto count = static_cast<std::int64_t>(nodes);
  double strongest = 0;
  for (const WeightedEdge& edge : edges) {
    if (edge.a < 0 || edge.b < 0 || edge.a >= count || edge.b >= count)
      throw std::invalid_argument("an edge names a node that isn't there");
    if (!(edge.weight > 0)) throw std::invalid_argument("the weight of an edge must be above zero");
    strongest = std::max(strongest, edge.weight);
  }
  std::vector<std::array<double, 2>> at(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    const double turn =
        2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(std::max<std::size_t>(1, nodes));
    at[i] = {0.5 + 0.4 * std::cos(turn), 0.5 + 0.4 * std::sin(turn)};
  }
  if (nodes < 2) return nodes == 1 ? std::vector<std::array<double, 2>>{{0.5, 0.5}} : at;
  const double apart = 1 / std::sqrt(static_cast<double>(nodes));
  std::vector<std::array<double, 2>> force(nodes);
  for (int round = 0; round < rounds; ++round) {
    const double heat = 0.1 * (1 - static_cast<double>(round) / rounds) + 1e-4;
#pragma omp parallel for schedule(static)
    for (std::int64_t i = 0; i < count; ++i) {
      const auto& here = at[static_cast<std::size_t>(i)];
      double fx = 0.3 * (0.5 - here[0]), fy = 0.3 * (0.5 - here[1]);
      for (std::int64_t j = 0; j < count; ++j) {
        if (i == j) continue;
        const double dx = here[0] - at[static_cast<std::size_t>(j)][0],
                     dy = here[1] - at[static_cast<std::size_t>(j)][1];
        const double square = std::max(dx * dx + dy * dy, 1e-8);
        fx += dx / square * apart * apart;
        fy += dy / square * apart * apart;
      }
      force[static_cast<std::size_t>(i)] = {fx, fy};
    }
    for (const WeightedEdge& edge : edges) {
      auto &a = at[static_cast<std::size_t>(edge.a)], &b = at[static_cast<std::size_t>(edge.b)];
      const double dx = b[0] - a[0], dy = b[1] - a[1], length = std::hypot(dx, dy);
      const double pull = length / apart * edge.weight / strongest;
      for (const auto& [node, sign] : {std::pair{edge.a, 1.0}, {edge.b, -1.0}}) {
        force[static_cast<std::size_t>(node)][0] += sign * dx * pull;
        force[static_cast<std::size_t>(node)][1] += sign * dy * pull;
      }
    }
    for (std::size_t i = 0; i < nodes; ++i) {
      const double length = std::hypot(force[i][0], force[i][1]);
      if (!(length > 0)) continue;
      const double move = std::min(length, heat) / length;
      at[i] = {at[i][0] + move * force[i][0], at[i][1] + move * force[i][1]};
    }
  }
  std::array<double, 2> low = at.front(), high = at.front();
  for (const auto& place : at)
    for (std::size_t axis = 0; axis < 2; ++axis) {
      low[axis] = std::min(low[axis], place[axis]);
      high[axis] = std::max(high[axis], place[axis]);
    }
  const double size = std::max({high[0] - low[0], high[1] - low[1], 1e-12});
  for (auto& place : at)
    for (std::size_t axis = 0; axis < 2; ++axis)
      place[axis] = 0.5 + (place[axis] - (low[axis] + high[axis]) / 2) / size;
  return at;
}

} // namespace discern::methods
