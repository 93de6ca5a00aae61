#pragma once
#include "data/field_info.h"
#include "io/file.h"

#include <memory>
#include <string>
#include <vector>

namespace discern::io {

/// Where the values of a volume lie.
struct VolumeBytes {
  std::shared_ptr<const File> file;
  bool deflated = false;   ///< gzip or zlib from `begin` on
  std::int64_t begin = 0;  ///< of the deflated stream in the file
  std::int64_t offset = 0; ///< of the values, in the file or in what is inflated
  double payload = 0;      ///< bytes of values
  std::string promise;     ///< "the header promises 3 × 4 × 5 voxels (60 bytes)"
};

/// A source in which the values lie at `offset`. Throws data::ReadError(path) when they can't be there: cut short or a
/// header that lies. Deflated files whose end does not fit are inflated once, up to 256 MB; beyond that a warning.
[[nodiscard]] std::shared_ptr<const ByteSource> volumeBytes(const std::string& path, const VolumeBytes& where,
                                                            std::vector<std::string>& warnings);

/// LPS coordinates become RAS ones: x and y turn their sign.
void lpsToRas(data::Affine& affine);

/// True when the affine is finite and has an inverse.
[[nodiscard]] bool isUsable(const data::Affine& affine);

} // namespace discern::io
