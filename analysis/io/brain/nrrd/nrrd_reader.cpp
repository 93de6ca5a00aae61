#include "io/brain/nrrd/nrrd_reader.h"

#include "io/brain/nrrd/nrrd_header.h"
#include "io/brain/volume/joined_bytes.h"
#include "io/brain/volume/number_text.h"
#include "io/brain/volume/volume_bytes.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/raw_field.h"

#include <algorithm>
#include <cmath>

namespace discern::io {

namespace {

constexpr std::int64_t mostHeader = 1 << 20;

bool isPlace(const std::string& kind) { return kind == "domain" || kind == "space"; }

/// What each axis of the file is: 0, 1, 2 space, 3 time, 4 component.
std::vector<std::size_t> rolesOf(const std::string& path, const NrrdHeader& h, std::vector<std::string>& warnings) {
  std::vector<std::size_t> roles(h.axes.size());
  std::size_t space = 0;
  bool time = false, components = false;
  for (std::size_t i = 0; i < h.axes.size(); ++i) {
    const NrrdHeader::Axis& axis = h.axes[i];
    const bool unknown = axis.kind.empty() || axis.kind == "???" || axis.kind == "none";
    bool place = h.directed ? axis.direction.has_value() : isPlace(axis.kind) || unknown;
    if (place && space == 3) {
      place = false;
      warnings.push_back("Axis " + std::to_string(i + 1) + " is taken as time: three axes of space stand before it.");
      if (std::exchange(time, true)) throw data::ReadError(path, "it has more axes than space, time and components");
      roles[i] = 3;
    } else if (place) {
      roles[i] = space++;
    } else if (axis.kind == "time" || (i > 0 && i + 1 == h.axes.size() && (axis.kind == "list" || unknown) && !time)) {
      if (std::exchange(time, true)) throw data::ReadError(path, "it has two axes of time");
      if (axis.kind != "time") warnings.push_back("The last axis, which is not one of space, is taken as time.");
      roles[i] = 3;
    } else {
      if (std::exchange(components, true))
        throw data::ReadError(path, "it has two axes of components, which Discern can't read");
      roles[i] = 4;
    }
  }
  return roles;
}

void setSpace(const NrrdHeader& h, const std::vector<std::size_t>& roles, data::FieldInfo& info,
              std::vector<std::string>& warnings) {
  info.indexToWorld = {};
  info.transform = "none";
  info.worldUnit = "px";
  double scale = 1;
  std::string unit = h.spaceUnits.empty() ? "" : h.spaceUnits[0];
  if (!h.directed) {
    bool spaced = false;
    for (std::size_t i = 0; i < roles.size(); ++i) {
      if (roles[i] > 2) continue;
      if (unit.empty()) unit = h.axes[i].unit;
      const double step = h.axes[i].spacing.value_or(1);
      if (!std::isfinite(step) || step == 0) continue;
      spaced = spaced || h.axes[i].spacing;
      info.indexToWorld.m[roles[i] * 5] = step;
      info.indexToWorld.m[roles[i] * 4 + 3] = h.axes[i].min.value_or(0);
    }
    if (!spaced) return;
    info.frame = data::Frame::Cartesian;
    info.transform = "spacings";
    info.worldUnit = unit.empty() ? "mm" : unit;
    if (unit.empty()) warnings.push_back("The header does not name the unit of length; millimetres were assumed.");
    return;
  }
  data::Affine affine;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    if (roles[i] > 2 || !h.axes[i].direction) continue;
    for (std::size_t row = 0; row < 3; ++row)
      affine.m[row * 4 + roles[i]] = row < h.axes[i].direction->size() ? (*h.axes[i].direction)[row] : 0;
  }
  for (std::size_t row = 0; row < std::min<std::size_t>(3, h.origin.size()); ++row)
    affine.m[row * 4 + 3] = h.origin[row];
  if (!isUsable(affine)) {
    warnings.push_back("The space directions are singular or not finite and were not used.");
    return;
  }
  if (h.origin.empty()) warnings.push_back("The header gives no space origin; 0 was assumed.");
  const auto is = [&](const char* name, const char* letters) {
    return h.space.starts_with(name) || h.space == letters || h.space == std::string(letters) + "t";
  };
  const bool lps = is("left-posterior-superior", "lps"), las = is("left-anterior-superior", "las"),
             ras = is("right-anterior-superior", "ras");
  info.transform = "space directions";
  if (lps || las || ras) {
    info.frame = data::Frame::RasMillimetres;
    if (unit == "m")
      scale = 1000;
    else if (unit == "cm")
      scale = 10;
    else if (unit == "um" || unit == "µm")
      scale = 0.001;
    else if (unit != "mm" && !unit.empty())
      warnings.push_back("The unit of length is " + unit + "; millimetres were assumed.");
    for (std::size_t i = 0; i < 12; ++i)
      affine.m[i] *= scale;
    if (lps || las)
      for (std::size_t i = 0; i < (lps ? 8U : 4U); ++i)
        affine.m[i] = affine.m[i] == 0 ? 0 : -affine.m[i];
    info.transform += lps ? " (LPS → RAS)" : las ? " (LAS → RAS)" : " (RAS)";
    info.worldUnit = "mm";
  } else {
    info.frame = data::Frame::Cartesian;
    info.worldUnit = unit.empty() ? "mm" : unit;
    if (unit.empty()) warnings.push_back("The header does not name the unit of length; millimetres were assumed.");
  }
  info.indexToWorld = affine;
}

void setTime(const NrrdHeader::Axis& axis, data::FieldInfo& info) {
  info.time.size = axis.size;
  if (axis.size < 2 || !axis.spacing || *axis.spacing <= 0 || axis.unit.empty()) return;
  info.time.unit = axis.unit;
  for (std::int64_t i = 0; i < axis.size; ++i)
    info.time.values.push_back(axis.min.value_or(0) + *axis.spacing * static_cast<double>(i));
}

/// Segments as 3D Slicer writes them: Segment0_Name, Segment0_LabelValue.
void setLabels(const NrrdHeader& h, data::FieldInfo& info) {
  for (int i = 0; i < 100000; ++i) {
    const std::string prefix = "Segment" + std::to_string(i) + "_";
    const auto name = h.pairs.find(prefix + "Name");
    if (name == h.pairs.end()) break;
    const auto value = h.pairs.find(prefix + "LabelValue");
    const auto label = value == h.pairs.end() ? std::optional<std::int64_t>(i + 1) : wholeNumber(value->second);
    if (label) info.labelNames[*label] = name->second;
  }
  info.labels = !isFloating(h.type) && (!info.labelNames.empty() || speaksOfLabels(h.content));
  if (!info.labels) info.labelNames.clear();
}

/// Skips lines, in the file as it is stored.
std::int64_t afterLines(const File& file, std::int64_t at, std::int64_t lines) {
  std::vector<std::byte> piece;
  while (lines > 0) {
    piece.resize(static_cast<std::size_t>(std::min<std::int64_t>(65536, file.size() - at)));
    if (piece.empty()) throw data::ReadError(file.path(), "it has fewer lines than the header wants to skip");
    file.readAt(at, piece);
    for (std::size_t i = 0; i < piece.size() && lines > 0; ++i, ++at)
      lines -= piece[i] == std::byte{'\n'} ? 1 : 0;
  }
  return at;
}

/// Where the values are, as bytes from `base` on.
std::shared_ptr<const ByteSource> valuesOf(const Candidate& c, const NrrdHeader& h, double payload,
                                           const std::string& promise, std::int64_t& base,
                                           std::vector<std::string>& warnings) {
  const std::string& path = c.path();
  std::vector<std::shared_ptr<const File>> files;
  for (const std::string& name : h.dataFiles)
    files.push_back(fileBeside(path, name));
  std::int64_t begin = 0;
  if (files.empty()) {
    files.push_back(c.file);
    begin = h.bytes;
  }
  const bool text = h.encoding == "ascii" || h.encoding == "text" || h.encoding == "txt";
  const bool gzip = h.encoding == "gzip" || h.encoding == "gz";
  if (!text && !gzip && h.encoding != "raw")
    throw data::ReadError(path, "its values are encoded as \"" + cleanText(h.encoding) +
                                    "\"; raw, gzip or ascii were expected");
  if (files.size() > 1 && text)
    throw data::ReadError(path, "its values are text in several files, which Discern can't read");
  std::vector<JoinedBytes::Part> parts;
  const double each = payload / static_cast<double>(files.size());
  if (each != std::floor(each))
    throw data::ReadError(path, promise + " in " + std::to_string(files.size()) + " files, which does not go evenly");
  for (const auto& file : files) {
    VolumeBytes where{file, gzip, 0, 0, each, promise};
    std::int64_t at = afterLines(*file, begin, h.lineSkip);
    if (h.byteSkip < 0) {
      if (gzip) throw data::ReadError(path, "the header wants to skip to the end of compressed values");
      at = static_cast<std::int64_t>(std::max(-1.0, static_cast<double>(file->size()) - each));
      if (at < begin) throw data::ReadError(path, promise + ", but the file is too short for them");
    } else if (!gzip) {
      at += h.byteSkip;
    }
    if (text) return textBytes(path, *file, at, h.type, payload, promise);
    where.begin = gzip ? at : 0;
    where.offset = gzip ? h.byteSkip : at;
    parts.push_back({volumeBytes(path, where, warnings), where.offset, static_cast<std::int64_t>(each)});
  }
  if (parts.size() > 1) return std::make_shared<JoinedBytes>(std::move(parts));
  base = parts[0].offset;
  return parts[0].bytes;
}

} // namespace

