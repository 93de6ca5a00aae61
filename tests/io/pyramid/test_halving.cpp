#include "io/pyramid/exact_statistics.h"
#include "io/pyramid/halve.h"
#include "io/pyramid/piece_grid.h"
#include "io/reading.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <random>

using namespace discern;
using discern::test::same;

namespace {

constexpr double noNumber = std::numeric_limits<double>::quiet_NaN();

data::FieldInfo fieldOf(data::ScalarType type, const data::Index3& shape) {
  data::FieldInfo info;
  info.name = "values";
  info.type = type;
  info.shape = shape;
  info.levels = 8;
  return info;
}

std::vector<std::byte> bytesOf(const std::vector<double>& values, data::ScalarType type) {
  std::vector<std::byte> bytes(values.size() * data::sizeOf(type));
  data::dispatch(type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::size_t i = 0; i < values.size(); ++i)
      reinterpret_cast<T*>(bytes.data())[i] = static_cast<T>(values[i]);
  });
  return bytes;
}

std::vector<double> numbersOf(const std::vector<std::byte>& bytes, data::ScalarType type) {
  std::vector<double> values(bytes.size() / data::sizeOf(type));
  data::dispatch(type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<double>(reinterpret_cast<const T*>(bytes.data())[i]);
  });
  return values;
}

/// The values of the block of 2 × 2 × 2 that ends where the volume does.
std::vector<double> blockOf(const std::vector<double>& values, const data::Index3& shape, std::int64_t i,
                            std::int64_t j, std::int64_t k) {
  std::vector<double> block;
  for (std::int64_t z = 2 * k; z < std::min(2 * k + 2, shape[2]); ++z)
    for (std::int64_t y = 2 * j; y < std::min(2 * j + 2, shape[1]); ++y)
      for (std::int64_t x = 2 * i; x < std::min(2 * i + 2, shape[0]); ++x)
        block.push_back(values[static_cast<std::size_t>((z * shape[1] + y) * shape[0] + x)]);
  return block;
}

/// The definition, written down once more: numpy.nanmean over the block.
double nanMean(const std::vector<double>& block, double missing) {
  double sum = 0;
  int count = 0;
  for (const double value : block)
    if (!std::isnan(value) && value != missing) {
      sum += value;
      ++count;
    }
  return count > 0 ? sum / count : noNumber;
}

template <typename F>
std::vector<double> nextLevel(const std::vector<double>& values, const data::Index3& shape, F&& of) {
  const data::Index3 half = io::halfOf(shape);
  std::vector<double> out;
  for (std::int64_t k = 0; k < half[2]; ++k)
    for (std::int64_t j = 0; j < half[1]; ++j)
      for (std::int64_t i = 0; i < half[0]; ++i)
        out.push_back(of(blockOf(values, shape, i, j, k)));
  return out;
}

} // namespace

