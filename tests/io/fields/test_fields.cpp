#include "io/fields/array/axes.h"
#include "io/reading.h"

#include <QtTest>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <nlohmann/json.hpp>
#include <vtkDataSet.h>

using namespace discern;
using nlohmann::json;

/// HDF5, NumPy archives, MATLAB, Zarr, GRIB, openPMD and raw files, against what h5py, NumPy, SciPy, zarr and ecCodes
/// say of them (peers.py).
class TestFields : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  json catalog_;

  [[nodiscard]] json fieldsOf() const { return catalog_.is_object() ? catalog_.at("fields") : json::array(); }

  static std::vector<double> expected(const json& entry) {
    QFile file(QString::fromStdString(entry.at("values")));
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QByteArray bytes = file.readAll();
    std::vector<double> values(static_cast<std::size_t>(bytes.size()) / sizeof(double));
    std::memcpy(values.data(), bytes.constData(), values.size() * sizeof(double));
    return values;
  }

  static void compareText(const data::FieldInfo& info, const data::DatasetInfo& dataset, const json& entry) {
    if (entry.contains("unit")) QCOMPARE(info.unit, entry.at("unit").get<std::string>());
    if (entry.contains("quantity")) QCOMPARE(info.quantity, entry.at("quantity").get<std::string>());
    if (entry.contains("frame")) QCOMPARE(std::string(nameOf(info.frame)), entry.at("frame").get<std::string>());
    if (entry.contains("worldUnit")) QCOMPARE(info.worldUnit, entry.at("worldUnit").get<std::string>());
    if (entry.contains("labels")) {
      QVERIFY(info.labels);
      QCOMPARE(info.labelNames.size(), entry.at("labels").size());
      for (const auto& [key, name] : entry.at("labels").items())
        QCOMPARE(info.labelNames.at(std::stoll(key)), name.get<std::string>());
    }
    if (entry.contains("timeLabels"))
      for (std::size_t i = 0; i < entry.at("timeLabels").size(); ++i)
        QCOMPARE(info.time.label(static_cast<std::int64_t>(i)), entry.at("timeLabels")[i].get<std::string>());
    const json attributes = entry.value("attributes", json::object());
    for (const auto& [key, value] : attributes.items()) {
      QVERIFY2(dataset.attributes.contains(key), key.c_str());
      QCOMPARE(dataset.attributes.at(key), value.get<std::string>());
    }
    if (entry.contains("warning")) {
      std::string all;
      for (const std::string& warning : dataset.warnings)
        all += warning + "\n";
      QVERIFY2(all.find(entry.at("warning").get<std::string>()) != std::string::npos, all.c_str());
    }
  }

  /// World places: `affine` row by row, or `world`, a list of [[index], [place]].
  static void comparePlace(const data::FieldInfo& info, const json& entry) {
    if (entry.contains("affine"))
      for (std::size_t i = 0; i < 16; ++i)
        QVERIFY2(std::abs(info.indexToWorld.m[i] - entry.at("affine")[i].get<double>()) < 1e-9,
                 qPrintable(QString("affine %1: %2").arg(i).arg(info.indexToWorld.m[i])));
    for (const json& pair : entry.value("world", json::array())) {
      const auto place = info.world(pair[0].get<data::Vec3>());
      for (std::size_t a = 0; a < 3; ++a)
        QVERIFY2(std::abs(place[a] - pair[1][a].get<double>()) < 1e-6,
                 qPrintable(QString("axis %1: %2").arg(a).arg(place[a])));
    }
  }

