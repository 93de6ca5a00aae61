#pragma once
#include "io/result/hdf5.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace discern::io {

/// Reads boxes of a data set whose chunks lie in the file as they are in memory: no filters, this machine's own type.
/// A chunk is read in one go and its rows are copied, past the chunk cache of the library, whose buffers cost as much
/// as the reading. All of it with lockHdf5() held.
class Hdf5Chunks {
public:
  /// nullopt where chunks need the library: filters, other types, other layouts.
  [[nodiscard]] static std::optional<Hdf5Chunks> of(hid_t dataset, hid_t memoryType);

  /// Whether most bytes of the chunks that a box touches are wanted. What wants few of them, as a course through time
  /// does, is for H5Dread, which reads just those where it has no chunk cache.
  [[nodiscard]] bool suits(const std::vector<std::int64_t>& start, const std::vector<std::int64_t>& count) const;
  /// Reads a box, the last axis fastest. False when a chunk can't be had: the file is damaged, or never held it.
  [[nodiscard]] bool read(hid_t dataset, const std::vector<std::int64_t>& start, const std::vector<std::int64_t>& count,
                          std::byte* out) const;

private:
  std::vector<std::int64_t> chunk_; ///< lengths
  std::int64_t element_ = 1, bytes_ = 0;
};

} // namespace discern::io
