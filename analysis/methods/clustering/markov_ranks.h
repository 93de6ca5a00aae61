#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace discern::methods {

/// The processes that share one clustering. Every rank makes the same calls in the same order.
class MarkovRanks {
public:
  virtual ~MarkovRanks() = default;
  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// toEach[r] goes to rank r; gives what came from each, in the order of the ranks. Called by the thread that called
  /// markovClusters alone.
  virtual std::vector<std::vector<std::byte>> exchange(std::span<const std::span<const std::byte>> toEach) = 0;
};

} // namespace discern::methods
