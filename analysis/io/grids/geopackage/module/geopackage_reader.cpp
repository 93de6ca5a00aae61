#include "database.h"
#include "io/file_text.h"
#include "io/module.h"
#include "io/tables/records/record_table.h"
#include "io/tables/text/tables_dataset.h"
#include "layer_grid.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <unordered_map>

namespace discern::io {

namespace {

constexpr std::size_t mostLayers = 200, mostRows = 2'000'000, mostCategories = 10000;

struct Layer {
  std::string name, geometry; ///< the table, and its column of geometries; empty: a table alone
  std::int64_t system = 0;
};

struct Content {
  data::Table table;
  std::vector<Shapes> shapes; ///< one a row
  std::map<std::string, std::int64_t> problems;
};

RecordValue valueOf(const Row& row, int column) {
  switch (row.type(column)) {
  case SQLITE_INTEGER:
    return RecordValue::ofWhole(row.whole(column));
  case SQLITE_FLOAT:
    return RecordValue::ofNumber(row.real(column));
  case SQLITE_TEXT:
    return RecordValue::ofText(row.text(column));
  case SQLITE_BLOB:
    return RecordValue::ofText(byteText(static_cast<double>(row.blob(column).size())));
  default:
    return {};
  }
}

Content contentOf(const Database& database, const Layer& layer, bool shapes) {
  RecordTable table(layer.name);
  Content content;
  database.ask("SELECT * FROM " + Database::quoted(layer.name), [&](const Row& row) {
    if (table.rows() >= mostRows) {
      ++content.problems["rows beyond the first " + std::to_string(mostRows)];
      return;
    }
    table.addRow();
    if (shapes) content.shapes.emplace_back();
    for (int column = 0; column < row.size(); ++column) {
      if (row.name(column) != layer.geometry) {
        if (!table.set(row.name(column), valueOf(row, column))) ++content.problems["columns beyond what is read"];
      } else if (shapes && row.type(column) == SQLITE_BLOB) {
        try {
          addGeometry(row.blob(column), content.shapes.back());
        } catch (const std::runtime_error& problem) {
          content.shapes.back() = {};
          ++content.problems[problem.what()];
        }
      }
    }
  });
  content.table = std::move(table).finish();
  return content;
}

class Reader {
public:
  explicit Reader(const Candidate& candidate) : database_(candidate.path()) {
    info_.path = candidate.path();
    info_.format = "GeoPackage";
  }

  std::shared_ptr<data::Dataset> open() {
    const auto layers = layersOf();
    several_ = std::count_if(layers.begin(), layers.end(), [](const Layer& l) { return !l.geometry.empty(); }) > 1;
    for (const Layer& layer : layers)
      add(layer);
    if (tables_.empty()) {
      const std::string first = info_.warnings.empty() ? std::string() : ": " + info_.warnings.front();
      throw data::ReadError(info_.path, "the GeoPackage has no layer of shapes and no table" + first);
    }
    return std::make_shared<TablesDataset>(std::move(info_), std::move(tables_), std::move(fields_), std::move(grids_));
  }

private:
  std::vector<Layer> layersOf() {
    std::vector<Layer> layers;
    if (!database_.hasTable("gpkg_contents"))
      throw data::ReadError(info_.path, "this is an SQLite database without the table gpkg_contents, so no GeoPackage");
    database_.ask("SELECT table_name, data_type, srs_id FROM gpkg_contents ORDER BY rowid", [&](const Row& row) {
      const std::string kind = row.text(1);
      if (kind != "features" && kind != "attributes")
        info_.warnings.push_back("Not shown: " + row.text(0) + " (" + kind + ").");
      else if (layers.size() < mostLayers)
        layers.push_back({row.text(0), "", row.whole(2)});
    });
    if (database_.hasTable("gpkg_geometry_columns"))
      database_.ask("SELECT table_name, column_name FROM gpkg_geometry_columns", [&](const Row& row) {
        for (Layer& layer : layers)
          if (layer.name == row.text(0)) layer.geometry = row.text(1);
      });
    layers.erase(std::remove_if(layers.begin(), layers.end(),
                                [&](const Layer& layer) {
                                  const bool gone = !database_.hasTable(layer.name);
                                  if (gone) info_.warnings.push_back("The layer " + layer.name + " is not there.");
                                  return gone;
                                }),
                 layers.end());
    return layers;
  }

  void add(const Layer& layer) {
    const Content content = contentOf(database_, layer, true);
    for (const auto& [problem, count] : content.problems)
      info_.warnings.push_back(layer.name + ": " + std::to_string(count) + " times: " + problem + ".");
    tables_.push_back(
        {content.table.info, [path = info_.path, layer] { return contentOf(Database(path), layer, false).table; }});
    const auto system = systemOf(layer.system);
    addGrid(layer.name, data::GridKind::Surface, polygonGrid(content.shapes), content.table, system);
    addGrid(layer.name + " (lines)", data::GridKind::Lines, lineGrid(content.shapes), content.table, system);
    addGrid(layer.name + " (points)", data::GridKind::Particles, pointGrid(content.shapes), content.table, system);
  }

