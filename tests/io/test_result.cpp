#include "io/reading.h"
#include "io/write.h"

#include <QtTest>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <atomic>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

using namespace discern;
using nlohmann::json;

namespace {

std::vector<std::byte> noise(const data::FieldInfo& info) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(info.voxels() * info.time.size * info.components) *
                               sizeOf(info.type));
  std::mt19937 random(1);
  data::dispatch(info.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::size_t i = 0; i < bytes.size(); i += sizeof(T)) {
      const T value = static_cast<T>(random() % 100);
      std::memcpy(bytes.data() + i, &value, sizeof(T));
    }
  });
  return bytes;
}

data::FieldInfo labelled() {
  data::FieldInfo info;
  info.name = "labels";
  info.quantity = "Nuclei";
  info.type = data::ScalarType::UInt16;
  info.shape = {140, 65, 66};
  info.indexToWorld = {{0, -0.5, 0, 3, 0.25, 0, 0, -4, 0, 0, 2, 5, 0, 0, 0, 1}};
  info.frame = data::Frame::Cartesian;
  info.worldUnit = "µm";
  info.transform = "resolution";
  info.axisNames = {"x", "row / y", "z"};
  info.missing = 65535;
  info.labels = true;
  info.labelNames = {{1, "one"}, {2, "zwölf"}};
  info.source = "org.discern.test 1.0";
  return info;
}

} // namespace

class TestResult : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  [[nodiscard]] std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }

