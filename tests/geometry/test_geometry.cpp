#include "data/error.h"
#include "geometry/grid_view.h"

#include <QtTest>

#include <cmath>
#include <vtkAMRBox.h>
#include <vtkCellArray.h>
#include <vtkMultiBlockDataSet.h>
#include <vtkMutableDirectedGraph.h>
#include <vtkOverlappingAMR.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkUniformGrid.h>
#include <vtkUnstructuredGrid.h>

using namespace discern;
using data::Vec3;

namespace {

/// A block of n³ unit hexahedra, from `origin` on.
vtkSmartPointer<vtkUnstructuredGrid> bricks(int n, const Vec3& origin = {0, 0, 0}) {
  auto grid = vtkSmartPointer<vtkUnstructuredGrid>::New();
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  for (int k = 0; k <= n; ++k)
    for (int j = 0; j <= n; ++j)
      for (int i = 0; i <= n; ++i)
        points->InsertNextPoint(origin[0] + i, origin[1] + j, origin[2] + k);
  grid->SetPoints(points);
  const auto at = [n](int i, int j, int k) { return static_cast<vtkIdType>((k * (n + 1) + j) * (n + 1) + i); };
  for (int k = 0; k < n; ++k)
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i) {
        const vtkIdType corners[8] = {
            at(i, j, k),     at(i + 1, j, k),     at(i + 1, j + 1, k),     at(i, j + 1, k),
            at(i, j, k + 1), at(i + 1, j, k + 1), at(i + 1, j + 1, k + 1), at(i, j + 1, k + 1)};
        grid->InsertNextCell(VTK_HEXAHEDRON, 8, corners);
      }
  return grid;
}

/// A dataset in memory: one grid, and fields of doubles on it.
class GridDataset final : public data::Dataset {
public:
  GridDataset(data::GridKind kind, const vtkSmartPointer<vtkDataObject>& object) {
    data::GridInfo info;
    info.name = "mesh";
    info.kind = kind;
    grid_ = data::memoryGrid(info, object);
    info_.path = "memory";
    info_.grids = {grid_->info()};
  }
  void add(const std::string& name, data::Support support, const std::vector<double>& values) {
    data::FieldInfo field;
    field.name = name;
    field.type = data::ScalarType::Float64;
    field.shape = {static_cast<std::int64_t>(values.size()), 1, 1};
    field.support = support;
    field.grid = "mesh";
    const auto bytes = std::as_bytes(std::span(values));
    fields_.push_back(data::memoryField(field, {bytes.begin(), bytes.end()}));
    info_.fields.push_back(field);
  }
  [[nodiscard]] const data::DatasetInfo& info() const override { return info_; }
  [[nodiscard]] std::shared_ptr<const data::FieldSource> field(std::string_view name) const override {
    for (const auto& field : fields_)
      if (field->info().name == name) return field;
    throw data::UsageError("no such field");
  }
  [[nodiscard]] std::shared_ptr<const data::GridSource> grid(std::string_view name) const override {
    if (name != "mesh" && !name.empty()) throw data::UsageError("no such grid");
    return grid_;
  }

private:
  data::DatasetInfo info_;
  std::shared_ptr<const data::GridSource> grid_;
  std::vector<std::shared_ptr<data::FieldSource>> fields_;
};

Vec3 pointOf(const data::Shape& shape, std::uint32_t index) {
  Vec3 at{};
  for (std::size_t a = 0; a < 3; ++a)
    at[a] = shape.origin[a] + static_cast<double>(shape.points[3 * index + a]);
  return at;
}

double areaOf(const data::Shape& shape) {
  double area = 0;
  for (std::size_t i = 0; i < shape.triangles.size(); i += 3) {
    const Vec3 a = pointOf(shape, shape.triangles[i]), b = pointOf(shape, shape.triangles[i + 1]),
               c = pointOf(shape, shape.triangles[i + 2]);
    const Vec3 u{b[0] - a[0], b[1] - a[1], b[2] - a[2]}, v{c[0] - a[0], c[1] - a[1], c[2] - a[2]};
    area += std::hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
  }
  return area;
}

