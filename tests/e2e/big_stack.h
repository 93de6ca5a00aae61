#pragma once
#include <QFile>
#include <QString>

namespace discern::test {

/// Writes a cube of `side`³ bytes full of bright balls as NumPy's .npy: large enough that a run on it can be caught in
/// the middle.
[[nodiscard]] inline bool writeBigStack(const QString& path, int side) {
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly)) return false;
  QByteArray header =
      QStringLiteral("{'descr': '|u1', 'fortran_order': False, 'shape': (%1, %1, %1), }").arg(side).toLatin1();
  header = header.leftJustified(128 - 10 - 1, ' ') + '\n';
  file.write(QByteArray("\x93NUMPY\x01\x00", 8) + char(header.size() & 0xff) + char(header.size() >> 8) + header);
  QByteArray plane(side * side, char(10));
  for (int z = 0; z < side; ++z) {
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x) {
        const int dx = x % 20 - 10, dy = y % 20 - 10, dz = z % 20 - 10;
        plane[y * side + x] = static_cast<char>(dx * dx + dy * dy + dz * dz < 60 ? 200 : 10);
      }
    if (file.write(plane) != plane.size()) return false;
  }
  return true;
}

} // namespace discern::test
