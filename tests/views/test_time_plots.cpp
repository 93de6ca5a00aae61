#include "diagram/diagram_pane.h"
#include "diagram/diagram_view.h"
#include "scene/diagram/time/carpet_panel.h"
#include "scene/diagram/time/spectrum_panel.h"
#include "support/scene.h"

#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

using namespace discern;
using namespace discern::tests;

/// Spectrum, spectrogram and carpet of a run whose voxels swing at a frequency of their own.
class TestTimePlots : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;
  std::unique_ptr<views::DiagramPane> pane_;

  [[nodiscard]] views::DiagramView& view() const { return *pane_->view(); }
  [[nodiscard]] QPoint at(double x, double y) const {
    const auto pixel = view().plot()->pixelOf(x, y);
    const double scale = view().devicePixelRatioF();
    return {static_cast<int>(std::lround(pixel[0] / scale)),
            static_cast<int>(std::lround(view().height() - pixel[1] / scale))};
  }
  void settle() {
    QTRY_VERIFY(pane_->settled());
    QTest::qWait(30);
  }
  void show(const char* kind) {
    addLayer(*link_, *provider_, "run");
    addLayer(*link_, *provider_, "parts");
    link_->run("setActive", {{"id", link_->state().layers[0].id}});
    link_->setCursor({0, 0, 0});
    pane_ = std::make_unique<views::DiagramPane>(*link_, *provider_, testStyle());
    present(*pane_, 620, 420);
    pane_->add(kind);
    settle();
  }

private Q_SLOTS:
  void init() {
    provider_ = std::make_unique<MemoryProvider>();
    data::FieldInfo info;
    info.name = "run";
    info.quantity = "Signal";
    info.unit = "V";
    info.shape = {6, 4, 2};
    info.type = data::ScalarType::Float32;
    info.time.size = 256;
    info.time.unit = "s";
    for (int t = 0; t < 256; ++t)
      info.time.values.push_back(0.5 * t);
    // i = 0: 0.25 Hz, i = 1: 0.5 Hz; the rest alike with a jump at step 100.
    provider_->add("run", info, [](auto i, auto j, auto k, auto t) {
      const double turns = 2 * std::numbers::pi * 0.5 * static_cast<double>(t);
      if (i < 2) return 100 + 5 * std::sin(turns * (i == 0 ? 0.25 : 0.5));
      return 100 + static_cast<double>(j + k) + (t >= 100 ? 10.0 : 0.0);
    });
    info.time = {};
    info.name = "parts";
    info.quantity = "Parts";
    info.unit = "";
    info.type = data::ScalarType::UInt8;
    info.labels = true;
    info.labelNames = {{1, "left"}, {2, "right"}};
    provider_->add("parts", info, [](auto i, auto, auto, auto) { return i < 3 ? 1.0 : i < 5 ? 2.0 : 0.0; });
    link_ = std::make_unique<link::Link>();
  }
  void cleanup() {
    pane_.reset();
    link_.reset();
    provider_.reset();
  }

  void theSpectrumOfTheVoxelUnderTheCursor() {
    show("spectrum");
    const auto& panel = dynamic_cast<const scene::SpectrumPanel&>(view().panel());
    QCOMPARE(panel.spectrum().frequencies.back(), 1.0); // half of two samples a second
    QVERIFY2(panel.heading().find("peak at 0.25 Hz (every 4 s)") != std::string::npos, panel.heading().c_str());
    photograph(*pane_, "spectrum");
    link_->setCursor({1, 0, 0});
    settle();
    QVERIFY2(panel.heading().find("peak at 0.5 Hz") != std::string::npos, panel.heading().c_str());
    QVERIFY(view().asText().startsWith(QStringLiteral("frequency (Hz)\tdensity (V²/Hz)")));
    link_->setCursor({50, 0, 0});
    QTRY_COMPARE(panel.trouble(), std::string("Place the cursor on data with time"));
    photograph(*pane_, "spectrum_empty");
  }

  void theSpectrogramGoesToATime() {
    show("spectrogram");
    const auto& panel = dynamic_cast<const scene::SpectrumPanel&>(view().panel());
    QVERIFY(panel.spectrum().pieces > 4);
    photograph(*pane_, "spectrogram");
    QTest::mouseClick(&view(), Qt::LeftButton, {}, at(60, 0.5));
    QVERIFY(std::abs(static_cast<double>(link_->state().time) - 120) <= 1);
    const auto time = link_->state().time;
    QTest::keyClick(&view(), Qt::Key_Right);
    QCOMPARE(link_->state().time, time + 1);
    hover(&view(), at(60, 0.25));
    QVERIFY2(panel.heading().find("0.25 Hz") != std::string::npos, panel.heading().c_str());
  }

  void theCarpetIsOrderedByLabel() {
    show("carpet");
    const auto& panel = dynamic_cast<const scene::CarpetPanel&>(view().panel());
    const auto& carpet = panel.carpet();
    QCOMPARE(carpet.steps, std::int64_t(256));
    QCOMPARE(carpet.of, std::int64_t(40)); // the parts, without what has no label
    QCOMPARE(carpet.rows, 40);
    QVERIFY(std::is_sorted(carpet.labels.begin(), carpet.labels.end()));
    // Standard scores: mean 0 and spread 1.
    for (int row = 0; row < carpet.rows; ++row) {
      double sum = 0, squares = 0;
      for (int t = 0; t < 256; ++t) {
        const double value = carpet.values[static_cast<std::size_t>(row * 256 + t)];
        sum += value;
        squares += value * value;
      }
      QVERIFY(std::abs(sum / 256) < 1e-4 && std::abs(squares / 256 - 1) < 1e-3);
    }
    // The jump is the greatest change.
    QCOMPARE(std::max_element(carpet.change.begin(), carpet.change.end()) - carpet.change.begin(), std::ptrdiff_t(100));
    photograph(*pane_, "carpet");
    QTest::mouseClick(&view(), Qt::LeftButton, {}, at(150, 0.5)); // the last row
    QVERIFY(std::abs(static_cast<double>(link_->state().time) - 150) <= 1);
    const auto& last = carpet.voxels.back();
    QCOMPARE(link_->state().cursor[0], static_cast<double>(last[0]));
    link_->select(link_->state().layers[1].id, {2});
    settle();
    photograph(*pane_, "carpet_label");
    QVERIFY(view().asText().section('\n', 0, 0).startsWith(QStringLiteral("i\tj\tk\tlabel\t")));
  }

  void withoutTimeThereIsNone() {
    addLayer(*link_, *provider_, "parts");
    pane_ = std::make_unique<views::DiagramPane>(*link_, *provider_, testStyle());
    present(*pane_, 400, 300);
    QCOMPARE(pane_->missing("spectrum"), QStringLiteral("It needs a layer with time"));
    QSignalSpy told(pane_.get(), &views::DiagramPane::reported);
    pane_->add("spectrum");
    QCOMPARE(told.size(), 1);
    QVERIFY(!pane_->view());
  }
};

QTEST_MAIN(TestTimePlots)
#include "test_time_plots.moc"
