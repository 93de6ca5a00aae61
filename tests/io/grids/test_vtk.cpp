#include "io/grids/damage.h"

#include <QtTest>

#include <QDir>
#include <QTemporaryDir>

#include <filesystem>
#include <numbers>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkHyperTreeGrid.h>
#include <vtkImageData.h>
#include <vtkIntArray.h>
#include <vtkMatrix3x3.h>
#include <vtkMultiBlockDataSet.h>
#include <vtkOverlappingAMR.h>
#include <vtkPLYWriter.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkPolyDataWriter.h>
#include <vtkRandomHyperTreeGridSource.h>
#include <vtkRectilinearGrid.h>
#include <vtkRectilinearGridWriter.h>
#include <vtkSTLWriter.h>
#include <vtkStringArray.h>
#include <vtkStructuredGrid.h>
#include <vtkStructuredGridWriter.h>
#include <vtkStructuredPoints.h>
#include <vtkStructuredPointsWriter.h>
#include <vtkTable.h>
#include <vtkUniformGrid.h>
#include <vtkUnstructuredGrid.h>
#include <vtkUnstructuredGridWriter.h>
#include <vtkXMLDataSetWriter.h>
#include <vtkXMLHyperTreeGridWriter.h>
#include <vtkXMLMultiBlockDataWriter.h>
#include <vtkXMLPImageDataWriter.h>
#include <vtkXMLPUnstructuredGridWriter.h>
#include <vtkXMLTableWriter.h>

using namespace discern;
namespace fs = std::filesystem;

namespace {

const QString shared = QStringLiteral(DISCERN_SHARED_DATA);

vtkSmartPointer<vtkDoubleArray> numbers(const char* name, vtkIdType count, int components = 1) {
  auto array = vtkSmartPointer<vtkDoubleArray>::New();
  array->SetName(name);
  array->SetNumberOfComponents(components);
  array->SetNumberOfTuples(count);
  for (vtkIdType i = 0; i < count; ++i)
    for (int c = 0; c < components; ++c)
      array->SetComponent(i, c, static_cast<double>(i) + 0.25 * c);
  return array;
}

/// A mesh of `n` × 1 × 1 hexahedra, with the points moved along x by `shift`.
vtkSmartPointer<vtkUnstructuredGrid> hexes(int n, double shift = 0) {
  auto mesh = vtkSmartPointer<vtkUnstructuredGrid>::New();
  const auto points = vtkSmartPointer<vtkPoints>::New();
  for (int i = 0; i <= n; ++i)
    for (int corner = 0; corner < 4; ++corner)
      points->InsertNextPoint(i + shift, corner == 1 || corner == 2, corner / 2);
  mesh->SetPoints(points);
  for (vtkIdType i = 0; i < n; ++i) {
    const std::array<vtkIdType, 8> ids{4 * i,     4 * i + 1, 4 * i + 2, 4 * i + 3,
                                       4 * i + 4, 4 * i + 5, 4 * i + 6, 4 * i + 7};
    mesh->InsertNextCell(VTK_HEXAHEDRON, 8, ids.data());
  }
  mesh->GetPointData()->AddArray(numbers("velocity", mesh->GetNumberOfPoints(), 3));
  mesh->GetCellData()->AddArray(numbers("pressure", n));
  return mesh;
}

vtkSmartPointer<vtkPolyData> tetrahedron() {
  auto surface = vtkSmartPointer<vtkPolyData>::New();
  const auto points = vtkSmartPointer<vtkPoints>::New();
  points->InsertNextPoint(0, 0, 0);
  points->InsertNextPoint(1, 0, 0);
  points->InsertNextPoint(0, 1, 0);
  points->InsertNextPoint(0, 0, 1);
  surface->SetPoints(points);
  const auto faces = vtkSmartPointer<vtkCellArray>::New();
  for (const auto& ids : std::array<std::array<vtkIdType, 3>, 4>{{{0, 2, 1}, {0, 1, 3}, {0, 3, 2}, {1, 2, 3}}})
    faces->InsertNextCell(3, ids.data());
  surface->SetPolys(faces);
  surface->GetPointData()->AddArray(numbers("height", 4));
  return surface;
}

template <typename Image = vtkImageData>
vtkSmartPointer<Image> image() {
  auto made = vtkSmartPointer<Image>::New();
  made->SetExtent(2, 6, 0, 3, 0, 2); // begins at 2: the affine has to know
  made->SetOrigin(10, 20, 30);
  made->SetSpacing(0.5, 2, 3);
  made->GetPointData()->AddArray(numbers("density", made->GetNumberOfPoints()));
  made->GetCellData()->AddArray(numbers("flux", made->GetNumberOfCells(), 3));
  return made;
}

template <typename Writer, typename Object>
void save(Object& object, const QString& path, bool text = false) {
  const auto writer = vtkSmartPointer<Writer>::New();
  writer->SetFileName(qPrintable(path));
  writer->SetInputData(&object);
  if constexpr (requires { writer->SetFileTypeToASCII(); }) {
    if (text)
      writer->SetFileTypeToASCII();
    else
      writer->SetFileTypeToBinary();
  } else if constexpr (requires { writer->SetDataModeToAscii(); }) {
    if (text) writer->SetDataModeToAscii();
  }
  QVERIFY(writer->Write() == 1);
}

} // namespace

