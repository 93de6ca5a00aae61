#include "data/block.h"
#include "data/error.h"

#include <QtTest>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

using namespace discern::data;

namespace {

template <typename T>
std::vector<std::byte> bytesOf(const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// 4×3×2 voxels, 2 times: value = 1000 t + 100 k + 10 j + i.
std::shared_ptr<FieldSource> countingField(int levels = 1) {
  FieldInfo info;
  info.name = "counting";
  info.type = ScalarType::Int16;
  info.shape = {4, 3, 2};
  info.time.size = 2;
  info.levels = levels;
  std::vector<std::int16_t> values;
  for (int t = 0; t < 2; ++t)
    for (int k = 0; k < 2; ++k)
      for (int j = 0; j < 3; ++j)
        for (int i = 0; i < 4; ++i)
          values.push_back(static_cast<std::int16_t>(1000 * t + 100 * k + 10 * j + i));
  return memoryField(info, bytesOf(values));
}

std::vector<std::int16_t> read(const FieldSource& field, const Slab& slab) {
  std::vector<std::int16_t> out(static_cast<std::size_t>(slab.box.voxels()));
  field.read(slab, std::as_writable_bytes(std::span(out)));
  return out;
}

} // namespace

class TestData : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void boxesComeXFastest() {
    const auto field = countingField();
    QCOMPARE(read(*field, {{{1, 1, 0}, {3, 3, 2}}, 1, 0, 0}),
             (std::vector<std::int16_t>{1011, 1012, 1021, 1022, 1111, 1112, 1121, 1122}));
  }

  void aLevelHasEverySecondVoxel() {
    const auto field = countingField(2);
    QCOMPARE(field->info().shapeAt(1), (Index3{2, 2, 1}));
    QCOMPARE(read(*field, {{{0, 0, 0}, {2, 2, 1}}, 0, 0, 1}), (std::vector<std::int16_t>{0, 2, 20, 22}));
  }

  void seriesIsOneVoxelOverTime() {
    std::vector<double> out(2);
    countingField()->series({3, 2, 1}, 0, 2, 0, out);
    QCOMPARE(out, (std::vector<double>{123, 1123}));
  }

  void whatLiesOutsideIsRefused_data() {
    QTest::addColumn<Index3>("lo");
    QTest::addColumn<Index3>("hi");
    QTest::addColumn<int>("time");
    QTest::newRow("beyond x") << Index3{0, 0, 0} << Index3{5, 1, 1} << 0;
    QTest::newRow("negative") << Index3{-1, 0, 0} << Index3{1, 1, 1} << 0;
    QTest::newRow("empty") << Index3{1, 1, 1} << Index3{1, 2, 2} << 0;
    QTest::newRow("late") << Index3{0, 0, 0} << Index3{1, 1, 1} << 2;
  }
  void whatLiesOutsideIsRefused() {
    QFETCH(Index3, lo);
    QFETCH(Index3, hi);
    QFETCH(int, time);
    std::vector<std::byte> out(64);
    QVERIFY_EXCEPTION_THROWN(countingField()->read({{lo, hi}, time, 0, 0}, out), UsageError);
  }

  void affineAndItsInverse() {

    const Affine affine{{2, 0, 1, -10, 0, -3, 0, 5, 0.5, 0, 4, 7, 0, 0, 0, 1}};
    const Vec3 index{5.25, -1.5, 2};
    const Vec3 world = affine.apply(index);
    QCOMPARE(world, (Vec3{2.5, 9.5, 17.625}));
    const Vec3 back = affine.inverse().apply(world);
    for (std::size_t axis = 0; axis < 3; ++axis)
      QVERIFY(std::abs(back[axis] - index[axis]) < 1e-12);
    QVERIFY_EXCEPTION_THROWN((void)Affine::scaling({1, 0, 1}).inverse(), std::domain_error);
  }

  void irregularCoordinatesBothWays() {
    FieldInfo info;
    info.shape = {4, 3, 1};
    info.frame = Frame::LonLat;
    info.coordinates[1] = {90, 60, 0}; // descending and uneven
    QCOMPARE(info.world({2, 1.5, 0})[1], 30.0);
    QCOMPARE(info.index({2, 30, 0})[1], 1.5);
    QCOMPARE(info.index({2, 75, 0})[1], 0.5);
    QCOMPARE(info.worldBounds().second[1], 105.0);
  }

