#pragma once
#include "methods/clustering/markov_column.h"
#include "methods/clustering/markov_ranks.h"

#include <cstring>
#include <functional>
#include <memory>

namespace discern::methods {

/// Memory for columns: pieces that are filled one after the other, and given back to the system together.
class ColumnArena {
public:
  /// Room for a column of so many entries. Throws std::bad_alloc.
  Neighbour* room(std::size_t entries);
  FlowColumn keep(std::span<const Neighbour> column);

private:
  struct Unmap {
    std::size_t bytes = 0;
    void operator()(Neighbour* piece) const;
  };
  std::vector<std::unique_ptr<Neighbour, Unmap>> pieces_;
  std::size_t used_ = 0, size_ = 0;
};

/// What ranks tell each other about columns. With one rank, or none, nothing is copied that need not be.
class ColumnExchange {
public:
  explicit ColumnExchange(MarkovRanks* ranks) : ranks_(ranks) {}
  [[nodiscard]] int rank() const { return ranks_ ? ranks_->rank() : 0; }
  [[nodiscard]] int size() const { return ranks_ ? ranks_->size() : 1; }
  [[nodiscard]] bool several() const { return size() > 1; }

  /// Everyone's items, rank after rank.
  template <typename T>
  [[nodiscard]] std::vector<T> gathered(std::span<const T> mine) const {
    std::vector<T> all;
    if (!several()) {
      all.assign(mine.begin(), mine.end());
      return all;
    }
    const std::vector<std::span<const std::byte>> toEach(static_cast<std::size_t>(size()), std::as_bytes(mine));
    for (const auto& from : ranks_->exchange(toEach)) {
      const std::size_t before = all.size();
      all.resize(before + from.size() / sizeof(T));
      if (!from.empty()) std::memcpy(all.data() + before, from.data(), from.size());
    }
    return all;
  }
  /// toEach[r] goes to rank r.
  [[nodiscard]] std::vector<std::vector<std::uint32_t>>
  exchanged(const std::vector<std::vector<std::uint32_t>>& toEach) const;

  /// A column under a number, for another rank.
  struct Parcel {
    std::uint32_t number = 0;
    FlowColumn column;
  };
  /// Sends each rank its parcels; what comes is put into `arena`, and take() gets each of them.
  void send(const std::vector<std::vector<Parcel>>& toEach, ColumnArena& arena,
            const std::function<void(std::uint32_t number, const FlowColumn& column)>& take) const;

  /// The strong entries (those of at least half the greatest) of everyone's columns that are not empty: all that
  /// readClusters() looks at. The columns themselves when there is one rank.
  [[nodiscard]] std::vector<FlowColumn> strong(const std::vector<FlowColumn>& columns, ColumnArena& arena) const;

private:
  MarkovRanks* ranks_;
};

} // namespace discern::methods