data::ShapeRequest request(const std::string& field, std::optional<data::Section> section = std::nullopt) {
  data::ShapeRequest wanted;
  wanted.grid = "mesh";
  wanted.field = field;
  wanted.section = section;
  return wanted;
}

data::Section across(std::size_t axis, double at) {
  data::Section section;
  section.normal = {0, 0, 0};
  section.normal[axis] = 1;
  section.point[axis] = at;
  return section;
}

/// One box of 4³ unit cells, and in it a box of 4³ half cells over its lower corner.
vtkSmartPointer<vtkOverlappingAMR> twoLevels() {
  auto amr = vtkSmartPointer<vtkOverlappingAMR>::New();
  const int blocks[2] = {1, 1};
  amr->Initialize(2, blocks);
  const double origin[3] = {0, 0, 0};
  amr->SetOrigin(origin);
  amr->SetGridDescription(VTK_XYZ_GRID);
  for (unsigned level = 0; level < 2; ++level) {
    const double step = level == 0 ? 1 : 0.5;
    vtkNew<vtkUniformGrid> box;
    box->SetDimensions(5, 5, 5);
    box->SetSpacing(step, step, step);
    amr->SetSpacing(level, box->GetSpacing());
    amr->SetAMRBox(level, 0, vtkAMRBox(0, 0, 0, 3, 3, 3));
    if (level == 0)
      for (int k = 0; k < 2; ++k)
        for (int j = 0; j < 2; ++j)
          for (int i = 0; i < 2; ++i)
            box->BlankCell(i + 4 * (j + 4 * k));
    amr->SetDataSet(level, 0, box);
  }
  return amr;
}

} // namespace

