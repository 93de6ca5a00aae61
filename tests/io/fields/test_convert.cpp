#include "io/fields/convert/convert.h"
#include "io/fields_dataset.h"
#include "io/reading.h"
#include "io/write.h"

#include <QtTest>

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <random>
#include <vtkCellArray.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkUnstructuredGrid.h>

using namespace discern;

namespace {

data::FieldInfo fieldOf(data::ScalarType type, data::Index3 shape = {7, 6, 5}) {
  data::FieldInfo info;
  info.name = "temperature";
  info.quantity = "Potential temperature";
  info.unit = "K";
  info.type = type;
  info.shape = shape;
  info.source = "org.discern.test 1.0";
  return info;
}

std::shared_ptr<const data::FieldSource> noiseOf(const data::FieldInfo& info) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(info.voxels() * info.time.size * info.components) *
                               sizeOf(info.type));
  std::mt19937 random(3);
  data::dispatch(info.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::size_t i = 0; i < bytes.size(); i += sizeof(T)) {
      T value = static_cast<T>(random() % 120);
      if (std::is_floating_point_v<T> && random() % 9 == 0) value = std::numeric_limits<T>::quiet_NaN();
      std::memcpy(bytes.data() + i, &value, sizeof(T));
    }
  });
  return data::memoryField(info, std::move(bytes));
}

std::shared_ptr<data::Dataset> datasetOf(std::shared_ptr<const data::FieldSource> field) {
  return std::make_shared<io::FieldsDataset>(data::DatasetInfo{},
                                             std::vector<std::shared_ptr<const data::FieldSource>>{std::move(field)});
}

void compareValues(const data::FieldSource& a, const data::FieldSource& b) {
  QVERIFY(a.info().type == b.info().type && a.info().shape == b.info().shape);
  QCOMPARE(a.info().time.size, b.info().time.size);
  QCOMPARE(a.info().components, b.info().components);
  for (std::int64_t t = 0; t < a.info().time.size; ++t)
    for (int c = 0; c < a.info().components; ++c) {
      const auto left = test::readAll(a, test::wholeSlab(a.info(), t, c));
      const auto right = test::readAll(b, test::wholeSlab(b.info(), t, c));
      for (std::size_t i = 0; i < left.size(); ++i)
        QVERIFY(test::same(left[i], right[i]));
    }
}

} // namespace

/// What `discern-run convert` writes, read back by our own readers and by others.
class TestConvert : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  [[nodiscard]] std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }

  static QString python(const QString& code, const std::string& path) {
    QProcess process;
    process.start("/usr/bin/python3", {"-c", code, QString::fromStdString(path)});
    if (!process.waitForStarted() || !process.waitForFinished(60000) || process.exitCode() != 0) return {};
    return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
  }

  /// Writes a field as NetCDF and compares everything that is kept.
  void throughNetcdf(const data::FieldInfo& info) {
    const auto field = noiseOf(info);
    QVERIFY(io::convert(*datasetOf(field), "", {}, path("x.nc")).empty());
    const auto back = io::open(path("x.nc"))->field("");
    compareValues(*back, *field);
    const data::FieldInfo& b = back->info();
    QCOMPARE(b.name, info.name);
    QCOMPARE(b.quantity, info.quantity);
    QCOMPARE(b.unit, info.unit);
    QVERIFY(b.time == info.time);
    QVERIFY(b.frame == info.frame);
    QVERIFY(b.indexToWorld == info.indexToWorld);
    QVERIFY(b.coordinates == info.coordinates);
    QCOMPARE(b.worldUnit, info.worldUnit);
    QCOMPARE(b.transform, info.transform);
    QCOMPARE(b.labels, info.labels);
    QVERIFY(b.labelNames == info.labelNames);
    QVERIFY(b.missing == info.missing);
  }

