#include "io/brain/gifti/gifti_reader.h"

#include "io/brain/gifti/gifti_data.h"
#include "io/brain/labels/label_table.h"
#include "io/brain/volume/number_text.h"
#include "io/brain/volume/surface.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace discern::io {

namespace {

constexpr std::int64_t mostContent = 256 << 20;

std::string shortIntent(const std::string& intent) {
  constexpr std::string_view prefix = "NIFTI_INTENT_";
  return lowerCase(intent.starts_with(prefix) ? intent.substr(prefix.size()) : intent);
}

std::vector<LabelEntry> labelTable(const XmlNode& root) {
  std::vector<LabelEntry> entries;
  const XmlNode* table = root.child("LabelTable");
  if (!table) return entries;
  for (const XmlNode& label : table->children) {
    if (label.name != "Label") continue;
    std::string key = label.attribute("Key");
    if (key.empty()) key = label.attribute("Index"); // older files
    const auto number = wholeNumber(key);
    if (!number) continue;
    LabelEntry entry{*number, cleanText(trimmed(label.text)), {}};
    std::array<double, 4> colour{0, 0, 0, 1};
    constexpr std::array names{"Red", "Green", "Blue", "Alpha"};
    for (std::size_t i = 0; i < 4; ++i)
      colour[i] = io::number(label.attribute(names[i])).value_or(colour[i]);
    if (!label.attribute("Red").empty()) entry.colour = colour;
    entries.push_back(std::move(entry));
  }
  return entries;
}

/// Rows of `columns` values → column after column.
std::vector<std::byte> byColumn(const GiftiArray& array) {
  const auto columns = static_cast<std::size_t>(array.columns()), rows = static_cast<std::size_t>(array.rows());
  if (columns == 1) return array.bytes;
  const std::size_t size = sizeOf(array.type);
  std::vector<std::byte> bytes(array.bytes.size());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c)
      std::memcpy(bytes.data() + (c * rows + r) * size, array.bytes.data() + (r * columns + c) * size, size);
  return bytes;
}

class Builder {
public:
  Builder(const std::string& path, const XmlNode& root) : path_(path) {
    dataset_.path = path;
    dataset_.format = "GIFTI";
    for (auto& [name, value] : giftiMeta(root.child("MetaData")))
      dataset_.attributes.emplace(name, value);
    labels_ = labelTable(root);
    for (const XmlNode& child : root.children)
      if (child.name == "DataArray") arrays_.push_back(decodeGifti(path, child));
    if (arrays_.empty()) throw data::ReadError(path, "the GIFTI file has no data arrays");
    const std::string promised = root.attribute("NumberOfDataArrays");
    if (const auto count = wholeNumber(promised); count && *count != static_cast<std::int64_t>(arrays_.size()))
      dataset_.warnings.push_back("The header promises " + promised + " arrays; " + std::to_string(arrays_.size()) +
                                  " are there.");
  }

  std::shared_ptr<data::Dataset> build() {
    addSurfaces();
    addSeries();
    for (const GiftiArray& array : arrays_)
      if (array.intent != "NIFTI_INTENT_POINTSET" && array.intent != "NIFTI_INTENT_TRIANGLE" && !inSeries(array))
        addField(array);
    std::vector<data::Table> tables;
    if (!labels_.empty()) tables.push_back(tableOf("labels", labels_));
    return std::make_shared<FieldsDataset>(std::move(dataset_), std::move(fields_), std::move(tables),
                                           std::move(grids_));
  }

private:
  void addSurfaces() {
    const GiftiArray* triangles = nullptr;
    for (const GiftiArray& array : arrays_)
      if (array.intent == "NIFTI_INTENT_TRIANGLE" && !triangles) triangles = &array;
    for (const GiftiArray& array : arrays_) {
      if (array.intent != "NIFTI_INTENT_POINTSET") continue;
      if (array.columns() != 3 || !isFloating(array.type))
        throw data::ReadError(path_, "the point set has " + shapeText(array.shape) +
                                         " values; floats, three to a point, were expected");
      for (const char* key : {"AnatomicalStructurePrimary", "AnatomicalStructureSecondary", "GeometricType"})
        if (const auto at = array.meta.find(key); at != array.meta.end()) dataset_.attributes[key] = at->second;
      data::GridInfo info;
      info.name = unique(grids_.empty() ? "surface" : array.name.empty() ? "surface" : array.name);
      info.frame = data::Frame::RasMillimetres;
      info.worldUnit = "mm";
      info.transform = array.dataSpace.empty() ? "none" : array.dataSpace;
      info.source = "GIFTI";
      if (array.moved) {
        dataset_.attributes["transformed space"] = array.otherSpace;
        dataset_.warnings.push_back("The points are in " + info.transform + "; the file's transform to " +
                                    (array.otherSpace.empty() ? "another space" : array.otherSpace) +
                                    " was not applied.");
      }
      if (triangles && (triangles->columns() != 3 || isFloating(triangles->type)))
        throw data::ReadError(path_, "the triangles have " + shapeText(triangles->shape) +
                                         " values; whole numbers, three to a triangle, were expected");
      SurfaceParts parts{array.type, array.bytes, data::ScalarType::Int32, {}};
      if (triangles) {
        parts.triangleType = triangles->type;
        parts.triangles = triangles->bytes;
      } else {
        dataset_.warnings.push_back("The file has points but no triangles.");
      }
      info.kind = triangles ? data::GridKind::Surface : data::GridKind::Particles;
      grids_.push_back(data::memoryGrid(info, surfaceOf(path_, parts)));
    }
  }

