#pragma once
#include "data/field_info.h"

namespace discern::data {

/// What a grid is made of.
enum class GridKind {
  Surface,      ///< triangles and other polygons: vtkPolyData
  Lines,        ///< polylines: vtkPolyData
  Particles,    ///< points alone: vtkPolyData with one vertex a point
  Atoms,        ///< points with the array "atomic number", bonds as lines, the cell as "lattice" in the field data:
                ///< vtkPolyData
  Structured,   ///< curvilinear or rectilinear blocks: vtkStructuredGrid, vtkRectilinearGrid, or a vtkMultiBlockDataSet
                ///< of them
  Unstructured, ///< cells of any type: vtkUnstructuredGrid, or a vtkMultiBlockDataSet of pieces
  Adaptive,     ///< boxes of several resolutions: vtkOverlappingAMR, vtkHyperTreeGrid
  Network       ///< nodes (points) and edges (cells), without places: vtkGraph
};
[[nodiscard]] std::string_view nameOf(GridKind kind); ///< "surface", "lines", "particles", …

/// Everything known about a grid before it is read. The fields on it are FieldInfo with `grid` set to its name.
struct GridInfo {
  std::string name; ///< unique among the grids of its dataset
  GridKind kind = GridKind::Unstructured;
  std::int64_t points = 0, cells = 0; ///< over all blocks, of the first time step
  std::int64_t blocks = 1;            ///< pieces, zones or boxes
  int levels = 1;                     ///< of refinement
  Vec3 lo{0, 0, 0}, hi{0, 0, 0};      ///< world bounds; lo > hi where only reading would tell
  Frame frame = Frame::Cartesian;
  std::string worldUnit, transform;
  TimeAxis time;      ///< more than one step where the grid itself moves
  double bytes = 0;   ///< of memory that one step takes, as far as the headers tell
  std::string source; ///< provenance in one line
  std::string sky;    ///< SkyInfo::system where longitudes and latitudes are of the sky; empty: of a planet
};

void to_json(nlohmann::json&, const GridInfo&);
void from_json(const nlohmann::json&, GridInfo&);

} // namespace discern::data
