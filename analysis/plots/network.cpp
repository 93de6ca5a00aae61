#include "plots/network.h"

#include "data/error.h"
#include "methods/graph/force_layout.h"
#include "plots/workings.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace discern::plots {

data::NetworkAnswer network(const data::NetworkRequest& request, const Sources& sources) {
  constexpr std::int64_t mostNodes = 2000;
  constexpr int mostEdges = 20'000;
  data::MatrixAnswer of = matrix(request.matrix, sources);
  if (of.rows != of.columns)
    throw data::UsageError(request.matrix.path + ": a network needs as many rows as columns, this matrix has " +
                           std::to_string(of.rows) + " and " + std::to_string(of.columns));
  if (of.rows > mostNodes)
    throw data::UsageError(request.matrix.path + ": a network of " + std::to_string(of.rows) +
                           " nodes can't be told apart; at most " + std::to_string(mostNodes) + " are shown");
  if (request.layout != "circle" && request.layout != "force")
    throw data::UsageError("\"" + request.layout + "\" is no layout of a network; there are circle and force");
  const auto n = static_cast<std::size_t>(of.rows);
  data::NetworkAnswer answer;
  answer.names = std::move(of.rowNames);
  answer.quantity = std::move(of.quantity);
  answer.unit = std::move(of.unit);
  std::vector<data::NetworkAnswer::Edge> edges;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) {
      const double a = of.values[i * n + j], b = of.values[j * n + i];
      const double value = !std::isfinite(b) || std::abs(a) >= std::abs(b) ? a : b;
      if (std::isfinite(value) && value != 0)
        edges.push_back({static_cast<std::int32_t>(i), static_cast<std::int32_t>(j), value});
    }
  const auto stronger = [](const auto& a, const auto& b) {
    if (std::abs(a.value) != std::abs(b.value)) return std::abs(a.value) > std::abs(b.value);
    return a.a != b.a ? a.a < b.a : a.b < b.b;
  };
  const std::size_t kept = std::min(edges.size(), static_cast<std::size_t>(std::clamp(request.edges, 1, mostEdges)));
  std::partial_sort(edges.begin(), edges.begin() + static_cast<std::ptrdiff_t>(kept), edges.end(), stronger);
  answer.left = static_cast<std::int64_t>(edges.size() - kept);
  edges.resize(kept);
  answer.x.resize(n);
  answer.y.resize(n);
  if (request.layout == "force") {
    std::vector<methods::WeightedEdge> springs;
    springs.reserve(edges.size());
    for (const auto& edge : edges)
      springs.push_back({edge.a, edge.b, std::abs(edge.value)});
    const auto places = methods::forceLayout(n, springs);
    for (std::size_t i = 0; i < n; ++i) {
      answer.x[i] = places[i][0];
      answer.y[i] = places[i][1];
    }
  } else {
    for (std::size_t place = 0; place < n; ++place) { // from the top, clockwise
      const double turn = 2 * std::numbers::pi * static_cast<double>(place) / static_cast<double>(n);
      const auto node = static_cast<std::size_t>(of.rowOrder[place]);
      answer.x[node] = 0.5 + 0.5 * std::sin(turn);
      answer.y[node] = 0.5 + 0.5 * std::cos(turn);
    }
  }
  answer.edges = std::move(edges);
  return answer;
}

} // namespace discern::plots