  /// Dates by Python's datetime, and by cftime for the other calendars.
  void timeLabels_data() {
    QTest::addColumn<QString>("unit");
    QTest::addColumn<QString>("calendar");
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("label");
    QTest::newRow("days") << "days since 2016-10-02 00:00:00"
                          << "proleptic_gregorian" << 10.5 << "2016-10-12 12:00";
    QTest::newRow("hours") << "hours since 1900-01-01 00:00:0.0"
                           << "gregorian" << 1034376.0 << "2018-01-01 00:00";
    QTest::newRow("leap day") << "days since 2000-02-28"
                              << "standard" << 1.0 << "2000-02-29 00:00";
    QTest::newRow("no leap") << "days since 2000-02-28"
                             << "noleap" << 1.0 << "2000-03-01 00:00";
    QTest::newRow("360 days") << "days since 1999-12-30"
                              << "360_day" << 1.0 << "2000-01-01 00:00";
    QTest::newRow("seconds") << "s"
                             << "" << 2.5 << "2.5 s";
    QTest::newRow("not a number of a date") << "days since 2000-01-01"
                                            << "" << std::nan("") << "nan days since 2000-01-01";
  }
  void timeLabels() {
    QFETCH(QString, unit);
    QFETCH(QString, calendar);
    QFETCH(double, value);
    QFETCH(QString, label);
    TimeAxis axis;
    axis.unit = unit.toStdString();
    axis.calendar = calendar.toStdString();
    axis.values = {value};
    QCOMPARE(QString::fromStdString(axis.label(0)), label);
    QCOMPARE(QString::fromStdString(axis.label(5)), QString("step 6"));
  }

  void infoSurvivesJson() {
    FieldInfo info = countingField()->info();
    info.unit = "µm";
    info.frame = Frame::LonLat;
    info.missing = -9999;
    info.labelNames = {{1, "left"}, {2, "right"}};
    info.coordinates[0] = {0, 1, 3, 7};
    info.time.values = {0, 0.5};
    nlohmann::json first = info;
    const nlohmann::json second = nlohmann::json::parse(first.dump()).get<FieldInfo>();
    QCOMPARE(QString::fromStdString(second.dump()), QString::fromStdString(first.dump()));
    first["frame"] = "elsewhere";
    QVERIFY_EXCEPTION_THROWN((void)first.get<FieldInfo>(), UsageError);
  }

  void statisticsSkipWhatIsMissing() {
    FieldInfo info;
    info.type = ScalarType::Float32;
    info.shape = {1001, 1, 1};
    std::vector<float> values(1001);
    for (std::size_t i = 0; i < 1000; ++i)
      values[i] = static_cast<float>(i + 1);
    values[1000] = std::nanf("");
    const Statistics s = statistics(*memoryField(info, bytesOf(values)), 0, 0);
    QCOMPARE(s.count, 1000);
    QCOMPARE(s.missing, 1);
    QCOMPARE(s.mean, 500.5);
    QCOMPARE(s.min, 1.0);
    QCOMPARE(s.max, 1000.0);
    QVERIFY(!s.sampled);
    // numpy.percentile(range(1, 1001), [0.5, 99.8]) = 5.995, 998.002
    QVERIFY(std::abs(s.low - 5.995) < 1e-9 && std::abs(s.high - 998.002) < 1e-9);
  }

  void statisticsOfALargeFieldAreSampled() {
    FieldInfo info;
    info.type = ScalarType::UInt8;
    info.shape = {64, 64, 64};
    std::vector<std::uint8_t> values(64 * 64 * 64);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<std::uint8_t>(i / 4096);
    const Statistics s = statistics(*memoryField(info, bytesOf(values)), 0, 0, 4096 * 8);
    QVERIFY(s.sampled);
    QCOMPARE(s.count, 4096 * 8);
    QVERIFY(std::abs(s.mean - 31.5) < 2);
  }

  void aBlockKnowsWhereItLies() {
    auto bytes = std::shared_ptr<std::byte>(new std::byte[8], std::default_delete<std::byte[]>());
    for (int i = 0; i < 8; ++i)
      bytes.get()[i] = static_cast<std::byte>(i);
    const Block block{{{{2, 3, 4}, {4, 5, 6}}, 0, 0, 0}, ScalarType::UInt8, bytes};
    QCOMPARE(block.value({3, 4, 5}), 7.0);
    QCOMPARE(block.value({2, 4, 4}), 2.0);
    QVERIFY(std::isnan(block.value({1, 3, 4})));
  }
};

QTEST_GUILESS_MAIN(TestData)
#include "test_data.moc"