  [[nodiscard]] bool inSeries(const GiftiArray& array) const {
    return seriesRows_ > 0 && array.intent == "NIFTI_INTENT_TIME_SERIES" && array.rows() == seriesRows_ &&
           array.columns() == 1 && array.type == seriesType_;
  }

  /// Several arrays of one step each are one field.
  void addSeries() {
    std::int64_t steps = 0;
    for (const GiftiArray& array : arrays_) {
      if (array.intent != "NIFTI_INTENT_TIME_SERIES" || array.columns() != 1) continue;
      if (steps > 0 && (array.rows() != seriesRows_ || array.type != seriesType_)) {
        seriesRows_ = 0; // of different kinds: each is a field of its own
        return;
      }
      seriesRows_ = array.rows();
      seriesType_ = array.type;
      ++steps;
    }
    if (steps == 0) return;
    GiftiArray whole;
    whole.intent = "NIFTI_INTENT_TIME_SERIES";
    whole.name = "time series";
    whole.type = seriesType_;
    whole.shape = {seriesRows_};
    for (const GiftiArray& array : arrays_)
      if (inSeries(array)) whole.bytes.insert(whole.bytes.end(), array.bytes.begin(), array.bytes.end());
    addField(whole, steps);
  }

  void addField(const GiftiArray& array, std::int64_t steps = 1) {
    data::FieldInfo info;
    info.name = unique(array.name.empty() ? shortIntent(array.intent) : array.name);
    info.quantity = shortIntent(array.intent);
    info.type = array.type;
    info.shape = {array.rows(), 1, 1};
    info.source = "GIFTI";
    info.time.size = steps;
    if (array.columns() > 65536) throw data::ReadError(path_, "an array has more than 65536 values to a vertex");
    if (array.intent == "NIFTI_INTENT_TIME_SERIES" && steps == 1)
      info.time.size = array.columns();
    else
      info.components = static_cast<int>(array.columns());
    if (info.time.size > 1) dataset_.warnings.push_back("The time between steps is not given; they are numbered.");
    place(info);
    if (array.intent == "NIFTI_INTENT_LABEL" && !isFloating(array.type)) {
      info.labels = true;
      info.labelNames = namesOf(labels_);
    }
    fields_.push_back(data::memoryField(std::move(info), byColumn(array)));
  }

  void place(data::FieldInfo& info) {
    for (const auto& grid : grids_) {
      if (grid->info().points != info.shape[0]) continue;
      info.support = data::Support::Points;
      info.grid = grid->info().name;
      info.frame = grid->info().frame;
      info.worldUnit = grid->info().worldUnit;
      info.transform = grid->info().transform;
      return;
    }
    info.axisNames[0] = "vertex";
    info.worldUnit = "vertex";
    info.transform = "none";
    dataset_.attributes["surface"] =
        "not in this file; its values belong to a surface of " + std::to_string(info.shape[0]) + " vertices";
  }

  std::string unique(const std::string& wanted) {
    std::string name = wanted;
    for (int i = 2; !names_.insert(name).second; ++i)
      name = wanted + " " + std::to_string(i);
    return name;
  }

  std::string path_;
  data::DatasetInfo dataset_;
  std::vector<GiftiArray> arrays_;
  std::vector<LabelEntry> labels_;
  FieldsDataset::Fields fields_;
  FieldsDataset::Grids grids_;
  std::set<std::string> names_;
  std::int64_t seriesRows_ = 0;
  data::ScalarType seriesType_ = data::ScalarType::Float32;
};

} // namespace

bool isGifti(const Candidate& candidate) {
  return candidate.text().find("<GIFTI") != std::string_view::npos ||
         candidate.text().find("<!DOCTYPE GIFTI") != std::string_view::npos;
}

std::shared_ptr<data::Dataset> openGifti(const Candidate& candidate) {
  const auto content = candidate.content(mostContent);
  const XmlNode root = parseXml(candidate.path(), content);
  if (root.name != "GIFTI")
    throw data::ReadError(candidate.path(), "the root of its XML is " + cleanText(root.name) + "; GIFTI was expected");
  return Builder(candidate.path(), root).build();
}

} // namespace discern::io
