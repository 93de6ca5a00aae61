#include "io/reading.h"

#include <QtTest>

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>

#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <vtkCellArray.h>
#include <vtkPolyData.h>

using namespace discern;
using nlohmann::json;

/// Files of the brain's formats, against what nibabel, pydicom and NumPy know of them (make_brain_files.py).
class TestBrain : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  json catalog_;

  template <typename T>
  [[nodiscard]] std::vector<T> blob(const json& name) const {
    QFile file(folder_.filePath(QString::fromStdString(name)));
    if (!file.open(QIODevice::ReadOnly)) throw std::runtime_error("no " + name.get<std::string>());
    const QByteArray bytes = file.readAll();
    std::vector<T> values(static_cast<std::size_t>(bytes.size()) / sizeof(T));
    std::memcpy(values.data(), bytes.constData(), values.size() * sizeof(T));
    return values;
  }

  void rows(const char* kind) const {
    QTest::addColumn<int>("entry");
    int count = 0;
    for (std::size_t i = 0; i < catalog_.size(); ++i) {
      const auto& e = catalog_[i];
      if (e.at("kind") != kind) continue;
      const QString file = QString::fromStdString(e.at("file").get<std::string>()).section('/', -1);
      QString part;
      for (const char* key : {"field", "grid", "column"})
        if (e.contains(key)) part += ":" + QString::fromStdString(e.at(key));
      QTest::newRow(qPrintable(QString("%1%2 #%3").arg(file, part).arg(i))) << static_cast<int>(i);
      ++count;
    }
    QVERIFY(count > 0);
  }
  [[nodiscard]] const json& entry() const {
    QFETCH(int, entry);
    return catalog_[static_cast<std::size_t>(entry)];
  }

  template <typename Info>
  static void place(const json& want, const Info& info) {
    if (want.contains("frame")) QCOMPARE(std::string(nameOf(info.frame)), want.at("frame").get<std::string>());
    if (want.contains("worldUnit")) QCOMPARE(info.worldUnit, want.at("worldUnit").get<std::string>());
    if (want.contains("transform")) QCOMPARE(info.transform, want.at("transform").get<std::string>());
  }

