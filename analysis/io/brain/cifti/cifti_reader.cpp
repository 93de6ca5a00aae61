#include "io/brain/cifti/cifti_reader.h"

#include "io/brain/cifti/cifti_axis.h"
#include "io/brain/volume/number_text.h"
#include "io/brain/volume/volume_bytes.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/nifti/nifti_header.h"
#include "io/raw_field.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <set>

namespace discern::io {

namespace {

using data::ScalarType;
using Kind = CiftiAxis::Kind;

constexpr double mostXml = 128 << 20;
constexpr std::int64_t mostMapFields = 256;

/// Whole numbers that the file keeps as floats. What is no number becomes 0, the background.
class WholeNumbers final : public data::FieldSource {
public:
  explicit WholeNumbers(std::shared_ptr<const data::FieldSource> floats)
      : floats_(std::move(floats)), info_(floats_->info()) {
    info_.type = ScalarType::Int32;
  }
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    check(slab, out.size());
    const auto count = static_cast<std::size_t>(slab.box.voxels());
    std::vector<std::byte> floats(count * sizeOf(floats_->info().type));
    floats_->read(slab, floats);
    data::dispatch(floats_->info().type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      for (std::size_t i = 0; i < count; ++i) {
        T value;
        std::memcpy(&value, floats.data() + i * sizeof(T), sizeof(T));
        const double real = std::clamp(static_cast<double>(value), -2147483648.0, 2147483647.0);
        const std::int32_t whole = std::isnan(real) ? 0 : static_cast<std::int32_t>(std::lround(real));
        std::memcpy(out.data() + i * sizeof whole, &whole, sizeof whole);
      }
    });
  }

private:
  std::shared_ptr<const data::FieldSource> floats_;
  data::FieldInfo info_;
};

std::optional<ScalarType> typeOf(int datatype) {
  switch (datatype) {
  case 2:
    return ScalarType::UInt8;
  case 4:
    return ScalarType::Int16;
  case 8:
    return ScalarType::Int32;
  case 16:
    return ScalarType::Float32;
  case 64:
    return ScalarType::Float64;
  case 256:
    return ScalarType::Int8;
  case 512:
    return ScalarType::UInt16;
  case 768:
    return ScalarType::UInt32;
  case 1024:
    return ScalarType::Int64;
  case 1280:
    return ScalarType::UInt64;
  default:
    return std::nullopt;
  }
}

/// The XML that stands between the header and the values, in the extension with code 32.
XmlNode extensionOf(const std::string& path, const ByteSource& bytes, const NiftiHeader& h) {
  const auto end = static_cast<std::int64_t>(h.voxOffset);
  for (std::int64_t at = 544; at + 8 <= end;) {
    std::vector<std::byte> head(8);
    bytes.readAt(at, head);
    if (h.swapped) swapBytes(head, 4);
    std::int32_t size = 0, code = 0;
    std::memcpy(&size, head.data(), 4);
    std::memcpy(&code, head.data() + 4, 4);
    if (size < 8 || at + size > end)
      throw data::ReadError(path, "a NIfTI extension promises " + std::to_string(size) + " bytes, but " +
                                      std::to_string(end - at) + " are left before the values");
    if (code == 32) {
      std::vector<std::byte> xml(static_cast<std::size_t>(size - 8));
      bytes.readAt(at + 8, xml);
      while (!xml.empty() && xml.back() == std::byte{0})
        xml.pop_back(); // padding
      return parseXml(path, xml);
    }
    at += size;
  }
  throw data::ReadError(path, "the header says CIFTI-2, but no extension with its XML is there");
}

