#include "sdk/analysis.h"
#include "sdk/parameters.h"

#include <QtTest>
#include <cmath>
#include <cstring>

using namespace discern;

namespace {

template <typename T>
std::shared_ptr<data::FieldSource> field(data::Index3 shape, const std::vector<T>& values, data::FieldInfo info = {}) {
  info.name = info.name.empty() ? "f" : info.name;
  info.type = data::scalarTypeOf<T>();
  info.shape = shape;
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return data::memoryField(info, std::move(bytes));
}

template <typename F>
std::string complaint(F&& call) {
  try {
    call();
  } catch (const data::UsageError& error) {
    return error.what();
  }
  return {};
}

} // namespace

class TestInputs : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void aVolumeIsOneStep() {
    data::FieldInfo info;
    info.time.size = 2;
    info.time.unit = "s";
    info.time.values = {0.5, 1.5};
    sdk::Inputs inputs;
    inputs.add("image", field<std::uint8_t>({2, 1, 1}, {1, 2, 3, 4}, info), 1);
    const sdk::Volume volume = inputs.volume("image");
    QCOMPARE(volume.floats(), (std::vector<float>{3, 4}));
    QCOMPARE(volume.info.time.size, std::int64_t{1});
    QCOMPARE(volume.info.time.values, std::vector<double>{1.5});
    QVERIFY(inputs.has("image") && !inputs.has("mask"));
    QVERIFY(!complaint([&] { (void)inputs.volume("mask"); }).empty());
    const std::string late = complaint([&] { inputs.add("late", field<float>({1, 1, 1}, {0}), 1); });
    QVERIFY2(late.find("\"late\"") != std::string::npos && late.find("step 1") != std::string::npos, late.c_str());
    QVERIFY(complaint([&] {
              inputs.add("c", field<float>({1, 1, 1}, {0}), 0, 3);
            }).find("component 3") != std::string::npos);
  }

  void missingValuesAreNaN() {
    data::FieldInfo info;
    info.missing = -9;
    const auto source = field<std::int16_t>({3, 1, 1}, {5, -9, 7}, info);
    sdk::Inputs inputs;
    inputs.add("image", source, 0);
    const auto floats = inputs.volume("image").floats();
    QCOMPARE(floats[0], 5.0F);
    QVERIFY(std::isnan(floats[1]));
    QCOMPARE(inputs.volume("image").labels(), (std::vector<std::int32_t>{5, 0, 7})); // and background as labels
  }

  void labelsMustBeWhole() {
    const auto labels = [](auto source) {
      sdk::Inputs inputs;
      inputs.add("l", source, 0);
      return inputs.volume("l").labels();
    };
    QCOMPARE(labels(field<float>({3, 1, 1}, {0, 2, 7})), (std::vector<std::int32_t>{0, 2, 7}));
    QCOMPARE(labels(field<double>({2, 1, 1}, {std::nan(""), 2147483647.0})),
             (std::vector<std::int32_t>{0, 2147483647}));
    QVERIFY(complaint([&] { (void)labels(field<float>({2, 1, 1}, {0, 1.5F})); }).find("1.5") != std::string::npos);
    QVERIFY(complaint([&] {
              (void)labels(field<std::uint32_t>({1, 1, 1}, {4'000'000'000U}));
            }).find("32 bits") != std::string::npos);
    QVERIFY(!complaint([&] { (void)labels(field<std::int64_t>({1, 1, 1}, {std::int64_t{1} << 40})); }).empty());
  }

  void inputsAreCheckedAgainstTheManifest() {
    const sdk::Manifest manifest =
        sdk::parseManifest(R"({"id": "a.b", "version": "1.0.0", "name": "n", "entry": {"library": "x"},
      "inputs": [{"name": "prediction", "axes": ["x", "y"]}, {"name": "truth", "sameGridAs": "prediction", "help": "What is true."}]})",
                           "m");
    const std::vector<float> eight(8, 0);
    sdk::Inputs inputs;
    QVERIFY(complaint([&] { checkInputs(manifest, inputs); }).find("\"prediction\" is required") != std::string::npos);
    inputs.add("prediction", field({2, 2, 2}, eight), 0);
    QVERIFY(complaint([&] { checkInputs(manifest, inputs); }).find("What is true.") != std::string::npos);
    inputs.add("truth", field({2, 2, 2}, eight), 0);
    checkInputs(manifest, inputs);

    inputs.add("truth", field({2, 4, 1}, eight), 0);
    const std::string shape = complaint([&] { checkInputs(manifest, inputs); });
    QVERIFY2(shape.find("2 × 2 × 2") != std::string::npos && shape.find("2 × 4 × 1") != std::string::npos,
             shape.c_str());

    data::FieldInfo flipped; // the same shape, but left is right
    flipped.indexToWorld = data::Affine::scaling({-1, 1, 1}, {1, 0, 0});
    inputs.add("truth", field({2, 2, 2}, eight, flipped), 0);
    const std::string place = complaint([&] { checkInputs(manifest, inputs); });
    QVERIFY2(place.find("same grid") != std::string::npos && place.find("lies at") != std::string::npos, place.c_str());

    data::FieldInfo rounded; // what a float32 header makes of the same place
    rounded.indexToWorld = data::Affine::scaling({1.0000001, 1, 1});
    inputs.add("truth", field({2, 2, 2}, eight, rounded), 0);
    checkInputs(manifest, inputs);

    inputs.add("prediction", field({8, 1, 1}, eight), 0);
    QVERIFY(complaint([&] { checkInputs(manifest, inputs); }).find("extend along y") != std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TestInputs)
#include "test_inputs.moc"