/// VTK's own formats and surfaces, written by VTK's writers and read by Discern, and real files of known content.
class TestVtk : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  [[nodiscard]] QString path(const char* name) const { return folder_.filePath(name); }
  static std::shared_ptr<data::Dataset> open(const QString& path) { return io::open(path.toStdString()); }

  static void checkImage(const QString& file) {
    const auto dataset = open(file);
    QCOMPARE(dataset->info().grids.size(), std::size_t{0});
    const auto density = dataset->field("density");
    QVERIFY(density->info().support == data::Support::Voxels);
    QVERIFY((density->info().shape == data::Index3{5, 4, 3}));
    QVERIFY(density->info().frame == data::Frame::Cartesian);
    QVERIFY((density->info().world({0, 0, 0}) == data::Vec3{11, 20, 30}));
    QVERIFY((density->info().world({1, 1, 1}) == data::Vec3{11.5, 22, 33}));
    QCOMPARE(test::readAll(*density, test::wholeSlab(density->info()))[23], 23.0);
    QCOMPARE(test::readAll(*density, {{{1, 2, 1}, {3, 3, 2}}, 0, 0, 0}), (std::vector<double>{31, 32}));
    const auto flux = dataset->field("flux");
    QVERIFY((flux->info().shape == data::Index3{4, 3, 2}));
    QCOMPARE(flux->info().components, 3);
    QVERIFY((flux->info().world({0, 0, 0}) == data::Vec3{11.25, 21, 31.5})); // centres of the cells
    QCOMPARE(test::readAll(*flux, test::wholeSlab(flux->info(), 0, 2))[5], 5.5);
  }

  static void checkMesh(const QString& file) {
    const auto dataset = open(file);
    const auto grid = dataset->grid("");
    QVERIFY(grid->info().kind == data::GridKind::Unstructured);
    QCOMPARE(grid->info().points, 44);
    QCOMPARE(grid->info().cells, 10);
    QCOMPARE(grid->info().hi[0], 10.0);
    const auto mesh = grid->read(0);
    QVERIFY(mesh->IsA("vtkUnstructuredGrid"));
    QCOMPARE(vtkDataSet::SafeDownCast(mesh)->GetPointData()->GetNumberOfArrays(), 0);
    const auto velocity = dataset->field("velocity");
    QVERIFY(velocity->info().support == data::Support::Points && velocity->info().type == data::ScalarType::Float64);
    QVERIFY((velocity->info().shape == data::Index3{44, 1, 1}));
    QCOMPARE(velocity->info().grid, grid->info().name);
    QCOMPARE(test::readAll(*velocity, {{{40, 0, 0}, {42, 1, 1}}, 0, 2, 0}), (std::vector<double>{40.5, 41.5}));
    QVERIFY(dataset->field("pressure")->info().support == data::Support::Cells);
  }

