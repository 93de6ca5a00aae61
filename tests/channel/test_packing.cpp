// How payloads are made fewer, and how much of them is on its way at once.
#include "channel/protocol/packing.h"
#include "channel/server/send_window.h"

#include <QTest>
#include <cmath>
#include <cstring>
#include <random>

using namespace discern::channel;
using namespace std::chrono_literals;

namespace {

std::string smooth() {
  std::string bytes(pieceBytes, '\0');
  for (std::size_t i = 0; i < bytes.size() / 4; ++i) {
    const auto value = static_cast<float>(std::sin(static_cast<double>(i) / 5000) * 100);
    std::memcpy(bytes.data() + 4 * i, &value, 4);
  }
  return bytes;
}

std::string noise(std::size_t size) {
  std::mt19937 random(5);
  std::string bytes(size, '\0');
  for (char& byte : bytes)
    byte = static_cast<char>(random());
  return bytes;
}

} // namespace

class TestPacking : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void comesBackAsItWas_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("element");
    for (const int element : {1, 2, 4, 8}) {
      QTest::addRow("smooth %d", element) << QByteArray::fromStdString(smooth()) << element;
      QTest::addRow("odd %d", element) << QByteArray(4099, 'x') << element;
    }
  }
  void comesBackAsItWas() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, element);
    const auto packed = pack(bytes.toStdString(), static_cast<std::size_t>(element));
    QVERIFY(packed && packed->size() < static_cast<std::size_t>(bytes.size()));
    QByteArray out(bytes.size(), '\0');
    QVERIFY(unpack(*packed, static_cast<std::size_t>(element),
                   {reinterpret_cast<std::byte*>(out.data()), static_cast<std::size_t>(out.size())}));
    QCOMPARE(out, bytes);
  }

  void togetherBytesOfEqualWeightPackBetter() {
    const std::string bytes = smooth();
    const auto asNumbers = pack(bytes, 4), asBytes = pack(bytes, 1);
    QVERIFY(asNumbers);
    const std::size_t plain = asBytes ? asBytes->size() : bytes.size();
    QVERIFY2(asNumbers->size() * 5 < plain * 4, qPrintable(QString::number(asNumbers->size())));
  }

  void whatDoesNotPackIsLeft() {
    QVERIFY(!pack(noise(pieceBytes), 1));
    QVERIFY(!pack("short", 1));
  }

  void whatWasNotPackedIsRefused() {
    std::vector<std::byte> out(1000);
    QVERIFY(!unpack(noise(500), 1, out));
    const auto packed = pack(std::string(2000, 'y'), 1);
    QVERIFY(packed && !unpack(*packed, 1, out));
  }

  void theWindowOpensOnAFastLinkAndClosesOnASlowOne() {
    const auto run = [](double bytesPerSecond, std::chrono::milliseconds delay) {
      SendWindow window;
      SendWindow::Clock::time_point now{}, free{};
      std::uint64_t sent = 0, got = 0;
      std::deque<std::pair<SendWindow::Clock::time_point, std::uint64_t>> arrivals;
      for (int i = 0; i < 3000; ++i) {
        while (window.isOpen()) {
          window.sent(pieceBytes, now);
          sent += pieceBytes;
          free = std::max(free, now) +
                 std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * pieceBytes / bytesPerSecond));
          arrivals.emplace_back(free + delay, sent);
        }
        now = arrivals.front().first;
        got = arrivals.front().second;
        arrivals.pop_front();
        window.received(got, now);
      }
      return window.size();
    };
    const std::uint64_t fast = run(200e6, 100ms), slow = run(1e6, 100ms);
    QVERIFY2(fast >= 20'000'000, qPrintable(QString::number(fast))); // what such a link holds
    QVERIFY2(slow <= 400'000, qPrintable(QString::number(slow)));
  }
};

QTEST_GUILESS_MAIN(TestPacking)
#include "test_packing.moc"
