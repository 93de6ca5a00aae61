#include "io/reading.h"

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

/// Expected values of a field: (component, time, z, y, x), x fastest, exact as doubles but for 64-bit whole numbers
/// beyond 2^53, whose low bits the comparison of bytes below holds.
struct Expected {
  std::array<std::int64_t, 5> shape{}; ///< x, y, z, time, component
  data::ScalarType type = data::ScalarType::Float32;
  QByteArray bytes;

  [[nodiscard]] const char* at(std::int64_t x, std::int64_t y, std::int64_t z, std::int64_t t, std::int64_t c) const {
    const std::int64_t index = (((c * shape[3] + t) * shape[2] + z) * shape[1] + y) * shape[0] + x;
    return bytes.constData() + static_cast<std::size_t>(index) * sizeOf(type);
  }
};

/// A .npy that make_files.py wrote, parsed here so that the reader under test isn't its own judge.
Expected load(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) throw std::runtime_error("no " + path.toStdString());
  const QByteArray head = file.read(10);
  const int length = static_cast<unsigned char>(head[8]) | static_cast<unsigned char>(head[9]) << 8;
  const QString header = QString::fromLatin1(file.read(length));
  Expected e;
  const QString code = header.section('\'', 3, 3).mid(1);
  for (const char* name :
       {"int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"}) {
    const auto type = *data::scalarTypeFromName(name);
    const QChar kind = isFloating(type) ? 'f' : name[0] == 'u' ? 'u' : 'i';
    if (code == kind + QString::number(sizeOf(type))) e.type = type;
  }
  const QStringList lengths = header.section('(', 1, 1).section(')', 0, 0).split(',', Qt::SkipEmptyParts);
  for (int i = 0; i < 5; ++i)
    e.shape[static_cast<std::size_t>(4 - i)] = lengths.at(i).trimmed().toLongLong();
  e.bytes = file.readAll();
  return e;
}

} // namespace

/// Every kind of file, against what nibabel, tifffile and netCDF4 read from it (make_files.py).
class TestFormats : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  json catalog_;
  QString problem_;

  void rows() const {
    QTest::addColumn<int>("entry");
    for (std::size_t i = 0; i < catalog_.size(); ++i) {
      const auto& entry = catalog_[i];
      const QString file = QString::fromStdString(entry.at("file").get<std::string>()).section('/', -1);
      QTest::newRow(qPrintable(file + ":" + QString::fromStdString(entry.at("field")))) << static_cast<int>(i);
    }
  }
  [[nodiscard]] const json& entry() const {
    QFETCH(int, entry);
    return catalog_[static_cast<std::size_t>(entry)];
  }
  [[nodiscard]] Expected expected(const json& entry) const {
    return load(folder_.filePath(QString::fromStdString(entry.at("values"))));
  }

