#pragma once
/// discern-run as a script calls it.
#include <QProcess>
#include <nlohmann/json.hpp>

namespace discern::tests {

inline const char* const runner = DISCERN_BINARY_DIR "/bin/discern-run";

struct Outcome {
  int code = -1; ///< −1: it crashed, or took longer than a minute
  QByteArray out, err;
  [[nodiscard]] nlohmann::json answer() const { return nlohmann::json::parse(out.toStdString(), nullptr, false); }
};

inline Outcome run(const QStringList& words, const QString& folder = {}, const QString& program = runner) {
  QProcess process;
  if (!folder.isEmpty()) process.setWorkingDirectory(folder);
  process.start(program, words);
  const bool ended = process.waitForFinished(120'000);
  return {ended && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
          process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace discern::tests
