#include "geometry/cloud.h"
#include "geometry/extract.h"

#include <QtTest>

#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkFloatArray.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkUnstructuredGrid.h>

using namespace discern;

namespace {

/// `count` points along x, from 0 on; the value of each is its x.
vtkSmartPointer<vtkPolyData> row(vtkIdType count, bool vertices) {
  auto cloud = vtkSmartPointer<vtkPolyData>::New();
  vtkNew<vtkPoints> points;
  vtkNew<vtkCellArray> cells;
  vtkNew<vtkFloatArray> values;
  values->SetName("v");
  for (vtkIdType i = 0; i < count; ++i) {
    points->InsertNextPoint(static_cast<double>(i), 0, 0);
    values->InsertNextValue(static_cast<float>(i));
    cells->InsertNextCell(1, &i);
  }
  cloud->SetPoints(points);
  if (vertices) cloud->SetVerts(cells);
  cloud->GetPointData()->AddArray(values);
  return cloud;
}

} // namespace

class TestCloud : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void aFewAreAllDrawn() {
    for (const bool vertices : {true, false}) {
      const geometry::Cloud drawn = geometry::drawnOf(*row(10, vertices), std::nullopt, "v", 10);
      QCOMPARE(drawn.of, std::uint64_t{0});
      QCOMPARE(drawn.particles->GetNumberOfVerts(), vtkIdType{10});
    }
  }

  void ofTooManyAnEvenPart() {
    const geometry::Cloud drawn = geometry::drawnOf(*row(1000, true), std::nullopt, "v", 300);
    QCOMPARE(drawn.of, std::uint64_t{1000});
    QCOMPARE(drawn.particles->GetNumberOfVerts(), vtkIdType{250});
    QCOMPARE(drawn.particles->GetNumberOfPoints(), vtkIdType{250});
    auto* values = drawn.particles->GetPointData()->GetArray("v");
    QVERIFY(values);
    for (vtkIdType i = 0; i < 250; ++i) {
      QCOMPARE(values->GetTuple1(i), 4.0 * static_cast<double>(i));
      QCOMPARE(drawn.particles->GetPoint(i)[0], 4.0 * static_cast<double>(i));
    }
  }

  void valuesOnVerticesGoAlong() {
    const auto cloud = row(100, true);
    vtkSmartPointer<vtkDataArray> values = cloud->GetPointData()->GetArray("v");
    cloud->GetPointData()->RemoveArray("v");
    cloud->GetCellData()->AddArray(values);
    const geometry::Cloud drawn = geometry::drawnOf(*cloud, std::nullopt, "v", 50);
    QVERIFY(drawn.particles->GetCellData()->GetArray("v"));
    QCOMPARE(drawn.particles->GetCellData()->GetArray("v")->GetTuple1(3), 6.0);
  }

  void aSectionKeepsWhatIsNear() {
    // The box is 1000 long: within 5 of the plane at 500.
    const geometry::Cloud drawn = geometry::drawnOf(*row(1001, true), data::Section{{500, 0, 0}, {1, 0, 0}}, "v", 1000);
    QCOMPARE(drawn.of, std::uint64_t{0});
    QCOMPARE(drawn.particles->GetNumberOfPoints(), vtkIdType{11});
    QCOMPARE(drawn.particles->GetPoint(0)[0], 495.0);
  }

  void aMeshOfVerticesIsACloud() {
    vtkNew<vtkUnstructuredGrid> grid;
    vtkNew<vtkPoints> points;
    for (vtkIdType i = 0; i < 201; ++i) {
      points->InsertNextPoint(static_cast<double>(i), 0, 0);
      grid->InsertNextCell(VTK_VERTEX, 1, &i);
    }
    grid->SetPoints(points);
    QCOMPARE(geometry::extract(*grid, {}, std::nullopt).vertices.size(), std::size_t{201});
    const data::Shape cut = geometry::extract(*grid, {}, data::Section{{100, 0, 0}, {1, 0, 0}});
    QCOMPARE(cut.vertices.size(), std::size_t{3});
    QCOMPARE(cut.points.size(), std::size_t{9});
  }

  void millionsAreSaidToBeAPart() {
    const data::Shape shape = geometry::extract(*row(20'000'000, false), {}, std::nullopt);
    QCOMPARE(shape.particles, std::uint64_t{20'000'000});
    QVERIFY(shape.vertices.size() <= 8'000'000 && shape.vertices.size() > 4'000'000);
    const data::Shape again = data::unpackShape(data::packShape(shape));
    QVERIFY(again == shape);
  }
};

QTEST_APPLESS_MAIN(TestCloud)
#include "test_cloud.moc"
