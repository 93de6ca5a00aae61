#include "data/error.h"
#include "io/archive/combined_dataset.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/grids/object/grid_steps.h"
#include "io/module.h"
#include "io/tables/text/cells.h"

#include <array>
#include <cmath>
#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <limits>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkContourTriangulator.h>
#include <vtkDoubleArray.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>

namespace discern::io {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr GIntBig mostFeatures = 20'000'000;

struct CloseDataset {
  void operator()(GDALDatasetH dataset) const { GDALClose(dataset); }
};
using Vectors = std::unique_ptr<void, CloseDataset>;

Vectors openVectors(const std::string& path) {
  GDALAllRegister();
  CPLPushErrorHandler(CPLQuietErrorHandler);
  CPLErrorReset();
  Vectors dataset(GDALOpenEx(path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, nullptr, nullptr, nullptr));
  const std::string why = CPLGetLastErrorMsg();
  CPLPopErrorHandler();
  if (!dataset)
    throw data::ReadError(path, "GDAL can't open it" + (why.empty() ? std::string() : ": " + cleanText(why)));
  return dataset;
}

/// The parts of a layer's geometry, and which feature each cell is of.
struct Cells {
  vtkNew<vtkPoints> points;
  vtkNew<vtkCellArray> vertices, lines, triangles;
  std::vector<std::int64_t> ofVertices, ofLines, ofTriangles;
};

vtkIdType addPoint(Cells& cells, OGRGeometryH geometry, int index) {
  return cells.points->InsertNextPoint(OGR_G_GetX(geometry, index), OGR_G_GetY(geometry, index),
                                       OGR_G_GetCoordinateDimension(geometry) > 2 ? OGR_G_GetZ(geometry, index) : 0);
}

/// A polygon with its holes, cut into triangles between its own corners.
void addPolygon(Cells& cells, OGRGeometryH polygon, std::int64_t feature) {
  vtkNew<vtkPolyData> outline;
  vtkNew<vtkPoints> corners;
  corners->SetDataTypeToDouble();
  vtkNew<vtkCellArray> loops;
  for (int ring = 0; ring < OGR_G_GetGeometryCount(polygon); ++ring) {
    OGRGeometryH loop = OGR_G_GetGeometryRef(polygon, ring);
    const int count = OGR_G_GetPointCount(loop) - 1; // the last is the first again
    if (count < 3) continue;
    loops->InsertNextCell(count + 1);
    const vtkIdType first = corners->GetNumberOfPoints();
    for (int i = 0; i < count; ++i)
      loops->InsertCellPoint(corners->InsertNextPoint(OGR_G_GetX(loop, i), OGR_G_GetY(loop, i), 0));
    loops->InsertCellPoint(first);
  }
  if (loops->GetNumberOfCells() == 0) return;
  outline->SetPoints(corners);
  outline->SetLines(loops);
  vtkNew<vtkContourTriangulator> cut;
  cut->SetInputData(outline);
  cut->TriangulationErrorDisplayOff();
  cut->Update();
  vtkPolyData* whole = cut->GetOutput();
  const vtkIdType first = cells.points->GetNumberOfPoints();
  for (vtkIdType i = 0; i < whole->GetNumberOfPoints(); ++i)
    cells.points->InsertNextPoint(whole->GetPoint(i));
  vtkIdType size = 0;
  const vtkIdType* ids = nullptr;
  for (vtkIdType i = 0; i < whole->GetNumberOfPolys(); ++i) {
    whole->GetPolys()->GetCellAtId(i, size, ids);
    for (vtkIdType k = 1; k + 1 < size; ++k) {
      const std::array<vtkIdType, 3> triangle{first + ids[0], first + ids[k], first + ids[k + 1]};
      cells.triangles->InsertNextCell(3, triangle.data());
      cells.ofTriangles.push_back(feature);
    }
  }
}

void addGeometry(Cells& cells, OGRGeometryH geometry, std::int64_t feature) {
  if (!geometry) return;
  switch (wkbFlatten(OGR_G_GetGeometryType(geometry))) {
  case wkbPoint: {
    const vtkIdType at = addPoint(cells, geometry, 0);
    cells.vertices->InsertNextCell(1, &at);
    cells.ofVertices.push_back(feature);
    break;
  }
  case wkbLineString: {
    const int count = OGR_G_GetPointCount(geometry);
    if (count < 2) break;
    cells.lines->InsertNextCell(count);
    for (int i = 0; i < count; ++i)
      cells.lines->InsertCellPoint(addPoint(cells, geometry, i));
    cells.ofLines.push_back(feature);
    break;
  }
  case wkbPolygon:
    addPolygon(cells, geometry, feature);
    break;
  default: // several of one kind or of several
    for (int i = 0; i < OGR_G_GetGeometryCount(geometry); ++i)
      addGeometry(cells, OGR_G_GetGeometryRef(geometry, i), feature);
  }
}

struct Layer {
  std::string name, unit, coordinates;
  data::Table table;
  vtkSmartPointer<vtkPolyData> shapes;
};

/// The attributes of a layer, a column each; times as seconds since 1970.
void readAttributes(OGRFeatureH feature, OGRFeatureDefnH definition, data::Table& table) {
  for (int f = 0; f < OGR_FD_GetFieldCount(definition); ++f) {
    const auto column = static_cast<std::size_t>(f);
    const bool there = OGR_F_IsFieldSetAndNotNull(feature, f) != 0;
    switch (OGR_Fld_GetType(OGR_FD_GetFieldDefn(definition, f))) {
    case OFTInteger:
    case OFTInteger64:
    case OFTReal:
      table.numbers[column].push_back(there ? OGR_F_GetFieldAsDouble(feature, f) : nothing);
      break;
    case OFTDate:
    case OFTDateTime: {
      int year = 0, month = 0, day = 0, hour = 0, minute = 0, zone = 0;
      float second = 0;
      const bool known =
          there && OGR_F_GetFieldAsDateTimeEx(feature, f, &year, &month, &day, &hour, &minute, &second, &zone) != 0;
      table.numbers[column].push_back(
          known ? secondsOfDate(year, month, day) + hour * 3600 + minute * 60 + static_cast<double>(second) : nothing);
      break;
    }
    default:
      table.texts[column].push_back(there ? cleanText(OGR_F_GetFieldAsString(feature, f)) : std::string());
    }
  }
}

Layer readLayer(const std::string& path, OGRLayerH source) {
  Layer layer;
  layer.name = cleanText(OGR_L_GetName(source));
  OGRFeatureDefnH definition = OGR_L_GetLayerDefn(source);
  if (OGR_L_GetFeatureCount(source, TRUE) > mostFeatures)
    throw data::ReadError(path,
                          "layer \"" + layer.name + "\" has more than " + std::to_string(mostFeatures) + " features");
  if (OGRSpatialReferenceH reference = OGR_L_GetSpatialRef(source)) {
    layer.unit = OSRIsGeographic(reference) ? "deg" : "m";
    if (const char* name = OSRGetName(reference)) layer.coordinates = cleanText(name);
  }
  layer.table.info.name = layer.name;
  for (int f = 0; f < OGR_FD_GetFieldCount(definition); ++f) {
    OGRFieldDefnH field = OGR_FD_GetFieldDefn(definition, f);
    const OGRFieldType type = OGR_Fld_GetType(field);
    layer.table.info.columns.push_back(cleanText(OGR_Fld_GetNameRef(field)));
    layer.table.info.units.emplace_back(type == OFTDate || type == OFTDateTime ? epochUnit : "");
  }
  makeUnique(layer.table.info.columns);
  layer.table.numbers.resize(layer.table.info.columns.size());
  layer.table.texts.resize(layer.table.info.columns.size());

  Cells cells;
  cells.points->SetDataTypeToDouble();
  std::int64_t count = 0;
  OGR_L_ResetReading(source);
  while (OGRFeatureH feature = OGR_L_GetNextFeature(source)) {
    addGeometry(cells, OGR_F_GetGeometryRef(feature), count++);
    readAttributes(feature, definition, layer.table);
    OGR_F_Destroy(feature);
  }
  layer.table.info.rows = count;
  layer.shapes = vtkSmartPointer<vtkPolyData>::New();
  layer.shapes->SetPoints(cells.points);
  layer.shapes->SetVerts(cells.vertices);
  layer.shapes->SetLines(cells.lines);
  layer.shapes->SetPolys(cells.triangles);
  std::vector<std::int64_t> features = std::move(cells.ofVertices); // VTK's order: vertices, lines, polygons
  features.insert(features.end(), cells.ofLines.begin(), cells.ofLines.end());
  features.insert(features.end(), cells.ofTriangles.begin(), cells.ofTriangles.end());
  const auto add = [&](const std::string& name, const auto& valueOf) {
    vtkNew<vtkDoubleArray> array;
    array->SetName(name.c_str());
    array->SetNumberOfValues(static_cast<vtkIdType>(features.size()));
    for (std::size_t i = 0; i < features.size(); ++i)
      array->SetValue(static_cast<vtkIdType>(i), valueOf(features[i]));
    layer.shapes->GetCellData()->AddArray(array);
  };
  for (std::size_t c = 0; c < layer.table.info.columns.size(); ++c)
    if (const auto& numbers = layer.table.numbers[c]; numbers.size() == static_cast<std::size_t>(count))
      add(layer.table.info.columns[c], [&](std::int64_t i) { return numbers[static_cast<std::size_t>(i)]; });
  add("feature", [](std::int64_t i) { return static_cast<double>(i); });
  return layer;
}

std::shared_ptr<data::Dataset> open(const Candidate& candidate) {
  const std::string& path = candidate.path();
  const Vectors vectors = openVectors(path);
  std::vector<data::Table> tables;
  GridParts parts;
  parts.info.path = path;
  parts.info.format = candidate.begins("SQLite") ? "GeoPackage" : "ESRI shapefile";
  for (int l = 0; l < GDALDatasetGetLayerCount(vectors.get()); ++l) {
    Layer layer = readLayer(path, GDALDatasetGetLayer(vectors.get(), l));
    if (!layer.coordinates.empty()) parts.info.attributes[layer.name + ": coordinates"] = layer.coordinates;
    if (layer.shapes->GetNumberOfCells() > 0) {
      GridSpec spec;
      spec.name = layer.name;
      spec.worldUnit = layer.unit;
      spec.source = parts.info.format;
      spec.load = [shapes = layer.shapes](std::int64_t) { return shapes; };
      parts.grids.push_back(std::move(spec));
    }
    tables.push_back(std::move(layer.table));
  }
  if (tables.empty()) throw data::ReadError(path, "it has no layers of features");
  data::DatasetInfo info;
  info.path = path;
  info.format = parts.info.format;
  std::vector<DatasetPart> both;
  const bool drawn = !parts.grids.empty();
  if (drawn) both.push_back({{}, gridDataset(std::move(parts))});
  both.push_back({{}, std::make_shared<FieldsDataset>(info, FieldsDataset::Fields{}, std::move(tables))});
  return combinedDataset(std::move(info), std::move(both));
}

} // namespace

DISCERN_READER_ENTRY(discernVector, Candidate, open)

} // namespace discern::io
