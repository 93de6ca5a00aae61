#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace discern::methods {

/// A pair that may be assigned, and what it is worth (above 0).
struct AssignmentPair {
  std::int32_t row = 0, column = 0;
  double worth = 0;
};

/// The one-to-one assignment among `pairs` that has the most pairs and, among those, the greatest sum of worth (the
/// Hungarian method, one connected group of rows and columns at a time). `worth` must lie in (0, 1]. Returns the
/// indices of the chosen pairs, ascending.
[[nodiscard]] std::vector<std::size_t> bestAssignment(std::span<const AssignmentPair> pairs);

} // namespace discern::methods