private Q_SLOTS:
  void initTestCase() {
    QProcess python;
    python.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    python.start("/usr/bin/python3",
                 {DISCERN_SOURCE_DIR "/tests/io/make_files.py", folder_.path(), DISCERN_SOURCE_DIR "/resources/demo"});
    if (!python.waitForStarted() || !python.waitForFinished(60000)) QSKIP("python3 can't be started");
    if (python.exitCode() != 0) {
      QProcess modules;
      modules.start("/usr/bin/python3", {"-c", "import nibabel, tifffile, netCDF4, numpy"});
      modules.waitForFinished(60000);
      if (modules.exitCode() != 0) QSKIP("python3 lacks nibabel, tifffile or netCDF4");
      QFAIL("make_files.py failed");
    }
    QFile file(folder_.filePath("catalog.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const json all = json::parse(file.readAll().toStdString());
    catalog_ = all.at("entries");
    for (const auto& left : all.at("left_out"))
      qInfo("not made here: %s", left.get<std::string>().c_str());
    QVERIFY(catalog_.size() > 80);
  }

  void description_data() { rows(); }
  void description() {
    const json& e = entry();
    const auto dataset = io::open(e.at("file"));
    const std::string name = e.at("field");
    const data::FieldInfo* found = dataset->info().field(name);
    QVERIFY2(found, qPrintable("no field " + QString::fromStdString(name)));
    const data::FieldInfo& info = *found;
    const Expected values = expected(e);
    QCOMPARE(std::string(nameOf(info.type)), std::string(nameOf(values.type)));
    QCOMPARE(info.shape[0], values.shape[0]);
    QCOMPARE(info.shape[1], values.shape[1]);
    QCOMPARE(info.shape[2], values.shape[2]);
    QCOMPARE(info.time.size, values.shape[3]);
    QCOMPARE(static_cast<std::int64_t>(info.components), values.shape[4]);
    for (const auto& [key, value] : e.at("info").items()) {
      if (key == "format")
        QCOMPARE(dataset->info().format, value.get<std::string>());
      else if (key == "frame")
        QCOMPARE(std::string(nameOf(info.frame)), value.get<std::string>());
      else if (key == "worldUnit")
        QCOMPARE(info.worldUnit, value.get<std::string>());
      else if (key == "transform")
        QCOMPARE(info.transform, value.get<std::string>());
      else if (key == "type")
        QCOMPARE(std::string(nameOf(info.type)), value.get<std::string>());
      else if (key == "labels")
        QCOMPARE(info.labels, value.get<bool>());
      else if (key == "unit")
        QCOMPARE(info.unit, value.get<std::string>());
      else if (key == "quantity")
        QCOMPARE(info.quantity, value.get<std::string>());
      else if (key == "components")
        QCOMPARE(info.components, value.get<int>());
      else if (key == "steps")
        QCOMPARE(info.time.size, value.get<std::int64_t>());
      else if (key == "timeUnit")
        QCOMPARE(info.time.unit, value.get<std::string>());
      else if (key == "calendar")
        QCOMPARE(info.time.calendar, value.get<std::string>());
      else if (key == "missing")
        QCOMPARE(info.missing.value_or(12345), value.get<double>());
      else if (key == "shape")
        QVERIFY((info.shape == value.get<data::Index3>()));
      else if (key == "coordinates")
        QVERIFY((info.coordinates == value.get<std::array<std::vector<double>, 3>>()));
      else if (key == "labelNames") {
        for (const auto& [label, meaning] : value.items())
          QCOMPARE(info.labelNames.at(std::stoll(label)), meaning.get<std::string>());
      } else if (key == "times") {
        const auto times = value.get<std::vector<double>>();
        QCOMPARE(info.time.values.size(), times.size());
        for (std::size_t i = 0; i < times.size(); ++i)
          QVERIFY(std::abs(info.time.values[i] - times[i]) < 1e-9);
      } else if (key == "affine") {
        for (std::size_t i = 0; i < 12; ++i) {
          const double want = value.at(i / 4).at(i % 4);
          QVERIFY2(std::abs(info.indexToWorld.m[i] - want) < 1e-5 * (1 + std::abs(want)),
                   qPrintable(QString("affine[%1]: %2, expected %3").arg(i).arg(info.indexToWorld.m[i]).arg(want)));
        }
      } else
        QFAIL(qPrintable("the test does not know " + QString::fromStdString(key)));
    }
  }

  void values_data() { rows(); }
  void values() {
    const json& e = entry();
    const auto field = io::open(e.at("file"))->field(e.at("field").get<std::string>());
    const data::FieldInfo& info = field->info();
    const Expected want = expected(e);
    const std::size_t size = sizeOf(info.type);
    std::mt19937 random(7);
    // The whole field, then boxes of every level at chance.
    for (int round = 0; round < 40; ++round) {
      data::Slab slab = test::wholeSlab(info);
      if (round > 0) {
        slab.level = static_cast<int>(random() % static_cast<unsigned>(info.levels));
        slab.time = static_cast<std::int64_t>(random() % static_cast<unsigned>(info.time.size));
        slab.component = static_cast<int>(random() % static_cast<unsigned>(info.components));
        const data::Index3 shape = info.shapeAt(slab.level);
        for (std::size_t a = 0; a < 3; ++a) {
          slab.box.lo[a] = static_cast<std::int64_t>(random()) % shape[a];
          slab.box.hi[a] = slab.box.lo[a] + 1 + static_cast<std::int64_t>(random()) % (shape[a] - slab.box.lo[a]);
        }
      }
      const std::int64_t steps = round == 0 ? info.time.size : 1, components = round == 0 ? info.components : 1;
      for (std::int64_t t = 0; t < steps; ++t)
        for (std::int64_t c = 0; c < components; ++c) {
          if (round == 0) {
            slab.time = t;
            slab.component = static_cast<int>(c);
          }
          QByteArray got(static_cast<qsizetype>(static_cast<std::size_t>(slab.box.voxels()) * size), '\x5A');
          field->read(slab, std::as_writable_bytes(std::span(got.data(), static_cast<std::size_t>(got.size()))));
          const char* at = got.constData();
          for (std::int64_t z = slab.box.lo[2]; z < slab.box.hi[2]; ++z)
            for (std::int64_t y = slab.box.lo[1]; y < slab.box.hi[1]; ++y)
              for (std::int64_t x = slab.box.lo[0]; x < slab.box.hi[0]; ++x, at += size) {
                const char* wanted =
                    want.at(x << slab.level, y << slab.level, z << slab.level, slab.time, slab.component);
                if (std::memcmp(at, wanted, size) == 0) continue;
                const auto number = [&](const char* from) {
                  return data::dispatch(info.type, [&](auto tag) {
                    typename decltype(tag)::type value;
                    std::memcpy(&value, from, sizeof value);
                    return static_cast<double>(value);
                  });
                };
                QVERIFY2(isFloating(info.type) && test::same(number(at), number(wanted)),
                         qPrintable(QString("level %1, voxel %2 %3 %4, step %5: %6, expected %7")
                                        .arg(slab.level)
                                        .arg(x)
                                        .arg(y)
                                        .arg(z)
                                        .arg(slab.time)
                                        .arg(number(at))
                                        .arg(number(wanted))));
              }
        }
    }
  }

  void seriesEqualsReads_data() { rows(); }
  void seriesEqualsReads() {
    const json& e = entry();
    const auto field = io::open(e.at("file"))->field(e.at("field").get<std::string>());
    const data::FieldInfo& info = field->info();
    std::mt19937 random(11);
    for (int round = 0; round < 8; ++round) {
      data::Index3 voxel{};
      for (std::size_t a = 0; a < 3; ++a)
        voxel[a] = static_cast<std::int64_t>(random()) % info.shape[a];
      const int component = static_cast<int>(random() % static_cast<unsigned>(info.components));
      const std::int64_t t0 = static_cast<std::int64_t>(random()) % info.time.size;
      std::vector<double> series(static_cast<std::size_t>(info.time.size - t0));
      field->series(voxel, t0, info.time.size, component, series);
      for (std::int64_t t = t0; t < info.time.size; ++t) {
        const data::Box box{voxel, {voxel[0] + 1, voxel[1] + 1, voxel[2] + 1}};
        double value = test::readAll(*field, {box, t, component, 0}).front();
        if (info.missing && value == *info.missing) value = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(test::same(series[static_cast<std::size_t>(t - t0)], value));
      }
    }
    std::vector<double> one(1);
    QVERIFY_EXCEPTION_THROWN(field->series({0, 0, 0}, info.time.size, info.time.size + 1, 0, one), data::UsageError);
  }

  void wrongRequests_data() { rows(); }
  void wrongRequests() {
    const json& e = entry();
    const auto field = io::open(e.at("file"))->field(e.at("field").get<std::string>());
    std::vector<std::byte> bytes(sizeOf(field->info().type));
    const data::Index3 shape = field->info().shape;
    const data::Box beyond{{shape[0], 0, 0}, {shape[0] + 1, 1, 1}}, good{{0, 0, 0}, {1, 1, 1}};
    QVERIFY_EXCEPTION_THROWN(field->read({beyond, 0, 0, 0}, bytes), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(field->read({good, field->info().time.size, 0, 0}, bytes), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(field->read({good, 0, field->info().components, 0}, bytes), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(field->read({good, 0, 0, field->info().levels}, bytes), data::UsageError);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(io::open(e.at("file"))->field("no such field")), data::UsageError);
  }

  /// Four threads read every file at once, each in an order of its own; each must see what one alone sees.
  void concurrentReads() {
    struct Item {
      std::shared_ptr<const data::FieldSource> field;
      std::vector<double> alone;
    };
    std::vector<Item> items;
    for (const json& e : catalog_) {
      Item item;
      item.field = io::open(e.at("file"))->field(e.at("field").get<std::string>());
      item.alone = test::readAll(*item.field, test::wholeSlab(item.field->info()));
      items.push_back(std::move(item));
    }
    for (std::size_t i = 0; i < items.size(); ++i) // sources anew, so that the first reading is concurrent too
      items[i].field = io::open(catalog_[i].at("file"))->field(catalog_[i].at("field").get<std::string>());
    std::atomic<int> wrong = 0, failed = 0;
    {
      std::vector<std::jthread> threads;
      for (unsigned thread = 0; thread < 4; ++thread)
        threads.emplace_back([&, thread] {
          std::mt19937 random(thread);
          for (int round = 0; round < 400; ++round) {
            const std::size_t i = thread < 2 ? static_cast<std::size_t>(round) % items.size() : random() % items.size();
            try {
              const auto values = test::readAll(*items[i].field, test::wholeSlab(items[i].field->info()));
              for (std::size_t v = 0; v < values.size(); ++v)
                if (!test::same(values[v], items[i].alone[v])) {
                  ++wrong;
                  break;
                }
              if (round % 10 == 0) static_cast<void>(io::open(catalog_[i].at("file")));
            } catch (const std::exception&) {
              ++failed;
            }
          }
        });
    }
    QCOMPARE(failed.load(), 0);
    QCOMPARE(wrong.load(), 0);
  }
};

QTEST_GUILESS_MAIN(TestFormats)
#include "test_formats.moc"
