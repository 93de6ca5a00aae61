#pragma once
/// Plugins that are programs, written by the test.
#include "jobs/supervisor.h"
#include "plugins/command.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

namespace discern::tests {

/// A folder of plugins on the search path, and runs of them.
class ProgramFixture {
public:
  ProgramFixture() {
    qputenv("DISCERN_PLUGIN_PATH", home_.path().toUtf8());
    qputenv("XDG_STATE_HOME", home_.filePath("state").toUtf8());
  }

  [[nodiscard]] QString path(const QString& name) const { return home_.filePath(name); }

  void write(const QString& name, const QByteArray& text, bool executable = false) const {
    QDir().mkpath(QFileInfo(path(name)).path());
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
    if (executable) file.setPermissions(file.permissions() | QFile::ExeOwner | QFile::ExeUser);
  }

  /// Makes the plugin org.example.NAME of one script. `more`: further keys of the manifest.
  void plugin(const QString& name, const QByteArray& script, const nlohmann::json& more,
              const nlohmann::json& interpreter = {"python3"}) const {
    nlohmann::json manifest{{"id", "org.example." + name.toStdString()},
                            {"version", "1.0.0"},
                            {"name", name.toStdString()},
                            {"entry", {{"program", "run"}, {"interpreter", interpreter}}}};
    if (interpreter.empty()) manifest["entry"].erase("interpreter");
    manifest.update(more);
    write(name + "/manifest.json", QByteArray::fromStdString(manifest.dump(2)));
    write(name + "/run", script, interpreter.empty());
  }

  [[nodiscard]] Outcome run(const QString& name, QStringList more = {}) {
    last_ = path("run" + QString::number(number_++));
    more = QStringList{"run", "org.example." + name, "--json", "--output", last_} + more;
    return tests::run(more);
  }
  [[nodiscard]] std::string lastRun() const { return last_.toStdString(); }

private:
  QTemporaryDir home_;
  QString last_;
  int number_ = 0;
};

} // namespace discern::tests
