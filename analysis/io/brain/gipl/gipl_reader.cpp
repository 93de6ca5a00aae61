#include "io/brain/gipl/gipl_reader.h"

#include "io/brain/volume/big_endian.h"
#include "io/brain/volume/volume_bytes.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/raw_field.h"

#include <cmath>
#include <optional>

namespace discern::io {

namespace {

using data::ScalarType;

constexpr std::size_t headerBytes = 256;

std::optional<ScalarType> typeOf(int code) {
  switch (code) {
  case 1: // binary images take a byte a voxel
  case 8:
    return ScalarType::UInt8;
  case 7:
    return ScalarType::Int8;
  case 15:
    return ScalarType::Int16;
  case 16:
    return ScalarType::UInt16;
  case 31:
    return ScalarType::UInt32;
  case 32:
    return ScalarType::Int32;
  case 64:
    return ScalarType::Float32;
  case 65:
    return ScalarType::Float64;
  default:
    return std::nullopt;
  }
}

} // namespace

bool isGipl(const Candidate& c) {
  if (c.head.size() < headerBytes) return false;
  const auto magic = bigEndian<std::uint32_t>(c.head, 252);
  return magic == 719555000U || magic == 4026526128U;
}

std::shared_ptr<data::Dataset> openGipl(const Candidate& c) {
  const std::string& path = c.path();
  const auto code = bigEndian<std::uint16_t>(c.head, 8);
  const auto type = typeOf(code);
  if (!type)
    throw data::ReadError(path, "its voxels are of GIPL type " + std::to_string(code) +
                                    "; whole numbers or floats were expected");
  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = "GIPL";
  dataset.alone = true;
  const std::string text = cleanText({reinterpret_cast<const char*>(c.head.data()) + 26, 80});
  if (!text.empty()) dataset.attributes["description"] = text;
  data::FieldInfo info;
  info.name = "image";
  info.source = "GIPL";
  RawLayout layout;
  layout.stored = *type;
  layout.swapped = sizeOf(*type) > 1;
  data::Affine affine;
  double payload = static_cast<double>(sizeOf(*type));
  std::vector<std::int64_t> shape;
  for (std::size_t i = 0; i < 4; ++i) {
    std::int64_t n = bigEndian<std::uint16_t>(c.head, 2 * i);
    if (n == 0 && i > 0) n = 1; // an axis that is not used
    if (n == 0) throw data::ReadError(path, "the header gives the first axis a length of 0; it is damaged");
    shape.push_back(n);
    layout.stride[i] = static_cast<std::int64_t>(payload);
    payload *= static_cast<double>(n);
    if (i == 3) {
      info.time.size = n;
      continue;
    }
    info.shape[i] = n;
    double step = std::abs(static_cast<double>(bigEndian<float>(c.head, 10 + 4 * i)));
    if (!std::isfinite(step) || step == 0) {
      dataset.warnings.push_back("A voxel size is missing or not finite; 1 mm was assumed.");
      step = 1;
    }
    affine.m[i * 5] = step;
    const auto origin = bigEndian<double>(c.head, 204 + 8 * i);
    affine.m[i * 4 + 3] = std::isfinite(origin) ? origin : 0;
  }
  const std::string promise = "the header promises " + shapeText(shape) + " voxels (" + byteText(payload) + ")";
  VolumeBytes where{c.file, c.gzip, 0, static_cast<std::int64_t>(headerBytes), payload, promise};
  auto bytes = volumeBytes(path, where, dataset.warnings);
  layout.base = where.offset;
  lpsToRas(affine);
  info.indexToWorld = affine;
  info.frame = data::Frame::RasMillimetres;
  info.worldUnit = "mm";
  info.transform = "none";
  dataset.warnings.push_back("GIPL does not say how the volume lies: the axes are assumed to run to the left, to the "
                             "back and up (LPS).");
  info.levels = levelsFor(info.shape);
  info.labels = !isFloating(*type) && speaksOfLabels(stemOf(path));
  if (info.labels) info.name = "labels";
  return std::make_shared<FieldsDataset>(std::move(dataset),
                                         std::vector{rawField(std::move(info), std::move(bytes), layout)});
}

} // namespace discern::io
