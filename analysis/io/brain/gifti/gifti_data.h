#pragma once
#include "data/scalar_type.h"
#include "io/brain/xml/xml_tree.h"

#include <cstdint>
#include <string>
#include <vector>

namespace discern::io {

/// One DataArray of a GIFTI file, decoded. Values lie in row-major order: the last axis is the fastest.
struct GiftiArray {
  std::string intent; ///< "NIFTI_INTENT_POINTSET", …
  std::string name;   ///< of its meta data; may be empty
  data::ScalarType type = data::ScalarType::Float32;
  std::vector<std::int64_t> shape;
  std::vector<std::byte> bytes;
  std::string dataSpace, otherSpace; ///< of the coordinate system transform
  bool moved = false;                ///< that transform is not the identity
  std::map<std::string, std::string> meta;

  [[nodiscard]] std::int64_t rows() const { return shape.empty() ? 0 : shape[0]; }
  /// Values in each row.
  [[nodiscard]] std::int64_t columns() const;
};

/// Decodes a DataArray element: ASCII, Base64Binary, GZipBase64Binary (zlib streams, as every writer makes them, or
/// gzip) or ExternalFileBinary beside `path`. Throws data::ReadError when it does not hold what its shape promises.
[[nodiscard]] GiftiArray decodeGifti(const std::string& path, const XmlNode& element);

/// The Name and Value pairs of a MetaData element; empty for nullptr.
[[nodiscard]] std::map<std::string, std::string> giftiMeta(const XmlNode* metaData);

} // namespace discern::io
