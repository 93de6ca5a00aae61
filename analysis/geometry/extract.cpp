#include "geometry/extract.h"

#include "data/error.h"
#include "geometry/boxes.h"
#include "geometry/cloud.h"
#include "geometry/crossed_cells.h"
#include "geometry/outer_faces.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkCompositeDataIterator.h>
#include <vtkCompositeDataSet.h>
#include <vtkCutter.h>
#include <vtkDataSetSurfaceFilter.h>
#include <vtkFloatArray.h>
#include <vtkGraph.h>
#include <vtkHyperTreeGrid.h>
#include <vtkHyperTreeGridAxisCut.h>
#include <vtkHyperTreeGridGeometry.h>
#include <vtkPlane.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkUniformGridAMR.h>
#include <vtkUnstructuredGrid.h>

namespace discern::geometry {

namespace {

constexpr const char* valuesName = "discern values";
constexpr std::uint64_t mostParticles = 8'000'000; ///< of one piece; more than any screen has pixels
constexpr std::size_t mostPoints = std::numeric_limits<std::uint32_t>::max();

/// A view of `count` values from `first` on, without a copy.
vtkSmartPointer<vtkFloatArray> arrayOf(const std::vector<float>& numbers, std::int64_t first, std::int64_t count) {
  if (first + count > static_cast<std::int64_t>(numbers.size()))
    throw data::UsageError("the field has " + std::to_string(numbers.size()) + " values, its grid has more parts");
  auto array = vtkSmartPointer<vtkFloatArray>::New();
  array->SetName(valuesName);
  array->SetArray(const_cast<float*>(numbers.data()) + first, count, 1); // VTK reads it only
  return array;
}

/// Adds what `poly` holds, with the values that it carries along.
void append(vtkPolyData& poly, data::Support support, bool valued, data::Shape& shape) {
  const auto first = static_cast<std::uint32_t>(shape.points.size() / 3);
  const vtkIdType count = poly.GetNumberOfPoints();
  if (first + static_cast<std::size_t>(count) > mostPoints)
    throw data::UsageError("the shape has more than 2^32 points; cut it with a plane, or take a coarser level");
  shape.points.reserve(shape.points.size() + static_cast<std::size_t>(count) * 3);
  for (vtkIdType i = 0; i < count; ++i) {
    data::Vec3 at{};
    poly.GetPoint(i, at.data());
    for (std::size_t a = 0; a < 3; ++a)
      shape.points.push_back(static_cast<float>(at[a] - shape.origin[a]));
  }
  const auto* pointValues = vtkFloatArray::SafeDownCast(poly.GetPointData()->GetArray(valuesName));
  const auto* cellValues = vtkFloatArray::SafeDownCast(poly.GetCellData()->GetArray(valuesName));
  if (valued && support == data::Support::Points)
    for (vtkIdType i = 0; i < count; ++i)
      shape.values.push_back(pointValues ? pointValues->GetValue(i) : std::numeric_limits<float>::quiet_NaN());
  vtkIdType cell = 0;
  const auto value = [&](std::vector<float>& to, std::size_t parts) {
    if (!valued || support != data::Support::Cells) return;
    to.insert(to.end(), parts, cellValues ? cellValues->GetValue(cell) : std::numeric_limits<float>::quiet_NaN());
  };
  // Values per cell come triangles first, then lines, then vertices; VTK counts its cells the other way round.
  std::vector<float> ofVertices, ofLines, ofTriangles;
  const auto each = [&](vtkCellArray* cells, auto&& use) {
    vtkIdType size = 0;
    const vtkIdType* ids = nullptr;
    for (vtkIdType i = 0; cells && i < cells->GetNumberOfCells(); ++i, ++cell) {
      cells->GetCellAtId(i, size, ids);
      use(size, ids);
    }
  };
  const auto at = [&](vtkIdType id) { return first + static_cast<std::uint32_t>(id); };
  each(poly.GetVerts(), [&](vtkIdType size, const vtkIdType* ids) {
    for (vtkIdType i = 0; i < size; ++i)
      shape.vertices.push_back(at(ids[i]));
    value(ofVertices, static_cast<std::size_t>(size));
  });
  each(poly.GetLines(), [&](vtkIdType size, const vtkIdType* ids) {
    for (vtkIdType i = 0; i + 1 < size; ++i)
      shape.lines.insert(shape.lines.end(), {at(ids[i]), at(ids[i + 1])});
    value(ofLines, static_cast<std::size_t>(std::max<vtkIdType>(0, size - 1)));
  });
  each(poly.GetPolys(), [&](vtkIdType size, const vtkIdType* ids) {
    for (vtkIdType i = 1; i + 1 < size; ++i)
      shape.triangles.insert(shape.triangles.end(), {at(ids[0]), at(ids[i]), at(ids[i + 1])});
    value(ofTriangles, static_cast<std::size_t>(std::max<vtkIdType>(0, size - 2)));
  });
  each(poly.GetStrips(), [&](vtkIdType size, const vtkIdType* ids) {
    for (vtkIdType i = 0; i + 2 < size; ++i)
      shape.triangles.insert(shape.triangles.end(), {at(ids[i]), at(ids[i + 1 + i % 2]), at(ids[i + 2 - i % 2])});
    value(ofTriangles, static_cast<std::size_t>(std::max<vtkIdType>(0, size - 2)));
  });
  if (!valued || support != data::Support::Cells) return;
  // Pieces of different make are kept apart by the caller: all of a piece's vertices, lines, triangles at once.
  for (const auto* some : {&ofTriangles, &ofLines, &ofVertices})
    shape.values.insert(shape.values.end(), some->begin(), some->end());
}

vtkSmartPointer<vtkPolyData> surfaceOf(vtkDataSet& piece) {
  vtkNew<vtkDataSetSurfaceFilter> surface;
  surface->SetInputData(&piece);
  surface->Update();
  return surface->GetOutput();
}

/// The part of one piece that is drawn; of particles, all.
vtkSmartPointer<vtkPolyData> drawn(vtkDataSet& piece, const std::optional<data::Section>& section) {
  auto* poly = vtkPolyData::SafeDownCast(&piece);
  if (section) {
    if (poly && isCloud(*poly)) return poly;
    if (!poly && piece.GetMaxCellSize() == 1) return surfaceOf(piece);
    vtkNew<vtkPlane> plane;
    plane->SetOrigin(section->point.data());
    plane->SetNormal(section->normal.data());
    vtkNew<vtkCutter> cutter;
    cutter->SetCutFunction(plane);
    cutter->GenerateCutScalarsOff();
    vtkSmartPointer<vtkDataSet> cut;
    if (auto* cells = vtkUnstructuredGrid::SafeDownCast(&piece)) cut = crossedCells(*cells, *section);
    cutter->SetInputData(cut ? cut.Get() : &piece);
    cutter->Update();
    return cutter->GetOutput();
  }
  if (poly) return poly;
  if (auto* cells = vtkUnstructuredGrid::SafeDownCast(&piece))
    if (auto faces = outerFaces(*cells)) return faces;
  return surfaceOf(piece);
}

vtkSmartPointer<vtkPolyData> drawnTrees(vtkHyperTreeGrid& trees, const std::optional<data::Section>& section) {
  vtkNew<vtkHyperTreeGridGeometry> surface;
  vtkNew<vtkHyperTreeGridAxisCut> cut;
  if (!section) {
    surface->SetInputData(&trees);
  } else {
    const int axis = axisOf(*section);
    if (axis < 0) throw data::UsageError("a hyper tree grid is cut along its axes only");
    cut->SetInputData(&trees);
    cut->SetPlaneNormalAxis(axis);
    cut->SetPlanePosition(section->point[static_cast<std::size_t>(axis)]);
    surface->SetInputConnection(cut->GetOutputPort());
  }
  surface->Update();
  return vtkPolyData::SafeDownCast(surface->GetOutputDataObject(0));
}

void setOrigin(data::Shape& shape, const std::array<double, 6>& bounds) {
  for (std::size_t a = 0; a < 3; ++a)
    shape.origin[a] = (bounds[2 * a] + bounds[2 * a + 1]) / 2;
}

} // namespace

void forEachPiece(vtkDataObject& grid, const std::function<void(vtkDataSet&, std::int64_t, std::int64_t)>& use) {
  std::int64_t points = 0, cells = 0;
  const auto piece = [&](vtkDataObject* object) {
    auto* set = vtkDataSet::SafeDownCast(object);
    if (!set) return;
    use(*set, points, cells);
    points += set->GetNumberOfPoints();
    cells += set->GetNumberOfCells();
  };
  if (auto* several = vtkCompositeDataSet::SafeDownCast(&grid)) {
    const auto at = vtkSmartPointer<vtkCompositeDataIterator>::Take(several->NewIterator());
    for (at->InitTraversal(); !at->IsDoneWithTraversal(); at->GoToNextItem())
      piece(at->GetCurrentDataObject());
  } else {
    piece(&grid);
  }
}

data::Shape extract(vtkDataObject& grid, const GridValues& values, const std::optional<data::Section>& section) {
  data::Shape shape;
  if (vtkGraph::SafeDownCast(&grid)) throw data::UsageError("a network has no places of its own to be drawn at");
  if (auto* boxes = vtkUniformGridAMR::SafeDownCast(&grid); boxes && (!section || axisOf(*section) >= 0)) {
    extractBoxes(*boxes, values, section, shape);
    return shape;
  }
  const bool valued = values.numbers != nullptr;
  shape.perCell = valued && values.support == data::Support::Cells;
  if (auto* trees = vtkHyperTreeGrid::SafeDownCast(&grid)) {
    const auto copy = vtkSmartPointer<vtkHyperTreeGrid>::New();
    copy->ShallowCopy(trees);
    if (valued) copy->GetCellData()->AddArray(arrayOf(*values.numbers, 0, trees->GetNumberOfVertices()));
    std::array<double, 6> bounds{};
    trees->GetBounds(bounds.data());
    setOrigin(shape, bounds);
    if (const auto poly = drawnTrees(*copy, section)) append(*poly, data::Support::Cells, valued, shape);
    return shape;
  }
  std::array<double, 6> bounds{1, -1, 1, -1, 1, -1};
  forEachPiece(grid, [&](vtkDataSet& piece, std::int64_t, std::int64_t) {
    std::array<double, 6> own{};
    piece.GetBounds(own.data());
    if (own[0] > own[1]) return;
    const bool first = bounds[0] > bounds[1];
    for (std::size_t a = 0; a < 3; ++a) {
      bounds[2 * a] = first ? own[2 * a] : std::min(bounds[2 * a], own[2 * a]);
      bounds[2 * a + 1] = first ? own[2 * a + 1] : std::max(bounds[2 * a + 1], own[2 * a + 1]);
    }
  });
  setOrigin(shape, bounds);
  // Each piece apart, so that values per cell come triangles first over all pieces.
  std::vector<data::Shape> parts;
  forEachPiece(grid, [&](vtkDataSet& piece, std::int64_t firstPoint, std::int64_t firstCell) {
    const auto copy = vtkSmartPointer<vtkDataSet>::Take(piece.NewInstance());
    copy->ShallowCopy(&piece);
    if (valued && values.support == data::Support::Points)
      copy->GetPointData()->AddArray(arrayOf(*values.numbers, firstPoint, piece.GetNumberOfPoints()));
    else if (valued)
      copy->GetCellData()->AddArray(arrayOf(*values.numbers, firstCell, piece.GetNumberOfCells()));
    auto poly = drawn(*copy, section);
    if (!poly) return;
    std::uint64_t of = 0;
    if (isCloud(*poly)) {
      Cloud cloud = drawnOf(*poly, section, valuesName, mostParticles);
      poly = cloud.particles;
      of = cloud.of;
    }
    data::Shape& part = parts.emplace_back();
    part.origin = shape.origin;
    append(*poly, values.support, valued, part);
    part.particles = of;
  });
  if (parts.size() == 1) {
    parts[0].perCell = shape.perCell;
    return std::move(parts[0]);
  }
  std::array<std::vector<float>, 3> cellValues;
  const bool thinned =
      std::any_of(parts.begin(), parts.end(), [](const data::Shape& part) { return part.particles > 0; });
  for (const data::Shape& part : parts) {
    if (thinned) shape.particles += part.particles > 0 ? part.particles : part.vertices.size();
    const auto first = static_cast<std::uint32_t>(shape.points.size() / 3);
    if (first + part.points.size() / 3 > mostPoints)
      throw data::UsageError("the shape has more than 2^32 points; cut it with a plane, or take a coarser level");
    shape.points.insert(shape.points.end(), part.points.begin(), part.points.end());
    const auto move = [&](const std::vector<std::uint32_t>& from, std::vector<std::uint32_t>& to) {
      for (const std::uint32_t index : from)
        to.push_back(index + first);
    };
    move(part.triangles, shape.triangles);
    move(part.lines, shape.lines);
    move(part.vertices, shape.vertices);
    if (!shape.perCell) {
      shape.values.insert(shape.values.end(), part.values.begin(), part.values.end());
      continue;
    }
    auto from = part.values.begin();
    const std::array<std::size_t, 3> counts{part.triangles.size() / 3, part.lines.size() / 2, part.vertices.size()};
    for (std::size_t kind = 0; kind < 3; ++kind) {
      const auto end = from + static_cast<std::ptrdiff_t>(counts[kind]);
      cellValues[kind].insert(cellValues[kind].end(), from, end);
      from = end;
    }
  }
  for (const auto& some : cellValues)
    shape.values.insert(shape.values.end(), some.begin(), some.end());
  return shape;
}

} // namespace discern::geometry
