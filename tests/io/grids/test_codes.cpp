#include "io/grids/damage.h"

#include <QtTest>

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>

#include <filesystem>
#include <vtkDataSet.h>
#include <vtkOverlappingAMR.h>
#include <vtkUniformGrid.h>

using namespace discern;
namespace fs = std::filesystem;

namespace {

const QString shared = QStringLiteral(DISCERN_SHARED_DATA "/05_amr_unstructured/");

std::vector<double> valuesOf(const data::Dataset& dataset, const char* name, std::int64_t time = 0, int component = 0) {
  const auto field = dataset.field(name);
  return test::readAll(*field, test::wholeSlab(field->info(), time, component));
}

double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double value : values)
    total += value;
  return total;
}

template <typename T>
void append(QByteArray& to, const std::vector<T>& values) {
  to.append(reinterpret_cast<const char*>(values.data()), static_cast<qsizetype>(values.size() * sizeof(T)));
}

void copyFolder(const QString& from, const QString& to) {
  fs::remove_all(to.toStdString());
  fs::copy(from.toStdString(), to.toStdString(), fs::copy_options::recursive);
  for (const auto& entry : fs::recursive_directory_iterator(to.toStdString()))
    fs::permissions(entry.path(), fs::perms::owner_all);
}

/// The volume of the cells that no finer box covers, and of the first level: the two must be the same.
std::pair<double, double> volumes(const data::Dataset& dataset, const std::string& field = "refined") {
  const auto object = dataset.grid(dataset.field(field)->info().grid)->read(0);
  auto* amr = vtkOverlappingAMR::SafeDownCast(object);
  const auto refined = valuesOf(dataset, field.c_str());
  double leaf = 0, first = 0;
  std::size_t at = 0;
  for (unsigned level = 0; level < amr->GetNumberOfLevels(); ++level)
    for (unsigned i = 0; i < amr->GetNumberOfDataSets(level); ++i) {
      const double* h = amr->GetDataSet(level, i)->GetSpacing();
      for (vtkIdType c = 0; c < amr->GetDataSet(level, i)->GetNumberOfCells(); ++c, ++at) {
        if (refined.at(at) == 0) leaf += h[0] * h[1] * h[2];
        if (level == 0) first += h[0] * h[1] * h[2];
      }
    }
  return {leaf, first};
}

} // namespace

/// Files of simulation codes: small ones of known values, real ones as ../shared/data/MANIFEST.md has them, damaged
/// ones.
class TestCodes : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  bool made_ = false;
  [[nodiscard]] QString path(const QString& name) const { return folder_.filePath(name); }
  static std::shared_ptr<data::Dataset> open(const QString& path) { return io::open(path.toStdString()); }

  static QString python(const QStringList& arguments) {
    QProcess process;
    process.start("/usr/bin/python3", arguments);
    if (!process.waitForStarted() || !process.waitForFinished(60000) || process.exitCode() != 0) return {};
    return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
  }

  /// A GADGET-1 or -2 snapshot: 3 gas particles with masses of their own, 2 of the halo.
  static QByteArray gadget(bool labels) {
    QByteArray header;
    append<std::uint32_t>(header, {3, 2, 0, 0, 0, 0});
    append<double>(header, {0, 1.5, 0, 0, 0, 0, 0.25, 3});
    append<std::int32_t>(header, {0, 0, 3, 2, 0, 0, 0, 0, 0, 1});
    append<double>(header, {1000, 0.3, 0.7, 0.7});
    header.append(256 - header.size(), '\0');
    QByteArray places, speeds, ids, masses, energies;
    append<float>(places, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14});
    append<float>(speeds, {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28});
    append<std::uint32_t>(ids, {10, 11, 12, 13, 4000000000U});
    append<float>(masses, {7, 8, 9});
    append<float>(energies, {70, 80, 90});
    QByteArray file;
    const std::array<std::pair<const char*, QByteArray>, 6> blocks{
        {{"HEAD", header}, {"POS ", places}, {"VEL ", speeds}, {"ID  ", ids}, {"MASS", masses}, {"U   ", energies}}};
    for (const auto& [label, block] : blocks) {
      if (labels) {
        append<std::uint32_t>(file, {8});
        file.append(label, 4);
        append<std::uint32_t>(file, {static_cast<std::uint32_t>(block.size()) + 8, 8});
      }
      append<std::uint32_t>(file, {static_cast<std::uint32_t>(block.size())});
      file.append(block);
      append<std::uint32_t>(file, {static_cast<std::uint32_t>(block.size())});
    }
    return file;
  }

  /// One element of 2 × 2 points, with velocity and pressure; the second step has no points.
  static QByteArray nek(bool points, float shift) {
    QByteArray file = QByteArray("#std 4  2  2  1          1          1  ") + (points ? "0.0E+00" : "5.0E-01") +
                      "         0      0      1 " + (points ? "XUP" : "UP");
    file = file.leftJustified(132, ' ');
    append<float>(file, {6.54321F});
    append<std::int32_t>(file, {1});
    if (points) append<float>(file, {0, 1, 0, 1, 0, 0, 1, 1});
    append<float>(file, {1 + shift, 2 + shift, 3 + shift, 4 + shift, 10, 20, 30, 40});
    append<float>(file, {5, 6, 7, 8});
    return file;
  }

  static void cuts(const QString& whole, const QString& cut, int parts = 20) {
    const QByteArray bytes = test::bytesOf(whole);
    QVERIFY(!bytes.isEmpty());
    for (int i = 1; i < parts; ++i) {
      test::write(cut, bytes.left(bytes.size() * i / parts));
      if (test::problemOf(cut).isEmpty())
        QFAIL(qPrintable(QString("%1 cut at %2/%3 was read").arg(whole).arg(i).arg(parts)));
    }
  }