private Q_SLOTS:
  void initTestCase() {
    qputenv("XDG_CONFIG_HOME", folder_.filePath("config").toUtf8());
    QProcess python;
    python.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    python.start("/usr/bin/python3",
                 {DISCERN_SOURCE_DIR "/tests/io/fields/peers.py", folder_.path(), DISCERN_SHARED_DATA});
    if (!python.waitForStarted() || !python.waitForFinished(60000)) QSKIP("python3 can't be started");
    QFile file(folder_.filePath("catalog.json"));
    if (python.exitCode() != 0 || !file.open(QIODevice::ReadOnly)) {
      QProcess numpy;
      numpy.start("/usr/bin/python3", {"-c", "import numpy"});
      numpy.waitForFinished();
      if (numpy.exitCode() != 0) QSKIP("python3 lacks numpy");
      QFAIL("peers.py failed");
    }
    catalog_ = json::parse(file.readAll().toStdString());
    for (const json& name : catalog_.at("absent"))
      qWarning("python3 lacks %s: its formats are not compared", name.get<std::string>().c_str());
    QVERIFY(fieldsOf().size() > 10);
  }

  void field_data() {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const json& entry : fieldsOf())
      QTest::newRow(
          (QString::fromStdString(entry.at("file")).section('/', -1) + ":" + QString::fromStdString(entry.at("field")))
              .toUtf8()
              .constData())
          << index++;
    if (index == 0) QTest::newRow("none") << -1;
  }
  void field() {
    QFETCH(int, index);
    if (index < 0) QSKIP("there is nothing to compare with");
    const json entry = fieldsOf()[static_cast<std::size_t>(index)];
    const auto dataset = io::open(entry.at("file"));
    const auto field = dataset->field(entry.at("field").get<std::string>());
    const data::FieldInfo& info = field->info();
    QCOMPARE(std::string(nameOf(info.type)), entry.at("type").get<std::string>());
    const std::vector<std::int64_t> shape{info.shape[0], info.shape[1], info.shape[2], info.time.size, info.components};
    QCOMPARE(shape, entry.at("shape").get<std::vector<std::int64_t>>());
    compareText(info, dataset->info(), entry);
    comparePlace(info, entry);
    const std::vector<double> values = expected(entry);
    const auto volume = static_cast<std::size_t>(info.voxels());
    QCOMPARE(values.size(), volume * static_cast<std::size_t>(info.time.size * info.components));
    const double tolerance = entry.value("tolerance", 0.0);
    const auto alike = [&](double a, double b) { return test::same(a, b) || std::abs(a - b) <= tolerance; };
    const auto stated = [&](double v) { return info.missing && v == *info.missing ? std::nan("") : v; };
    const auto whole = [&](std::int64_t t, int c) {
      return (static_cast<std::size_t>(c * info.time.size + t)) * volume;
    };
    for (int c = 0; c < info.components; ++c)
      for (std::int64_t t = 0; t < info.time.size; ++t) {
        const auto got = test::readAll(*field, test::wholeSlab(info, t, c));
        for (std::size_t i = 0; i < volume; ++i)
          if (!alike(stated(got[i]), values[whole(t, c) + i]))
            QFAIL(qPrintable(QString("component %1, time %2, element %3: %4, not %5")
                                 .arg(c)
                                 .arg(t)
                                 .arg(i)
                                 .arg(got[i])
                                 .arg(values[whole(t, c) + i])));
      }
    compareParts(*field, values, alike);
    if (entry.contains("point")) comparePoint(*dataset, entry.at("point"));
    if (entry.contains("level1")) compareLevel(*field, entry);
  }