private Q_SLOTS:
  void netcdfTypes_data() {
    QTest::addColumn<int>("type");
    for (const char* name :
         {"int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"})
      QTest::newRow(name) << static_cast<int>(*data::scalarTypeFromName(name));
  }
  void netcdfTypes() {
    QFETCH(int, type);
    data::FieldInfo info = fieldOf(static_cast<data::ScalarType>(type));
    info.frame = data::Frame::RasMillimetres;
    info.worldUnit = "mm";
    info.transform = "sform";
    info.indexToWorld = {{0, -0.1, 0, 3, 0.3, 0, 1e-7, -4, 0, 0, 2, 5, 0, 0, 0, 1}};
    info.components = 2;
    info.time = {3, "days since 2001-02-03 00:00:00", "360_day", {0.1, 30, 61}};
    if (!isFloating(info.type)) {
      info.labels = true;
      info.labelNames = {{1, "left hippocampus"}, {2, "right_amygdala"}, {7, "äöü \"x\""}};
      info.missing = 119;
    }
    throughNetcdf(info);
  }

  void netcdfPlaces() {
    data::FieldInfo info = fieldOf(data::ScalarType::Float32, {8, 5, 3});
    info.frame = data::Frame::LonLat;
    info.worldUnit = "degrees";
    info.transform = "coordinates";
    info.indexToWorld = data::Affine::scaling({0.1, -1.0 / 3, 1}, {0.05, 60, 0});
    info.coordinates[2] = {1000, 850, 500};
    info.time = {2, "hours since 1900-01-01 00:00:00", "standard", {1000000, 1000006}};
    throughNetcdf(info);
    const QString seen = python("import sys, netCDF4 as n; d = n.Dataset(sys.argv[1]); v = d['temperature']; "
                                "print(v.shape, v.dimensions, v.units, d['lon'].units, round(float(d['lat'][1]), 4), "
                                "d['time'].calendar, d['level'][:].tolist())",
                                path("x.nc"));
    if (!seen.isEmpty())
      QCOMPARE(seen, QString("(2, 3, 5, 8) ('time', 'level', 'lat', 'lon') K degrees_east 59.6667 standard "
                             "[1000.0, 850.0, 500.0]"));
    info = fieldOf(data::ScalarType::UInt16, {9, 4, 1});
    info.worldUnit = "px";
    info.transform = "none";
    throughNetcdf(info);
    info.frame = data::Frame::Cartesian;
    info.worldUnit = "µm";
    info.transform = "resolution";
    info.shape = {4, 5, 6};
    info.indexToWorld = data::Affine::scaling({0.1, 0.1, 0.7}, {1, 2, 3});
    throughNetcdf(info);
    if (seen.isEmpty()) QSKIP("python3 lacks netCDF4");
  }

  /// Another program may cut the file: the exact placement must not outlive the shape it was for.
  void netcdfCut() {
    data::FieldInfo info = fieldOf(data::ScalarType::Float32);
    info.frame = data::Frame::Cartesian;
    info.worldUnit = "m";
    info.indexToWorld = data::Affine::scaling({2, 2, 2}, {10, 20, 30});
    static_cast<void>(io::convert(*datasetOf(noiseOf(info)), "", {}, path("cut.nc")));
    const QString done = python("import sys, netCDF4 as n\n"
                                "a = n.Dataset(sys.argv[1]); b = n.Dataset(sys.argv[1] + '2', 'w')\n"
                                "for d in 'zyx':\n"
                                "  b.createDimension(d, len(a.dimensions[d]) - 2)\n"
                                "for k, v in a.variables.items():\n"
                                "  o = b.createVariable(k, v.dtype, v.dimensions)\n"
                                "  o.setncatts({n: v.getncattr(n) for n in v.ncattrs() if n != '_FillValue'})\n"
                                "  o[:] = v[tuple(slice(2, None) for _ in v.dimensions)]\n"
                                "b.close(); print('done')",
                                path("cut.nc"));
    if (done.isEmpty()) QSKIP("python3 lacks netCDF4");
    const auto back = io::open(path("cut.nc2"))->field("temperature")->info();
    QVERIFY((back.world({0, 0, 0}) == data::Vec3{14, 24, 34}));
  }

  void numpy() {
    for (const bool many : {false, true}) {
      data::FieldInfo info = fieldOf(data::ScalarType::Float64);
      if (many) {
        info.components = 3;
        info.time.size = 2;
      }
      const auto field = noiseOf(info);
      const auto notes = io::convert(*datasetOf(field), "", {}, path("x.npy"));
      QCOMPARE(notes.size(), std::size_t{1}); // that unit and quantity are lost
      compareValues(*io::open(path("x.npy"))->field(""), *field);
    }
  }

  void oneStep() {
    data::FieldInfo info = fieldOf(data::ScalarType::Int16);
    info.time = {4, "s", "", {0, 2, 4, 6}};
    const auto field = noiseOf(info);
    for (const char* name : {"step.nc", "step.nii", "step.vtkhdf", "step.tif"}) {
      static_cast<void>(io::convert(*datasetOf(field), "temperature", 2, path(name)));
      const auto back = io::open(path(name))->field("");
      QCOMPARE(back->info().time.size, std::int64_t{1});
      QVERIFY(test::readAll(*back, test::wholeSlab(back->info())) == test::readAll(*field, test::wholeSlab(info, 2)));
    }
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(io::convert(*datasetOf(field), "", 4, path("no.nc"))), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(io::convert(*datasetOf(field), "", {}, path("no.vti"))),
                             data::UsageError);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(io::convert(*datasetOf(field), "", {}, path("no.bmp"))),
                             data::UsageError);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(io::convert(*datasetOf(field), "x", {}, path("no.nc"))),
                             data::UsageError);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(io::convert(*datasetOf(field), "", {}, "/no/such/x.nc")),
                             data::UsageError);
    QVERIFY(!QFile::exists(folder_.filePath("no.nc")) && !QFile::exists(folder_.filePath("no.nc.part")));
  }

  void image() {
    data::FieldInfo info = fieldOf(data::ScalarType::Int16);
    info.components = 2;
    info.frame = data::Frame::Cartesian;
    info.indexToWorld = {{0, -2, 0, 3, 3, 0, 0, -4, 0, 0, 2, 5, 0, 0, 0, 1}};
    const auto field = noiseOf(info);
    static_cast<void>(io::convert(*datasetOf(field), "", {}, path("x.vti")));
    const QString seen = python(
        "import sys; from vtkmodules.vtkIOXML import vtkXMLImageDataReader as R; r = R(); r.SetFileName(sys.argv[1]); "
        "r.Update(); o = r.GetOutput(); a = o.GetPointData().GetArray('temperature'); m = o.GetDirectionMatrix(); "
        "print(o.GetDimensions(), o.GetOrigin(), o.GetSpacing(), m.GetElement(0, 1), m.GetElement(1, 0), "
        "a.GetNumberOfComponents(), int(a.GetComponent(9, 1)), a.GetDataTypeAsString())",
        path("x.vti"));
    if (seen.isEmpty()) QSKIP("python3 lacks vtk");
    QCOMPARE(seen, QString("(7, 6, 5) (3.0, -4.0, 5.0) (3.0, 2.0, 2.0) -1.0 1.0 2 %1 short")
                       .arg(test::readAll(*field, test::wholeSlab(info, 0, 1))[9]));
    info.indexToWorld.m[0] = 1;
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(io::convert(*datasetOf(noiseOf(info)), "", {}, path("no.vti"))),
                             data::UsageError);
  }

  void surface() {
    const auto points = vtkSmartPointer<vtkPoints>::New();
    for (int i = 0; i < 4; ++i)
      points->InsertNextPoint(i, i % 2, i / 2);
    const auto triangles = vtkSmartPointer<vtkCellArray>::New();
    for (const auto& corners : {std::array<vtkIdType, 3>{0, 1, 2}, std::array<vtkIdType, 3>{1, 3, 2}})
      triangles->InsertNextCell(3, corners.data());
    const auto poly = vtkSmartPointer<vtkPolyData>::New();
    poly->SetPoints(points);
    poly->SetPolys(triangles);
    data::GridInfo grid;
    grid.name = "white";
    grid.kind = data::GridKind::Surface;
    data::FieldInfo labels = fieldOf(data::ScalarType::Int32, {4, 1, 1});
    labels.name = "areas";
    labels.labels = true;
    labels.labelNames = {{0, "none"}, {3, "V1 <left>"}};
    labels.support = data::Support::Points;
    labels.grid = "white";
    std::vector<std::byte> bytes(16);
    const std::array<std::int32_t, 4> keys{0, 3, 3, 0};
    std::memcpy(bytes.data(), keys.data(), 16);
    const io::FieldsDataset dataset({}, {data::memoryField(labels, bytes)}, {}, {data::memoryGrid(grid, poly)});
    QVERIFY(io::convert(dataset, "white", {}, path("x.surf.gii")).empty());
    QVERIFY(io::convert(dataset, "areas", {}, path("x.label.gii")).empty());
    static_cast<void>(io::convert(dataset, "white", {}, path("x.vtp")));
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(io::convert(dataset, "white", {}, path("no.vtu"))), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(io::convert(dataset, "white", {}, path("no.nc"))), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(
        static_cast<void>(io::convert(*datasetOf(noiseOf(fieldOf(data::ScalarType::Float32))), "", {}, path("no.gii"))),
        data::UsageError);
    const QString seen =
        python("import sys, nibabel as n; s = n.load(sys.argv[1]); l = n.load(sys.argv[1].replace('surf', 'label'))\n"
               "print(s.darrays[0].data.tolist(), s.darrays[1].data.tolist(), l.darrays[0].data.tolist(), "
               "l.labeltable.get_labels_as_dict(), l.darrays[0].intent)",
               path("x.surf.gii"));
    const QString polys = python(
        "import sys; from vtkmodules.vtkIOXML import vtkXMLPolyDataReader as R; r = R(); r.SetFileName(sys.argv[1]); "
        "r.Update(); o = r.GetOutput(); print(o.GetNumberOfPoints(), o.GetNumberOfPolys(), "
        "o.GetPointData().GetArray('areas').GetTuple(1))",
        path("x.vtp"));
    if (seen.isEmpty() || polys.isEmpty()) QSKIP("python3 lacks nibabel or vtk");
    QCOMPARE(polys, QString("4 2 (3.0,)"));
    QCOMPARE(seen,
             QString("[[0.0, 0.0, 0.0], [1.0, 1.0, 0.0], [2.0, 0.0, 1.0], [3.0, 1.0, 1.0]] [[0, 1, 2], [1, 3, 2]] "
                     "[0, 3, 3, 0] {0: 'none', 3: 'V1 <left>'} 1002"));
  }

  /// The commands themselves, and how they end.
  void commands() {
    qputenv("XDG_CONFIG_HOME", folder_.filePath("config").toUtf8());
    const auto run = [&](const QStringList& words) {
      QProcess process;
      process.start(DISCERN_BINARY_DIR "/bin/discern-run", words);
      if (!process.waitForStarted() || !process.waitForFinished(60000)) return std::pair(-1, QString());
      return std::pair(process.exitCode(), QString::fromUtf8(process.readAllStandardError()));
    };
    data::FieldInfo info = fieldOf(data::ScalarType::Int16);
    info.labels = true;
    info.labelNames = {{3, "caudate"}};
    const auto field = noiseOf(info);
    static_cast<void>(io::convert(*datasetOf(field), "", {}, path("in.nc")));
    const QString in = folder_.filePath("in.nc"), out = folder_.filePath("out.nii.gz");
    const auto [code, said] = run({"convert", in + ":temperature", out});
    QCOMPARE(code, 0);
    QVERIFY2(said.contains("the names of the labels"), qPrintable(said));
    compareValues(*io::open(out.toStdString())->field(""), *field);
    QCOMPARE(run({"convert", in, folder_.filePath("out.bmp")}).first, 2);
    QCOMPARE(run({"convert", in, in}).first, 2);
    QCOMPARE(run({"convert", in + ":nothing", out}).first, 2);
    QCOMPARE(run({"convert", in, out, "--time", "1"}).first, 2);
    QCOMPARE(run({"convert", folder_.filePath("none.nc"), out}).first, 3);
    QCOMPARE(run({"axes", in, "temperature", "tzyx"}).first, 0);
    QCOMPARE(run({"axes", in, "temperature", "zzz"}).first, 2);
    QCOMPARE(run({"axes", folder_.filePath("none.nc"), "temperature", "tzyx"}).first, 3);
  }

  void table() {
    data::Table table;
    table.info = {"t", {"name", "speed"}, {"", "m s-1"}, 3};
    table.texts = {{"a", "b, \"c\"", "d"}, {}};
    table.numbers = {{}, {0.1, std::nan(""), 1e300}};
    const io::FieldsDataset dataset({}, {}, {table});
    QVERIFY(io::convert(dataset, "", {}, path("x.csv")).empty());
    QFile file(folder_.filePath("x.csv"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("name,speed [m s-1]\na,0.1\n\"b, \"\"c\"\"\",\nd,1e+300\n"));
    data::FieldInfo plane = fieldOf(data::ScalarType::Float32, {3, 2, 1});
    static_cast<void>(io::convert(*datasetOf(noiseOf(plane)), "", {}, path("plane.csv")));
    QVERIFY_EXCEPTION_THROWN(
        static_cast<void>(io::convert(*datasetOf(noiseOf(fieldOf(data::ScalarType::Float32))), "", {}, path("no.csv"))),
        data::UsageError);
  }
};

QTEST_GUILESS_MAIN(TestConvert)
#include "test_convert.moc"
