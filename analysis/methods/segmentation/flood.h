#pragma once
#include "methods/parallel/progress_meter.h"
#include "methods/segmentation/connected_components.h"
#include "methods/segmentation/watershed.h"

#include <memory>
#include <span>
#include <vector>

namespace discern::methods {

/// Floods one connected component after the other in a box of its own, with the memory of the one before.
/// Voxels wait in a queue for each distinct value, first in, first out; the values are ranked beforehand, so that the
/// next voxel is found in constant time and equal values keep the order in which they were reached.
class Flood {
public:
  Flood(std::span<const float> values, const Shape3& shape, Connectivity connectivity, FloodFrom from);

  /// `runs`: those of the component, in scan order; `seeds`: inside it, in their order. Writes the labels of its
  /// voxels. Returns early, with labels unwritten, when the meter is stopped.
  void component(std::span<const Run> runs, std::span<const Seed> seeds, std::span<std::int32_t> labels,
                 ProgressMeter& meter);

private:
  struct Cell {
    std::int32_t label = -1; ///< -1 outside the component, 0 not reached yet
    std::int32_t level = 0;  ///< rank of its value
  };
  /// A link of a queue, one cache line. Cells wait in arrays rather than in a list through the cells themselves, so
  /// that those that come next are known early enough to have their memory fetched.
  struct alignas(64) Chunk {
    static constexpr std::int32_t capacity = 15;
    std::array<std::int32_t, capacity> cells;
    std::int32_t next;
  };
  struct Queue {
    std::int32_t head = -1, tail = -1; ///< chunks
    std::int32_t first = 0, end = 0;   ///< the next cell in `head`, and behind the last in `tail`
  };

  void layOut(std::span<const Run> runs);
  [[nodiscard]] std::int64_t cellOf(std::int64_t row, std::int64_t x) const;
  void rank(std::span<const Run> runs, ProgressMeter& meter);
  [[nodiscard]] std::int32_t rankWhole(std::span<const Run> runs, float least); ///< both return the number of levels
  [[nodiscard]] std::int32_t rankSorted(std::span<const Run> runs, ProgressMeter& meter);
  void push(std::int32_t cell);
  [[nodiscard]] std::int32_t pop(std::int32_t level);
  [[nodiscard]] std::int32_t takeChunk();
  void fetchSoon(const Queue& queue) const;
  [[nodiscard]] std::int32_t lowestLevel() const;
  void spread(ProgressMeter& meter);

  std::span<const float> values_;
  Shape3 shape_;
  Connectivity connectivity_;
  FloodFrom from_;

  // The box of the component, with a border of one cell along every axis that has more than one voxel.
  std::array<std::int64_t, 3> low_{}, border_{};
  std::array<std::int64_t, 3> extent_{};
  std::vector<std::int64_t> offsets_; ///< to the neighbours
  std::vector<Cell> cells_;
  bool outgrowsCache_ = false;
  std::vector<Queue> queues_; ///< one a level
  std::vector<Chunk> chunks_;
  std::int32_t spare_ = -1; ///< the first of the chunks that are free again
  /// A bit for each level with a queue, above it a bit for each word that isn't 0, and so on up to one word.
  std::vector<std::vector<std::uint64_t>> waiting_;
  std::int32_t current_ = 0;                 ///< no level below it waits
  std::vector<std::uint64_t> keys_, sorted_; ///< value in the upper half, position among the voxels in the lower
  std::vector<std::int32_t> cellOfKey_;
};

} // namespace discern::methods