private:
  /// A box in the middle, a series, and the coarsest resolution, against the same values.
  template <typename Alike>
  void compareParts(const data::FieldSource& field, const std::vector<double>& values, const Alike& alike) {
    const data::FieldInfo& info = field.info();
    const data::Index3 s = info.shape;
    const auto at = [&](std::int64_t x, std::int64_t y, std::int64_t z, std::int64_t t, int c) {
      return values[static_cast<std::size_t>((((c * info.time.size + t) * s[2] + z) * s[1] + y) * s[0] + x)];
    };
    const auto stated = [&](double v) { return info.missing && v == *info.missing ? std::nan("") : v; };
    const int c = info.components - 1;
    const std::int64_t t = info.time.size - 1;
    const data::Box box{{s[0] / 2, s[1] / 2, s[2] / 2}, {s[0] / 2 + 1 + s[0] / 4, s[1] / 2 + 1, s[2]}};
    const auto got = test::readAll(field, {box, t, c, 0});
    std::size_t i = 0;
    for (std::int64_t z = box.lo[2]; z < box.hi[2]; ++z)
      for (std::int64_t y = box.lo[1]; y < box.hi[1]; ++y)
        for (std::int64_t x = box.lo[0]; x < box.hi[0]; ++x)
          QVERIFY(alike(stated(got[i++]), at(x, y, z, t, c)));
    std::vector<double> series(static_cast<std::size_t>(info.time.size));
    field.series(box.lo, 0, info.time.size, c, series);
    for (std::int64_t step = 0; step < info.time.size; ++step)
      QVERIFY(alike(series[static_cast<std::size_t>(step)], at(box.lo[0], box.lo[1], box.lo[2], step, c)));
  }

  /// [grid, time, index, [x, y, z]]
  static void comparePoint(const data::Dataset& dataset, const json& point) {
    const auto grid = dataset.grid(point[0].get<std::string>());
    const auto object = grid->read(point[1]);
    auto* set = vtkDataSet::SafeDownCast(object);
    QVERIFY(set);
    QCOMPARE(static_cast<std::int64_t>(set->GetNumberOfPoints()), grid->info().points);
    double at[3];
    set->GetPoint(point[2].get<vtkIdType>(), at);
    for (std::size_t a = 0; a < 3; ++a)
      QVERIFY(std::abs(at[a] - point[3][a].get<double>()) < 1e-15);
  }

  /// The first coarser resolution, which the file has of its own.
  static void compareLevel(const data::FieldSource& field, const json& entry) {
    const data::FieldInfo& info = field.info();
    QVERIFY(info.levels > 1);
    const auto values = expected({{"values", entry.at("level1")}});
    std::vector<double> got;
    for (int c = 0; c < info.components; ++c)
      for (std::int64_t t = 0; t < info.time.size; ++t)
        for (const double v : test::readAll(field, test::wholeSlab(info, t, c, 1)))
          got.push_back(v);
    QVERIFY(got == values);
  }