class TestGeometry : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void surfaceOfCells() {
    GridDataset dataset(data::GridKind::Unstructured, bricks(3));
    std::vector<double> cells(27), points(64);
    for (std::size_t i = 0; i < cells.size(); ++i)
      cells[i] = static_cast<double>(i);
    for (std::size_t i = 0; i < points.size(); ++i)
      points[i] = static_cast<double>(i % 4); // x
    dataset.add("cells", data::Support::Cells, cells);
    dataset.add("x", data::Support::Points, points);
    const auto& grid = dataset.info().grids.front();
    QCOMPARE(grid.points, 64);
    QCOMPARE(grid.cells, 27);
    QCOMPARE(grid.hi[2], 3.0);
    const geometry::GridView view(std::shared_ptr<const data::Dataset>(&dataset, [](auto*) {}));
    const data::Shape bare = view.shape(request(""));
    QCOMPARE(bare.triangles.size(), std::size_t{6 * 9 * 2 * 3});
    QVERIFY(std::abs(areaOf(bare) - 54) < 1e-5);
    QVERIFY(bare.values.empty());
    const data::Shape byCell = view.shape(request("cells"));
    QVERIFY(byCell.perCell);
    QCOMPARE(byCell.values.size(), byCell.triangles.size() / 3);
    QVERIFY(std::find(byCell.values.begin(), byCell.values.end(), 13.0F) == byCell.values.end()); // the innermost cell
    QVERIFY(std::find(byCell.values.begin(), byCell.values.end(), 26.0F) != byCell.values.end());
    const data::Shape byPoint = view.shape(request("x"));
    QVERIFY(!byPoint.perCell);
    for (std::uint32_t i = 0; i < byPoint.values.size(); ++i)
      QVERIFY(std::abs(pointOf(byPoint, i)[0] - static_cast<double>(byPoint.values[i])) < 1e-6);
  }

  void sections() {
    GridDataset dataset(data::GridKind::Unstructured, bricks(3, {10, 0, 0}));
    std::vector<double> cells(27), points(64);
    for (std::size_t i = 0; i < cells.size(); ++i)
      cells[i] = static_cast<double>(i / 9); // layer in z
    for (std::size_t i = 0; i < points.size(); ++i)
      points[i] = static_cast<double>(i % 4) + 10;
    dataset.add("layer", data::Support::Cells, cells);
    dataset.add("x", data::Support::Points, points);
    const geometry::GridView view(std::shared_ptr<const data::Dataset>(&dataset, [](auto*) {}));
    const data::Shape flat = view.shape(request("layer", across(2, 1.25)));
    QVERIFY(std::abs(areaOf(flat) - 9) < 1e-5);
    QVERIFY(!flat.values.empty());
    for (const float value : flat.values)
      QCOMPARE(value, 1.0F);
    data::Section slanted;
    slanted.point = {11.5, 1.5, 1.5};
    slanted.normal = {1, 1, 0};
    const data::Shape cut = view.shape(request("x", slanted));
    QVERIFY(std::abs(areaOf(cut) - 3 * std::sqrt(18.0)) < 1e-4);
    for (std::uint32_t i = 0; i < cut.values.size(); ++i)
      QVERIFY(std::abs(pointOf(cut, i)[0] - static_cast<double>(cut.values[i])) < 1e-4);
    QVERIFY(view.shape(request("x", across(0, 99))).triangles.empty());
  }

  void adaptiveStaysAdaptive() {
    GridDataset dataset(data::GridKind::Adaptive, twoLevels());
    std::vector<double> values(128, 1.0);
    std::fill(values.begin() + 64, values.end(), 2.0);
    dataset.add("level", data::Support::Cells, values);
    QCOMPARE(dataset.info().grids.front().levels, 2);
    QCOMPARE(dataset.info().grids.front().blocks, 2);
    const geometry::GridView view(std::shared_ptr<const data::Dataset>(&dataset, [](auto*) {}));
    // Through the refined corner: 12 coarse squares of 1, and 16 fine ones of 1/4 where 4 coarse ones would be.
    const data::Shape low = view.shape(request("level", across(2, 0.7)));
    QVERIFY(std::abs(areaOf(low) - 16) < 1e-6);
    QCOMPARE(low.triangles.size() / 6, std::size_t{12 + 16});
    QCOMPARE(std::count(low.values.begin(), low.values.end(), 2.0F), 32);
    QCOMPARE(low.outlines.size(), std::size_t{16});
    const data::Shape high = view.shape(request("level", across(2, 3.2)));
    QCOMPARE(high.triangles.size() / 6, std::size_t{16});
    const data::Shape outside = view.shape(request("level"));
    QVERIFY(std::abs(areaOf(outside) - 6 * 16) < 1e-5);
    // The finest box says what is at a place.
    QCOMPARE(view.probe(request("level"), {0.6, 0.6, 0.6}).value, 2.0);
    QCOMPARE(view.probe(request("level"), {3.5, 3.5, 3.5}).value, 1.0);
    QVERIFY(view.probe(request("level"), {9, 9, 9}).cell < 0);
  }

  void surfacesLinesAndParticles() {
    vtkNew<vtkPolyData> mixed;
    vtkNew<vtkPoints> points;
    for (const auto& at : {Vec3{0, 0, 0}, Vec3{1, 0, 0}, Vec3{1, 1, 0}, Vec3{0, 1, 0}, Vec3{0, 0, 1}})
      points->InsertNextPoint(at.data());
    mixed->SetPoints(points);
    vtkNew<vtkCellArray> vertices, lines, polygons;
    const vtkIdType quad[4] = {0, 1, 2, 3}, line[3] = {0, 4, 1}, vertex[1] = {4};
    vertices->InsertNextCell(1, vertex);
    lines->InsertNextCell(3, line);
    polygons->InsertNextCell(4, quad);
    mixed->SetVerts(vertices);
    mixed->SetLines(lines);
    mixed->SetPolys(polygons);
    GridDataset dataset(data::GridKind::Surface, mixed.Get());
    dataset.add("kind", data::Support::Cells, {1, 2, 3}); // VTK's order: vertex, line, polygon
    dataset.add("number", data::Support::Points, {0, 1, 2, 3, 4});
    const geometry::GridView view(std::shared_ptr<const data::Dataset>(&dataset, [](auto*) {}));
    const data::Shape shape = view.shape(request("kind"));
    QCOMPARE(shape.triangles.size(), std::size_t{6});
    QCOMPARE(shape.lines.size(), std::size_t{4});
    QCOMPARE(shape.vertices.size(), std::size_t{1});
    QCOMPARE(shape.values, (std::vector<float>{3, 3, 2, 2, 1}));
    QCOMPARE(view.probe(request("number"), {0.01, 0.0, 0.99}).value, 4.0);
  }

  void severalPieces() {
    vtkNew<vtkMultiBlockDataSet> blocks;
    blocks->SetBlock(0, bricks(1));
    blocks->SetBlock(1, nullptr);
    blocks->SetBlock(2, bricks(2, {5, 0, 0}));
    GridDataset dataset(data::GridKind::Unstructured, blocks.Get());
    std::vector<double> cells{7, 0, 1, 2, 3, 4, 5, 6, 70};
    cells.pop_back();
    cells.push_back(8);
    dataset.add("id", data::Support::Cells, cells);
    const geometry::GridView view(std::shared_ptr<const data::Dataset>(&dataset, [](auto*) {}));
    const data::Shape shape = view.shape(request("id"));
    QVERIFY(std::abs(areaOf(shape) - (6 + 24)) < 1e-5);
    QCOMPARE(std::count(shape.values.begin(), shape.values.end(), 7.0F), 12);
    QCOMPARE(view.probe(request("id"), {6.9, 1.9, 1.9}).value, 8.0);
    dataset.add("short", data::Support::Cells, {1, 2});
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(view.shape(request("short"))), data::UsageError);
  }

  void wrongRequests() {
    GridDataset dataset(data::GridKind::Unstructured, bricks(1));
    dataset.add("v", data::Support::Cells, {1});
    const geometry::GridView view(std::shared_ptr<const data::Dataset>(&dataset, [](auto*) {}));
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(view.shape(request("nothing"))), data::UsageError);
    auto wrong = request("v");
    wrong.component = 3;
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(view.shape(wrong)), data::UsageError);
    wrong = request("v");
    wrong.grid = "other";
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(view.shape(wrong)), data::UsageError);
    vtkNew<vtkMutableDirectedGraph> network;
    network->AddVertex();
    GridDataset graph(data::GridKind::Network, network.Get());
    const geometry::GridView none(std::shared_ptr<const data::Dataset>(&graph, [](auto*) {}));
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(none.shape(request(""))), data::UsageError);
  }

  void packedAndUnpacked() {
    data::Shape shape;
    shape.origin = {1e6, -2, 3};
    shape.points = {0, 0, 0, 1, 0, 0, 0, 1, 0};
    shape.triangles = {0, 1, 2};
    shape.lines = {0, 2};
    shape.vertices = {1};
    shape.outlines = {1, 2};
    shape.values = {5, 6, 7};
    shape.perCell = true;
    const std::string bytes = data::packShape(shape);
    QVERIFY(data::unpackShape(bytes) == shape);
    for (std::size_t length = 0; length < bytes.size(); ++length)
      QVERIFY_EXCEPTION_THROWN(static_cast<void>(data::unpackShape(std::string_view(bytes).substr(0, length))),
                               data::UsageError);
    shape.triangles[1] = 3;
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(data::unpackShape(data::packShape(shape))), data::UsageError);
  }
};

QTEST_GUILESS_MAIN(TestGeometry)
#include "test_geometry.moc"
