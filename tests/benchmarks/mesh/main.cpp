// The outer surface and a slanted section of a brick of hexahedra, beside VTK's filters for the same, each in a process
// of its own: seconds of work, and memory beyond the mesh. 8 million cells; --full takes 50 million (14 GB of memory).
#include "child.h"
#include "geometry/crossed_cells.h"
#include "geometry/outer_faces.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vtkCellArray.h>
#include <vtkCompositeDataSet.h>
#include <vtkCutter.h>
#include <vtkDataSetSurfaceFilter.h>
#include <vtkFloatArray.h>
#include <vtkGeometryFilter.h>
#include <vtkNew.h>
#include <vtkPlane.h>
#include <vtkPlaneCutter.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkTypeInt32Array.h>
#include <vtkUnstructuredGrid.h>

using namespace discern;

namespace {

/// n³ hexahedra on (n + 1)³ points, with one value a point.
vtkSmartPointer<vtkUnstructuredGrid> brick(vtkIdType n) {
  const vtkIdType side = n + 1;
  vtkNew<vtkFloatArray> places, values;
  places->SetNumberOfComponents(3);
  places->SetNumberOfTuples(side * side * side);
  values->SetName("values");
  values->SetNumberOfTuples(side * side * side);
  float* place = places->GetPointer(0);
  float* value = values->GetPointer(0);
  for (vtkIdType k = 0; k < side; ++k)
    for (vtkIdType j = 0; j < side; ++j)
      for (vtkIdType i = 0; i < side; ++i) {
        *place++ = static_cast<float>(i);
        *place++ = static_cast<float>(j);
        *place++ = static_cast<float>(k);
        *value++ = static_cast<float>(i * j - k);
      }
  vtkNew<vtkTypeInt32Array> corners, offsets;
  corners->SetNumberOfValues(8 * n * n * n);
  offsets->SetNumberOfValues(n * n * n + 1);
  vtkTypeInt32* corner = corners->GetPointer(0);
  for (vtkIdType k = 0; k < n; ++k)
    for (vtkIdType j = 0; j < n; ++j)
      for (vtkIdType i = 0; i < n; ++i) {
        const vtkIdType low = (k * side + j) * side + i, high = low + side * side;
        for (const vtkIdType at :
             {low, low + 1, low + side + 1, low + side, high, high + 1, high + side + 1, high + side})
          *corner++ = static_cast<vtkTypeInt32>(at);
      }
  for (vtkIdType i = 0; i <= n * n * n; ++i)
    offsets->SetValue(i, static_cast<vtkTypeInt32>(8 * i));
  vtkNew<vtkCellArray> cells;
  cells->SetData(offsets, corners);
  vtkNew<vtkPoints> points;
  points->SetData(places);
  auto grid = vtkSmartPointer<vtkUnstructuredGrid>::New();
  grid->SetPoints(points);
  grid->SetCells(VTK_HEXAHEDRON, cells);
  grid->GetPointData()->AddArray(values);
  return grid;
}

vtkIdType polygonsOf(vtkDataObject* made) {
  vtkIdType count = 0;
  if (auto* surface = vtkPolyData::SafeDownCast(made)) return surface->GetNumberOfPolys();
  if (auto* pieces = vtkCompositeDataSet::SafeDownCast(made)) count = pieces->GetNumberOfElements(vtkDataObject::CELL);
  return count;
}

template <typename Filter>
vtkIdType polygonsFrom(Filter& filter, vtkDataObject* input) {
  filter.SetInputDataObject(input);
  filter.Update();
  return polygonsOf(filter.GetOutputDataObject(0));
}

vtkIdType work(const std::string& what, vtkUnstructuredGrid& grid, vtkIdType n) {
  const double middle = static_cast<double>(n) / 2;
  const data::Section section{{middle, middle, middle}, {0.6, 0, 0.8}};
  vtkNew<vtkPlane> plane;
  plane->SetOrigin(section.point.data());
  plane->SetNormal(section.normal.data());
  if (what == "surface") return polygonsOf(geometry::outerFaces(grid));
  if (what == "vtkDataSetSurfaceFilter") return polygonsFrom(*vtkNew<vtkDataSetSurfaceFilter>(), &grid);
  if (what == "vtkGeometryFilter") return polygonsFrom(*vtkNew<vtkGeometryFilter>(), &grid);
  if (what == "vtkPlaneCutter") {
    vtkNew<vtkPlaneCutter> cutter;
    cutter->SetPlane(plane);
    return polygonsFrom(*cutter, &grid);
  }
  vtkNew<vtkCutter> cutter;
  cutter->SetCutFunction(plane);
  cutter->GenerateCutScalarsOff();
  if (what == "vtkCutter") return polygonsFrom(*cutter, &grid);
  return polygonsFrom(*cutter, geometry::crossedCells(grid, section));
}

int child(const std::string& what, vtkIdType n) {
  const auto grid = brick(n);
  const double before = benchmarks::peakMegabytes();
  const auto start = std::chrono::steady_clock::now();
  const vtkIdType polygons = work(what, *grid, n);
  std::printf("seconds %.4f\nmegabytes %.1f\npolygons %lld\n",
              std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
              benchmarks::peakMegabytes() - before, static_cast<long long>(polygons));
  return polygons > 0 ? 0 : 1;
}

/// Ours first, then its peers. Whether ours is the fastest, and made as many polygons as the first of the peers.
bool race(const std::string& program, vtkIdType n, std::initializer_list<const char*> contestants) {
  benchmarks::Values ours;
  bool won = true, firstPeer = true;
  for (const char* what : contestants) {
    const auto values = benchmarks::runChild({program, what, std::to_string(n)});
    if (values.empty()) {
      std::printf("  %-26s failed\n", what);
      if (ours.empty()) return false;
      continue;
    }
    std::printf("  %-26s %8.2f s %8.0f MB beyond the mesh %10.0f polygons", what, values.at("seconds"),
                values.at("megabytes"), values.at("polygons"));
    if (ours.empty()) {
      ours = values;
    } else {
      const double ratio = values.at("seconds") / ours.at("seconds");
      std::printf("   ours is %.1f times as fast", ratio);
      won &= ratio > 1;
      if (firstPeer) won &= ours.at("polygons") == values.at("polygons");
      firstPeer = false;
    }
    std::printf("\n");
  }
  return won;
}

} // namespace

int main(int argc, char** argv) {
  if (argc == 3) return child(argv[1], std::atoll(argv[2]));
  const vtkIdType n = argc == 2 && std::string(argv[1]) == "--full" ? 369 : 200;
  std::printf("a mesh of %.1f million hexahedra\n", static_cast<double>(n * n * n) / 1e6);
  const bool surface = race(argv[0], n, {"surface", "vtkDataSetSurfaceFilter", "vtkGeometryFilter"});
  const bool section = race(argv[0], n, {"section", "vtkCutter", "vtkPlaneCutter"});
  std::printf("target: faster than VTK's fastest, the same polygons: %s\n", surface && section ? "met" : "missed");
  return surface && section ? 0 : 1;
}
