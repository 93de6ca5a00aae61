#pragma once
#include "methods/clustering/markov_column.h"

#include <array>

namespace discern::methods {

/// Makes up to eight columns of the next iterand at a time. A column of the iterand that several of them need is read
/// once for all, and its entries meet eight sums that lie side by side: columns that are alike cost little more than
/// one of them. One object a thread; 37 bytes a node.
class PanelWork {
public:
  static constexpr std::size_t width = 8;
  /// `nodes`: the most there will be.
  PanelWork(std::int64_t nodes, const MarkovOptions& options);

  /// Expands, prunes and inflates the columns that `wanted` names, at most `width`. columnOf(k) gives a FlowColumn.
  template <typename ColumnOf>
  void expand(std::span<const std::uint32_t> wanted, const ColumnOf& columnOf) {
    gather(wanted, columnOf);
    for (std::size_t i = 0; i < needed_.size(); ++i) {
      if (i + ahead < needed_.size()) {
        const FlowColumn coming = columnOf(needed_[i + ahead]);
        for (std::uint32_t e = 0; e < std::min(coming.count, 32U); e += 8) // a line of memory has eight entries
          __builtin_prefetch(coming.entries + e);
      }
      add(columnOf(needed_[i]), i);
    }
    finish(wanted.size());
  }
  /// The same when the expansion is there: columns of `rows` values, each `stride` after the one before.
  void finishDense(std::span<const float> values, std::size_t rows, std::size_t stride, std::size_t columns);

  [[nodiscard]] std::span<const Neighbour> result(std::size_t c) const { return drafts_[c].entries(); }
  [[nodiscard]] float chaos(std::size_t c) const { return chaos_[c]; }

  /// The columns of the iterand that those need, ascending, so that a sum does not depend on which columns are made
  /// together, and the factors of each, `width` apart: 0 where one does not need it.
  template <typename ColumnOf>
  void gather(std::span<const std::uint32_t> wanted, const ColumnOf& columnOf) {
    needed_.clear();
    for (const std::uint32_t j : wanted)
      for (const Neighbour& entry : columnOf(j))
        if (place_[entry.node] == 0) {
          place_[entry.node] = 1;
          needed_.push_back(entry.node);
        }
    std::sort(needed_.begin(), needed_.end());
    for (std::uint32_t i = 0; i < needed_.size(); ++i)
      place_[needed_[i]] = i;
    factors_.assign(needed_.size() * width, 0.0F);
    for (std::size_t c = 0; c < wanted.size(); ++c)
      for (const Neighbour& entry : columnOf(wanted[c]))
        factors_[width * place_[entry.node] + c] = entry.weight;
    for (const std::uint32_t k : needed_)
      place_[k] = 0;
  }
  [[nodiscard]] std::span<const std::uint32_t> needed() const { return needed_; }
  [[nodiscard]] std::span<const float> factors() const { return factors_; }

private:
  static constexpr std::size_t ahead = 3;   // columns
  static constexpr std::uint32_t block = 8; // rows whose sums are looked through together
  void add(const FlowColumn& column, std::size_t needed);
  void finish(std::size_t columns);
  void recollect(std::size_t c);

  const MarkovOptions options_;
  std::vector<float> sums_;           ///< width for each node
  std::vector<std::uint8_t> touched_; ///< blocks whose sums are not all 0
  std::uint32_t low_ = 0, high_ = 0;  ///< the first touched block, and the one behind the last
  std::vector<std::uint32_t> needed_, place_;
  std::vector<float> factors_;
  std::array<ColumnDraft, width> drafts_;
  std::array<float, width> chaos_{};
};

} // namespace discern::methods
