#pragma once
#include "io/open.h"

#include <QtTest>

#include <QFile>
#include <QTemporaryDir>

#include <cmath>

namespace discern::test {

inline std::string sharedFile(const char* name) { return std::string(DISCERN_SHARED_DATA) + "/" + name; }
inline bool isThere(const std::string& path) { return QFile::exists(QString::fromStdString(path)); }

inline void writeFile(const std::string& path, const QByteArray& bytes) {
  QFile file(QString::fromStdString(path));
  QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
}

inline std::size_t columnOf(const data::Table& table, const std::string& name) {
  const auto& names = table.info.columns;
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) throw std::runtime_error("no column " + name);
  return static_cast<std::size_t>(at - names.begin());
}
inline const std::vector<double>& numbers(const data::Table& table, const std::string& name) {
  return table.numbers.at(columnOf(table, name));
}
inline const std::vector<std::string>& texts(const data::Table& table, const std::string& name) {
  return table.texts.at(columnOf(table, name));
}
inline std::string unitOf(const data::Table& table, const std::string& name) {
  return table.info.units.at(columnOf(table, name));
}

/// One of the warnings has these words.
inline bool warns(const data::Dataset& dataset, const std::string& words) {
  const auto& all = dataset.info().warnings;
  return std::any_of(all.begin(), all.end(),
                     [&](const std::string& warning) { return warning.find(words) != std::string::npos; });
}

/// What the ReadError of opening a file, and of reading its first table, says; "no error" when there is none.
inline std::string refusal(const std::string& path) {
  try {
    const auto dataset = io::open(path);
    if (!dataset->info().tables.empty()) static_cast<void>(dataset->table(""));
    return "no error";
  } catch (const data::ReadError& error) {
    return error.what();
  }
}

} // namespace discern::test
