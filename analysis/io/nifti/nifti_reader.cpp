#include "io/nifti/nifti_reader.h"

#include "io/brain/labels/labels_beside.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/gzip_source.h"
#include "io/nifti/nifti_header.h"
#include "io/raw_field.h"

#include <algorithm>
#include <cmath>

namespace discern::io {

namespace {

using data::ScalarType;

struct Sample {
  ScalarType type;
  int components; ///< interleaved in the voxel
};

Sample sampleOf(const std::string& path, int datatype) {
  switch (datatype) {
  case 2:
    return {ScalarType::UInt8, 1};
  case 4:
    return {ScalarType::Int16, 1};
  case 8:
    return {ScalarType::Int32, 1};
  case 16:
    return {ScalarType::Float32, 1};
  case 32:
    return {ScalarType::Float32, 2};
  case 64:
    return {ScalarType::Float64, 1};
  case 128:
    return {ScalarType::UInt8, 3};
  case 256:
    return {ScalarType::Int8, 1};
  case 512:
    return {ScalarType::UInt16, 1};
  case 768:
    return {ScalarType::UInt32, 1};
  case 1024:
    return {ScalarType::Int64, 1};
  case 1280:
    return {ScalarType::UInt64, 1};
  case 1792:
    return {ScalarType::Float64, 2};
  case 2304:
    return {ScalarType::UInt8, 4};
  case 1:
    throw data::ReadError(path, "its voxels are single bits (NIfTI datatype 1), which can't be read");
  case 1536:
  case 2048:
    throw data::ReadError(path, "its voxels are 128-bit numbers, which can't be read");
  default:
    throw data::ReadError(path, "the header's datatype " + std::to_string(datatype) +
                                    " is none of NIfTI's; the header is damaged");
  }
}

/// Lengths along all seven axes, 1 where there is none. Throws for a header that lies.
std::array<std::int64_t, 7> extents(const std::string& path, const NiftiHeader& h) {
  if (h.dim[0] < 1 || h.dim[0] > 7)
    throw data::ReadError(path, "the header promises " + std::to_string(h.dim[0]) +
                                    " axes, and NIfTI has 1 to 7; the header is damaged");
  std::array<std::int64_t, 7> n;
  n.fill(1);
  for (std::size_t i = 0; i < static_cast<std::size_t>(h.dim[0]); ++i) {
    n[i] = h.dim[i + 1];
    if (n[i] < 1)
      throw data::ReadError(path, "the header gives axis " + std::to_string(i + 1) + " a length of " +
                                      std::to_string(n[i]) + "; it must be at least 1");
  }
  return n;
}

void setSpace(const NiftiHeader& h, data::FieldInfo& info, std::vector<std::string>& warnings) {
  info.frame = data::Frame::RasMillimetres;
  info.worldUnit = "mm";
  const auto usable = [](const data::Affine& affine) {
    if (!std::all_of(affine.m.begin(), affine.m.end(), [](double v) { return std::isfinite(v); })) return false;
    const auto& m = affine.m;
    const double det =
        m[0] * (m[5] * m[10] - m[6] * m[9]) - m[1] * (m[4] * m[10] - m[6] * m[8]) + m[2] * (m[4] * m[9] - m[5] * m[8]);
    const data::Vec3 step = affine.spacing();
    return std::abs(det) > 1e-9 * step[0] * step[1] * step[2] && step[0] * step[1] * step[2] > 0;
  };
  info.transform.clear();
  if (h.sform > 0) {
    if (usable(h.sformAffine())) {
      info.indexToWorld = h.sformAffine();
      info.transform = "sform";
    } else {
      warnings.push_back("The sform matrix is singular or not finite and was not used.");
    }
  }
  if (info.transform.empty() && h.qform > 0) {
    if (usable(h.qformAffine())) {
      info.indexToWorld = h.qformAffine();
      info.transform = "qform";
    } else {
      warnings.push_back("The qform rotation is not usable and was left out.");
    }
  }
  if (info.transform.empty()) {
    data::Vec3 spacing{1, 1, 1};
    bool odd = false;
    for (std::size_t a = 0; a < 3; ++a) {
      const double step = std::abs(h.pixdim[a + 1]);
      if (std::isfinite(step) && step > 0)
        spacing[a] = step;
      else
        odd = odd || info.shape[a] > 1;
    }
    info.indexToWorld = data::Affine::scaling(spacing);
    info.transform = "none";
    warnings.push_back(
        "The file has neither sform nor qform: orientation and origin are assumed (first axis to the right, "
        "second to the front, third up).");
    if (odd) warnings.push_back("A voxel size is missing or not finite; 1 mm was assumed.");
  }
  double scale = 1;
  switch (h.units & 7) {
  case 1:
    scale = 1000;
    break;
  case 2:
    break;
  case 3:
    scale = 0.001;
    break;
  default:
    warnings.push_back("The header does not name the unit of length; millimetres were assumed.");
  }
  for (std::size_t i = 0; i < 12; ++i)
    info.indexToWorld.m[i] *= scale;
}

void setTime(const NiftiHeader& h, std::int64_t steps, data::FieldInfo& info, std::vector<std::string>& warnings) {
  info.time.size = steps;
  if (steps == 1) return;
  const double step = h.version == 1 ? shortestDecimal(static_cast<float>(h.pixdim[4])) : h.pixdim[4];
  std::string unit;
  switch (h.units & 0x38) {
  case 8:
    unit = "s";
    break;
  case 16:
    unit = "ms";
    break;
  case 24:
    unit = "µs";
    break;
  case 32:
    unit = "Hz";
    break;
  case 40:
    unit = "ppm";
    break;
  case 48:
    unit = "rad/s";
    break;
  default:
    warnings.push_back("The header does not name the unit of time; steps are numbered.");
    return;
  }
  if (!std::isfinite(step) || step <= 0) {
    warnings.push_back("The header gives no time between steps; they are numbered.");
    return;
  }
  const double start = std::isfinite(h.timeOffset) ? h.timeOffset : 0;
  info.time.unit = unit;
  for (std::int64_t i = 0; i < steps; ++i)
    info.time.values.push_back(start + step * static_cast<double>(i));
}

std::string imagePathOf(const std::string& header) {
  std::string stem = header;
  const bool gzip = stem.ends_with(".gz");
  if (gzip) stem.resize(stem.size() - 3);
  if (!stem.ends_with(".hdr"))
    throw data::ReadError(header,
                          "this is the header of a NIfTI pair; its name must end in .hdr to find the .img beside it");
  stem.resize(stem.size() - 4);
  return stem + (gzip ? ".img.gz" : ".img");
}

} // namespace

std::shared_ptr<data::Dataset> openNifti(const std::shared_ptr<const File>& file, std::span<const std::byte> head,
                                         bool gzip) {
  const std::string& path = file->path();
  const auto headerBytes = NiftiHeader::bytesOf(NiftiHeader::versionOf(head));
  if (static_cast<std::int64_t>(head.size()) < headerBytes)
    throw data::ReadError(path, "the NIfTI header is cut short: it has " + byteText(static_cast<double>(head.size())) +
                                    " of " + std::to_string(headerBytes));
  const NiftiHeader h = NiftiHeader::parse(head);
  const auto n = extents(path, h);
  const Sample sample = sampleOf(path, h.datatype);
  const auto element = static_cast<std::int64_t>(sizeOf(sample.type));

  double elements = 1;
  for (const std::int64_t length : n)
    elements *= static_cast<double>(length);
  const double payload = elements * static_cast<double>(element * sample.components);
  const std::string promise = "the header promises " +
                              shapeText(std::span(n).first(static_cast<std::size_t>(h.dim[0]))) + " voxels (" +
                              byteText(payload) + ")";

  auto dataFile = file;
  if (h.pair) {
    try {
      dataFile = std::make_shared<File>(imagePathOf(path));
    } catch (const data::ReadError& error) {
      throw data::ReadError(path, std::string("the voxels are in a file of their own, but ") + error.what());
    }
  }
  const double least = h.pair ? 0 : static_cast<double>(NiftiHeader::bytesOf(h.version));
  double offset = h.voxOffset;
  data::DatasetInfo dataset;
  if (offset == 0 && !h.pair) offset = least + 4;
  if (!std::isfinite(offset) || offset < least || offset != std::floor(offset) || offset > 1e15)
    throw data::ReadError(path, "the header says that the voxels begin at byte " + numberText(offset) +
                                    ", which can't be; the header is damaged");

  std::shared_ptr<const ByteSource> source = dataFile;
  const auto fileSize = static_cast<double>(dataFile->size());
  if (!gzip) {
    if (offset + payload > fileSize)
      throw data::ReadError(path, promise + ", but the file has only " + byteText(std::max(0.0, fileSize - offset)) +
                                      " of them; it is cut short or its header is wrong");
  } else {
    // Deflate can't shrink by more than 1032 : 1.
    if (offset + payload > fileSize * 1032)
      throw data::ReadError(path, promise + ", but a compressed file of " + byteText(fileSize) +
                                      " can't hold them; it is cut short or its header is wrong");
    const auto need = static_cast<std::int64_t>(offset + payload);
    auto inflated = std::make_shared<GzipSource>(dataFile, need);
    if (GzipSource::statedSize(*dataFile) != static_cast<std::uint32_t>(need)) {
      // The end of the file doesn't fit: cut short, or something follows the voxels. Only inflating tells.
      if (need <= GzipSource::usualKeep) // larger ones open without a pass over all of them
        inflated->checkWhole();
      else
        dataset.warnings.push_back("The end of the compressed file does not fit its header; it may be cut short.");
    }
    source = inflated;
  }

  data::FieldInfo info;
  info.name = "image";
  info.quantity = h.intentName;
  info.shape = {n[0], n[1], n[2]};
  const std::int64_t planes = n[4] * n[5] * n[6];
  if (planes * sample.components > 65536)
    throw data::ReadError(path, promise + " with " + std::to_string(planes) + " values each, which Discern can't read");
  info.components = static_cast<int>(planes) * sample.components;
  info.levels = levelsFor(info.shape);
  info.source = "NIfTI-" + std::to_string(h.version);
  setSpace(h, info, dataset.warnings);
  setTime(h, n[3], info, dataset.warnings);

  RawLayout layout;
  layout.base = static_cast<std::int64_t>(offset);
  layout.stored = sample.type;
  layout.swapped = h.swapped;
  const std::int64_t voxel = element * sample.components;
  layout.stride = {voxel, voxel * n[0], voxel * n[0] * n[1], voxel * n[0] * n[1] * n[2], 0};
  layout.stride[4] = sample.components > 1 ? element : layout.stride[3] * n[3];
  if (sample.components > 1 && planes > 1)
    throw data::ReadError(path, "colour or complex voxels along a fifth axis, which Discern can't read");
  // Colour and complex voxels are never scaled, says the standard of the former; slope 0 or NaN means: not scaled.
  const bool scalable = sample.components == 1 && std::isfinite(h.slope) && h.slope != 0;
  layout.slope = scalable ? h.slope : 1;
  layout.intercept = scalable && std::isfinite(h.intercept) ? h.intercept : 0;
  layout.scaled = layout.slope != 1 || layout.intercept != 0;
  if (h.intent == 1002 && !isFloating(sample.type) && !layout.scaled) info.labels = true;
  std::vector<data::Table> tables;
  if (!isFloating(sample.type) && !layout.scaled && sample.components == 1)
    if (const LabelsBeside beside = labelsBeside(path); !beside.entries.empty()) {
      info.labels = true;
      info.labelNames = namesOf(beside.entries);
      dataset.attributes["label names"] = beside.file;
      tables.push_back(tableOf("labels", beside.entries));
    }
  if (info.labels) info.name = "labels";

  dataset.path = path;
  dataset.format = (h.version == 2 ? "NIfTI-2" : "NIfTI-1");
  dataset.alone = !h.pair;
  if (!h.description.empty()) dataset.attributes["description"] = h.description;
  dataset.attributes["datatype"] = std::to_string(h.datatype);
  dataset.attributes["sform_code"] = std::to_string(h.sform);
  dataset.attributes["qform_code"] = std::to_string(h.qform);
  if (layout.scaled)
    dataset.attributes["scaling"] = numberText(layout.slope) + " · stored + " + numberText(layout.intercept);
  return std::make_shared<FieldsDataset>(
      std::move(dataset), std::vector{rawField(std::move(info), std::move(source), layout)}, std::move(tables));
}

} // namespace discern::io
