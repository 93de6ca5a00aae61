#pragma once
#include "methods/clustering/markov.h"

#include <algorithm>
#include <cstddef>

namespace discern::methods {

/// One column of a flow matrix, where it lies in memory.
struct FlowColumn {
  const Neighbour* entries = nullptr; ///< ascending
  std::uint32_t count = 0;
  std::uint32_t last = 0; ///< the node of its last entry; known without a look at that

  FlowColumn() = default;
  FlowColumn(const Neighbour* from, std::size_t size)
      : entries(from), count(static_cast<std::uint32_t>(size)), last(size > 0 ? from[size - 1].node : 0) {}
  [[nodiscard]] const Neighbour* begin() const { return entries; }
  [[nodiscard]] const Neighbour* end() const { return entries + count; }
};

/// A column of an expansion on its way to the next iterand: collected, pruned, inflated.
class ColumnDraft {
public:
  /// Room for `count` more entries; `collected` of them are then said to be there.
  Neighbour* room(std::size_t count) {
    if (kept_.size() < count_ + count) kept_.resize(std::max(count_ + count, kept_.size() + kept_.size() / 2));
    return kept_.data() + count_;
  }
  void clear() { count_ = 0; }
  void extend(std::size_t collected) { count_ += collected; }

  /// Prunes what was collected: the entries above options.cutoff of a column that has `entries` that are not 0 and the
  /// sum `total`. False: too much was lost, and all entries must be collected again for recover().
  bool prune(const MarkovOptions& options, std::size_t entries, double total);
  void recover(const MarkovOptions& options);
  /// Divides by the sum, and inflates; gives the chaos in between.
  float inflate(double inflation);
  void divideBySum();
  [[nodiscard]] std::span<const Neighbour> entries() const { return {kept_.data(), count_}; }

private:
  [[nodiscard]] double sum() const;
  template <typename Wanted>
  void keepIf(Wanted&& wanted);
  void keepGreatest(std::size_t count);

  std::vector<Neighbour> kept_; ///< the first count_ of these
  std::size_t count_ = 0;
  std::vector<float> scratch_;
};

/// v^r; quick where r is 1.5, 2 or 3.
[[nodiscard]] float inflated(float v, double r);

} // namespace discern::methods