  struct System {
    data::Frame frame = data::Frame::Cartesian;
    std::string unit;
  };
  System systemOf(std::int64_t id) {
    System system;
    if (!database_.hasTable("gpkg_spatial_ref_sys")) return system;
    database_.ask("SELECT organization, organization_coordsys_id, definition, srs_name FROM gpkg_spatial_ref_sys "
                  "WHERE srs_id = " +
                      std::to_string(id),
                  [&](const Row& row) {
                    const std::string text = row.text(2);
                    if (text.starts_with("GEOG") || id == 0) system = {data::Frame::LonLat, "degrees"};
                    if (text.starts_with("PROJ")) system.unit = text.find("\"metre\"") != std::string::npos ? "m" : "";
                    if (row.text(0) != "NONE")
                      info_.attributes["coordinate system"] =
                          row.text(0) + ":" + row.text(1) + " (" + row.text(3) + ")";
                  });
    return system;
  }

  void addGrid(const std::string& name, data::GridKind kind, const LayerGrid& made, const data::Table& table,
               const System& system) {
    if (made.rows.empty()) return;
    data::GridInfo grid;
    grid.name = name;
    grid.kind = kind;
    grid.frame = system.frame;
    grid.worldUnit = system.unit;
    grid.transform = "coordinates";
    grid.source = info_.format;
    if (made.untiled > 0)
      info_.warnings.push_back(std::to_string(made.untiled) + " polygons of " + name +
                               " are each one cell, holes filled: they could not be made of triangles.");
    several_ = several_ || !grids_.empty();
    grids_.push_back(data::memoryGrid(grid, made.object));
    std::vector<double> rows(made.rows.begin(), made.rows.end());
    for (double& row : rows)
      ++row;
    addNumbers(grid, "row", "", rows);
    for (std::size_t c = 0; c < table.info.columns.size(); ++c) {
      if (!table.numbers[c].empty()) {
        for (std::size_t i = 0; i < rows.size(); ++i)
          rows[i] = table.numbers[c][static_cast<std::size_t>(made.rows[i])];
        addNumbers(grid, table.info.columns[c], table.info.units[c], rows);
      } else {
        addCategories(grid, table.info.columns[c], table.texts[c], made.rows);
      }
    }
  }

  data::FieldInfo fieldOn(const data::GridInfo& grid, const std::string& name, std::size_t cells) const {
    data::FieldInfo field;
    field.name = several_ ? grid.name + ": " + name : name;
    field.shape = {static_cast<std::int64_t>(cells), 1, 1};
    field.support = data::Support::Cells;
    field.grid = grid.name;
    field.frame = grid.frame;
    field.worldUnit = grid.worldUnit;
    field.source = info_.format;
    return field;
  }

  void addNumbers(const data::GridInfo& grid, const std::string& name, const std::string& unit,
                  const std::vector<double>& values) {
    data::FieldInfo field = fieldOn(grid, name, values.size());
    field.unit = unit;
    field.type = data::ScalarType::Float64;
    std::vector<std::byte> bytes(values.size() * sizeof(double));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    fields_.push_back(data::memoryField(std::move(field), std::move(bytes)));
  }

  /// Texts as labels, numbered in the order they come; 0 where there is none.
  void addCategories(const data::GridInfo& grid, const std::string& name, const std::vector<std::string>& texts,
                     const std::vector<std::int64_t>& rows) {
    data::FieldInfo field = fieldOn(grid, name, rows.size());
    field.type = data::ScalarType::Int32;
    field.labels = true;
    std::unordered_map<std::string, std::int32_t> codes;
    std::vector<std::int32_t> values;
    values.reserve(rows.size());
    for (const std::int64_t row : rows) {
      const std::string& text = texts[static_cast<std::size_t>(row)];
      const auto code =
          text.empty() ? 0 : codes.try_emplace(text, static_cast<std::int32_t>(codes.size()) + 1).first->second;
      if (codes.size() > mostCategories) return;
      if (code > 0) field.labelNames.try_emplace(code, text);
      values.push_back(code);
    }
    std::vector<std::byte> bytes(values.size() * sizeof(std::int32_t));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    fields_.push_back(data::memoryField(std::move(field), std::move(bytes)));
  }

  Database database_;
  data::DatasetInfo info_;
  std::vector<LazyTable> tables_;
  FieldsDataset::Fields fields_;
  FieldsDataset::Grids grids_;
  bool several_ = false;
};

std::shared_ptr<data::Dataset> openGeoPackage(const Candidate& candidate) { return Reader(candidate).open(); }

} // namespace

} // namespace discern::io

DISCERN_READER_ENTRY(discernOpenGeoPackage, discern::io::Candidate, discern::io::openGeoPackage)
