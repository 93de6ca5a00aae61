#pragma once
#include "methods/clustering/markov_ranks.h"
#include "sdk/mpi.h"

namespace discern {

/// The ranks of a run over MPI.
class MpiRanks final : public methods::MarkovRanks {
public:
  explicit MpiRanks(MPI_Comm all);
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }
  std::vector<std::vector<std::byte>> exchange(std::span<const std::span<const std::byte>> toEach) override;
  [[nodiscard]] std::int64_t sum(std::int64_t mine) const;

private:
  MPI_Comm all_;
  int rank_ = 0, size_ = 1;
};

} // namespace discern
