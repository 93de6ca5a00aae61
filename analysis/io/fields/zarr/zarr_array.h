#pragma once
#include "data/field_source.h"

#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace discern::io {

/// What packs a chunk, outermost first when it is undone: "blosc", "zlib", "gzip", "zstd", "lz4".
using ZarrCodecs = std::vector<std::string>;

/// The description of a Zarr array of version 2 or 3.
/// Format: https://zarr-specs.readthedocs.io
struct ZarrArray {
  std::string folder;
  std::vector<std::int64_t> shape, chunk; ///< of sharded arrays the chunks inside
  data::ScalarType type = data::ScalarType::Float32;
  bool swapped = false, fortran = false;
  double fill = 0;
  bool hasFill = false;
  ZarrCodecs codecs;
  bool version3 = false;
  std::string separator = ".";     ///< between the numbers in a chunk's name
  bool prefixed = false;           ///< names begin with "c"
  std::vector<std::int64_t> shard; ///< chunks along each axis in a shard; empty: one chunk a file
  bool indexAtStart = false, indexChecked = false;
  std::vector<std::string> names; ///< of the axes; may be empty
  nlohmann::json attributes;
};

/// The JSON file in a folder; a null value when there is none. Throws data::ReadError when it is damaged or longer than
/// 16 MB.
[[nodiscard]] nlohmann::json zarrJson(const std::string& folder, const char* name);
/// What the folder describes; nothing when it is no array. Throws data::ReadError for a description that can't be
/// followed, naming what (a filter, a codec, a type).
[[nodiscard]] std::optional<ZarrArray> zarrArray(const std::string& folder);

/// Undoes the codecs. `size`: of the unpacked chunk, in bytes. Throws data::ReadError when it becomes another.
[[nodiscard]] std::vector<std::byte> unpackChunk(const ZarrCodecs& codecs, std::vector<std::byte> bytes,
                                                 std::size_t size, const std::string& path);

/// How stored numbers become values: missing ones NaN, then value = scale · stored + offset. The field is then
/// floating.
struct ZarrPacking {
  std::vector<double> missing;
  double scale = 1, offset = 0;
  [[nodiscard]] bool none() const { return missing.empty() && scale == 1 && offset == 0; }
};

/// The array as a field; `order`: see fields/array/axes.h. Without packing `info.type` is that of the array.
[[nodiscard]] std::shared_ptr<const data::FieldSource> zarrField(data::FieldInfo info, const std::string& order,
                                                                 ZarrArray array, ZarrPacking packing = {});
/// All values of a small array (coordinates); empty when it has more than `most`.
[[nodiscard]] std::vector<double> zarrValues(const ZarrArray& array, std::int64_t most);

} // namespace discern::io
