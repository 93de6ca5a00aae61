// Outer faces against vtkDataSetSurfaceFilter, sections of the crossed cells alone against those of the whole grid, and
// the cell at a place against a search of them all, on bricks that are split into every kind of linear cell.
#include "geometry/cell_finder.h"
#include "geometry/crossed_cells.h"
#include "geometry/outer_faces.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <vtkBoundingBox.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkCutter.h>
#include <vtkDataSetSurfaceFilter.h>
#include <vtkFloatArray.h>
#include <vtkGenericCell.h>
#include <vtkPlane.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkUnsignedCharArray.h>
#include <vtkUnstructuredGrid.h>

using namespace discern;

namespace {

/// n³ bricks, some left out: `mixed` as hexahedra, voxels, pairs of wedges, pyramids with a tetrahedral rest, or five
/// tetrahedra, by layers so that neighbours within a layer agree on their shared faces.
vtkSmartPointer<vtkUnstructuredGrid> pile(int n, bool wide) {
  auto grid = vtkSmartPointer<vtkUnstructuredGrid>::New();
  vtkNew<vtkPoints> points;
  for (int k = 0; k <= n; ++k)
    for (int j = 0; j <= n; ++j)
      for (int i = 0; i <= n; ++i)
        points->InsertNextPoint(i, j, k + 0.1 * i * j);
  grid->SetPoints(points);
  vtkNew<vtkCellArray> cells;
  if (wide)
    cells->Use64BitStorage();
  else
    cells->Use32BitStorage();
  std::vector<int> types;
  const auto add = [&](int type, std::initializer_list<vtkIdType> ids) {
    cells->InsertNextCell(ids);
    types.push_back(type);
  };
  std::mt19937 random(7);
  const auto at = [n](int i, int j, int k) { return static_cast<vtkIdType>((k * (n + 1) + j) * (n + 1) + i); };
  for (int k = 0; k < n; ++k)
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i) {
        if (random() % 5 == 0) continue;
        const vtkIdType a = at(i, j, k), b = at(i + 1, j, k), c = at(i + 1, j + 1, k), d = at(i, j + 1, k),
                        e = at(i, j, k + 1), f = at(i + 1, j, k + 1), g = at(i + 1, j + 1, k + 1),
                        h = at(i, j + 1, k + 1);
        switch (k % 5) {
        case 0:
          add(VTK_HEXAHEDRON, {a, b, c, d, e, f, g, h});
          break;
        case 1:
          add(VTK_VOXEL, {a, b, d, c, e, f, h, g});
          break;
        case 2:
          add(VTK_WEDGE, {a, b, d, e, f, h});
          add(VTK_WEDGE, {b, c, d, f, g, h});
          break;
        case 3:
          add(VTK_PYRAMID, {a, b, c, d, e});
          add(VTK_TETRA, {b, c, f, e});
          add(VTK_TETRA, {c, d, h, e});
          break;
        default:
          add(VTK_TETRA, {a, b, d, e});
          add(VTK_TETRA, {b, c, d, g});
          add(VTK_TETRA, {b, e, f, g});
          add(VTK_TETRA, {d, e, g, h});
          add(VTK_TETRA, {b, d, e, g});
        }
      }
  grid->SetCells(types.data(), cells);
  vtkNew<vtkFloatArray> ofPoints, ofCells;
  ofPoints->SetName("points");
  for (vtkIdType i = 0; i < grid->GetNumberOfPoints(); ++i)
    ofPoints->InsertNextValue(static_cast<float>(i));
  grid->GetPointData()->AddArray(ofPoints);
  ofCells->SetName("cells");
  for (vtkIdType i = 0; i < grid->GetNumberOfCells(); ++i)
    ofCells->InsertNextValue(static_cast<float>(i));
  grid->GetCellData()->AddArray(ofCells);
  return grid;
}

/// Each face as its cell and its corners by the values that they carry, turned so that the smallest corner is first:
/// the turn's sense is kept.
std::multiset<std::vector<float>> facesOf(vtkPolyData& surface) {
  const auto* ofPoints = vtkFloatArray::SafeDownCast(surface.GetPointData()->GetArray("points"));
  const auto* ofCells = vtkFloatArray::SafeDownCast(surface.GetCellData()->GetArray("cells"));
  std::multiset<std::vector<float>> faces;
  for (vtkIdType i = 0; i < surface.GetNumberOfPolys(); ++i) {
    vtkIdType size = 0;
    const vtkIdType* ids = nullptr;
    surface.GetPolys()->GetCellAtId(i, size, ids);
    std::vector<float> face;
    face.reserve(static_cast<std::size_t>(size) + 1);
    for (vtkIdType at = 0; at < size; ++at)
      face.push_back(std::round(ofPoints->GetValue(ids[at]) * 64)); // an edge may be walked from its other end
    std::rotate(face.begin(), std::min_element(face.begin(), face.end()), face.end());
    face.push_back(-1 - ofCells->GetValue(i));
    faces.insert(face);
  }
  return faces;
}

} // namespace

