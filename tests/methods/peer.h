#pragma once
#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QTemporaryDir>

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace discern::tests {

using Shape = std::array<std::int64_t, 3>;

/// Asks SciPy, scikit-image and scikit-learn (Debian's, /usr/bin/python3) about arrays: tests/golden/methods/peer.py.
class Peer {
public:
  /// Empty when the peers can be asked, else why not.
  [[nodiscard]] static QString unavailable();

  void give(const QString& name, std::span<const float> values, const Shape& shape);
  void give(const QString& name, std::span<const double> values, const Shape& shape);
  void give(const QString& name, std::span<const std::int32_t> values, const Shape& shape);
  void give(const QString& name, std::span<const std::uint8_t> values, const Shape& shape);

  /// Throws std::runtime_error with the peer's message when it fails.
  QJsonObject ask(const QString& command, QJsonObject parameters = {});

  /// An array of the answer; T must be its type.
  template <typename T>
  [[nodiscard]] std::vector<T> answer(const QString& name) const {
    const QByteArray bytes = read(name);
    std::vector<T> values(static_cast<std::size_t>(bytes.size()) / sizeof(T));
    std::copy_n(bytes.constData(), values.size() * sizeof(T), reinterpret_cast<char*>(values.data()));
    return values;
  }

private:
  void give(const QString& name, const char* type, const void* data, std::size_t bytes, const Shape& shape);
  [[nodiscard]] QByteArray read(const QString& name) const;

  QTemporaryDir folder_;
  QJsonObject arrays_;
};

/// A case of tests/golden/methods/golden.json: the n-th with that command.
[[nodiscard]] QJsonObject goldenCase(const QString& command, int n = 0);
[[nodiscard]] Shape shapeOf(const QJsonObject& goldenCase);

template <typename T>
[[nodiscard]] std::vector<T> numbers(const QJsonValue& array) {
  std::vector<T> values;
  for (const QJsonValue& value : array.toArray())
    values.push_back(static_cast<T>(value.toDouble()));
  return values;
}

[[nodiscard]] inline std::size_t sizeOf(const Shape& shape) {
  return static_cast<std::size_t>(shape[0] * shape[1] * shape[2]);
}

/// Whole numbers from 0 up to, not including, `below`: the same everywhere.
[[nodiscard]] inline std::vector<std::uint32_t> randomNumbers(std::size_t n, std::uint32_t below, std::uint32_t seed) {
  std::mt19937 generator(seed);
  std::vector<std::uint32_t> values(n);
  for (auto& v : values)
    v = static_cast<std::uint32_t>(generator() % below);
  return values;
}

/// 1 with a chance of `percent`, else 0.
[[nodiscard]] inline std::vector<std::uint8_t> randomMask(std::size_t n, std::uint32_t percent, std::uint32_t seed) {
  const auto numbers = randomNumbers(n, 100, seed);
  std::vector<std::uint8_t> mask(n);
  for (std::size_t i = 0; i < n; ++i)
    mask[i] = numbers[i] < percent ? 1 : 0;
  return mask;
}

} // namespace discern::tests

#define NEEDS_PEER()                                                                                                   \
  do {                                                                                                                 \
    if (const QString reason = discern::tests::Peer::unavailable(); !reason.isEmpty()) QSKIP(qPrintable(reason));      \
  } while (false)
