#include "data/error.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/module.h"
#include "io/tables/text/cells.h"

#include <array>
#include <cpl_conv.h>
#include <cpl_error.h>
#include <cstring>
#include <gdal.h>
#include <limits>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <set>
#include <unordered_map>
#include <vtkCellArray.h>
#include <vtkContourTriangulator.h>
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

/// GDAL writes nothing to the terminal as long as this lives.
class Quiet {
public:
  Quiet() {
    CPLPushErrorHandler(CPLQuietErrorHandler);
    CPLErrorReset();
  }
  ~Quiet() { CPLPopErrorHandler(); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
};

Vectors openVectors(const std::string& path) {
  GDALAllRegister();
  Vectors dataset(GDALOpenEx(path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, nullptr, nullptr, nullptr));
  const std::string why = CPLGetLastErrorMsg();
  if (!dataset)
    throw data::ReadError(path, "GDAL can't open it" + (why.empty() ? std::string() : ": " + cleanText(why)));
  return dataset;
}

/// The names of a database's views. A view is a question that the file asks: one without an end would never be
/// answered.
std::set<std::string> viewsOf(GDALDatasetH dataset) {
  std::set<std::string> views;
  OGRLayerH names =
      GDALDatasetExecuteSQL(dataset, "SELECT name FROM sqlite_master WHERE type = 'view'", nullptr, nullptr);
  if (!names) return views;
  while (OGRFeatureH row = OGR_L_GetNextFeature(names)) {
    views.insert(lowerCase(OGR_F_GetFieldAsString(row, 0)));
    OGR_F_Destroy(row);
  }
  GDALDatasetReleaseResultSet(dataset, names);
  return views;
}

/// The parts of a layer's geometry, and which feature each cell is of.
struct Cells {
  vtkNew<vtkPoints> points;
  vtkNew<vtkCellArray> vertices, lines, triangles;
  std::vector<std::int64_t> ofVertices, ofLines, ofTriangles;
  std::int64_t uncut = 0;
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
  if (whole->GetNumberOfPolys() == 0) ++cells.uncut;
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
  data::Frame frame = data::Frame::Cartesian;
  data::Table table;
  vtkSmartPointer<vtkPolyData> shapes;
  std::vector<std::int64_t> features; ///< which row of the table each cell is of
  std::int64_t uncut = 0;             ///< polygons that could not be cut into triangles
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
    const bool geographic = OSRIsGeographic(reference) != 0;
    layer.frame = geographic ? data::Frame::LonLat : data::Frame::Cartesian;
    layer.unit = geographic ? "degrees" : "m";
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
  layer.features = std::move(cells.ofVertices); // VTK's order: vertices, lines, polygons
  layer.features.insert(layer.features.end(), cells.ofLines.begin(), cells.ofLines.end());
  layer.features.insert(layer.features.end(), cells.ofTriangles.begin(), cells.ofTriangles.end());
  layer.uncut = cells.uncut;
  return layer;
}

/// The attributes of a layer as fields on its cells.
class LayerFields {
public:
  LayerFields(const Layer& layer, const data::GridInfo& grid, bool several)
      : layer_(layer), grid_(grid), prefix_(several ? layer.name + ": " : std::string()) {}