private Q_SLOTS:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    QProcess process;
    process.start("/usr/bin/python3", {DISCERN_SOURCE_DIR "/tests/io/grids/make_grids.py", folder_.path()});
    made_ = process.waitForStarted() && process.waitForFinished(60000) && process.exitCode() == 0;
    if (!made_) qWarning("%s", process.readAllStandardError().constData());
  }

  void gadgetBinary() {
    for (const bool labels : {false, true}) {
      test::write(path("snapshot"), gadget(labels));
      const auto dataset = open(path("snapshot"));
      QCOMPARE(dataset->info().grids.size(), std::size_t{2});
      QVERIFY(dataset->grid("gas")->info().kind == data::GridKind::Particles);
      QCOMPARE(dataset->grid("gas")->info().points, 3);
      QCOMPARE(dataset->grid("halo")->info().hi[0], 12.0);
      QVERIFY(dataset->grid("halo")->read(0)->IsA("vtkPolyData"));
      QCOMPARE(valuesOf(*dataset, "halo/Velocities", 0, 1), (std::vector<double>{20, 26}));
      QCOMPARE(valuesOf(*dataset, "halo/ParticleIDs"), (std::vector<double>{13, 4000000000.0}));
      QCOMPARE(valuesOf(*dataset, "gas/Masses"), (std::vector<double>{7, 8, 9}));
      QCOMPARE(valuesOf(*dataset, "halo/Masses"), (std::vector<double>{1.5, 1.5}));
      QCOMPARE(valuesOf(*dataset, "gas/InternalEnergy"), (std::vector<double>{70, 80, 90}));
      QCOMPARE(dataset->field("gas/Masses")->info().time.values, (std::vector<double>{0.25}));
      QCOMPARE(dataset->info().attributes.at("BoxSize"), std::string("1000"));
      QVERIFY(!dataset->info().warnings.empty()); // of units
      QByteArray lie = gadget(labels);
      const qsizetype header = labels ? 20 : 4;
      lie[header + 3] = '\x70'; // two thousand million particles of gas
      test::write(path("lie"), lie);
      QVERIFY(test::problemOf(path("lie")).contains("particles"));
    }
    test::write(path("snapshot"), gadget(false));
    const QByteArray whole = test::bytesOf(path("snapshot"));
    for (int bytes = 8; bytes < whole.size(); bytes += 7) {
      test::write(path("cut"), whole.left(bytes));
      // Cut right between two blocks behind the places, it is a whole file of fewer blocks.
      if (bytes < 336) QVERIFY2(!test::problemOf(path("cut")).isEmpty(), qPrintable(QString::number(bytes)));
    }
  }

  void nek5000() {
    test::write(path("e0.f00001"), nek(true, 0));
    test::write(path("e0.f00002"), nek(false, 100));
    test::write(path("e.nek5000"), "filetemplate: e%01d.f%05d\nfirsttimestep: 1\nnumtimesteps: 2\n");
    const auto dataset = open(path("e.nek5000"));
    QCOMPARE(dataset->grid("")->info().points, 4);
    QCOMPARE(dataset->grid("")->info().cells, 1);
    QCOMPARE(dataset->grid("")->info().time.size, 1); // the points stay
    QCOMPARE(dataset->field("velocity")->info().time.values, (std::vector<double>{0, 0.5}));
    QCOMPARE(dataset->field("velocity")->info().components, 2);
    QCOMPARE(valuesOf(*dataset, "velocity", 1, 0), (std::vector<double>{101, 102, 103, 104}));
    QCOMPARE(valuesOf(*dataset, "velocity", 0, 1), (std::vector<double>{10, 20, 30, 40}));
    QCOMPARE(valuesOf(*dataset, "pressure", 1), (std::vector<double>{5, 6, 7, 8}));
    std::vector<double> series(2);
    dataset->field("velocity")->series({3, 0, 0}, 0, 2, 0, series);
    QCOMPARE(series, (std::vector<double>{4, 104}));
    cuts(path("e0.f00001"), path("cut"));
    QByteArray lie = nek(true, 0);
    lie.replace(28, 2, "99"); // elements
    test::write(path("cut"), lie);
    QVERIFY(!test::problemOf(path("cut")).isEmpty());
    fs::remove(path("e0.f00002").toStdString());
    QVERIFY(test::problemOf(path("e.nek5000")).contains("e0.f00002"));
  }

  void chombo() {
    if (!made_) QSKIP("python3 lacks h5py or netCDF4");
    const auto dataset = open(path("chombo.hdf5"));
    QVERIFY(dataset->grid("")->info().kind == data::GridKind::Adaptive);
    QCOMPARE(dataset->grid("")->info().levels, 2);
    const auto density = valuesOf(*dataset, "density"), energy = valuesOf(*dataset, "energy");
    QCOMPARE(density.size(), std::size_t{128});
    QCOMPARE(density[1 + 4 * 2 + 16 * 3], 1 + 20 + 1.5);
    QCOMPARE(density[64 + 3 + 4 * 1 + 16 * 2], 100 + 3 + 10 + 1.0); // without the ghosts around it
    QCOMPARE(energy[64 + 3], -103.0);
    QCOMPARE(dataset->grid("")->info().hi[0], 2.0);
    QCOMPARE(sum(valuesOf(*dataset, "refined")), 8.0);
    const auto [leaf, first] = volumes(*dataset);
    QVERIFY(test::near(leaf, first, 1e-9));
    cuts(path("chombo.hdf5"), path("cut"));
  }

  void flash() {
    if (!made_) QSKIP("python3 lacks h5py or netCDF4");
    const auto dataset = open(path("flash.hdf5"));
    QCOMPARE(dataset->info().format, std::string("FLASH"));
    QVERIFY(dataset->grid("grid")->info().kind == data::GridKind::Adaptive);
    QCOMPARE(dataset->grid("grid")->info().levels, 2);
    QCOMPARE(dataset->grid("grid")->info().hi[0], 4.0);
    QCOMPARE(dataset->grid("grid")->info().worldUnit, std::string("cm"));
    QCOMPARE(dataset->field("grid/dens")->info().time.values, (std::vector<double>{0.125}));
    const auto dens = valuesOf(*dataset, "grid/dens");
    QCOMPARE(dens.size(), std::size_t{80});
    QCOMPARE(dens[1 + 2 * 1 + 4 * 1], 1 + 10 + 0.5);
    QCOMPARE(dens[8 * 9 + 1], 901.0);
    QCOMPARE(valuesOf(*dataset, "grid/gr")[8 * 3], -3.0);
    QCOMPARE(sum(valuesOf(*dataset, "grid/refined")), 8.0);
    const auto [leaf, whole] = volumes(*dataset, "grid/refined");
    QVERIFY(test::near(leaf, whole, 1e-9));
    QCOMPARE(dataset->grid("particles")->info().points, 3);
    QCOMPARE(dataset->grid("particles")->info().hi[0], 3.0);
    QCOMPARE(valuesOf(*dataset, "particles/mass"), (std::vector<double>{5, 6, 7}));
    QVERIFY(dataset->info().warnings.at(0).find("cylindrical") != std::string::npos);
    cuts(path("flash.hdf5"), path("cut"));
  }

  void gadgetHdf5() {
    if (!made_) QSKIP("python3 lacks h5py or netCDF4");
    const auto dataset = open(path("gadget.hdf5"));
    QCOMPARE(dataset->grid("gas")->info().points, 5);
    QCOMPARE(dataset->grid("halo")->info().hi[2], 8.0);
    QCOMPARE(dataset->grid("gas")->info().worldUnit, std::string("3.08568e+24 cgs a^1 h^-1"));
    QCOMPARE(dataset->field("gas/Masses")->info().unit, std::string("g"));
    QVERIFY(dataset->field("gas/ParticleIDs")->info().type == data::ScalarType::UInt64);
    std::array<std::uint64_t, 5> ids{};
    dataset->field("gas/ParticleIDs")->read({{{0, 0, 0}, {5, 1, 1}}, 0, 0, 0}, std::as_writable_bytes(std::span(ids)));
    QCOMPARE(ids[4], (std::uint64_t{1} << 60) + 4); // every bit of it
    QCOMPARE(valuesOf(*dataset, "halo/Masses"), (std::vector<double>{2.5, 2.5, 2.5}));
    QVERIFY(dataset->info().warnings.at(0).find("Odd") != std::string::npos);
    cuts(path("gadget.hdf5"), path("cut"));
  }

  void cgns() {
    if (!made_) QSKIP("python3 lacks h5py or netCDF4");
    const auto dataset = open(path("two.cgns"));
    QCOMPARE(dataset->grid("")->info().points, 12);
    QCOMPARE(dataset->grid("")->info().cells, 2);
    QCOMPARE(valuesOf(*dataset, "Pressure")[11], 33.0);
    cuts(path("two.cgns"), path("cut"), 10);
  }

  void exodus() {
    if (!made_) QSKIP("python3 lacks h5py or netCDF4");
    for (const char* name : {"two.e", "four.e"}) {
      const auto dataset = open(path(name));
      QCOMPARE(dataset->info().format, std::string("Exodus II"));
      QCOMPARE(dataset->grid("")->info().blocks, 2);
      QCOMPARE(dataset->field("heat")->info().time.values, (std::vector<double>{0, 0.5, 1}));
      QCOMPARE(sum(valuesOf(*dataset, "heat", 2)), 0 + 1 + 2 + 3 + 1 + 2 + 3 + 4 + 1600.0); // points of either block
      const auto stress = valuesOf(*dataset, "stress", 2);
      QVERIFY(stress[0] == 14 && std::isnan(stress[1]));
      QCOMPARE(dataset->field("block")->info().labelNames.at(1), std::string("rotor"));
      cuts(path(name), path("cut"), 10);
    }
  }

  void wrongInside() {
    if (!made_) QSKIP("python3 lacks h5py or netCDF4");
    for (const char* name : {"bad_two.e", "bad_four.e"})
      QVERIFY2(test::problemOf(path(name)).contains("99"), name);
    QVERIFY(test::problemOf(path("bad.cgns")).contains("CoordinateY"));
  }

  void damagedEnzo() {
    if (!QDir(shared).exists()) QSKIP("there is no ../shared/data");
    copyFolder(shared + "enzo_DD0010", path("enzo"));
    const QString list = path("enzo/moving7_0010.hierarchy");
    const QByteArray whole = test::bytesOf(list);
    QVERIFY(test::problemOf(list).isEmpty());
    for (const auto& [from, to] :
         {std::pair<QByteArray, QByteArray>{"GridEndIndex      = 18 18 18", "GridEndIndex = 98 18 18"},
          {"GridEndIndex      = 18 18 18", "GridEndIndex = 18"},
          {"GridRank          = 3", "GridRank = 7"},
          {"GridLeftEdge      = 0.1875 ", "GridLeftEdge = 0.18 "},
          {"GridRightEdge     = 1 1 1", "GridRightEdge = -1 1 1"},
          {"Grid = 2", "Grid = 77"}}) {
      QByteArray lie = whole;
      QVERIFY2(lie.contains(from), from.constData());
      lie.replace(lie.indexOf(from), from.size(), to);
      test::write(list, lie);
      QVERIFY2(!test::problemOf(list).isEmpty(), to.constData());
    }
    test::write(list, whole);
    const QString values = path("enzo/moving7_0010.cpu0000");
    const QByteArray stored = test::bytesOf(values);
    for (const int part : {1, 2, 3}) {
      test::write(values, stored.left(stored.size() * part / 4));
      QVERIFY(!test::problemOf(list).isEmpty());
    }
    fs::remove(path("enzo/moving7_0010.cpu0000").toStdString());
    QVERIFY(test::problemOf(list).contains("cpu0000"));
  }

  void realMeshes() {
    if (!QDir(shared).exists()) QSKIP("there is no ../shared/data");
    const auto disk = open(shared + "disk_out_ref.ex2");
    QCOMPARE(disk->grid("")->info().points, 8499);
    QCOMPARE(disk->grid("")->info().cells, 7472);
    const auto within = [](std::pair<double, double> range, double lo, double hi) {
      return std::abs(range.first - lo) < 1e-4 * (hi - lo) && std::abs(range.second - hi) < 1e-4 * (hi - lo);
    };
    QVERIFY(within(test::rangeOf(*disk->field("Temp")), 293.15, 913.15));
    QVERIFY(within(test::rangeOf(*disk->field("Pres")), 0.006786, 0.028819));
    QVERIFY(within(test::rangeOf(*disk->field("AsH3")), 0.080477, 0.184839));
    QVERIFY(within(test::rangeOf(*disk->field("V"), -1), 0, 22.4188));
    const auto can = open(shared + "can-vtu.hdf"), twin = open(shared + "can.vtu");
    QCOMPARE(can->info().format, std::string("VTKHDF"));
    QCOMPARE(can->grid("")->info().points, 6724);
    QCOMPARE(can->grid("")->info().cells, 4800);
    QCOMPARE(valuesOf(*can, "GlobalNodeId"), valuesOf(*twin, "GlobalNodeId"));
    const auto flow = open(shared + "cylinder_Re35/cylinder_Re35.case");
    QCOMPARE(flow->info().format, std::string("EnSight"));
    QCOMPARE(flow->grid("")->info().blocks, 6);
    QCOMPARE(flow->field("velocity")->info().components, 3);
    QCOMPARE(flow->field("block")->info().labelNames.at(6), std::string("wall_cylinder"));
  }

  void realAdaptive() {
    if (!QDir(shared).exists()) QSKIP("there is no ../shared/data");
    const auto enzo = open(shared + "enzo_DD0010/moving7_0010.hierarchy");
    QCOMPARE(enzo->grid("")->info().blocks, 10);
    QCOMPARE(enzo->grid("")->info().levels, 8);
    QVERIFY(test::near(enzo->field("Density")->info().time.values.at(0), 0.81751317119117, 1e-9));
    for (const QString& name : {shared + "amrex_plt1_Y", shared + "amrex_plt1_Y/Header"}) {
      const auto plot = open(name);
      QCOMPARE(plot->grid("")->info().levels, 3);
      QCOMPARE(plot->grid("")->info().blocks, 1 + 8 + 64);
      QCOMPARE(plot->grid("")->info().cells, 73 * 512);
      const auto [leaf, first] = volumes(*plot);
      QVERIFY(test::near(leaf, first, 1e-9));
    }
    const auto [leaf, first] = volumes(*enzo);
    QVERIFY(test::near(leaf, first, 1e-9));
    const QString peer = python({"-c",
                                 "import sys, re, os, numpy as np\n"
                                 "total = 0\n"
                                 "for line in open(sys.argv[1] + '/Level_2/Cell_H'):\n"
                                 "    if line.startswith('FabOnDisk'):\n"
                                 "        f = open(sys.argv[1] + '/Level_2/' + line.split()[1], 'rb'); "
                                 "f.seek(int(line.split()[2])); f.readline()\n"
                                 "        total += np.frombuffer(f.read(4 * 512 * 8)).reshape(4, 512)[2].sum()\n"
                                 "print(repr(float(total)))",
                                 shared + "amrex_plt1_Y"});
    if (peer.isEmpty()) QSKIP("python3 lacks numpy");
    const auto water = valuesOf(*open(shared + "amrex_plt1_Y"), "Y(H2O)");
    QVERIFY(test::near(sum({water.end() - 64 * 512, water.end()}), peer.toDouble(), 1e-12));
  }

  void realSeries() {
    if (!QDir(shared).exists()) QSKIP("there is no ../shared/data");
    const auto eddies = open(shared + "nek5000/eddy_uv.nek5000");
    QCOMPARE(eddies->grid("")->info().points, 16384);
    QCOMPARE(eddies->field("velocity")->info().time.size, 11);
    const auto particles = open(shared + "../04_cosmology/disperse_simu_32_id.gad");
    QCOMPARE(particles->grid("halo")->info().points, 32768);
    QCOMPARE(particles->info().attributes.at("BoxSize"), std::string("50000"));
    const QString peer = python(
        {"-c",
         "import sys, numpy as np\n"
         "a = np.fromfile(sys.argv[1], '<f4', offset=132 + 4 + 4 * 256)\n"
         "first = open(sys.argv[1], 'rb').read(132).split()[11].startswith(b'X')\n"
         "u = a[2 * 16384 * first:][:2 * 16384].reshape(256, 2, 64)\n"
         "v = np.fromfile(sys.argv[2], '<f4', offset=264 + 4 + 3 * 32768 * 4 + 8, count=3 * 32768)\n"
         "print(repr(float(u[:, 1].astype('f8').sum())), repr(float(abs(v.astype('f8')).reshape(-1, 3)[:, 2].sum())))",
         shared + "nek5000/eddy_uv0.f00011", shared + "../04_cosmology/disperse_simu_32_id.gad"});
    if (peer.isEmpty()) QSKIP("python3 lacks numpy");
    QVERIFY(std::abs(sum(valuesOf(*eddies, "velocity", 10, 1)) - peer.section(' ', 0, 0).toDouble()) < 1e-6);
    double speeds = 0;
    for (const double v : valuesOf(*particles, "Velocities", 0, 2))
      speeds += std::abs(v);
    QVERIFY(test::near(speeds, peer.section(' ', 1, 1).toDouble(), 1e-9));
  }

  void openFoam() {
    if (!QDir(shared).exists()) QSKIP("there is no ../shared/data");
    const QString made =
        python({"-c", "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2]); print(1)",
                shared + "OpenFOAM.zip", folder_.path()});
    QCOMPARE(made, QString("1"));
    const QString cavity = path("OpenFOAM/cavity");
    for (const QString& name : {cavity, cavity + "/case.foam"}) {
      const auto dataset = open(name);
      QCOMPARE(dataset->grid("")->info().cells, 400);
      QCOMPARE(dataset->field("U")->info().time.values, (std::vector<double>{0, 0.5, 1, 1.5, 2, 2.5}));
      QCOMPARE(dataset->field("U")->info().time.unit, std::string("s"));
      QVERIFY(dataset->field("p")->info().support == data::Support::Cells);
      QCOMPARE(sum(valuesOf(*dataset, "p", 0)), 0.0);
      QVERIFY(sum(valuesOf(*dataset, "U", 5, 0)) != 0);
    }
    for (const char* name : {"points", "faces", "owner"}) {
      const QString file = cavity + "/constant/polyMesh/" + name;
      const QByteArray whole = test::bytesOf(file);
      test::write(file, whole.left(whole.size() / 2));
      QVERIFY2(!test::problemOf(cavity).isEmpty(), name);
      fs::remove(file.toStdString());
      QVERIFY2(test::problemOf(cavity).contains(name), name);
      test::write(file, whole);
    }
    QVERIFY(test::problemOf(cavity).isEmpty());
  }

  void damagedPlotfiles() {
    if (!QDir(shared).exists()) QSKIP("there is no ../shared/data");
    const QString copy = path("plt");
    const auto spoil = [&](const char* name, const std::function<void(QByteArray&)>& change) {
      copyFolder(shared + "amrex_plt1_Y", copy);
      QByteArray bytes = test::bytesOf(copy + "/" + name);
      change(bytes);
      test::write(copy + "/" + name, bytes);
      return test::problemOf(copy);
    };
    QVERIFY(spoil("Header", [](QByteArray&) {}).isEmpty());
    for (const char* name : {"Header", "Level_1/Cell_H", "Level_2/Cell_D_00003"})
      for (int i = 0; i < 10; ++i) {
        const QString problem = spoil(name, [&](QByteArray& b) {
          // What is behind the places in a Cell_H are ranges, which aren't read.
          const qsizetype needed = b.contains("FabOnDisk") ? b.lastIndexOf("FabOnDisk") : b.size();
          b.truncate(std::max<qsizetype>(needed * i / 10, 1));
        });
        QVERIFY2(!problem.isEmpty(), qPrintable(QString("%1 cut at %2/10").arg(name).arg(i)));
      }
    QVERIFY(!spoil("Level_1/Cell_H", [](QByteArray& b) { b.replace("Cell_D_00002 0", "Cell_D_00002 9"); }).isEmpty());
    QVERIFY(
        !spoil("Level_1/Cell_H", [](QByteArray& b) { b.replace("((8,0,0) (15,7,7)", "((8,0,0) (99,7,7)"); }).isEmpty());
    QVERIFY(!spoil("Level_1/Cell_D_00001", [](QByteArray& b) { b.replace(") 4\n", ") 9\n"); }).isEmpty());
    QVERIFY(!spoil("Header", [](QByteArray& b) { b.replace("2 64 1.39", "2 64000000000 1.39"); }).isEmpty());
    fs::remove((copy + "/Level_2/Cell_D_00001").toStdString());
    QVERIFY(!test::problemOf(copy).isEmpty());
    // Headers of plotfiles that are known to be bad, laid out as in their folders.
    const QString bad = shared + "../15_malformed/amrex/";
    for (const QString& header : QDir(bad).entryList({"*_Header"})) {
      QVERIFY2(!test::problemOf(bad + header).isEmpty(), qPrintable(header));
      const QString stem = header.chopped(7), to = path(stem);
      QDir(folder_.path()).mkpath(stem + "/Level_2");
      test::write(to + "/Header", test::bytesOf(bad + header));
      test::write(to + "/Level_2/Cell_H", test::bytesOf(bad + stem + "_Level_2_Cell_H"));
      QVERIFY2(!test::problemOf(to).isEmpty(), qPrintable(stem));
    }
  }

  void damagedMeshes() {
    if (!QDir(shared).exists()) QSKIP("there is no ../shared/data");
    copyFolder(shared + "cylinder_Re35", path("cylinder"));
    const QString flow = path("cylinder/cylinder_Re35.case");
    QVERIFY(test::problemOf(flow).isEmpty());
    for (const char* name : {"geo", "vel", "scl1"}) {
      const QString file = path("cylinder/cylinder_Re35.") + name;
      const QByteArray whole = test::bytesOf(file);
      for (const double part : {0.1, 0.5, 0.9}) {
        test::write(file, whole.left(static_cast<qsizetype>(part * static_cast<double>(whole.size()))));
        QVERIFY2(!test::problemOf(flow).isEmpty(), qPrintable(QString("%1 cut at %2").arg(name).arg(part)));
      }
      fs::remove(file.toStdString());
      QVERIFY2(test::problemOf(flow).contains(name), name);
      test::write(file, whole);
    }
    cuts(shared + "disk_out_ref.ex2", path("cut"), 8);
    cuts(shared + "can-vtu.hdf", path("cut"), 8);
  }
};

QTEST_GUILESS_MAIN(TestCodes)
#include "test_codes.moc"
