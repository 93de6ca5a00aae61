#include "io/brain/metaimage/metaimage_reader.h"

#include "io/brain/volume/joined_bytes.h"
#include "io/brain/volume/number_text.h"
#include "io/brain/volume/volume_bytes.h"
#include "io/brain/xml/xml_tree.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/raw_field.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace discern::io {

namespace {

using data::ScalarType;

std::optional<ScalarType> typeOf(std::string name) {
  if (name.ends_with("_ARRAY")) name.resize(name.size() - 6);
  if (name == "MET_CHAR" || name == "MET_ASCII_CHAR") return ScalarType::Int8;
  if (name == "MET_UCHAR") return ScalarType::UInt8;
  if (name == "MET_SHORT") return ScalarType::Int16;
  if (name == "MET_USHORT") return ScalarType::UInt16;
  if (name == "MET_INT" || name == "MET_LONG") return ScalarType::Int32;
  if (name == "MET_UINT" || name == "MET_ULONG") return ScalarType::UInt32;
  if (name == "MET_LONG_LONG") return ScalarType::Int64;
  if (name == "MET_ULONG_LONG") return ScalarType::UInt64;
  if (name == "MET_FLOAT") return ScalarType::Float32;
  if (name == "MET_DOUBLE") return ScalarType::Float64;
  return std::nullopt;
}

/// The "name = value" lines up to ElementDataFile.
struct Header {
  std::map<std::string, std::string> values; ///< names in lower case
  std::vector<std::string> files;            ///< of a LIST
  std::int64_t bytes = 0;

  [[nodiscard]] std::string get(std::initializer_list<const char*> names) const {
    for (const char* name : names)
      if (const auto at = values.find(name); at != values.end()) return at->second;
    return {};
  }
  [[nodiscard]] bool flag(std::initializer_list<const char*> names) const {
    const std::string value = lowerCase(get(names));
    return value.starts_with('t') || value == "1" || value.starts_with('y');
  }
};

Header parse(const std::string& path, std::string_view text) {
  Header h;
  std::size_t at = 0;
  bool listing = false;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto line = trimmed(text.substr(at, end - at));
    at = std::min(end + 1, text.size());
    if (listing) {
      if (!line.empty()) h.files.emplace_back(line);
      continue;
    }
    const std::size_t sign = line.find('=');
    if (sign == std::string_view::npos) {
      if (line.empty()) continue;
      throw data::ReadError(path, "the header has the line \"" + cleanText(line.substr(0, 60)) +
                                      "\"; name = value was expected");
    }
    const std::string name = lowerCase(trimmed(line.substr(0, sign)));
    h.values[name] = cleanText(trimmed(line.substr(sign + 1)));
    if (name != "elementdatafile") continue;
    h.bytes = static_cast<std::int64_t>(at);
    if (!h.values[name].starts_with("LIST")) return h;
    listing = true;
  }
  if (!listing) throw data::ReadError(path, "the header is cut short: it has no line ElementDataFile");
  return h;
}

void setSpace(const std::string& path, const Header& h, std::size_t axes, data::FieldInfo& info,
              std::vector<std::string>& warnings) {
  const auto list = [&](std::initializer_list<const char*> names, std::size_t count) {
    auto numbers = numbersIn(h.get(names), 65);
    if (!numbers.empty() && numbers.size() < count)
      throw data::ReadError(path, "the header has too few numbers in \"" + h.get(names) + "\"");
    return numbers;
  };
  auto spacing = list({"elementspacing", "elementsize"}, axes);
  const auto origin = list({"offset", "position", "origin"}, axes);
  const auto turn = list({"transformmatrix", "rotation", "orientation"}, axes * axes);
  info.frame = data::Frame::RasMillimetres;
  info.worldUnit = "mm";
  if (spacing.empty()) {
    warnings.push_back("The header gives no spacing; 1 mm was assumed.");
    spacing.assign(axes, 1);
  }
  data::Affine affine;
  for (std::size_t column = 0; column < std::min<std::size_t>(axes, 3); ++column) {
    for (std::size_t row = 0; row < std::min<std::size_t>(axes, 3);
         ++row) // the matrix has an axis's direction in a row
      affine.m[row * 4 + column] =
          spacing[column] * (turn.empty() ? (row == column ? 1 : 0) : turn[column * axes + row]);
    if (!origin.empty()) affine.m[column * 4 + 3] = origin[column];
  }
  info.transform = "TransformMatrix (LPS → RAS)";
  if (!isUsable(affine)) {
    warnings.push_back("The transform matrix or spacing is singular or not finite and was not used.");
    affine = {};
    info.transform = "none";
  } else if (turn.empty()) {
    info.transform = "none";
    warnings.push_back("The header has no TransformMatrix: the axes are assumed to run to the left, to the back and up "
                       "(LPS), as the format has it.");
  }
  lpsToRas(affine);
  info.indexToWorld = affine;
}

std::vector<std::string> filesOf(const std::string& path, const Header& h) {
  const std::string named = h.get({"elementdatafile"});
  if (named.starts_with("LIST")) return h.files;
  const auto words = wordsIn(named);
  if (words.size() < 2 || named.find('%') == std::string::npos) return {named};
  throw data::ReadError(path, "its values are in files named by the pattern \"" + named +
                                  "\"; one file or a LIST was expected");
}