private Q_SLOTS:
  void tables() {
    if (!catalog_.is_object() || catalog_.at("tables").empty()) QSKIP("python3 lacks netCDF4");
    for (const json& entry : catalog_.at("tables")) {
      const auto table = io::open(entry.at("file"))->table("");
      QCOMPARE(table.info.rows, entry.at("rows").get<std::int64_t>());
      QCOMPARE(table.numbers.size(), table.info.columns.size());
      const auto columnOf = [&](const std::string& name) {
        const auto at = std::find(table.info.columns.begin(), table.info.columns.end(), name);
        return static_cast<std::size_t>(at - table.info.columns.begin());
      };
      for (const auto& [name, values] : entry.at("numbers").items()) {
        const std::size_t column = columnOf(name);
        QVERIFY2(column < table.numbers.size(), name.c_str());
        QCOMPARE(table.numbers[column].size(), values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
          QVERIFY2(test::same(table.numbers[column][i], values[i].is_null() ? std::nan("") : values[i].get<double>()),
                   name.c_str());
      }
      for (const auto& [name, values] : entry.at("texts").items()) {
        const std::size_t column = columnOf(name);
        QVERIFY2(column < table.texts.size(), name.c_str());
        QCOMPARE(table.texts[column], values.get<std::vector<std::string>>());
      }
    }
  }

  void chosenAxes() {
    const std::string path = folder_.filePath("tree.h5").toStdString();
    if (!QFile::exists(QString::fromStdString(path))) QSKIP("python3 lacks h5py");
    const auto before = io::open(path)->field("series")->info();
    QVERIFY((before.shape == data::Index3{6, 5, 4}) && before.time.size == 3);
    io::setAxes(path, "series", "cyxt");
    const auto field = io::open(path)->field("series");
    QVERIFY((field->info().shape == data::Index3{5, 4, 1}));
    QCOMPARE(field->info().components, 3);
    QCOMPARE(field->info().time.size, std::int64_t{6});
    io::setAxes(path, "series", "auto");
    QVERIFY(io::open(path)->field("series")->info().shape == before.shape);
    QVERIFY_EXCEPTION_THROWN(io::setAxes(path, "series", "xxyz"), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(io::setAxes(path, "series", "pqrs"), data::UsageError);
  }

  /// Cut short anywhere, a file ends in a message or in what is whole of it; it never crashes.
  void cut_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"stored.npz", "deflated.npz", "plain.mat", "packed.mat", "levels1.grib", "levels2.grib"})
      QTest::newRow(name) << name;
  }
  void cut() {
    QFETCH(QString, name);
    QFile whole(folder_.filePath(name));
    if (!whole.open(QIODevice::ReadOnly)) QSKIP("python3 lacks the module that writes it");
    const QByteArray bytes = whole.readAll();
    int refused = 0; // or said to be a part
    for (int part = 1; part < 40; ++part) {
      const QString path = folder_.filePath("cut_" + name);
      QFile file(path);
      QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
      file.write(bytes.left(static_cast<int>(bytes.size() * qint64{part} / 40)));
      file.close();
      try {
        const auto dataset = io::open(path.toStdString());
        for (const std::string& warning : dataset->info().warnings)
          refused += warning.find("in part") != std::string::npos || warning.find("cut short") != std::string::npos;
        for (const auto& info : dataset->info().fields)
          static_cast<void>(test::readAll(*dataset->field(info.name), test::wholeSlab(info)));
      } catch (const data::ReadError& error) {
        ++refused;
        QVERIFY(std::string(error.what()).size() > path.toStdString().size() + 10);
      }
    }
    QVERIFY2(refused > 10, qPrintable(QString::number(refused)));
  }

  /// Whether all values lie in the file, so that its size and times speak for them.
  void alone() {
    const QString code = R"(
import sys, os, h5py, numpy as n
os.chdir(sys.argv[1])
values = n.arange(60, dtype='u2').reshape(3, 4, 5)
n.save('alone.npy', values)
with h5py.File('plain.h5', 'w') as f:
    f['a/values'] = values
    f['again'] = h5py.SoftLink('/a/values')
with h5py.File('linked.h5', 'w') as f:
    f['own'] = values
    f.create_group('b')['away'] = h5py.ExternalLink('plain.h5', '/a/values')
with h5py.File('virtual.h5', 'w') as f:
    layout = h5py.VirtualLayout((3, 4, 5), 'u2')
    layout[:] = h5py.VirtualSource('plain.h5', 'a/values', (3, 4, 5))
    f.create_virtual_dataset('seen', layout)
    f['own'] = values
with h5py.File('outside.h5', 'w') as f:
    f['own'] = values
    f.create_dataset('raw', (3, 4, 5), 'u2', external=[('raw.bin', 0, 120)])
print('done')
)";
    QProcess python;
    python.start("/usr/bin/python3", {"-c", code, folder_.path()});
    if (!python.waitForStarted() || !python.waitForFinished(60000) || python.exitCode() != 0)
      QSKIP("python3 lacks h5py");
    for (const auto& [name, alone] :
         {std::pair("alone.npy", true), std::pair("plain.h5", true), std::pair("linked.h5", false),
          std::pair("virtual.h5", false), std::pair("outside.h5", false)})
      QVERIFY2(io::open(folder_.filePath(name).toStdString())->info().alone == alone, name);
  }
};

QTEST_GUILESS_MAIN(TestFields)
#include "test_fields.moc"
