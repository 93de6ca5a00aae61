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

/// Blobs and the noise of a detector, 200 × 200 of 16 bits.
std::string picture() {
  std::mt19937 random(9);
  std::string bytes;
  for (int y = 0; y < 200; ++y)
    for (int x = 0; x < 200; ++x) {
      const auto value =
          static_cast<std::uint16_t>(2000 + 1500 * std::sin(x / 18.0) * std::sin(y / 18.0) + random() % 12);
      bytes.append(reinterpret_cast<const char*>(&value), 2);
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
    QTest::addColumn<int>("row");
    for (const int row : {0, 1, 7, 200, 100'000})
      for (const int element : {1, 2, 4, 8}) {
        QTest::addRow("smooth %d in rows of %d", element, row) << QByteArray::fromStdString(smooth()) << element << row;
        QTest::addRow("a picture %d in rows of %d", element, row)
            << QByteArray::fromStdString(picture()) << element << row;
        QTest::addRow("odd %d in rows of %d", element, row) << QByteArray(4099, 'x') << element << row;
      }
  }
  void comesBackAsItWas() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, element);
    QFETCH(int, row);
    const auto packed = pack(bytes.toStdString(), static_cast<std::size_t>(element), static_cast<std::size_t>(row));
    QVERIFY(packed && packed->bytes.size() < static_cast<std::size_t>(bytes.size()));
    QByteArray out(bytes.size(), '\0');
    QVERIFY(unpack(packed->bytes, static_cast<std::size_t>(element), packed->row,
                   {reinterpret_cast<std::byte*>(out.data()), static_cast<std::size_t>(out.size())}));
    QCOMPARE(out, bytes);
  }

  void togetherBytesOfEqualWeightPackBetter() {
    const std::string bytes = smooth();
    const auto asNumbers = pack(bytes, 4), asBytes = pack(bytes, 1);
    QVERIFY(asNumbers);
    const std::size_t plain = asBytes ? asBytes->bytes.size() : bytes.size();
    QVERIFY2(asNumbers->bytes.size() * 5 < plain * 4, qPrintable(QString::number(asNumbers->bytes.size())));
  }

  /// What a detector gives, in rows of 200: a quarter less, and more of what has edges.
  void whatIsExpectedNeedNotTravel() {
    const auto plain = pack(picture(), 2), predicted = pack(picture(), 2, 200);
    QVERIFY(plain && predicted && plain->row == 0 && predicted->row == 200);
    QVERIFY2(predicted->bytes.size() * 4 < plain->bytes.size() * 3,
             qPrintable(QString::number(predicted->bytes.size())));
    // Values that tell nothing of each other are left as they are.
    std::string words;
    for (int i = 0; i < 4000; ++i)
      words += noise(8 * static_cast<std::size_t>(1 + i % 3)).substr(0, 8);
    const auto same = pack(words, 8, 50);
    QVERIFY(same && same->row == 0);
  }

  void aRowThatCannotBeIsRefused() {
    std::vector<std::byte> out(999);
    const auto packed = pack(std::string(999, 'y'), 1);
    QVERIFY(packed && unpack(packed->bytes, 1, 0, out) && unpack(packed->bytes, 1, 1 << 30, out));
    QVERIFY(!unpack(packed->bytes, 2, 10, out) && !unpack(packed->bytes, 3, 10, out));
  }

  void whatDoesNotPackIsLeft() {
    QVERIFY(!pack(noise(pieceBytes), 1));
    QVERIFY(!pack("short", 1));
  }

  void whatWasNotPackedIsRefused() {
    std::vector<std::byte> out(1000);
    QVERIFY(!unpack(noise(500), 1, 0, out));
    const auto packed = pack(std::string(2000, 'y'), 1);
    QVERIFY(packed && !unpack(packed->bytes, 1, 0, out));
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
