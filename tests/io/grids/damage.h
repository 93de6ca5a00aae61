#pragma once
// What the tests of grids share: damaged copies, and what opening them says.
#include "io/reading.h"

#include <QFile>
#include <QString>
#include <QtTest>

#include <cstring>

namespace discern::test {

inline QByteArray bytesOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void write(const QString& path, const QByteArray& bytes) {
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("can't write %s", qPrintable(path));
}

/// What the ReadError says when the file is opened and its fields and grids read; empty when all goes well.
inline QString problemOf(const QString& path) {
  try {
    const auto dataset = io::open(path.toStdString());
    for (const auto& info : dataset->info().fields)
      for (std::int64_t t = 0; t < info.time.size; ++t)
        static_cast<void>(readAll(*dataset->field(info.name), wholeSlab(info, t)));
    for (const auto& info : dataset->info().grids)
      static_cast<void>(dataset->grid(info.name)->read(0));
    return {};
  } catch (const data::ReadError& error) {
    return QString::fromStdString(error.what());
  }
}

/// Range of a component of a field, of the magnitude when `component` is -1.
inline std::pair<double, double> rangeOf(const data::FieldSource& field, int component = 0, std::int64_t time = 0) {
  std::vector<double> values;
  const auto& info = field.info();
  if (component >= 0) {
    values = readAll(field, wholeSlab(info, time, component));
  } else {
    values.assign(static_cast<std::size_t>(info.voxels()), 0);
    for (int c = 0; c < info.components; ++c) {
      const auto part = readAll(field, wholeSlab(info, time, c));
      for (std::size_t i = 0; i < part.size(); ++i)
        values[i] += part[i] * part[i];
    }
    for (double& v : values)
      v = std::sqrt(v);
  }
  const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
  return {*lo, *hi};
}

inline bool near(double a, double b, double part = 1e-4) {
  return std::abs(a - b) <= part * std::max({std::abs(a), std::abs(b), 1e-12});
}

} // namespace discern::test