class Builder {
public:
  explicit Builder(const Candidate& c) : path_(c.path()) {
    if (static_cast<std::int64_t>(c.head.size()) < NiftiHeader::bytesOf(2) || NiftiHeader::versionOf(c.head) != 2)
      throw data::ReadError(path_, "the NIfTI-2 header is cut short, or it is NIfTI-1, which can't hold CIFTI-2");
    h_ = NiftiHeader::parse(c.head);
    const auto type = typeOf(h_.datatype);
    if (!type) throw data::ReadError(path_, "its values are of NIfTI type " + std::to_string(h_.datatype));
    layout_.stored = *type;
    layout_.swapped = h_.swapped;
    if (h_.dim[0] < 6 || h_.dim[0] > 7)
      throw data::ReadError(path_, "the header has " + std::to_string(h_.dim[0]) + " axes; CIFTI-2 has 6 or 7");
    double payload = static_cast<double>(sizeOf(*type));
    for (std::size_t i = 5; i <= static_cast<std::size_t>(h_.dim[0]); ++i) {
      if (h_.dim[i] < 1) throw data::ReadError(path_, "the header gives a dimension a length below 1");
      lengths_.push_back(h_.dim[i]);
      payload *= static_cast<double>(h_.dim[i]);
    }
    if (!(h_.voxOffset >= 544) || h_.voxOffset > mostXml)
      throw data::ReadError(path_, "the header says that the values begin at byte " + numberText(h_.voxOffset) +
                                       ", which can't be; the header is damaged");
    layout_.base = static_cast<std::int64_t>(h_.voxOffset);
    const std::string promise = "the header promises " + shapeText(lengths_) + " values (" + byteText(payload) + ")";
    VolumeBytes where{c.file, c.gzip, 0, layout_.base, payload, promise};
    bytes_ = volumeBytes(path_, where, dataset_.warnings);
    if (std::isfinite(h_.slope) && h_.slope != 0 && (h_.slope != 1 || h_.intercept != 0)) {
      layout_.scaled = true;
      layout_.slope = h_.slope;
      layout_.intercept = std::isfinite(h_.intercept) ? h_.intercept : 0;
    }
    dataset_.path = path_;
    dataset_.format = "CIFTI-2";
    if (!h_.intentName.empty()) dataset_.attributes["intent"] = h_.intentName;
  }

  std::shared_ptr<data::Dataset> build() {
    readAxes(extensionOf(path_, *bytes_, h_));
    data::FieldInfo info;
    info.name = "values";
    info.worldUnit = "index";
    info.transform = "none";
    info.source = "CIFTI-2";
    info.axisNames = {"x", "y", "z"};
    std::size_t spatial = 0;
    const CiftiAxis* maps = nullptr;
    std::int64_t mapStride = 0;
    std::int64_t stride = static_cast<std::int64_t>(sizeOf(layout_.stored));
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      const CiftiAxis& axis = axes_[i];
      if (axis.kind == Kind::BrainModels || axis.kind == Kind::Parcels) {
        info.axisNames[spatial] = axis.kind == Kind::Parcels ? "parcel" : "greyordinate";
        info.shape[spatial] = axis.length;
        layout_.stride[spatial++] = stride;
      } else if (axis.kind == Kind::Series && info.time.size == 1) {
        info.time = axis.series;
        layout_.stride[3] = stride;
      } else if (!maps) {
        maps = &axis;
        mapStride = stride;
      } else {
        throw data::ReadError(path_, "two dimensions of its matrix are maps or series, which Discern can't read");
      }
      stride *= axis.length;
    }
    addTables();
    if (maps && maps->kind == Kind::Series) throw data::ReadError(path_, "two dimensions of its matrix are series");
    info.levels = levelsFor(info.shape);
    if (!maps)
      add(info, layout_, nullptr);
    else
      addMaps(info, *maps, mapStride);
    return std::make_shared<FieldsDataset>(std::move(dataset_), std::move(fields_), std::move(tables_));
  }

