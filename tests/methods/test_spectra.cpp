#include "methods/spectra/welch.h"
#include "peer.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

using namespace discern::methods;
using namespace discern::tests;

class TestSpectra : public QObject {
  Q_OBJECT
private Q_SLOTS:
  /// A sine of amplitude a has the power a² / 2, at its own frequency.
  void aSine() {
    constexpr double rate = 10, frequency = 1.25, amplitude = 3;
    std::vector<double> values(512);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = 7 + amplitude * std::sin(2 * std::numbers::pi * frequency * static_cast<double>(i) / rate);
    const Spectra all = spectra(values, rate, 128);
    QCOMPARE(all.frequencies.size(), std::size_t(65));
    QCOMPARE(all.frequencies.back(), rate / 2);
    QCOMPARE(all.times.size(), std::size_t(7));
    QCOMPARE(all.times.front(), 6.4);
    const auto mean = meanDensity(all);
    const auto peak = std::max_element(mean.begin(), mean.end()) - mean.begin();
    QCOMPARE(all.frequencies[static_cast<std::size_t>(peak)], frequency);
    double power = 0;
    for (const double density : mean)
      power += density * rate / 128;
    QVERIFY(std::abs(power - amplitude * amplitude / 2) < 1e-9);
  }

  void sciPyAgrees() {
    NEEDS_PEER();
    const auto numbers = randomNumbers(300, 1000, 11);
    const std::vector<double> values(numbers.begin(), numbers.end());
    for (const int segment : {64, 75, 300}) {
      Peer peer;
      peer.give("values", values, {300, 1, 1});
      peer.ask("spectrogram", {{"rate", 0.5}, {"segment", segment}});
      const Spectra ours = spectra(values, 0.5, segment);
      const auto theirs = peer.answer<double>("density"), mean = peer.answer<double>("mean"),
                 frequencies = peer.answer<double>("frequencies"), times = peer.answer<double>("times");
      QCOMPARE(ours.density.size(), theirs.size());
      for (std::size_t i = 0; i < theirs.size(); ++i)
        QVERIFY(std::abs(ours.density[i] - theirs[i]) <= 1e-9 * (1 + theirs[i]));
      const auto ourMean = meanDensity(ours);
      for (std::size_t i = 0; i < mean.size(); ++i) {
        QVERIFY(std::abs(ourMean[i] - mean[i]) <= 1e-9 * (1 + mean[i]));
        QVERIFY(std::abs(ours.frequencies[i] - frequencies[i]) < 1e-12);
      }
      for (std::size_t i = 0; i < times.size(); ++i)
        QVERIFY(std::abs(ours.times[i] - times[i]) < 1e-9);
    }
  }

  void gapsAreFilled() {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> values{nan, 2, nan, nan, 5, nan};
    QCOMPARE(fillGaps(values), 4);
    QCOMPARE(values, (std::vector<double>{2, 2, 3, 4, 5, 5}));
    std::vector<double> none{nan, nan};
    QCOMPARE(fillGaps(none), 2);
    QVERIFY_EXCEPTION_THROWN((void)spectra(values, 1, 7), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN((void)spectra(values, 0, 4), std::invalid_argument);
  }
};

QTEST_MAIN(TestSpectra)
#include "test_spectra.moc"