  [[nodiscard]] FieldsDataset::Fields all() const {
    FieldsDataset::Fields fields;
    const data::Table& table = layer_.table;
    for (std::size_t c = 0; c < table.info.columns.size(); ++c) {
      if (table.numbers[c].size() == static_cast<std::size_t>(table.info.rows) && !table.numbers[c].empty())
        fields.push_back(numbers(table.info.columns[c], table.info.units[c],
                                 [&](std::int64_t row) { return table.numbers[c][static_cast<std::size_t>(row)]; }));
      else if (auto field = categories(table.info.columns[c], table.texts[c]))
        fields.push_back(std::move(field));
    }
    fields.push_back(numbers("feature", {}, [](std::int64_t row) { return static_cast<double>(row); }));
    return fields;
  }

private:
  [[nodiscard]] data::FieldInfo info(const std::string& name) const {
    data::FieldInfo field;
    field.name = prefix_ + name;
    field.shape = {static_cast<std::int64_t>(layer_.features.size()), 1, 1};
    field.support = data::Support::Cells;
    field.grid = grid_.name;
    field.frame = grid_.frame;
    field.worldUnit = grid_.worldUnit;
    field.transform = grid_.transform;
    field.source = grid_.source;
    return field;
  }
  template <typename ValueOf>
  [[nodiscard]] std::shared_ptr<const data::FieldSource> numbers(const std::string& name, const std::string& unit,
                                                                 const ValueOf& valueOf) const {
    data::FieldInfo field = info(name);
    field.unit = unit;
    field.type = data::ScalarType::Float64;
    std::vector<std::byte> bytes(layer_.features.size() * sizeof(double));
    for (std::size_t i = 0; i < layer_.features.size(); ++i) {
      const double value = valueOf(layer_.features[i]);
      std::memcpy(bytes.data() + i * sizeof(double), &value, sizeof(double));
    }
    return data::memoryField(std::move(field), std::move(bytes));
  }
  /// Texts as labels, numbered in the order they come, 0 where there is none; nullptr for too many different ones.
  [[nodiscard]] std::shared_ptr<const data::FieldSource> categories(const std::string& name,
                                                                    const std::vector<std::string>& texts) const {
    constexpr std::size_t mostCategories = 10000;
    data::FieldInfo field = info(name);
    field.type = data::ScalarType::Int32;
    field.labels = true;
    std::unordered_map<std::string, std::int32_t> codes;
    std::vector<std::byte> bytes(layer_.features.size() * sizeof(std::int32_t));
    for (std::size_t i = 0; i < layer_.features.size(); ++i) {
      const std::string& text = texts[static_cast<std::size_t>(layer_.features[i])];
      const auto next = static_cast<std::int32_t>(codes.size()) + 1;
      const std::int32_t code = text.empty() ? 0 : codes.try_emplace(text, next).first->second;
      if (codes.size() > mostCategories) return nullptr;
      if (code > 0) field.labelNames.try_emplace(code, text);
      std::memcpy(bytes.data() + i * sizeof(code), &code, sizeof(code));
    }
    return data::memoryField(std::move(field), std::move(bytes));
  }
  const Layer& layer_;
  const data::GridInfo& grid_;
  std::string prefix_;
};

data::GridKind kindOf(vtkPolyData& shapes) {
  if (shapes.GetNumberOfPolys() > 0) return data::GridKind::Surface;
  return shapes.GetNumberOfLines() > 0 ? data::GridKind::Lines : data::GridKind::Particles;
}

std::shared_ptr<data::Dataset> open(const Candidate& candidate) {
  const std::string& path = candidate.path();
  const Quiet quiet;
  const Vectors vectors = openVectors(path);
  data::DatasetInfo info;
  info.path = path;
  info.format = candidate.begins("SQLite") ? "GeoPackage" : "ESRI shapefile";
  std::vector<data::Table> tables;
  FieldsDataset::Fields fields;
  FieldsDataset::Grids grids;
  const auto views = candidate.begins("SQLite") ? viewsOf(vectors.get()) : std::set<std::string>();
  const int layers = GDALDatasetGetLayerCount(vectors.get());
  for (int l = 0; l < layers; ++l) {
    const std::string name = OGR_L_GetName(GDALDatasetGetLayer(vectors.get(), l));
    if (views.contains(lowerCase(name))) {
      info.warnings.push_back(cleanText(name) + " is a view of other tables, which is not read");
      continue;
    }
    Layer layer = readLayer(path, GDALDatasetGetLayer(vectors.get(), l));
    if (!layer.coordinates.empty()) info.attributes[layer.name + ": coordinates"] = layer.coordinates;
    if (layer.uncut > 0)
      info.warnings.push_back(std::to_string(layer.uncut) + " polygons of " + layer.name +
                              " are not drawn: they cross themselves, and can't be cut into triangles");
    if (layer.shapes->GetNumberOfCells() > 0) {
      data::GridInfo grid;
      grid.name = layer.name;
      grid.kind = kindOf(*layer.shapes);
      grid.frame = layer.frame;
      grid.worldUnit = layer.unit;
      grid.transform = "coordinates";
      grid.source = info.format;
      const auto own = LayerFields(layer, grid, layers > 1).all();
      fields.insert(fields.end(), own.begin(), own.end());
      grids.push_back(data::memoryGrid(grid, layer.shapes));
    }
    tables.push_back(std::move(layer.table));
  }
  if (tables.empty()) throw data::ReadError(path, "it has no layers of features");
  return std::make_shared<FieldsDataset>(std::move(info), std::move(fields), std::move(tables), std::move(grids));
}

} // namespace

DISCERN_READER_ENTRY(discernVector, Candidate, open)

} // namespace discern::io
