#include "scene_fixture.h"

#include <QElapsedTimer>
#include <QTest>
#include <cmath>
#include <limits>

using namespace discern;
using namespace discern::tests;

namespace {

std::vector<scene::Reading> readingsOf(data::FieldProvider& provider, const session::State& state) {
  std::vector<scene::Reading> readings;
  int calls = 0;
  scene::readAtCursor(provider, state, &provider, [&](std::vector<scene::Reading> all) {
    readings = std::move(all);
    ++calls;
  });
  return calls == 1 ? readings : std::vector<scene::Reading>{};
}

FieldOf globe() {
  FieldOf field{plainInfo({360, 181, 1}), [](auto i, auto, auto, auto) { return 1.0 * i; }};
  field.info.frame = data::Frame::LonLat;
  field.info.worldUnit = "degrees";
  field.info.indexToWorld = data::Affine::scaling({1, -1, 1}, {0, 90, 0});
  return field;
}

} // namespace

class TestReadout : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void oneReadingALayer() {
    render::DirectProvider provider;
    FieldOf image{plainInfo({4, 5, 6}, data::ScalarType::UInt16),
                  [](auto i, auto j, auto k, auto) { return 100.0 * k + 10.0 * j + i; }};
    FieldOf anomaly{plainInfo({4, 5, 6}),
                    [](auto i, auto, auto, auto) { return i == 3 ? std::numeric_limits<double>::quiet_NaN() : -3.25; }};
    anomaly.info.unit = "gpdm";
    FieldOf labels{plainInfo({4, 5, 6}, data::ScalarType::UInt8), [](auto i, auto, auto, auto) { return 1.0 * i; }};
    labels.info.labels = true;
    labels.info.labelNames[2] = "thalamus";
    provider.add("image", datasetOf(image));
    provider.add("anomaly", datasetOf(anomaly));
    provider.add("labels", datasetOf(labels));
    const auto at = [&](const data::Vec3& cursor) {
      return readingsOf(provider,
                        stateOf({layerOf("L1", "image"), layerOf("L2", "anomaly"), layerOf("L3", "labels")}, cursor));
    };
    auto readings = at({2.4, 3, 1});
    QCOMPARE(readings.size(), std::size_t{3});
    QCOMPARE(readings[0].value, std::string("132"));
    QCOMPARE(readings[0].index, std::string("2, 3, 1"));
    QCOMPARE(readings[1].value, std::string("−3.25 gpdm"));
    QCOMPARE(readings[2].value, std::string("thalamus"));
    readings = at({3, 0, 0});
    QCOMPARE(readings[1].value, std::string("missing"));
    QCOMPARE(readings[2].value, std::string("label 3"));
    QCOMPARE(at({0, 0, 0})[2].value, std::string("background"));
    QCOMPARE(at({0, 0, 6})[0].value, std::string("outside"));
  }

  void meridiansGoRound() {
    render::DirectProvider provider;
    provider.add("globe", datasetOf(globe()));
    const auto value = [&](double longitude) {
      return readingsOf(provider, stateOf({layerOf("L1", "globe")}, {longitude, 10, 0})).at(0).value;
    };
    QCOMPARE(value(350), std::string("350"));
    QCOMPARE(value(-10), std::string("350"));
    QCOMPARE(value(370), std::string("10"));
    QCOMPARE(value(359.4), std::string("359"));
  }

  void grids() {
    render::DirectProvider provider;
    provider.add("globe", datasetOf(globe()));
    provider.add("volume", datasetOf({plainInfo({4, 4, 4}), [](auto, auto, auto, auto) { return 0.0; }}));
    provider.add("image", datasetOf({plainInfo({4, 4, 1}), [](auto, auto, auto, auto) { return 0.0; }}));
    session::State state;
    state.layers = {layerOf("L1", "volume")};
    scene::Grid grid = scene::gridOf(state, provider);
    QCOMPARE(grid.panels, (std::vector<std::string>{"axial", "coronal", "sagittal", "volume"}));
    QCOMPARE(grid.rows * 10 + grid.columns, 22);
    state.maximised = "coronal";
    QCOMPARE(scene::gridOf(state, provider).panels, (std::vector<std::string>{"coronal"}));
    state.maximised.clear();
    state.layout = "side-by-side";
    state.panels = {"axial", "volume"};
    grid = scene::gridOf(state, provider);
    QCOMPARE(grid.rows * 10 + grid.columns, 12);
    state.layout = "four-up";
    state.layers = {layerOf("L1", "image")};
    QCOMPARE(scene::gridOf(state, provider).panels, (std::vector<std::string>{"axial"}));
    state.layers = {layerOf("L1", "globe")};
    QCOMPARE(scene::gridOf(state, provider).panels, (std::vector<std::string>{"map"}));
    QVERIFY_THROWS_EXCEPTION(std::exception, (void)scene::makePanel("teapot", {provider, testTheme(), 1, {}, {}}));
  }

  void aMoveOfTheCursorIsCheap() {
    std::unique_ptr<render::GlContext> context;
    try {
      context = std::make_unique<render::GlContext>();
    } catch (const std::exception& error) {
      QSKIP(error.what());
    }
    render::DirectProvider provider;
    FieldOf labels{plainInfo({64, 64, 32}, data::ScalarType::UInt16),
                   [](auto i, auto j, auto k, auto) { return 1.0 * ((i / 8) * 64 + (j / 8) * 8 + k / 8); }};
    labels.info.labels = true;
    provider.add("image", datasetOf({plainInfo({64, 64, 32}),
                                     [](auto i, auto j, auto k, auto) { return std::sin(0.1 * (i + j * k)); }}));
    provider.add("labels", datasetOf(labels));
    Stage axial("axial", provider, 600, 400), coronal("coronal", provider, 600, 400),
        sagittal("sagittal", provider, 600, 400);
    session::State state =
        stateOf({layerOf("L1", "image"), layerOf("L2", "labels", session::Role::Prediction)}, {1, 1, 1});
    state.panels = {"axial"};
    for (Stage* stage : {&axial, &coronal, &sagittal})
      (void)stage->draw(state);
    std::vector<double> times;
    for (int step = 0; step < 30; ++step) {
      state.cursor = {2.0 + step, 3.0 + step, 1.0 + step % 30};
      QElapsedTimer timer;
      timer.start();
      for (Stage* stage : {&axial, &coronal, &sagittal})
        stage->panel().update(state);
      times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::sort(times.begin(), times.end());
    qInfo("three panels follow the cursor in %.2f ms (median), %.2f ms (95th percentile)", times[15], times[28]);
    QVERIFY2(times[15] < 15, "three times the goal of 5 ms: a busy machine is forgiven, a file read on the way is not");
  }
};

QTEST_GUILESS_MAIN(TestReadout)
#include "test_readout.moc"
