#include "methods/evaluation/assignment.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

namespace discern::methods {
namespace {

/// Least-cost assignment of every row of a dense matrix (rows ≤ columns) to a column of its own: the Hungarian method
/// with shortest augmenting paths, O(rows² columns). Returns the column of each row.
std::vector<std::size_t> leastCost(const std::vector<double>& cost, std::size_t rows, std::size_t columns) {
  constexpr double endless = std::numeric_limits<double>::infinity();
  constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  std::vector<double> rowPotential(rows), columnPotential(columns + 1);
  std::vector<std::size_t> rowOf(columns + 1, none); // the extra column is where each search starts
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<double> distance(columns, endless);
    std::vector<std::size_t> cameFrom(columns, columns);
    std::vector<char> done(columns + 1, 0);
    std::size_t column = columns;
    rowOf[column] = row;
    while (rowOf[column] != none) {
      done[column] = 1;
      const std::size_t from = rowOf[column];
      double step = endless;
      std::size_t nearest = columns;
      for (std::size_t j = 0; j < columns; ++j) {
        if (done[j]) continue;
        const double reduced = cost[from * columns + j] - rowPotential[from] - columnPotential[j];
        if (reduced < distance[j]) distance[j] = reduced, cameFrom[j] = column;
        if (distance[j] < step) step = distance[j], nearest = j;
      }
      for (std::size_t j = 0; j <= columns; ++j)
        if (done[j]) {
          rowPotential[rowOf[j]] += step;
          columnPotential[j] -= step;
        } else if (j < columns) {
          distance[j] -= step;
        }
      column = nearest;
    }
    while (column != columns) { // turn the path around
      rowOf[column] = rowOf[cameFrom[column]];
      column = cameFrom[column];
    }
  }
  std::vector<std::size_t> columnOf(rows, none);
  for (std::size_t j = 0; j < columns; ++j)
    if (rowOf[j] != none) columnOf[rowOf[j]] = j;
  return columnOf;
}

/// The best assignment within one connected group of pairs.
void assignGroup(std::span<const AssignmentPair> pairs, const std::vector<std::size_t>& group,
                 std::vector<std::size_t>& chosen) {
  std::map<std::int32_t, std::size_t> rows, columns;
  for (const std::size_t i : group) {
    rows.emplace(pairs[i].row, rows.size());
    columns.emplace(pairs[i].column, columns.size());
  }
  const bool turned = rows.size() > columns.size();
  const std::size_t height = turned ? columns.size() : rows.size(), width = turned ? rows.size() : columns.size();
  // A pair is worth 1 for being one, plus less than 1 for all pairs together.
  const double scale = 1.0 / (static_cast<double>(height) + 1.0);
  std::vector<double> cost(height * width);
  std::vector<std::size_t> pairAt(height * width, pairs.size());
  for (const std::size_t i : group) {
    const std::size_t r = rows[pairs[i].row], c = columns[pairs[i].column];
    const std::size_t at = turned ? c * width + r : r * width + c;
    cost[at] = -1.0 - pairs[i].worth * scale;
    pairAt[at] = i;
  }
  const auto columnOf = leastCost(cost, height, width);
  for (std::size_t r = 0; r < height; ++r) {
    const std::size_t pair = pairAt[r * width + columnOf[r]];
    if (pair < pairs.size()) chosen.push_back(pair);
  }
}

} // namespace

std::vector<std::size_t> bestAssignment(std::span<const AssignmentPair> pairs) {
  // Groups of pairs that share rows or columns, found by merging: each pair starts in the group of its row.
  std::vector<std::size_t> parent(pairs.size());
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const auto root = [&parent](std::size_t i) {
    while (parent[i] != i)
      i = parent[i] = parent[parent[i]];
    return i;
  };
  std::map<std::int32_t, std::size_t> ofRow, ofColumn;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    for (const std::size_t other :
         {ofRow.emplace(pairs[i].row, i).first->second, ofColumn.emplace(pairs[i].column, i).first->second}) {
      const std::size_t a = root(i), b = root(other);
      parent[std::max(a, b)] = std::min(a, b);
    }
  }
  std::map<std::size_t, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    groups[root(i)].push_back(i);
  std::vector<std::size_t> chosen;
  for (const auto& [first, group] : groups) {
    if (group.size() == 1)
      chosen.push_back(first);
    else
      assignGroup(pairs, group, chosen);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

} // namespace discern::methods
