#pragma once
#include "data/field_info.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

struct tiff;

namespace discern::io {

/// The tags of GeoTIFF (OGC 19-008r4) and GDAL's of missing values.
struct GeoTags {
  std::vector<double> scale, tiepoints, matrix, doubles;
  std::vector<std::uint16_t> keys;
  std::string texts;
  std::optional<double> missing;

  [[nodiscard]] bool empty() const { return keys.size() < 4; }
  /// The short value of a key; nothing where it is missing or kept elsewhere.
  [[nodiscard]] std::optional<int> key(int id) const;
};

/// Of the current directory.
[[nodiscard]] GeoTags readGeoTags(tiff* handle);

/// Places the image: geographic coordinates as longitude and latitude, projected ones in metres. What can't be placed
/// is said in a warning; the codes go to the attributes.
void placeGeoTiff(const GeoTags& tags, data::FieldInfo& info, std::map<std::string, std::string>& attributes,
                  std::vector<std::string>& warnings);

} // namespace discern::io