bool isNrrd(const Candidate& c) { return c.begins("NRRD000"); }

std::shared_ptr<data::Dataset> openNrrd(const Candidate& c) {
  const std::string& path = c.path();
  if (c.gzip) throw data::ReadError(path, "this is NRRD inside gzip; unpack it first");
  const auto head = c.file->head(mostHeader);
  const NrrdHeader h = NrrdHeader::parse(path, {reinterpret_cast<const char*>(head.data()), head.size()});
  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = "NRRD";
  dataset.alone = h.dataFiles.empty();
  for (const auto& [key, value] : h.pairs)
    dataset.attributes.emplace(key, value);
  if (!h.space.empty()) dataset.attributes["space"] = h.space;

  data::FieldInfo info;
  info.name = "image";
  info.quantity = h.content;
  info.unit = h.sampleUnits;
  info.source = "NRRD";
  const auto roles = rolesOf(path, h, dataset.warnings);
  RawLayout layout;
  layout.stored = h.type;
  const bool text = h.encoding == "ascii" || h.encoding == "text" || h.encoding == "txt";
  layout.swapped = h.bigEndian && sizeOf(h.type) > 1 && !text;
  double payload = static_cast<double>(sizeOf(h.type));
  std::vector<std::int64_t> sizes;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    const std::int64_t n = h.axes[i].size;
    if (payload < 9e18) layout.stride[roles[i]] = static_cast<std::int64_t>(payload);
    if (roles[i] < 3) info.shape[roles[i]] = n;
    if (roles[i] == 3) setTime(h.axes[i], info);
    if (roles[i] == 4) {
      if (n > 65536) throw data::ReadError(path, "it has " + std::to_string(n) + " values in a voxel");
      info.components = static_cast<int>(n);
    }
    payload *= static_cast<double>(n);
    sizes.push_back(n);
    if (payload > 9e18 || (roles[i] == 3 && n > 10'000'000))
      throw data::ReadError(path, "the header promises " + shapeText(sizes) + " values; no file can hold them");
  }
  const std::string promise = "the header promises " + shapeText(sizes) + " values (" + byteText(payload) + ")";
  auto bytes = valuesOf(c, h, payload, promise, layout.base, dataset.warnings);
  info.levels = levelsFor(info.shape);
  setSpace(h, roles, info, dataset.warnings);
  setLabels(h, info);
  if (info.labels) info.name = "labels";
  return std::make_shared<FieldsDataset>(std::move(dataset),
                                         std::vector{rawField(std::move(info), std::move(bytes), layout)});
}

} // namespace discern::io