std::shared_ptr<const ByteSource> valuesOf(const Candidate& c, const Header& h, RawLayout& layout, double payload,
                                           const std::string& promise, std::vector<std::string>& warnings) {
  const std::string& path = c.path();
  const bool local = lowerCase(h.get({"elementdatafile"})) == "local";
  std::vector<std::shared_ptr<const File>> files;
  if (local)
    files.push_back(c.file);
  else
    for (const std::string& name : filesOf(path, h))
      files.push_back(fileBeside(path, name));
  if (files.empty()) throw data::ReadError(path, "the header lists no data files");
  const bool deflated = h.flag({"compresseddata"});
  const bool text = !h.get({"binarydata"}).empty() && !h.flag({"binarydata"});
  const std::int64_t skip = wholeNumber(h.get({"headersize"})).value_or(0);
  const double each = payload / static_cast<double>(files.size());
  if (each != std::floor(each)) throw data::ReadError(path, promise + ", which the files can't share evenly");
  if (text && files.size() > 1) throw data::ReadError(path, "its values are text in several files");
  std::vector<JoinedBytes::Part> parts;
  for (const auto& file : files) {
    std::int64_t at = (local ? h.bytes : 0) + std::max<std::int64_t>(skip, 0);
    if (skip == -1) at = std::max<std::int64_t>(0, file->size() - static_cast<std::int64_t>(each));
    if (text) {
      layout.swapped = false;
      return textBytes(path, *file, at, layout.stored, payload, promise);
    }
    const VolumeBytes where{file, deflated, deflated ? at : 0, deflated ? 0 : at, each, promise};
    parts.push_back({volumeBytes(path, where, warnings), where.offset, static_cast<std::int64_t>(each)});
  }
  if (parts.size() > 1) return std::make_shared<JoinedBytes>(std::move(parts));
  layout.base = parts[0].offset;
  return parts[0].bytes;
}

} // namespace

bool isMetaImage(const Candidate& c) {
  const auto text = c.text();
  if (c.gzip || !(c.begins("ObjectType") || c.begins("NDims") || c.begins("Comment") || c.begins("ObjectSubType")))
    return false;
  const std::size_t dims = text.find("NDims"), sign = text.find('=');
  return dims != std::string_view::npos && sign != std::string_view::npos && sign < 40;
}

std::shared_ptr<data::Dataset> openMetaImage(const Candidate& c) {
  const std::string& path = c.path();
  const auto head = c.file->head(1 << 20);
  const Header h = parse(path, {reinterpret_cast<const char*>(head.data()), head.size()});
  const std::string object = h.get({"objecttype"});
  if (!object.empty() && object != "Image")
    throw data::ReadError(path, "this is a MetaIO " + cleanText(object) + "; an Image was expected");
  const auto axes = wholeNumber(h.get({"ndims"}));
  if (!axes || *axes < 1 || *axes > 4)
    throw data::ReadError(path, "the header has \"" + h.get({"ndims"}) + "\" axes; 1 to 4 were expected");
  const auto type = typeOf(h.get({"elementtype"}));
  if (!type)
    throw data::ReadError(path, "its values are of \"" + h.get({"elementtype"}) +
                                    "\"; whole numbers or floats (MET_SHORT, MET_FLOAT, …) were expected");
  const auto sizes = numbersIn(h.get({"dimsize"}), 17);
  const auto channels = wholeNumber(h.get({"elementnumberofchannels"})).value_or(1);
  if (static_cast<std::int64_t>(sizes.size()) != *axes || channels < 1 || channels > 65536)
    throw data::ReadError(path, "the header has " + std::to_string(*axes) + " axes of the sizes \"" +
                                    h.get({"dimsize"}) + "\" and " + std::to_string(channels) + " channels");
  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = "MetaImage";
  dataset.alone = lowerCase(h.get({"elementdatafile"})) == "local";
  for (const char* name : {"anatomicalorientation", "modality", "comment"})
    if (!h.get({name}).empty()) dataset.attributes[name] = h.get({name});
  data::FieldInfo info;
  info.name = "image";
  info.source = "MetaImage";
  info.components = static_cast<int>(channels);
  RawLayout layout;
  layout.stored = *type;
  layout.swapped = sizeOf(*type) > 1 && h.flag({"binarydatabyteordermsb", "elementbyteordermsb"});
  double payload = static_cast<double>(sizeOf(*type));
  layout.stride[4] = static_cast<std::int64_t>(payload);
  payload *= static_cast<double>(channels);
  std::vector<std::int64_t> shape;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (!(sizes[i] >= 1 && sizes[i] < 1e15) || payload * sizes[i] > 9e18)
      throw data::ReadError(path, "the header gives an axis a length of " + numberText(sizes[i]) +
                                      "; no file can hold such a volume");
    shape.push_back(static_cast<std::int64_t>(sizes[i]));
    (i < 3 ? info.shape[i] : info.time.size) = shape.back();
    layout.stride[i] = static_cast<std::int64_t>(payload);
    payload *= sizes[i];
  }
  const std::string promise = "the header promises " + shapeText(shape) + " voxels (" + byteText(payload) + ")";
  auto bytes = valuesOf(c, h, layout, payload, promise, dataset.warnings);
  const double slope = number(h.get({"elementtointensityfunctionslope"})).value_or(1);
  const double offset = number(h.get({"elementtointensityfunctionoffset"})).value_or(0);
  if (std::isfinite(slope) && slope != 0 && std::isfinite(offset) && (slope != 1 || offset != 0)) {
    layout.scaled = true;
    layout.slope = slope;
    layout.intercept = offset;
  }
  if (info.time.size > 1) dataset.warnings.push_back("The fourth axis is taken as time; its unit is not given.");
  info.levels = levelsFor(info.shape);
  setSpace(path, h, static_cast<std::size_t>(*axes), info, dataset.warnings);
  info.labels = !isFloating(*type) && !layout.scaled && channels == 1 && speaksOfLabels(stemOf(path));
  if (info.labels) info.name = "labels";
  return std::make_shared<FieldsDataset>(std::move(dataset),
                                         std::vector{rawField(std::move(info), std::move(bytes), layout)});
}

} // namespace discern::io