class TestLargeMeshes : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void agreesWithVtk_data() {
    QTest::addColumn<bool>("wide");
    QTest::newRow("32-bit cells") << false;
    QTest::newRow("64-bit cells") << true;
  }
  void agreesWithVtk() {
    QFETCH(bool, wide);
    const auto grid = pile(10, wide);
    const auto ours = geometry::outerFaces(*grid);
    QVERIFY(ours);
    vtkNew<vtkDataSetSurfaceFilter> filter;
    filter->SetInputData(grid);
    filter->Update();
    QVERIFY(ours->GetNumberOfPolys() > 1000);
    QCOMPARE(ours->GetNumberOfPolys(), filter->GetOutput()->GetNumberOfPolys());
    QCOMPARE(ours->GetNumberOfPoints(), filter->GetOutput()->GetNumberOfPoints());
    QVERIFY(facesOf(*ours) == facesOf(*filter->GetOutput()));
  }

  void sectionsAgreeWithVtk_data() {
    QTest::addColumn<double>("height");
    QTest::addColumn<double>("tilt");
    QTest::addColumn<bool>("wide");
    QTest::newRow("between the points") << 4.3 << 0.0 << false;
    QTest::newRow("through points") << 0.0 << 0.0 << true;
    QTest::newRow("oblique") << 3.7 << 0.35 << true;
    QTest::newRow("beside the grid") << 99.0 << 0.0 << false;
  }
  void sectionsAgreeWithVtk() {
    QFETCH(double, height);
    QFETCH(double, tilt);
    QFETCH(bool, wide);
    const auto grid = pile(10, wide);
    const data::Section section{{0, 0, height}, {tilt, tilt / 2, 1}};
    const auto part = geometry::crossedCells(*grid, section);
    QVERIFY(part);
    QVERIFY(part->GetNumberOfCells() < grid->GetNumberOfCells() / 2);
    const auto cut = [&](vtkDataSet* of) {
      vtkNew<vtkPlane> plane;
      plane->SetOrigin(section.point.data());
      plane->SetNormal(section.normal.data());
      auto cutter = vtkSmartPointer<vtkCutter>::New();
      cutter->SetCutFunction(plane);
      cutter->SetInputData(of);
      cutter->Update();
      return vtkSmartPointer<vtkPolyData>(cutter->GetOutput());
    };
    const auto ours = cut(part), theirs = cut(grid);
    QCOMPARE(ours->GetNumberOfPoints(), theirs->GetNumberOfPoints());
    QVERIFY(facesOf(*ours) == facesOf(*theirs));
  }

  void findsTheCellOfAPlace_data() {
    QTest::addColumn<double>("stretch"); // along y, ever longer
    QTest::newRow("even") << 0.0;
    QTest::newRow("graded") << 0.9;
  }
  void findsTheCellOfAPlace() {
    QFETCH(double, stretch);
    constexpr int n = 9;
    const auto grid = pile(n, false);
    for (vtkIdType i = 0; i < grid->GetNumberOfPoints(); ++i) {
      std::array<double, 3> at{};
      grid->GetPoint(i, at.data());
      at[1] *= std::exp(stretch * at[1]);
      grid->GetPoints()->SetPoint(i, at.data());
    }
    grid->GetPoints()->Modified();
    const auto finder = geometry::CellFinder::make(*grid);
    QVERIFY(finder);
    std::mt19937 random(3);
    std::uniform_real_distribution<double> unit(0, 1);
    std::vector<double> weights, expectedWeights(16);
    vtkNew<vtkGenericCell> cell;
    int inside = 0;
    for (int trial = 0; trial < 800; ++trial) {
      const double y = unit(random) * n;
      const data::Vec3 place{unit(random) * n, y * std::exp(stretch * y), unit(random) * n * 1.4};
      std::int64_t expected = -1;
      for (vtkIdType i = 0; i < grid->GetNumberOfCells() && expected < 0; ++i) {
        // VTK's iterations may end inside a pyramid for places that are far from it.
        if (!vtkBoundingBox(grid->GetCell(i)->GetBounds()).ContainsPoint(place[0], place[1], place[2])) continue;
        grid->GetCell(i, cell);
        data::Vec3 closest{}, parametric{};
        int sub = 0;
        double squared = 0;
        const int within = cell->EvaluatePosition(place.data(), closest.data(), sub, parametric.data(), squared,
                                                  expectedWeights.data());
        if (within == 1 || (within == 0 && squared <= 1e-18)) expected = i;
      }
      QCOMPARE(finder->at(place, 1e-9, weights), expected);
      if (expected < 0) continue;
      ++inside;
      for (int i = 0; i < cell->GetNumberOfPoints(); ++i)
        QCOMPARE(weights[static_cast<std::size_t>(i)], expectedWeights[static_cast<std::size_t>(i)]);
    }
    QVERIFY(inside > 100);
  }

  void finderBearsPlacesThatAreNone() {
    const auto grid = pile(3, true);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    grid->GetPoints()->SetPoint(0, nan, 0, 0);
    grid->GetPoints()->Modified();
    const auto finder = geometry::CellFinder::make(*grid);
    QVERIFY(finder);
    std::vector<double> weights;
    QCOMPARE(finder->at({nan, 0, 0}, 1e-9, weights), std::int64_t{-1});
    QCOMPARE(finder->at({1e300, 0, 0}, 1e-9, weights), std::int64_t{-1});
    vtkNew<vtkUnstructuredGrid> nothing;
    QVERIFY(!geometry::CellFinder::make(*nothing));
  }

  void leavesOthersToVtk() {
    const auto grid = pile(2, true);
    const vtkIdType pair[2] = {0, 1};
    grid->InsertNextCell(VTK_LINE, 2, pair);
    QVERIFY(!geometry::outerFaces(*grid));
    const auto short_ = pile(2, true);
    short_->InsertNextCell(VTK_HEXAHEDRON, 2, pair); // fewer corners than its type has
    QVERIFY(!geometry::outerFaces(*short_));
    const auto ghosts = pile(2, true);
    ghosts->AllocateCellGhostArray();
    QVERIFY(!geometry::outerFaces(*ghosts));
  }

  void emptyGrid() {
    vtkNew<vtkUnstructuredGrid> nothing;
    const auto surface = geometry::outerFaces(*nothing);
    QVERIFY(!surface || surface->GetNumberOfPolys() == 0);
  }
};

QTEST_GUILESS_MAIN(TestLargeMeshes)
#include "test_large_meshes.moc"
