#include "mpi_ranks.h"

#include <algorithm>

namespace discern {

MpiRanks::MpiRanks(MPI_Comm all) : all_(all) {
  MPI_Comm_rank(all, &rank_);
  MPI_Comm_size(all, &size_);
}

std::vector<std::vector<std::byte>> MpiRanks::exchange(std::span<const std::span<const std::byte>> toEach) {
  const auto count = static_cast<std::size_t>(size_);
  std::vector<std::int64_t> sent(count), coming(count);
  for (std::size_t r = 0; r < count; ++r)
    sent[r] = static_cast<std::int64_t>(toEach[r].size());
  MPI_Alltoall(sent.data(), 1, MPI_INT64_T, coming.data(), 1, MPI_INT64_T, all_);

  static constexpr std::size_t piece = 1U << 30; // a message's length is an int
  std::vector<std::vector<std::byte>> fromEach(count);
  std::vector<MPI_Request> requests;
  const auto inPieces = [](std::size_t bytes, const auto& send) {
    for (std::size_t at = 0; at < bytes; at += piece)
      send(at, static_cast<int>(std::min(piece, bytes - at)));
  };
  for (std::size_t r = 0; r < count; ++r) {
    fromEach[r].resize(static_cast<std::size_t>(coming[r]));
    if (static_cast<int>(r) == rank_) continue;
    inPieces(fromEach[r].size(), [&](std::size_t at, int bytes) {
      MPI_Irecv(fromEach[r].data() + at, bytes, MPI_BYTE, static_cast<int>(r), 0, all_, &requests.emplace_back());
    });
  }
  for (std::size_t r = 0; r < count; ++r) {
    if (static_cast<int>(r) == rank_) {
      std::copy(toEach[r].begin(), toEach[r].end(), fromEach[r].begin());
      continue;
    }
    inPieces(toEach[r].size(), [&](std::size_t at, int bytes) {
      MPI_Isend(toEach[r].data() + at, bytes, MPI_BYTE, static_cast<int>(r), 0, all_, &requests.emplace_back());
    });
  }
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
  return fromEach;
}

std::int64_t MpiRanks::sum(std::int64_t mine) const {
  std::int64_t all = 0;
  MPI_Allreduce(&mine, &all, 1, MPI_INT64_T, MPI_SUM, all_);
  return all;
}

} // namespace discern