private Q_SLOTS:
  void roundTrip_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("steps");
    QTest::addColumn<int>("components");
    for (const char* name :
         {"int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"})
      QTest::newRow(name) << static_cast<int>(*data::scalarTypeFromName(name)) << 1 << 1;
    QTest::newRow("time") << static_cast<int>(data::ScalarType::Float32) << 5 << 1;
    QTest::newRow("vector") << static_cast<int>(data::ScalarType::Float32) << 1 << 3;
    QTest::newRow("vector in time") << static_cast<int>(data::ScalarType::Int16) << 4 << 3;
  }
  void roundTrip() {
    QFETCH(int, type);
    QFETCH(int, steps);
    QFETCH(int, components);
    data::FieldInfo info = labelled();
    info.type = static_cast<data::ScalarType>(type);
    if (isFloating(info.type)) info.missing.reset();
    info.time.size = steps;
    info.components = components;
    if (steps > 1) {
      info.time.unit = "days since 1979-01-01 00:00:00";
      info.time.calendar = "noleap";
      for (int t = 0; t < steps; ++t)
        info.time.values.push_back(t * 1.1);
    }
    info.coordinates[2] = std::vector<double>(66);
    for (std::size_t i = 0; i < 66; ++i)
      info.coordinates[2][i] = std::sqrt(static_cast<double>(i));
    const auto bytes = noise(info);
    io::ResultFile result;
    result.addField(info, bytes);
    result.commit(path("round.h5"));
    QVERIFY(!QFile::exists(folder_.filePath("round.h5.part")));

    const auto dataset = io::open(path("round.h5"));
    QCOMPARE(dataset->info().format, std::string("Discern result"));
    const auto field = dataset->field("labels");
    info.levels = field->info().levels; // as many as the reader offers
    QCOMPARE(json(field->info()).dump(), json(info).dump());
    QVERIFY(field->info().levels > 1);
    const auto memory = data::memoryField(info, bytes);
    std::mt19937 random(2);
    for (int round = 0; round < 30; ++round) {
      data::Slab slab{{},
                      static_cast<std::int64_t>(random()) % steps,
                      static_cast<int>(random()) % components,
                      round % info.levels};
      slab.component = std::abs(slab.component);
      const data::Index3 shape = info.shapeAt(slab.level);
      for (std::size_t a = 0; a < 3; ++a) {
        slab.box.lo[a] = round < 2 ? 0 : static_cast<std::int64_t>(random()) % shape[a];
        slab.box.hi[a] = round < 2
                             ? shape[a]
                             : slab.box.lo[a] + 1 + static_cast<std::int64_t>(random()) % (shape[a] - slab.box.lo[a]);
      }
      QVERIFY(test::readAll(*field, slab) == test::readAll(*memory, slab));
    }
    std::vector<double> a(static_cast<std::size_t>(steps)), b(a);
    field->series({3, 64, 65}, 0, steps, components - 1, a);
    memory->series({3, 64, 65}, 0, steps, components - 1, b);
    QVERIFY(std::equal(a.begin(), a.end(), b.begin(), test::same));
  }

  void tablesAndProvenance() {
    io::ResultFile result;
    data::Table table;
    table.info = {"disagreements", {"rank", "kind", "cost", "a/b"}, {"", "", "µm", ""}, 3};
    table.numbers = {{1, 2, 3}, {}, {0.5, std::nan(""), -1e300}, {7, 8, 9}};
    table.texts = {{}, {"missed", "", "gespalten – ü"}, {}, {}};
    result.addTable(table);
    data::Table none;
    none.info = {"nothing", {"value"}, {""}, 0};
    none.numbers = {{}};
    none.texts = {{}};
    result.addTable(none);
    result.setProvenance({{"plugin", "org.discern.compare"}, {"parameters", {{"threshold", 0.5}}}});
    result.commit(path("tables.h5"));

    const auto dataset = io::open(path("tables.h5"));
    QVERIFY(dataset->info().fields.empty());
    QCOMPARE(dataset->info().tables.size(), std::size_t{2});
    QCOMPARE(dataset->info().tables[0].name, std::string("disagreements")); // in the order they were added
    QCOMPARE(dataset->info().attributes.at("plugin"), std::string("org.discern.compare"));
    QCOMPARE(dataset->info().attributes.at("parameters"), std::string("{\"threshold\":0.5}"));
    const data::Table back = dataset->table("disagreements");
    QVERIFY(back.info.columns == table.info.columns);
    QVERIFY(back.info.units == table.info.units);
    QVERIFY(back.texts == table.texts);
    for (std::size_t c = 0; c < 4; ++c)
      QVERIFY(std::equal(back.numbers[c].begin(), back.numbers[c].end(), table.numbers[c].begin(),
                         table.numbers[c].end(), test::same));
    QCOMPARE(dataset->table("nothing").info.rows, std::int64_t{0});
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(dataset->table("no")), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(dataset->field("")), data::UsageError);
  }

  void orderAndNames() {
    io::ResultFile result;
    for (const char* name : {"z first", "a/second", "a_second", ""}) {
      data::FieldInfo info = labelled();
      info.name = name;
      info.shape = {5, 4, 3};
      result.addField(info, noise(info));
    }
    data::FieldInfo again = labelled();
    again.name = "z first";
    QVERIFY_EXCEPTION_THROWN(result.addField(again, noise(again)), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(result.addField(labelled(), {}), data::UsageError);
    result.commit(path("names.h5"));
    const auto info = io::open(path("names.h5"))->info();
    QCOMPARE(info.fields.size(), std::size_t{4});
    QCOMPARE(info.fields[0].name, std::string("z first"));
    QCOMPARE(info.fields[1].name, std::string("a/second"));
    QCOMPARE(info.fields[2].name, std::string("a_second"));
    QCOMPARE(info.fields[3].name, std::string());
  }

  /// VTK's own reader (vtkHDFReader of VTK 9.1, which ParaView uses) and h5py see the same picture.
  void vtkOpensIt() {
    io::ResultFile result;
    data::FieldInfo labels = labelled();
    data::FieldInfo score = labelled();
    score.name = "score";
    score.type = data::ScalarType::Float32;
    score.missing.reset();
    score.components = 3;
    score.time.size = 2;
    data::FieldInfo elsewhere = labelled();
    elsewhere.name = "elsewhere";
    elsewhere.shape = {4, 4, 4};
    double labelSum = 0, scoreSum = 0;
    const auto labelBytes = noise(labels), scoreBytes = noise(score);
    for (const double v : test::readAll(*data::memoryField(labels, labelBytes), test::wholeSlab(labels)))
      labelSum += v;
    for (int c = 0; c < 3; ++c)
      for (const double v : test::readAll(*data::memoryField(score, scoreBytes), test::wholeSlab(score, 0, c)))
        scoreSum += v;
    result.addField(labels, labelBytes);
    result.addField(score, scoreBytes);
    result.addField(elsewhere, noise(elsewhere));
    data::Table table;
    table.info = {"t", {"info", "b"}, {"", ""}, 1};
    table.numbers = {{1}, {2}};
    table.texts = {{}, {}};
    result.addTable(table);
    result.setProvenance({{"seed", 7}});
    result.commit(path("vtk.h5"));

    QProcess python;
    python.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    python.start("/usr/bin/python3", {DISCERN_SOURCE_DIR "/tests/io/check_result.py", folder_.filePath("vtk.h5")});
    if (!python.waitForStarted() || !python.waitForFinished(60000)) QSKIP("python3 can't be started");
    if (python.exitCode() != 0) {
      QProcess module;
      module.start("/usr/bin/python3", {"-c", "import h5py"});
      module.waitForFinished(30000);
      if (module.exitCode() != 0) QSKIP("python3 lacks h5py");
      QFAIL("check_result.py failed");
    }
    const json seen = json::parse(python.readAllStandardOutput().toStdString());
    QCOMPARE(seen.at("type").get<std::string>(), std::string("ImageData"));
    QVERIFY(seen.at("ascii").get<bool>() && seen.at("fixed").get<bool>());
    QVERIFY((seen.at("version") == json{1, 0}));
    QVERIFY((seen.at("extent") == json{0, 139, 0, 64, 0, 65}));
    QVERIFY((seen.at("origin") == json{3.0, -4.0, 5.0}));
    QVERIFY((seen.at("spacing") == json{0.25, 0.5, 2.0}));
    QVERIFY((seen.at("direction") == json{0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0}));
    QVERIFY((seen.at("pointData").at("labels") == json{66, 65, 140}));
    QVERIFY((seen.at("pointData").at("score") == json{66, 65, 140, 3}));
    QVERIFY(!seen.at("pointData").contains("elsewhere"));
    QVERIFY((seen.at("provenance") == json{{"seed", 7}}));
    QCOMPARE(seen.at("columns").at("t").size(), std::size_t{2});
    if (seen.at("vtk").is_null()) QSKIP("python3 lacks VTK's HDF reader; the structure was checked with h5py");
    const json& vtk = seen.at("vtk");
    QVERIFY((vtk.at("dimensions") == json{140, 65, 66}));
    QVERIFY((vtk.at("spacing") == json{0.25, 0.5, 2.0}));
    QCOMPARE(vtk.at("sums").at("labels").get<double>(), labelSum);
    QCOMPARE(vtk.at("sums").at("score").get<double>(), scoreSum);
    QCOMPARE(vtk.at("components").at("score").get<int>(), 3);
  }

  void failsWhole() {
    io::ResultFile result;
    result.addField(labelled(), noise(labelled()));
    QVERIFY_EXCEPTION_THROWN(result.commit("/no/such/folder/result.h5"), data::UsageError);
    QVERIFY(QDir().mkdir(folder_.filePath("taken.h5")));
    QVERIFY_EXCEPTION_THROWN(result.commit(path("taken.h5")), std::runtime_error);
    QVERIFY(!QFile::exists(folder_.filePath("taken.h5.part")));
  }

  void manyThreadsWriteAndRead() {
    std::atomic<int> failed = 0;
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
          try {
            for (int round = 0; round < 5; ++round) {
              const std::string name = path(("thread" + std::to_string(t) + ".h5").c_str());
              io::ResultFile result;
              data::FieldInfo info = labelled();
              info.shape = {30, 30, 30};
              const auto bytes = noise(info);
              result.addField(info, bytes);
              result.commit(name);
              const auto field = io::open(name)->field("labels");
              std::vector<std::byte> back(bytes.size());
              field->read(test::wholeSlab(info), back);
              if (back != bytes) ++failed;
            }
          } catch (const std::exception&) {
            ++failed;
          }
        });
    }
    QCOMPARE(failed.load(), 0);
  }
};

QTEST_GUILESS_MAIN(TestResult)
#include "test_result.moc"
