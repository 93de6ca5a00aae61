#include "io/brain/cifti/cifti_axis.h"

#include "data/error.h"
#include "io/brain/volume/number_text.h"
#include "io/file_text.h"

#include <cmath>
#include <limits>

namespace discern::io {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

std::string withoutPrefix(std::string text, std::string_view prefix) {
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  return text;
}

/// The affine of the volume that voxels are counted in, in millimetres; the identity when the map has none.
data::Affine volumeOf(const XmlNode& map) {
  data::Affine affine;
  const XmlNode* volume = map.child("Volume");
  const XmlNode* matrix = volume ? volume->child("TransformationMatrixVoxelIndicesIJKtoXYZ") : nullptr;
  if (!matrix) return affine;
  const auto m = numbersIn(matrix->text, 17);
  if (m.size() != 16) return affine;
  const double exponent = number(matrix->attribute("MeterExponent")).value_or(-3);
  for (std::size_t i = 0; i < 12; ++i)
    affine.m[i] = m[i] * std::pow(10, exponent + 3);
  return affine;
}

data::Table emptyTable(const std::string& name, std::vector<std::string> columns, std::vector<std::string> units) {
  data::Table table;
  table.info = {name, std::move(columns), std::move(units), 0};
  table.numbers.resize(table.info.columns.size());
  table.texts.resize(table.info.columns.size());
  return table;
}

void readBrainModels(const std::string& path, const XmlNode& map, CiftiAxis& axis) {
  const data::Affine affine = volumeOf(map);
  data::Table models = emptyTable("brain models", {"structure", "kind", "first", "count", "surface vertices"}, {});
  data::Table places = emptyTable("greyordinates", {"model", "vertex", "x", "y", "z"}, {"", "", "mm", "mm", "mm"});
  models.info.units.resize(5);
  for (auto& column : places.numbers)
    column.assign(static_cast<std::size_t>(axis.length), none);
  std::int64_t covered = 0;
  for (const XmlNode& model : map.children) {
    if (model.name != "BrainModel") continue;
    const std::string structure = withoutPrefix(cleanText(model.attribute("BrainStructure")), "CIFTI_STRUCTURE_");
    const auto first = wholeNumber(model.attribute("IndexOffset")), count = wholeNumber(model.attribute("IndexCount"));
    if (!first || !count || *first < 0 || *count < 0 || *first > axis.length || *count > axis.length - *first)
      throw data::ReadError(path, "the brain model " + structure + " goes from \"" +
                                      cleanText(model.attribute("IndexOffset")) + "\" over \"" +
                                      cleanText(model.attribute("IndexCount")) + "\" indices, but the matrix has " +
                                      std::to_string(axis.length));
    const bool surface = model.attribute("ModelType") == "CIFTI_MODEL_TYPE_SURFACE";
    const auto n = static_cast<std::size_t>(*count);
    const auto indices =
        numbersIn(model.childText(surface ? "VertexIndices" : "VoxelIndicesIJK"), (surface ? n : 3 * n) + 1);
    if (indices.size() != (surface ? n : 3 * n))
      throw data::ReadError(path, "the brain model " + structure + " promises " + std::to_string(n) +
                                      (surface ? " vertices" : " voxels") + ", but its list does not have as many");
    for (std::size_t i = 0; i < n; ++i) {
      const auto at = static_cast<std::size_t>(*first) + i;
      places.numbers[0][at] = static_cast<double>(models.info.rows);
      if (surface) {
        places.numbers[1][at] = indices[i];
        continue;
      }
      const data::Vec3 world = affine.apply({indices[3 * i], indices[3 * i + 1], indices[3 * i + 2]});
      for (std::size_t a = 0; a < 3; ++a)
        places.numbers[2 + a][at] = world[a];
    }
    models.texts[0].push_back(structure);
    models.texts[1].push_back(surface ? "surface" : "voxels");
    models.numbers[2].push_back(static_cast<double>(*first));
    models.numbers[3].push_back(static_cast<double>(*count));
    models.numbers[4].push_back(number(model.attribute("SurfaceNumberOfVertices")).value_or(none));
    ++models.info.rows;
    covered += *count;
    axis.summary += (axis.summary.empty() ? "" : ", ") + structure + " " + std::to_string(*count);
  }
  if (covered != axis.length)
    throw data::ReadError(path, "its brain models have " + std::to_string(covered) +
                                    " greyordinates together, but the "
                                    "matrix has " +
                                    std::to_string(axis.length));
  places.info.rows = axis.length;
  axis.tables = {std::move(models), std::move(places)};
}

void readParcels(const std::string& path, const XmlNode& map, CiftiAxis& axis) {
  data::Table parcels = emptyTable("parcels", {"name", "vertices", "voxels"}, {});
  parcels.info.units.resize(3);
  for (const XmlNode& parcel : map.children) {
    if (parcel.name != "Parcel") continue;
    double vertices = 0, voxels = 0;
    for (const XmlNode& part : parcel.children) {
      if (part.name == "Vertices") vertices += static_cast<double>(wordsIn(part.text).size());
      if (part.name == "VoxelIndicesIJK") voxels += static_cast<double>(wordsIn(part.text).size()) / 3;
    }
    parcels.texts[0].push_back(cleanText(parcel.attribute("Name")));
    parcels.numbers[1].push_back(vertices);
    parcels.numbers[2].push_back(voxels);
    ++parcels.info.rows;
  }
  if (parcels.info.rows != axis.length)
    throw data::ReadError(path, "it names " + std::to_string(parcels.info.rows) + " parcels, but the matrix has " +
                                    std::to_string(axis.length));
  axis.summary = std::to_string(axis.length) + " parcels";
  axis.tables = {std::move(parcels)};
}

void readMaps(const std::string& path, const XmlNode& map, CiftiAxis& axis) {
  for (const XmlNode& named : map.children) {
    if (named.name != "NamedMap") continue;
    axis.maps.push_back(cleanText(named.childText("MapName")));
    auto& entries = axis.mapLabels.emplace_back();
    const XmlNode* table = named.child("LabelTable");
    if (!table) continue;
    for (const XmlNode& label : table->children) {
      const auto key = wholeNumber(label.attribute("Key"));
      if (label.name != "Label" || !key) continue;
      LabelEntry entry{*key, cleanText(trimmed(label.text)), std::array<double, 4>{0, 0, 0, 1}};
      constexpr std::array names{"Red", "Green", "Blue", "Alpha"};
      for (std::size_t i = 0; i < 4; ++i)
        (*entry.colour)[i] = number(label.attribute(names[i])).value_or((*entry.colour)[i]);
      entries.push_back(std::move(entry));
    }
  }
  if (static_cast<std::int64_t>(axis.maps.size()) != axis.length)
    throw data::ReadError(path, "it names " + std::to_string(axis.maps.size()) + " maps, but the matrix has " +
                                    std::to_string(axis.length));
}

void readSeries(const std::string& path, const XmlNode& map, CiftiAxis& axis) {
  const auto points = wholeNumber(map.attribute("NumberOfSeriesPoints"));
  if (points && *points != axis.length)
    throw data::ReadError(path, "its series has " + std::to_string(*points) + " points, but the matrix has " +
                                    std::to_string(axis.length));
  axis.series.size = axis.length;
  const auto step = number(map.attribute("SeriesStep")), start = number(map.attribute("SeriesStart"));
  const std::string unit = map.attribute("SeriesUnit");
  if (!step || !start) return;
  const double scale = std::pow(10, number(map.attribute("SeriesExponent")).value_or(0));
  axis.series.unit = unit == "SECOND" ? "s" : unit == "HERTZ" ? "Hz" : unit == "METER" ? "m" : "rad";
  for (std::int64_t i = 0; i < axis.length; ++i)
    axis.series.values.push_back((*start + *step * static_cast<double>(i)) * scale);
}

} // namespace

CiftiAxis ciftiAxis(const std::string& path, const XmlNode& map, std::int64_t length) {
  CiftiAxis axis;
  axis.length = length;
  const std::string type = withoutPrefix(map.attribute("IndicesMapToDataType"), "CIFTI_INDEX_TYPE_");
  if (type == "BRAIN_MODELS") {
    axis.kind = CiftiAxis::Kind::BrainModels;
    readBrainModels(path, map, axis);
  } else if (type == "PARCELS") {
    axis.kind = CiftiAxis::Kind::Parcels;
    readParcels(path, map, axis);
  } else if (type == "SERIES") {
    axis.kind = CiftiAxis::Kind::Series;
    readSeries(path, map, axis);
  } else if (type == "SCALARS" || type == "LABELS") {
    axis.kind = type == "LABELS" ? CiftiAxis::Kind::Labels : CiftiAxis::Kind::Scalars;
    readMaps(path, map, axis);
  } else {
    throw data::ReadError(path, "a dimension of its matrix is of \"" + cleanText(type) +
                                    "\"; brain models, parcels, series, scalars or labels were expected");
  }
  return axis;
}

} // namespace discern::io