private Q_SLOTS:
  void images() {
    for (const bool text : {false, true}) {
      save<vtkXMLDataSetWriter>(*image(), path("a.vti"), text);
      checkImage(path("a.vti"));
    }
    save<vtkStructuredPointsWriter>(*image<vtkStructuredPoints>(), path("a.vtk"));
    const auto dataset = open(path("a.vtk"));
    QVERIFY((dataset->field("density")->info().shape == data::Index3{5, 4, 3}));
    QVERIFY((dataset->field("density")->info().world({0, 0, 0}) == data::Vec3{11, 20, 30}));
  }

  void turnedImage() {
    const auto turned = image();
    turned->SetDirectionMatrix(0, -1, 0, 1, 0, 0, 0, 0, 1);
    save<vtkXMLDataSetWriter>(*turned, path("turned.vti"));
    const auto field = open(path("turned.vti"))->field("density");
    for (const auto& index : {std::array{0, 0, 0}, std::array{4, 3, 2}, std::array{1, 0, 2}}) {
      double expected[3];
      turned->TransformIndexToPhysicalPoint(index[0] + 2, index[1], index[2], expected);
      const auto world = field->info().world({double(index[0]), double(index[1]), double(index[2])});
      for (std::size_t axis = 0; axis < 3; ++axis)
        QVERIFY(std::abs(world[axis] - expected[axis]) < 1e-12);
    }
  }

  void meshes() {
    for (const bool text : {false, true}) {
      save<vtkXMLDataSetWriter>(*hexes(10), path("a.vtu"), text);
      checkMesh(path("a.vtu"));
      save<vtkUnstructuredGridWriter>(*hexes(10), path("b.vtk"), text);
      checkMesh(path("b.vtk"));
    }
  }

  void structured() {
    const auto axes = vtkSmartPointer<vtkRectilinearGrid>::New();
    axes->SetDimensions(3, 2, 1);
    axes->SetXCoordinates(numbers("x", 3));
    axes->SetYCoordinates(numbers("y", 2));
    axes->SetZCoordinates(numbers("z", 1));
    axes->GetPointData()->AddArray(numbers("t", 6));
    save<vtkXMLDataSetWriter>(*axes, path("a.vtr"));
    save<vtkRectilinearGridWriter>(*axes, path("r.vtk"));
    const auto curved = vtkSmartPointer<vtkStructuredGrid>::New();
    curved->SetDimensions(3, 2, 1);
    const auto points = vtkSmartPointer<vtkPoints>::New();
    for (int i = 0; i < 6; ++i)
      points->InsertNextPoint(i % 3, i / 3, 0.1 * i);
    curved->SetPoints(points);
    curved->GetPointData()->AddArray(numbers("t", 6));
    save<vtkXMLDataSetWriter>(*curved, path("a.vts"));
    save<vtkStructuredGridWriter>(*curved, path("s.vtk"));
    for (const char* name : {"a.vtr", "r.vtk", "a.vts", "s.vtk"}) {
      const auto dataset = open(path(name));
      QVERIFY(dataset->grid("")->info().kind == data::GridKind::Structured);
      QCOMPARE(dataset->grid("")->info().points, 6);
      QCOMPARE(dataset->grid("")->info().cells, 2);
      QCOMPARE(test::readAll(*dataset->field("t"), test::wholeSlab(dataset->field("t")->info()))[5], 5.0);
    }
  }

  void surfaces() {
    save<vtkXMLDataSetWriter>(*tetrahedron(), path("a.vtp"));
    save<vtkPolyDataWriter>(*tetrahedron(), path("p.vtk"));
    for (const bool text : {false, true}) {
      save<vtkSTLWriter>(*tetrahedron(), path(text ? "t.stl" : "b.stl"), text);
      save<vtkPLYWriter>(*tetrahedron(), path(text ? "t.ply" : "b.ply"), text);
    }
    test::write(path("a.obj"), "# four\nv 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n");
    for (const char* name : {"a.vtp", "p.vtk", "t.stl", "b.stl", "t.ply", "b.ply", "a.obj"}) {
      const auto grid = open(path(name))->grid("");
      QVERIFY2(grid->info().kind == data::GridKind::Surface, name);
      QCOMPARE(grid->info().points, 4);
      QCOMPARE(grid->info().cells, 4);
      QCOMPARE(grid->info().hi[2], 1.0);
    }
    QCOMPARE(open(path("a.vtp"))->info().fields.size(), std::size_t{1});
    for (const char* name : {"t.stl", "b.stl", "t.ply", "b.ply"}) {
      const QByteArray whole = test::bytesOf(path(name));
      for (const double part : {0.3, 0.6, 0.95}) {
        const QString cut = path(QByteArray(name).endsWith("stl") ? "cut.stl" : "cut.ply");
        test::write(cut, whole.left(static_cast<int>(part * whole.size())));
        QVERIFY2(!test::problemOf(cut).isEmpty(), qPrintable(QString("%1 cut at %2").arg(name).arg(part)));
      }
    }
  }

  void blocks() {
    const auto blocks = vtkSmartPointer<vtkMultiBlockDataSet>::New();
    const auto second = hexes(3, 100);
    second->GetCellData()->AddArray(numbers("only here", 3));
    blocks->SetBlock(0, hexes(2));
    blocks->SetBlock(1, second);
    save<vtkXMLMultiBlockDataWriter>(*blocks, path("a.vtm"));
    const auto dataset = open(path("a.vtm"));
    QCOMPARE(dataset->grid("")->info().blocks, 2);
    QCOMPARE(dataset->grid("")->info().cells, 5);
    QVERIFY(dataset->grid("")->read(0)->IsA("vtkMultiBlockDataSet"));
    const auto all = test::readAll(*dataset->field("pressure"), test::wholeSlab(dataset->field("pressure")->info()));
    QCOMPARE(all, (std::vector<double>{0, 1, 0, 1, 2}));
    const auto some = test::readAll(*dataset->field("only here"), test::wholeSlab(dataset->field("only here")->info()));
    QVERIFY(std::isnan(some[0]) && std::isnan(some[1]) && some[4] == 2);
    QCOMPARE(dataset->info().warnings.size(), std::size_t{1});
    const auto block = test::readAll(*dataset->field("block"), test::wholeSlab(dataset->field("block")->info()));
    QCOMPARE(block, (std::vector<double>{1, 1, 2, 2, 2}));
    fs::remove(path("a/a_1.vtu").toStdString());
    QVERIFY(test::problemOf(path("a.vtm")).contains("a_1.vtu"));
  }

  void timeSeries() {
    for (int t = 0; t < 3; ++t)
      save<vtkXMLDataSetWriter>(*hexes(2, t), path(qPrintable(QString("step%1.vtu").arg(t))));
    test::write(path("a.pvd"), "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"0.1\">\n<Collection>\n"
                               "<DataSet timestep=\"0.5\" part=\"0\" file=\"step1.vtu\"/>\n"
                               "<DataSet timestep=\"0\" part=\"0\" file=\"step0.vtu\"/>\n"
                               "<DataSet timestep=\"2\" part=\"0\" file=\"step2.vtu\"/>\n</Collection>\n</VTKFile>\n");
    test::write(path("a.vtu.series"),
                "{\"file-series-version\": \"1.0\", \"files\": [{\"name\": \"step0.vtu\", \"time\": "
                "0}, {\"name\": \"step1.vtu\", \"time\": 0.5}, {\"name\": \"step2.vtu\", \"time\": 2}]}");
    for (const char* name : {"a.pvd", "a.vtu.series"}) {
      const auto dataset = open(path(name));
      QCOMPARE(dataset->grid("")->info().time.values, (std::vector<double>{0, 0.5, 2}));
      for (int t : {2, 0, 1}) {
        double bounds[6];
        vtkDataSet::SafeDownCast(dataset->grid("")->read(t))->GetBounds(bounds);
        QCOMPARE(bounds[0], double(t));
      }
      QVERIFY_EXCEPTION_THROWN(static_cast<void>(dataset->grid("")->read(3)), data::UsageError);
      QCOMPARE(dataset->field("pressure")->info().time.size, 3);
    }
    save<vtkXMLDataSetWriter>(*hexes(5), path("step1.vtu"));
    QVERIFY(test::problemOf(path("a.pvd")).contains("12 points") ||
            test::problemOf(path("a.pvd")).contains("24 points"));
    fs::remove(path("step1.vtu").toStdString());
    QVERIFY(test::problemOf(path("a.pvd")).contains("step1.vtu"));
  }

  void treesTablesPieces() {
    const auto trees = vtkSmartPointer<vtkRandomHyperTreeGridSource>::New();
    trees->SetDimensions(4, 4, 4);
    trees->SetMaxDepth(3);
    trees->Update();
    const auto cells = trees->GetHyperTreeGridOutput()->GetNumberOfVertices();
    save<vtkXMLHyperTreeGridWriter>(*trees->GetHyperTreeGridOutput(), path("a.htg"));
    const auto dataset = open(path("a.htg"));
    QVERIFY(dataset->grid("")->info().kind == data::GridKind::Adaptive);
    QVERIFY(dataset->grid("")->read(0)->IsA("vtkHyperTreeGrid"));
    QCOMPARE(dataset->field("Depth")->info().shape[0], static_cast<std::int64_t>(cells));
    const auto table = vtkSmartPointer<vtkTable>::New();
    table->AddColumn(numbers("t", 3));
    const auto names = vtkSmartPointer<vtkStringArray>::New();
    names->SetName("name");
    for (const char* name : {"a", "b", "c"})
      names->InsertNextValue(name);
    table->AddColumn(names);
    save<vtkXMLTableWriter>(*table, path("a.vtt"));
    const auto read = open(path("a.vtt"))->table("");
    QCOMPARE(read.info.columns, (std::vector<std::string>{"t", "name"}));
    QCOMPARE(read.numbers[0], (std::vector<double>{0, 1, 2}));
    QCOMPARE(read.texts[1], (std::vector<std::string>{"a", "b", "c"}));
    save<vtkXMLPUnstructuredGridWriter>(*hexes(10), path("a.pvtu"));
    checkMesh(path("a.pvtu"));
    save<vtkXMLPImageDataWriter>(*image(), path("a.pvti"));
    checkImage(path("a.pvti"));
    fs::remove(path("a_0.vti").toStdString());
    QVERIFY(test::problemOf(path("a.pvti")).contains("a_0.vti"));
  }

  void damaged_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"a.vtu", "t.vtu", "b.vtk", "a.vti", "a.vtp", "p.vtk"})
      QTest::newRow(name) << QString(name);
  }
  void damaged() {
    QFETCH(QString, name);
    save<vtkXMLDataSetWriter>(*hexes(10), path("a.vtu"));
    save<vtkXMLDataSetWriter>(*hexes(10), path("t.vtu"), true);
    save<vtkUnstructuredGridWriter>(*hexes(10), path("b.vtk"));
    save<vtkXMLDataSetWriter>(*image(), path("a.vti"));
    save<vtkXMLDataSetWriter>(*tetrahedron(), path("a.vtp"));
    save<vtkPolyDataWriter>(*tetrahedron(), path("p.vtk"), true);
    const QByteArray whole = test::bytesOf(folder_.filePath(name));
    QVERIFY(test::problemOf(folder_.filePath(name)).isEmpty());
    const QString cut = path("cut");
    for (int i = 1; i < 20; ++i) {
      test::write(cut, whole.left(static_cast<int>(whole.size() * i / 20)));
      // A legacy file cut behind its points is a whole file of points.
      if (test::problemOf(cut).isEmpty() && !name.endsWith("vtk"))
        QFAIL(qPrintable(QString("%1 cut at %2/20 was read").arg(name).arg(i)));
    }
    test::write(cut, "");
    QVERIFY(!test::problemOf(cut).isEmpty());
  }

  void lies_data() {
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::newRow("points") << QByteArray("NumberOfPoints=\"44\"") << QByteArray("NumberOfPoints=\"4400000000000\"");
    QTest::newRow("some points more") << QByteArray("NumberOfPoints=\"44\"") << QByteArray("NumberOfPoints=\"45\"");
    QTest::newRow("cells") << QByteArray("NumberOfCells=\"10\"") << QByteArray("NumberOfCells=\"11\"");
    QTest::newRow("type") << QByteArray("type=\"UnstructuredGrid\"") << QByteArray("type=\"Nonsense\"");
    QTest::newRow("offset") << QByteArray("offset=\"0\"") << QByteArray("offset=\"99999999\"");
  }
  void lies() {
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    save<vtkXMLDataSetWriter>(*hexes(10), path("a.vtu"));
    QByteArray bytes = test::bytesOf(path("a.vtu"));
    QVERIFY(bytes.contains(from));
    test::write(path("lie.vtu"), bytes.replace(bytes.indexOf(from), from.size(), to));
    QVERIFY(!test::problemOf(path("lie.vtu")).isEmpty());
  }

  void wrongCorners() {
    const auto mesh = hexes(2);
    mesh->GetCells()->ReplaceCellAtId(1, 8, std::array<vtkIdType, 8>{0, 1, 2, 3, 4, 5, 6, 99999}.data());
    save<vtkXMLDataSetWriter>(*mesh, path("corner.vtu"));
    QVERIFY(test::problemOf(path("corner.vtu")).contains("99999"));
  }

  // Real files: counts and ranges as ../shared/data/MANIFEST.md has them.
  void real() {
    if (!QDir(shared).exists()) QSKIP("there is no ../shared/data");
    const QString grids = shared + "/05_amr_unstructured/";
    const auto can = open(grids + "can.vtu");
    QCOMPARE(can->grid("")->info().points, 6724);
    QCOMPARE(can->grid("")->info().cells, 4800);
    QVERIFY(test::near(test::rangeOf(*can->field("ACCL"), 0).first, -80080944.0) ||
            test::near(test::rangeOf(*can->field("ACCL"), 1).first, -80080944.0) ||
            test::near(test::rangeOf(*can->field("ACCL"), 2).first, -80080944.0));
    QVERIFY(can->field("EQPS")->info().support == data::Support::Cells);
    const auto isabel = open(shared + "/02_climate/isabel_wind_02.vti")->field("");
    QVERIFY((isabel->info().shape == data::Index3{125, 125, 25}));
    QVERIFY(test::near(test::rangeOf(*isabel).second, 68.2455));
    QVERIFY(test::near(isabel->info().indexToWorld.spacing()[2], 4.0408163266, 1e-9));
    for (const auto& [name, most] :
         {std::pair{"060", 110.9576}, std::pair{"061", 112.4283}, std::pair{"062", 113.0043}})
      QVERIFY(test::near(test::rangeOf(*open(grids + "viscous_" + name + ".vti")->field("")).second, most));
  }

  void realAdaptive() {
    if (!QDir(shared).exists()) QSKIP("there is no ../shared/data");
    const QString grids = shared + "/05_amr_unstructured/";
    const auto boxes = open(grids + "HierarchicalBoxDataset.v1.1.vthb");
    const auto& info = boxes->grid("")->info();
    QVERIFY(info.kind == data::GridKind::Adaptive);
    QCOMPARE(info.levels, 4);
    QCOMPARE(info.blocks, 81);
    const auto read = boxes->grid("")->read(0);
    QVERIFY(read->IsA("vtkOverlappingAMR"));
    const auto chombo = open(grids + "chombo3d/chombo3d.vtm");
    QCOMPARE(chombo->grid("")->info().levels, 3);
    QCOMPARE(chombo->grid("")->info().blocks, 16);
    for (const auto& dataset : {boxes, chombo}) {
      // Cells that are not refined, each times its volume, fill the domain exactly: the first level's volume.
      auto* amr = vtkOverlappingAMR::SafeDownCast(dataset->grid("")->read(0));
      const auto refined =
          test::readAll(*dataset->field("refined"), test::wholeSlab(dataset->field("refined")->info()));
      double volume = 0, first = 0;
      std::size_t at = 0;
      const auto keep = dataset->grid("")->read(0);
      amr = vtkOverlappingAMR::SafeDownCast(keep);
      for (unsigned level = 0; level < amr->GetNumberOfLevels(); ++level)
        for (unsigned i = 0; i < amr->GetNumberOfDataSets(level); ++i) {
          auto* box = amr->GetDataSet(level, i);
          const double* h = box->GetSpacing();
          for (vtkIdType c = 0; c < box->GetNumberOfCells(); ++c, ++at) {
            if (refined[at] == 0) volume += h[0] * h[1] * h[2];
            if (level == 0) first += h[0] * h[1] * h[2];
          }
        }
      QCOMPARE(at, refined.size());
      QVERIFY2(test::near(volume, first, 1e-4), qPrintable(QString("%1 of %2").arg(volume).arg(first)));
    }
  }

  void realDamaged() {
    if (!QDir(shared).exists()) QSKIP("there is no ../shared/data");
    QVERIFY(test::problemOf(shared + "/15_malformed/derived/vtu_truncated.vtu").contains("ends early"));
    for (const QString& name : QDir(shared + "/15_malformed/vtk").entryList({"*.vtk"})) {
      const QString problem = test::problemOf(shared + "/15_malformed/vtk/" + name);
      if (name == "vtkPolyDataBad6.vtk") // all of its points, and no faces: a cloud of points
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
      else
        QVERIFY2(!problem.isEmpty(), qPrintable(name));
    }
  }
};

QTEST_GUILESS_MAIN(TestVtk)
#include "test_vtk.moc"
