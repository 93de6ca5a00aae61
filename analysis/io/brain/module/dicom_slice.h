#pragma once
#include "data/field_info.h"

#include <string>
#include <vector>

namespace discern::io {

/// What the header of a DICOM image says. Coordinates are LPS millimetres, as DICOM has them.
struct DicomSlice {
  std::string path, series, description, modality;
  std::int64_t columns = 1, rows = 1, frames = 1;
  int samples = 1;
  bool planar = false; ///< samples lie in planes of their own
  data::ScalarType stored = data::ScalarType::UInt8;
  double slope = 1, intercept = 0;
  bool placed = false; ///< position and orientation are there
  data::Vec3 position{0, 0, 0}, row{1, 0, 0}, column{0, 1, 0}, spacing{1, 1, 1};
  data::Vec3 along{0, 0, 0}; ///< from frame to frame; zeros where it is not given
  bool spaced = false;       ///< the distance of pixels is there
  std::int64_t instance = 0;
  std::int64_t pixelsAt = 0; ///< the byte at which the pixels begin
  bool packed = false, swapped = false;
  int bits = 8; ///< used of each value

  [[nodiscard]] data::Vec3 normal() const;
  /// Along the normal.
  [[nodiscard]] double depth() const;
  /// Bytes of all frames, once decoded.
  [[nodiscard]] double bytes() const;
  /// Whether another slice can lie in the same volume.
  [[nodiscard]] bool fits(const DicomSlice& other) const;
};

/// Reads everything up to the pixels, without GDCM. Throws data::ReadError for what is no image, or whose pixels can't
/// be there.
[[nodiscard]] DicomSlice readDicomHeader(const std::string& path);

/// The pixels of all frames, packed ones decoded by GDCM: x fastest, samples as DicomSlice::planar says. Throws
/// data::ReadError when they are not what the header promises.
[[nodiscard]] std::vector<std::byte> readDicomPixels(const DicomSlice& slice);

} // namespace discern::io
