#include "io/fields/hdf5/hdf5_chunks.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace discern::io {

namespace {

constexpr std::int64_t largestChunk = 64 << 20;
constexpr std::int64_t fewOf = 16; ///< a sixteenth of a chunk, and less, is few

} // namespace

std::optional<Hdf5Chunks> Hdf5Chunks::of(hid_t dataset, hid_t memoryType) {
  const Hdf5Id properties(H5Dget_create_plist(dataset), H5Pclose), type(H5Dget_type(dataset), H5Tclose);
  if (!properties || !type || H5Pget_layout(properties.get()) != H5D_CHUNKED ||
      H5Pget_nfilters(properties.get()) != 0 || H5Tequal(type.get(), memoryType) <= 0)
    return std::nullopt;
  std::array<hsize_t, H5S_MAX_RANK> lengths{};
  const int rank = H5Pget_chunk(properties.get(), H5S_MAX_RANK, lengths.data());
  if (rank <= 0) return std::nullopt;
  Hdf5Chunks chunks;
  chunks.element_ = chunks.bytes_ = static_cast<std::int64_t>(H5Tget_size(type.get()));
  for (int i = 0; i < rank; ++i) {
    const auto length = static_cast<std::int64_t>(lengths[static_cast<std::size_t>(i)]);
    if (length <= 0 || length > largestChunk / chunks.bytes_) return std::nullopt;
    chunks.chunk_.push_back(length);
    chunks.bytes_ *= length;
  }
  return chunks;
}

bool Hdf5Chunks::suits(const std::vector<std::int64_t>& start, const std::vector<std::int64_t>& count) const {
  if (start.size() != chunk_.size()) return false;
  std::int64_t wanted = element_, touched = element_;
  for (std::size_t i = 0; i < chunk_.size(); ++i) {
    wanted *= count[i];
    touched *= ((start[i] + count[i] - 1) / chunk_[i] - start[i] / chunk_[i] + 1) * chunk_[i];
  }
  return wanted > touched / fewOf;
}

bool Hdf5Chunks::read(hid_t dataset, const std::vector<std::int64_t>& start, const std::vector<std::int64_t>& count,
                      std::byte* out) const {
  const std::size_t rank = chunk_.size(), last = rank - 1;
  static thread_local std::vector<std::byte> buffer; // kept: fresh pages cost as much as the copy
  buffer.resize(static_cast<std::size_t>(bytes_));
  std::vector<std::int64_t> at(rank), lo(rank), hi(rank), index(rank);
  std::vector<hsize_t> offset(rank);
  std::vector<std::int64_t> outStride(rank, element_), inStride(rank, element_);
  for (std::size_t i = last; i-- > 0;) {
    outStride[i] = outStride[i + 1] * count[i + 1];
    inStride[i] = inStride[i + 1] * chunk_[i + 1];
  }
  for (std::size_t i = 0; i < rank; ++i)
    at[i] = start[i] / chunk_[i];
  for (;;) {
    std::int64_t from = 0, to = 0;
    for (std::size_t i = 0; i < rank; ++i) {
      const std::int64_t corner = at[i] * chunk_[i];
      offset[i] = static_cast<hsize_t>(corner);
      lo[i] = std::max(start[i], corner);
      hi[i] = std::min(start[i] + count[i], corner + chunk_[i]);
      from += (lo[i] - corner) * inStride[i];
      to += (lo[i] - start[i]) * outStride[i];
      index[i] = lo[i];
    }
    std::uint32_t skipped = 0;
    if (H5Dread_chunk(dataset, H5P_DEFAULT, offset.data(), &skipped, buffer.data()) < 0) return false;
    const auto row = static_cast<std::size_t>((hi[last] - lo[last]) * element_);
    for (bool more = true; more;) {
      std::memcpy(out + to, buffer.data() + from, row);
      more = false;
      for (std::size_t i = last; i-- > 0;) {
        from += inStride[i];
        to += outStride[i];
        if (++index[i] < hi[i]) {
          more = true;
          break;
        }
        from -= (hi[i] - lo[i]) * inStride[i];
        to -= (hi[i] - lo[i]) * outStride[i];
        index[i] = lo[i];
      }
    }
    std::size_t i = rank;
    while (i-- > 0) {
      if (++at[i] * chunk_[i] < start[i] + count[i]) break;
      at[i] = start[i] / chunk_[i];
      if (i == 0) return true;
    }
  }
}

} // namespace discern::io
