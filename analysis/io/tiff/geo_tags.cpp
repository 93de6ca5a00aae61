#include "io/tiff/geo_tags.h"

#include "io/file_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <tiffio.h>

namespace discern::io {

namespace {

constexpr int modelType = 1024, rasterType = 1025, geographicCode = 2048, projectedCode = 3072, linearUnit = 3076;
constexpr int undefined = 32767; ///< "user-defined" of every code

/// The values of a tag that libtiff does not know itself.
template <typename T>
std::vector<T> values(TIFF* tif, std::uint32_t tag, TIFFDataType type) {
  const TIFFField* field = TIFFFindField(tif, tag, type);
  if (!field || !TIFFFieldPassCount(field) || TIFFFieldReadCount(field) != TIFF_VARIABLE2) return {};
  std::uint32_t count = 0;
  const T* data = nullptr;
  if (!TIFFGetField(tif, tag, &count, &data) || !data) return {};
  return {data, data + count};
}

} // namespace

std::optional<int> GeoTags::key(int id) const {
  for (std::size_t i = 4; i + 3 < keys.size(); i += 4)
    if (keys[i] == id && keys[i + 1] == 0) return keys[i + 3];
  return std::nullopt;
}

GeoTags readGeoTags(tiff* handle) {
  GeoTags tags;
  tags.scale = values<double>(handle, 33550, TIFF_DOUBLE);
  tags.tiepoints = values<double>(handle, 33922, TIFF_DOUBLE);
  tags.matrix = values<double>(handle, 34264, TIFF_DOUBLE);
  tags.keys = values<std::uint16_t>(handle, 34735, TIFF_SHORT);
  tags.doubles = values<double>(handle, 34736, TIFF_DOUBLE);
  const auto text = values<char>(handle, 34737, TIFF_ASCII);
  tags.texts = cleanText({text.data(), text.size()});
  const auto none = values<char>(handle, 42113, TIFF_ASCII);
  std::string word = cleanText({none.data(), none.size()});
  while (word.starts_with(' '))
    word.erase(0, 1);
  double value = 0;
  if (std::from_chars(word.data(), word.data() + word.size(), value).ec == std::errc() && !word.empty())
    tags.missing = value;
  return tags;
}

void placeGeoTiff(const GeoTags& tags, data::FieldInfo& info, std::map<std::string, std::string>& attributes,
                  std::vector<std::string>& warnings) {
  if (tags.empty()) return;
  const int model = tags.key(modelType).value_or(0);
  const auto code = tags.key(model == 1 ? projectedCode : geographicCode);
  if (code && *code != undefined) attributes["coordinate system"] = "EPSG:" + std::to_string(*code);
  if (!tags.texts.empty()) {
    std::string names = tags.texts;
    std::replace(names.begin(), names.end(), '|', ' ');
    attributes["coordinate system name"] = cleanText(names);
  }
  data::Affine affine;
  const auto finite = [](const std::vector<double>& list) {
    return std::all_of(list.begin(), list.end(), [](double v) { return std::isfinite(v); });
  };
  if (tags.matrix.size() == 16 && finite(tags.matrix)) {
    std::copy(tags.matrix.begin(), tags.matrix.end(), affine.m.begin());
    if (affine.m[10] == 0) affine.m[10] = 1; // two-dimensional files leave the third axis out
    affine.m[12] = affine.m[13] = affine.m[14] = 0;
    affine.m[15] = 1;
  } else if (tags.scale.size() >= 2 && tags.tiepoints.size() >= 6 && finite(tags.scale) && finite(tags.tiepoints)) {
    const auto& t = tags.tiepoints;
    affine = data::Affine::scaling({tags.scale[0], -tags.scale[1], 1},
                                   {t[3] - t[0] * tags.scale[0], t[4] + t[1] * tags.scale[1], 0});
  } else {
    warnings.push_back("The image speaks of a map, but not by one affine transformation; it stays on its indices.");
    return;
  }
  if (affine.m[0] * affine.m[5] - affine.m[1] * affine.m[4] == 0) {
    warnings.push_back("The map transformation is singular; the image stays on its indices.");
    return;
  }
  // Where a pixel is an area, its corner is the whole number; ours is its centre.
  if (tags.key(rasterType).value_or(1) != 2)
    for (std::size_t row = 0; row < 2; ++row)
      affine.m[row * 4 + 3] += 0.5 * (affine.m[row * 4] + affine.m[row * 4 + 1]);
  constexpr int metre = 9001, geographic = 2, projected = 1;
  if (model == geographic) {
    info.frame = data::Frame::LonLat;
    info.worldUnit = "degrees";
  } else if (model == projected && tags.key(linearUnit).value_or(metre) == metre) {
    info.frame = data::Frame::Cartesian;
    info.worldUnit = "m";
  } else {
    warnings.push_back("The map is neither geographic nor projected in metres; the image stays on its indices.");
    return;
  }
  info.indexToWorld = affine;
  info.transform = "coordinates";
}

} // namespace discern::io