private Q_SLOTS:
  void initTestCase() {
    QProcess python;
    python.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    python.start("/usr/bin/python3",
                 {"-B", DISCERN_SOURCE_DIR "/tests/io/brain/make_brain_files.py", folder_.path(), DISCERN_SHARED_DATA});
    if (!python.waitForStarted() || !python.waitForFinished(60000)) QSKIP("python3 can't be started");
    if (python.exitCode() != 0) {
      QProcess modules;
      modules.start("/usr/bin/python3", {"-c", "import nibabel, numpy, h5py, pydicom"});
      modules.waitForFinished(60000);
      if (modules.exitCode() != 0) QSKIP("python3 lacks nibabel, h5py or pydicom");
      QFAIL("make_brain_files.py failed");
    }
    if (!QFile::exists(DISCERN_SHARED_DATA)) qInfo("../shared/data is not here: only files made by the test are read");
    QFile file(folder_.filePath("catalog.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    catalog_ = json::parse(file.readAll().toStdString());
    QVERIFY(catalog_.size() > 30);
  }

  void fields_data() { rows("field"); }
  void fields() {
    const json& e = entry();
    const auto dataset = io::open(e.at("file"));
    const auto field = dataset->field(e.at("field").get<std::string>());
    const data::FieldInfo& info = field->info();
    const auto shape = e.at("shape").get<std::array<std::int64_t, 5>>();
    QCOMPARE(std::string(nameOf(info.type)), e.at("type").get<std::string>());
    QVERIFY2((info.shape == data::Index3{shape[0], shape[1], shape[2]}),
             qPrintable(QString("%1 %2 %3").arg(info.shape[0]).arg(info.shape[1]).arg(info.shape[2])));
    QCOMPARE(info.time.size, shape[3]);
    QCOMPARE(static_cast<std::int64_t>(info.components), shape[4]);
    const json& want = e.at("info");
    place(want, info);
    if (want.contains("support")) QCOMPARE(std::string(nameOf(info.support)), want.at("support").get<std::string>());
    if (want.contains("grid")) QCOMPARE(info.grid, want.at("grid").get<std::string>());
    if (want.contains("quantity")) QCOMPARE(info.quantity, want.at("quantity").get<std::string>());
    if (want.contains("labels")) QCOMPARE(info.labels, want.at("labels").get<bool>());
    if (want.contains("timeUnit")) QCOMPARE(info.time.unit, want.at("timeUnit").get<std::string>());
    if (want.contains("format")) QCOMPARE(dataset->info().format, want.at("format").get<std::string>());
    if (want.contains("missing")) QCOMPARE(info.missing.value_or(12345), want.at("missing").get<double>());
    if (want.contains("warnings"))
      QCOMPARE(static_cast<int>(dataset->info().warnings.size()), want.at("warnings").get<int>());
    if (want.contains("labelNames"))
      for (const auto& [label, meaning] : want.at("labelNames").items())
        QCOMPARE(info.labelNames.at(std::stoll(label)), meaning.get<std::string>());
    if (want.contains("times")) {
      const auto times = want.at("times").get<std::vector<double>>();
      QCOMPARE(info.time.values.size(), times.size());
      for (std::size_t i = 0; i < times.size(); ++i)
        QVERIFY(std::abs(info.time.values[i] - times[i]) < 1e-6 * (1 + std::abs(times[i])));
    }
    if (want.contains("affine"))
      for (std::size_t i = 0; i < 12; ++i) {
        const double there = want.at("affine").at(i / 4).at(i % 4);
        QVERIFY2(std::abs(info.indexToWorld.m[i] - there) < 1e-4 * (1 + std::abs(there)),
                 qPrintable(QString("affine[%1]: %2, expected %3").arg(i).arg(info.indexToWorld.m[i]).arg(there)));
      }
    const auto values = blob<double>(e.at("values"));
    const double tolerance = want.value("tolerance", 0.0);
    const auto check = [&](const data::Slab& slab) {
      const auto got = test::readAll(*field, slab);
      const std::int64_t step = std::int64_t{1} << slab.level;
      std::size_t at = 0;
      for (std::int64_t z = slab.box.lo[2]; z < slab.box.hi[2]; ++z)
        for (std::int64_t y = slab.box.lo[1]; y < slab.box.hi[1]; ++y)
          for (std::int64_t x = slab.box.lo[0]; x < slab.box.hi[0]; ++x, ++at) {
            const std::int64_t index =
                (((slab.component * shape[3] + slab.time) * shape[2] + z * step) * shape[1] + y * step) * shape[0] +
                x * step;
            const double there = values[static_cast<std::size_t>(index)];
            if (!test::same(got[at], there) && !(std::abs(got[at] - there) <= tolerance * (1 + std::abs(there))))
              QFAIL(qPrintable(QString("(%1, %2, %3) t %4 c %5: %6, expected %7")
                                   .arg(x)
                                   .arg(y)
                                   .arg(z)
                                   .arg(slab.time)
                                   .arg(slab.component)
                                   .arg(got[at], 0, 'g', 17)
                                   .arg(there, 0, 'g', 17)));
          }
    };
    for (std::int64_t t = 0; t < shape[3]; ++t)
      for (int c = 0; c < info.components && !QTest::currentTestFailed(); ++c)
        check(test::wholeSlab(info, t, c));
    std::mt19937 random(11);
    for (int round = 0; round < 15 && !QTest::currentTestFailed(); ++round) {
      data::Slab slab = test::wholeSlab(info, static_cast<std::int64_t>(random() % static_cast<unsigned>(shape[3])),
                                        static_cast<int>(random() % static_cast<unsigned>(shape[4])),
                                        static_cast<int>(random() % static_cast<unsigned>(info.levels)));
      const data::Index3 level = info.shapeAt(slab.level);
      for (std::size_t a = 0; a < 3; ++a) {
        slab.box.lo[a] = static_cast<std::int64_t>(random()) % level[a];
        slab.box.hi[a] = slab.box.lo[a] + 1 + static_cast<std::int64_t>(random()) % (level[a] - slab.box.lo[a]);
      }
      check(slab);
    }
    std::vector<double> series(static_cast<std::size_t>(shape[3]));
    const data::Index3 voxel{shape[0] / 2, shape[1] / 2, shape[2] / 2};
    field->series(voxel, 0, shape[3], 0, series);
    for (std::int64_t t = 0; t < shape[3]; ++t) {
      const double there =
          values[static_cast<std::size_t>(((t * shape[2] + voxel[2]) * shape[1] + voxel[1]) * shape[0] + voxel[0])];
      const double got = series[static_cast<std::size_t>(t)];
      QVERIFY(test::same(got, there) || std::isnan(got) || std::abs(got - there) <= tolerance * (1 + std::abs(there)));
    }
  }

  void grids_data() { rows("grid"); }
  void grids() {
    const json& e = entry();
    const auto dataset = io::open(e.at("file"));
    const auto grid = dataset->grid(e.at("grid").get<std::string>());
    QCOMPARE(std::string(nameOf(grid->info().kind)), e.at("type").get<std::string>());
    place(e.at("info"), grid->info());
    const auto object = grid->read(0);
    auto* mesh = vtkPolyData::SafeDownCast(object);
    QVERIFY(mesh);
    QCOMPARE(mesh->GetNumberOfPoints(), e.at("points").get<vtkIdType>());
    QCOMPARE(grid->info().points, e.at("points").get<std::int64_t>());
    const auto points = blob<double>(e.at("values"));
    for (vtkIdType i = 0; i < mesh->GetNumberOfPoints(); ++i)
      for (std::size_t a = 0; a < 3; ++a) {
        const double there = points[3 * static_cast<std::size_t>(i) + a];
        if (!(std::abs(mesh->GetPoint(i)[a] - there) <= 1e-5 * (1 + std::abs(there))))
          QFAIL(qPrintable(QString("point %1: %2, expected %3").arg(i).arg(mesh->GetPoint(i)[a]).arg(there)));
      }
    if (!e.contains("triangles")) return;
    const auto corners = blob<std::int32_t>(e.at("triangles"));
    QCOMPARE(mesh->GetNumberOfPolys(), e.at("cells").get<vtkIdType>());
    vtkCellArray* cells = mesh->GetPolys();
    for (vtkIdType i = 0; i < cells->GetNumberOfCells(); ++i) {
      vtkIdType count = 0;
      const vtkIdType* ids = nullptr;
      cells->GetCellAtId(i, count, ids);
      QCOMPARE(count, 3);
      for (std::size_t k = 0; k < 3; ++k)
        if (ids[k] != corners[3 * static_cast<std::size_t>(i) + k]) QFAIL("another triangle");
    }
  }

  void columns_data() { rows("column"); }
  void columns() {
    const json& e = entry();
    const auto table = io::open(e.at("file"))->table(e.at("table").get<std::string>());
    const auto& names = table.info.columns;
    const auto at = std::find(names.begin(), names.end(), e.at("column").get<std::string>());
    QVERIFY(at != names.end());
    const auto index = static_cast<std::size_t>(at - names.begin());
    if (e.contains("texts")) {
      QVERIFY(table.texts.at(index) == e.at("texts").get<std::vector<std::string>>());
      QCOMPARE(table.info.rows, static_cast<std::int64_t>(e.at("texts").size()));
      return;
    }
    const json& numbers = e.at("numbers");
    QCOMPARE(table.numbers.at(index).size(), numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const double got = table.numbers[index][i];
      if (numbers[i].is_null())
        QVERIFY(std::isnan(got));
      else
        QVERIFY(std::abs(got - numbers[i].get<double>()) < 1e-4 * (1 + std::abs(got)));
    }
  }

  /// The same value at the same place, however the volume lies in the file.
  void places_data() { rows("places"); }
  void places() {
    const json& e = entry();
    const auto field = io::open(e.at("file"))->field(e.at("field").get<std::string>());
    const auto all = test::readAll(*field, test::wholeSlab(field->info()));
    const data::Index3 shape = field->info().shape;
    for (const auto& p : e.at("places")) {
      const data::Vec3 index = field->info().index({p.at(0), p.at(1), p.at(2)});
      std::array<std::int64_t, 3> i{};
      for (std::size_t a = 0; a < 3; ++a) {
        i[a] = std::llround(index[a]);
        QVERIFY(std::abs(index[a] - static_cast<double>(i[a])) < 1e-4 && i[a] >= 0 && i[a] < shape[a]);
      }
      QCOMPARE(all[static_cast<std::size_t>((i[2] * shape[1] + i[1]) * shape[0] + i[0])], p.at(3).get<double>());
    }
  }

  /// JPEG 2000 inside DICOM: no peer here decodes it, so only what must be true of any picture is checked.
  void packedDicom() {
    const auto at =
        std::find_if(catalog_.begin(), catalog_.end(), [](const json& e) { return e.at("kind") == "packed"; });
    if (at == catalog_.end()) QSKIP("../shared/data is not here");
    const auto field = io::open(at->at("file"))->field("");
    const data::FieldInfo& info = field->info();
    QVERIFY((info.shape == at->at("shape").get<data::Index3>()));
    for (std::size_t row = 0; row < 3; ++row)
      for (std::size_t column : {0U, 1U, 3U})
        QVERIFY(std::abs(info.indexToWorld.m[row * 4 + column] - at->at("columns").at(row).at(column).get<double>()) <
                1e-4);
    const auto values = test::readAll(*field, test::wholeSlab(info));
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    QVERIFY(*low >= 0 && *high > 100 && *high < 65536);
    double rough = 0, spread = 0; // neighbours are alike in a picture, not in noise
    for (std::size_t i = 1; i < values.size(); ++i) {
      rough += std::abs(values[i] - values[i - 1]);
      spread += std::abs(values[i] - values[(i * 7919) % values.size()]);
    }
    QVERIFY(rough > 0 && rough < spread / 2);
  }

  /// Bytes changed at chance: what is left opens and reads, or ends in a ReadError; nothing crashes or takes long.
  void damaged() {
    std::mt19937 random(17);
    std::set<std::string> seen;
    int opened = 0, refused = 0;
    QElapsedTimer timer;
    for (const auto& e : catalog_) {
      const std::string file = e.at("file");
      const QFileInfo about(QString::fromStdString(file));
      // HDF5 1.10 itself can crash on damaged files.
      if (!about.isFile() || about.size() > 60000 || file.ends_with(".mnc") || !seen.insert(file).second) continue;
      QFile whole(about.filePath());
      QVERIFY(whole.open(QIODevice::ReadOnly));
      const QByteArray content = whole.readAll();
      // A folder of its own, with the name: some formats go by it. Data files beside are then missing, and it is said.
      const QString path = folder_.filePath("damaged_" + about.fileName());
      for (int round = 0; round < 12; ++round) {
        QByteArray bytes = content;
        const auto reach =
            static_cast<unsigned>(round % 2 == 0 ? std::min<qsizetype>(bytes.size(), 700) : bytes.size());
        if (reach == 0) break;
        for (int i = 0; i < 1 + round % 4; ++i)
          bytes[static_cast<qsizetype>(random() % reach)] = static_cast<char>(random());
        if (round % 5 == 4) bytes.resize(static_cast<qsizetype>(random() % static_cast<unsigned>(bytes.size())));
        if (bytes.isEmpty()) continue;
        QFile out(path);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(bytes);
        out.close();
        timer.start();
        try {
          const auto dataset = io::open(path.toStdString());
          for (const auto& info : dataset->info().fields)
            if (info.voxels() < 1'000'000)
              (void)test::readAll(*dataset->field(info.name), test::wholeSlab(info, info.time.size - 1));
          ++opened;
        } catch (const data::ReadError&) {
          ++refused;
        }
        QVERIFY2(timer.elapsed() < 5000, qPrintable(path));
      }
      QFile::remove(path);
    }
    QVERIFY(opened > 50 && refused > 50);
  }

  void refused_data() { rows("refused"); }
  void refused() {
    const json& e = entry();
    QElapsedTimer timer;
    timer.start();
    std::string message;
    try {
      const auto dataset = io::open(e.at("file"));
      for (const auto& info : dataset->info().fields) // what opens must then fail to be read
        (void)test::readAll(*dataset->field(info.name), test::wholeSlab(info, info.time.size - 1));
    } catch (const data::ReadError& error) {
      message = error.what();
    }
    QVERIFY2(!message.empty(), "it was read");
    for (const auto& word : e.at("words"))
      QVERIFY2(message.find(word.get<std::string>()) != std::string::npos, message.c_str());
    QVERIFY(timer.elapsed() < 5000);
  }
};

QTEST_GUILESS_MAIN(TestBrain)
#include "test_brain.moc"
