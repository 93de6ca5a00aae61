#pragma once
// Readers compared with what another program makes of the same file.
#include "io/reading.h"

#include <QProcess>
#include <QString>
#include <QStringList>
#include <vtkDataObject.h>

namespace discern::test {

/// What Debian's python3 writes when it runs `code` with `arguments` in sys.argv[1:]; nothing when it fails, whose last
/// words are then in `problem`.
inline QByteArray python(const QString& code, const QStringList& arguments, QString* problem = nullptr) {
  QProcess process;
  process.start("/usr/bin/python3", QStringList{"-c", code} + arguments);
  if (!process.waitForStarted() || !process.waitForFinished(60000) || process.exitCode() != 0) {
    if (problem) *problem = QString::fromUtf8(process.readAllStandardError()).right(400);
    return {};
  }
  return process.readAllStandardOutput();
}

inline bool pythonHas(const QString& module) { return python("import " + module + "; print(1)", {}).startsWith('1'); }

/// All values of a field, x fastest, then y, z, time, component.
inline std::vector<double> everything(const data::FieldSource& field) {
  std::vector<double> all;
  for (int c = 0; c < field.info().components; ++c)
    for (std::int64_t t = 0; t < field.info().time.size; ++t) {
      const auto some = readAll(field, wholeSlab(field.info(), t, c));
      all.insert(all.end(), some.begin(), some.end());
    }
  return all;
}

/// Doubles as numpy's tofile() writes them.
inline std::vector<double> doubles(const QByteArray& bytes) {
  std::vector<double> values(static_cast<std::size_t>(bytes.size()) / sizeof(double));
  std::memcpy(values.data(), bytes.constData(), values.size() * sizeof(double));
  return values;
}

/// The place and values of the first difference beyond `relative`; empty when all are alike.
inline QString difference(const std::vector<double>& ours, const std::vector<double>& theirs, double relative = 0) {
  if (ours.size() != theirs.size())
    return QString("%1 values against the peer's %2").arg(ours.size()).arg(theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i)
    if (!same(ours[i], theirs[i]) && !(std::abs(ours[i] - theirs[i]) <= relative * std::abs(theirs[i])))
      return QString("value %1 is %2, the peer's %3").arg(i).arg(ours[i], 0, 'g', 17).arg(theirs[i], 0, 'g', 17);
  return {};
}

/// What opening the file, and reading all of its fields, grids and tables, complains of; empty when nothing.
inline QString complaint(const std::string& path) {
  try {
    const auto dataset = io::open(path);
    for (const auto& info : dataset->info().fields)
      everything(*dataset->field(info.name));
    for (const auto& info : dataset->info().grids)
      for (std::int64_t t = 0; t < info.time.size; ++t)
        if (!dataset->grid(info.name)->read(t)) return "no grid";
    for (const auto& info : dataset->info().tables)
      static_cast<void>(dataset->table(info.name));
  } catch (const data::ReadError& error) {
    return QString::fromUtf8(error.what());
  }
  return {};
}

} // namespace discern::test
