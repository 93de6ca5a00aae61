#include "layer_grid.h"

#include <vtkCellArray.h>
#include <vtkContourTriangulator.h>
#include <vtkIdList.h>
#include <vtkNew.h>
#include <vtkPoints.h>

namespace discern::io {

namespace {

constexpr std::size_t mostCorners = 20000; ///< of a polygon that is made of triangles

struct Building {
  Building() { points->SetDataTypeToDouble(); }
  vtkIdType add(const Shapes::Ring& ring) {
    const vtkIdType first = points->GetNumberOfPoints();
    for (const data::Vec3& corner : ring)
      points->InsertNextPoint(corner.data());
    return first;
  }
  vtkNew<vtkPoints> points;
  vtkNew<vtkCellArray> cells;
};

/// The triangles of one polygon, numbered from the first of its corners; none when it can't be done.
vtkNew<vtkCellArray> trianglesOf(const std::vector<Shapes::Ring>& rings) {
  vtkNew<vtkCellArray> triangles;
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  vtkNew<vtkCellArray> edges;
  const data::Vec3& origin = rings.front().front(); // near 0 the differences are exact
  for (const Shapes::Ring& ring : rings) {
    const vtkIdType first = points->GetNumberOfPoints();
    const auto size = static_cast<vtkIdType>(ring.size());
    // Outside against the clock, holes with it: what the triangulator takes the normal from.
    double area = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const auto &a = ring[i], &b = ring[(i + 1) % ring.size()];
      area += (a[0] - origin[0]) * (b[1] - origin[1]) - (b[0] - origin[0]) * (a[1] - origin[1]);
      points->InsertNextPoint(a[0] - origin[0], a[1] - origin[1], 0);
    }
    const bool forward = (area > 0) == (&ring == &rings.front());
    for (vtkIdType i = 0; i < size; ++i) {
      const vtkIdType from = first + i, to = first + (i + 1) % size;
      edges->InsertNextCell({forward ? from : to, forward ? to : from});
    }
  }
  vtkNew<vtkPolyData> outline;
  outline->SetPoints(points);
  outline->SetLines(edges);
  outline->BuildCells();
  const double up[3]{0, 0, 1};
  vtkContourTriangulator::TriangulateContours(outline, 0, edges->GetNumberOfCells(), triangles, up);
  return triangles;
}

std::size_t cornersOf(const std::vector<Shapes::Ring>& rings) {
  std::size_t corners = 0;
  for (const Shapes::Ring& ring : rings)
    corners += ring.size();
  return corners;
}

vtkSmartPointer<vtkPolyData> object(Building& building) {
  auto made = vtkSmartPointer<vtkPolyData>::New();
  made->SetPoints(building.points);
  return made;
}

} // namespace

LayerGrid polygonGrid(const std::vector<Shapes>& shapes) {
  LayerGrid grid;
  Building building;
  vtkNew<vtkIdList> corners;
  for (std::size_t row = 0; row < shapes.size(); ++row)
    for (const auto& rings : shapes[row].polygons) {
      const vtkIdType first = building.points->GetNumberOfPoints();
      for (const Shapes::Ring& ring : rings)
        building.add(ring);
      vtkNew<vtkCellArray> triangles;
      if (cornersOf(rings) <= mostCorners) triangles->DeepCopy(trianglesOf(rings));
      if (triangles->GetNumberOfCells() == 0) {
        ++grid.untiled;
        corners->Reset();
        for (std::size_t i = 0; i < rings.front().size(); ++i)
          corners->InsertNextId(first + static_cast<vtkIdType>(i));
        building.cells->InsertNextCell(corners);
        grid.rows.push_back(static_cast<std::int64_t>(row));
        continue;
      }
      for (vtkIdType cell = 0; cell < triangles->GetNumberOfCells(); ++cell) {
        triangles->GetCellAtId(cell, corners);
        for (vtkIdType i = 0; i < corners->GetNumberOfIds(); ++i)
          corners->SetId(i, first + corners->GetId(i));
        building.cells->InsertNextCell(corners);
        grid.rows.push_back(static_cast<std::int64_t>(row));
      }
    }
  grid.object = object(building);
  grid.object->SetPolys(building.cells);
  return grid;
}

LayerGrid lineGrid(const std::vector<Shapes>& shapes) {
  LayerGrid grid;
  Building building;
  for (std::size_t row = 0; row < shapes.size(); ++row)
    for (const Shapes::Ring& line : shapes[row].lines) {
      if (line.size() < 2) continue;
      const vtkIdType first = building.add(line);
      building.cells->InsertNextCell(static_cast<int>(line.size()));
      for (std::size_t i = 0; i < line.size(); ++i)
        building.cells->InsertCellPoint(first + static_cast<vtkIdType>(i));
      grid.rows.push_back(static_cast<std::int64_t>(row));
    }
  grid.object = object(building);
  grid.object->SetLines(building.cells);
  return grid;
}

LayerGrid pointGrid(const std::vector<Shapes>& shapes) {
  LayerGrid grid;
  Building building;
  for (std::size_t row = 0; row < shapes.size(); ++row)
    for (const data::Vec3& point : shapes[row].points) {
      building.cells->InsertNextCell({building.points->InsertNextPoint(point.data())});
      grid.rows.push_back(static_cast<std::int64_t>(row));
    }
  grid.object = object(building);
  grid.object->SetVerts(building.cells);
  return grid;
}

} // namespace discern::io
