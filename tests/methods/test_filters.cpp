#include "methods/filters/gaussian.h"
#include "methods/morphology/maximum_filter.h"
#include "methods/thresholds/otsu.h"
#include "peer.h"

#include <QTest>
#include <cmath>
#include <limits>

using namespace discern;
using namespace discern::tests;

namespace {

std::vector<float> randomImage(const Shape& shape, std::uint32_t seed) {
  const auto whole = randomNumbers(sizeOf(shape), 1000, seed);
  return {whole.begin(), whole.end()};
}

double worst(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference = std::max(difference, std::abs(double(a[i]) - double(b[i])));
  return difference;
}

QJsonObject sigmas(const std::array<double, 3>& sigma) { return {{"sigma", QJsonArray{sigma[0], sigma[1], sigma[2]}}}; }

} // namespace

class TestFilters : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void gaussianAgreesWithGolden() {
    const QJsonObject golden = goldenCase("gaussian");
    const auto image = numbers<float>(golden["arrays"]["image"]), expected = numbers<float>(golden["out"]);
    const auto sigma = numbers<double>(golden["sigma"]);
    std::vector<float> out(image.size());
    methods::gaussianFilter(image, shapeOf(golden), {sigma[0], sigma[1], sigma[2]}, out);
    QVERIFY(worst(out, expected) < 2e-5 * 100);
  }

  void gaussianAgreesWithScipy_data() {
    QTest::addColumn<QList<qint64>>("size");
    QTest::addColumn<QList<double>>("sigma");
    QTest::newRow("volume") << QList<qint64>{33, 20, 17} << QList<double>{1, 1, 1};
    QTest::newRow("anisotropic") << QList<qint64>{40, 9, 12} << QList<double>{2.5, 0, 0.6};
    QTest::newRow("kernel wider than the volume") << QList<qint64>{5, 3, 2} << QList<double>{4, 4, 4};
    QTest::newRow("plane") << QList<qint64>{50, 31, 1} << QList<double>{1.5, 3, 0};
    QTest::newRow("z alone") << QList<qint64>{6, 5, 30} << QList<double>{0, 0, 2};
  }
  void gaussianAgreesWithScipy() {
    NEEDS_PEER();
    QFETCH(QList<qint64>, size);
    QFETCH(QList<double>, sigma);
    const Shape shape{size[0], size[1], size[2]};
    const auto image = randomImage(shape, 7);
    Peer peer;
    peer.give("image", image, shape);
    peer.ask("gaussian", sigmas({sigma[0], sigma[1], sigma[2]}));
    std::vector<float> out(image.size());
    methods::gaussianFilter(image, shape, {sigma[0], sigma[1], sigma[2]}, out);
    QVERIFY(worst(out, peer.answer<float>("out")) < 2e-6 * 1000);
  }

  void gaussianInPlaceAndByAnyThreads() {
    const Shape shape{70, 41, 23};
    const auto image = randomImage(shape, 3);
    std::vector<float> one(image.size()), four(image.size()), inPlace = image;
    methods::gaussianFilter(image, shape, {1, 2, 3}, one, {}, 1);
    methods::gaussianFilter(image, shape, {1, 2, 3}, four, {}, 4);
    methods::gaussianFilter(inPlace, shape, {1, 2, 3}, inPlace, {}, 3);
    QVERIFY(one == four);
    QVERIFY(one == inPlace);
  }

  void gaussianKeepsConstantsAndSums() {
    const Shape shape{21, 20, 19};
    std::vector<float> image(sizeOf(shape), 5.0F), out(image.size());
    methods::gaussianFilter(image, shape, {2, 2, 2}, out);
    QVERIFY(worst(image, out) < 1e-5);
    // The response to a single voxel is the kernel itself: exp(-x²/2σ²), cut at 4σ and normalised.
    std::fill(image.begin(), image.end(), 0.0F);
    image[static_cast<std::size_t>((9 * 20 + 10) * 21 + 10)] = 1;
    methods::gaussianFilter(image, shape, {1, 0, 0}, out);
    double norm = 0;
    for (int i = -4; i <= 4; ++i)
      norm += std::exp(-0.5 * i * i);
    for (int i = -5; i <= 5; ++i) {
      const double expected = std::abs(i) <= 4 ? std::exp(-0.5 * i * i) / norm : 0;
      QVERIFY(std::abs(out[static_cast<std::size_t>((9 * 20 + 10) * 21 + 10 + i)] - expected) < 1e-7);
    }
  }

  void gaussianSkipsMissing() {
    const Shape shape{30, 10, 1};
    std::vector<float> image(sizeOf(shape), 7.0F), out(image.size());
    image[33] = std::numeric_limits<float>::quiet_NaN();
    image[34] = std::numeric_limits<float>::infinity();
    methods::gaussianFilterSkippingMissing(image, shape, {2, 2, 0}, out);
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (i == 33 || i == 34)
        QVERIFY(std::isnan(out[i]));
      else
        QVERIFY(std::abs(out[i] - 7) < 1e-5); // what is missing must not pull its neighbours down
    }
  }

  void gaussianRefusesNonsense() {
    std::vector<float> image(8);
    QVERIFY_EXCEPTION_THROWN(methods::gaussianFilter(image, {2, 2, 3}, {1, 1, 1}, image), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(methods::gaussianFilter(image, {2, 2, 2}, {-1, 1, 1}, image), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(methods::gaussianFilter(image, {2, 2, 2}, {1, NAN, 1}, image), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(methods::gaussianFilter(image, {-2, -2, 2}, {1, 1, 1}, image), std::invalid_argument);
  }

  void otsuAgreesWithGolden() {
    const QJsonObject golden = goldenCase("otsu");
    QCOMPARE(double(methods::otsuThreshold(numbers<float>(golden["arrays"]["image"]))), golden["threshold"].toDouble());
  }

  void otsuAgreesWithScikitImage() {
    NEEDS_PEER();
    for (const std::uint32_t seed : {1U, 2U, 3U, 4U}) {
      const Shape shape{61, 30, 11};
      std::vector<float> image = randomImage(shape, seed);
      for (std::size_t i = 0; i < image.size(); ++i) // two classes, with values off any round number
        image[i] = image[i] / 997.0F * (i % 3 == 0 ? 1.0F : 0.3F) - 0.1F * static_cast<float>(seed);
      Peer peer;
      peer.give("image", image, shape);
      QCOMPARE(methods::otsuThreshold(image), float(peer.ask("otsu")["threshold"].toDouble()));
    }
  }

  void otsuSkipsMissingAndKnowsEmpty() {
    const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
    const std::vector<float> two{0, 0, 0, 1, 1, 1, 10, 10, 10};
    std::vector<float> withMissing = two;
    withMissing.insert(withMissing.begin() + 4, {nan, inf, -inf});
    QCOMPARE(methods::otsuThreshold(withMissing), methods::otsuThreshold(two));
    // The classes part behind the bin that holds 1, the 26th of 256 over 0…10; its centre is the threshold.
    QCOMPARE(methods::otsuThreshold(two), 25.5F * 10 / 256);
    QVERIFY(std::isnan(methods::otsuThreshold(std::vector<float>{})));
    QVERIFY(std::isnan(methods::otsuThreshold(std::vector<float>{nan, inf})));
    QCOMPARE(methods::otsuThreshold(std::vector<float>(9, 4.5F)), 4.5F);
    QVERIFY_EXCEPTION_THROWN((void)methods::otsuThreshold(two, 1), std::invalid_argument);
  }

  void otsuIsTheSameByAnyThreads() {
    const auto image = randomImage({100, 100, 20}, 5);
    QCOMPARE(methods::otsuThreshold(image, 256, {}, 1), methods::otsuThreshold(image, 256, {}, 5));
  }

  void maximumAgreesWithBruteForce() {
    const Shape shape{13, 9, 7};
    const auto image = randomImage(shape, 11);
    for (const std::array<std::int64_t, 3> radius :
         {std::array<std::int64_t, 3>{1, 1, 1}, {3, 0, 2}, {4, 2, 5}, {100, 100, 100}}) {
      std::vector<float> out(image.size());
      methods::maximumFilter(image, shape, radius, out, {}, 2);
      for (std::int64_t z = 0; z < shape[2]; ++z)
        for (std::int64_t y = 0; y < shape[1]; ++y)
          for (std::int64_t x = 0; x < shape[0]; ++x) {
            float most = -1;
            for (std::int64_t c = std::max<std::int64_t>(0, z - radius[2]); c <= std::min(shape[2] - 1, z + radius[2]);
                 ++c)
              for (std::int64_t b = std::max<std::int64_t>(0, y - radius[1]);
                   b <= std::min(shape[1] - 1, y + radius[1]); ++b)
                for (std::int64_t a = std::max<std::int64_t>(0, x - radius[0]);
                     a <= std::min(shape[0] - 1, x + radius[0]); ++a)
                  most = std::max(most, image[static_cast<std::size_t>((c * shape[1] + b) * shape[0] + a)]);
            QCOMPARE(out[static_cast<std::size_t>((z * shape[1] + y) * shape[0] + x)], most);
          }
    }
  }

  void everyStepCanBeCancelled() {
    const Shape shape{64, 64, 32};
    const auto image = randomImage(shape, 1);
    std::vector<float> out(image.size());
    const methods::Progress no = [](double) { return false; };
    QVERIFY_EXCEPTION_THROWN(methods::gaussianFilter(image, shape, {1, 1, 1}, out, no), methods::Cancelled);
    QVERIFY_EXCEPTION_THROWN((void)methods::otsuThreshold(image, 256, no), methods::Cancelled);
    QVERIFY_EXCEPTION_THROWN(methods::maximumFilter(image, shape, {3, 3, 3}, out, no), methods::Cancelled);
    // What the callback throws comes out as it is.
    const methods::Progress broken = [](double) -> bool { throw std::domain_error("mine"); };
    QVERIFY_EXCEPTION_THROWN(methods::gaussianFilter(image, shape, {1, 1, 1}, out, broken), std::domain_error);
  }
};

QTEST_APPLESS_MAIN(TestFilters)
#include "test_filters.moc"