class TestHalving : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void meansByHand() {
    // 3 × 2 × 1: (1 + 3 + 4 + 6) / 4 = 3.5, and the lone column (2 + NaN): 2.
    const auto info = fieldOf(data::ScalarType::Float64, {3, 2, 1});
    const auto levels = io::halved(info, bytesOf({1, 3, 2, 4, 6, noNumber}, info.type), info.shape, 2);
    QCOMPARE(levels.size(), std::size_t{2});
    QCOMPARE(numbersOf(levels[0], info.type), (std::vector<double>{3.5, 2}));
    QCOMPARE(numbersOf(levels[1], info.type), (std::vector<double>{2.75}));
    const auto gone = io::halved(info, bytesOf(std::vector<double>(6, noNumber), info.type), info.shape, 1);
    QVERIFY(std::isnan(numbersOf(gone[0], info.type)[0]));
  }

  void meansOfOddVolumes_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<bool>("missing");
    for (const auto type : {data::ScalarType::UInt8, data::ScalarType::Int16, data::ScalarType::Int32,
                            data::ScalarType::UInt64, data::ScalarType::Float32, data::ScalarType::Float64})
      for (const bool missing : {false, true})
        QTest::addRow("%s%s", std::string(data::nameOf(type)).c_str(), missing ? ", missing" : "")
            << static_cast<int>(type) << missing;
  }
  void meansOfOddVolumes() {
    QFETCH(int, type);
    QFETCH(bool, missing);
    auto info = fieldOf(static_cast<data::ScalarType>(type), {13, 7, 5});
    const bool floating = data::isFloating(info.type);
    const double gone = floating ? noNumber : 99;
    if (missing && !floating) info.missing = gone;
    std::mt19937 random(7);
    std::vector<double> values(13 * 7 * 5);
    for (double& value : values)
      value = missing && random() % 3 == 0 ? gone : static_cast<double>(random() % 98);
    const auto levels = io::halved(info, bytesOf(values, info.type), info.shape, 4);
    data::Index3 shape = info.shape;
    std::vector<double> exact = values;
    for (std::size_t level = 0; level < levels.size(); ++level) {
      exact = nextLevel(exact, shape, [&](const auto& block) {
        return nanMean(block, level == 0 && missing && !floating ? gone : noNumber);
      });
      shape = io::halfOf(shape);
      const auto found = numbersOf(levels[level], info.type);
      QCOMPARE(found.size(), exact.size());
      for (std::size_t i = 0; i < exact.size(); ++i) {
        if (std::isnan(exact[i]))
          QVERIFY(same(found[i], gone));
        else if (floating)
          QVERIFY(std::abs(found[i] - exact[i]) <= 1e-5);
        else
          QVERIFY2(std::abs(found[i] - exact[i]) <= 0.5 + 1e-4, qPrintable(QString::number(found[i] - exact[i])));
      }
    }
    QCOMPARE(shape, (data::Index3{1, 1, 1}));
  }

  void modes() {
    auto info = fieldOf(data::ScalarType::UInt16, {3, 2, 2});
    info.labels = true;
    QCOMPARE(io::halvingOf(info), io::Halving::Mode);
    // The block of x 0…1 holds 5 5 9 9 9 0 0 5: three fives and three nines, the fives come first. The rest: 7 7 8 8.
    const auto levels = io::halved(info, bytesOf({5, 5, 7, 9, 9, 7, 9, 0, 8, 0, 5, 8}, info.type), info.shape, 1);
    QCOMPARE(numbersOf(levels[0], info.type), (std::vector<double>{5, 7}));
  }

  void modesOfOddVolumes() {
    auto info = fieldOf(data::ScalarType::Int32, {11, 9, 3});
    info.labels = true;
    std::mt19937 random(3);
    std::vector<double> values(11 * 9 * 3);
    for (double& value : values)
      value = static_cast<double>(random() % 4) * 1000;
    const auto levels = io::halved(info, bytesOf(values, info.type), info.shape, 3);
    data::Index3 shape = info.shape;
    for (const auto& level : levels) {
      values = nextLevel(values, shape, [](const std::vector<double>& block) {
        std::map<double, int> counts;
        for (const double value : block)
          ++counts[value];
        int most = 0;
        for (const auto& [value, count] : counts)
          most = std::max(most, count);
        return *std::find_if(block.begin(), block.end(), [&](double value) { return counts[value] == most; });
      });
      shape = io::halfOf(shape);
      QCOMPARE(numbersOf(level, info.type), values);
    }
  }

  void piecesCoverEveryVoxelOnEveryLevel() {
    for (const data::Index3 shape : {data::Index3{200, 333, 129}, {1000, 1, 1}, {70, 5000, 1}, {3, 64, 640}}) {
      const auto info = fieldOf(data::ScalarType::Int16, shape);
      const io::PieceGrid grid = io::PieceGrid::of(info, 1 << 20);
      for (int level = 0; level <= grid.levels; ++level) {
        const data::Index3 whole = info.shapeAt(level);
        std::int64_t voxels = 0;
        for (std::int64_t piece = 0; piece < grid.count(); ++piece) {
          const data::Box box = grid.boxAt(piece, level);
          QVERIFY(box.voxels() > 0);
          const auto touched = grid.touched(box, level);
          QCOMPARE(touched[0], touched[1]);
          QCOMPARE(touched[2], touched[3]);
          QCOMPARE(touched[2] * grid.across() + touched[0], piece);
          voxels += box.voxels();
        }
        QCOMPARE(voxels, whole[0] * whole[1] * whole[2]);
      }
    }
  }

  void statisticsAreThoseOfAllValues_data() {
    QTest::addColumn<int>("type");
    for (const auto type : {data::ScalarType::UInt8, data::ScalarType::Int16, data::ScalarType::UInt32,
                            data::ScalarType::Float32, data::ScalarType::Float64})
      QTest::newRow(std::string(data::nameOf(type)).c_str()) << static_cast<int>(type);
  }
  void statisticsAreThoseOfAllValues() {
    QFETCH(int, type);
    auto info = fieldOf(static_cast<data::ScalarType>(type), {61, 47, 29});
    if (!data::isFloating(info.type)) info.missing = 3;
    std::mt19937 random(11);
    std::vector<double> values(61 * 47 * 29);
    for (double& value : values)
      value = data::isFloating(info.type) ? (random() % 50 == 0 ? noNumber : std::ldexp(random() % 4096, -5) - 20)
                                          : static_cast<double>(random() % 120);
    const auto bytes = bytesOf(values, info.type);
    // The peer: all values in one list, as for fields that are small enough.
    const auto exact = data::statistics(*data::memoryField(info, bytes), 0, 0);
    QVERIFY(!exact.sampled);
    // In parts, last first, one of them by way of what is kept in a file.
    const std::size_t size = data::sizeOf(info.type), third = values.size() / 3 * size;
    io::ExactStatistics all(info.type), middle(info.type), last(info.type);
    last.add(std::span(bytes).subspan(2 * third), info.missing);
    middle.add(std::span(bytes).subspan(third, third), info.missing);
    all.merge(last);
    QVERIFY(all.merge(middle.kept()));
    all.add(std::span(bytes).first(third), info.missing);
    const data::Statistics found = all.result();
    QVERIFY(!found.sampled);
    QCOMPARE(found.count, exact.count);
    QCOMPARE(found.missing, exact.missing);
    QCOMPARE(found.min, exact.min);
    QCOMPARE(found.max, exact.max);
    QVERIFY(std::abs(found.mean - exact.mean) < 1e-9);
    QVERIFY(std::abs(found.deviation - exact.deviation) < 1e-9);
    if (size <= 2) {
      QCOMPARE(found.histogram, exact.histogram);
      QCOMPARE(found.low, exact.low);
      QCOMPARE(found.high, exact.high);
    } else {
      QVERIFY(std::abs(found.low - exact.low) <= 0.002 * std::abs(exact.low) + 1e-9);
      QVERIFY(std::abs(found.high - exact.high) <= 0.002 * std::abs(exact.high) + 1e-9);
      std::int64_t sum = 0, apart = 0;
      for (std::size_t i = 0; i < 256; ++i) {
        sum += found.histogram[i];
        apart += std::abs(found.histogram[i] - exact.histogram[i]);
      }
      QCOMPARE(sum, exact.count);
      QVERIFY2(apart < exact.count / 10, qPrintable(QString::number(apart)));
    }
  }

  void keptStatisticsThatContradictThemselvesAreRefused() {
    io::ExactStatistics some(data::ScalarType::UInt8);
    const std::vector<std::byte> bytes(100, std::byte{7});
    some.add(bytes, {});
    auto kept = some.kept();
    kept.counts[0] = 99;
    io::ExactStatistics all(data::ScalarType::UInt8);
    QVERIFY(!all.merge(kept));
    kept = some.kept();
    kept.cells[0] = 256;
    QVERIFY(!all.merge(kept));
    QCOMPARE(all.result().count, std::int64_t{0});
  }
};

QTEST_APPLESS_MAIN(TestHalving)
#include "test_halving.moc"
