#include "io/brain/freesurfer/mgh_reader.h"

#include "io/brain/volume/big_endian.h"
#include "io/brain/volume/volume_bytes.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/gzip_source.h"
#include "io/raw_field.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace discern::io {

namespace {

using data::ScalarType;

constexpr std::int64_t headerBytes = 284;

std::optional<ScalarType> typeOf(int code) {
  switch (code) {
  case 0:
    return ScalarType::UInt8;
  case 1:
    return ScalarType::Int32;
  case 3:
    return ScalarType::Float32;
  case 4:
    return ScalarType::Int16;
  case 10:
    return ScalarType::UInt16;
  default:
    return std::nullopt;
  }
}

/// Mdc · spacing, and the origin that puts the middle of the volume at the centre.
data::Affine affineOf(std::span<const std::byte> head, const data::Index3& shape) {
  std::array<double, 15> v{};
  for (std::size_t i = 0; i < v.size(); ++i)
    v[i] = bigEndian<float>(head, 30 + 4 * i);
  data::Affine affine;
  for (std::size_t row = 0; row < 3; ++row) {
    double origin = v[12 + row];
    for (std::size_t column = 0; column < 3; ++column) {
      affine.m[row * 4 + column] = v[3 + column * 3 + row] * v[column];
      origin -= affine.m[row * 4 + column] * static_cast<double>(shape[column]) / 2;
    }
    affine.m[row * 4 + 3] = origin;
  }
  return affine;
}

/// TR in milliseconds, behind the values; 0 when it is not there.
double repetitionTime(const Candidate& c, std::int64_t end) {
  std::array<std::byte, 4> raw{};
  try {
    if (c.gzip) {
      if (GzipSource::statedSize(*c.file) < static_cast<std::uint32_t>(end + 4)) return 0;
      GzipSource(c.file, end + 4).readAt(end, raw);
    } else {
      c.file->readAt(end, raw);
    }
  } catch (const data::ReadError&) {
    return 0;
  }
  const double ms = bigEndian<float>(raw, 0);
  return std::isfinite(ms) && ms > 0 && ms < 1e9 ? ms : 0;
}

} // namespace

bool isMgh(const Candidate& c) {
  if (c.head.size() < 32 || bigEndian<std::int32_t>(c.head, 0) != 1) return false;
  const std::string name = lowerCase(c.path());
  if (name.ends_with(".mgh") || name.ends_with(".mgz") || name.ends_with(".mgh.gz")) return true;
  for (std::size_t i = 1; i < 5; ++i)
    if (const auto n = bigEndian<std::int32_t>(c.head, 4 * i); n < 1 || n > 1 << 20) return false;
  const auto good = bigEndian<std::int16_t>(c.head, 28);
  return typeOf(bigEndian<std::int32_t>(c.head, 20)) && (good == 0 || good == 1) && c.head.size() > 284;
}

std::shared_ptr<data::Dataset> openMgh(const Candidate& c) {
  const std::string& path = c.path();
  if (static_cast<std::int64_t>(c.head.size()) < headerBytes)
    throw data::ReadError(path, "the MGH header is cut short: it has " + byteText(static_cast<double>(c.head.size())) +
                                    " of " + std::to_string(headerBytes));
  const auto code = bigEndian<std::int32_t>(c.head, 20);
  const auto type = typeOf(code);
  if (!type)
    throw data::ReadError(path,
                          "its voxels are of MGH type " + std::to_string(code) + "; 0, 1, 3, 4 or 10 were expected");
  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = "MGH";
  dataset.alone = true;
  data::FieldInfo info;
  info.name = "image";
  info.source = "MGH";
  RawLayout layout;
  layout.stored = *type;
  layout.swapped = sizeOf(*type) > 1;
  layout.base = headerBytes;
  double payload = static_cast<double>(sizeOf(*type));
  std::vector<std::int64_t> shape;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::int64_t n = bigEndian<std::int32_t>(c.head, 4 + 4 * i);
    if (n < 1 || payload * static_cast<double>(n) > 9e18)
      throw data::ReadError(path, "the header gives axis " + std::to_string(i + 1) + " a length of " +
                                      std::to_string(n) + "; the header is damaged");
    shape.push_back(n);
    layout.stride[i] = static_cast<std::int64_t>(payload);
    payload *= static_cast<double>(n);
    (i < 3 ? info.shape[i] : info.time.size) = n;
  }
  const std::string promise = "the header promises " + shapeText(shape) + " voxels (" + byteText(payload) + ")";
  auto bytes = volumeBytes(path, {c.file, c.gzip, 0, headerBytes, payload, promise}, dataset.warnings);

  info.frame = data::Frame::RasMillimetres;
  info.worldUnit = "mm";
  info.transform = "none";
  info.indexToWorld = {{-1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1}};
  if (bigEndian<std::int16_t>(c.head, 28) > 0 && isUsable(affineOf(c.head, info.shape))) {
    info.indexToWorld = affineOf(c.head, info.shape);
    info.transform = "Mdc and centre";
  } else {
    for (std::size_t row = 0; row < 3; ++row)
      for (std::size_t column = 0; column < 3; ++column)
        info.indexToWorld.m[row * 4 + 3] -=
            info.indexToWorld.m[row * 4 + column] * static_cast<double>(info.shape[column]) / 2;
    dataset.warnings.push_back("The header does not say how the volume lies: coronal slices of 1 mm, as FreeSurfer has "
                               "it, were assumed.");
  }
  if (info.time.size > 1) {
    const double ms = repetitionTime(c, headerBytes + static_cast<std::int64_t>(payload));
    if (ms > 0) {
      info.time.unit = "s";
      for (std::int64_t i = 0; i < info.time.size; ++i)
        info.time.values.push_back(ms / 1000 * static_cast<double>(i));
    } else {
      dataset.warnings.push_back("The file gives no time between frames; they are numbered.");
    }
  }
  info.levels = levelsFor(info.shape);
  // FreeSurfer's own names of label volumes: aseg.mgz, aparc+aseg.mgz, wmparc.mgz.
  const std::string stem = lowerCase(stemOf(path));
  info.labels = !isFloating(*type) && (speaksOfLabels(stem) || stem.find("aseg") != std::string::npos ||
                                       stem.find("wmparc") != std::string::npos);
  if (info.labels) info.name = "labels";
  return std::make_shared<FieldsDataset>(std::move(dataset),
                                         std::vector{rawField(std::move(info), std::move(bytes), layout)});
}

} // namespace discern::io
