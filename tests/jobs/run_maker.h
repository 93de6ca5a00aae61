#pragma once
/// Runs of the misbehaving test plugin.
#include "jobs/run_directory.h"
#include "jobs/supervisor.h"

#include <QElapsedTimer>
#include <QString>
#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <nlohmann/json.hpp>

namespace discern::tests {

inline const char* const runner = DISCERN_BINARY_DIR "/bin/discern-run";

/// Gives this process and its children the test plugins and a runs folder of their own.
inline void useTestPlugins(const QTemporaryDir& state) {
  qputenv("DISCERN_PLUGIN_PATH", DISCERN_BINARY_DIR "/tests/plugins");
  qputenv("XDG_STATE_HOME", state.path().toUtf8());
}

/// Runs in folders of their own below `home`.
class RunMaker {
public:
  explicit RunMaker(const QTemporaryDir& home) : home_(home) {}
  std::string make(const nlohmann::json& job) {
    return jobs::RunDirectory::create(home_.filePath("run" + QString::number(number_++)).toStdString(), job).path();
  }
  std::string start(const nlohmann::json& job) {
    const std::string path = make(job);
    jobs::superviseDetached(runner, path);
    return path;
  }

private:
  const QTemporaryDir& home_;
  int number_ = 0;
};

inline nlohmann::json misbehave(const std::string& behaviour, nlohmann::json more = nlohmann::json::object()) {
  more["behaviour"] = behaviour;
  return {{"plugin", "org.discern.test.misbehaving"}, {"title", behaviour}, {"parameters", more},
          {"inputs", nlohmann::json::object()},       {"threads", 1},       {"seed", 7}};
}

/// Looks at the run until `enough`, for at most `milliseconds`.
inline jobs::Snapshot await(const std::string& path, int milliseconds,
                            const std::function<bool(const jobs::Snapshot&)>& enough) {
  QElapsedTimer timer;
  timer.start();
  for (;;) {
    jobs::Snapshot snapshot = jobs::RunDirectory(path).snapshot();
    if (enough(snapshot) || timer.elapsed() > milliseconds) return snapshot;
    QTest::qSleep(10);
  }
}

inline jobs::Snapshot awaitEnd(const std::string& path, int milliseconds) {
  return await(path, milliseconds, [](const jobs::Snapshot& snapshot) { return jobs::isFinal(snapshot.state); });
}

/// The plugin itself is at work: its first log line is there.
inline jobs::Snapshot awaitWork(const std::string& path) {
  return await(path, 10'000,
               [](const jobs::Snapshot& snapshot) { return !snapshot.log.empty() && snapshot.workerPid > 0; });
}

} // namespace discern::tests