private:
  void readAxes(const XmlNode& root) {
    const XmlNode* matrix = root.child("Matrix");
    if (root.name != "CIFTI" || !matrix) throw data::ReadError(path_, "its XML holds no CIFTI matrix");
    if (!root.attribute("Version").starts_with("2"))
      throw data::ReadError(path_, "this is CIFTI version " + cleanText(root.attribute("Version")) +
                                       "; version 2 was expected");
    axes_.resize(lengths_.size());
    std::vector<bool> found(lengths_.size());
    for (const XmlNode& map : matrix->children) {
      if (map.name != "MatrixIndicesMap") continue;
      for (const double which : numbersIn(map.attribute("AppliesToMatrixDimension"), 3)) {
        const auto i = static_cast<std::size_t>(std::max(0.0, which));
        if (i >= lengths_.size())
          throw data::ReadError(path_, "its XML describes a dimension the matrix does not have");
        axes_[i] = ciftiAxis(path_, map, lengths_[i]);
        found[i] = true;
      }
    }
    for (std::size_t i = 0; i < found.size(); ++i)
      if (!found[i]) throw data::ReadError(path_, "its XML says nothing of dimension " + std::to_string(i));
  }

  /// The tables of each axis; those of a later one with a number where they would have the same name and are others.
  void addTables() {
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      if (!axes_[i].summary.empty()) {
        const bool second = dataset_.attributes.contains("brain models");
        dataset_.attributes[second ? "brain models, second axis" : "brain models"] = axes_[i].summary;
      }
      for (data::Table& table : axes_[i].tables) {
        const auto same = std::find_if(tables_.begin(), tables_.end(),
                                       [&](const data::Table& t) { return t.info.name == table.info.name; });
        if (same != tables_.end() && same->texts == table.texts && same->info.rows == table.info.rows) continue;
        if (same != tables_.end()) table.info.name += ", second axis";
        tables_.push_back(std::move(table));
      }
    }
  }

  void addMaps(data::FieldInfo info, const CiftiAxis& maps, std::int64_t stride) {
    if (maps.length > mostMapFields) {
      if (maps.length > 65536) throw data::ReadError(path_, "it has more than 65536 maps");
      info.components = static_cast<int>(maps.length);
      layout_.stride[4] = stride;
      data::Table names;
      names.info = {"maps", {"name"}, {""}, maps.length};
      names.numbers.resize(1);
      names.texts = {maps.maps};
      tables_.push_back(std::move(names));
      add(info, layout_, nullptr);
      return;
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < maps.maps.size(); ++i) {
      data::FieldInfo one = info;
      const std::string wanted = maps.maps[i].empty() ? "map " + std::to_string(i + 1) : maps.maps[i];
      one.name = wanted;
      for (int n = 2; !names.insert(one.name).second; ++n)
        one.name = wanted + " " + std::to_string(n);
      RawLayout layout = layout_;
      layout.base += stride * static_cast<std::int64_t>(i);
      add(one, layout, maps.kind == Kind::Labels ? &maps.mapLabels[i] : nullptr);
      if (maps.kind == Kind::Labels)
        tables_.push_back(tableOf(maps.maps.size() == 1 ? "labels" : "labels of " + one.name, maps.mapLabels[i]));
    }
  }

  void add(data::FieldInfo info, const RawLayout& layout, const std::vector<LabelEntry>* labels) {
    if (labels) {
      info.labels = true;
      info.labelNames = namesOf(*labels);
    }
    auto field = rawField(std::move(info), bytes_, layout);
    if (labels && isFloating(field->info().type)) field = std::make_shared<WholeNumbers>(std::move(field));
    fields_.push_back(std::move(field));
  }

  std::string path_;
  NiftiHeader h_;
  RawLayout layout_;
  std::vector<std::int64_t> lengths_;
  std::shared_ptr<const ByteSource> bytes_;
  std::vector<CiftiAxis> axes_;
  data::DatasetInfo dataset_;
  FieldsDataset::Fields fields_;
  std::vector<data::Table> tables_;
};

} // namespace

bool isCifti(const Candidate& c) {
  if (NiftiHeader::kindOf(c.head) != NiftiHeader::Kind::Nifti) return false;
  if (static_cast<std::int64_t>(c.head.size()) < NiftiHeader::bytesOf(NiftiHeader::versionOf(c.head))) return false;
  const int intent = NiftiHeader::parse(c.head).intent;
  return intent >= 3000 && intent < 3100;
}

std::shared_ptr<data::Dataset> openCifti(const Candidate& candidate) { return Builder(candidate).build(); }

} // namespace discern::io
